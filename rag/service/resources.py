"""Open what answering needs, as the settings say: index, reader and language model.

Heavy imports stand where they are used, so that `vraagbaak --help` is instant.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from index import paths
from index.errors import ModelUnavailable, NoIndex, VraagbaakError
from rag.settings import Settings

if TYPE_CHECKING:
    from index.encoders.embedding import Encoder
    from index.index import Index
    from index.store import Store
    from rag.llm import LanguageModel
    from rag.reader.reader import Reader

log = logging.getLogger("vraagbaak.service")

Opened = TypeVar("Opened")


def program_version() -> str:
    """The version that is installed; "0" in a checkout that is not."""
    try:
        return version("vraagbaak")
    except PackageNotFoundError:
        return "0"


def open_store(settings: Settings) -> Store:
    """Open the stored documents of `settings.data_dir`, for work that needs no embedding model.

    Raises NoIndex, IndexMismatch or DamagedIndex.
    """
    from index.store import FILE_NAME, Store

    return Store(settings.data_dir / FILE_NAME, {}, create=False)


def load_encoder(settings: Settings) -> Encoder:
    """The embedding model of `settings`. Raises ModelUnavailable."""
    from index.encoders import embedding

    return embedding.load_encoder(settings.embedding_model, paths.models_dir(settings.data_dir))


def open_index(settings: Settings, *, create: bool = False) -> Index:
    """The index of `settings.data_dir` with its embedding model.

    Raises NoIndex (unless `create`), IndexMismatch, DamagedIndex, EngineUnavailable or
    ModelUnavailable; the last also where files may be added and the program that `settings.ocr`
    wants is missing.
    """
    from index import index

    if create:
        ensure_ocr(settings)
    if not create:
        # Loading the embedding model takes seconds; a missing index is reported before that.
        open_store(settings).close()
    return index.open_index(
        settings.data_dir,
        load_encoder(settings),
        create=create,
        ocr=settings.ocr,
        engine=settings.engine,
        token=settings.engine_token,
    )


def settle_engine(settings: Settings) -> None:
    """Bring the engine of `settings` up to date, after a change for which none was opened.

    Needs no embedding model; what is derived in a process of its own is so already. Raises
    EngineUnavailable, or as `open_store`.
    """
    from index.engines import LOCAL, open_engine

    if settings.engine == LOCAL:
        return
    store = open_store(settings)
    try:
        with store.reading():
            made_with = store.manifest()
        engine = open_engine(settings.engine, store, made_with, settings.engine_token)
        try:
            engine.settle()
        finally:
            engine.close()
    finally:
        store.close()


def ensure_ocr(settings: Settings) -> None:
    """Raise ModelUnavailable where `settings` want text recognised and that is not installed."""
    if settings.ocr:
        from index.readers import ocr

        ocr.installed()


def connect_model(settings: Settings) -> LanguageModel | None:
    """The language model of `settings`; None where it is "none". Raises ModelUnavailable."""
    from rag import llm

    return llm.connect(
        settings.model,
        models_dir=paths.models_dir(settings.data_dir),
        ollama_url=settings.ollama_url,
        ollama_model=settings.ollama_model,
        openai_url=settings.openai_url,
        openai_model=settings.openai_model,
        openai_key=settings.openai_key,
        num_ctx=settings.num_ctx,
        timeout_s=settings.model_timeout_s,
        threads=settings.threads,
        # It writes only where the settings say so: not worth a gigabyte to fetch and to load.
        embedded=settings.mode == "compose" or settings.in_short,
    )


def _ready_model(settings: Settings) -> LanguageModel | None:
    """The language model, loaded where it would otherwise be at its first use."""
    model = connect_model(settings)
    if model is not None:
        model.count_tokens("vraag")
    return model


def open_reader(settings: Settings) -> Reader | None:
    """The reading model of `settings`; None where it is "none". Raises ModelUnavailable."""
    from rag import reader

    return reader.open_reader(settings.reader, paths.models_dir(settings.data_dir))


class _Once(Generic[Opened]):
    """What `open` gives, opened when it is first needed; tried again where that failed."""

    def __init__(
        self, open: Callable[[], Opened], held: Opened | None, is_open: bool = False
    ) -> None:
        self._open, self._lock = open, threading.Lock()
        self.held, self.is_open = held, is_open or held is not None
        self.error: VraagbaakError | None = None

    def __call__(self) -> Opened:
        """What is open, or is opened now. Raises what `open` does, and keeps that as `error`."""
        with self._lock:
            if not self.is_open:
                try:
                    self.held = self._open()
                except VraagbaakError as error:
                    self.error = error
                    raise
                self.is_open, self.error = True, None
            return cast("Opened", self.held)


class Resources:
    """Index, reader and language model of a running service: each opened once, when first needed.

    `index()` makes it where there is none yet, and raises as `open_index`; `reader()` and `model()`
    are None where the settings want none, and raise ModelUnavailable.

    What could not be opened is tried again at the next use, and by `warm_up`, so that a model that
    is started later is found without a restart. `faults` reports the last try without trying again.
    """

    def __init__(
        self,
        settings: Settings,
        index: Index | None = None,
        model: LanguageModel | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.settings = settings
        self.index = _Once(lambda: open_index(settings, create=True), index)
        self.reader: _Once[Reader | None] = _Once(
            lambda: open_reader(settings), reader, settings.reader == "none"
        )
        self.model: _Once[LanguageModel | None] = _Once(
            lambda: _ready_model(settings), model, settings.model == "none"
        )
        self._warming = threading.Lock()

    def documents_to_ask(self) -> Index:
        """The index if it holds anything to search. Raises NoIndex, or as `index`."""
        index = self.index()
        if index.is_empty():
            raise _no_documents()
        return index

    def open_index(self) -> Index:
        """The index if it is already open, without waiting. Raises ModelUnavailable."""
        if self.index.held is None:
            raise _opening("de index", "the index")
        return self.index.held

    def warm_up(self) -> None:
        """Open everything before the first question, in a background thread; one at a time.

        Errors are kept for `faults`.
        """
        if self._warming.acquire(blocking=False):
            threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def _warm_up(self) -> None:
        try:
            for part in (self._warm_index, self.reader, self.model):
                with suppress(VraagbaakError):
                    part()
        except Exception as error:  # no caller to raise it to
            log.error("warm-up failed", exc_info=error)
        finally:
            self._warming.release()

    def _warm_index(self) -> None:
        """Open the index, and load what the first search and answer need."""
        index = self.index()
        if not index.is_empty():
            from index.search import search
            from rag.pipeline import answering  # noqa: F401

            search(index, "Wat is het antwoord?", 1)

    def faults(self) -> list[VraagbaakError]:
        """Why no question can be answered now; empty when ready."""
        found = []
        index, model = self.index.held, self.model.held
        if index is None:
            found.append(self.index.error or _opening("de index", "the index"))
        else:
            try:
                if index.is_empty():
                    found.append(_no_documents())
                elif (fault := index.engine.fault()) is not None:
                    found.append(fault)
            except VraagbaakError as error:
                found.append(error)
        if not self.reader.is_open:
            found.append(self.reader.error or _opening("het leesmodel", "the reader"))
        if not self.model.is_open:
            found.append(self.model.error or _opening("het taalmodel", "the language model"))
        elif model is not None and (fault := model.fault()) is not None:
            found.append(fault)
        return found

    def close(self) -> None:
        """Close what is open."""
        for each in (self.index.held, self.model.held):
            if each is not None:
                each.close()


def _opening(nl: str, en: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"Vraagbaak opent {nl} nog: probeer het zo weer.",
        f"Vraagbaak is still opening {en}: try again shortly.",
    )


def _no_documents() -> NoIndex:
    return NoIndex(
        "Er zijn nog geen documenten: voeg ze toe met `vraagbaak index MAP` of POST /v1/documents.",
        "There are no documents yet: add them with `vraagbaak index FOLDER` or POST /v1/documents.",
    )
