// Answers to take along: as plain text on the clipboard, and a conversation as a file.

import { el, unwrapped } from "./dom.js";
import { call } from "./service.js";
import { labelOf, word } from "./words.js";

/** Question, answer with [1] marks, and what each mark stands for, with its quote. */
export function asText(answer) {
  const lines = [answer.question];
  if (answer.read_as !== answer.question) lines.push(word("readAs", answer.read_as));
  const said = answer.abstained
    ? `${word("refused")}. ${answer.reason ?? ""}`.trim()
    : ["main", "around", "near"].flatMap((place) => {
      const those = answer.sentences.filter((each) => placeOf(each) === place);
      const head = { main: [], around: [word("context")], near: [word("beside")] }[place];
      return those.length ? [[...head.map((it) => `${it}:`), ...those.map(withMarks)].join(" ")] : [];
    }).join("\n\n");
  if (answer.in_short) lines.push("", `${word("inShort", answer.in_short.model)}: ${withMarks(answer.in_short)}`);
  lines.push("", said, "");
  answer.citations.forEach((citation, at) => {
    const { quote } = citation;
    lines.push(`[${at + 1}] ${labelOf(citation)}`, `    “${unwrapped(quote).trim()}”`);
    lines.push(`    ${addressOf(citation)}`);
  });
  for (const note of answer.notes) lines.push("", note);
  return `${lines.join("\n").trim()}\n`;
}

/** Where a sentence stands: "main" is the answer, "around" it, or "near" in another passage. */
export const placeOf = ({ beside, context }) => beside ? "near" : context ? "around" : "main";

const withMarks = ({ text, citations }) =>
  [unwrapped(text), ...citations.map((at) => `[${at + 1}]`)].join(" ");

/** Only what begins with https:// is ever made a link. */
export const isWebAddress = (url) => typeof url === "string" && url.startsWith("https://");

/** Put text on the clipboard; false where the browser refuses. */
export async function copyText(text) {
  // Only there on https and on this machine itself.
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(() => true, () => false);
  }
  const field = el("textarea", { class: "unseen" });
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  before?.focus();
  return copied;
}

/** Where a citation can be read by whoever gets it: its public address, else on this page. */
function addressOf({ document, questions, start }) {
  if (isWebAddress(document.url)) return document.url;
  const place = questions.length ? `vraag=${questions[0]}` : `begin=${start}`;
  return new URL(`/#document=${document.id}&${place}`, location.href).href;
}

/** Save answers as a file of that format ("markdown" or "docx"), made by the service. */
export async function saveConversation(answers, format) {
  // What was found but not cited is not in the file: no need to send it.
  const cited = answers.map((answer) => ({
    ...answer,
    hits: [],
    citations: answer.citations.map((each) => ({ ...each, url: addressOf(each) })),
  }));
  const response = await call("/v1/export", { method: "POST", json: { format, answers: cited } });
  const named = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  await saveFile(response, named?.[1] ?? "vraagbaak");
}

/** Save what came as a file of that name. */
export async function saveFile(response, name) {
  const url = URL.createObjectURL(await response.blob());
  el("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
