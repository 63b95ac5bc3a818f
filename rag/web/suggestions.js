// What could be asked next: questions that the cited document itself goes on with.

import { Problem } from "./service.js";
import { indexOf, textOf } from "./texts.js";

const MOST = 3;
const LONGEST = 400; // characters of a question
const LEAST = 60; // characters of an answer: there is something to tell

/** Questions {text, document} that follow the first cited one in its document and are not cited. */
export async function nextQuestions({ citations }) {
  const [first] = citations;
  if (!first?.questions.length) return [];
  try {
    const whole = await textOf(first.document.id, { keep: false });
    const cited = citations.filter((each) => each.document.id === first.document.id)
      .map((each) => indexOf(whole, each));
    return whole.passages
      .map(({ question_texts: asked, text }, at) => ({
        at, text: Object.values(asked).join(" ").replace(/\s+/g, " ").trim(), length: text.length,
      }))
      .filter(({ at, text, length }) => at > cited[0] && !cited.includes(at) && length >= LEAST &&
        text.endsWith("?") && text.length <= LONGEST)
      .slice(0, MOST)
      .map(({ text }) => ({ text, document: first.document.id }));
  } catch (problem) {
    // A document that is gone has no next question.
    if (!(problem instanceof Problem)) throw problem;
    return [];
  }
}
