import sqlite3
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


def test_a_folder_is_added_by_name_and_its_documents_are_found(index, folder):
    report = index.add([folder])
    assert names(report.added) == ["bomen.txt", "fietsen.txt"]
    assert not report.failed
    assert report.added[0].source == str(folder / "bomen.txt")
    assert found(index, "fietsen gestolen")[0] == "fietsen.txt"


def test_documents_come_back_whole(index, folder):
    index.add([folder / "fietsen.txt"])
    (info,) = index.documents()
    document = index.document(info.id)
    assert document.text == FIETSEN
    assert document.source == info.source == str(folder / "fietsen.txt")
    assert [passage.numbers for passage in document.passages] == [(1,), (2,)]
    assert info.passages == 2


def test_adding_again_embeds_nothing(index, folder):
    index.add([folder])
    index.encoder.seen.clear()
    report = index.add([folder])
    assert names(report.unchanged) == ["bomen.txt", "fietsen.txt"]
    assert not report.added
    assert not index.encoder.seen


def test_new_content_at_the_same_path_replaces_the_old(index, folder):
    index.add([folder])
    (folder / "bomen.txt").write_text(BOMEN.replace("drie miljoen", "vier miljard"))
    report = index.add([folder])
    assert names(report.updated) == ["bomen.txt"]
    assert names(report.unchanged) == ["fietsen.txt"]
    texts = [hit.passage.text for hit in search(index, "miljoen miljard bomen geplant").hits]
    assert any("vier miljard" in text for text in texts)
    assert not any("drie miljoen" in text for text in texts)


def test_a_path_spelled_in_another_way_is_the_same_path(index, folder, monkeypatch):
    index.add([folder / "bomen.txt"])
    (folder / "bomen.txt").write_text(BOMEN + "\nToegevoegd.\n")
    monkeypatch.chdir(folder)
    report = index.add([Path("bomen.txt")])
    assert names(report.updated) == ["bomen.txt"]
    assert [info.source for info in index.documents()] == ["bomen.txt"]


def test_the_same_bytes_at_two_paths_are_one_document(index, folder):
    (folder / "kopie.txt").write_text(BOMEN, encoding="utf-8")
    report = index.add([folder])
    assert names(report.added) == ["bomen.txt", "fietsen.txt"]
    assert names(report.unchanged) == ["kopie.txt"]
    assert len(index.documents()) == 2


def test_a_copy_keeps_its_document_when_the_other_path_changes(index, folder):
    (folder / "kopie.txt").write_text(BOMEN, encoding="utf-8")
    index.add([folder])
    (folder / "bomen.txt").write_text(BOMEN.replace("drie", "negen"))
    index.add([folder])
    assert sorted(names(index.documents())) == ["bomen.txt", "fietsen.txt", "kopie.txt"]


def test_one_path_given_twice_counts_once(index, folder):
    steps = []
    report = index.add([folder, folder / "bomen.txt"], lambda *step: steps.append(step[:2]))
    assert len(report.added) == 2
    assert steps == [(1, 2), (2, 2)]


def test_files_that_cannot_be_read_are_reported_and_the_others_go_in(index, folder):
    (folder / "leeg.txt").write_text("")
    (folder / "kapot.pdf").write_bytes(b"geen pdf")
    gone = folder / "weg.txt"
    report = index.add([folder, gone])
    assert names(report.added) == ["bomen.txt", "fietsen.txt"]
    assert {Path(path).name for path, _ in report.failed} == {"leeg.txt", "kapot.pdf", "weg.txt"}
    for _, error in report.failed:
        assert isinstance(error, UnreadableFile)
        assert "\n" not in error.nl


def test_a_file_that_became_unreadable_keeps_its_last_state(index, folder):
    index.add([folder])
    (folder / "bomen.txt").write_bytes(b"\x00\x01\x02" * 50)
    report = index.add([folder])
    assert [Path(path).name for path, _ in report.failed] == ["bomen.txt"]
    assert "bomen.txt" in found(index, "bomen geplant")


def test_a_folder_without_anything_to_read_is_reported(index, tmp_path):
    empty = tmp_path / "niets"
    empty.mkdir()
    (empty / "foto.jpg").write_bytes(b"x")
    (empty / ".verborgen.txt").write_text(BOMEN)
    report = index.add([empty])
    assert [path for path, _ in report.failed] == [str(empty)]


