// The service's edge: requests, the event stream of an answer, uploads, and errors as `Problem`.

import { ofThisTab } from "./storage.js";
import { language, word } from "./words.js";

const KEY = "vraagbaak.key";

/** How a request failed; `retryAfter` in seconds, null where the service does not say. */
export class Problem extends Error {
  constructor({ title, detail, status = 0, code = "fout", reasons = [] }, retryAfter = null) {
    super(detail || title);
    Object.assign(this, { title, status, code, reasons, retryAfter });
  }
}

/** Asks the user for a key, given whether one was refused: true if there is another to try. */
let keyAsker = async () => false;
let asking = null;

export function onNoAccess(asker) {
  keyAsker = asker;
}

/** Whether a text can be a key at all: a header takes no other characters. */
export const isKey = (text) => /^[\x21-\x7e]+$/.test(text);

export function keepKey(key) {
  ofThisTab.setItem(KEY, key);
}

const heldKey = () => ofThisTab.getItem(KEY);

function headers(key) {
  return { "Accept-Language": language(), ...(isKey(key ?? "") && { Authorization: `Bearer ${key}` }) };
}

/** Whether a request that went with the key `sent` and failed is worth another try. */
async function tryAnotherKey(problem, sent) {
  if (problem.status !== 401) return false;
  // It may have left before the user gave the key that is held now: that one was not refused.
  if (heldKey() !== sent) return true;
  // Requests that fail together ask the user once.
  asking ??= keyAsker(sent !== null).finally(() => (asking = null));
  return asking;
}

const unreachable = () => new Problem({ title: word("unreachable"), code: "geen-verbinding" });

function problemOf(status, text, retryAfter) {
  const seconds = Number.parseInt(retryAfter ?? "", 10);
  try {
    return new Problem({ ...JSON.parse(text), status }, Number.isNaN(seconds) ? null : seconds);
  } catch {
    return new Problem({ title: word("strangeAnswer", status), status });
  }
}

/** A response that is fine; anything else is thrown as a Problem (or AbortError, if aborted). */
export async function call(path, { method = "GET", json, signal } = {}) {
  for (;;) {
    const key = heldKey();
    let response;
    try {
      response = await fetch(path, {
        method,
        signal,
        headers: { ...headers(key), ...(json && { "Content-Type": "application/json" }) },
        body: json && JSON.stringify(json),
      });
    } catch (error) {
      throw error.name === "AbortError" ? error : unreachable();
    }
    if (response.ok) return response;
    const text = await response.text();
    const problem = problemOf(response.status, text, response.headers.get("Retry-After"));
    if (!(await tryAnotherKey(problem, key))) throw problem;
  }
}

/** The events of an answer, {event, data}, up to `done`; throws a Problem where it breaks off. */
export async function* ask(body, signal) {
  const json = { ...body, stream: true };
  const response = await call("/v1/ask", { method: "POST", json, signal });
  try {
    for await (const { event, data } of eventsOf(response.body)) {
      if (event === "error") throw new Problem(data);
      yield { event, data };
      if (event === "done") return;
    }
  } catch (error) {
    throw error instanceof Problem || error.name === "AbortError" ? error : unreachable();
  }
  throw new Problem({ title: word("brokenOff"), code: "afgebroken" });
}

/** Server-sent events (WHATWG HTML, 9.2.6), as far as this service sends them. */
async function* eventsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        const fields = { event: "message", data: [] };
        for (const line of block.split(/\r?\n/)) {
          const [, name, content] = /^([^:]*):? ?(.*)$/.exec(line);
          if (name === "event") fields.event = content;
          if (name === "data") fields.data.push(content);
        }
        // A comment, which keeps the connection alive, has neither.
        if (fields.data.length) {
          yield { event: fields.event, data: JSON.parse(fields.data.join("\n")) };
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // it may have failed already: that error is on its way
  }
}

/** Upload a file: `onProgress` gets the share sent, 0..1. Gives {status, document}. */
export async function upload(file, onProgress) {
  for (;;) {
    const key = heldKey();
    // fetch() does not tell how far an upload is.
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", "/v1/documents");
    for (const [name, value] of Object.entries(headers(key))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.loaded / (event.total || 1));
    const ended = new Promise((resolve, reject) => {
      request.onload = resolve;
      request.onerror = () => reject(unreachable());
    });
    request.send(body);
    await ended;
    if (request.status < 300) return JSON.parse(request.responseText);
    const wait = request.getResponseHeader("Retry-After");
    const problem = problemOf(request.status, request.responseText, wait);
    if (!(await tryAnotherKey(problem, key))) throw problem;
  }
}
