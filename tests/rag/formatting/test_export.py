"""An exported conversation says what was answered, from which sources, and nothing as markup."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html.parser import HTMLParser
from typing import Any

import docx
import pytest
from eval_case import BUS, FISH, answered, citation, refused
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.errors import BadRequest
from rag.formatting.export import (
    EXPORTS,
    ExportCitation,
    ExportSentence,
    ExportTurn,
    conversation_docx,
    conversation_markdown,
    turn_of_answer_json,
)
from rag.pipeline.answers import Answer, Sentence, answer_json

# Tags that our own layout uses; a document must not be able to make any other.
LAYOUT = {"h1", "h2", "h3", "p", "blockquote", "hr", "br"}
RENDERERS = [MarkdownIt("commonmark"), MarkdownIt("commonmark").enable(["table", "strikethrough"])]
HOSTILE = [
    "<script>alert(1)</script> <!-- weg --> <b>vet</b> <https://kwaad.example>",
    "[klik](javascript:alert(1)) ![beeld](https://kwaad.example/x.png)",
    "[1]: https://kwaad.example\n[1] en [1][1]",
    "`code` ``meer`` ```\nblok\n```",
    "~~~\nblok\n~~~ en ~~weg~~",
    "# kop\n## kop ##\nkop\n===\nkop\n---",
    "1. eerste\n2) tweede\n- streep\n+ plus\n* ster",
    "> citaat\n    vier spaties\n\ttab",
    "    vier spaties vooraan\n\n\ten een tab",
    "| a | b |\n| --- | --- |\n| 1 | 2 |",
    "a\n:-:\nb",
    "*scheef* **vet** _scheef_ __vet__ in_een_woord $x$ en $$y$$",
    "&lt;b&gt; &amp; &#65; &copy; C:\\pad\\*ster* en \\",
    "harde regel  \nvolgende\\\nlaatste",
    "*** \n___\n---\n1986. Een jaar\n\n\n- en verder",
]


class Page(HTMLParser):
    """The text of a page, and the tags in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        assert not attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def words(text: str) -> str:
    return " ".join(text.split())


def turn(**change: Any) -> ExportTurn:
    given: dict[str, Any] = {
        "question": "hoeveel bussen?",
        "read_as": "hoeveel bussen?",
        "sentences": (
            ExportSentence("Er rijden 1.750 bussen.", (0,)),
            ExportSentence("In 2030 alle.", (0, 1)),
        ),
        "citations": (
            ExportCitation("Kamerstukken II, vraag 1", "Er rijden nu 1.750 bussen.", "/v1/a"),
            ExportCitation("Kamerstukken II, vraag 2 en 3", "In 2030 alle bussen.", "/v1/b"),
        ),
        "notes": ("Twee bedragen verschillen.",),
        "reason": None,
        "mode": "compose",
        "model": "ollama:x",
        "date": "2026-11-22",
    }
    return ExportTurn(**{**given, **change})


def everywhere(text: str) -> ExportTurn:
    """A turn with `text` wherever text of users and documents goes."""
    return turn(
        question=text,
        read_as=f"{text} {text}",
        sentences=(ExportSentence(text, (0,)),),
        citations=(ExportCitation(text, text, text),),
        notes=(text,),
        model=text,
    )


def paragraphs(turns: list[ExportTurn], language: str = "nl") -> list[tuple[str, str]]:
    document = docx.Document(io.BytesIO(conversation_docx(turns, language)))
    return [(each.style.name if each.style else "", each.text) for each in document.paragraphs]


def plain(turns: list[ExportTurn], name: str, language: str = "nl") -> str:
    """What a reader of the exported file reads."""
    if name == "docx":
        return "\n".join(text for _, text in paragraphs(turns, language))
    return Page(RENDERERS[0].render(conversation_markdown(turns, language))).text


@pytest.mark.parametrize("name", EXPORTS)
def test_every_sentence_has_its_marks_and_every_source_its_label_and_quote(name):
    read = plain([turn()], name)
    assert "Er rijden 1.750 bussen. [1] In 2030 alle. [1] [2]" in read
    one, two = "[1] Kamerstukken II, vraag 1\n", "[2] Kamerstukken II, vraag 2 en 3\n"
    assert read.index(one) < read.index("Er rijden nu 1.750 bussen.") < read.index(two)
    assert read.index(two) < read.index("In 2030 alle bussen.")
    assert "Let op: Twee bedragen verschillen." in read
    assert "Gevraagd op 22 november 2026. Geschreven door ollama:x" in read
    assert "de citaten daar zijn letterlijk uit de documenten" in read.strip().splitlines()[-1]
    assert "Gelezen als" not in read


