// The shapes of what a browser kept: an answer as far as the page shows it, filters, a language.

const isText = (value) => typeof value === "string";
const every = (values, isRight) => Array.isArray(values) && values.every(isRight);
const isDate = (value) => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));

export const isLanguage = (value) => ["nl", "en"].includes(value);

/** {document, from, to, minister}; what does not filter is empty, null or left out. */
export const isFilters = (value) => value?.constructor === Object &&
  every(value.document ?? [], isText) && isText(value.minister ?? "") &&
  [value.from, value.to].every((each) => !each || isDate(each));

const isPlace = (value) => isText(value?.label) && isText(value.document?.id) &&
  Array.isArray(value.questions) && [value.start, value.end].every(Number.isInteger);

export const isAnswer = (value) => isText(value?.question) && isText(value.read_as) &&
  every(value.hits, (hit) => isPlace(hit) && isText(hit.text)) &&
  every(value.citations, (citation) => isPlace(citation) && isText(citation.quote)) &&
  every(value.sentences, (sentence) =>
    isText(sentence?.text) && every(sentence.citations, (at) => isPlace(value.citations[at]))) &&
  (!value.in_short || (isText(value.in_short.text) && isText(value.in_short.model) &&
    every(value.in_short.citations, (at) => isPlace(value.citations[at])))) &&
  every(value.notes ?? [], isText) && Number.isFinite(value.timings_ms?.total);
