"""The archive of Kamervragen, as data to learn from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.training import archive

QUESTION = "Hoeveel bruggen zijn er vorig jaar in deze provincie gebouwd?"
ANSWER = (
    "Er zijn vorig jaar drie bruggen gebouwd. Twee daarvan zijn inmiddels ook open voor verkeer."
)

OTHER = "De provincie besluit daar zelf over, en zij heeft ons dit voorjaar gezegd dat zij dat nog niet deed."


def document(folder: Path, name: str, *answers: str) -> None:
    asked = "".join(f'<vraag nummer="{n}">{QUESTION}</vraag>' for n, _ in enumerate(answers, 1))
    said = "".join(f'<antwoord nummer="{n}">{a}</antwoord>' for n, a in enumerate(answers, 1))
    (folder / f"{name}.xml").write_text(f"<kvr><vragen>{asked}</vragen>{said}</kvr>")


@pytest.fixture
def written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {"sources.tsv": ["k0001\tKVR1\t2"], "measured.txt": ["KVR2"]}
    monkeypatch.setattr(archive, "_lines", lines.__getitem__)


@pytest.mark.usefixtures("written_over")
def test_what_was_written_over_becomes_passages_and_the_rest_whole_documents(tmp_path):
    for name in ("KVR1", "KVR2", "KVR3", "KVR17"):
        document(tmp_path, name, ANSWER, f"{ANSWER} Meer\n volgt.")
    document(tmp_path, "KVR1", ANSWER, f"{ANSWER} Meer\n volgt.", OTHER, "Ja.")

    archive.main(tmp_path, tmp_path / "out")

    rows = map(json.loads, (tmp_path / "out/passages.jsonl").read_text().splitlines())
    passage, beside = rows  # the first answer says again what is asked about, the last one little
    assert (passage["id"], passage["asked"]) == ("k0001", QUESTION)
    assert (beside["id"], beside["sentences"][0]) == ("doc-KVR1-3", OTHER)
    assert passage["document"] == beside["document"]
    assert passage["sentences"][-1] == "Meer volgt."
    [whole] = map(json.loads, (tmp_path / "out/documents.jsonl").read_text().splitlines())
    assert whole["id"] == "KVR3"
    assert [pair["answer"] for pair in whole["pairs"]] == [ANSWER, f"{ANSWER} Meer volgt."]


@pytest.mark.usefixtures("written_over")
def test_answers_that_say_little_or_only_point_are_no_pairs(tmp_path: Path) -> None:
    pointer = "Zie " + ANSWER
    document(tmp_path, "KVR3", ANSWER, "Ja.", pointer, ANSWER)
    document(tmp_path, "KVR4", ANSWER, "Ja.")

    [whole] = archive.documents(tmp_path)

    assert [pair["answer"] for pair in whole["pairs"]] == [ANSWER, ANSWER]


def test_a_file_that_is_no_xml_has_nothing(tmp_path: Path) -> None:
    (tmp_path / "KVR3.xml").write_text("")
    assert archive.read_document(tmp_path / "KVR3.xml").answers == {}