@pytest.mark.parametrize("name", EXPORTS)
def test_a_follow_up_says_what_it_was_read_as_and_labels_follow_the_language(name):
    follow_up = turn(question="en in 2030?", read_as="hoeveel bussen in 2030?", mode="verbatim")
    read = plain([turn(), follow_up], name, "en")
    assert "Read as: hoeveel bussen in 2030?" in read
    assert read.index("hoeveel bussen?") < read.index("en in 2030?")
    assert "Asked on 2026-11-22. Verbatim sentences from the documents." in read
    assert "the quotes there are verbatim from the documents" in read
    assert "Bronnen" not in read


@pytest.mark.parametrize("name", EXPORTS)
def test_a_refusal_gives_its_reason_once_and_no_sources(name):
    told = "Dat staat niet in de documenten."
    reason = "Geen van de gevonden passages noemt litouwen."
    empty = turn(sentences=(), citations=(), notes=(), reason=reason, date=None)
    assert f"{told} {reason}" in plain([empty], name)
    bare = plain([turn(sentences=(), citations=(), reason=told)], name)
    assert bare.count(told) == 1
    assert "Bronnen" not in bare
    assert "Geschreven door" not in bare


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_texts_is_read_as_it_stands(text):
    markdown = conversation_markdown([everywhere(text)])
    for renderer in RENDERERS:
        page = Page(renderer.render(markdown))
        assert page.tags <= LAYOUT
        # Question, question read twice over, sentence, label, quote, address, note, model.
        assert words(page.text).count(words(text)) >= 9
    quote = re.search(r"<blockquote>(.*?)</blockquote>", RENDERERS[0].render(markdown), re.S)
    assert quote
    lines = [words(line) for line in text.split("\n") if line.strip()]
    assert [words(line) for line in Page(quote[1]).text.splitlines() if line.strip()] == lines


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
@example("a\r\nb\rc\x0bd\x0ce\x1cf\x85g\u2028h")
@example("\x00\x01\x1f\x7f\ufffe\uffff")
@example("- \n\n-\n")
def test_any_text_reads_the_same_in_every_format(text):
    # White space may differ; characters that a format cannot hold are replaced, not dropped.
    held = re.sub("[^\t-\r\x1c-\x1f\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    expected = "".join(held.split())
    page = Page(RENDERERS[0].render(conversation_markdown([everywhere(text)])))
    assert page.tags <= LAYOUT
    assert "".join(page.text.split()).count(expected) >= 9
    assert "".join(plain([everywhere(text)], "docx").split()).count(expected) >= 9


def test_a_web_address_is_a_link_and_anything_else_only_text():
    address = "https://zoek.example.nl/kst_1?a=b&c=d"
    given = turn(citations=(ExportCitation("x", "q", address), turn().citations[1]))
    html = RENDERERS[0].render(conversation_markdown([given]))
    assert re.findall(r'href="([^"]*)"', html) == [address.replace("&", "&amp;")]
    for wrong in ("javascript:alert(1)", "https://x> <script>", "/v1/documents/a/vragen/1"):
        given = turn(citations=(ExportCitation("x", "q", wrong), turn().citations[1]))
        assert "href" not in RENDERERS[0].render(conversation_markdown([given]))


def test_the_quote_of_a_docx_keeps_its_lines_and_the_file_says_it_is_dutch():
    quote = "Eerste  regel\n\n  - tweede\tregel"
    given = turn(citations=(ExportCitation("x", quote, "/v1/a"), turn().citations[1]))
    assert ("Quote", quote) in paragraphs([given])
    written = conversation_docx([given])
    document = docx.Document(io.BytesIO(written))
    assert document.core_properties.language == "nl-NL"
    assert document.core_properties.author == "Vraagbaak"
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        assert b'w:lang w:val="nl-NL"' in package.read("word/styles.xml")


@pytest.mark.parametrize("name", EXPORTS)
def test_the_table_of_formats_writes_what_it_says(name):
    write, media_type, suffix = EXPORTS[name]
    written = write([turn()], "nl")
    if suffix == ".docx":
        assert zipfile.is_zipfile(io.BytesIO(written))
        assert media_type.endswith("wordprocessingml.document")
    else:
        assert written.decode() == conversation_markdown([turn()], "nl")
        assert (media_type, suffix) == ("text/markdown; charset=utf-8", ".md")


@pytest.mark.parametrize("turns", [[], [turn()] * 201])
@pytest.mark.parametrize("name", EXPORTS)
def test_a_conversation_without_end_or_beginning_is_refused(name, turns):
    with pytest.raises(BadRequest, match=f"niet {len(turns)}"):
        EXPORTS[name][0](turns, "nl")


@pytest.mark.parametrize("name", EXPORTS)
def test_what_only_came_near_is_called_so_and_what_a_model_wrote_stands_first(name):
    said = (ExportSentence("Een.", (0,)), ExportSentence("Twee.", (1,), beside=True))
    short = {"text": "Kort *gezegd*.", "citations": [0], "model": "ollama:x"}
    given = [turn(sentences=said), turn_of_answer_json(answered(BUS, 0) | {"in_short": short})]
    read = plain(given, name)
    assert read.index("Een. [1]") < read.index("Mogelijk ook van belang: Twee. [2]")
    head = "In het kort, geschreven door ollama:x: Kort *gezegd*. [1]"
    assert read.index(head) < read.index(BUS.passages[0].text)
    read = plain(given, name, "en")
    assert "Possibly relevant too: Twee. [2]" in read
    assert "In short, written by ollama:x:" in read


def test_the_json_of_an_answer_becomes_a_turn():
    found = Answer(
        question="en?",
        read_as="hoeveel?",
        mode="compose",
        sentences=(Sentence("Een.", "carried", (1, 0)),),
        citations=(citation(BUS, 0), citation(FISH, 0)),
        notes=("let op",),
        model="m",
    )
    given = turn_of_answer_json(json.loads(json.dumps(answer_json(found))))
    cited = [
        ExportCitation(
            f"map/{name}.txt, vraag 1", each.passages[0].text, f"/v1/documents/{name}-id/vragen/1"
        )
        for name, each in (("bus", BUS), ("vis", FISH))
    ]
    assert given == ExportTurn(
        question="en?",
        read_as="hoeveel?",
        sentences=(ExportSentence("Een.", (1, 0)),),
        citations=tuple(cited),
        notes=("let op",),
        reason=None,
        mode="compose",
        model="m",
    )
    given = turn_of_answer_json(refused((BUS, 2)))
    assert (given.reason, given.sentences, given.citations) == ("geen bewijs", (), ())
    # The older name of a mode is still read.
    kept = turn_of_answer_json(answered(BUS, 0) | {"mode": "select"})
    assert "Letterlijke zinnen uit de documenten." in plain([kept], "markdown")


def test_a_clients_moment_gives_the_day_and_a_documents_own_address_goes_first():
    answer = answered(BUS, 0) | {"at": "2026-11-22T23:30:00+01:00"}
    answer["citations"][0]["document"]["url"] = "https://zoek.example.nl/x"
    given = turn_of_answer_json(answer)
    assert given.date == "2026-11-22"
    assert given.citations[0].url == "https://zoek.example.nl/x"


SENTENCE = {"text": "Een.", "citations": [0]}
SHORT = {"text": "x", "citations": [0], "model": "m"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": None}, "question"),
        ({"abstained": None}, "abstained"),
        ({"abstained": True}, "sentences"),
        ({"sentences": []}, "sentences"),
        ({"sentences": "Een."}, "sentences"),
        ({"sentences": [SENTENCE | {"text": " "}]}, "sentences[0].text"),
        ({"sentences": [SENTENCE | {"citations": []}]}, "sentences[0].citations"),
        *(
            ({"sentences": [SENTENCE | {"citations": [at]}]}, "sentences[0].citations[0]")
            for at in (1, -1, False)
        ),
        ({"citations": [{"label": "x"}]}, "citations[0].quote"),
        ({"notes": [3]}, "notes[0]"),
        ({"notes": ["x"] * 201}, "notes"),
        ({"mode": "vrij"}, "mode"),
        ({"mode": ["compose"]}, "mode"),
        ({"model": "x" * 100_001}, "model"),
        ({"at": "gisteren"}, "at"),
        ({"in_short": SHORT | {"citations": []}}, "in_short.citations"),
        ({"in_short": SHORT | {"citations": [3]}}, "in_short.citations[0]"),
    ],
)
def test_json_that_is_no_answer_is_refused_by_field(change, field):
    with pytest.raises(BadRequest) as refusal:
        turn_of_answer_json({**answered(BUS, 0), **change})
    assert f"Veld {field} " in refusal.value.nl
    assert f"Field {field} " in refusal.value.en
    for wrong in (None, [], "x"):
        with pytest.raises(BadRequest, match="JSON-object"):
            turn_of_answer_json(wrong)
