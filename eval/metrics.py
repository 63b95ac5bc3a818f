"""What an answer is worth. Every metric with its formula and source; deterministic and offline.

A metric gives each question a share (numerator, denominator); its value is Σ / Σ (eval.statistics),
between 0 and 1 and higher is better, except `crag` (-1 to 1). A question that the system failed on
(an exception) is scored as an answer without text, citations and hits: it scores zero on every
metric that is about it, and never leaves a mean.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import ir_measures
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG
from sacrebleu.metrics.chrf import CHRF

from eval.gold import GoldQuestion, Pair, Target, fact_found, passage_key, passage_pairs, squeeze
from eval.quantities import altered
from eval.statistics import Share
from index.documents import Document, Passage

AnswerJson = Mapping[str, Any]
"""An answer as `rag.pipeline.answers.answer_json` gives it; None stands for a failure."""

Group = Literal[
    "retrieval",
    "citation",
    "fact",
    "shown",
    "short",
    "figure",
    "abstention",
    "overall",
    "reference",
]
Cause = Literal[
    "error",
    "not_retrieved",
    "not_cited",
    "fact_missing",
    "altered_figure",
    "wrongly_refused",
    "wrongly_answered",
]
CAUSES: tuple[Cause, ...] = get_args(Cause)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's name in files, its group, and what reports call it."""

    name: str
    group: Group
    nl: str
    en: str


METRICS = (
    Metric("accuracy", "overall", "juist beantwoord", "answered right"),
    Metric("precision", "overall", "juist, van de antwoorden", "right, of the answers"),
    Metric("crag", "overall", "CRAG-score (-1 tot 1)", "CRAG score (-1 to 1)"),
    Metric("completed", "overall", "zonder fout afgerond", "completed without error"),
    Metric("success_1", "retrieval", "goudpassage op plaats 1", "gold passage at rank 1"),
    Metric("success_5", "retrieval", "goudpassage in de eerste 5", "gold passage in the top 5"),
    Metric("recall_5", "retrieval", "Recall@5", "Recall@5"),
    Metric("recall_10", "retrieval", "Recall@10", "Recall@10"),
    Metric("rr_10", "retrieval", "RR@10", "RR@10"),
    Metric("ndcg_10", "retrieval", "nDCG@10", "nDCG@10"),
    Metric("cited_gold", "citation", "goudpassage geciteerd", "gold passage cited"),
    Metric(
        "cited_gold_answered",
        "citation",
        "goudpassage geciteerd, van de antwoorden",
        "gold passage cited, of the answers",
    ),
    Metric("citation_exists", "citation", "citaten die bestaan", "citations that exist"),
    Metric("citation_precision", "citation", "citaten: precisie", "citation precision"),
    Metric("citation_recall", "citation", "citaten: recall", "citation recall"),
    Metric("citation_f1", "citation", "citaten: F1", "citation F1"),
    Metric("facts_strict", "fact", "alle feiten genoemd", "all facts stated"),
    Metric("facts_lenient", "fact", "feiten genoemd", "facts stated"),
    Metric(
        "facts_first", "fact", "alle feiten in de eerste zin", "all facts in the first sentence"
    ),
    Metric(
        "facts_indexed",
        "fact",
        "feiten die in de geïndexeerde goudpassage staan",
        "facts that the indexed gold passage holds",
    ),
    Metric(
        "to_the_point",
        "shown",
        "zinnen die volgens het leesmodel antwoorden",
        "sentences that answer, says the reader",
    ),
    Metric("short_written", "short", "zin in het kort geschreven", "sentence in short written"),
    Metric("short_passed", "short", "geschreven zin doorstond de controle", "written one passed"),
    Metric("short_facts", "short", "alle feiten in de getoonde zin", "all facts in the shown one"),
    Metric("figures_kept", "figure", "geen getal veranderd", "no figure altered"),
    Metric("refusal_precision", "abstention", "weigeren: precisie", "refusal precision"),
    Metric("refusal_recall", "abstention", "weigeren: recall", "refusal recall"),
    Metric("refusal_f1", "abstention", "weigeren: F1", "refusal F1"),
    Metric("answer_precision", "abstention", "antwoorden: precisie", "answering precision"),
    Metric("answer_recall", "abstention", "antwoorden: recall", "answering recall"),
    Metric("answer_f1", "abstention", "antwoorden: F1", "answering F1"),
    Metric("token_f1", "reference", "woord-F1 met referentie", "token F1 with reference"),
    Metric("chrf", "reference", "chrF met referentie", "chrF with reference"),
)

