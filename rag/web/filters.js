// Which documents may answer: documents, period, who answers.

import { el, find } from "./dom.js";
import { documents } from "./documents.js";
import { isFilters } from "./shapes.js";
import { preference, prefer } from "./storage.js";
import { dateText, nameOf, word } from "./words.js";

const NONE = { document: [], from: null, to: null, minister: null };
let chosen = { ...NONE };

/** The filters as the service takes them; what does not filter is left out. */
export function filters() {
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value?.length));
}

export function setUpFilters() {
  chosen = { ...NONE, ...preference("filters", isFilters) };
  const form = find("filters-form");
  const dialog = find("filters-dialog");
  find("open-filters").addEventListener("click", () => {
    fillForm();
    dialog.showModal();
  });
  find("filter-search").addEventListener("input", narrowList);
  find("filter-search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it searches, it does not apply
  });
  find("filters-clear").addEventListener("click", () => {
    choose({ ...NONE });
    fillForm();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    choose({
      document: given.getAll("document"), from: given.get("from"), to: given.get("to"),
      minister: given.get("minister"),
    });
    dialog.close();
  });
}

/** After a change of documents: nothing filters on what is no longer there. */
export function refreshFilters() {
  const ids = new Set(documents().map((each) => each.id));
  choose({ ...chosen, document: chosen.document.filter((id) => ids.has(id)) });
}

function choose(wanted) {
  chosen = wanted;
  prefer("filters", chosen);
  showFilters();
}

/** What filters, in words; "" where nothing does. */
export function filtersText({ document = [], from, to, minister }) {
  const parts = [
    document.length && word("filterDocuments", document.length),
    from && word("filterFrom", dateText(from)), to && word("filterTo", dateText(to)), minister,
  ].filter(Boolean);
  return parts.length ? word("filtered", parts) : "";
}

/** The line above the question that says what filters; again after a change of language. */
export function showFilters() {
  const line = find("filtered");
  line.hidden = !filtersText(chosen);
  line.replaceChildren(filtersText(chosen), " ", el("button", {
    class: "link",
    onclick: () => {
      choose({ ...NONE });
      find("question").focus();
    },
  }, word("clearFilters")));
}

function fillForm() {
  const form = find("filters-form");
  form.elements.from.value = chosen.from ?? "";
  form.elements.to.value = chosen.to ?? "";
  const ministers = [...new Set(documents().flatMap((each) => each.ministers))].sort();
  form.elements.minister.replaceChildren(
    el("option", { value: "" }, word("anyone")),
    ...ministers.map((each) => el("option", { selected: each === chosen.minister }, each)));
  find("filter-search").value = "";
  find("filter-documents").replaceChildren(...documents().map((each) =>
    el("li", {}, el("label", { class: "choice", lang: "nl" },
      el("input", {
        type: "checkbox", name: "document", value: each.id,
        checked: chosen.document.includes(each.id),
      }),
      el("span", {}, nameOf(each), " ", el("span", { class: "small" }, dateText(each.date)))))),
    el("li", { class: "small", hidden: true }, word("noMatch")));
}

function narrowList() {
  const sought = find("filter-search").value.toLowerCase().trim();
  const rows = [...find("filter-documents").children];
  const none = rows.pop();
  documents().forEach((each, at) => {
    const names = [...each.identifiers, ...each.ministers, ...each.askers];
    const about = [each.title, each.source, each.date, ...names].join(" ");
    rows[at].hidden = !about.toLowerCase().includes(sought);
  });
  none.hidden = rows.some((each) => !each.hidden);
}
