// Conversations, in this browser only. A conversation is {id, at, turns}; a turn is {id, question,
// filters, language, answer, verdict}, where `answer` is what the service gave, or null.

import { isAnswer, isFilters, isLanguage } from "./shapes.js";
import { lasts, local, ofThisTab, parsed, write } from "./storage.js";

const PREFIX = "vraagbaak.gesprek.";
const CURRENT = "vraagbaak.huidig"; // of this tab
const seen = new Set(); // keys under which there was a conversation

export const begin = () => ({ id: `${Date.now()}`, at: Date.now(), turns: [] });

/** A question to be asked; ids tell turns of several tabs apart and keep their order. */
export const newTurn = (question, filters) => ({
  id: Date.now() + Math.random(), question, filters, language: null, answer: null, verdict: null,
});

function conversationAt(key) {
  const found = parsed(key, (value) =>
    PREFIX + value?.id === key && !Number.isNaN(+new Date(value.at)) && Array.isArray(value.turns));
  if (found) seen.add(key);
  return found && { ...found, turns: found.turns.map(wholeTurn).filter(Boolean) };
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
  merge(conversation.turns, conversationAt(key)?.turns ?? []);
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
