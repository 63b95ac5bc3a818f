"""The committed baseline over the sample documents: it is kept, and doing worse is caught."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from answering_parts import SAMPLE_FILES
from surface_parts import encoder, reader

from eval.cli import main
from eval.compare import compare_runs, load_tolerances
from eval.gold import load_gold
from eval.runs import read_run, run
from index.index import open_index
from index.paths import data_dir
from rag.conversation.followups import Turn

ROOT = Path(__file__).resolve().parents[2]
GOLD = sorted((ROOT / "eval" / "gold" / "samples").glob("*.jsonl"))
BASELINE = ROOT / "eval" / "baselines" / "samples-none"
TOLERANCES = ROOT / "eval" / "baselines" / "tolerances.toml"


@pytest.fixture(scope="module", autouse=True)
def loaded_once():
    """Commands take the models that other tests loaded."""
    models = encoder(), reader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.encoders.embedding.load_encoder", lambda *_: models[0])
        patch.setattr("rag.reader.open_reader", lambda *_: models[1])
        yield


@pytest.fixture(scope="module")
def index_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    index = open_index(folder, encoder(), create=True)
    index.add(SAMPLE_FILES)
    index.close()
    return folder


def asked(index_dir: Path, out: Path, *settings: str) -> Path:
    given = ["run", *map(str, GOLD), "--index", str(index_dir), "--out", str(out)]
    for setting in ("model=none", *settings):
        given += ["--set", setting]
    assert main(given) == 0
    return out


@pytest.fixture(scope="module")
def new(index_dir, tmp_path_factory):
    return asked(index_dir, tmp_path_factory.mktemp("runs") / "new")


def compared(base: Path, new: Path) -> int:
    return main(["compare", str(base), str(new), "--tolerances", str(TOLERANCES)])


def regressed(base: Path, new: Path) -> set[str]:
    found = compare_runs(read_run(base), read_run(new), load_tolerances(TOLERANCES))
    return {each.metric.name for each in found.regressions}


def test_the_committed_baseline_is_kept(new, capsys):
    if not BASELINE.is_dir():
        pytest.skip("no committed baseline: `scripts/baseline.sh` makes it")
    code = compared(BASELINE, new)
    assert code == 0, capsys.readouterr().out


def test_the_committed_baseline_names_no_folder_of_the_machine_that_made_it():
    if not BASELINE.is_dir():
        pytest.skip("no committed baseline: `scripts/baseline.sh` makes it")
    kept = {path.name for path in BASELINE.iterdir()}
    assert kept == {"config.json", "scores.json"}
    for name in kept:
        assert not re.search(r'"/|"[A-Z]:\\\\', (BASELINE / name).read_text(encoding="utf-8")), name


def test_the_settings_of_a_run_do_not_say_where_its_data_are(new):
    settings = read_run(new).config["settings"]
    assert settings["model"] == "none"
    assert not any(str(data_dir()) in str(value) for value in settings.values())


def test_retrieval_of_one_passage_is_caught_by_a_retrieval_metric(index_dir, new, tmp_path):
    worse = asked(index_dir, tmp_path / "worse", "top_k=1")
    found = regressed(new, worse)
    assert "success_5" in found
    assert "figures_kept" not in found
    assert compared(new, worse) == 1


def test_a_number_changed_in_the_answers_is_caught_by_the_metric_of_figures(
    index_dir, new, tmp_path
):
    # The answers of the good run again, in the order asked, each sentence with a digit more.
    records = iter(read_run(new).answers.values())

    def ask(_question: str, _history: Sequence[Turn]) -> dict[str, Any]:
        given: dict[str, Any] = next(records)["answer"]
        for sentence in given["sentences"]:
            sentence["text"] = re.sub(r"(\d+)", r"\g<1>7", sentence["text"], count=1)
        if given["sentences"]:
            given["answer"] = " ".join(sentence["text"] for sentence in given["sentences"])
        return given

    index = open_index(index_dir, encoder(), create=False)
    documents = [index.document(info.id) for info in index.documents()]
    index.close()
    run(tmp_path / "worse", load_gold(GOLD), documents, ask, {})
    found = regressed(new, tmp_path / "worse")
    assert "figures_kept" in found
    assert found.isdisjoint({"success_1", "success_5", "rr_10", "cited_gold", "refusal_recall"})
    assert compared(new, tmp_path / "worse") == 1


def test_a_figure_that_is_read_otherwise_in_one_document_is_caught_by_that_document(
    index_dir, new, tmp_path
):
    # The answers of the good run again, over documents of which one is read with another term.
    records = iter(read_run(new).answers.values())
    index = open_index(index_dir, encoder(), create=False)
    documents = {Path(info.source).name: index.document(info.id) for info in index.documents()}
    index.close()
    name = "2025Z99208.txt"
    [path] = [each for each in SAMPLE_FILES if each.name == name]
    altered = path.read_text(encoding="utf-8").replace("19 dagen", "29 dagen")
    other = open_index(tmp_path / "index", encoder(), create=True)
    other.add_bytes(altered.encode(), name)
    [info] = other.documents()
    documents[name] = replace(other.document(info.id), id=documents[name].id)
    other.close()
    run(
        tmp_path / "worse",
        load_gold(GOLD),
        list(documents.values()),
        lambda *_: next(records)["answer"],
        {},
    )
    base, worse = read_run(new), read_run(tmp_path / "worse")
    found = compare_runs(base, worse, load_tolerances(TOLERANCES)).regressions
    assert (name, "facts_indexed") in {(each.document, each.metric.name) for each in found}
    assert {each.document for each in found} <= {None, name}
    means = {metric.name: each for metric, each in compare_runs(base, worse).differences.items()}
    assert means["facts_indexed"].value is not None
    assert -0.03 < means["facts_indexed"].value < 0  # the mean alone would have let it pass
    assert compared(new, tmp_path / "worse") == 1
