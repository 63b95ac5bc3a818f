// The source pane: a whole document beside the answer, with what was quoted from it marked, as text
// or, of a pdf, as the page itself.

import { isWebAddress, saveFile } from "./copying.js";
import { el, find, icon, unwrapped } from "./dom.js";
import { pageView } from "./pages.js";
import { attempt, problemCard } from "./problems.js";
import { call, Problem } from "./service.js";
import { prefer, preference } from "./storage.js";
import { documentText, indexOf, textOf } from "./texts.js";
import { dateText, fileOf, labelOf, nameOf, whoOf, word } from "./words.js";

const pane = find("source");
const narrow = matchMedia("(max-width: 64rem)");
const OPENED = "source"; // the state of the step that opening the pane made
const OWN_WORDS = { "niet-gevonden": "goneDocument" };
let opener = null;
let latest = null; // what was asked for last: a slow answer to an earlier wish is not shown

/**
 * Open place `at` of `places`: each {document, questions, label, quote, start, end}, of which a
 * link has only {document: {id}, questions}, {document: {id}, passage} or {document: {id}, start}.
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
 * Open what the address names, #document=ID&vraag=4 (of a list: &lijst=2), …&passage=2 or
 * …&begin=1840 (a place in its text), and mark in it what the newest of `answers` cites; where it
 * names nothing, close what is open.
 */
export function followAddress(answers) {
  const address = addressed();
  const id = address.get("document");
  if (!id) {
    history.scrollRestoration = "auto";
    return closeSource();
  }
  const number = (name) => Number.parseInt(address.get(name) ?? "", 10);
  const asked = address.get("vraag"); // 4, or "2a" of a sub-question
  const questions = asked ? [/^\d+$/.test(asked) ? Number(asked) : asked] : [];
  if (!pane.open) opener = document.activeElement;
  const start = Number.isNaN(number("begin")) ? undefined : number("begin");
  const place = { document: { id }, questions, list: number("lijst"), passage: number("passage") };
  show([{ ...place, start }], 0, null, answers);
}

/** Show place `at`, or passage `wanted` of its document instead; as `answers` cite it. */
async function show(places, at, wanted, answers = []) {
  const wish = (latest = {});
  fill([el("p", { class: "loading" }, word("loading"))]);
  reveal(places[at].document.id);
  try {
    const whole = await textOf(places[at].document.id);
    if (wish !== latest) return;
    const number = wanted ?? passageOf(whole, places[at]);
    render(whole, number, ...(cited(whole, number, answers) ?? [places, at]));
  } catch (problem) {
    if (wish !== latest) return;
    fill([problemCard(problem, () => show(places, at, wanted, answers), OWN_WORDS)]);
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

function passageOf(whole, place) {
  const found = indexOf(whole, place);
  if (found >= 0) return found;
  if (place.questions.length) {
    throw new Problem({ title: word("noSuchQuestion", place.questions[0]), status: 404 });
  }
  return Math.max(0, Math.min((place.passage || 1) - 1, whole.passages.length - 1));
}

/** Passage `number` of a document, as place `at` of `places` or beside it. */
function render(whole, number, places, at) {
  const passage = whole.passages[number];
  if (!passage) return fill([el("p", {}, word("noPassages"))]);
  const info = whole.document;
  const place = places[at];
  const isCited = Boolean(place.quote) && indexOf(whole, place) === number;
  const said = [
    isCited && nameOf(info), dateText(info.date),
    passage.speaker ? !isCited && passage.speaker : whoOf(info),
    !isCited && isRecognised(whole, passage) && word("recognised"),
  ];
  const again = () => render(whole, number, places, at);
  const go = (to) => show(places, at, to);
  const asPages = isPdf(info) && preference("pages", isFlag) === true;
  const span = isCited ? place : passage;
  fill([
    el("p", { class: "about" }, said.filter(Boolean).join(" · ")),
    ways(info, asPages, again),
    contents(whole, number, go),
    others(places, at),
    asPages ? pageView(info, span) : documentText(whole, number, places, place),
  ], steps(whole, number, go));
  const title = find("source-title");
  if (isCited) title.replaceChildren(el("span", { class: "mark" }, `${at + 1}`), " ", labelOf(place));
  else title.textContent = `${nameOf(info)}, ${placeName(passage, number)}`;
  title.focus({ preventScroll: true });
  scrollToPassage();
  const key = passage.questions.length ? `vraag=${passage.questions[0]}` : `passage=${number + 1}`;
  const list = passage.list ? `&lijst=${passage.list}` : "";
  history.replaceState(history.state, "", `#document=${info.id}&${key}${list}`);
}

const isRecognised = ({ recognised = [] }, { start, end }) =>
  recognised.some((each) => each.start < end && start < each.end);
const isPdf = (info) => /\.pdf$/i.test(fileOf(info));
const isFlag = (value) => typeof value === "boolean";

/** As text or as pages (of a pdf), the file itself, and where it is on the web. */
function ways(info, asPages, again) {
  const trouble = el("div");
  const way = (pages, name) => el("button", {
    class: "tool way", "aria-pressed": `${pages === asPages}`,
    onclick: () => {
      prefer("pages", pages);
      again();
      pane.querySelector("[aria-pressed=true]").focus();
    },
  }, word(name));
  const save = async () => saveFile(
    await call(`/v1/documents/${encodeURIComponent(info.id)}/origineel`), fileOf(info));
  return el("div", { class: "ways" },
    isPdf(info) && el("div", { class: "switch", role: "group", "aria-label": word("ways") },
      way(false, "asText"), way(true, "asPages")),
    el("button", { class: "link", onclick: () => attempt(save, trouble, OWN_WORDS) },
      word("saveOriginal")),
    isWebAddress(info.url) && original(info.url), trouble);
}

function original(url) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" },
    word("original", new URL(url).host), " ",
    el("span", { class: "small" }, word("opensNew")));
}

