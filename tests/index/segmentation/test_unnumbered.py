"""Questions under a bare "Vraag:", as members ask them in a debate on a budget."""

from __future__ import annotations

import pytest
from cut_documents import cut

from index.documents import Document
from index.segmentation.unnumbered import COUNTED

HEAD = "Schriftelijke antwoorden op vragen over de begroting\n\nDe minister van Veren, J. Aal\n\n"
FERRY = "Vraag:\nVaart het veer in de winter?\n\nAntwoord:\nNee, het veer ligt dan stil.\n\n"
LOCK = (
    "Vraag:\nWanneer is de sluis klaar? En wie betaalt?\n\nAntwoord:\nIn mei. Het Rijk betaalt.\n\n"
)


def read(document: Document) -> list[tuple[str | None, tuple[object, ...], str, str]]:
    return [
        (p.heading, p.numbers, " ".join(q.text for q in p.questions), p.text)
        for p in document.passages
    ]


@pytest.mark.parametrize("colon", [":", ""])
def test_each_answer_has_its_question_and_that_they_were_counted_is_said(colon: str) -> None:
    document = cut(HEAD + (FERRY + LOCK).replace("Vraag:", f"Vraag{colon}"))
    assert document.kind == "answers"
    assert read(document) == [
        (None, (1,), "Vaart het veer in de winter?", "Nee, het veer ligt dan stil."),
        (None, (2,), "Wanneer is de sluis klaar? En wie betaalt?", "In mei. Het Rijk betaalt."),
    ]
    assert document.warnings == (COUNTED,)


def test_each_member_has_a_list_of_their_own() -> None:
    first, other = "Vragen van het lid Kok, B. (VVD)", "Yildiz, C (CDA)"
    text = f"{first}\n\n{FERRY}{LOCK}{other}\n{LOCK}{other}\n{FERRY}{first}\n{FERRY}"
    document = cut(HEAD + text)
    assert [(p.heading, p.numbers, p.list_number) for p in document.passages] == [
        (first, (1,), 1),
        (first, (2,), 1),
        (other, (1,), 2),
        (other, (2,), 2),
        (f"{first} (2)", (1,), 3),
    ]
    assert document.passages[1].text == "In mei. Het Rijk betaalt."  # without the next member


def test_without_answers_or_with_numbers_nothing_is_counted() -> None:
    asked = FERRY[: FERRY.index("Antwoord")] + LOCK[: LOCK.index("Antwoord")]
    assert not any(p.numbers for p in cut(HEAD + asked).passages)
    numbered = (FERRY.replace("Vraag:", "Vraag 4") + LOCK.replace("Vraag:", "Vraag 5")) * 1
    document = cut(HEAD + numbered)
    assert [p.numbers for p in document.passages] == [(4,), (5,)]
    assert COUNTED not in document.warnings
    letter = "Geachte voorzitter,\n\nDe vraag is of het veer vaart.\n\nVraag\nis er niet.\n"
    assert not any(p.numbers for p in cut(letter).passages)
