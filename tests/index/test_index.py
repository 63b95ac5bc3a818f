import threading
from pathlib import Path

import numpy as np
import pytest
from hashing import HashingEncoder

from index.errors import IndexMismatch, NoIndex, NotFound, UnreadableFile, VraagbaakError
from index.index import Index, open_index, rebuild_index
from index.search import search

FIETSEN = """Vraag 1
Hoeveel fietsen zijn er in 2023 gestolen?

Antwoord vraag 1
In 2023 zijn 86.000 fietsen gestolen.

Vraag 2
Komt er een register van gestolen fietsen?

Antwoord vraag 2
Nee, een register komt er niet. Zie ook het antwoord op vraag 1.
"""
BOMEN = """Vraag 1
Hoeveel bomen zijn er geplant?

Antwoord vraag 1
Er zijn drie miljoen bomen geplant.
"""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "stukken"
    made.mkdir()
    (made / "fietsen.txt").write_text(FIETSEN, encoding="utf-8")
    (made / "bomen.txt").write_text(BOMEN, encoding="utf-8")
    return made


@pytest.fixture
def index(tmp_path):
    opened = open_index(tmp_path / "data", HashingEncoder(), create=True)
    yield opened
    opened.close()


def names(documents) -> list[str]:
    return [Path(info.source).name for info in documents]


def found(index: Index, question: str) -> list[str]:
    return names(hit.document for hit in search(index, question).hits)


def test_a_folder_is_added_once_whole_and_found(index, folder, monkeypatch):
    steps = []
    report = index.add([folder, folder / "bomen.txt"], lambda *step: steps.append(step[:2]))
    assert names(report.added) == ["bomen.txt", "fietsen.txt"]
    assert not report.failed
    assert steps == [(1, 2), (2, 2)]
    assert found(index, "fietsen gestolen")[0] == "fietsen.txt"
    info = report.added[1]
    document = index.document(info.id)
    assert document.text == FIETSEN
    assert document.source == info.source == str(folder / "fietsen.txt")
    assert [passage.numbers for passage in document.passages] == [(1,), (2,)]
    stats = index.stats()
    assert (info.passages, stats["documents"], stats["passages"]) == (2, 2, 3)
    assert stats["embedding"] == "hashing"
    # Again: nothing is embedded; and a path spelled in another way is the same path.
    index.encoder.seen.clear()
    report = index.add([folder])
    assert names(report.unchanged) == ["bomen.txt", "fietsen.txt"]
    assert not report.added
    assert not index.encoder.seen
    (folder / "bomen.txt").write_text(BOMEN.replace("drie miljoen", "vier miljard"))
    monkeypatch.chdir(folder)
    report = index.add([Path("bomen.txt"), folder / "fietsen.txt"])
    assert names(report.updated) == ["bomen.txt"]
    assert names(report.unchanged) == ["fietsen.txt"]
    assert {info.source for info in index.documents()} == {"bomen.txt", str(folder / "fietsen.txt")}
    texts = [hit.passage.text for hit in search(index, "miljoen miljard bomen geplant").hits]
    assert any("vier miljard" in text for text in texts)
    assert not any("drie miljoen" in text for text in texts)


def test_the_same_bytes_at_two_paths_are_one_document_until_one_changes(index, folder):
    (folder / "kopie.txt").write_text(BOMEN, encoding="utf-8")
    report = index.add([folder])
    assert names(report.added) == ["bomen.txt", "fietsen.txt"]
    assert names(report.unchanged) == ["kopie.txt"]
    assert len(index.documents()) == 2
    (folder / "bomen.txt").write_text(BOMEN.replace("drie", "negen"))
    index.add([folder])
    assert sorted(names(index.documents())) == ["bomen.txt", "fietsen.txt", "kopie.txt"]


