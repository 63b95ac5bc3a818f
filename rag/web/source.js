// The source pane: a whole passage beside the answer, with what was quoted from it marked.

import { isWebAddress } from "./copying.js";
import { el, find, icon, unwrapped } from "./dom.js";
import { problemCard } from "./problems.js";
import { call, Problem } from "./service.js";
import { withTables } from "./tables.js";
import { dateText, nameOf, whoOf, word } from "./words.js";

const pane = find("source");
const narrow = matchMedia("(max-width: 64rem)");
const OPENED = "source"; // the state of the step that opening the pane made
const OWN_WORDS = { "niet-gevonden": "goneDocument" };
let texts = new Map(); // document id -> what the service gave
let opener = null;
let latest = null; // what was asked for last: a slow answer to an earlier wish is not shown

/** What was read of documents may no longer be there. */
export function forgetTexts() {
  texts = new Map();
}

/**
 * Open place `at` of `places`: each {document, questions, label, quote, start, end}, of which a
 * link has only {document: {id}, questions} or {document: {id}, passage}.
 */
export async function openSource(places, at) {
  if (!pane.open) opener = document.activeElement;
  await show(places, at, null);
}

export function closeSource() {
  if (pane.open) pane.close();
}

const addressed = () => new URLSearchParams(location.hash.slice(1));

/**
 * Open what the address names, #document=ID&vraag=4 or #document=ID&passage=2, and mark in it what
 * the newest of `answers` cites; where it names nothing, close what is open.
 */
export function followAddress(answers) {
  const address = addressed();
  const id = address.get("document");
  if (!id) {
    history.scrollRestoration = "auto";
    return closeSource();
  }
  const number = (name) => Number.parseInt(address.get(name) ?? "", 10);
  const questions = number("vraag") ? [number("vraag")] : [];
  if (!pane.open) opener = document.activeElement;
  show([{ document: { id }, questions, passage: number("passage") }], 0, null, answers);
}

/** Show place `at`, or passage `wanted` of its document instead; as `answers` cite it. */
async function show(places, at, wanted, answers = []) {
  const wish = (latest = {});
  fill(el("p", { class: "loading" }, word("loading")));
  reveal(places[at].document.id);
  try {
    const whole = await textOf(places[at].document.id);
    if (wish !== latest) return;
    const number = wanted ?? passageOf(whole, places[at]);
    render(whole, number, ...(cited(whole, number, answers) ?? [places, at]));
  } catch (problem) {
    if (wish !== latest) return;
    fill(problemCard(problem, () => show(places, at, wanted, answers), OWN_WORDS));
  }
}

/** The citations of the newest answer that cites that passage, and which of them does. */
function cited(whole, number, answers) {
  for (const { citations } of [...answers].reverse()) {
    const at = citations.findIndex((each) =>
      each.document.id === whole.document.id && indexOf(whole, each) === number);
    if (at >= 0) return [citations, at];
  }
  return null;
}

async function textOf(id) {
  if (!texts.has(id)) {
    texts.set(id, await (await call(`/v1/documents/${encodeURIComponent(id)}`)).json());
  }
  return texts.get(id);
}

/** The index of the passage in which a place begins, or -1. */
function indexOf({ passages }, place) {
  const holds = ({ start, end }) => start <= place.start && place.start < end;
  const answers = ({ questions }) => questions.includes(place.questions[0]);
  return passages.findIndex(place.start === undefined ? answers : holds);
}

function passageOf(whole, place) {
  const found = indexOf(whole, place);
  if (found >= 0) return found;
  if (place.questions.length) {
    throw new Problem({ title: word("noSuchQuestion", place.questions[0]), status: 404 });
  }
  return Math.max(0, Math.min((place.passage || 1) - 1, whole.passages.length - 1));
}

function render(whole, number, places, at) {
  const passage = whole.passages[number];
  if (!passage) return fill(el("p", {}, word("noPassages")));
  const info = whole.document;
  const place = places[at];
  const isCited = Boolean(place.quote) && indexOf(whole, place) === number;
  const said = [
    isCited && nameOf(info), dateText(info.date), whoOf(info),
  ];
  fill(
    el("p", { class: "about" }, said.filter(Boolean).join(" · ")),
    isWebAddress(info.url) && original(info.url),
    Object.entries(passage.question_texts).map(([each, text]) =>
      el("section", { class: "asked" },
        el("h3", {}, word("askedAs", each)), el("p", { lang: "nl" }, unwrapped(text)))),
    el("h3", {}, passage.heading ?? word(passage.questions.length ? "answer" : "text")),
    el("p", { class: "words whole", lang: "nl" }, marked(passage, info.id, places, place)),
    footnotes(whole, passage),
    steps(whole, number, places, at),
    others(places, at),
  );
  const title = find("source-title");
  if (isCited) title.replaceChildren(el("span", { class: "mark" }, `${at + 1}`), " ", place.label);
  else title.textContent = `${nameOf(info)}, ${placeName(passage, number)}`;
  title.focus({ preventScroll: true });
  scrollToQuote();
  const key = passage.questions.length ? `vraag=${passage.questions[0]}` : `passage=${number + 1}`;
  history.replaceState(history.state, "", `#document=${info.id}&${key}`);
}

