// Wires the page: asking, the conversation on screen, and the buttons around it.

import { turnView } from "./answers.js";
import { saveConversation } from "./copying.js";
import { isEmpty, listRow, loadDocuments, setUpDocuments, showDocuments } from "./documents.js";
import { announce, confirmed, el, find } from "./dom.js";
import { filters, refreshFilters, setUpFilters, showFilters } from "./filters.js";
import * as kept from "./history.js";
import { attempt, canRetry, problemCard } from "./problems.js";
import { ask, call, isKey, keepKey, onNoAccess, Problem } from "./service.js";
import { isLanguage } from "./shapes.js";
import { closeSource, followAddress, openSource } from "./source.js";
import { prefer, preference } from "./storage.js";
import { nextQuestions } from "./suggestions.js";
import { forgetTexts } from "./texts.js";
import { dateText, language, speak, word } from "./words.js";

const HISTORY = 20; // turns that a follow-up can lean on
const roomForBoth = matchMedia("(min-width: 96rem)"); // filters and source

/** Whether "/" goes to the question: who types by voice can switch it off (WCAG 2.2, 2.1.4). */
const slashGoes = () => preference("slash", (value) => typeof value === "boolean") ?? true;

const question = find("question");
const views = new WeakMap(); // turn -> its view
let conversation = kept.current();
let running = null; // the AbortController of the answer that is coming
let starters = []; // questions of the index itself to begin with
let recalled = null; // how many questions back arrow up went

// --- asking

async function run(turn) {
  const controller = new AbortController();
  const view = views.get(turn);
  running = controller;
  for (const each of conversation.turns) views.get(each)?.suggest([]);
  turn.language = language();
  busy();
  closeSource(); // it belongs to another answer
  view.start();
  try {
    const { question: asked, filters: under } = turn;
    const body = { question: asked, history: historyBefore(turn), filters: under };
    for await (const { event, data } of ask(body, controller.signal)) {
      if (event === "hits") view.showHits(data.hits, data.read_as);
      if (event === "citation") view.addCitation(data);
      if (event === "sentence") view.addSentence(data);
      if (event === "in_short") view.showShort(data);
      if (event === "done") {
        turn.answer = kept.slim(data);
        view.finish(turn.answer);
        announce(word(data.abstained ? "refused" : "answerReady"));
      }
    }
  } catch (problem) {
    if (problem.name === "AbortError") view.end("stopped");
    else {
      view.end("failed", problem);
      // What was refused wants other words, not another try; in a low window the reason would be
      // behind the field that they go back in.
      if (!canRetry(problem)) {
        question.value ||= turn.question;
        view.element.querySelector(".answer").scrollIntoView({ block: "start" });
      }
    }
  }
  if (running === controller) running = null;
  busy();
  keep();
  showNext();
}

function historyBefore(turn) {
  const earlier = conversation.turns.slice(0, conversation.turns.indexOf(turn));
  return earlier.filter((each) => each.answer).slice(-HISTORY).map(({ answer }) => ({
    question: answer.read_as,
    answer: answer.answer,
    documents: [...new Set(answer.citations.map((each) => each.document.id))],
  }));
}

function submit() {
  const text = question.value.trim();
  if (running || !text) return;
  const gap = question.value.indexOf("…");
  if (gap >= 0 && word("examples").some((each) => text.startsWith(each.split("…")[0]))) {
    question.setSelectionRange(gap, gap + 1);
    return hint(word("fillIn"));
  }
  question.value = "";
  hint("");
  askNew(text, filters());
}

function askNew(text, under) {
  if (running) return;
  const turn = kept.newTurn(text, under);
  conversation.turns.push(turn);
  keep();
  run(turn);
  views.get(turn).element.scrollIntoView({ block: "start" });
}

/** Ask something else in the place of a turn; what came after it stays as it was answered. */
function askInstead(turn, text) {
  if (running) return;
  const changed = kept.changeTurn(conversation, turn, text, filters());
  keep();
  run(changed);
  views.get(changed).element.querySelector("h2").focus();
}

/** Questions with which the newest answer's document goes on; asked of that document alone. */
async function showNext() {
  for (const each of conversation.turns) views.get(each).suggest([]);
  const turn = conversation.turns.at(-1);
  if (running || !turn?.answer || turn.answer.abstained) return;
  const found = await nextQuestions(turn.answer);
  if (running || turn !== conversation.turns.at(-1)) return;
  views.get(turn).suggest(found);
}

/** Arrow up in an empty field brings the last question, again the one before; arrow down returns. */
function recall(event) {
  const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const asked = conversation.turns.map((each) => each.question);
  const untouched = recalled !== null && question.value === asked.at(-recalled);
  if (!step || event.isComposing || !(untouched || !question.value)) return;
  const wanted = (untouched ? recalled : 0) + step;
  if (wanted < 0 || wanted > asked.length) return;
  event.preventDefault();
  recalled = wanted || null;
  question.value = wanted ? asked.at(-wanted) : "";
}

