// What users read, in Dutch and English. A text is a string, or a function of what it speaks of.

const list = (items, locale) => new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

const nl = {
  skip: "Naar het vraagveld",
  tools: "Hulpmiddelen",
  newConversation: "Nieuw gesprek",
  history: "Gesprekken",
  documents: "Documenten",
  theme: "Donker of licht",
  otherLanguage: "English (EN)",
  close: "Sluiten",
  cancel: "Annuleren",
  stop: "Stop",
  retry: "Probeer opnieuw",

  startTitle: "Wat wilt u weten?",
  startText:
    "Vraagbaak antwoordt alleen uit de documenten die hier staan, en zegt bij elke zin waar het " +
    "staat. Staat het er niet in, dan zegt hij dat.",
  ready: (documents, model) =>
    `${count(documents, "document", "documenten")} te doorzoeken · ` +
    (model === "none" ? "zonder taalmodel: alleen letterlijke citaten" : `taalmodel ${model}`),
  noDocuments: "Er staan nog geen documenten in. Voeg er eerst een toe.",
  addDocuments: "Documenten toevoegen",
  examplesTitle: "Begin bijvoorbeeld zo:",
  examples: [
    "Wat is er toegezegd over …?",
    "Hoeveel geld is er beschikbaar voor …?",
    "Vanaf wanneer geldt …?",
    "Wie beslist over …?",
  ],
  questionLabel: "Uw vraag",
  questionHint: "Stel uw vraag",
  questionHelp: "Enter verstuurt, ↑ haalt de vorige vraag terug",
  startersTitle: "Vragen uit deze documenten:",
  slash: "Met / naar het vraagveld",
  edit: "Wijzig de vraag",
  editLabel: "Andere vraag",
  askAgain: "Vraag opnieuw",
  nextTitle: "Dit document gaat verder met",
  questionFull: (limit) => `Een vraag kan niet langer zijn dan ${limit} tekens.`,
  fillIn: "Vul eerst in wat er op de plaats van … moet staan.",
  send: "Vraag",

  readAs: (text) => `Gelezen als: ${text}`,
  searching: "Passages worden gezocht …",
  writing: "Antwoord wordt gemaakt en nagelezen …",
  found: (n) => count(n, "passage gevonden", "passages gevonden"),
  nearest: "Dichtstbijzijnde passages",
  answerReady: "Het antwoord is klaar.",
  verbatim: (model) => `Letterlijk citaat${model === "none" ? ", zonder taalmodel" : ""}`,
  noModel: "Zonder taalmodel beantwoord: dit zijn zinnen uit de documenten, letterlijk.",
  compose: (model) => `Antwoord, geschreven door ${model}`,
  inShort: (model) => `In het kort, geschreven door ${model}`,
  composeHelp: "Elke zin is nagelezen tegen de bron die erbij staat.",
  metadata: "Uit de gegevens van de documenten",
  courtesy: "Vraagbaak",
  refused: "Niet gevonden in de documenten",
  refusedPlain: "Dat staat niet in de documenten.",
  unfiltered: "Zoek zonder filters",
  stopped: "Gestopt",
  stoppedHelp: "U hebt het antwoord gestopt. Wat er al staat is nagelezen, maar niet af.",
  unfinished: "Niet beantwoord",
  unfinishedHelp: "Op deze vraag kwam geen antwoord.",
  failed: "Er ging iets mis",
  replaced:
    "De zin tussen aanhalingstekens, met stippen eronder, komt letterlijk uit de bron: wat het " +
    "taalmodel daar schreef werd niet door de bron gedragen en is weggelaten.",
  repointed: "Bij een zin is een andere bron gezet dan het taalmodel noemde: die draagt hem wel.",
  beside: "Mogelijk ook van belang",
  context: "Uit hetzelfde antwoord",
  sources: "Bronnen",
  recognised: "(herkende tekst)",
  source: (number, label) => `Bron ${number}: ${label}`,
  seconds: (s) => `${s.toLocaleString("nl", { maximumSignificantDigits: 2 })} s`,

  copy: "Kopieer met bronnen",
  copyRefusal: "Kopieer",
  copied: "Gekopieerd.",
  notCopied: "Kopiëren lukt niet in deze browser.",
  keep: "Dit gesprek bewaren:",
  good: "Goed antwoord",
  bad: "Geen goed antwoord",
  remarkGood: "Wat was er goed aan? (mag leeg blijven)",
  remarkBad: "Wat klopte er niet? (mag leeg blijven)",
  sendRemark: "Versturen",
  thanks: (up) =>
    (up ? "Bewaard als goed antwoord. Dank u." : "Bewaard als geen goed antwoord. Dank u."),

  questions: (numbers) => `vraag ${list(numbers.map(String), "nl")}`,
  section: (number) => `passage ${number}`,
  askedAs: (number) => `Vraag ${number}`,
  answer: "Antwoord",
  text: "Tekst",
  original: (host) => `Lees het document op ${host}`,
  ways: "Weergave van de bron",
  asText: "Tekst",
  asPages: "Bladzijde",
  saveOriginal: "Bewaar het bestand",
  contents: (n) => `Vragen in dit document (${count(n, "antwoord", "antwoorden")})`,
  sections: (n) => `Delen van dit document (${n})`,
  asides: "Randtekst: briefhoofd, kop- en voetregels, navigatie",
  pageOf: (page, pages) => `bladzijde ${page} van ${pages}`,
  pageAlt: (page, pages, name) => `Bladzijde ${page} van ${pages} van ${name}. De tekst staat onder Tekst.`,
  pageBack: "Vorige bladzijde",
  pageOn: "Volgende bladzijde",
  notOnPage: "Op welke bladzijde dit staat is niet te zeggen; hier is de eerste.",
  opensNew: "(opent een nieuw tabblad)",
  previous: "Vorige",
  next: "Volgende",
  passages: "Andere passages van dit document",
  footnotes: "Voetnoten",
  otherSources: (n) => `Andere bronnen bij dit antwoord (${n})`,
  gap: "(paginarand, hoort niet bij de tekst)",
  loading: "Wordt geladen …",
  noSuchQuestion: (number) => `Dit document heeft geen vraag ${number}.`,
  noPassages: "Dit document heeft geen passages.",

  dropHere: "Sleep bestanden hierheen, of",
  chooseFiles: "Kies bestanden",
  dropKinds: "pdf, docx, html, xml, txt of md",
  sending: "wordt verstuurd",
  indexing: "wordt geïndexeerd …",
  waiting: "wacht",
  added: (n) => `toegevoegd: ${count(n, "passage", "passages")}`,
  unchanged: "stond er al",
  warnings: (n) => count(n, "waarschuwing", "waarschuwingen"),
  passageCount: (n) => count(n, "passage", "passages"),
  documentCount: (n, of) =>
    (n === of ? count(of, "document", "documenten") : `${n} van ${count(of, "document", "documenten")}`),
  sortBy: "Volgorde",
  sortNewest: "nieuwste eerst",
  sortOldest: "oudste eerst",
  sortSubject: "op onderwerp",
  sortAdded: "zoals toegevoegd",
  remove: "Verwijderen",
  removeNamed: (name) => `Verwijder ${name}`,
  removeSure: (name) =>
    `“${name}” verwijderen? Het document verdwijnt uit alle volgende antwoorden.`,
  removed: "Verwijderd.",
  sameName: "Er staat al een ander document met deze naam. Vervangen?",
  replaceOlder: "Vervangen",
  keepBoth: "Beide houden",
  kinds: {
    answers: "antwoorden",
    questions_only: "vragen zonder antwoord",
    postponement: "uitstel",
    debate: "debat",
    letter: "brief",
    other: "overig",
  },

  filters: "Filters",
  filtersText: "Alleen documenten die hieraan voldoen mogen antwoord geven.",
  period: "Periode",
  from: "Van",
  to: "Tot en met",
  whoAnswers: "Wie antwoordt",
  anyone: "iedereen",
  findDocument: "Zoek op titel, nummer of naam",
  noMatch: "Geen document dat zo heet.",
  clearFilters: "Wis filters",
  apply: "Toepassen",
  filtered: (parts) => `Alleen ${parts.join(" · ")}`,
  filterDocuments: (n) => count(n, "document", "documenten"),
  filterFrom: (date) => `vanaf ${date}`,
  filterTo: (date) => `tot en met ${date}`,

  historyText: "Gesprekken staan alleen in deze browser, niet bij de dienst.",
  noHistory: "Nog geen gesprekken.",
  noConversation: "Geen gesprek waarin dat staat.",
  findConversation: "Zoek in gesprekken",
  rename: "Andere naam",
  renameNamed: (name) => `Geef ${name} een andere naam`,
  renamed: "De naam is bewaard.",
  nameLabel: "Naam van het gesprek",
  saveName: "Bewaren",
  clearAll: "Wis alles",
  clearSure: "Alle gesprekken in deze browser wissen? Dat kan niet ongedaan worden gemaakt.",
  forgetSure: (question) => `Het gesprek “${question}” uit deze browser wissen?`,
  turns: (n) => count(n, "vraag", "vragen"),
  notKept:
    "Dit gesprek is verwijderd, past niet in deze browser of mag er niet bewaard worden; na " +
    "herladen is het weg.",

  keyTitle: "Sleutel nodig",
  keyText: "Deze dienst vraagt een API-sleutel. Hij wordt bewaard tot u dit tabblad sluit.",
  keyRefused: "Die sleutel werd niet aangenomen. Probeer een andere.",
  keyLabel: "API-sleutel",
  useKey: "Gebruik sleutel",

  goneDocument: "Dit document staat er niet meer in.",
  goneFilter: "Een document waarop u filtert staat er niet meer in. Pas de filters aan.",
  mayNotChange: "Met deze sleutel mag u geen documenten toevoegen of verwijderen.",
  unreadable: (why) => `Dit bestand is niet te lezen. ${why}`,
  tooLarge: "Dit bestand is te groot voor deze dienst. Splits het, of vraag het de beheerder.",
  unreachable: "De dienst is niet te bereiken. Draait hij nog?",
  strangeAnswer: (status) => `De dienst gaf een onverwacht antwoord (${status}).`,
  brokenOff: "De verbinding brak af voordat het antwoord klaar was.",
  tryAfter: (seconds, time) =>
    `Probeer het na ${time} opnieuw (over ${count(seconds, "seconde", "seconden")}).`,
};

