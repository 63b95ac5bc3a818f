"""Commands for the tests of the command line."""

from __future__ import annotations

import pytest
from surface_parts import encoder

from index.encoders import embedding
from rag.cli.main import main


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run a command in `tmp_path`/data; gives (exit code, stdout, stderr)."""
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VRAAGBAAK_READER", "none")
    loaded = encoder()
    monkeypatch.setattr(embedding, "load_encoder", lambda *_: loaded)
    capsys.readouterr()

    def run(*argv):
        code = main([str(argument) for argument in argv])
        out, err = capsys.readouterr()
        return code, out, err

    return run
