// The whole text of a document, as the service cut it: read once, shown with its places marked.

import { el, unwrapped } from "./dom.js";
import { call } from "./service.js";
import { withTables } from "./tables.js";
import { word } from "./words.js";

const FAR = 300; // characters between a question and its answer: the one is not seen from the other
const MARKING = "markering"; // how the service calls the "Vraag 3" above a question
let texts = new Map(); // document id -> what the service gave

/** What was read of documents may no longer be there. */
export function forgetTexts() {
  texts = new Map();
}

/**
 * A document with its text and passages, as the service gives it; throws a Problem. What nobody
 * opened is not kept: that a document is gone should show when it is.
 */
export async function textOf(id, { keep = true } = {}) {
  if (texts.has(id)) return texts.get(id);
  const whole = await (await call(`/v1/documents/${encodeURIComponent(id)}`)).json();
  if (keep) texts.set(id, whole);
  return whole;
}

/** The index of the passage in which a place begins, or -1. */
export function indexOf({ passages }, place) {
  const holds = ({ start, end }) => start <= place.start && place.start < end;
  const answers = ({ questions, list }) =>
    questions.includes(place.questions[0]) && (!place.list || list === place.list);
  return passages.findIndex(place.start === undefined ? answers : holds);
}

/**
 * All of a document: its questions set off, passage `number` pointed at, what `places` quote of it
 * in <mark>, and of `place` in another one. What belongs to no passage of the text (heads of pages,
 * letterheads) stands below it, folded.
 */
export function documentText(whole, number, places, place) {
  // Offsets of the service count code points, strings of JavaScript UTF-16 units: hence the array.
  const points = [...unwrapped(whole.text)];
  const quotes = places.filter((each) => each.quote && each.document.id === whole.document.id)
    .map((each) => ({ start: each.start, end: each.end, name: each === place ? "this" : "that" }));
  const blocks = stretches(whole, points);
  const shown = ({ kind, at, start, end }) => {
    if (kind !== "passage") {
      return el("p", { class: `${kind} words`, lang: "nl" }, slice(points, start, end));
    }
    const passage = whole.passages[at];
    const gaps = passage.gaps.map((each) => ({ ...each, name: "gap" }));
    // A table is no part of a paragraph.
    const words = el("div", { class: "words whole", lang: "nl" },
      withTables(points.slice(start, end), (from, to) =>
        marked(points, start + from, start + to, [...gaps, ...quotes])));
    if (at !== number) return words;
    return el("div", { class: "here", "aria-current": "true" },
      farQuestions(passage), words, footnotes(points, passage));
  };
  const asides = blocks.filter((each) => each.kind === "aside");
  return el("div", { class: "document-text" },
    blocks.filter((each) => each.kind !== "aside").map(shown),
    asides.length > 0 && el("details", { class: "asides" },
      el("summary", {}, word("asides")),
      asides.map(({ start, end }) =>
        el("p", { class: "small words", lang: "nl" }, slice(points, start, end)))));
}

const slice = (points, start, end) => points.slice(start, end).join("");

/** The text in order, without the white space between: passages, questions, asides, the rest. */
function stretches({ passages, set_aside: asides }, points) {
  const owners = [
    ...passages.map(({ start, end }, at) => ({ start, end, kind: "passage", at })),
    ...passages.flatMap(({ question_spans: spans }, at) =>
      spans.map(({ start, end }) => ({ start, end, kind: "asked", at }))),
    ...asides.map(({ start, end, why }) => ({ start, end, kind: why === MARKING ? "marking" : "aside" })),
  ];
  const edges = edgesOf(owners, 0, points.length);
  const found = [];
  edges.slice(1).forEach((end, at) => {
    const start = edges[at];
    // Where they overlap the first one counts.
    const owner = owners.find((each) => each.start <= start && end <= each.end);
    const last = found.at(-1);
    if (last && last.owner === owner) last.end = end;
    else found.push({ kind: owner?.kind ?? "rest", at: owner?.at, start, end, owner });
  });
  return found.map((each) => trimmed(each, points)).filter((each) => each.start < each.end);
}

function edgesOf(spans, first, last) {
  const edges = [first, last, ...spans.flatMap(({ start, end }) => [start, end])];
  return [...new Set(edges)].filter((edge) => first <= edge && edge <= last)
    .sort((one, other) => one - other);
}

function trimmed(stretch, points) {
  let { start, end } = stretch;
  while (start < end && !points[start].trim()) start += 1;
  while (start < end && !points[end - 1].trim()) end -= 1;
  return { ...stretch, start, end };
}

/** A stretch with its quotes in <mark> and its gaps dimmed. */
function marked(points, start, end, spans) {
  // Where they overlap the first one counts.
  const ranked = ["gap", "this", "that"].flatMap((name) => spans.filter((each) => each.name === name));
  const edges = edgesOf(ranked, start, end);
  return edges.slice(1).map((to, at) => {
    const text = slice(points, edges[at], to);
    const span = ranked.find((each) => each.start <= edges[at] && to <= each.end);
    if (!span) return text;
    if (span.name !== "gap") return el("mark", { class: span.name }, text);
    return el("span", { class: "gap", title: word("gap") }, text.replace(/\s+/g, " "));
  });
}

/** The questions of a passage that do not stand right above it. */
function farQuestions({ start, questions, question_spans: spans, question_texts: texts }) {
  const far = questions.filter((_, at) => Math.abs(start - (spans[at]?.end ?? -FAR - 1)) > FAR);
  return far.map((number) => el("section", { class: "asked" },
    el("h3", {}, word("askedAs", number)), el("p", { lang: "nl" }, unwrapped(texts[number]))));
}

/** Notes of a passage that stand elsewhere in the document. */
function footnotes(points, { start, end, footnotes: notes }) {
  const elsewhere = notes.filter((note) => note.start < start || note.start >= end);
  if (!elsewhere.length) return null;
  return el("section", { class: "footnotes" },
    el("h3", {}, word("footnotes")),
    el("ol", {}, elsewhere.map((note) => {
      const words = slice(points, note.start, note.end).trim();
      return el("li", { lang: "nl" }, words.startsWith(note.mark) ? words : `${note.mark} ${words}`);
    })));
}