def test_what_cannot_be_read_is_reported_and_the_others_go_in(index, folder, tmp_path):
    (folder / "leeg.txt").write_text("")
    (folder / "kapot.pdf").write_bytes(b"geen pdf")
    with (folder / "groot.txt").open("wb") as file:
        file.truncate(60_000_000)
    empty = tmp_path / "niets"
    empty.mkdir()
    (empty / "foto.jpg").write_bytes(b"x")
    (empty / ".verborgen.txt").write_text(BOMEN)
    report = index.add([folder, folder / "weg.txt", empty])
    assert names(report.added) == ["bomen.txt", "fietsen.txt"]
    said = {Path(path).name: error for path, error in report.failed}
    assert set(said) == {"leeg.txt", "kapot.pdf", "groot.txt", "weg.txt", "niets"}
    assert "te groot" in said["groot.txt"].nl
    assert all(isinstance(error, UnreadableFile) for name, error in said.items() if name != "niets")
    assert not any("\n" in error.nl for error in said.values())
    # A file that became unreadable keeps its last state.
    (folder / "bomen.txt").write_bytes(b"\x00\x01\x02" * 50)
    report = index.add([folder / "bomen.txt"])
    assert [Path(path).name for path, _ in report.failed] == ["bomen.txt"]
    assert "bomen.txt" in found(index, "bomen geplant")


def test_an_upload_is_found_and_replaces_no_namesake(index):
    first = index.add_bytes(BOMEN.encode(), "brief.txt")
    second = index.add_bytes(FIETSEN.encode(), "brief.txt")
    again = index.add_bytes(BOMEN.encode(), "brief.txt")
    assert len(first.added) == len(second.added) == len(again.unchanged) == 1
    assert len(index.documents()) == 2


def test_what_one_process_adds_or_removes_another_finds_at_once(index, folder, tmp_path):
    other = open_index(tmp_path / "data", HashingEncoder(), create=False)
    assert search(other, "bomen").hits == ()
    (bomen, _) = index.add([folder]).added
    assert found(other, "bomen geplant")[0] == "bomen.txt"
    index.remove(bomen.id)
    for opened in (index, other):
        assert set(found(opened, "hoeveel bomen zijn er geplant")) == {"fietsen.txt"}
        with pytest.raises(NotFound):
            opened.document(bomen.id)
        with pytest.raises(NotFound):
            opened.remove(bomen.id)
    other.close()


def test_a_search_during_updates_sees_the_old_or_the_new_state(index, folder, tmp_path):
    """Every state has one version of `bomen.txt`, on both sides of the search."""
    index.add([folder])
    stop = threading.Event()
    wrong: list[object] = []

    def look(opened: Index) -> None:
        while not stop.is_set():
            hits = [
                hit
                for hit in search(opened, "hoeveel bomen zijn er geplant").hits
                if hit.document.source.endswith("bomen.txt")
            ]
            if len(hits) != 1 or not hits[0].cosine or not hits[0].lexical:
                wrong.append(hits)

    other = open_index(tmp_path / "data", HashingEncoder(), create=False)
    readers = [threading.Thread(target=look, args=(opened,)) for opened in (index, other)]
    for reader in readers:
        reader.start()
    for n in range(15):
        (folder / "bomen.txt").write_text(BOMEN.replace("drie", f"{n}"))
        index.add([folder / "bomen.txt"])
    stop.set()
    for reader in readers:
        reader.join()
    other.close()
    assert wrong == []


def test_a_passage_is_there_by_its_id_and_its_question_and_else_what_exists_is_named(index, folder):
    (info,) = index.add([folder / "fietsen.txt"]).added
    assert "86.000" in index.passage_for(info.id, 1).text
    assert index.passage_for(info.id, 2).refers_to == (1,)
    hit = search(index, "register gestolen fietsen").hits[0]
    assert index.passage(hit.passage_id) == hit.passage
    assert index.passages(hit.document.id)[hit.passage_id] == hit.passage
    with pytest.raises(NotFound, match=r"geen vraag 7; wel: 1, 2\."):
        index.passage_for(info.id, 7)
    with pytest.raises(NotFound, match="staat niet in de index"):
        index.passage_for("f" * 16, 1)
    with pytest.raises(NotFound):
        index.passage(999)