const en = {
  skip: "To the question field",
  tools: "Tools",
  newConversation: "New conversation",
  history: "Conversations",
  documents: "Documents",
  theme: "Dark or light",
  otherLanguage: "Nederlands (NL)",
  close: "Close",
  cancel: "Cancel",
  stop: "Stop",
  retry: "Try again",

  startTitle: "What would you like to know?",
  startText:
    "Vraagbaak answers only from the documents that are here, and says for every sentence where " +
    "it stands. If they do not say, it tells you so.",
  ready: (documents, model) =>
    `${count(documents, "document", "documents")} to search · ` +
    (model === "none" ? "no language model: verbatim quotes only" : `language model ${model}`),
  noDocuments: "There are no documents yet. Add one first.",
  addDocuments: "Add documents",
  examplesTitle: "For example, begin like this (the documents are in Dutch):",
  examples: nl.examples,
  questionLabel: "Your question",
  questionHint: "Ask your question",
  questionHelp: "Enter sends, ↑ brings back the last question",
  startersTitle: "Questions from these documents:",
  slash: "/ goes to the question field",
  edit: "Change the question",
  editLabel: "Another question",
  askAgain: "Ask again",
  nextTitle: "This document goes on with",
  questionFull: (limit) => `A question can be no longer than ${limit} characters.`,
  fillIn: "First put in what should stand in the place of ….",
  send: "Ask",

  readAs: (text) => `Read as: ${text}`,
  searching: "Searching passages …",
  writing: "Answer is being made and checked …",
  found: (n) => count(n, "passage found", "passages found"),
  nearest: "Nearest passages",
  answerReady: "The answer is complete.",
  verbatim: (model) => `Verbatim quote${model === "none" ? ", no language model" : ""}`,
  noModel: "No language model was used: these are sentences of the documents, verbatim.",
  compose: (model) => `Answer, written by ${model}`,
  inShort: (model) => `In short, written by ${model}`,
  composeHelp: "Every sentence was checked against the source beside it.",
  metadata: "From what the documents state about themselves",
  courtesy: "Vraagbaak",
  refused: "Not found in the documents",
  refusedPlain: "The documents do not say.",
  unfiltered: "Search without filters",
  stopped: "Stopped",
  stoppedHelp: "You stopped the answer. What is here has been checked but is not complete.",
  unfinished: "Not answered",
  unfinishedHelp: "No answer came to this question.",
  failed: "Something went wrong",
  replaced:
    "The sentence in quotation marks, dotted below, is the source's own: what the language model " +
    "wrote there was not carried by the source and was left out.",
  repointed: "A sentence got another source than the language model named: one that carries it.",
  beside: "Possibly relevant too",
  context: "From the same answer",
  sources: "Sources",
  recognised: "(recognised text)",
  source: (number, label) => `Source ${number}: ${label}`,
  seconds: (s) => `${s.toLocaleString("en", { maximumSignificantDigits: 2 })} s`,

  copy: "Copy with sources",
  copyRefusal: "Copy",
  copied: "Copied.",
  notCopied: "This browser cannot copy.",
  keep: "Keep this conversation:",
  good: "Good answer",
  bad: "Not a good answer",
  remarkGood: "What was good about it? (may stay empty)",
  remarkBad: "What was wrong? (may stay empty)",
  sendRemark: "Send",
  thanks: (up) =>
    (up ? "Kept as a good answer. Thank you." : "Kept as not a good answer. Thank you."),

  questions: (numbers) =>
    `${numbers.length === 1 ? "question" : "questions"} ${list(numbers.map(String), "en")}`,
  section: (number) => `passage ${number}`,
  askedAs: (number) => `Question ${number}`,
  answer: "Answer",
  text: "Text",
  original: (host) => `Read the document at ${host}`,
  ways: "View of the source",
  asText: "Text",
  asPages: "Page",
  saveOriginal: "Save the file",
  contents: (n) => `Questions in this document (${count(n, "answer", "answers")})`,
  sections: (n) => `Parts of this document (${n})`,
  asides: "Edges: letterhead, headers and footers, navigation",
  pageOf: (page, pages) => `page ${page} of ${pages}`,
  pageAlt: (page, pages, name) => `Page ${page} of ${pages} of ${name}. Its text is under Text.`,
  pageBack: "Previous page",
  pageOn: "Next page",
  notOnPage: "On which page this stands cannot be said; here is the first.",
  opensNew: "(opens a new tab)",
  previous: "Previous",
  next: "Next",
  passages: "Other passages of this document",
  footnotes: "Footnotes",
  otherSources: (n) => `Other sources of this answer (${n})`,
  gap: "(edge of a page, not part of the text)",
  loading: "Loading …",
  noSuchQuestion: (number) => `This document has no question ${number}.`,
  noPassages: "This document has no passages.",

  dropHere: "Drop files here, or",
  chooseFiles: "Choose files",
  dropKinds: "pdf, docx, html, xml, txt or md",
  sending: "is being sent",
  indexing: "is being indexed …",
  waiting: "waiting",
  added: (n) => `added: ${count(n, "passage", "passages")}`,
  unchanged: "was already there",
  warnings: (n) => count(n, "warning", "warnings"),
  passageCount: (n) => count(n, "passage", "passages"),
  documentCount: (n, of) =>
    (n === of ? count(of, "document", "documents") : `${n} of ${count(of, "document", "documents")}`),
  sortBy: "Order",
  sortNewest: "newest first",
  sortOldest: "oldest first",
  sortSubject: "by subject",
  sortAdded: "as added",
  remove: "Remove",
  removeNamed: (name) => `Remove ${name}`,
  removeSure: (name) =>
    `Remove “${name}”? It will be in no answer after this.`,
  removed: "Removed.",
  sameName: "There is already another document by this name. Replace it?",
  replaceOlder: "Replace",
  keepBoth: "Keep both",
  kinds: {
    answers: "answers",
    questions_only: "questions without answers",
    postponement: "postponement",
    debate: "debate",
    letter: "letter",
    other: "other",
  },

  filters: "Filters",
  filtersText: "Only documents that fit may answer.",
  period: "Period",
  from: "From",
  to: "Up to and including",
  whoAnswers: "Who answers",
  anyone: "anyone",
  findDocument: "Search by title, number or name",
  noMatch: "No document by that name.",
  clearFilters: "Clear filters",
  apply: "Apply",
  filtered: (parts) => `Only ${parts.join(" · ")}`,
  filterDocuments: (n) => count(n, "document", "documents"),
  filterFrom: (date) => `from ${date}`,
  filterTo: (date) => `up to ${date}`,

  historyText: "Conversations are in this browser only, not at the service.",
  noHistory: "No conversations yet.",
  noConversation: "No conversation says that.",
  findConversation: "Search conversations",
  rename: "Another name",
  renameNamed: (name) => `Give ${name} another name`,
  renamed: "The name was kept.",
  nameLabel: "Name of the conversation",
  saveName: "Save",
  clearAll: "Clear all",
  clearSure: "Clear all conversations in this browser? This cannot be undone.",
  forgetSure: (question) => `Remove the conversation “${question}” from this browser?`,
  turns: (n) => count(n, "question", "questions"),
  notKept:
    "This conversation was removed, does not fit in this browser or may not be kept; a reload " +
    "loses it.",

  keyTitle: "Key needed",
  keyText: "This service asks for an API key. It is kept until you close this tab.",
  keyRefused: "That key was not accepted. Try another one.",
  keyLabel: "API key",
  useKey: "Use key",

  goneDocument: "This document is no longer here.",
  goneFilter: "A document that you filter on is no longer here. Change the filters.",
  mayNotChange: "With this key you may not add or remove documents.",
  unreadable: (why) => `This file cannot be read. ${why}`,
  tooLarge: "This file is too large for this service. Split it, or ask who runs the service.",
  unreachable: "The service cannot be reached. Is it still running?",
  strangeAnswer: (status) => `The service gave an unexpected answer (${status}).`,
  brokenOff: "The connection broke before the answer was complete.",
  tryAfter: (seconds, time) =>
    `Try again after ${time} (in ${count(seconds, "second", "seconds")}).`,
};