LENGTHS = ("first_sentence", "answer")  # what `words_shown` measures
_RETRIEVAL = {
    "success_1": Success @ 1,
    "success_5": Success @ 5,
    "recall_5": R @ 5,
    "recall_10": R @ 10,
    "rr_10": RR @ 10,
    "ndcg_10": nDCG @ 10,
}
_ARTICLES = frozenset({"de", "het", "een"})


class Corpus:
    """The documents of an index, for looking up what a citation or a hit points at."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: document for document in documents}

    def passage(self, place: Mapping[str, Any]) -> Passage | None:
        """The passage that a citation or hit (JSON) lies in, or None where there is none.

        It is the passage of document `place["document"]["id"]` that holds `start`..`end` and has
        all of the numbers in `questions`.
        """
        document = self._documents.get(place["document"]["id"])
        for passage in document.passages if document else ():
            if (
                passage.start <= place["start"] <= place["end"] <= passage.end
                and set(place["questions"]) <= set(passage.numbers)
                and bool(place["questions"]) == bool(passage.numbers)
            ):
                return passage
        return None

    def cited(self, citation: Mapping[str, Any]) -> Passage | None:
        """The passage of a citation that exists, else None.

        A citation exists if `passage` finds it and the passage holds its quote, compared by
        letters and digits.
        """
        passage = self.passage(citation)
        if passage is None:
            return None
        quote = squeeze(citation["quote"])[0]
        texts = (passage.reading_text(), passage.text)
        return passage if any(quote in squeeze(text)[0] for text in texts) else None


@dataclass(frozen=True, slots=True)
class Scored:
    """One question's scores, and what a reader needs to understand them.

    `shares` holds (numerator, denominator) by metric; metrics that are not about this question are
    left out. `cause` is None where nothing is wrong. `missing` are the fact groups not found,
    `altered` the figures as the answer writes them.
    """

    shares: Mapping[str, Share]
    cause: Cause | None
    missing: tuple[tuple[str, ...], ...] = ()
    altered: tuple[str, ...] = ()


def score(
    question: GoldQuestion,
    targets: Sequence[Target],
    answer: AnswerJson | None,
    corpus: Corpus,
    retrieval: Mapping[str, float],
    held: Sequence[bool | None] = (),
) -> Scored:
    """Score one answer; None is a failure. `retrieval` is this question's of `retrieval_scores`.

    `held` says of each shown sentence whether the reader holds it to answer (`eval.shown`).
    """
    failed = answer is None
    citations = list(answer["citations"]) if answer and not answer["abstained"] else []
    answered = answer is not None and not answer["abstained"]
    text = (answer["answer"] or "") if answer and answered else ""
    # Every target is a right answer of its own, so that each fact group is looked for in the text.
    missing = tuple(group for group in question.facts if not fact_found(group, text))
    cites_gold = any(cites(citation, targets, corpus) for citation in citations)
    changed = altered_figures(answer, corpus) if answer and answered else ()
    correct = (
        answered and (not missing if question.facts else cites_gold)
        if question.answerable
        else answer is not None and not answered
    )
    refused = not failed and not answered
    shares: dict[str, Share] = {
        "completed": (float(not failed), 1.0),
        "figures_kept": (float(not failed and not changed), 1.0),
        **outcome_shares(question.answerable, answered, refused, correct),
    }
    exist = [corpus.cited(citation) is not None for citation in citations]
    if exist:
        shares["citation_exists"] = (float(sum(exist)), float(len(exist)))
    if question.answerable:
        shares |= {name: (retrieval[name], 1.0) for name in _RETRIEVAL}
        precision, recall, f1 = citation_scores(cited_pairs(citations, corpus), targets)
        shares |= {
            "cited_gold": (float(cites_gold), 1.0),
            "cited_gold_answered": (float(cites_gold), float(answered)),
            "citation_precision": (precision, 1.0),
            "citation_recall": (recall, 1.0),
            "citation_f1": (f1, 1.0),
        }
    if question.facts:
        found = len(question.facts) - len(missing)
        shares["facts_strict"] = (float(not missing), 1.0)
        shares["facts_lenient"] = (found / len(question.facts), 1.0)
        first = first_sentence(answer) if answer and answered else ""
        shares["facts_first"] = (
            float(all(fact_found(each, first) for each in question.facts)),
            1.0,
        )
        held_facts = [
            any(fact_found(group, target.text) for target in targets) for group in question.facts
        ]
        shares["facts_indexed"] = (sum(held_facts) / len(question.facts), 1.0)
    asked = [each for each in held if each is not None]
    if answered and asked:
        shares["to_the_point"] = (float(sum(asked)), float(len(asked)))
    if answer and answered:
        shares |= short_shares(question, answer)
    if question.reference:
        shares["token_f1"] = (token_f1(text, question.reference), 1.0)
        shares["chrf"] = (chrf(text, question.reference), 1.0)
    retrieved = answer is not None and found_in_hits(answer, targets, corpus)
    cause: Cause | None = None
    if failed:
        cause = "error"
    elif not question.answerable:
        cause = "wrongly_answered" if answered else None
    elif changed:
        cause = "altered_figure"
    elif not cites_gold:
        cause = "not_retrieved" if not retrieved else "not_cited" if answered else "wrongly_refused"
    elif missing:
        cause = "fact_missing"
    about = {name: share for name, share in shares.items() if share[1]}
    return Scored(about, cause, missing if answered else (), changed)


def retrieval_scores(
    targets: Mapping[str, Sequence[Target]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Success@k, Recall@k, RR@10 and nDCG@10 of every question with targets, by ir-measures.

    `rankings` holds passage keys, best first. All passages of all targets are relevant alike, so
    Recall@k asks for every one of them, also where one alone would do; Success@k asks for one.
    Success@k: 1 if one of the first k is relevant. R@k: relevant ones among the first k / all
    relevant ones. RR@10: 1 / rank of the first relevant one, 0 past rank 10 (Voorhees 1999).
    nDCG@10: Σ rel/log2(rank+1) over that of the ideal order (Järvelin and Kekäläinen 2002).
    """
    scores = {question: dict.fromkeys(_RETRIEVAL, 0.0) for question in targets}
    names = {measure: name for name, measure in _RETRIEVAL.items()}
    for each in ir_measures.iter_calc(list(names), qrels(targets), trec_run(rankings)):
        scores[each.query_id][names[each.measure]] = each.value
    return scores


