// A question and what comes of it, as it arrives: passages, citations, sentences, the end.

import { announce, el, icon, unwrapped } from "./dom.js";
import { asText, copyText, placeOf } from "./copying.js";
import { filtersText } from "./filters.js";
import { attempt, problemCard, retryButton } from "./problems.js";
import { call } from "./service.js";
import { withTables } from "./tables.js";
import { labelOf, TEXTS, whoOf, word } from "./words.js";

const EXCERPT = 220; // characters of a passage in the list
const QUOTED = new Set(["quoted", "replaced", "metadata"]);
const OWN_WORDS = { "niet-gevonden": "goneFilter" };

/**
 * One turn on the page. `actions` are what its buttons do: `openSource(places, at)`, `retry()`,
 * `unfiltered()` (ask again without filters), `next({text, document})` (ask what was suggested), `edit(question)` (ask something else instead) and
 * `keep()` (the turn has changed). `element` goes
 * into the page; the rest adds what has come.
 */
export function turnView(turn, actions) {
  const short = el("div", { class: "in-short", hidden: true });
  const status = el("h3", { class: "status" });
  const help = el("p", { class: "help", hidden: true });
  const said = el("div", { class: "said" });
  const notes = el("ul", { class: "notes", hidden: true });
  const sources = el("section", { class: "sources", hidden: true });
  const after = el("div", { class: "after" });
  const readAs = el("p", { class: "read-as", hidden: true });
  const evidence = el("details", { class: "evidence", hidden: true });
  const answer = el("div", { class: "answer" }, short, status, help, said, notes, sources, after);
  const title = asked(turn, actions);
  const under = filtersText(turn.filters);
  const further = el("section", { class: "next", hidden: true });
  const element = el("article", { class: "turn" },
    title, under && el("p", { class: "small under" }, under), readAs, answer, evidence, further);

  let citations = [];
  let sentences = [];
  let cards = []; // the places that the cards stand for

  function look(kind, drawing, title) {
    answer.className = `answer ${kind}`;
    status.replaceChildren(icon(drawing), el("span", {}, title));
  }

  function explain(text) {
    help.textContent = text;
    help.hidden = !text;
  }

  function start() {
    citations = [];
    sentences = [];
    for (const each of [short, said, notes, sources, after, evidence]) each.replaceChildren();
    for (const each of [short, readAs, evidence, notes, sources]) each.hidden = true;
    explain("");
    look("busy", "busy", word("searching"));
    // Every sentence is read out when it comes; what a reload brings back is not.
    for (const each of [short, said]) each.setAttribute("aria-live", "polite");
  }

  function showHits(found, readAsText) {
    readAs.hidden = readAsText === turn.question;
    readAs.textContent = word("readAs", readAsText);
    const title = word("found", found.length);
    evidence.replaceChildren(el("summary", {}, title), el("ol", { class: "cards" }));
    showCards(found);
    evidence.hidden = found.length === 0;
    evidence.open = true;
    look("busy", "busy", word("writing"));
    announce(title);
  }

  /** A card a passage, in that order; who was on one stays on it. */
  function showCards(found) {
    const list = evidence.querySelector(".cards");
    const buttons = [...list.querySelectorAll(".card")];
    const focused = cards[buttons.indexOf(document.activeElement)];
    cards = found.map((hit) => ({ ...hit, quote: null }));
    const places = cards;
    list.replaceChildren(...places.map((place, at) => el("li", {},
      el("button", { class: "card", onclick: () => actions.openSource(places, at) },
        el("span", { class: "card-title" }, labelOf(place)),
        el("span", { class: "card-text", lang: "nl" }, excerpt(place.display ?? place.text))))));
    if (focused) list.children[places.findIndex((each) => isSame(each, focused))]?.firstChild.focus();
  }

  /** Questions {text, document} that may be asked next. */
  function suggest(found) {
    further.hidden = found.length === 0;
    further.setAttribute("aria-label", word("nextTitle"));
    further.replaceChildren(el("h3", { class: "small" }, word("nextTitle")),
      el("ul", { class: "examples" }, found.map((each) => el("li", {},
        el("button", { class: "example", title: each.text, onclick: () => actions.next(each) },
          el("span", { class: "clamp", lang: "nl" }, each.text))))));
  }

  function mark(index) {
    const title = labelOf(citations[index]);
    return el("button", {
      class: "mark", "aria-label": word("source", index + 1, title), title,
      onclick: () => actions.openSource(citations, index),
    }, `${index + 1}`);
  }

  /** Where a sentence stands: with what answers, around it, or with what only came near. */
  function partFor(sentence) {
    const name = placeOf(sentence);
    const made = said.querySelector(`.${name}`);
    if (made) return made;
    const head = name === "main" ? [] : el("h4", {}, word(name === "near" ? "beside" : "context"));
    const part = el("div", { class: `part ${name}` }, head);
    said.append(part);
    return part;
  }

  function addSentence(sentence) {
    const previous = sentences.findLast((each) => placeOf(each) === placeOf(sentence));
    sentences.push(sentence);
    const part = partFor(sentence);
    const own = QUOTED.has(sentence.status);
    // What the documents say themselves, one paragraph a place; what was written is one text.
    const apart = own && String(previous?.citations) !== String(sentence.citations);
    let paragraph = part.lastElementChild;
    if (paragraph?.tagName !== "P" || apart || (previous && QUOTED.has(previous.status) !== own)) {
      paragraph = el("p");
      part.append(paragraph);
    }
    paragraph.append(el("span", { class: `sentence ${sentence.status}` },
      el("span", { class: "words", lang: "nl" }, shown(sentence)),
      sentence.citations.map((index) => [" ", mark(index)])), " ");
  }

  /** The one sentence that a model wrote, above what is quoted. */
  function showShort({ text, citations: numbers, model }) {
    short.replaceChildren(
      el("h3", { class: "small" }, icon("written"), el("span", {}, word("inShort", model))),
      el("p", {}, el("span", { class: "words", lang: "nl" }, text),
        numbers.map((index) => [" ", mark(index)])));
    short.hidden = false;
  }

  /** Each label once, with the marks that stand for it, and its quotes unless they stand above. */
  function showSources() {
    const above = squeezed(sentences.map((each) => each.text).join(" "));
    const labels = [...new Set(citations.map((each) => each.label))];
    // A list of documents has named them; quotes would only repeat it.
    const isList = citations.length > 1 && sentences.some((each) => each.status === "metadata");
    const items = labels.map((label) => {
      const those = [...citations.keys()].filter((at) => citations[at].label === label);
      const untold = those.filter((at) => !isList && !above.includes(squeezed(citations[at].quote)));
      const quotes = untold.map((at) => unwrapped(citations[at].quote));
      return el("li", {}, el("span", { class: "marks" }, those.map(mark)), el("div", {},
        el("span", {}, labelOf(citations[those[0]])),
        !isList && about(citations[those[0]]),
        quotes.map((quote) => el("q", { class: "words", lang: "nl" }, quote))));
    });
    sources.replaceChildren(el("h4", {}, word("sources")), el("ol", {}, items));
    sources.hidden = items.length === 0;
  }

  /** What the label leaves out of a document: its subject, and who answers in which office. In a
   * debate the label says who speaks. */
  function about({ label, document, speaker }) {
    const said = [document.title, !speaker && whoOf(document)].filter((each) => each && !label.includes(each));
    return said.length > 0 && el("span", { class: "small about", lang: "nl" }, said.join(" · "));
  }

  function showNotes(given) {
    const statuses = new Set(sentences.map((each) => each.status));
    const unusual = ["replaced", "repointed"].filter((each) => statuses.has(each));
    const line = (lang) => (text) => el("li", {}, icon("note"), el("span", { lang }, text));
    notes.replaceChildren(
      ...given.map(line(turn.language)), ...unusual.map((each) => word(each)).map(line(null)));
    notes.hidden = !notes.firstChild;
  }

  function finish(done) {
    // A refusal shows what came near, which need not be what was found first.
    if (!evidence.firstChild || done.abstained) showHits(done.hits, done.read_as);
    // Search showed them in its order; which of them the answer leans on is known only now.
    const inOrder = done.hits.length === cards.length &&
      done.hits.every((hit, at) => isSame(hit, cards[at]));
    if (!inOrder) showCards(done.hits);
    if (JSON.stringify(done.sentences) !== JSON.stringify(sentences)) {
      said.replaceChildren();
      sentences = [];
      citations = done.citations;
      done.sentences.forEach(addSentence);
    }
    citations = done.citations;
    if (done.in_short && short.hidden) showShort(done.in_short);
    if (done.abstained) {
      look("refused", "refused", word("refused"));
      // In the language in which it was asked, whatever the page speaks by now.
      const lang = done.reason ? turn.language : null;
      const reason = done.reason || word("refusedPlain");
      said.replaceChildren(el("p", { class: "reason", lang }, reason));
    } else if (done.mode === "compose") {
      look("written", "written", word("compose", done.model));
      explain(word("composeHelp"));
    } else {
      // What a browser kept may have the older name.
      const mode = done.mode === "select" ? "verbatim" : done.mode;
      look("verbatim", "quote", word(mode, done.in_short?.model ?? done.model));
      explain("");
    }
    // That there was no model stands above already.
    const above = Object.values(TEXTS).map((texts) => texts.noModel);
    showNotes(done.notes.filter((each) => !above.includes(each)));
    showSources();
    evidence.open = done.abstained || evidence.contains(document.activeElement);
    const title = done.abstained ? word("nearest") : word("found", done.hits.length);
    evidence.querySelector("summary").textContent = title;
    after.replaceChildren(...afterwards(turn, done, actions));
    for (const each of [short, said]) each.removeAttribute("aria-live");
  }

  /** The whole of an answer that was given before. */
  function show(done) {
    start();
    for (const each of [short, said]) each.removeAttribute("aria-live");
    finish(done);
  }

  /** No answer, or not a whole one: stopped, failed (a Problem), or lost by a reload. */
  function end(kind, problem = null) {
    if (kind === "failed") {
      look("failed", "problem", word("failed"));
      after.replaceChildren(problemCard(problem, actions.retry, OWN_WORDS));
      explain("");
    } else {
      look("stopped", "stop", word(kind));
      explain(word(`${kind}Help`));
      after.replaceChildren(retryButton(actions.retry));
    }
    showSources();
    for (const each of [short, said]) each.removeAttribute("aria-live");
  }

  start();
  return {
    element, start, showHits, showShort, finish, show, end, suggest,
    addSentence: ({ index: _, ...sentence }) => addSentence(sentence),
    addCitation: ({ index, ...citation }) => (citations[index] = citation),
  };
}

