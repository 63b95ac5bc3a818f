"""Read a document's metadata from what it states, by the form of Dutch parliamentary papers.

Only the opening of a document, its page headers and its signatures are read: what it says about
other documents is not its own metadata. What is not stated is left empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from index.documents import Metadata, Office, Origin, Source
from index.identifiers import CODE, NUMBER, parliamentary_year

_Official = tuple[str, str, str | None]  # surname, title as written, portfolio as written

_OPENING = 5000  # characters in which letterheads, titles and introductions stand

_MONTH_NAMES = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
)
_MONTHS = _MONTH_NAMES.split("|")
_DATE = (
    rf"(?:(?P<day>\d{{1,2}})\s+(?P<month>{_MONTH_NAMES})\s+(?P<year>\d{{4}})"
    r"|(?P<iso>\d{4}-\d\d-\d\d)|(?P<numeric>\d{1,2}[-/]\d{1,2}[-/]\d{4}))"
)
# Best first: the date on which it was answered, adopted, or written.
_DATES = tuple(
    re.compile(pattern + _DATE, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"\(ontvangen\s+(?:\(ontvangen\s+)?(?:op\s+)?",
        r"beantwoord bij brief(?:\s*\S*)? van\s+",
        r"bij brief van\s+(?=[^.]{0,40}zijn de vragen (?:\S+\s+)?beantwoord)",
        r"(?:^\W*(?:vast|voor)|(?<=\s)(?-i:Vast))gesteld(?:\s+op)?[\s:]+(?:d\.d\.\s+)?",
        r"\bdatum\s*:?\s*",
        r"(?:den haag|’s-gravenhage|'s-gravenhage),?\s+",
        r"^\W*ontvangen(?:\s+op)?\s+",
    )
)

_MEMBERS = r"(?:het lid|de leden|leden|lid)\s+(?P<askers>[^:;]{2,400}?)"
_ABOUT = r"(?:over|inzake|betreffende|omtrent|naar aanleiding van|met betrekking tot)"
_ADDRESSED = rf"(?:aan\s+(?:(?!\s{_ABOUT}\s).){{3,500}}?\s+)?"
_INTRODUCTIONS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # the official publication
        rf"vragen van {_MEMBERS}\s+{_ADDRESSED}{_ABOUT}\s+(?P<title>.{{3,900}}?)\s*"
        rf"\(ingezonden\s",
        # a letter: subject line or opening sentence
        rf"vragen (?:van )?{_MEMBERS}\s+{_ADDRESSED}{_ABOUT}\s+(?P<title>[^\n]{{3,600}}?)"
        r"(?=\s*\n|\s+(?:worden|zijn|kunnen|zoals|met kenmerk)\s|\.\s|\.?$)",
        rf"(?:hebben|heeft|heb) {_MEMBERS}\s+(?:\S+\s+){{0,3}}?vragen gesteld\s+{_ADDRESSED}"
        rf"{_ABOUT}\s+(?P<title>[^\n]{{3,600}}?)(?=\.\s|\.?\n|\.?$)",
    )
)
_COMMITTEE = (
    r"(?P<committee>(?:(?:vaste|algemene|tijdelijke|bijzondere)\s+)?(?:Kamer)?commissie\s+"
    r"(?:voor|van|voor de|van de)\s+[^.;:()]{3,120}?)"
)
_COMMITTEE_ASKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bdoor\s+(?:de\s+)?{_COMMITTEE}\s+gestelde\s+vragen",
        rf"\bde\s+{_COMMITTEE}\s+heeft\s+(?:\S+\s+){{0,6}}?vragen\b",
        rf"\b(?:binnen|in)\s+de\s+{_COMMITTEE}\s+(?:hebben|bestond|heeft)\s",
        rf"vragen van (?:de\s+)?{_COMMITTEE}\s+(?:aan|over|inzake)\s",
    )
)
_COMMITTEE_ABOUT = re.compile(
    rf"commissie\s[^.]{{3,120}}?\svragen\s+(?:\S+\s+){{0,2}}aan\s[^.]{{3,200}}?\s{_ABOUT}\s+"
    r"(?P<title>.{3,400}?)\s*(?:\((?:Kamerstuk|vergaderjaar|\d)|\.\s)",
    re.DOTALL,
)

_SUBJECT = re.compile(
    r"(?:^|(?<=\s))(?:Betreft|[A-Z]ETREFT|Onderwerp|ONDERWERP)\b[ \t]*:?[ \t]*\n?[ \t]*"
    r"(?P<subject>\S[^\n]*(?:\n[ \t]*[a-zà-ü][^\n]*)*)"
)
_AFTER_SUBJECT = re.compile(
    r"\t|\s{3,}|\s+(?:Geachte|(?:U\s*W|O\s*N\s*S|O\s*N\s*Z\s*E)\s+(?:K\s*E\s*N\s*M|R\s*E\s*F)"
    r"|(?:Uw|Ons|Onze) (?:kenmerk|referentie)|Bijlagen?\b|Datum\b)"
)
_ANSWERING = re.compile(r"(?:nadere\s+)?(?:beantwoording|antwoord)", re.IGNORECASE)
_REPORT = re.compile(r"(?:(?:de|het|ons|uw)\s+)?(?:(?:rapport|brief)\s+)?(?=[A-ZÀ-Þ])")
_REFERENCE = re.compile(
    r"\s*\((?:[^()]*vergaderjaar[^()]*|(?:Kamerstuk|TK|\d{4}[ZD])[^()]*)\)\s*$", re.IGNORECASE
)

_OFFICE = r"(?:minister(?:-president)?s?|staatssecretaris(?:sen)?)"
_ANSWER_OF = re.compile(
    rf"(?:^|[\s*_])(?:(?:Nader\s+)?Antwoord(?:en)?|Mededeling|Brief)\s+van\s+"
    rf"(?P<who>(?:de\s+)?{_OFFICE}\b.{{2,400}}?)"
    r"(?:\(ontvangen|\s+op\s+(?:de\s+|het\s+)?(?:\S+\s+)?(?:Kamer)?(?:vragen|verslag)|\n\s*\n|$)",
    re.IGNORECASE | re.DOTALL,
)
_ON_BEHALF = re.compile(r",?\s*(?:mede|ook)\s+namens\b", re.IGNORECASE)
_PARTICLE = (
    r"(?:[Vv]an|[Vv]on|[Dd]e|[Dd]en|[Dd]er|[Dd]es|[Tt]en|[Tt]er|[Tt]e|[Ii]n|[Oo]p|[Ee]l|[Aa]l"
    r"|[Ll]a|[Dd]i|[Dd]a|[Dd]u|[’']t|[’']s)"
)
_SURNAME = (
    rf"(?:{_PARTICLE}\s+)*[A-ZÀ-ÞŞ][\w’']*(?:-(?:{_PARTICLE}\s+)*[A-ZÀ-ÞŞ][\w’']*)*"
    r"(?:\s+[A-ZÀ-ÞŞ][\w’-]+)?"
)
_NAMED_OFFICE = re.compile(
    rf"(?:(?i:\b(?P<title>{_OFFICE}))|\)\s*(?:,|en|,\s*en)(?!\s+(?:van\s+)?(?i:{_OFFICE})))\s+"
    rf"(?P<name>{_SURNAME})\s*(?:\((?=(?P<portfolio>[^()]+)\))?|$)"
)
_SIGNING_OFFICE = re.compile(
    rf"\W*(?:mede namens [^\n]*,\s*)?de\s+(?:fungerend\s+)?(?P<title>{_OFFICE})"
    r"(?:\s*,?|\s+(?:van|voor)\s+(?P<portfolio>[^\n.:;?]{3,110}))$",
    re.IGNORECASE,
)
_SPEAKS = re.compile(rf"^(?P<title>(?i:{_OFFICE}))\s+(?P<name>{_SURNAME})\s*:", re.MULTILINE)
_TITLES = re.compile(r"\b(?:prof|dr|drs|mr|ir|ing|mevr|dhr)\b\.?|\([^)]*\)|,.*$", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ][a-zà-ÿ]{0,2}\.[\s-]?)+")
_MINISTRY = re.compile(
    r"(?:van|voor)\s+(?:Justitie|Veiligheid|Binnenlandse|Buitenlandse|Defensie|Financi|Fiscal"
    r"|Onderwijs|Infrastructuur|Verkeer|Economische|Landbouw|Sociale|Volksgezondheid|Klimaat"
    r"|Asiel|Wonen|Volkshuisvesting|Algemene|Natuur|Milieu|Medische|Langdurige|Rechtsbescherming"
    r"|Ontwikkeling|Primair|Basis|Armoede|Toeslagen|Digital|Immigratie|Jeugd|Cultuur|Koninkrijk"
    r"|Herstel|Participatie|Werk|Vreemdelingen|Mijnbouw|Gemeenten|Bestuur|Mariene)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"Antwoord(?:en)?\s+(?:van\s+)?(?:de\s+|het\s+)?"
    r"(?P<body>Algemene Rekenkamer|Afdeling advisering van de Raad van State|Raad van State"
    r"|Nationale ombudsman|Kiesraad|Autoriteit Persoonsgegevens|De Nederlandsche Bank"
    r"|Centraal Planbureau|Planbureau voor de Leefomgeving|Presidium)\b"
)

# Alone on its line or in its table cell; one that closes a wrapped sentence, "(2024Z01234).", is
# another document's.
_ALONE_LINE = r"(?:^|\t)[^\w(\t]*({})[^\w).,;\t]*(?:\t|$)"
# The title in the cell beside the document's number.
_BESIDE_NUMBER = re.compile(rf"^\W*{NUMBER}[ ]*\t+(?P<title>\w[^\t\n]{{2,300}})$", re.MULTILINE)
_OWN_CODE = re.compile(_ALONE_LINE.format(CODE), re.MULTILINE)
_ANY_NUMBER = re.compile(NUMBER, re.IGNORECASE)
_OWN_NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        _ALONE_LINE.format(NUMBER),
        rf"^\W*nummer(?:[ ]*:|\t)\s*({NUMBER})\b",
        rf"^\W*onderdeel van zaak\s+({NUMBER})\b",
        rf"\bin antwoord op uw brief van\s+{_DATE.replace('?P<', '?P<a_')}.{{0,60}}?({NUMBER})",
        rf"\b(?:hierbij|hiermee)\s[^.]{{0,300}}?vragen van (?:het lid|de leden)\s.{{0,400}}?"
        rf"({NUMBER})",
        rf"\bde vragen van [^.]{{3,400}}?\(({NUMBER})\)\s*kunnen\s[^.]{{0,80}}?niet\b",
    )
)
_YEARBOOK = re.compile(r"Vergaderjaar\s+(?P<first>\d{4})\s*[-–—/]\s*(?P<second>\d{4})\W+Aanhangsel")
_ALONE = re.compile(
    r"(?:^|\t)[\s#*]*(?:nr\.?\s*)?(?P<number>\d{1,4})(?:[\s*]*$|[ ]*\t)",
    re.MULTILINE | re.IGNORECASE,
)
_AH = re.compile(r"^\W*AH\s+(?P<number>\d{1,4})\s*$", re.MULTILINE)
_FILE = re.compile(
    r"kamerstukdossier\s+(?P<file>\d{2}\s?\d{3})(?:[\s-]+(?P<part>[A-Z]+))?-(?P<nr>\d+)"
)
# The title stands beside the file's number, or below one that has its line (or cell) to itself.
_STUK = re.compile(
    r"^\W*(?P<file>\d{2}\s?\d{3})(?:[ \t-]+(?P<part>[IVXLC]+|[A-Z]|\d\d)(?!\w))?"
    r"(?:[ \t]+|[ \t]*\n\s*)(?![Nn]r\b)(?P<title>[^\W\d][^\n]{4,300})\n"
    r"(?:[^\n]*\n){0,8}?\W*Nr\.(?:\s*(?P<nr>\d+)\b)?",
    re.MULTILINE,
)
_CEDILLA = re.compile(r"[^\W\d_]¸")
_EMPHASIS = re.compile(r"(?<!\w)(?:\*\*|[_*])(?=\S)|(?<=\S)(?:\*\*|[_*])(?!\w)")
_HEADING_SIGN = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
_LONG_SPACE = re.compile(r"(\s{100})\s+")
_GENERIC_HEADING = re.compile(
    r"(?:vra(?:ag|gen)|antwoord|agendapunt|mededeling|inleiding|aanleiding|toelichting|bijlage"
    r"|tweede kamer|eerste kamer|vergaderjaar|vragen gesteld|inhoud|samenvatting|\W*\d*\W*$)",
    re.IGNORECASE,
)

_PLAIN = (".txt", ".md")
_FIRST_LINES, _LONGEST_TITLE = 4, 250
_WORD = re.compile(r"(?<![^\s(‘'\"])[^\W\d_]{3,}")
_NUMBERED = re.compile(rf"{NUMBER}|{CODE}|\bvergaderjaar\b", re.IGNORECASE)
_LABELLED = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?:\s")  # "Datum: 5 maart 2024"
_BEGINS_ASKING = re.compile(r"\W*(?:(?:vraag|antwoord)\W*\d|\d+[.)]?\s)|geachte\b", re.IGNORECASE)


def state_metadata(source: Source, name: str) -> Metadata:
    """The metadata of a document that was read from a file called `name`.

    What the text states comes first, then what the format holds, then the file's name (for
    identifiers only, where the document gives none).
    """
    text = _without_markup(source.text)
    opening = f"{source.edge_text}\n\n{text[:_OPENING]}"
    title, askers = _about(opening)
    day = _date(opening) or source.stated.date
    officials = _officials(text, opening) or _stated_officials(source.stated)
    return Metadata(
        title=title or _title(opening, source) or _first_line(text, name),
        date=day,
        ministers=tuple(name for name, _ in officials),
        askers=askers or tuple(_surname(each) or each for each in source.stated.askers),
        identifiers=_identifiers(text, opening, day, source, name),
        answered_by=match["body"] if (match := _BODY.search(opening)) else None,
        offices=tuple(office for _, office in officials if office is not None),
    )


def with_origin(metadata: Metadata, origin: Origin) -> Metadata:
    """`metadata` of a document that was fetched: its own identifiers first, then `origin`'s."""
    identifiers = dict.fromkeys([*metadata.identifiers, *origin.identifiers])
    return replace(metadata, identifiers=tuple(identifiers), origin=origin)


