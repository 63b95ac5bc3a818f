"""What the tests of the answering side share: the samples indexed, and a scripted model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from hashing import HashingEncoder
from surface_parts import encoder

from index.documents import Document, DocumentInfo, Hit, Source
from index.encoders.embedding import Encoder
from index.index import Index, open_index
from index.segmentation.segmenting import segment
from index.sentences import split_sentences
from rag.llm import Completion, Message
from rag.llm.checks import ensure_room, estimate_prompt, estimate_tokens
from rag.pipeline.answers import Answer, answer_json
from rag.pipeline.reading import asked_text
from rag.verification.exact import conflict

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SAMPLE_FILES = tuple(sorted(SAMPLES.iterdir()))

Script = dict[str, Any] | str | Callable[[str], dict[str, Any]] | Exception
"""A completion: JSON, text as it is, JSON made from the user's part of the prompt, or an error."""


class ScriptedModel:
    """A language model that gives `answers` in turn, in pieces of `piece` characters.

    `piece` 0 does not stream. It counts and refuses as the backends do; `prompts` and `schemas`
    hold what it was asked.
    """

    digest = None

    def __init__(
        self,
        *answers: Script,
        composes: bool = False,
        context_tokens: int = 8192,
        piece: int = 7,
    ) -> None:
        self.name = "fake:model"
        self.composes = composes
        self.context_tokens = context_tokens
        self.prompts: list[list[Message]] = []
        self.schemas: list[dict[str, Any] | None] = []
        self._answers = list(answers)
        self._piece = piece

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: dict[str, Any] | None,
        max_tokens: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Completion:
        """The next answer."""
        self.prompts.append(list(messages))
        self.schemas.append(schema)
        prompt_tokens = estimate_prompt(messages)
        ensure_room(self.name, prompt_tokens, max_tokens, self.context_tokens)
        script = self._answers.pop(0)
        if isinstance(script, Exception):
            raise script
        if callable(script):
            script = script(messages[-1].content)
        text = script if isinstance(script, str) else json.dumps(script, ensure_ascii=False)
        if on_text is not None and self._piece:
            for at in range(0, len(text), self._piece):
                on_text(text[at : at + self._piece])
        return Completion(text, prompt_tokens, estimate_tokens(text))

    def count_tokens(self, text: str) -> int:
        """As the backends estimate."""
        return estimate_tokens(text)

    def fault(self) -> None:
        """It is always up."""

    def close(self) -> None:
        """Nothing is open."""


def writing(*sentences: tuple[str, str]) -> Callable[[str], dict[str, Any]]:
    """Writes each text with the label of the source that holds the phrase beside it."""

    def script(prompt: str) -> dict[str, Any]:
        return {
            "zinnen": [
                {"tekst": text, "bronnen": [labelled(prompt, phrase)]} for text, phrase in sentences
            ]
        }

    return script


def labelled(prompt: str, phrase: str) -> int:
    """The label of the source whose answer holds `phrase`."""
    for block in prompt.split("\n\n"):
        head, _, text = block.partition("\nTekst: ")
        if head.startswith("Bron ") and phrase in " ".join(text.split()):
            return int(head.split()[1])
    raise LookupError(f"{phrase!r} is in no source of:\n{prompt}")


def assert_sound(index: Index, found: Answer) -> None:
    """What holds for every answer: real citations, offsets that hold, nothing unchecked."""
    assert found.abstained is (found.text is None)
    assert found.abstained is bool(found.reason)
    short = [found.in_short] if found.in_short else []
    cited = {n for said in (*found.sentences, *short) for n in said.citations}
    assert cited == set(range(len(found.citations)))
    shown = {hit.passage_id: hit for hit in found.hits}
    for citation in found.citations:
        hit = shown[citation.passage_id]
        assert citation.questions == hit.passage.numbers
        assert citation.document == hit.document
        text = index.document(citation.document.id).text[citation.start : citation.end]
        gone = citation.quote
        rest = iter(text)
        assert all(character in rest for character in gone), "quote is the text but for its gaps"
        assert (text[0], text[-1]) == (gone[0], gone[-1])
        if not hit.passage.gaps:
            assert text == gone
    for sentence in found.sentences:
        assert sentence.citations
        quotes = [" ".join(found.citations[n].quote.split()) for n in sentence.citations]
        if sentence.status in ("quoted", "replaced"):
            assert sentence.text == quotes[0]
            # Beside it only the answer that sends the reader there.
            others = [shown[found.citations[n].passage_id] for n in sentence.citations[1:]]
            assert all(other.passage.refers_to or other.passage.external_refs for other in others)
        else:
            cited = shown[found.citations[sentence.citations[0]].passage_id]
            said = cited.passage.reading_text()
            assert conflict(sentence.text, said, asked_text(cited.passage)) is None
    assert set(found.timings_ms) == {"search", "first_sentence", "total"}
    assert 0 < found.timings_ms["search"] <= found.timings_ms["first_sentence"]
    assert found.timings_ms["first_sentence"] <= found.timings_ms["total"]
    assert set(found.tokens) == {"prompt", "completion"}
    json.dumps(answer_json(found))


def samples_index(folder: Path, files: Sequence[Path] = SAMPLE_FILES) -> Index:
    """The samples in an index in `folder`, by the default embedding model."""
    opened = open_index(folder, encoder(), create=True)
    assert len(opened.add(files).added) == len(files)
    return opened


def words_index(folder: Path, **texts: str) -> Index:
    """Documents `name`=text in an index in `folder`, without an embedding model."""
    files = []
    for name, text in texts.items():
        files.append(folder / f"{name}.txt")
        files[-1].write_text(text, encoding="utf-8")
    opened = open_index(folder / "data", cast(Encoder, HashingEncoder(256)), create=True)
    assert not opened.add(files).failed
    return opened


def cut(text: str, name: str = "stuk.txt") -> Document:
    """`text` as a document."""
    return segment(Source(text), name=name, document_id="0" * 16)


def indexed(hits: Sequence[Hit], dimension: int = 256) -> Index:
    """Has what scoring sentences uses of an index that holds the passages of `hits`."""
    encoder = HashingEncoder(dimension)

    def sentences(ids: Sequence[int]) -> dict[int, Any]:
        found = {}
        for hit in hits:
            text = hit.passage.reading_text()
            spans = tuple(split_sentences(text))
            vectors = [encoder._vector(text[span.start : span.end]) for span in spans]
            found[hit.passage_id] = (spans, np.array(vectors).reshape(-1, dimension))
        return found

    return cast(Index, SimpleNamespace(encoder=encoder, sentences=sentences))


def hits_of(document: Document) -> tuple[Hit, ...]:
    """Every passage of a document as a hit, in its order."""
    info = DocumentInfo(document.id, document.source, document.kind, document.metadata)
    return tuple(
        Hit(info, at, passage, 1.0, at + 1) for at, passage in enumerate(document.passages)
    )
