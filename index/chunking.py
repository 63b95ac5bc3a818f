"""Cut passages into windows that fit the encoder, and say what text is embedded for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.documents import Passage, Span, Window

WINDOW_VERSION = 1
WINDOW_CHARACTERS = 500
SHORT_CHARACTERS = 100

Fits = Callable[[str], bool]
"""Whether the encoder sees all of a text; what is too long for it, it cuts without a word."""

_splitter = RecursiveCharacterTextSplitter(
    chunk_size=WINDOW_CHARACTERS,
    chunk_overlap=0,
    separators=["\n\n", "\n", r"(?<=[.!?])\s", r"(?<=[;:,])\s", r"\s", ""],
    is_separator_regex=True,
    keep_separator="end",
    add_start_index=True,
)


def windows(passage: Passage, passage_id: int, fits: Fits) -> tuple[Window, ...]:
    """Windows of at most 500 characters that together hold all of the reading text but white space.

    `text` is exactly `passage.reading_text()[start:end]`, and `fits` the encoder. A passage without
    text still has one (empty) window, so that its questions can be found.
    """
    pieces = [
        Window(passage_id, start, start + len(part), part)
        for piece in _splitter.create_documents([passage.reading_text()])
        for start, part in _fitting(piece.page_content, piece.metadata["start_index"], fits)
    ]
    return tuple(pieces) or (Window(passage_id, 0, 0, ""),)


def text_to_search(passage: Passage) -> str:
    """The text that BM25 counts for `passage`: its question texts, or who speaks, under what
    heading and after what question, then its own text."""
    return f"{_context(passage)}\n{passage.reading_text()}"


def text_to_embed(passage: Passage, window: Window, fits: Fits) -> str:
    """The text that is embedded for `window`: its own, with the question before it if it is short.

    "Ja." means nothing without its question. The question before every window would draw a search
    to what was asked instead of what was answered; measured, it found no more.
    """
    if len(window.text) >= SHORT_CHARACTERS:
        return window.text
    context = _context(passage)[: WINDOW_CHARACTERS - len(window.text)]
    while not fits(text := f"{context}\n{window.text}".strip()) and context:
        context = context[: len(context) // 2]
    return text


def sentence_parts(
    sentences: Sequence[Span], window: Window, embedded: str
) -> tuple[tuple[int, Span], ...]:
    """(number of a sentence, its place in `embedded`) for each sentence with a part in `window`.

    `sentences` are spans of the passage's reading text, `embedded` is what `text_to_embed` gave:
    it ends in the window's text.
    """
    shift = len(embedded.rstrip()) - len(window.text.rstrip()) - window.start
    return tuple(
        (number, Span(shift + max(span.start, window.start), shift + min(span.end, window.end)))
        for number, span in enumerate(sentences)
        if span.start < window.end and window.start < span.end
    )


def _context(passage: Passage) -> str:
    asked = " ".join(question.text for question in passage.questions)
    return asked or " ".join(filter(None, (passage.speaker, passage.heading, passage.before)))


def _fitting(text: str, start: int, fits: Fits) -> Iterator[tuple[int, str]]:
    """(start, part) of `text`, halved until `fits` accepts each part."""
    if len(text) < 2 or fits(text):
        yield start, text
    else:
        middle = len(text) // 2
        yield from _fitting(text[:middle], start, fits)
        yield from _fitting(text[middle:], start + middle, fits)
