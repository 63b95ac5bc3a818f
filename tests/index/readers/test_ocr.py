"""Pages that are pictures: recognised where that is wanted, and said so."""

from __future__ import annotations

import pytest
from scans import need_tesseract, scanned, stand_in, typed

from index import bounded
from index.bounded import read_bounded
from index.documents import Document, Number
from index.errors import ModelUnavailable, UnreadableFile
from index.readers import ocr
from index.reading import read_bytes

FIRST = [
    "Vragen van het lid Test aan de Minister van Proefzaken over de sluis.",
    "Vraag 1",
    "Kent u het bericht over de sluis?",
    "Antwoord 1",
    "Ja.",
]
SAID = "Er voeren 1.388 schepen door de sluis, tegen 88 in het jaar daarvoor."
SECOND = ["Vraag 2", "Hoeveel schepen voeren er door de sluis?", "Antwoord 2", SAID]
TYPED = typed([FIRST, SECOND])
STAMP = "Ingekomen 3 februari"


@pytest.fixture(scope="module")
def half() -> bytes:
    return scanned(TYPED, {2}, stamp=STAMP)


@pytest.fixture(scope="module")
def whole() -> bytes:
    return scanned(TYPED, {1, 2})


@pytest.fixture
def fresh_processes():
    """Processes that read are started anew: they see what the test changed."""
    yield _end_processes()
    _end_processes()


def _end_processes() -> None:
    while bounded._idle:
        bounded._idle.pop().close()


def said(document: Document) -> dict[tuple[Number, ...], str]:
    return {p.numbers: p.reading_text() for p in document.passages if p.questions}


def table(*words: tuple[str, int]) -> str:
    """What a stand-in for tesseract prints: words (text, confidence) in one line."""
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    rows = [
        f"5\t1\t1\t1\t1\t{at}\t{200 + 150 * at}\t400\t120\t40\t{sure}\t{text}"
        for at, (text, sure) in enumerate(words, start=1)
    ]
    return "cat <<'EIND'\n" + "\n".join([head, *rows]) + "\nEIND"


def test_a_scanned_page_among_pages_of_text_is_read_like_any_other_marked_and_named(half) -> None:
    need_tesseract()
    recognised = read_bounded(half, "a.pdf", None, ocr=True)
    assert said(recognised) == {(1,): "Ja.", (2,): SAID}
    assert recognised.text.count("Ingekomen") == 1, "a stamp that is text is not read twice"
    (warning,) = recognised.warnings
    assert warning.startswith("bladzijde 2 is een beeld (scan): de tekst ervan is herkend")
    (span,) = recognised.metadata.recognised  # what stands together is one stretch
    of = {p.numbers: span.start <= p.start < span.end for p in recognised.passages}
    assert of == {(1,): False, (2,): True}


def test_without_the_setting_nothing_is_recognised(half: bytes, whole: bytes) -> None:
    document = read_bounded(half, "a.pdf", None)
    assert (2,) not in said(document)
    assert document.metadata.recognised == ()
    assert document.warnings[0].endswith("niet gelezen; OCR nodig")
    with pytest.raises(UnreadableFile, match="OCR nodig"):
        read_bytes(whole, "a.pdf")


def test_a_file_of_scans_is_read(whole: bytes) -> None:
    need_tesseract()
    document = read_bounded(whole, "a.pdf", None, ocr=True)
    assert said(document) == {(1,): "Ja.", (2,): SAID}
    assert document.warnings[0].startswith("bladzijden 1, 2 zijn beeld (scans): de tekst")
    (span,) = document.metadata.recognised
    assert document.text[span.start : span.end] == document.text


def test_a_page_that_lies_is_read_as_it_is_looked_at() -> None:
    need_tesseract()
    source = read_bytes(scanned(typed([FIRST]), {1}, turned=90), "a.pdf", ocr=True)
    assert source.text.split("\n") == FIRST


@pytest.mark.parametrize(
    ("does", "seconds"),
    [
        (table(("~;", 20), ("Schip", 30)), 60),  # not sure
        ("exec sleep 60", 1),  # too slow
        ("exec sleep 60", 0),  # no time left for this page
        ("exit 1", 60),
        ("cat > /dev/null", 60),  # nothing found
    ],
)
def test_a_page_that_cannot_be_recognised_is_named_or_the_file_refused(
    half, whole, tmp_path, monkeypatch, does, seconds
):
    monkeypatch.setenv("PATH", stand_in(tmp_path / "bin", does))
    monkeypatch.setattr(ocr, "SECONDS", seconds)
    source = read_bytes(half, "a.pdf", ocr=True)
    assert source.warnings[0].startswith("bladzijde 2 is een beeld (scan): er is geen tekst")
    assert source.recognised == ()
    with pytest.raises(UnreadableFile) as refused:
        read_bytes(whole, "a.pdf", ocr=True)
    assert "geen tekst herkend" in refused.value.nl
    assert "no text was recognised" in refused.value.en


@pytest.mark.parametrize(
    ("languages", "nl", "en"),
    [
        (None, "het programma `tesseract`", "the program `tesseract`"),
        ("eng", "de taal `nld`", "the language `nld`"),
    ],
)
@pytest.mark.usefixtures("fresh_processes")
def test_what_is_missing_is_named_with_what_to_install(
    half, tmp_path, monkeypatch, languages, nl, en
):
    path = stand_in(tmp_path / "bin", "exit 1", languages) if languages else str(tmp_path)
    monkeypatch.setenv("PATH", path)
    with pytest.raises(ModelUnavailable) as missing:
        read_bytes(half, "a.pdf", ocr=True)
    with pytest.raises(UnreadableFile) as refused:  # the same out of the process that reads
        read_bounded(half, "a.pdf", None, ocr=True)
    for error in (missing.value, refused.value):
        assert nl in error.nl
        assert en in error.en
        assert all("`tesseract-ocr-nld`" in each for each in (error.nl, error.en))
    # A file without pictures needs none of it.
    assert read_bytes(TYPED, "a.pdf", ocr=True).warnings == ()