/** A line above the question about what is typed there. */
function hint(text) {
  find("hint").textContent = text;
  find("hint").hidden = !text;
  announce(text);
}

/** Vraag or Stop; who was on the one that goes is put back in the question. */
function busy() {
  const gone = find(running ? "send" : "stop");
  const focused = document.activeElement === gone;
  find("send").hidden = Boolean(running);
  find("stop").hidden = !running;
  if (focused) question.focus();
  around();
}

function keep() {
  find("keep-problem").replaceChildren();
  if (!kept.keep(conversation)) find("keep-problem").append(word("notKept"));
  showTurns();
}

// --- the conversation on screen

function around() {
  const answered = conversation.turns.some((each) => each.answer);
  find("start").hidden = conversation.turns.length > 0;
  find("keep").hidden = !answered;
  find("no-documents").hidden = !isEmpty();
}

function showConversation(chosen) {
  running?.abort();
  conversation = chosen;
  kept.makeCurrent(conversation);
  find("turns").replaceChildren();
  conversation.turns.forEach((turn) => views.delete(turn));
  showTurns();
  showNext();
}

function enter(chosen) {
  closeSource();
  showConversation(chosen);
  question.focus();
}

/** Every turn that is not there yet (all of a conversation, or what another tab asked in it), and
 * none that another one took the place of. */
function showTurns() {
  const shown = conversation.turns.map((turn) => views.get(turn)?.element);
  for (const each of [...find("turns").children]) if (!shown.includes(each)) each.remove();
  conversation.turns.forEach((turn, at) => {
    if (views.has(turn)) return;
    const view = turnView(turn, {
      openSource, keep, retry: () => running || run(turn),
      unfiltered: () => askNew(turn.question, {}),
      next: ({ text, document: id }) => askNew(text, { document: [id] }), edit: (text) => askInstead(turn, text),
    });
    views.set(turn, view);
    find("turns").insertBefore(view.element, find("turns").children[at] ?? null);
    if (turn.answer) view.show(turn.answer);
    else view.end("unfinished");
  });
  around();
}

const answers = () => conversation.turns.map((each) => each.answer).filter(Boolean);

function showExamples() {
  find("starters").replaceChildren(...starters.map(({ text }) => el("li", {},
    el("button", { class: "example", lang: "nl", onclick: () => askNew(text, filters()) }, text))));
  find("starters-title").hidden = starters.length === 0;
  // Questions of its own say it better than beginnings of any.
  for (const each of ["examples-title", "examples"]) find(each).hidden = starters.length > 0;
  find("examples").replaceChildren(...word("examples").map((text) =>
    el("li", {}, el("button", {
      class: "example", lang: "nl",
      onclick: () => {
        question.value = text;
        question.focus();
        question.setSelectionRange(text.indexOf("…"), text.indexOf("…") + 1);
      },
    }, text))));
}

async function loadStarters() {
  try {
    starters = isEmpty() ? [] : (await (await call("/v1/starters")).json()).questions;
  } catch (problem) {
    // The page does without: what is wrong shows itself at the first question.
    if (!(problem instanceof Problem)) throw problem;
    starters = [];
  }
  showExamples();
}

async function showReadiness() {
  try {
    const { documents: number, model } = await (await call("/readyz")).json();
    find("readiness").textContent = number ? word("ready", number, model) : word("noDocuments");
    find("start-problem").replaceChildren();
  } catch (problem) {
    // An empty index is no fault of the service: there is a button to fill it.
    const faults = problem.reasons.filter(({ code }) => code !== "geen-index");
    const empty = problem.reasons.length > 0 && faults.length === 0;
    find("readiness").textContent = empty ? word("noDocuments") : "";
    if (!empty) find("start-problem").replaceChildren(problemCard(problem, showReadiness));
  }
}

// --- history

function showHistory() {
  const every = kept.conversations().filter((each) => each.turns.length);
  const sought = find("history-search").value;
  const rows = every.filter((each) => kept.speaksOf(each, sought)).map(historyRow);
  const none = word(every.length ? "noConversation" : "noHistory");
  find("history-list").replaceChildren(...(rows.length ? rows : [el("li", {}, none)]));
  find("history-find").hidden = every.length < 2;
  find("history-clear").hidden = every.length === 0;
}

function historyRow(each) {
  const name = kept.nameOf(each);
  const about = [
    dateText(new Date(each.at).toISOString()), word("turns", each.turns.length),
    each.name && each.turns[0].question,
  ];
  const row = listRow(name, null, about, {
    open: () => {
      find("history-dialog").close();
      enter(each);
    },
    rename: () => {
      row.replaceChildren(renameForm(each));
      row.querySelector("input").select();
    },
    remove: async () => {
      if (await confirmed(word("forgetSure", name), word("remove"))) forget([each.id]);
    },
  });
  return row;
}

