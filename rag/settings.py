"""All settings in one frozen `Settings`: from overrides, else environment, else file, else default.

There is no global instance: the entry point loads the settings and passes them on.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from index import paths
from index.errors import BadRequest

PREFIX = "VRAAGBAAK_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
CONFIG_NAME = "vraagbaak.toml"
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def _setting(
    default: Any,
    nl: str,
    *,
    unit: str = "",
    within: tuple[float, float] | None = None,
    choices: tuple[str, ...] = (),
    older: Mapping[str, str] = MappingProxyType({}),
    secret: bool = False,
) -> Any:
    """A field with its documentation (`nl`, `unit`) and what `_checked` holds it to.

    `older` are names that values had before, which are still taken.
    """
    about = {"nl": nl, "unit": unit, "within": within, "choices": choices, "older": older}
    return field(default=default, repr=not secret, metadata=about)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. `None` means: chosen by what the machine has."""

    data_dir: Path = field(
        default_factory=paths.data_dir,
        metadata={"nl": "map waar index, documenten en modellen staan", "unit": "map"},
    )
    embedding_model: str = _setting(
        "kamer-e5-small",
        "model dat teksten vectoren geeft: een naam of een map; `kamer-e5-small` is "
        "`multilingual-e5-small`, hier verder getraind",
    )
    engine: str = _setting(
        "local",
        "wat passages zoekt: `local` (dit proces), het adres van Milvus (`http://host:19530`), of "
        "een pad op `.db` (Milvus Lite, om te proberen)",
    )
    engine_token: str | None = _setting(
        None, "sleutel voor Milvus, als het er een wil (`naam:wachtwoord`)", secret=True
    )
    entailment_model: str | None = _setting(
        None, "model dat naleest of een zin uit de bron volgt: een map of een naam; leeg: geen"
    )
    reader: str = _setting(
        "default",
        "leesmodel dat bepaalt of en met welke zinnen een passage antwoordt: `default` (bij het "
        "programma), een map met een ander, of `none` (dan telt alleen gelijkenis)",
    )
    model: str = _setting(
        "auto",
        "taalmodel; `auto` neemt Ollama als dat draait, anders, bij `mode` `compose` of `in_short`, het ingebouwde "
        "model; "
        "`none` geeft alleen letterlijke passages",
        choices=("auto", "ollama", "openai", "embedded", "none"),
    )
    mode: str = _setting(
        "auto",
        "toon de zinnen van de documenten zelf (`verbatim`) of laat het taalmodel schrijven "
        "(`compose`); `auto` volgt wat voor het model gemeten is",
        choices=("auto", "verbatim", "compose"),
        older={"select": "verbatim"},
    )
    in_short: bool = _setting(
        False,
        "laat het taalmodel boven de letterlijke zinnen één zin schrijven die nagelezen wordt; met "
        "`mode` `auto` schrijft het dan niets anders",
    )
    ollama_url: str = _setting("http://127.0.0.1:11434", "adres van Ollama", unit="url")
    ollama_model: str | None = _setting(None, "model dat Ollama gebruikt, bijvoorbeeld gemma3:4b")
    openai_url: str | None = _setting(
        None, "adres van een OpenAI-compatibele dienst, tot en met `/v1`", unit="url"
    )
    openai_model: str | None = _setting(None, "model van die dienst")
    openai_key: str | None = _setting(
        None, "sleutel van die dienst, als zij er een wil", secret=True
    )
    num_ctx: int = _setting(
        8192, "contextlengte van het taalmodel", unit="tokens", within=(1024, 1_048_576)
    )
    model_timeout_s: float = _setting(
        300.0, "langste wachttijd op het taalmodel", unit="seconden", within=(1, 3600)
    )
    threads: int | None = _setting(
        None, "processorkernen voor het ingebouwde model", unit="kernen", within=(1, 1024)
    )
    top_k: int = _setting(
        8, "aantal passages dat een vraag ophaalt", unit="passages", within=(1, 100)
    )
    max_question_chars: int = _setting(2000, "langste vraag", unit="tekens", within=(10, 100_000))
    max_upload_mb: int = _setting(
        50, "grootste bestand dat de dienst aanneemt", unit="MB (10⁶ bytes)", within=(1, 10_000)
    )
    ocr: bool = _setting(
        False,
        "herken tekst op bladzijden van een pdf die beeld zijn, met het programma Tesseract "
        "(documents.md)",
    )
    service: str | None = _setting(
        None,
        "adres van een draaiende dienst waaraan `vraagbaak search` de vraag stelt; leeg: de index "
        "wordt ter plekke geopend",
        unit="url",
    )
    service_key: str | None = _setting(
        None, "sleutel voor die dienst, als zij er een wil", secret=True
    )
    language: str = _setting("nl", "taal van meldingen", choices=("nl", "en"))
    host: str = _setting("127.0.0.1", "adres waarop de dienst luistert")
    port: int = _setting(8765, "poort waarop de dienst luistert", within=(0, 65535))
    without_keys: bool = _setting(
        False, "laat iedereen die de dienst bereikt haar gebruiken, ook van buiten deze machine"
    )
    allowed_hosts: str | None = _setting(
        None,
        "namen waaronder de dienst te bereiken is, met komma's; leeg: op een loopback-adres alleen "
        "deze machine, anders elke naam",
    )
    cors_origins: str | None = _setting(
        None, "webadressen waarvan pagina's de dienst mogen aanroepen, met komma's; leeg: geen"
    )
    public_url: str | None = _setting(
        None,
        "adres waaronder de dienst voor anderen te bereiken is, voor verwijzingen in antwoorden; "
        "leeg: het adres van het verzoek",
        unit="url",
    )
    rate_limit: int = _setting(
        300,
        "verzoeken per minuut per sleutel (zonder sleutels: per adres); 0 is onbegrensd",
        unit="verzoeken per minuut",
        within=(0, 1_000_000),
    )
    max_asks: int = _setting(
        64,
        "vragen die tegelijk beantwoord worden of wachten; meer krijgen 503",
        unit="vragen",
        within=(1, 10_000),
    )
    queue_size: int = _setting(
        16,
        "vragen die op het taalmodel mogen wachten; meer krijgen 503",
        unit="vragen",
        within=(0, 10_000),
    )
    model_slots: int = _setting(
        1, "antwoorden die het taalmodel tegelijk maakt", unit="antwoorden", within=(1, 256)
    )
    max_answer_s: float = _setting(
        300.0,
        "langste tijd voor een antwoord, wachten inbegrepen",
        unit="seconden",
        within=(1, 3600),
    )
    shutdown_s: float = _setting(
        60.0,
        "tijd die lopende antwoorden bij het stoppen krijgen",
        unit="seconden",
        within=(0, 3600),
    )
    watch_dir: Path | None = _setting(  # noqa: RUF009  (a path is immutable)
        None, "map die de dienst bijhoudt: wat erin staat wordt geïndexeerd", unit="map"
    )
    watch_s: float = _setting(
        10.0, "tijd tussen twee blikken in die map", unit="seconden", within=(1, 86_400)
    )
    log_level: str = _setting(
        "info",
        "vanaf welk niveau de dienst logt",
        choices=("debug", "info", "warning", "error"),
    )
    log_format: str = _setting(
        "text", "regels van het logboek als tekst of als JSON", choices=("text", "json")
    )
    log_questions: bool = _setting(False, "zet de tekst van vragen in het logboek")


