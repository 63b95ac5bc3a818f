// How an error is shown, wherever it happened.

import { el, icon } from "./dom.js";
import { language, word } from "./words.js";

/** Whether the same request may fare better later: nothing about it was wrong. */
export const canRetry = ({ status, retryAfter }) =>
  [0, 408, 429].includes(status) || status >= 500 || retryAfter !== null;

export function retryButton(retry) {
  return el("button", { class: "button quiet", onclick: retry }, word("retry"));
}

/**
 * What was wrong (a Problem), when to try again if the service said so, and a button for it where
 * that helps. `own` names, by the problem's code, the words that say it better here.
 */
export function problemCard(problem, retry, own = {}) {
  const words = own[problem.code];
  const told = words ? word(words, problem.message) : problem.message;
  return el("div", { class: "problem", role: "alert" },
    el("p", {}, icon("problem"), el("span", {}, told, " ", whenToRetry(problem))),
    canRetry(problem) && retryButton(retry));
}

/** Do something; where that fails, `place` says so, with a button to do it again if that helps. */
export async function attempt(action, place, own) {
  place.replaceChildren();
  try {
    await action();
  } catch (problem) {
    place.replaceChildren(problemCard(problem, () => attempt(action, place, own), own));
  }
}

function whenToRetry({ retryAfter }) {
  if (retryAfter === null) return "";
  const time = new Date(Date.now() + retryAfter * 1000).toLocaleTimeString(language());
  return word("tryAfter", retryAfter, time);
}