def qrels(targets: Mapping[str, Sequence[Target]]) -> list[Qrel]:
    """The relevant passages of every question, for ir-measures."""
    return [
        Qrel(question, key, 1)
        for question, held in targets.items()
        for key in sorted({key for target in held for key in target.passages})
    ]


def trec_run(rankings: Mapping[str, Sequence[str]]) -> list[ScoredDoc]:
    """Rankings as a run; the score counts down, because readers sort by it and break ties."""
    return [
        ScoredDoc(question, key, float(len(keys) - at))
        for question, keys in rankings.items()
        for at, key in enumerate(keys)
    ]


def ranking(answer: AnswerJson | None, corpus: Corpus) -> list[str]:
    """The passage keys of an answer's hits, best first, each once; [] for a failure."""
    return list(dict.fromkeys(_hit_key(hit, corpus) for hit in (answer or {"hits": []})["hits"]))


def found_in_hits(answer: AnswerJson, targets: Sequence[Target], corpus: Corpus) -> bool:
    """Whether one of the hits is a gold passage, at any rank."""
    wanted = {key for target in targets for key in target.passages}
    return any(_hit_key(hit, corpus) in wanted for hit in answer["hits"])


def cited_pairs(citations: Sequence[Mapping[str, Any]], corpus: Corpus) -> frozenset[Pair]:
    """The set that citations are scored as.

    (document, question number) for each number that a citation names; (document, "@" + passage
    start) where the passage has no numbers. A citation that does not exist (`Corpus.cited`) is a
    pair of its own that no gold passage has: a false positive.
    """
    pairs: set[Pair] = set()
    for at, citation in enumerate(citations):
        document, passage = citation["document"]["id"], corpus.cited(citation)
        if passage is None:
            pairs.add((document, f"nonexistent-{at}"))
        elif citation["questions"]:
            pairs |= {(document, number) for number in citation["questions"]}
        else:
            pairs |= passage_pairs(document, passage)
    return frozenset(pairs)


def cites(citation: Mapping[str, Any], targets: Sequence[Target], corpus: Corpus) -> bool:
    """Whether a citation points at a gold passage.

    It must exist, in the gold passage's document, and share a question number with it; for a gold
    quote the cited passage must be (one of) the indexed passages that the quote overlaps.
    """
    cited = cited_pairs([citation], corpus)
    return any(cited & target.pairs for target in targets)


def citation_scores(
    cited: frozenset[Pair], targets: Sequence[Target]
) -> tuple[float, float, float]:
    """Precision, recall and F1 of cited (document, question number) pairs.

    Set precision |C ∩ G| / |C| and recall |C ∩ G| / |G| (van Rijsbergen 1979; for citations see
    Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"). Any one gold
    passage is enough, so precision takes all of them for G, recall the best covered one. F1 is
    2PR / (P + R). All are 0 where nothing is cited.
    """
    if not cited or not targets:
        return 0.0, 0.0, 0.0
    gold = frozenset().union(*(target.pairs for target in targets))
    precision = len(cited & gold) / len(cited)
    recall = max(len(cited & target.pairs) / len(target.pairs) for target in targets)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


