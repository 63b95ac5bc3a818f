// Which documents may answer: documents, period, who answers.

import { el, find } from "./dom.js";
import { aboutOf, documents } from "./documents.js";
import { isFilters } from "./shapes.js";
import { preference, prefer } from "./storage.js";
import { dateText, nameOf, word } from "./words.js";

const roomBeside = matchMedia("(min-width: 75rem)");
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
  const opener = find("open-filters");
  opener.addEventListener("click", () => {
    if (dialog.open) return dialog.close();
    fillForm();
    reveal(dialog);
  });
  dialog.addEventListener("close", () => {
    if (dialog.open) return; // it only moved
    document.body.classList.remove("with-filters");
    opener.setAttribute("aria-expanded", "false");
    if (document.activeElement === document.body || dialog.contains(document.activeElement)) {
      opener.focus();
    }
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || dialog.matches(":modal")) return;
    event.stopPropagation(); // the source beside it stays
    dialog.close();
  });
  roomBeside.addEventListener("change", () => {
    if (!dialog.open) return;
    dialog.close();
    reveal(dialog);
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
    if (dialog.matches(":modal")) dialog.close();
    else find("question").focus();
  });
}

/** Beside the conversation where there is room, over it where there is not. */
function reveal(dialog) {
  // What stands beside the conversation stays while one works in that.
  dialog.setAttribute("closedby", roomBeside.matches ? "none" : "any");
  if (roomBeside.matches) dialog.show();
  else dialog.showModal();
  document.body.classList.toggle("with-filters", roomBeside.matches);
  find("open-filters").setAttribute("aria-expanded", "true");
}

/** After a change of documents: nothing filters on what is no longer there. */
export function refreshFilters() {
  const ids = new Set(documents().map((each) => each.id));
  choose({ ...chosen, document: chosen.document.filter((id) => ids.has(id)) });
}

function choose(wanted) {
  chosen = wanted;
  if (document.body.classList.contains("with-filters")) fillForm(); // it stays in view
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
    rows[at].hidden = !aboutOf(each).includes(sought);
  });
  none.hidden = rows.some((each) => !each.hidden);
}
