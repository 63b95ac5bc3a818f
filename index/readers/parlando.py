"""Metadata of the XML in which the Kamer's archive (Parlando) gave Kamervragen of 1984-2008.

Under `<kvr><meta>` stand `<item attribuut="...">`, `<header>`, `<vraagdata>` and `<antwoorddata>`;
what the scan of an old paper made unreadable is left out.
"""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

from index.documents import Metadata, Office

ROOT = "kvr"
_OFFICES = ("minister", "staatssecretaris", "minister-president")
_ABOUT = re.compile(r"\s(?:over|inzake|betreffende|omtrent|naar aanleiding van)\s", re.IGNORECASE)
_SENT_IN = re.compile(r"\s*\(?Ingezonden\s.*$", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_YEARS = re.compile(r"(\d{4})\W+(\d{4})")
_MOST_TITLE = 300  # characters; a longer one is more than a title


def archive_metadata(root: etree._Element) -> Metadata:
    """What a document, whose root is `ROOT`, says of itself."""
    items = {item.get("attribuut", ""): _text(item) for item in root.iter("item")}
    found: list[tuple[str, Office | None]] = []
    for each in root.iter("antwoorder"):
        name, title = _text(each), each.get("functie", "").strip().lower()
        portfolio = each.get("ministerie", "").strip() or None
        if name:
            known = title in _OFFICES and bool(portfolio or title == "minister-president")
            found.append((name, Office(name, title, portfolio) if known else None))
    answered = next((each.get("antwoorddatum", "") for each in root.iter("antwoorddata")), "")
    number = _number(root)
    return Metadata(
        title=_title(items.get("Bibliografische_omschrijving", "")),
        date=_day(answered) or _day(items.get("Datum_reaktie", "")),
        ministers=tuple(dict.fromkeys(name for name, _ in found)),
        askers=tuple(dict.fromkeys(filter(None, map(_text, root.iter("vrager"))))),
        identifiers=(number,) if number else (),
        offices=tuple(dict.fromkeys(office for _, office in found if office)),
    )


def _title(description: str) -> str | None:
    """What "Vragen van het lid A (B) aan de minister van C over D. (Ingezonden ...)" is about."""
    whole = _SENT_IN.sub("", description).strip(" .;")
    subject = _ABOUT.split(whole, maxsplit=1)[-1]
    return subject if 0 < len(subject) <= _MOST_TITLE else None


def _number(root: etree._Element) -> str | None:
    """The document's number in the Aanhangsel of the Handelingen: "ah-tk-20062007-1204"."""
    for header in root.iter("header"):
        kind = "".join(header.get("typehandeling", "").split())
        years = _YEARS.search("".join(header.get("vergaderjaar", "").split()))
        numbers = [each.get("vraagnummer", "") for each in root.iter("vraagdata")]
        if "AanhangselvandeHandelingen" in kind and years and numbers:
            chamber = "ek" if header.get("kamer") == "1" else "tk"
            if re.fullmatch(r"\d{1,4}", numbers[0]):
                return f"ah-{chamber}-{years[1]}{years[2]}-{numbers[0]}"
    return None


def _day(written: str) -> str | None:
    match = _DATE.fullmatch(written.strip())
    try:
        return date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:  # not a date, such as 31 februari
        return None


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
