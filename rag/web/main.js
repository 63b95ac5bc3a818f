// Wires the page: asking, the conversation on screen, and the buttons around it.

import { turnView } from "./answers.js";
import { saveConversation } from "./copying.js";
import { isEmpty, loadDocuments, setUpDocuments, showDocuments } from "./documents.js";
import { announce, confirmed, el, find, icon } from "./dom.js";
import { filters, refreshFilters, setUpFilters, showFilters } from "./filters.js";
import * as kept from "./history.js";
import { problemCard } from "./problems.js";
import { ask, call, keepKey, onNoAccess } from "./service.js";
import { closeSource, forgetTexts, openAddress, openSource } from "./source.js";
import { dateText, speak, word } from "./words.js";

const HISTORY = 20; // turns that a follow-up can lean on

const question = find("question");
let conversation = kept.current();
let running = null; // the AbortController of the answer that is coming

// --- asking

async function run(turn, view) {
  const controller = new AbortController();
  running = controller;
  busy();
  view.start();
  try {
    const body = { question: turn.question, history: historyBefore(turn), filters: filters() };
    for await (const { event, data } of ask(body, controller.signal)) {
      if (event === "hits") view.showHits(data.hits, data.read_as);
      if (event === "citation") view.addCitation(data);
      if (event === "sentence") view.addSentence(data);
      if (event === "done") {
        turn.answer = kept.slim(data);
        view.finish(turn.answer);
        announce(word(data.abstained ? "refused" : "answerReady"));
      }
    }
  } catch (problem) {
    if (problem.name === "AbortError") view.end("stopped");
    else view.end("failed", problem);
  }
  if (running === controller) running = null;
  busy();
  keep();
}

function historyBefore(turn) {
  const earlier = conversation.turns.slice(0, conversation.turns.indexOf(turn));
  return earlier.filter((each) => each.answer).slice(-HISTORY).map(({ answer }) => ({
    question: answer.read_as,
    answer: answer.answer,
    documents: [...new Set(answer.citations.map((each) => each.document.id))],
  }));
}

function viewOf(turn) {
  const view = turnView(turn, { openSource, keep, retry: () => running || run(turn, view) });
  find("turns").append(view.element);
  return view;
}

function submit() {
  const text = question.value.trim();
  if (running || !text) return;
  const turn = { question: text, answer: null, verdict: null };
  conversation.turns.push(turn);
  question.value = "";
  const view = viewOf(turn);
  keep();
  run(turn, view);
  view.element.scrollIntoView({ block: "start" });
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
  around();
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
  for (const turn of conversation.turns) {
    const view = viewOf(turn);
    if (turn.answer) view.show(turn.answer);
    else view.end("unfinished");
  }
  around();
}

function showExamples() {
  find("examples").replaceChildren(...word("examples").map((text) =>
    el("li", {}, el("button", {
      type: "button", class: "example", lang: "nl",
      onclick: () => {
        question.value = text;
        question.focus();
        question.setSelectionRange(text.indexOf("…"), text.indexOf("…") + 1);
      },
    }, text))));
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
  const rows = kept.conversations().filter((each) => each.turns.length).map((each) => {
    const first = each.turns[0].question;
    const about = [dateText(new Date(each.at).toISOString()), word("turns", each.turns.length)];
    return el("li", {}, el("div", { class: "document" },
      el("div", {},
        el("button", {
          type: "button", class: "link title",
          onclick: () => {
            find("history-dialog").close();
            closeSource();
            showConversation(each);
            question.focus();
          },
        }, first),
        el("p", { class: "small" }, about.join(" · "))),
      el("button", {
        type: "button", class: "tool bare", title: word("remove"),
        onclick: () => forget([each.id]),
      }, icon("remove"), el("span", {}, word("removeNamed", first)))));
  });
  find("history-list").replaceChildren(...(rows.length ? rows : [el("li", {}, word("noHistory"))]));
  find("history-clear").hidden = rows.length === 0;
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
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    find("ask").requestSubmit();
  });
  find("stop").addEventListener("click", () => running?.abort());
  find("new").addEventListener("click", () => {
    closeSource();
    showConversation(kept.begin());
    question.focus();
  });
  find("open-history").addEventListener("click", () => {
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
    button.addEventListener("click", () => exportAs(button.dataset.format));
  }
  find("theme").addEventListener("click", () => {
    const { dataset } = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    dataset.theme = (dataset.theme ?? system) === "dark" ? "light" : "dark";
    kept.prefer("theme", dataset.theme);
  });
  find("language").addEventListener("click", () => {
    setLanguage(document.documentElement.lang === "nl" ? "en" : "nl");
    kept.prefer("language", document.documentElement.lang);
  });
  addEventListener("hashchange", openAddress);
  onNoAccess(askKey);
}

async function exportAs(format) {
  const answers = conversation.turns.map((each) => each.answer).filter(Boolean);
  try {
    find("keep-problem").replaceChildren();
    await saveConversation(answers, format);
  } catch (problem) {
    find("keep-problem").replaceChildren(problemCard(problem, () => exportAs(format)));
  }
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
  },
  open: (document) => {
    find("documents-dialog").close();
    openSource([{ document, questions: [], passage: 1 }], 0);
  },
});
setLanguage(kept.preference("language", "nl"));
await loadDocuments();
openAddress();