export const TEXTS = { nl, en };

export const language = () => document.documentElement.lang;

/** The text of that name in the page's language. */
export function word(name, ...about) {
  const text = TEXTS[language()][name];
  return typeof text === "function" ? text(...about) : text;
}

/** The reference to a place: in Dutch, but for the mark of text that was recognised on a picture. */
export const labelOf = ({ label }) => label.endsWith(nl.recognised)
  ? label.slice(0, -nl.recognised.length) + word("recognised") : label;

/** "12 juni 2025" for 2025-06-12; "" for null. */
export function dateText(iso) {
  if (!iso) return "";
  const options = { day: "numeric", month: "long", year: "numeric" };
  return new Date(iso).toLocaleDateString(language() === "nl" ? "nl-NL" : "en-GB", options);
}

/** Who answers in a document, with the office where it is stated; answers of before had names only. */
export const whoOf = ({ who, ministers, answered_by: body }) =>
  (who?.length ? who : ministers ?? []).join(", ") || body || "";

/** The name of a document's file, without its folder. */
export const fileOf = ({ source }) => source.split(/[\\/]/).at(-1);

/** What a document is called: its title, else its file. */
export const nameOf = (document) => document.title || fileOf(document);

/** Put the page in that language ("nl" or "en"): texts, labels and hints of index.html. */
export function speak(chosen) {
  document.documentElement.lang = chosen;
  for (const each of document.querySelectorAll("[data-word]")) {
    each.textContent = word(each.dataset.word);
  }
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", word(each.dataset.label));
  }
  for (const each of document.querySelectorAll("[data-hint]")) {
    each.placeholder = word(each.dataset.hint);
  }
}
