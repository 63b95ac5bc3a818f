import sys
from pathlib import Path

from eval.benchmarks import metadata

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


def test_every_kind_of_question_is_measured(monkeypatch, capsys):
    command = ["metadata", "--documents", "24", "--samples", str(SAMPLES)]
    monkeypatch.setattr(sys, "argv", command)
    assert metadata.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert "over 24 documents" in lines[0]
    figures = {line.split("|")[1].strip(): float(line.split("|")[2]) for line in lines[2:]}
    assert set(metadata.QUESTIONS) < set(figures)
    assert all(figure >= 0 for figure in figures.values())