def short_shares(question: GoldQuestion, answer: AnswerJson) -> dict[str, Share]:
    """What came of the one sentence that a language model was asked to write above an answer.

    It was asked where a verbatim answer has the hash of a prompt. written = wrote one / asked,
    passed = shown / wrote one, facts = all facts in it / shown; {} where it was not asked.
    """
    if answer["mode"] != "verbatim" or answer.get("prompt_hash") is None:
        return {}
    short = answer.get("in_short")
    written = short is not None or bool(answer["dropped"])
    shares = {
        "short_written": (float(written), 1.0),
        "short_passed": (float(short is not None), float(written)),
    }
    if short is not None and question.facts:
        held = all(fact_found(each, short["text"]) for each in question.facts)
        shares["short_facts"] = (float(held), 1.0)
    return shares


def altered_figures(answer: AnswerJson, corpus: Corpus) -> tuple[str, ...]:
    """The figures of the sentences that the passages which each of them cites do not hold.

    The whole cited passage counts, footnotes included, not its question. A sentence without
    citations, or with ones that do not exist, has nothing to hold its figures.
    """
    found: list[str] = []
    short = answer.get("in_short")
    for sentence in [*answer["sentences"], *([short] if short else [])]:
        cited = [corpus.cited(answer["citations"][at]) for at in sentence["citations"]]
        texts = [f"{each.reading_text()}\n{each.text}" for each in cited if each is not None]
        found += altered(sentence["text"], "\n\n".join(texts))
    return tuple(found)


def outcome_shares(
    answerable: bool, answered: bool, refused: bool, correct: bool
) -> dict[str, Share]:
    """Abstention, LitQA and CRAG shares of one question, those with denominator 0 included.

    Correct is: an answerable question answered with all its required facts (without required
    facts: citing a gold passage), an unanswerable one refused. A failure is neither an answer nor a
    refusal.

    refusal precision = unanswerable refused / refused, recall = unanswerable refused /
    unanswerable, F1 = 2TP / (2TP + FP + FN); answering likewise for answerable and answered.
    accuracy = correct / asked and precision = correct / answered (LitQA, Lála et al. 2023,
    "PaperQA"), accuracy over the answerable questions, precision over all that got an answer,
    those that should have been refused included.
    crag = (2 * correct + missing) / n - 1, so 1, 0 or -1 a question for correct, missing and
    wrong (Yang et al. 2024, "CRAG"); missing is a refused answerable question and a failure.
    """
    unanswerable = not answerable
    missing = not correct and not answered
    return {
        **_class_shares("refusal", actual=unanswerable, predicted=refused),
        **_class_shares("answer", actual=answerable, predicted=answered),
        "accuracy": (float(correct and answerable), float(answerable)),
        "precision": (float(correct and answered), float(answered)),
        "crag": (2.0 * correct + missing - 1.0, 1.0),
    }


def token_f1(answer: str, reference: str) -> float:
    """F1 over the words that answer and reference share, as bags (SQuAD, Rajpurkar et al. 2016).

    Lower-case, without punctuation and the Dutch articles de, het and een.
    """
    ours, theirs = _bag(answer), _bag(reference)
    shared = (ours & theirs).total()
    return 2 * shared / (ours.total() + theirs.total()) if shared else 0.0


def chrf(answer: str, reference: str) -> float:
    """chrF: F2 over character 1- to 6-grams (Popović 2015), by sacrebleu, divided by 100."""
    return float(CHRF().sentence_score(answer, [reference]).score) / 100


def first_sentence(answer: AnswerJson) -> str:
    """The sentence that is read first; "" where none is shown."""
    return str(answer["sentences"][0]["text"]) if answer["sentences"] else ""


def words_shown(answer: AnswerJson) -> dict[str, int]:
    """Length in words of the first sentence and of the whole answer; a word has a letter or digit."""
    texts = [first_sentence(answer), " ".join(each["text"] for each in answer["sentences"])]
    counts = [sum(any(map(str.isalnum, word)) for word in text.split()) for text in texts]
    return dict(zip(LENGTHS, counts, strict=True))


def _hit_key(hit: Mapping[str, Any], corpus: Corpus) -> str:
    document = hit["document"]["id"]
    passage = corpus.passage(hit)
    return f"{document}:{hit['start']}" if passage is None else passage_key(document, passage)


def _class_shares(name: str, *, actual: bool, predicted: bool) -> dict[str, Share]:
    both = float(actual and predicted)
    return {
        f"{name}_precision": (both, float(predicted)),
        f"{name}_recall": (both, float(actual)),
        f"{name}_f1": (2 * both, float(actual) + float(predicted)),
    }


def _bag(text: str) -> Counter[str]:
    return Counter(word for word in re.findall(r"\w+", text.lower()) if word not in _ARTICLES)
