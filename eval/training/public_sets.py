"""Sets that others published, in their own formats, as rows for the reader to learn from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import BadRequest
from index.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """A question about `context`, whose sentences they are; `sentences` are the numbers of those
    that answer it, empty where the context does not."""

    question: str
    context: tuple[str, ...]
    sentences: tuple[int, ...]


def entailment(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """(premise, statement, whether it follows) of SICK-NL (Wijnholds and Moortgat, EACL 2021).

    Read from `sick_nl.tsv` in `folder`; nothing where that is not there.
    """
    path = folder / "sick_nl.tsv"
    if not path.is_file():
        return
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    names = header.split("\t")
    for line in lines:
        row = dict(zip(names, line.split("\t"), strict=False))
        yield row["sentence_A"], row["sentence_B"], row["entailment_label"] == "ENTAILMENT"


def squad(folder: Path) -> Iterator[PublicQuestion]:
    """The questions of all files `*squad*.json` and `xquad*.json` in `folder`.

    Their format is that of SQuAD 2.0 (Rajpurkar, Jia and Liang, ACL 2018). An answer is sought as
    text, since offsets of translated sets are not always right; a question whose answer is not
    found in one sentence is left out. Raises BadRequest for a file that is none.
    """
    for path in sorted({*folder.glob("*squad*.json"), *folder.glob("xquad*.json")}):
        try:
            articles = json.loads(path.read_text(encoding="utf-8"))["data"]
            for paragraph in (each for article in articles for each in article["paragraphs"]):
                context = sentences_of(paragraph["context"])
                for row in paragraph["qas"]:
                    where = _where(context, [answer["text"] for answer in row["answers"]])
                    if where is not None or row.get("is_impossible", False):
                        found = () if where is None else (where,)
                        yield PublicQuestion(row["question"], context, found)
        except (ValueError, KeyError, TypeError) as error:
            raise BadRequest(
                f"{path} heeft niet de vorm van SQuAD 2.0: {error!r}.",
                f"{path} does not have the format of SQuAD 2.0: {error!r}.",
            ) from error


def _where(context: tuple[str, ...], answers: list[str]) -> int | None:
    """The number of the first sentence that holds one of `answers`."""
    return next(
        (at for at, text in enumerate(context) if any(answer in text for answer in answers)), None
    )


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of `text`, white space squeezed."""
    return tuple(" ".join(text[span.start : span.end].split()) for span in split_sentences(text))