function renameForm(each) {
  const field = el("input", { maxlength: "200", autocomplete: "off" });
  field.value = kept.nameOf(each);
  const trouble = el("p", { class: "small", role: "status" });
  const done = () => {
    showHistory();
    find("history-dialog").querySelector("[data-close]").focus();
  };
  return el("form", {
    class: "rename",
    onsubmit: (event) => {
      event.preventDefault();
      if (!kept.rename(each, field.value)) return (trouble.textContent = word("notKept"));
      if (each.id === conversation.id) conversation.name = each.name;
      announce(word("renamed"));
      done();
    },
  },
    el("label", { class: "field" }, word("nameLabel"), field),
    el("div", { class: "row" },
      el("button", { class: "button quiet", onclick: done }, word("cancel")),
      el("button", { type: "submit", class: "button" }, word("saveName"))), trouble);
}

function forget(ids) {
  ids.forEach(kept.forget);
  if (ids.includes(conversation.id)) showConversation(kept.begin());
  showHistory();
  find("history-dialog").querySelector("[data-close]").focus();
}

// --- buttons

function setUp() {
  find("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  question.addEventListener("input", () => {
    const limit = question.maxLength;
    hint(question.value.length < limit ? "" : word("questionFull", limit));
  });
  question.addEventListener("keydown", recall);
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    find("ask").requestSubmit();
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address is the source's
    question.focus();
  });
  find("stop").addEventListener("click", () => running?.abort());
  find("new").addEventListener("click", () => enter(kept.begin()));
  document.addEventListener("keydown", (event) => {
    const plain = event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey;
    const typing = event.target.closest?.("input, textarea, select");
    if (!plain || typing || document.querySelector("dialog:modal") || !slashGoes()) return;
    event.preventDefault();
    question.focus();
  });
  find("slash").addEventListener("change", () => prefer("slash", find("slash").checked));
  // Where both do not fit, the filters take the place of the source.
  find("open-filters").addEventListener("click", () => {
    if (!roomForBoth.matches) closeSource();
  });
  find("history-search").addEventListener("input", showHistory);
  find("open-history").addEventListener("click", () => {
    find("history-search").value = "";
    showHistory();
    find("history-dialog").showModal();
  });
  find("history-clear").addEventListener("click", async () => {
    if (!(await confirmed(word("clearSure"), word("clearAll")))) return;
    forget(kept.conversations().map((each) => each.id));
  });
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  for (const button of document.querySelectorAll("[data-format]")) {
    const save = () => saveConversation(answers(), button.dataset.format);
    button.addEventListener("click", () => attempt(save, find("keep-problem")));
  }
  find("theme").addEventListener("click", () => {
    const { dataset } = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    dataset.theme = (dataset.theme ?? system) === "dark" ? "light" : "dark";
    prefer("theme", dataset.theme);
  });
  find("language").addEventListener("click", () => {
    setLanguage(language() === "nl" ? "en" : "nl");
    prefer("language", language());
  });
  find("slash").checked = slashGoes();
  find("key").addEventListener("submit", (event) => {
    if (isKey(find("key-value").value.trim())) return;
    event.preventDefault();
    find("key-text").textContent = word("keyRefused");
    find("key-value").focus();
  });
  // Back, forward, and another address typed above the page.
  addEventListener("popstate", () => followAddress(answers()));
  onNoAccess(askKey);
}

function askKey(refused) {
  const dialog = find("key");
  find("key-text").textContent = word(refused ? "keyRefused" : "keyText");
  find("key-value").value = "";
  dialog.returnValue = "";
  dialog.showModal();
  find("key-value").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "yes" && find("key-value").value.trim();
      if (given) keepKey(given);
      resolve(Boolean(given));
    }, { once: true });
  });
}

function setLanguage(chosen) {
  speak(chosen);
  const other = chosen === "nl" ? "en" : "nl";
  find("language").textContent = other.toUpperCase();
  find("language").lang = other;
  find("language").setAttribute("aria-label", word("otherLanguage"));
  find("language").title = word("otherLanguage");
  showExamples();
  showReadiness();
  showDocuments();
  showFilters();
  closeSource();
  // What is being written is left alone; it ends in the language in which it began.
  if (!running) showConversation(conversation);
}

setUp();
setUpFilters();
setUpDocuments({
  changed: () => {
    forgetTexts();
    refreshFilters();
    around();
    showReadiness();
    loadStarters();
  },
  open: (document) => {
    find("documents-dialog").close();
    openSource([{ document, questions: [], passage: 1 }], 0);
  },
});
setLanguage(preference("language", isLanguage) ?? "nl");
await loadDocuments();
followAddress(answers());
