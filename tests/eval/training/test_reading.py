"""How the reader is measured by itself, and the commands that train and measure it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hashing import HashingEncoder
from hypothesis import given
from hypothesis import strategies as st
from reader_parts import CLAIMS, FOLLOWUPS, QUESTIONS, one_core, reading_base, write_reading

from eval.cli import main
from eval.reading import (
    NAMES,
    OTHERS,
    Measured,
    Scores,
    auc,
    calibration_error,
    measure,
    reading_json,
    reading_text,
    summary,
    with_intervals,
    worsened,
)
from eval.reliability import read_reliability
from eval.statistics import Estimate
from eval.training.data import load_reading
from index.errors import BadRequest
from rag.reader.reader import Reading, Text, load_reader


def scores(*values: float) -> Scores:
    return np.array(values, dtype=float)


# --- the measures


@pytest.mark.parametrize(
    ("positive", "negative", "value"),
    [((1, 2), (0,), 1.0), ((0,), (1, 2), 0.0), ((0,), (0,), 0.5), ((1,), (0, 2), 0.5),
     ((1, 3), (0, 1, 2), (1.5 + 3) / 6)],
)  # fmt: skip
def test_auc_of_known_scores(positive, negative, value):
    assert auc(scores(*positive), scores(*negative)) == pytest.approx(value)


FEW = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


@given(FEW, FEW)
def test_auc_counts_the_pairs_in_the_right_order(positive: list[int], negative: list[int]) -> None:
    pairs = [(one, other) for one in positive for other in negative]
    share = sum((one > other) + (one == other) / 2 for one, other in pairs) / len(pairs)
    assert auc(scores(*positive), scores(*negative)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("positive", "negative", "value"),
    [
        ((0, 0), (0, 0), 0.0),  # half is stated, half is true
        ((0, 0, 0), (0,), 0.25),
        ((60,), (-60,), 0.0),
        ((-60,), (60,), 1.0),
        # Two bins that err to different sides, each of half of all: these do not cancel.
        ((np.log(3), np.log(3)), (np.log(1 / 3), np.log(1 / 3)), 0.25),
    ],
)
def test_calibration_error_of_known_scores(positive, negative, value):
    found = calibration_error(scores(*positive), scores(*negative))
    assert found == pytest.approx(value, abs=1e-9)


KNOWN = {
    "answered": scores(*range(1, 21)),  # 5 % stay under 1.95
    "near_miss": scores(0.5, 1.94, 1.96, 30),
    "elsewhere": scores(-1, -2, -3),
    "first_sentence": scores(1, 1, 1, 0),
    "carried": scores(*range(1, 26)),  # 12 % stay under 3.88
    "not_carried": scores(0, 3.87, 3.89, 50),
}


def test_summary_of_known_scores() -> None:
    found = summary(KNOWN)
    assert found.keys() == NAMES.keys()
    assert found["auc_near_miss"] == pytest.approx((20 + 19 + 19 + 0) / 80)
    assert found["auc_elsewhere"] == 1.0
    assert found["first_sentence"] == 0.75
    assert found["refused_at_5"] == 0.5
    assert found["auc_claims"] == pytest.approx((25 + 22 + 22 + 0) / 100)
    assert found["claims_refused_at_12"] == 0.5
    assert found["calibration_error"] == pytest.approx(
        calibration_error(KNOWN["answered"], KNOWN["near_miss"])
    )


def test_intervals_hold_the_value_and_are_the_same_each_time() -> None:
    found = with_intervals(KNOWN)
    assert {name: each.value for name, each in found.items()} == summary(KNOWN)
    for name, each in found.items():
        assert 0 <= each.low <= each.high <= 1, name
        if name != "calibration_error":  # which is biased upwards
            assert each.low <= each.value <= each.high, name
    assert found["auc_near_miss"].low < found["auc_near_miss"].high
    assert (found["auc_elsewhere"].low, found["auc_elsewhere"].high) == (1.0, 1.0)
    assert found["auc_near_miss"].n == 24
    assert with_intervals(KNOWN) == found


# --- worse than before


def measures(**values: float) -> dict[str, Estimate]:
    return {name: Estimate(value, value - 0.1, value + 0.1, 9) for name, value in values.items()}


BASE = reading_json(
    Measured(measures(auc_claims=0.8, first_sentence=0.7, calibration_error=0.1), ()), "a" * 64
)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"auc_claims": 0.75}, {"auc_claims": (0.8, 0.75)}),
        ({"auc_claims": 0.785}, {}),  # within what is allowed
        ({"auc_claims": 0.99, "first_sentence": 0.6}, {"first_sentence": (0.7, 0.6)}),
        ({"calibration_error": 0.2}, {"calibration_error": (0.1, 0.2)}),
        ({"calibration_error": 0.01}, {}),
    ],
)
def test_what_fell_by_more_than_is_allowed_is_worse(changes, found):
    now = {"auc_claims": 0.8, "first_sentence": 0.7, "calibration_error": 0.1, **changes}
    assert worsened(measures(**now), BASE, 0.02) == found


@pytest.mark.parametrize(
    "base",
    [{}, {"measures": {}}, {"measures": {"auc_claims": {}}}, {"measures": None}, [], None,
     {"measures": {"auc_claims": {"value": "hoog"}}},
     {"measures": {"auc_claims": {"value": None}}}],
)  # fmt: skip
def test_a_base_without_a_measure_is_refused(base: Any) -> None:
    with pytest.raises(BadRequest) as caught:
        worsened(measures(auc_claims=0.8), base, 0.02)
    assert "geen maat auc_claims" in caught.value.nl
    assert "no measure auc_claims" in caught.value.en
    for language in ("nl", "en"):
        assert "`vraagbaak-eval reader`" in caught.value.message(language)


def test_what_is_written_can_be_compared_with_and_names_its_weights() -> None:
    found = with_intervals(KNOWN)
    written = json.loads(json.dumps(reading_json(Measured(found, ()), "b" * 64)))
    assert written["weights"] == "b" * 64
    assert written["measures"]["first_sentence"] == {
        "value": 0.75, "low": found["first_sentence"].low, "high": found["first_sentence"].high,
        "n": found["first_sentence"].n,
    }  # fmt: skip
    assert worsened(found, written, 0.0) == {}
    for at, language in enumerate(("nl", "en")):
        lines = reading_text(Measured(found, ()), language).splitlines()
        assert all(
            line.startswith(names[at] + " ")
            for line, names in zip(lines, NAMES.values(), strict=True)
        )
        assert "0.750 (" in lines[2]


# --- measuring


class Table:
    """Stands in for the reader: knows which passages answer what, or says the opposite.

    On its own passage an answered question scores 2 and a near miss -2, on others -1; the sentences
    that answer score 1.
    """

    card = SimpleNamespace(sha256="c" * 64)

    def __init__(self, sign: float = 1.0) -> None:
        self.sign = sign
        self.calibration = {"bias": 0.0, "reader": 1.0, "cosine": 0.0, "search": 0.0}
        self.seen: list[tuple[str, str]] = []
        rows = [(q, passage, answers, found) for passage, q, answers, found in QUESTIONS]
        rows += [
            (f"{before.rstrip('?')} | {q}", passage, answers, found)
            for passage, before, q, answers, found in FOLLOWUPS
        ]
        rows += [(claim, passage, carried, found) for passage, claim, carried, found in CLAIMS]
        self.rows = {said: (passage, right, found) for said, passage, right, found in rows}
        self.passages: dict[tuple[str, ...], str] = {}

    def read(self, question: str, texts: Sequence[Text]) -> list[Reading]:
        return [self._reading(question, text) for text in texts]

    def check(self, statements: Sequence[tuple[str, Text]]) -> list[Reading]:
        return [self._reading(said, text) for said, text in statements]

    def _reading(self, said: str, text: Text) -> Reading:
        passage, right, found = self.rows[said]
        read = self.passages[text.sentences]
        self.seen.append((said, read))
        logit = -1.0 if read != passage else 2.0 if right else -2.0
        each = [float(number in found) for number in range(len(text.sentences))]
        return Reading(self.sign * logit, tuple(self.sign * value for value in each))


def table_of(folder: Path, sign: float = 1.0) -> Table:
    reader = Table(sign)
    for passage in load_reading([folder]).passages.values():
        reader.passages[passage.sentences] = passage.id
    return reader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reading(tmp_path / "reading", public=False)


def test_the_development_split_is_measured_and_nothing_else(folder: Path) -> None:
    reader = table_of(folder)
    near = {
        "waar komt het windpark?": ["p1", "p2", "p3", "p4"],
        "wie onderhoudt de molens?": ["p1"],
    }
    found = measure(reader, load_reading([folder]), near)  # type: ignore[arg-type]
    assert {name: values.tolist() for name, values in found.items()} == {
        "answered": [2.0] * 4,
        "near_miss": [-2.0] * 3,
        "elsewhere": [-1.0] * OTHERS,
        "first_sentence": [1.0] * 4,
        "carried": [2.0] * 2,
        "not_carried": [-2.0] * 2,
    }
    asked = {said for said, _ in reader.seen}
    assert "Waar komt het windpark | en wanneer begint de bouw?" in asked
    assert "wie onderhoudt de molens?" not in asked
    assert [passage for said, passage in reader.seen if said == "waar komt het windpark?"] == [
        "p20", "p1", "p2", "p3"
    ]  # fmt: skip


# --- the commands


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A data folder of its own, float32 on every processor, one core."""
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("index.encoders.embedding.processor_flags", set)
    monkeypatch.setattr("rag.reader.reader.processor_flags", set)
    with one_core():
        yield