/** Copy and verdict, under a finished answer. */
function afterwards(turn, done, actions) {
  const told = el("span", { class: "small" });
  const remark = el("div");
  const copy = el("button", {
    class: "tool",
    onclick: async () => {
      const copied = await copyText(asText(done));
      announceIn(told, word(copied ? "copied" : "notCopied"));
    },
  }, icon("copy"), el("span", {}, word(done.abstained ? "copyRefusal" : "copy")));

  const verdict = (name, drawing, title) => el("button", {
    class: "tool bare", title: word(title), "aria-expanded": "false",
    onclick: ({ currentTarget }) => {
      up.setAttribute("aria-expanded", `${currentTarget === up}`);
      down.setAttribute("aria-expanded", `${currentTarget === down}`);
      remark.replaceChildren(remarkForm(name));
      remark.scrollIntoView({ block: "nearest" });
      remark.querySelector("textarea").focus();
    },
  }, icon(drawing), el("span", {}, word(title)));
  const up = verdict("up", "up", "good");
  const down = verdict("down", "down", "bad");

  function remarkForm(name) {
    const text = el("textarea", { rows: "2", maxlength: "2000" });
    const trouble = el("div");
    async function send() {
      const json = { verdict: name, remark: text.value.trim() || null, answer: done };
      await call("/v1/feedback", { method: "POST", json });
      turn.verdict = name;
      actions.keep();
      remark.replaceChildren();
      row.replaceChildren(copy, told);
      announceIn(told, word("thanks", name === "up"));
    }
    const onsubmit = (event) => {
      event.preventDefault();
      attempt(send, trouble);
    };
    return el("form", { class: "remark", onsubmit },
      el("label", { class: "field" }, word(name === "up" ? "remarkGood" : "remarkBad"), text),
      el("button", { type: "submit", class: "button" }, word("sendRemark")), trouble);
  }

  const unfiltered = done.abstained && filtersText(turn.filters) &&
    el("button", { class: "button quiet", onclick: actions.unfiltered }, word("unfiltered"));
  const seconds = word("seconds", done.timings_ms.total / 1000);
  const time = el("span", { class: "small time" }, seconds);
  const row = el("div", { class: "actions" }, copy, turn.verdict ? null : [up, down], told, time);
  if (turn.verdict) told.textContent = word("thanks", turn.verdict === "up");
  return [unfiltered, row, remark].filter(Boolean);
}

