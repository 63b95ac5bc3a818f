// What this browser keeps for us. It can be damaged, old, full or not allowed: what is not as it
// should be is removed, and never stops the page.

/** Stands in for a browser's storage that may not be used: lasts as long as the page. */
class Memory {
  getItem(key) { return this[key] ?? null; }
  setItem(key, value) { this[key] = `${value}`; }
  removeItem(key) { delete this[key]; }
}

function storage(name) {
  try {
    return window[name];
  } catch {
    return new Memory();
  }
}

export const local = storage("localStorage");
export const ofThisTab = storage("sessionStorage");

/** Whether what is written outlives the page. */
export const lasts = !(local instanceof Memory);

/** What was written under that key, if it has the right shape; else it is removed: null. */
export function parsed(key, isRight) {
  try {
    const value = JSON.parse(local.getItem(key));
    if (isRight(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  local.removeItem(key);
  return null;
}

/** Write a value; false where the browser is full. */
export function write(key, value) {
  try {
    local.setItem(key, JSON.stringify(value));
    return true;
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
    return false;
  }
}

/** A preference ("theme", "language", "filters") of the right shape, or null. */
export const preference = (name, isRight) => parsed(`vraagbaak.${name}`, isRight);

export const prefer = (name, value) => write(`vraagbaak.${name}`, value);
