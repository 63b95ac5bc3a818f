// Rows of a table, as documents have them: lines whose cells a tab parts.

import { el } from "./dom.js";

const isRow = (line) => line.trim().includes("\t");

/**
 * `points`, the characters of a text, as content: what `made(start, end)` gives of each stretch, and
 * rows that follow one another as a table.
 */
export function withTables(points, made) {
  const content = [];
  let at = 0;
  let rows = null;
  for (const line of points.join("").split("\n")) {
    const end = at + [...line].length;
    if (isRow(line)) {
      if (!rows) content.push(el("table", {}, rows = el("tbody")));
      rows.append(el("tr", {}, cells(points, at, end).map((cell) => el("td", {}, made(...cell)))));
    } else {
      rows = null;
      content.push(made(at, Math.min(end + 1, points.length)));
    }
    at = end + 1;
  }
  return content;
}

/** [start, end] of each cell of a row. */
function cells(points, start, end) {
  const found = [];
  let from = start;
  for (let at = start; at <= end; at += 1) {
    if (at < end && points[at] !== "\t") continue;
    found.push([from, at]);
    from = at + 1;
  }
  return found;
}
