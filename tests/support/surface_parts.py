"""What the tests of the command line and of the API share: an invented document, real parts."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from index import paths
from index.documents import Span
from index.encoders.embedding import KAMER, Encoder, load_encoder
from rag.llm import Completion
from rag.reader import DEFAULT, open_reader
from rag.reader.reader import Reader

FERRY = """\
Antwoord op vragen over de veerdienst bij Oeverdam

2024Z99001

Datum: 5 maart 2024

Vraag 1
Kent u het bericht dat de veerdienst bij Oeverdam stopt?

Antwoord 1
Ja.

Vraag 2
Klopt het dat de subsidie voor de veerdienst 9 miljoen euro bedraagt?

Antwoord 2
Nee. De veerdienst ontvangt in 2024 een subsidie van 1,2 miljoen euro van de provincie.

Vraag 3 en 4
Hoeveel reizigers vervoert de veerdienst? Neemt dat aantal toe?

Antwoord 3 en 4
In 2023 vervoerde de veerdienst 48.000 reizigers, ruim 3.000 meer dan in 2022.

Vraag 5
Wanneer komt er een brug?

Antwoord 5
Daarvoor verwijs ik u naar het antwoord op vraag 2.
"""

# Two lists that both start at 1, and sub-questions.
LOCK = """\
Antwoord op vragen over de sluis bij Oeverdam

2024Z99003

Inbreng van de ABC-fractie

Vraag 1
Hoe breed is de sluis?

Antwoord 1
De sluis is 12 meter breed.

Vraag 2a
Hoeveel schepen voeren er in 2022 door de sluis?

Antwoord 2a
In 2022 waren het 810 schepen.

Vraag 2b
Hoeveel schepen voeren er in 2023 door de sluis?

Antwoord 2b
In 2023 waren het 940 schepen; zie voor 2022 het antwoord op vraag 2a.

Inbreng van de PQR-fractie

Vraag 1
Hoe diep is de sluis?

Antwoord 1
De sluis is 5 meter diep.

Vraag 2
Wie beheert de sluis?

Antwoord 2
De provincie beheert de sluis.
"""

BARLEY = """\
Antwoord op vragen over gerst

Vraag 1
Hoeveel gerst is er in 2022 geoogst?

Antwoord 1
De oogst van gerst bedroeg in 2022 ongeveer 210.000 ton.
"""


@cache
def reader() -> Reader:
    """The reading model that comes with the program, loaded once; skips without its base."""
    encoder()
    found = open_reader(DEFAULT, paths.models_dir(paths.data_dir()))
    assert found is not None
    return found


class RememberingEncoder:
    """The default embedding model, which embeds a text once: tests ask much about little."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[Any, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # of a copy that is being made
            raise AttributeError(name)
        return getattr(self._encoder, name)

    def encode_with_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """One row a text, and one a part."""
        keys = [(text, tuple(spans)) for text, spans in zip(texts, parts, strict=True)]
        new = [key for key in dict.fromkeys(keys) if key not in self._known]
        if new:
            vectors, sums = self._encoder.encode_with_parts(
                [k[0] for k in new], [k[1] for k in new]
            )
            self._known.update(zip(new, zip(vectors, sums, strict=True), strict=True))
        return np.stack([self._known[key][0] for key in keys]), [self._known[k][1] for k in keys]


@cache
def encoder() -> Encoder:
    """The default embedding model of this machine, one for all tests; skips where it is not."""
    folder = paths.models_dir(paths.data_dir())
    if not (folder / "multilingual-e5-small" / "modules.json").is_file():
        pytest.skip("embedding model not fetched: `vraagbaak models fetch`")
    return cast(Encoder, RememberingEncoder(load_encoder(KAMER, folder)))


def other_encoder() -> Encoder:
    """The same, as a model of another fingerprint."""
    other = copy.copy(encoder())
    other.fingerprint = "anders"
    return other


def bad_files(folder: Path) -> dict[str, Path]:
    """One file of every kind that cannot be read."""
    made = {
        "empty": ("leeg.txt", b""),
        "blank": ("wit.txt", b" \n\n"),
        "binary": ("binair.txt", bytes(range(256)) * 8),
        "encrypted": ("versleuteld.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        "truncated pdf": ("afgekapt.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Cat"),
        "truncated docx": ("afgekapt.docx", b"PK\x03\x04\x14\x00\x06\x00"),
        "unknown": ("programma.exe", b"MZ"),
    }
    for name, data in made.values():
        (folder / name).write_bytes(data)
    with (folder / "groot.txt").open("wb") as large:
        large.truncate(60_000_000)
    return {why: folder / name for why, (name, _) in made.items()} | {
        "missing": folder / "weg.txt",
        "oversized": folder / "groot.txt",
    }


class IdleModel:
    """A language model that is up and answers everything with nothing of use."""

    name = "fake:model"
    digest = None
    context_tokens = 4096
    composes = False

    def complete(self, *_: Any, on_text: Any = None, **__: Any) -> Completion:
        text = json.dumps({})
        if on_text is not None:
            on_text(text)
        return Completion(text, 10, 1)

    def count_tokens(self, text: str) -> int:
        return len(text)

    def fault(self) -> None:
        return None

    def close(self) -> None:
        pass