@pytest.fixture
def reader(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    made = table_of(folder)
    monkeypatch.setattr("rag.service.resources.open_reader", lambda _: made)
    monkeypatch.setattr("index.encoders.embedding.load_encoder", lambda *_: HashingEncoder(256))
    return made


@pytest.mark.parametrize("language", ["nl", "en"])
def test_reader_tells_what_it_measured(folder, reader, language, capsys):
    assert main(["reader", str(folder), "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:50].strip() for line in lines[: len(NAMES)]] == [
        names[language == "en"] for names in NAMES.values()
    ]
    # One question in three: both find their passage, which the reader is sigmoid(2) sure of.
    _, error, head, *bins = lines[len(NAMES) :]
    assert error.endswith("0.119")
    assert re.search(r"opgegeven kans|stated probability", head)
    assert [row.split()[5:7] for row in bins] == [["2", "88.1" if language == "en" else "88,1"]]
    assert "1.000 (1.000 - 1.000)" in lines[0]
    # Passages of something else are sought among the development passages only.
    assert {passage for _, passage in reader.seen} == {"p10", "p20"}


def test_reader_writes_what_a_later_one_is_compared_with(folder, reader, tmp_path, capsys):
    out = tmp_path / "basis.json"
    assert main(["reader", str(folder), "--out", str(out)]) == 0
    written = json.loads(out.read_text())
    assert written["weights"] == "c" * 64
    assert written["measures"].keys() == NAMES.keys()
    assert written["measures"]["auc_claims"]["value"] == 1.0
    compared = ["reader", str(folder), "--base", str(out)]
    assert main(compared) == 0
    capsys.readouterr()
    reader.sign = -1.0
    assert main(compared) == 1
    told = [line for line in capsys.readouterr().out.splitlines() if " -> " in line]
    assert "auc_claims: 1.000 -> 0.000" in told
    assert any(line.startswith("calibration_error: 0.") for line in told)
    assert {line.partition(":")[0] for line in told} == NAMES.keys()
    reader.sign = 1.0  # and a fall may be allowed
    written["measures"]["calibration_error"]["value"] -= 0.05
    out.write_text(json.dumps(written))
    assert main(compared) == 1
    assert main([*compared, "--allowed", "0.1"]) == 0


def test_the_reliability_of_the_calibrated_probability_is_written_and_drawn(
    folder, reader, tmp_path
):
    reader.calibration = {**reader.calibration, "bias": -2.0}  # less sure of the same
    out, page = tmp_path / "reader.json", tmp_path / "reader.html"
    assert main(["reader", str(folder), "--out", str(out), "--html", str(page)]) == 0
    found = json.loads(out.read_text())["reliability"]
    [one] = read_reliability(found)
    assert (one.low, one.n, one.stated, one.true) == (0.5, 2, 0.5, 1.0)
    assert found["error"] == 0.5
    text = page.read_text(encoding="utf-8")
    assert text.count('class="whisker"') == 1
    assert ">opgegeven kans</text>" in text
    assert ">deel dat uitkwam</text>" in text


@pytest.mark.parametrize("content", [None, "geen json", '{"measures": {}}', "[]"])
def test_a_base_that_cannot_be_used_is_an_error(folder, reader, tmp_path, content, capsys):
    base = tmp_path / "basis.json"
    if content is not None:
        base.write_text(content)
    assert main(["reader", str(folder), "--base", str(base)]) == 2
    [line] = capsys.readouterr().err.strip().splitlines()[-1:]
    assert line.startswith("vraagbaak-eval: ")


@pytest.mark.parametrize(
    ("language", "told"),
    [("nl", "Er is geen leesmodel om te meten"), ("en", "There is no reader to measure")],
)
def test_without_a_reader_there_is_nothing_to_measure(folder, language, told, capsys):
    given = ["reader", str(folder), "--set", "reader=none", "--lang", language]
    assert main(given) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("command", ["reader", "train"])
@pytest.mark.parametrize(
    ("language", "told"), [("nl", "weg met leesgegevens bestaat niet"), ("en", "does not exist")]
)
def test_a_folder_that_is_not_there_is_an_error(reader, tmp_path, command, language, told, capsys):
    given = [command, str(tmp_path / "weg"), "--out", str(tmp_path / "out"), "--lang", language]
    assert main(given) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [["reader"], ["train", "map"], ["train", "map", "--out", "x", "--epochs", "veel"],
     ["reader", "map", "--allowed", "2"]],
)  # fmt: skip
def test_what_is_missing_or_no_number_is_refused(given: list[str]) -> None:
    assert main(given) == 2


def test_train_makes_weights_that_can_be_read_with(folder, tmp_path, monkeypatch, capsys):
    base = reading_base(tmp_path / "base")
    monkeypatch.setattr("eval.training.run.fetch_e5", lambda _: base)
    monkeypatch.setattr("eval.training.run.load_encoder", lambda *_: HashingEncoder(256))
    out = tmp_path / "out"
    assert main(["train", str(folder), "--out", str(out), "--epochs", "2"]) == 0
    *figures, last = capsys.readouterr().out.splitlines()
    assert last == str(out)
    told = {line.split()[0]: line.split()[1] for line in figures}
    about = json.loads((out / "card.json").read_text())
    assert told == {name: f"{value:.3f}" for name, value in about["development"].items()}
    assert told.keys() == {*NAMES, "first_passage", "leaning_seen", "alone_taken"}
    assert about["recipe"]["epochs"] == 2.0
    [reading] = load_reader(out / "reader.safetensors", base).read(
        "waar komt het windpark?", [Text(("Het windpark komt voor de kust.", "Ja."))]
    )
    assert len(reading.sentences) == 2
    assert np.isfinite(reading.answers)