def test_a_file_too_large_is_refused_before_it_is_read(index, folder):
    with (folder / "groot.txt").open("wb") as file:
        file.truncate(60_000_000)
    report = index.add([folder / "groot.txt"])
    assert "groot" in report.failed[0][1].nl


def test_an_upload_is_found_and_replaces_no_namesake(index):
    first = index.add_bytes(BOMEN.encode(), "brief.txt")
    second = index.add_bytes(FIETSEN.encode(), "brief.txt")
    again = index.add_bytes(BOMEN.encode(), "brief.txt")
    assert len(first.added) == len(second.added) == len(again.unchanged) == 1
    assert len(index.documents()) == 2


def test_a_removed_document_is_found_no_more(index, folder):
    report = index.add([folder])
    index.remove(report.added[0].id)
    assert set(found(index, "hoeveel bomen zijn er geplant")) == {"fietsen.txt"}
    with pytest.raises(NotFound):
        index.document(report.added[0].id)
    with pytest.raises(NotFound):
        index.remove(report.added[0].id)


def test_what_one_process_changes_another_finds_at_once(index, folder, tmp_path):
    other = open_index(tmp_path / "data", HashingEncoder(), create=False)
    assert search(other, "bomen").hits == ()
    report = index.add([folder])
    assert found(other, "bomen geplant")[0] == "bomen.txt"
    index.remove(report.added[0].id)
    assert "bomen.txt" not in found(other, "bomen geplant")
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


def test_two_processes_adding_the_same_file_make_one_document(index, folder, tmp_path):
    other = open_index(tmp_path / "data", HashingEncoder(), create=False)
    threads = [threading.Thread(target=i.add, args=([folder],)) for i in (index, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert len(index.documents()) == 2


def test_a_question_number_gives_its_answer_and_an_unknown_one_names_those_that_exist(
    index, folder
):
    (info,) = index.add([folder / "fietsen.txt"]).added
    assert "86.000" in index.passage_for(info.id, 1).text
    assert index.passage_for(info.id, 2).refers_to == (1,)
    with pytest.raises(NotFound, match=r"geen vraag 7; wel: 1, 2\."):
        index.passage_for(info.id, 7)
    with pytest.raises(NotFound, match="staat niet in de index"):
        index.passage_for("f" * 16, 1)


def test_a_passage_is_there_by_its_id(index, folder):
    index.add([folder])
    hit = search(index, "register gestolen fietsen").hits[0]
    assert index.passage(hit.passage_id) == hit.passage
    assert index.passages(hit.document.id)[hit.passage_id] == hit.passage
    with pytest.raises(NotFound):
        index.passage(999)


def test_stats_count_and_say_what_the_index_was_made_with(index, folder):
    index.add([folder])
    stats = index.stats()
    assert (stats["documents"], stats["passages"]) == (2, 3)
    assert stats["embedding"] == "hashing"


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


def test_making_the_index_again_needs_no_files(index, folder, tmp_path):
    index.add([folder])
    index.add_bytes(BOMEN.encode() + b"\nMeer.\n", "upload.txt")
    before = [(info.id, info.source) for info in index.documents()]
    for file in folder.iterdir():
        file.unlink()
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


def test_making_the_index_again_is_all_or_nothing(index, folder, tmp_path):
    index.add([folder])

    class Broken(HashingEncoder):
        def encode_with_parts(self, *_):
            raise MemoryError

    with pytest.raises(MemoryError):
        rebuild_index(tmp_path / "data", Broken(fingerprint="hashing-2"))
    assert found(index, "bomen geplant")[0] == "bomen.txt"


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


def test_every_word_of_a_document_is_in_some_window(index, folder):
    index.add([folder])
    with sqlite3.connect(index.store.path) as raw:
        rows = raw.execute('SELECT passage, start, "end" FROM windows').fetchall()
    for info in index.documents():
        for number, passage in index.passages(info.id).items():
            text = passage.reading_text()
            covered = {i for p, start, end in rows if p == number for i in range(start, end)}
            assert all(i in covered or char.isspace() for i, char in enumerate(text))
