"""Settings: where they come from, and what is refused."""

from pathlib import Path

import pytest

from index.errors import BadRequest
from rag.pipeline.query import clean_question
from rag.settings import Settings, load_settings, settings_table


def environment(data: Path, **more: str) -> dict[str, str]:
    return {"VRAAGBAAK_DATA_DIR": str(data), "PATH": "/usr/bin", **more}


def refusal(environ: dict[str, str], **overrides: object) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        load_settings(overrides, environ)
    return caught.value


def test_without_anything_set_the_defaults_hold(tmp_path):
    empty = environment(tmp_path, VRAAGBAAK_OLLAMA_MODEL="", VRAAGBAAK_PORT=" ")
    for environ in (environment(tmp_path), empty):
        settings = load_settings(environ=environ)
        assert settings == Settings(data_dir=tmp_path)
    assert (settings.model, settings.language, settings.host) == ("auto", "nl", "127.0.0.1")
    assert (settings.ollama_model, settings.port) == (None, 8765)
    older = environment(tmp_path, VRAAGBAAK_MODE="select")
    assert load_settings(environ=older).mode == "verbatim"
    settings = load_settings({"openai_key": "geheim123"}, environment(tmp_path))
    assert settings.openai_key == "geheim123"
    assert "geheim123" not in repr(settings)


def test_override_beats_environment_beats_file_beats_default(tmp_path):
    (tmp_path / "vraagbaak.toml").write_text('port = 1111\ntop_k = 3\nlanguage = "en"\n')
    environ = environment(tmp_path, VRAAGBAAK_PORT="2222", VRAAGBAAK_TOP_K="4")
    settings = load_settings({"port": "3333", "model": None}, environ)
    assert (settings.port, settings.top_k, settings.language) == (3333, 4, "en")
    assert settings.model == "auto"


def test_a_named_file_is_read_and_must_exist(tmp_path):
    elsewhere = tmp_path / "elsewhere.toml"
    environ = environment(tmp_path, VRAAGBAAK_CONFIG=str(elsewhere))
    assert str(elsewhere) in refusal(environ).nl
    elsewhere.write_text("num_ctx = 4096\nmodel_timeout_s = 12\nthreads = 3\n")
    settings = load_settings(environ=environ)
    assert (settings.num_ctx, settings.model_timeout_s, settings.threads) == (4096, 12.0, 3)


def test_unknown_names_are_refused_with_the_closest_known_one(tmp_path):
    error = refusal(environment(tmp_path, VRAAGBAAK_OLAMA_URL="http://x"))
    assert "VRAAGBAAK_OLAMA_URL" in error.nl
    assert "Bedoelt u VRAAGBAAK_OLLAMA_URL?" in error.nl
    assert "Did you mean VRAAGBAAK_OLLAMA_URL?" in error.en
    (tmp_path / "vraagbaak.toml").write_text("taal = 'nl'\nmax_upload = 3\n")
    error = refusal(environment(tmp_path))
    assert "taal" in error.nl
    assert "vraagbaak.toml" in error.nl


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "abc", "een geheel getal van 0 tot en met 65535"),
        ("PORT", "65536", "een geheel getal van 0 tot en met 65535"),
        ("TOP_K", "0", "een geheel getal van 1 tot en met 100 (passages)"),
        ("TOP_K", "2.5", "een geheel getal"),
        ("MODEL_TIMEOUT_S", "nan", "een getal van 1 tot en met 3600 (seconden)"),
        ("MODEL", "gpt", "auto, ollama, openai, embedded of none"),
        ("MODE", "vrij", "auto, verbatim of compose"),
        ("LANGUAGE", "fr", "nl of en"),
        ("OLLAMA_URL", "localhost:11434", "http://"),
    ],
)
def test_a_wrong_value_is_refused_saying_the_range(tmp_path, name, value, said):
    error = refusal(environment(tmp_path, **{"VRAAGBAAK_" + name: value}))
    assert said in error.nl
    assert f"VRAAGBAAK_{name}" in error.en
    assert value in error.en
    assert "\n" not in error.nl + error.en


@pytest.mark.parametrize(
    "content",
    [b"port = true", b"port = 1.0", b"port = [1]", b"model = 1", b"port: 80", b"\xff\xfe"],
)
def test_a_wrong_type_in_the_file_or_what_is_no_toml_is_refused(tmp_path, content):
    (tmp_path / "vraagbaak.toml").write_bytes(content)
    assert "vraagbaak.toml" in refusal(environment(tmp_path)).nl


def test_the_table_documents_every_setting():
    table = settings_table()
    for name in Settings.__dataclass_fields__:
        assert f"| `{name}` | `VRAAGBAAK_{name.upper()}` |" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_question_is_cleaned_of_superfluous_white_space():
    assert clean_question("  Wat\n kost\thet? ", 50) == "Wat kost het?"
    assert clean_question("financie\u0308n?", 50) == "financiën?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "leeg"),
        (" \n\t", "leeg"),
        ("?!…", "leeg"),
        ("\u200b", "leeg"),
        ("a" * 51, "51 tekens, meer dan de 50"),
        ("wat\x00", "U+0000"),
        ("wat\x1b[2J", "U+001B"),
        ("wat\x85nu", "U+0085"),
        ("wat\ud800", "U+D800"),
    ],
)
def test_a_question_that_cannot_be_used_is_refused(text, said):
    with pytest.raises(BadRequest) as caught:
        clean_question(text, 50)
    assert said in caught.value.nl
    assert "\n" not in caught.value.nl
