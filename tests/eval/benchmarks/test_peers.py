import json
import shutil
import sys
from pathlib import Path

import pytest
from hashing import HashingEncoder
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from eval.benchmarks import peer_process, peers
from eval.benchmarks.judging import Judge
from eval.benchmarks.systems import Setting, vraagbaak
from eval.gold import load_gold, resolve

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "samples"
PEER = """
from eval.benchmarks.systems import Found


class Peer:
    configuration = "words in common"
    loaders = {".txt": lambda path: open(path, encoding="utf-8").read(), ".md": lambda path: "leeg"}

    def ingest(self, files):
        self.files = files
        return len(files)

    def search(self, question):
        asked = set(question.lower().split())
        best = sorted(self.files, key=lambda f: -len(asked & set(f.text.lower().split())))
        return [Found(each.path, each.text) for each in best[:5]]


def open_system(setting):
    return Peer()
"""


@pytest.fixture
def gold(tmp_path):
    """The first turn of some questions about the samples."""
    lines = (ROOT / "eval/gold/samples/questions.jsonl").read_text().splitlines()
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join([line for line in lines if '"turns"' not in line][:6]))
    return path


@pytest.fixture
def encoder(tmp_path):
    """What of an encoder's folder is read here: its tokenizer and its prefixes."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    tokenizer = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    prompts = {"prompts": {"query": "query: ", "document": "passage: "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    return folder


@pytest.fixture
def command(tmp_path, gold, encoder, monkeypatch):
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "a_peer.py").write_text(PEER)
    (modules / "an_absent_peer.py").write_text("import a_framework_that_nobody_installed")
    (modules / "a_broken_peer.py").write_text("raise RuntimeError('out of order')")
    monkeypatch.setenv("PYTHONPATH", str(modules))
    for name in ("a_peer", "an_absent_peer", "a_broken_peer"):
        monkeypatch.setitem(peers.SYSTEMS, name, peers.Kind(name, name, True, ("numpy",)))

    def run(*more):
        out = tmp_path / "out"
        arguments = ["peers", str(SAMPLES), str(gold), "--out", str(out), "--encoder", str(encoder)]
        monkeypatch.setattr(sys, "argv", [*arguments, "--repeats", "2", *more])
        code = peers.main()
        return code, json.loads((out / "peers.json").read_text()) if code < 2 else None

    return run


def test_a_peer_is_measured_in_a_process_of_its_own(command, tmp_path):
    code, told = command("--systems", "a_peer", "an_absent_peer")
    assert code == 0
    (row,) = told["systems"]
    assert told["questions"] == 6
    assert row["chunks"] == told["documents"] == len(list(SAMPLES.iterdir()))
    # A loader that gives other words than ours is not used; formats without one get our text.
    assert row["own_loader"] == f"{len(list(SAMPLES.glob('*.txt')))} of {told['documents']}"
    assert row["ingest_s"] > 0
    assert row["p95_ms"] >= row["p50_ms"] > 0
    assert row["tokens"] > 500
    assert row["peak_mb"] > 10
    assert 0 < row["gold_in_five"]["value"] <= 1
    assert "numpy" in row["versions"]
    assert "a_framework_that_nobody_installed" in told["skipped"]["an_absent_peer"]
    report = (tmp_path / "out/peers.md").read_text()
    assert "peers-requirements.txt" in report
    assert "| a_peer |" in report
    assert ">a_peer</text>" in (tmp_path / "out/peers.svg").read_text()


def test_a_peer_that_fails_is_told_and_the_others_are_measured(command):
    code, told = command("--systems", "a_broken_peer", "a_peer")
    assert code == 1
    assert "out of order" in told["skipped"]["a_broken_peer"]
    assert [row["system"] for row in told["systems"]] == ["a_peer"]


def test_a_python_that_is_not_there_is_refused_with_how_to_install(command, tmp_path, capsys):
    code, _ = command("--python", str(tmp_path / "bin/python"))
    assert code == 2
    said = capsys.readouterr().err
    assert "peers-env/bin/pip install -r eval/benchmarks/peers-requirements.txt" in said
    assert (ROOT / "eval/benchmarks/peers-requirements.txt").is_file()


def test_our_own_index_says_where_its_hits_stand(tmp_path, gold, monkeypatch):
    class Encoder(HashingEncoder):
        def forget_queries(self):
            pass

    monkeypatch.setattr(vraagbaak, "load_encoder", lambda *_, **__: Encoder())
    folder = tmp_path / "documents"
    shutil.copytree(SAMPLES, folder)
    documents, read_s = peers._documents(folder)
    asked = [each for each in load_gold([gold]) if each.answerable]
    system = vraagbaak.open_system(Setting("", "", "", str(tmp_path), True, 5))
    request = {
        "files": [{"path": path, "text": "", "read_s": read_s[path]} for path in documents],
        "questions": [each.question for each in asked],
        "repeats": 2,
    }
    told = peer_process.measure(system, request, peer_process.Clock())
    assert len(told["ingest_s"]) == 2
    judge = Judge(documents, resolve(asked, list(documents.values())))
    judged = [judge.judge(*each) for each in zip(asked, told["hits"], strict=True)]
    assert any(each.gold for each in judged)
    for hits in told["hits"]:
        for hit in hits:
            assert documents[hit["path"]].text[hit["start"] : hit["end"]]


def test_words_that_a_loader_lost_are_counted():
    assert peer_process.kept_words("een twee twee", "Twee, een twee en drie") == 1
    assert peer_process.kept_words("een twee twee vier", "een twee") == 0.5


def test_ratios_are_against_our_own_figures():
    names = ("ingest_s", "ingest_without_encoder_s", "p50_ms", "p95_ms", "tokens", "peak_mb")
    rows = [
        {"system": "Vraagbaak"} | dict.fromkeys(names, 2.0),
        {"system": "A"} | dict.fromkeys(names, 3.0),
    ]
    assert peers.ratios(rows)["A"]["p50_ms"] == 1.5
    assert peers.ratios(rows[1:]) == {}


def test_p95_is_the_smallest_that_95_percent_do_not_exceed():
    assert peers.nearest_rank(list(range(1, 101)), 95) == 95
    assert peers.nearest_rank([3.0], 95) == 3.0