def load_settings(
    overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Settings from `overrides` (None values left out), `environ` (`os.environ`) and the file.

    The file is the one that `VRAAGBAAK_CONFIG` names, else `vraagbaak.toml` in the data folder. An
    empty environment variable counts as not set. Raises BadRequest for an unknown name, a value
    out of range, and a file that is missing (when named) or no TOML.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    _refuse_unknown(given, "instelling", "setting")
    from_environment = _from_environment(environ)
    values = {
        **_from_file(_config_file(environ, {**from_environment, **given})),
        **from_environment,
        **{name: _checked(name, value, name) for name, value in given.items()},
    }
    return Settings(**values)


def settings_table() -> str:
    """Every setting as a Markdown table (Dutch): key, environment variable, default, meaning."""
    rows = [
        "| instelling | omgevingsvariabele | standaard | eenheid of bereik | betekenis |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in fields(Settings):
        about = each.metadata
        default = "~/.local/share/vraagbaak" if each.name == "data_dir" else each.default
        shown = "" if default is None else f"`{default}`"
        rows.append(
            f"| `{each.name}` | `{PREFIX}{each.name.upper()}` | {shown} "
            f"| {_range(each, 'nl')} | {about['nl']} |"
        )
    return "\n".join(rows) + "\n"


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {
        name: value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE and value.strip()
    }
    known = {PREFIX + each.name.upper(): each.name for each in fields(Settings)}
    _refuse_unknown(given, "omgevingsvariabele", "environment variable", [*known, CONFIG_VARIABLE])
    return {known[name]: _checked(known[name], value, name) for name, value in given.items()}


def _config_file(environ: Mapping[str, str], values: Mapping[str, Any]) -> Path | None:
    named = environ.get(CONFIG_VARIABLE, "").strip()
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise BadRequest(
                f"Het bestand {path} dat {CONFIG_VARIABLE} noemt bestaat niet.",
                f"The file {path} that {CONFIG_VARIABLE} names does not exist.",
            )
        return path
    path = Path(values.get("data_dir") or paths.data_dir()).expanduser() / CONFIG_NAME
    return path if path.is_file() else None


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(
            f"Instellingen in {path} zijn niet te lezen: {error}.",
            f"Settings in {path} cannot be read: {error}.",
        ) from error
    _refuse_unknown(given, f"instelling in {path}", f"setting in {path}")
    return {name: _checked(name, value, f"{name} ({path})") for name, value in given.items()}


def _refuse_unknown(
    given: Mapping[str, Any], nl: str, en: str, known: list[str] | None = None
) -> None:
    known = known or [each.name for each in fields(Settings)]
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            raise BadRequest(
                f"Onbekende {nl}: {name}." + (f" Bedoelt u {close[0]}?" if close else ""),
                f"Unknown {en}: {name}." + (f" Did you mean {close[0]}?" if close else ""),
            )


def _checked(name: str, value: Any, shown_as: str) -> Any:
    """`value` as the type of field `name`; `shown_as` is how the user wrote that name."""
    the_field = next(each for each in fields(Settings) if each.name == name)
    about = the_field.metadata
    converted = _converted(_type_of(name), value)
    converted = about.get("older", {}).get(converted, converted)
    within, choices = about.get("within"), about.get("choices")
    if (
        converted is None
        or (within and not within[0] <= converted <= within[1])
        or (choices and converted not in choices)
        or (about.get("unit") == "url" and not re.fullmatch(r"https?://\S+", converted))
    ):
        # A secret's value is not repeated in a message that may end up in a log.
        shown = repr(value) if the_field.repr else "…"
        raise BadRequest(
            f"{shown_as} moet {_range(the_field, 'nl')} zijn, niet {shown}.",
            f"{shown_as} must be {_range(the_field, 'en')}, not {shown}.",
        )
    return converted


def _type_of(name: str) -> type:
    annotation = get_type_hints(Settings)[name]
    kind: type = next((arm for arm in get_args(annotation) if arm is not type(None)), annotation)
    return kind


def _converted(kind: type, value: Any) -> Any:
    """`value` as `kind`, or None if it is not one; text (of the environment) is parsed."""
    if kind is Path:
        return Path(value).expanduser() if isinstance(value, str | Path) and str(value) else None
    if kind is str:
        return value.strip() or None if isinstance(value, str) else None
    if kind is bool:
        return value if isinstance(value, bool) else _TRUTH.get(str(value).strip().lower())
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if kind is int and isinstance(value, float):
        return None
    try:
        return kind(value)
    except ValueError:
        return None


def _range(the_field: Field[Any], language: str) -> str:
    """The allowed values of a field, in words: "een geheel getal van 1 tot en met 100
    (passages)"."""
    about, kind, nl = the_field.metadata, _type_of(the_field.name), language == "nl"
    unit = f" ({about['unit']})" if about.get("unit") else ""
    if about.get("choices"):
        *others, last = about["choices"]
        return f"{', '.join(others)} {'of' if nl else 'or'} {last}"
    if about.get("unit") == "url":
        return "een adres dat met http:// of https:// begint" if nl else "a http(s):// address"
    if kind is bool:
        return "true of false" if nl else "true or false"
    if kind in (int, float):
        low, high = about["within"]
        whole = kind is int
        if nl:
            return f"een {'geheel ' if whole else ''}getal van {low} tot en met {high}{unit}"
        return f"a {'whole ' if whole else ''}number from {low} to {high}{unit}"
    return ("een tekst" if nl else "a text") + unit
