// The documents panel: what is in the index, adding with progress, removing.

import { announce, confirmed, el, find, icon } from "./dom.js";
import { attempt, problemCard } from "./problems.js";
import { call, upload } from "./service.js";
import { dateText, fileOf, nameOf, word } from "./words.js";

let listed = null; // not known yet
let told = { changed: () => {}, open: () => {} };

/** The documents of the index, as the service lists them. */
export const documents = () => listed ?? [];

/** Whether the service has said that there are none. */
export const isEmpty = () => listed?.length === 0;

const OWN_WORDS = {
  "geen-recht": "mayNotChange", "onleesbaar-bestand": "unreadable", "te-groot": "tooLarge",
};

/** Wire the panel: `changed(removedId)` after every change, `open(document)` to read one. */
export function setUpDocuments(actions) {
  told = actions;
  const dialog = find("documents-dialog");
  const drop = find("drop");
  const files = find("files");
  const uploads = find("uploads");
  const open = () => {
    if (!uploads.querySelector("progress:not([hidden])")) uploads.replaceChildren();
    dialog.showModal();
    loadDocuments();
  };
  find("open-documents").addEventListener("click", open);
  find("first-document").addEventListener("click", open);
  find("choose").addEventListener("click", () => files.click());
  files.addEventListener("change", () => {
    addFiles([...files.files]);
    files.value = "";
  });
  find("documents-search").addEventListener("input", showDocuments);
  find("documents-sort").addEventListener("change", showDocuments);
  // A file that misses the box must not be opened in place of the page.
  for (const kind of ["dragover", "drop"]) {
    dialog.addEventListener(kind, (event) => event.preventDefault());
  }
  drop.addEventListener("dragover", () => drop.classList.add("over"));
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    addFiles([...event.dataTransfer.files]);
  });
}

export async function loadDocuments() {
  const trouble = find("documents-problem");
  try {
    listed = (await (await call("/v1/documents")).json()).documents;
    trouble.replaceChildren();
  } catch (problem) {
    // An index that is not there yet is an empty one to who looks.
    if (problem.code !== "geen-index") {
      trouble.replaceChildren(problemCard(problem, loadDocuments));
      return;
    }
    listed = [];
  }
  showDocuments();
  told.changed();
}

/** What people search a document by: what it is about, whose it is, its numbers, date and file. */
export const aboutOf = (document) => [
  document.title, fileOf(document), document.date, dateText(document.date), ...document.identifiers,
  ...document.ministers, ...document.askers, document.answered_by,
].join(" ").toLowerCase();

// What has no date comes last, whichever way.
const SORTS = {
  newest: (one, other) => (other.date ?? "").localeCompare(one.date ?? ""),
  oldest: (one, other) => (one.date ?? "9").localeCompare(other.date ?? "9"),
  subject: (one, other) => nameOf(one).localeCompare(nameOf(other), "nl", { numeric: true }),
  added: () => 0, // as the service lists them
};

/** The documents that the search in the panel leaves, in the order that is chosen there. */
function shownDocuments() {
  const sought = find("documents-search").value.toLowerCase().split(/\s+/);
  const found = documents().filter((each) => sought.every((part) => aboutOf(each).includes(part)));
  return found.sort(SORTS[find("documents-sort").value]);
}

export function showDocuments() {
  const shown = shownDocuments();
  find("documents-list").replaceChildren(...shown.map(row));
  find("documents-find").hidden = documents().length === 0;
  find("documents-count").textContent = word("documentCount", shown.length, documents().length);
}

function row(document) {
  const facts = [
    dateText(document.date), word("kinds")[document.kind],
    document.ministers.join(", ") || document.answered_by, document.identifiers[0],
    word("passageCount", document.passages), document.title && fileOf(document),
  ];
  const trouble = el("div");
  const actions = { open: () => told.open(document), remove: () => remove(document, trouble) };
  return listRow(nameOf(document), "nl", facts, actions, warningsOf(document), trouble);
}

/**
 * A row of a list: a name that opens what it stands for, facts about it, buttons to remove it and,
 * where `actions` can, to give it another name.
 */