function original(url) {
  return el("p", {}, el("a", { href: url, target: "_blank", rel: "noopener noreferrer" },
    word("original", new URL(url).host), " ",
    el("span", { class: "small" }, word("opensNew"))));
}

/** Only inside the pane: the answer beside it stays where it is. */
function scrollToQuote() {
  const body = pane.querySelector(".source-body");
  const quote = body.querySelector("mark.this")?.getBoundingClientRect();
  const top = body.getBoundingClientRect().top;
  if (quote && quote.bottom > top + body.clientHeight) {
    body.scrollTop = quote.top - top - body.clientHeight / 4;
  }
}

function fill(...content) {
  const close = el("button", { class: "tool bare", onclick: closeSource },
    icon("close"), el("span", {}, word("close")));
  pane.replaceChildren(
    el("div", { class: "sheet-head" },
      el("h2", { id: "source-title", tabindex: "-1" }, word("sources")), close),
    el("div", { class: "source-body" }, content.flat().filter(Boolean)));
}

/**
 * The passage with its quotes in <mark> and its gaps dimmed. Offsets of the service count code
 * points, strings of JavaScript UTF-16 units: hence the array.
 */
function marked(passage, id, places, place) {
  const points = [...unwrapped(passage.text)];
  const inside = ({ start, end }) => ({
    start: Math.max(0, start - passage.start),
    end: Math.min(points.length, end - passage.start),
  });
  const quotes = places.filter((each) => each.quote && each.document.id === id)
    .map((each) => ({ ...inside(each), name: each === place ? "this" : "that" }));
  const gaps = passage.gaps.map((each) => ({ ...inside(each), name: "gap" }));
  // Where they overlap the first one counts.
  const spans = [...gaps, ...quotes.filter((each) => each.name === "this"), ...quotes];
  const edges = [0, points.length, ...spans.flatMap(({ start, end }) => [start, end])]
    .filter((edge) => 0 <= edge && edge <= points.length).sort((one, other) => one - other);
  const piece = (from, to) => {
    const inner = [from, ...edges.filter((edge) => from < edge && edge < to), to];
    return inner.slice(1).map((end, at) => {
      const text = points.slice(inner[at], end).join("");
      const span = spans.find((each) => each.start <= inner[at] && end <= each.end);
      if (!text || !span) return text;
      if (span.name !== "gap") return el("mark", { class: span.name }, text);
      return el("span", { class: "gap", title: word("gap") }, text.replace(/\s+/g, " "));
    });
  };
  return withTables(points, piece);
}

/** Notes that stand elsewhere in the document. */
function footnotes({ text }, { start, end, footnotes: notes }) {
  const elsewhere = notes.filter((note) => note.start < start || note.start >= end);
  if (!elsewhere.length) return null;
  const points = [...text];
  return el("section", { class: "footnotes" },
    el("h3", {}, word("footnotes")),
    el("ol", {}, elsewhere.map((note) => {
      const words = unwrapped(points.slice(note.start, note.end).join("").trim());
      const marked = words.startsWith(note.mark) ? words : `${note.mark} ${words}`;
      return el("li", { lang: "nl" }, marked);
    })));
}

function steps({ passages }, number, places, at) {
  const step = (to, drawing, direction) => passages[to] && el("button", {
    class: `button quiet ${drawing}`, onclick: () => show(places, at, to),
  }, icon(drawing), el("span", {}, `${word(direction)}: ${placeName(passages[to], to)}`));
  return el("nav", { class: "steps", "aria-label": word("passages") },
    step(number - 1, "back", "previous") ?? null, step(number + 1, "on", "next") ?? null);
}

function others(places, at) {
  const rest = [...places.keys()].filter((each) => places[each].quote && each !== at);
  if (!rest.length) return null;
  return el("section", { class: "others" },
    el("h3", {}, word("otherSources")),
    el("ol", {}, rest.map((each) => el("li", {},
      el("button", { class: "card", onclick: () => show(places, each, null) },
        el("span", { class: "mark" }, `${each + 1}`), " ", places[each].label)))));
}

const placeName = ({ questions }, index) =>
  questions.length ? word("questions", questions) : word("section", index + 1);

/** Beside the conversation where there is room, over it where there is not. */
function reveal(id) {
  if (!pane.open) {
    // A step of its own, so that Back closes the pane and does not leave; a link has one.
    if (!addressed().has("document")) {
      history.scrollRestoration = "manual"; // that step back must not scroll the conversation
      history.pushState(OPENED, "", `#document=${id}`);
    }
    if (narrow.matches) pane.showModal();
    else pane.show();
    document.body.classList.add("with-source");
  }
  find("source-title").focus({ preventScroll: true });
}

pane.addEventListener("close", () => {
  if (pane.open) return; // it only moved, see below
  latest = null;
  document.body.classList.remove("with-source");
  if (history.state === OPENED) history.back();
  else history.replaceState(null, "", location.pathname);
  const here = document.activeElement; // who is already elsewhere stays there
  if (here !== document.body && !pane.contains(here)) return;
  (opener?.isConnected ? opener : find("question")).focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pane.open && !document.querySelector("dialog:modal")) closeSource();
});

narrow.addEventListener("change", () => {
  if (!pane.open) return;
  pane.close();
  if (narrow.matches) pane.showModal();
  else pane.show();
});