def test_opening_without_an_index_says_how_to_begin(tmp_path):
    with pytest.raises(NoIndex, match="vraagbaak index"):
        open_index(tmp_path / "data", HashingEncoder(), create=False)
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "data").write_text("een bestand")
    with pytest.raises(VraagbaakError, match="VRAAGBAAK_DATA_DIR"):
        open_index(tmp_path / "data", HashingEncoder(), create=True)


def test_an_index_of_another_model_is_refused_until_made_again(index, folder, tmp_path):
    index.add([folder])
    other = HashingEncoder(dimension=32, fingerprint="hashing-2")
    with pytest.raises(IndexMismatch, match=r"hashing-1.*hashing-2.*--rebuild"):
        open_index(tmp_path / "data", other, create=True)
    report = rebuild_index(tmp_path / "data", other)
    assert len(report.updated) == 2
    again = open_index(tmp_path / "data", other, create=False)
    assert found(again, "bomen geplant")[0] == "bomen.txt"
    assert sorted(names(again.documents())) == ["bomen.txt", "fietsen.txt"]
    again.close()
    # The service that still runs with the old model must not compare its vectors with new ones.
    with pytest.raises(IndexMismatch):
        search(index, "bomen")
    with pytest.raises(IndexMismatch):
        index.add([folder])


def test_making_the_index_again_needs_no_files_and_is_all_or_nothing(index, folder, tmp_path):
    index.add([folder])
    index.add_bytes(BOMEN.encode() + b"\nMeer.\n", "upload.txt")
    before = [(info.id, info.source) for info in index.documents()]
    for file in folder.iterdir():
        file.unlink()

    class Broken(HashingEncoder):
        def encode_with_parts(self, *_):
            raise MemoryError

    with pytest.raises(MemoryError):
        rebuild_index(tmp_path / "data", Broken(fingerprint="hashing-2"))
    assert found(index, "bomen geplant")[0] == "bomen.txt"
    rebuild_index(tmp_path / "data", HashingEncoder())
    assert [(info.id, info.source) for info in index.documents()] == before
    assert found(index, "register gestolen fietsen")[0] == "fietsen.txt"


def test_every_sentence_has_a_vector_also_one_that_was_cut_in_two(index, tmp_path):
    long = "De brug " + "over de brede rivier " * 60 + "is dicht."
    index.add_bytes(f"Vraag 1\nIs de brug open?\n\nAntwoord 1\nNee. {long}\n".encode(), "brug.txt")
    (info,) = index.documents()
    ((number, passage),) = index.passages(info.id).items()
    spans, vectors = index.sentences([number])[number]
    text = passage.reading_text()
    assert [text[span.start : span.end] for span in spans] == ["Nee.", long]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-2)
    query = index.encoder.encode_queries([long])[0]
    assert vectors[1] @ query > 0.95 > vectors[0] @ query


def test_a_stop_halfway_keeps_the_documents_that_were_done(index, folder, monkeypatch):
    monkeypatch.setattr("index.ingest.BATCH_WINDOWS", 1)

    def stop(done: int, total: int, source: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.add([folder], stop)
    report = index.add([folder])
    assert len(report.added) + len(report.unchanged) == 2
    assert len(index.documents()) == 2


def test_nothing_embedded_is_longer_than_the_encoder_reads(index, tmp_path):
    digits = " ".join(str(n * 7919) for n in range(2000))
    text = f"Vraag 1\n{digits}?\n\nAntwoord vraag 1\n{digits}{'x' * 3000}\n"
    index.encoder.max_tokens = 60
    index.add_bytes(text.encode(), "lang.txt")
    assert index.encoder.seen
    assert max(map(index.encoder.count_tokens, index.encoder.seen)) <= 60