/** The question of a turn, and a way to change it. */
function asked(turn, actions) {
  const title = el("h2", { tabindex: "-1" }, turn.question);
  const change = el("button", { class: "tool bare", title: word("edit"), onclick: open },
    icon("written"), el("span", {}, word("edit")));
  const place = el("div", { class: "asked-question" }, title, change);

  function open() {
    const field = el("textarea", { rows: "2", maxlength: "2000", required: true });
    field.value = turn.question;
    const close = () => {
      place.replaceChildren(title, change);
      change.focus();
    };
    const form = el("form", {
      class: "edit",
      onsubmit: (event) => {
        event.preventDefault();
        if (field.value.trim()) actions.edit(field.value.trim());
      },
      onkeydown: (event) => {
        if (event.key === "Escape") close();
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
      },
    },
      el("label", { class: "field" }, word("editLabel"), field),
      el("div", { class: "row" },
        el("button", { class: "button quiet", onclick: close }, word("cancel")),
        el("button", { type: "submit", class: "button" }, word("askAgain"))));
    place.replaceChildren(form);
    field.focus();
  }
  return place;
}

const isSame = (one, other) => one.document.id === other.document.id && one.start === other.start;

function announceIn(place, text) {
  place.textContent = text;
  announce(text);
}

/** A sentence as people read it; the source has it verbatim. */
function shown({ display, text }) {
  const points = [...unwrapped(display ?? text)];
  return withTables(points, (start, end) => points.slice(start, end).join(""));
}

const squeezed = (text) => text.split(/\s+/).join(" ").trim();

function excerpt(text) {
  const whole = squeezed(text);
  return whole.length > EXCERPT ? `${whole.slice(0, EXCERPT).replace(/\s\S*$/, "")} …` : whole;
}
