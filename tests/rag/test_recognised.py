"""Text that was recognised on a picture is called that wherever it is cited."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scans import need_tesseract, scanned, stand_in, typed
from service_parts import reading_app, recognised, serving, settings_of
from surface_parts import FERRY, encoder

from index.documents import Origin
from index.errors import ModelUnavailable
from index.index import open_index, rebuild_index
from index.search import search
from rag.cli.main import main
from rag.formatting.render import hits_text
from rag.formatting.verbatim import verbatim_json
from rag.service.resources import open_index as open_as_set

TRAVELLERS = "Hoeveel reizigers vervoert de veerdienst bij Oeverdam?"
MARK = {"nl": "(herkende tekst)", "en": "(recognised text)"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_surface_of_the_service_says_so(tmp_path: Path, language: str) -> None:
    index, document = recognised(tmp_path)
    chat = {
        "model": "vraagbaak-letterlijk",
        "messages": [{"role": "user", "content": TRAVELLERS}],
    }
    with serving(reading_app(settings_of(tmp_path, language=language), index)) as client:
        client.headers["Accept-Language"] = language
        answer = client.post("/v1/ask", json={"question": TRAVELLERS}).json()
        whole = client.get(f"/v1/documents/{document}").json()
        export = {"format": "markdown", "answers": [answer]}
        exported = client.post("/v1/export", json=export).text.replace("\\", "")
        made = client.post("/v1/chat/completions", json=chat).json()["choices"][0]["message"]
        listing = {"question": "Welke documenten gaan over de veerdienst?"}
        listed = client.post("/v1/ask", json=listing).json()
        assert verbatim_json(index, document, 3)["label"].endswith(MARK["nl"])
        shown = hits_text(search(index, TRAVELLERS, 1).hits, language)
        assert MARK[language] in " ".join(shown.split())
    assert answer["citations"]
    (cited,) = [c for c in listed["citations"] if c["document"]["id"] == document]
    hit = next(each for each in answer["hits"] if each["document"]["id"] == document)
    assert all(each["label"].endswith(MARK["nl"]) for each in (*answer["citations"], cited, hit))
    assert whole["recognised"] == [{"start": 0, "end": len(FERRY)}]
    assert MARK[language] in exported
    assert MARK[language] in made["content"]
    assert made["annotations"][0]["url_citation"]["title"].endswith(MARK[language])


def test_the_command_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recognised(tmp_path)[0].close()
    loaded = encoder()
    monkeypatch.setattr("index.encoders.embedding.load_encoder", lambda *_: loaded)
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VRAAGBAAK_READER", "none")
    for language, command in (("nl", ["search"]), ("en", ["ask", "--model", "none"])):
        monkeypatch.setenv("VRAAGBAAK_LANGUAGE", language)
        assert main([*command, TRAVELLERS]) == 0
        assert MARK[language] in " ".join(capsys.readouterr().out.split())


def test_a_scan_goes_the_whole_way_where_the_setting_is_on(tmp_path: Path) -> None:
    need_tesseract()
    file = tmp_path / "scan.pdf"
    said = ["Vraag 1", "Hoeveel schepen zijn er?", "Antwoord 1", "Er zijn er 88."]
    file.write_bytes(scanned(typed([said]), {1}))
    index = open_index(tmp_path / "data", encoder(), create=True)
    ((_, refused),) = index.add([file]).failed
    assert "OCR nodig" in refused.nl
    index.ocr = True
    report = index.add([file])
    (info,) = report.added
    assert "herkend (OCR)" in report.warnings[0][1]
    assert verbatim_json(index, info.id, 1)["label"].endswith("vraag 1 (herkende tekst)")
    # What a service says of it changes nothing of that, also with the setting off.
    index.ocr = False
    index.put_origin(info.id, Origin("https://example.org/1", title="De haven"))
    (known,) = index.documents()
    assert known.metadata.title == "De haven"
    assert known.metadata.recognised == info.metadata.recognised != ()
    index.close()
    (again,) = rebuild_index(tmp_path / "data", encoder(), ocr=True).updated
    assert again.metadata.recognised == info.metadata.recognised


def test_files_cannot_be_added_while_the_program_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "veer.txt"
    path.write_text(FERRY, encoding="utf-8")
    monkeypatch.setenv("VRAAGBAAK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VRAAGBAAK_OCR", "true")
    monkeypatch.setenv("PATH", stand_in(tmp_path / "bin", "exit 1", "eng"))
    settings = settings_of(tmp_path / "data", ocr=True)
    with pytest.raises(ModelUnavailable, match="tesseract-ocr-nld"):
        open_as_set(settings, create=True)
    for language, said in (("nl", "installeer `tesseract-ocr`"), ("en", "install `tesseract-ocr`")):
        monkeypatch.setenv("VRAAGBAAK_LANGUAGE", language)
        assert main(["index", str(path)]) == ModelUnavailable.exit_code
        assert said in capsys.readouterr().err
    monkeypatch.setenv("VRAAGBAAK_OCR", "false")
    assert main(["index", str(path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["added"]) == 1
    # What is there can be asked all the same.
    open_as_set(settings).close()
