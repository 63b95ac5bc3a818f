"""Hostile and broken files: each is read or refused, within its bounds, and harms no other.

In a process of its own (`index.bounded`), as in the index. The long form is `pytest -m long`.
"""

from __future__ import annotations

from pathlib import Path

import hostile_files
import pytest
from hostile_files import ASKED, broken, broken_inside
from hypothesis import given, settings
from hypothesis import strategies as st

from index import bounded
from index.documents import Document
from index.errors import UnreadableFile
from index.reading_process import read_document
from index.sentences import split_sentences

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "samples").glob("*.*"))
SECONDS = 60  # of processor time; what takes longer is refused


@pytest.fixture(autouse=True)
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "SECONDS", SECONDS)


HOSTILE = {what: (name, make) for what, name, make in hostile_files.made()}


def outcome(data: bytes, name: str) -> str | None:
    """What was said of a file that was refused, None of one that was read; it is one or the other.

    A refusal because a bound was reached, or for a fault of ours, fails.
    """
    try:
        document = bounded.read_bounded(data, name, None)
    except UnreadableFile as error:
        assert_clear(error)
        return error.nl
    assert_sound(document)
    return None


def assert_clear(error: UnreadableFile) -> None:
    """One line, and neither a bound nor a fault of ours."""
    assert "\n" not in error.nl + error.en
    assert "onverwacht" not in error.nl, error.nl
    assert "is afgebroken (" not in error.nl, error.nl


def assert_sound(document: Document) -> None:
    """Every offset is within the text, and every passage what stands there."""
    length = len(document.text)
    for aside in document.set_aside:
        assert 0 <= aside.start <= aside.end <= length
    for passage in document.passages:
        assert passage.text == document.text[passage.start : passage.end]
        at = passage.start
        for gap in passage.gaps:
            assert at <= gap.start <= gap.end <= passage.end
            at = gap.end
        for question in passage.questions:
            assert 0 <= question.start <= question.end <= length
        for note in passage.footnotes:
            assert 0 <= note.start <= note.end <= length
        said = passage.reading_text()
        end = 0
        for span in split_sentences(said):
            assert end <= span.start < span.end <= len(said)
            end = span.end


REFUSED = {
    "a zip that unpacks to 400 MB": "uitgepakt veel te groot",
    "a zip of paragraphs": "alinea",
    "entities that grow": "a.xml",
    "a file of ours": "entiteit",
    "half a pair": "a.txt",
}


# What no reader of ours can see coming: the process ends, and nothing else.
BOUNDED = frozenset({"a form that draws itself", "a page that unpacks to 100 MB"})


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_read_or_refused(what: str) -> None:
    name, make = HOSTILE[what]
    data = make()
    if what in BOUNDED:
        with pytest.raises(UnreadableFile, match=r"is afgebroken \("):
            bounded.read_bounded(data, name, None)
        return
    said = outcome(data, name)
    if what in REFUSED:
        assert said is not None
        assert REFUSED[what] in said
    document = "" if said else bounded.read_bounded(data, name, None).text
    assert "root:" not in document
    assert not Path("/tmp/klim.xml").exists()  # noqa: S108


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.txt",
        "a\nb.txt",
        "\x1b[2J.txt",
        "x" * 5000 + ".txt",
        "C:\\a.txt",
        "a\u202etxt.exe.txt",
        "\udcff.txt",
    ],
)
def test_a_name_is_only_a_name(name: str) -> None:
    document = bounded.read_bounded(ASKED.encode(), name, None)
    assert document.passages[0].numbers == (1,)
    with pytest.raises(UnreadableFile) as caught:
        bounded.read_bounded(b"", name, None)
    assert "\n" not in caught.value.nl
    caught.value.nl.encode()


def break_and_read(sample: Path, seeds: range) -> None:
    data = sample.read_bytes()
    for seed in seeds:
        outcome(broken(data, seed), sample.name)
        if sample.suffix == ".docx":
            outcome(broken_inside(data, seed), sample.name)


KINDS = list({path.suffix: path for path in SAMPLES}.values())


@pytest.mark.parametrize("sample", KINDS, ids=lambda path: path.suffix)
def test_a_broken_file_is_read_or_refused(sample: Path) -> None:
    break_and_read(sample, range(12))


@pytest.mark.long
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_many_broken_files_are_read_or_refused(sample: Path) -> None:
    break_and_read(sample, range(1000, 1800))


PIECES = st.sampled_from(
    "Vraag|Vraag 1|Vraag 2 en 3|Vragen 4 t/m 6|Antwoord|Antwoord op vraag 2|Antwoord 4, 5 en 6|1.|2|"
    "Kamerstuk 36800-X, nr. 12|2024Z00001|Zie het antwoord op vraag 1.|Ja.|Nee, dat klopt niet.|"
    "Hoeveel?|\n|\n\n|\f|\t| |  |•|-|[1]|¹|pagina 1 van 3|Toelichting|De Minister van Financiën,|"
    "> |# |<p>|</p>|<b>|&amp;|&#0;|<table><tr><td>|\u202e|\u200b|\u00ad|é|e\u0301|\U0001f600|"
    '1 maart 2024|Datum|Onderwerp|Bijlage|€ 1,2 mln.|(|)|"|“|”|…|..|a.s.|dhr.|o.a.'.split("|")
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=60).map(lambda each: " ".join(each))


def check_text(text: str, name: str) -> None:
    try:
        document = read_document(text.encode(errors="replace"), name, None)
    except UnreadableFile as error:
        assert_clear(error)
    else:
        assert_sound(document)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS, st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_any_text_is_cut_soundly(text: str, name: str) -> None:
    check_text(text, name)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(TEXTS, st.sampled_from(["a.txt", "a.md", "a.html", "a.xml"]))
def test_very_many_texts_are_cut_soundly(text: str, name: str) -> None:
    check_text(text if name != "a.xml" else f"<a><p>{text}</p></a>", name)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html", "a.xml", "a.docx"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    try:
        assert_sound(read_document(data, name, None))
    except UnreadableFile as error:
        assert_clear(error)
