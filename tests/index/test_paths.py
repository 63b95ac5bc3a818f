"""Where the data folder is."""

from __future__ import annotations

from index.paths import data_dir, models_dir


def test_data_folder_is_chosen_then_xdgs_then_the_default(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", "~/elders")
    assert data_dir() == tmp_path / "elders"
    monkeypatch.delenv("VRAAGBAAK_DATA_DIR")
    assert data_dir() == tmp_path / "xdg" / "vraagbaak"
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert data_dir() == tmp_path / ".local" / "share" / "vraagbaak"
    assert models_dir(data_dir()) == data_dir() / "models"