def _without_markup(text: str) -> str:
    """`text` without the emphasis and heading signs of Markdown, and with letters whose cedilla
    an extraction set apart ("Yes¸ilgöz") in one piece. Long runs of white space are cut short:
    patterns that may begin at each of its lines and end at any took minutes for 6,000 of them."""
    text = _LONG_SPACE.sub(r"\1", text)
    if "¸" in text:
        text = _CEDILLA.sub(lambda m: unicodedata.normalize("NFC", m[0][0] + "\u0327"), text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub("", text)
    return _HEADING_SIGN.sub("", text) if "#" in text else text


def _about(opening: str) -> tuple[str | None, tuple[str, ...]]:
    """Title and askers where both stand in one phrase; else a committee that asks."""
    for pattern in _INTRODUCTIONS:
        if match := pattern.search(opening):
            askers = _names(match["askers"])
            if askers:
                return _tidy(match["title"]), askers
    flat = re.sub(r"\s+", " ", opening)
    for pattern in _COMMITTEE_ASKS:
        if match := pattern.search(flat):
            about = _COMMITTEE_ABOUT.search(flat)
            return (_tidy(about["title"]) if about else None), (match["committee"],)
    return None, ()


def _names(members: str) -> tuple[str, ...]:
    """Surnames from "A (X), B en C (beiden Y)"."""
    without_party = re.sub(r"\([^)]*\)?", " ", members)
    spaced = re.sub(r"\b(van|de|der|den|ten|ter)(?=[A-ZÀ-Þ])", r"\1 ", without_party)
    names = [re.sub(r"\s+", " ", each).strip() for each in re.split(r",|\sen\s", spaced)]
    return tuple(dict.fromkeys(each for each in names if re.match(_SURNAME, each)))


def _tidy(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip(" .,;:")


def _title(opening: str, source: Source) -> str | None:
    if match := _SUBJECT.search(opening):
        subject = _AFTER_SUBJECT.split(match["subject"].strip(), maxsplit=1)[0]
        return _subject(_tidy(subject))
    if match := _STUK.search(opening) or _BESIDE_NUMBER.search(opening):
        return _tidy(match["title"])
    if source.stated.title:
        stated_title, _ = _about(source.stated.title + "\n")
        return stated_title or _tidy(source.stated.title)
    for span in source.headings:
        heading = _tidy(_without_markup(source.text[span.start : span.end]))
        if len(heading) > 3 and not _GENERIC_HEADING.match(heading):
            return heading
    return None


def _first_line(text: str, name: str) -> str | None:
    """The first line of a plain text that is more than a number or a generic heading, of those
    before its first question; a plain text marks its title in no other way."""
    if PurePath(name).suffix.lower() not in _PLAIN:
        return None
    lines = [each.strip() for each in text[:_OPENING].split("\n") if each.strip()]
    for line in lines[:_FIRST_LINES]:
        if _BEGINS_ASKING.match(line):
            return None
        if _ANSWERING.match(line) and (subject := _subject(_tidy(line))) != _tidy(line):
            return subject
        says = len(_WORD.findall(line)) > 1 and line[-1] != "?"
        other = _GENERIC_HEADING.match(line) or _LABELLED.match(line) or _NUMBERED.search(line)
        if says and not other:
            return _tidy(line) if len(line) <= _LONGEST_TITLE else None
    return None


def _subject(subject: str) -> str:
    """What a letter's subject line is about: without "Beantwoording vragen ... over"."""
    subject = _REFERENCE.sub("", subject)
    if not _ANSWERING.match(subject):
        return subject
    parts = re.split(rf"\s{_ABOUT}\s+", subject, maxsplit=1)
    if len(parts) == 1:
        parts = re.split(r"\s(?:bij|op)\s+", subject, maxsplit=1)
    return _REPORT.sub("", parts[-1], count=1) if len(parts) > 1 else subject


def _date(opening: str) -> str | None:
    for pattern in _DATES:
        for match in pattern.finditer(opening):
            if iso := _iso(match):
                return iso
    return None


def _iso(match: re.Match[str]) -> str | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"]).isoformat()
        if match["numeric"]:
            day, month, year = map(int, re.split("[-/]", match["numeric"]))
        else:
            day, year = int(match["day"]), int(match["year"])
            month = _MONTHS.index(match["month"].lower()) + 1
        return date(year, month, day).isoformat()
    except ValueError:  # not a date, such as 31 februari
        return None


def _officials(text: str, opening: str) -> tuple[tuple[str, Office | None], ...]:
    """(surname, office) of who answers, each once; the office None where it is not stated."""
    found: Iterable[_Official] = ()
    if match := _ANSWER_OF.search(opening):
        who = _ON_BEHALF.split(match["who"], maxsplit=1)[0]
        found = _named_offices(re.sub(r"\s+", " ", who))
    named = (
        list(found)
        or list(_signatures(text))
        or [(match["name"], match["title"], None) for match in _SPEAKS.finditer(text)]
    )
    officials: dict[str, Office | None] = {}
    for name, title, portfolio in named:
        holder = _capitalised(name)
        if officials.get(holder) is None:
            officials[holder] = _office(holder, title, portfolio)
    return tuple(officials.items())


def _stated_officials(stated: Metadata) -> tuple[tuple[str, Office | None], ...]:
    held = {office.holder: office for office in stated.offices}
    return tuple((name, held.get(name)) for name in stated.ministers)


def _office(holder: str, title: str, portfolio: str | None) -> Office | None:
    """What is stated of an office in one form: "DE MINISTER VAN DEFENSIE" -> minister, Defensie."""
    plain = re.sub(r"^(minister(?:-president)?)s$|^(staatssecretaris)sen$", r"\1\2", title.lower())
    if portfolio is not None:
        portfolio = re.sub(r"\s+", " ", portfolio).strip(" ,*_")
        if portfolio.isupper():
            portfolio = " ".join(
                word if word in ("en", "van", "voor") else word.capitalize()
                for word in portfolio.lower().split()
            )
    if not plain or (portfolio is None and plain != "minister-president"):
        return None
    return Office(holder, plain, portfolio)


def _named_offices(who: str) -> Iterator[_Official]:
    """Those of "Minister A (Portefeuille) en Staatssecretaris B (Portefeuille)"."""
    title = ""
    for match in _NAMED_OFFICE.finditer(who.strip()):
        title = match["title"] or title
        if not _MINISTRY.match(match["name"]):
            yield match["name"], title, match["portfolio"]


def _signatures(text: str) -> Iterator[_Official]:
    """Those under "De Minister van ..." where a letter is signed."""
    lines = [line.strip() for line in text.split("\n")]
    for number, line in enumerate(lines):
        signed = _SIGNING_OFFICE.match(line) if len(line) <= 150 else None
        if signed is None:
            continue
        below = [each for each in lines[number + 1 : number + 12] if each]
        if below and (surname := _surname(below[0])):
            yield surname, signed["title"], signed["portfolio"]


def _surname(line: str) -> str | None:
    """ "D.M. van Weel" -> "van Weel"; "Ruben Brekelmans" -> "Brekelmans"; else None."""
    plain = _TITLES.sub("", line).strip()
    if len(plain) > 60 or re.search(r"\d", plain):
        return None
    given = _INITIALS.match(plain) or re.match(rf"(?!{_PARTICLE}\s)[A-ZÀ-ÞŞ][\w’-]+\s+", plain)
    rest = plain[given.end() :].strip() if given else ""
    return rest if re.fullmatch(_SURNAME, rest) else None


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _identifiers(
    text: str, opening: str, day: str | None, source: Source, name: str
) -> tuple[str, ...]:
    found = list(source.stated.identifiers)
    found += _OWN_CODE.findall(text)
    if years := _YEARBOOK.search(opening):
        number = _ALONE.search(opening, years.end(), years.end() + 400)
        if number:
            chamber = "ek" if "Eerste Kamer" in opening[: years.start()] else "tk"
            found.append(f"ah-{chamber}-{years['first']}{years['second']}-{number['number']}")
    if (number := _AH.search(opening)) and day:
        year = parliamentary_year(day)
        found.append(f"ah-tk-{year}{year + 1}-{number['number']}")
    for pattern in (_FILE, _STUK):
        if (match := pattern.search(opening)) and match["nr"]:
            parts = [re.sub(r"\s", "", match["file"]), match["part"], match["nr"]]
            found.append("-".join(["kst", *filter(None, parts)]))
            break
    for own in _OWN_NUMBERS if _ANY_NUMBER.search(opening) or _ANY_NUMBER.search(text) else ():
        if match := own.search(opening) or own.search(text):
            found.append(match.groups()[-1])
    if not found:
        stem = PurePath(name).name
        found = re.findall(rf"(?<![\w-]){CODE}(?=\.|$)", stem) or re.findall(NUMBER, stem)
    return tuple(dict.fromkeys(found))
