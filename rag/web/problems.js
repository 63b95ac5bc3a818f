// How an error is shown, wherever it happened.

import { el, icon } from "./dom.js";
import { language, word } from "./words.js";

export function retryButton(retry) {
  return el("button", { type: "button", class: "button quiet", onclick: retry }, word("retry"));
}

/** What was wrong (a Problem), when to try again if the service said so, and a button for it. */
export function problemCard(problem, retry = null) {
  return el("div", { class: "problem", role: "alert" },
    el("p", {}, icon("problem"), el("span", {}, problem.message, " ", whenToRetry(problem))),
    retry && retryButton(retry));
}

function whenToRetry({ retryAfter }) {
  if (retryAfter === null) return "";
  const time = new Date(Date.now() + retryAfter * 1000).toLocaleTimeString(language());
  return word("tryAfter", retryAfter, time);
}