/** The questions (or sections) of the document, each a way to it. */
function contents({ passages }, number, go) {
  if (passages.length < 2) return null;
  const asked = passages.some((each) => each.questions.length);
  const named = ({ question_texts, heading, speaker, text }) =>
    Object.values(question_texts).join(" ") ||
    (speaker ? `${speaker}: ${text.slice(0, 200)}` : heading || text.slice(0, 200));
  return el("details", { class: "contents" },
    el("summary", {}, word(asked ? "contents" : "sections", passages.length)),
    el("ol", {}, passages.map((each, at) => el("li", {},
      el("button", {
        class: "card", "aria-current": at === number ? "true" : null, onclick: () => go(at),
      },
        el("span", { class: "card-title" }, placeName(each, at)), " ",
        el("span", { class: "card-text clamp", lang: "nl" }, unwrapped(named(each))))))));
}

/** Only inside the pane: the answer beside it stays where it is. */
function scrollToPassage() {
  const body = pane.querySelector(".source-body");
  const here = body.querySelector(".here mark.this") ?? body.querySelector(".here");
  if (!here) return;
  const from = body.getBoundingClientRect().top;
  const first = body.querySelector(".document-text").getBoundingClientRect().top;
  const top = here.getBoundingClientRect().top;
  // What stands at the start of the document is seen with what stands above it.
  if (top - first > body.clientHeight / 2) body.scrollTop = top - from - body.clientHeight / 4;
}

function fill(content, foot = null) {
  const close = el("button", { class: "tool bare", onclick: closeSource },
    icon("close"), el("span", {}, word("close")));
  pane.replaceChildren(
    el("div", { class: "sheet-head" },
      el("h2", { id: "source-title", tabindex: "-1" }, word("sources")), close),
    el("div", { class: "source-body" }, content.flat().filter(Boolean)),
    ...(foot ? [foot] : []));
}

function steps({ passages }, number, go) {
  const step = (to, drawing, direction) => passages[to] && el("button", {
    class: `button quiet ${drawing}`, onclick: () => go(to),
  }, icon(drawing), el("span", {}, `${word(direction)}: ${placeName(passages[to], to)}`));
  if (passages.length < 2) return null;
  return el("nav", { class: "steps", "aria-label": word("passages") },
    step(number - 1, "back", "previous") ?? null, step(number + 1, "on", "next") ?? null);
}

function others(places, at) {
  const rest = [...places.keys()].filter((each) => places[each].quote && each !== at);
  if (!rest.length) return null;
  return el("details", { class: "others" },
    el("summary", {}, word("otherSources", rest.length)),
    el("ol", {}, rest.map((each) => el("li", {},
      el("button", { class: "card", onclick: () => show(places, each, null) },
        el("span", { class: "mark" }, `${each + 1}`), " ", labelOf(places[each]))))));
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