export function listRow(name, lang, facts, actions, ...more) {
  return el("li", {},
    el("div", { class: "document" },
      el("div", {},
        el("button", { class: "link title", lang, onclick: actions.open }, name),
        el("p", { class: "small" }, facts.filter(Boolean).join(" · "))),
      Boolean(actions.rename) && el("button", {
        class: "tool bare", title: word("rename"), onclick: actions.rename,
      }, icon("written"), el("span", {}, word("renameNamed", name))),
      el("button", { class: "tool bare", title: word("remove"), onclick: actions.remove },
        icon("remove"), el("span", {}, word("removeNamed", name)))),
    more);
}

function warningsOf({ warnings }) {
  return warnings.length > 0 && el("details", { class: "warnings" },
    el("summary", {}, word("warnings", warnings.length)),
    el("ul", {}, warnings.map((each) => el("li", {}, each))));
}

/** Take a document out of the index; throws a Problem. Gone already is what was wanted. */
async function removeFromIndex({ id }) {
  try {
    await call(`/v1/documents/${encodeURIComponent(id)}`, { method: "DELETE" });
  } catch (problem) {
    if (problem.status !== 404) throw problem;
  }
}

async function remove(document, trouble) {
  if (!(await confirmed(word("removeSure", nameOf(document)), word("remove")))) return;
  await attempt(async () => {
    await removeFromIndex(document);
    announce(word("removed"));
    const at = shownDocuments().indexOf(document);
    await loadDocuments();
    const rows = find("documents-list").children;
    (rows[Math.min(at, rows.length - 1)]?.querySelector("button") ?? find("choose")).focus();
  }, trouble, OWN_WORDS);
}

/** One at a time: the index takes one writer, and who waits wants to see that. */
async function addFiles(files) {
  const waiting = files.map((file) => ({ file, place: uploadRow(file) }));
  for (const { file, place } of waiting) await addFile(file, place);
}

function uploadRow(file) {
  const bar = el("progress", { max: "1", value: "0", "aria-label": file.name });
  const state = el("span", { class: "small" }, word("waiting"));
  const more = el("div");
  const line = el("div", { class: "upload" }, el("span", {}, file.name), state, bar);
  find("uploads").append(el("li", {}, line, more));
  return { bar, state, more };
}

async function addFile(file, { bar, state, more }) {
  more.replaceChildren();
  bar.hidden = false;
  state.textContent = word("sending");
  try {
    const { status, document } = await upload(file, (share) => {
      if (share < 1) return (bar.value = share);
      bar.removeAttribute("value"); // how long indexing takes is not known
      state.textContent = word("indexing");
    });
    const added = word("added", document.passages);
    state.textContent = status === "unchanged" ? word("unchanged") : added;
    more.replaceChildren(warningsOf(document) || "");
    await loadDocuments();
    const isOlder = (each) => each.id !== document.id && fileOf(each) === file.name;
    if (status === "added") more.append(...documents().filter(isOlder).map(replaceQuestion));
  } catch (problem) {
    state.textContent = "";
    const again = () => addFile(file, { bar, state, more });
    more.replaceChildren(problemCard(problem, again, OWN_WORDS));
  }
  bar.hidden = true;
  announce(`${file.name}: ${state.textContent}`);
}

/** Whether a new upload stands in for a document whose file has the same name. */
function replaceQuestion(older) {
  const trouble = el("div");
  const about = [nameOf(older), dateText(older.date)].filter(Boolean).join(" · ");
  const done = () => {
    question.remove();
    find("choose").focus();
  };
  const replace = () => attempt(async () => {
    await removeFromIndex(older);
    announce(word("removed"));
    await loadDocuments();
    done();
  }, trouble, OWN_WORDS);
  const question = el("div", { class: "replace", role: "group", "aria-label": word("sameName") },
    el("p", {}, word("sameName")), el("p", { class: "small", lang: "nl" }, about),
    el("div", { class: "row" },
      el("button", { class: "button quiet", onclick: done }, word("keepBoth")),
      el("button", { class: "button", onclick: replace }, word("replaceOlder"))),
    trouble);
  return question;
}
