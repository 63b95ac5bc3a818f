"""Made documents in every format: no character is lost, and each word is in its answer.

Answers with tables, notes, standard sentences that recur, and sub-questions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from cut_documents import cut
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import lines, par, pdf, table, word

from index.reading import read_bytes

STANDARD = "Over de uitkomst wordt de Kamer dit najaar nader geinformeerd."
HEADER = ["Jaar", "Aantal"]


@dataclass(frozen=True)
class Said:
    """An answer: how many sentences of its own, whether the standard one, rows of a table and a note
    follow."""

    number: str
    sentences: int
    standard: bool
    rows: int
    noted: bool

    def words(self, row: int | None = None) -> list[str]:
        """The words that only this answer has, of its sentences or of one row of its table."""
        if row is not None:
            return [f"rij{self.number}x{row}", f"{row}{self.number}77"[-6:]]
        return [f"zin{self.number}x{each}" for each in range(self.sentences)]

    def prose(self) -> list[str]:
        own = [f"Het antwoord luidt {each} volgens het ministerie." for each in self.words()]
        own[0] += "\u00b9" * self.noted
        return own + [STANDARD] * self.standard

    def notes(self) -> list[str]:
        return [f"\u00b9 Bron{self.number} van het ministerie."] * self.noted

    def table(self) -> list[list[str]]:
        return [HEADER, *(self.words(row) for row in range(self.rows))] if self.rows else []

    def asked(self) -> str:
        return f"Wat is het gevolg van plan{self.number} voor de veerdienst?"


def as_text(document: Sequence[Said]) -> bytes:
    return "\n".join(
        f"Vraag {each.number}\n{each.asked()}\n\nAntwoord {each.number}\n"
        + "\n".join([*each.prose(), *("\t".join(row) for row in each.table()), *each.notes()])
        + "\n"
        for each in document
    ).encode()


def as_markdown(document: Sequence[Said]) -> bytes:
    written = []
    for each in document:
        rows = ["| " + " | ".join(row) + " |" for row in each.table()]
        rows[1:1] = ["| --- | --- |"] * bool(rows)
        heads = (f"## Vraag {each.number}", f"## Antwoord {each.number}")
        prose = "\n\n".join(each.prose())
        written += [heads[0], each.asked(), heads[1], prose, "\n".join(rows), *each.notes()]
    return "\n\n".join(written).encode()


def as_html(document: Sequence[Said]) -> bytes:
    written = ""
    for each in document:
        written += f"<h3>Vraag {each.number}</h3><p>{each.asked()}</p>"
        written += f"<h3>Antwoord {each.number}</h3>"
        written += "".join(f"<p>{one}</p>" for one in each.prose())
        rows = (f"<tr>{''.join(f'<td>{x}</td>' for x in row)}</tr>" for row in each.table())
        written += f"<table>{''.join(rows)}</table>" if each.rows else ""
        written += "".join(f"<p>{one}</p>" for one in each.notes())
    return f"<html><body>{written}</body></html>".encode()


def as_xml(document: Sequence[Said]) -> bytes:
    written = ""
    for each in document:
        rows = (f"<row>{''.join(f'<entry>{x}</entry>' for x in row)}</row>" for row in each.table())
        inside = "".join(f"<al>{one}</al>" for one in each.prose())
        inside += (
            f"<table><tgroup><tbody>{''.join(rows)}</tbody></tgroup></table>" if each.rows else ""
        )
        inside += "".join(f"<al>{one}</al>" for one in each.notes())
        written += f"<vraag><nr>{each.number}</nr><al>{each.asked()}</al></vraag>"
        written += f"<antwoord><nr>{each.number}</nr>{inside}</antwoord>"
    return f"<stuk>{written}</stuk>".encode()


def as_word(document: Sequence[Said]) -> bytes:
    body = ""
    for each in document:
        body += par(f"Vraag {each.number}") + par(each.asked()) + par(f"Antwoord {each.number}")
        body += "".join(map(par, each.prose()))
        body += table(*each.table()) if each.rows else ""
        body += "".join(map(par, each.notes()))
    return word(body)


def as_pdf(document: Sequence[Said]) -> bytes:
    written = []
    for each in document:
        written += [f"Vraag {each.number}", each.asked(), f"Antwoord {each.number}", *each.prose()]
        written += ["      ".join(row) for row in each.table()]
        written += [note.replace("\u00b9", "1 ") for note in each.notes()]
    pages = [written[begin : begin + 40] for begin in range(0, len(written), 40)]
    return pdf(lines(page) for page in pages)


FORMATS: dict[str, Callable[[Sequence[Said]], bytes]] = {
    "stuk.txt": as_text,
    "stuk.md": as_markdown,
    "stuk.html": as_html,
    "stuk.xml": as_xml,
    "stuk.docx": as_word,
    "stuk.pdf": as_pdf,
}


@st.composite
def documents(draw: st.DrawFn) -> list[Said]:
    numbers: list[str] = []
    for number in range(1, draw(st.integers(2, 6)) + 1):
        parts = draw(st.integers(0, 3))
        numbers += [f"{number}{letter}" for letter in "abc"[:parts]] if parts > 1 else [f"{number}"]
    return [
        Said(
            each,
            draw(st.integers(1, 3)),
            draw(st.booleans()),
            draw(st.integers(0, 3)),
            draw(st.booleans()),
        )
        for each in numbers
    ]


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=15, deadline=None)
@given(document=documents())
def test_every_word_is_in_the_answer_that_it_was_put_in(name: str, document: list[Said]) -> None:
    found = cut(read_bytes(FORMATS[name](document), name), name)  # no character is lost

    said = {
        str(question.number): passage.reading_text()
        for passage in found.passages
        for question in passage.questions
    }
    assert list(said) == [each.number for each in document]
    for each in document:
        own = [*each.words(), *(word for row in range(each.rows) for word in each.words(row))]
        missing = [word for word in own if word not in said[each.number]]
        assert not missing, (missing, said[each.number])
        assert said[each.number].count(STANDARD) == each.standard
