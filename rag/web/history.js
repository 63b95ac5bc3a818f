// Conversations and preferences, in this browser only. A conversation is {id, at, turns}; a turn
// is {question, answer, verdict}, where `answer` is what the service gave, or null.

const PREFIX = "vraagbaak.gesprek.";
const CURRENT = "vraagbaak.huidig"; // of this tab

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

const local = storage("localStorage");
export const ofThisTab = storage("sessionStorage");

export const begin = () => ({ id: `${Date.now()}`, at: Date.now(), turns: [] });

/** All conversations, newest first. */
export function conversations() {
  return Object.keys(local)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => JSON.parse(local.getItem(key)))
    .sort((one, other) => other.at - one.at);
}

/** The conversation that this tab was in, else a new one. */
export function current() {
  const kept = local.getItem(PREFIX + ofThisTab.getItem(CURRENT));
  return kept ? JSON.parse(kept) : begin();
}

export function makeCurrent(conversation) {
  ofThisTab.setItem(CURRENT, conversation.id);
}

/** Keep a conversation; in a full browser the oldest others go. False if it cannot be kept. */
export function keep(conversation) {
  makeCurrent(conversation);
  const others = conversations().filter((each) => each.id !== conversation.id);
  for (;;) {
    try {
      local.setItem(PREFIX + conversation.id, JSON.stringify(conversation));
      return !(local instanceof Memory);
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      const oldest = others.pop();
      if (!oldest) return false;
      forget(oldest.id);
    }
  }
}

export const forget = (id) => local.removeItem(PREFIX + id);

/** An answer without the most of what was found but not cited: a browser keeps about 5 MB. */
export function slim(answer) {
  const hits = answer.hits.map(({ text, question_texts: _, ...hit }) => ({
    ...hit, text: text.slice(0, 400),
  }));
  return { ...answer, hits };
}

/** A preference ("theme", "language", "filters"), or what stands for it. */
export function preference(name, otherwise = null) {
  const kept = local.getItem(`vraagbaak.${name}`);
  return kept === null ? otherwise : JSON.parse(kept);
}

export function prefer(name, value) {
  local.setItem(`vraagbaak.${name}`, JSON.stringify(value));
}
