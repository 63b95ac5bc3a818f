// Conversations, in this browser only. A conversation is {id, at, name, turns, gone}, where `name` is
// there only if the user gave one and `gone` are ids of turns that another one took the place of; a
// turn is {id, question, filters, language, answer, verdict}, where `answer` is what the service
// gave, or null.

import { isAnswer, isFilters, isLanguage } from "./shapes.js";
import { lasts, local, ofThisTab, parsed, write } from "./storage.js";

const PREFIX = "vraagbaak.gesprek.";
const CURRENT = "vraagbaak.huidig"; // of this tab
const seen = new Set(); // keys under which there was a conversation

export const begin = () => ({ id: `${Date.now()}`, at: Date.now(), turns: [], gone: [] });

/** A question to be asked; ids tell turns of several tabs apart and keep their order. */
export const newTurn = (question, filters) => ({
  id: Date.now() + Math.random(), question, filters, language: null, answer: null, verdict: null,
});

/** The same turn with another question: it stands where the old one did, which is gone. */
export function changeTurn(conversation, turn, question, filters) {
  const changed = { ...newTurn(question, filters), id: turn.id + 0.01 };
  conversation.gone.push(turn.id);
  conversation.turns.splice(conversation.turns.indexOf(turn), 1, changed);
  return changed;
}

/** What a conversation is called: the name it was given, else its first question. */
export const nameOf = ({ name, turns }) => name || turns[0].question;

/** Whether a text occurs in a conversation: in its name, a question or an answer. */
export function speaksOf({ name, turns }, text) {
  const said = turns.flatMap(({ question, answer }) => [question, answer?.answer]);
  return [name, ...said].join("\n").toLowerCase().includes(text.toLowerCase().trim());
}

/** Give a conversation a name, or with "" its first question's again; false in a full browser. */
export function rename(conversation, name) {
  conversation.name = name.trim() || undefined;
  return write(PREFIX + conversation.id, conversation);
}

function conversationAt(key) {
  const found = parsed(key, (value) =>
    PREFIX + value?.id === key && !Number.isNaN(+new Date(value.at)) && Array.isArray(value.turns));
  if (found) seen.add(key);
  if (!found) return null;
  const gone = Array.isArray(found.gone) ? found.gone.filter(Number.isFinite) : [];
  const name = typeof found.name === "string" ? found.name : undefined;
  return { ...found, name, gone, turns: found.turns.map(wholeTurn).filter(Boolean) };
}

/** A turn as it was kept, of which only what is right counts; null if there is no question. */
function wholeTurn(turn, at) {
  if (typeof turn?.question !== "string") return null;
  const { id, question, filters, language, answer, verdict } = turn;
  return {
    id: Number.isFinite(id) ? id : at,
    question,
    filters: isFilters(filters) ? filters : {},
    language: isLanguage(language) ? language : null,
    answer: isAnswer(answer) ? { ...answer, notes: answer.notes ?? [] } : null,
    verdict: ["up", "down"].includes(verdict) ? verdict : null,
  };
}

/** All conversations, newest first. */
export function conversations() {
  return Object.keys(local).filter((key) => key.startsWith(PREFIX)).map(conversationAt).filter(Boolean)
    .sort((one, other) => other.at - one.at);
}

/** The conversation that this tab was in, else a new one. */
export const current = () => conversationAt(PREFIX + ofThisTab.getItem(CURRENT)) ?? begin();

export function makeCurrent(conversation) {
  ofThisTab.setItem(CURRENT, conversation.id);
}

/**
 * Keep a conversation, with what another tab added to it; in a full browser the oldest others go.
 * False if it cannot be kept, or was removed: another tab that has it open does not bring it back.
 */
export function keep(conversation) {
  makeCurrent(conversation);
  const key = PREFIX + conversation.id;
  if (seen.has(key) && local.getItem(key) === null) return false;
  const stored = conversationAt(key);
  if (stored) {
    conversation.name = stored.name; // wherever it was given
    conversation.gone = [...new Set([...conversation.gone, ...stored.gone])];
  }
  merge(conversation.turns, stored?.turns ?? []);
  const isGone = ({ id }) => conversation.gone.includes(id);
  conversation.turns = conversation.turns.filter((each) => !isGone(each));
  const others = conversations().filter((each) => each.id !== conversation.id);
  while (!write(key, conversation)) {
    const oldest = others.pop();
    if (!oldest) return false;
    forget(oldest.id);
  }
  seen.add(key);
  return lasts;
}

/** Add to `turns` what only `others` have: turns, answers and verdicts. */
function merge(turns, others) {
  for (const other of others) {
    const own = turns.find((each) => each.id === other.id);
    if (!own) turns.push(other);
    else {
      own.answer ??= other.answer;
      own.verdict ??= other.verdict;
    }
  }
  turns.sort((one, other) => one.id - other.id);
}

export const forget = (id) => local.removeItem(PREFIX + id);

/** An answer without the most of what was found but not cited: a browser keeps about 5 MB. */
export function slim(answer) {
  const hits = answer.hits.map(({ text, question_texts: _, ...hit }) => ({
    ...hit, text: text.slice(0, 400),
  }));
  return { ...answer, hits };
}
