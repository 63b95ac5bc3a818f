// Before the first paint, so that a chosen theme does not flash: hence no module.
try {
  const theme = JSON.parse(localStorage.getItem("vraagbaak.theme"));
  if (["light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing, or nothing readable, follows the system's theme.
}
