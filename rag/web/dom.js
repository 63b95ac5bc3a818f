// Elements from code. Strings become text nodes: nothing here or elsewhere makes markup of text.

const SVG = "http://www.w3.org/2000/svg";

export const find = (id) => document.getElementById(id);

/**
 * An element. An attribute that is a function listens (`onclick`); null and false are left out. A
 * button submits nothing unless its type says so.
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (tag === "button") made.type = "button";
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return made;
}

/** A drawing of the sprite in index.html; never the only carrier of a meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Say something to who listens instead of looks. */
export function announce(text) {
  find("status").textContent = text;
}

/** Ask before what cannot be undone; true if the user agrees. */
export function confirmed(text, yes) {
  const dialog = find("confirm");
  find("confirm-text").textContent = text;
  find("confirm-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// A line's end in a document is mostly where its page ended; before a blank line or a list it is
// meant, and around a row of a table. Length stays as it is, so that offsets keep.
const WRAPPED = /(?<!\n[ \t]*)(?<!\t[^\n]*)\n(?![ \t]*(?:\n|[-–•*] |\w{1,2}[.)][ \t])|[^\n]*\t)/g;

/** Text of a document without the line ends that only its page had; as long as it was. */
export const unwrapped = (text) => text.replace(WRAPPED, " ");
