// Before the first paint, so that a chosen theme does not flash: hence no module.
try {
  const theme = localStorage.getItem("vraagbaak.theme");
  if (theme) document.documentElement.dataset.theme = JSON.parse(theme);
} catch {
  // A browser that keeps nothing follows the system's theme.
}
