"""A small gold set, the documents it is about, and a system that can be told to do worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.gold import GoldPassage, GoldQuestion
from index.documents import Document, DocumentInfo, Hit, Metadata, Passage, Question
from rag.conversation.followups import Turn
from rag.pipeline.answers import Answer, Citation, Sentence, answer_json


def make_document(name: str, *answers: tuple[tuple[int, ...], str]) -> Document:
    """A document of which each answer stands after its question; () numbers make a section."""
    text, passages = "", []
    for numbers, answer in answers:
        questions = []
        for number in numbers:
            start = len(text)
            text += f"Vraag {number}: wat is er aan de hand met {name} {number}?\n"
            questions.append(Question(number, text[start:-1], start, len(text) - 1))
        start = len(text)
        text += answer
        passages.append(Passage(tuple(questions), answer, start, len(text)))
        text += "\n\n"
    metadata = Metadata(title=name)
    return Document(f"{name}-id", f"map/{name}.txt", "answers", metadata, text, tuple(passages))


BUS = make_document(
    "bus",
    ((1,), "Er rijden nu 1.750 uitstootvrije bussen. Dat is 30 procent van alle bussen."),
    ((2, 3), "In 2030 moeten alle bussen uitstootvrij zijn. Dat kost 4,6 miljoen euro."),
    ((4,), "Nee."),
)
FISH = make_document("vis", ((1,), "Op 18 oktober 2024 zijn 23 vissen geteld."), ((), "Brief."))
DOCUMENTS = (BUS, FISH)


def question(name: str, gold: Sequence[GoldPassage] = (), **more: Any) -> GoldQuestion:
    return GoldQuestion(name, f"Vraag {name}?", bool(gold), tuple(gold), **more)


QUESTIONS = (
    question("bus1", [GoldPassage("bus.txt", (1,))], facts=((r"1[. ]?750",),), type="number"),
    question("bus2", [GoldPassage("bus.txt", (2, 3))], facts=(("2030",), ("4,6",)), type="date"),
    question("vis1", [GoldPassage("vis.txt", (1,))], facts=((r"\b23\b",),), type="number"),
    question("weer"),
    question("voetbal"),
    question("d/1", [GoldPassage("bus.txt", (1,))], facts=(("30",),), type="dialogue"),
    question("d/2", [GoldPassage("bus.txt", (4,))], reference="Nee.", after=("d/1",)),
)
RIGHT = {"bus1": (BUS, 0), "bus2": (BUS, 1), "vis1": (FISH, 0), "d/1": (BUS, 0), "d/2": (BUS, 2)}
NAMES = {each.question: each.id for each in QUESTIONS}


def info(document: Document) -> DocumentInfo:
    return DocumentInfo(document.id, document.source, document.kind, document.metadata)


def hits(*places: tuple[Document, int]) -> tuple[Hit, ...]:
    return tuple(
        Hit(info(document), at, document.passages[at], 1 / rank, rank)
        for rank, (document, at) in enumerate(places, start=1)
    )


def citation(document: Document, at: int, quote: str | None = None) -> Citation:
    passage = document.passages[at]
    numbers = ", ".join(map(str, passage.numbers))
    label = f"{document.source}, vraag {numbers}"
    return Citation(
        document=info(document),
        passage_id=at,
        questions=passage.numbers,
        label=label,
        quote=passage.text if quote is None else quote,
        start=passage.start,
        end=passage.end,
    )


def answered(document: Document, at: int, text: str | None = None) -> dict[str, Any]:
    """The JSON of an answer that cites one passage and says `text`, by default that passage."""
    others = [(BUS, 2), (FISH, 1)]
    cited = citation(document, at)
    return answer_json(
        Answer(
            question="?",
            read_as="?",
            mode="verbatim",
            sentences=(Sentence(text or cited.quote, "quoted", (0,)),),
            citations=(cited,),
            hits=hits((document, at), *(place for place in others if place != (document, at))),
            timings_ms={"search": 10.0, "first_sentence": 20.0, "total": 30.0},
            tokens={"prompt": 100, "completion": 10},
        )
    )


def refused(*places: tuple[Document, int]) -> dict[str, Any]:
    return answer_json(
        Answer("?", "?", "verbatim", hits=hits(*places), abstained=True, reason="geen bewijs")
    )


class System:
    """A system under test: right by default; `instead` holds answers, or errors, by question id.

    `asked` are the ids asked, `histories` the dialogues that came with them.
    """

    def __init__(self, instead: dict[str, dict[str, Any] | Exception] | None = None) -> None:
        self.instead = instead or {}
        self.asked: list[str] = []
        self.histories: dict[str, list[Turn]] = {}

    def __call__(self, text: str, history: Sequence[Turn]) -> dict[str, Any]:
        name = NAMES[text]
        self.asked.append(name)
        self.histories[name] = list(history)
        given = self.instead.get(name)
        if isinstance(given, Exception):
            raise given
        return given or (answered(*RIGHT[name]) if name in RIGHT else refused((BUS, 2)))


# A document of one question, whose answer shares no word with it.
FERRY = """Vraag 1
Hoeveel veerponten vertrekken er dagelijks uit Oeverdam?

Antwoord vraag 1
Elk uur gaat er een boot, in de winter minder.
"""
