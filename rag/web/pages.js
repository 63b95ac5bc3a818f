// The pages of a pdf as pictures, made by the service, with a place in its text marked on them.

import { el, icon } from "./dom.js";
import { problemCard } from "./problems.js";
import { call } from "./service.js";
import { nameOf, word } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** The page on which a stretch of the document's text begins; buttons for the pages beside it. */
export function pageView(info, { start, end }) {
  const address = `/v1/documents/${encodeURIComponent(info.id)}/bladzijden`;
  const view = el("div", { class: "pages" }, el("p", {}, word("loading")));

  async function open() {
    try {
      const { pages, places } = await (await call(`${address}?start=${start}&end=${end}`)).json();
      await turnTo(places[0]?.page ?? 1, pages, places);
    } catch (problem) {
      view.replaceChildren(problemCard(problem, open));
    }
  }

  async function turnTo(page, pages, places) {
    const source = await dataOf(await (await call(`${address}/${page}`)).blob());
    const img = el("img", { src: source, alt: word("pageAlt", page, pages, nameOf(info)) });
    await img.decode(); // its height says where on the screen the place is
    const boxes = places.find((each) => each.page === page)?.boxes ?? [];
    const to = (number, drawing, name) => el("button", {
      class: "tool bare", title: word(name), disabled: number < 1 || number > pages,
      onclick: async () => {
        try {
          await turnTo(number, pages, places);
        } catch (problem) {
          view.append(problemCard(problem, () => turnTo(number, pages, places)));
        }
      },
    }, icon(drawing), el("span", {}, word(name)));
    view.replaceChildren(
      places.length === 0 && end > start ? el("p", { class: "small" }, word("notOnPage")) : "",
      el("div", { class: "row turning" }, to(page - 1, "back", "pageBack"),
        el("span", { class: "small", role: "status" }, word("pageOf", page, pages)),
        to(page + 1, "on", "pageOn")),
      el("div", { class: "page" }, img, overlay(boxes)));
    scrollToPlace();
  }

  /** Only inside the pane: the answer beside it stays where it is. */
  function scrollToPlace() {
    const body = view.closest(".source-body");
    const place = view.querySelector("rect")?.getBoundingClientRect();
    if (!body || !place) return;
    const below = place.bottom - body.getBoundingClientRect().bottom;
    if (below > 0) body.scrollTop += below + body.clientHeight / 2;
  }

  open();
  return view;
}

/** The marked lines, in shares of the page, over its picture. */
function overlay(boxes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const [x, y, width, height] of boxes) {
    const rect = document.createElementNS(SVG, "rect");
    const air = height / 5;
    const sides = { x, width, y: y - air, height: height + 2 * air };
    for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, `${value}`);
    svg.append(rect);
  }
  return svg;
}

/** A picture as an address: the service wants the key, which an address of its own cannot carry. */
function dataOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
