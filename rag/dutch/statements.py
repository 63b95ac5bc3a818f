"""What a stretch of Dutch text states: its words, figures and names, clause by clause.

A clause also knows whether it is negated, how far it is from plain fact (modality) and what limits
it. Cue lists follow the grammar of Dutch (ANS, ch. 18 on modality and 29 on negation); they are
general words of government, no subject's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.dutch.figures import Figure, figures
from rag.dutch.terms import is_content, separable

_BREAK = re.compile(
    r"(?<!\d)[,;:()–—](?=\s|$)|,(?=\s)|[;:()]"
    r"|\s(?=(?:maar|terwijl|omdat|doordat|zodat|waarvan|waarbij|waardoor|mits|tenzij|wanneer|"
    r"indien|nadat|voordat|aangezien|hoewel|want|zodra|zolang|zonder|die|en)\s)"
    r"|(?<=[.!?])\s+(?=[A-Z«‘'\"])",
)
_JOINT = re.compile(
    r"[,;:()](?=\s|$)|\b(?:en|maar|waarvan|daarvan|terwijl|omdat|doordat)\b"
    r"|\b(?:naar|tegen)(?=\s+(?:€|\d|ruim|circa|ongeveer))",
    re.IGNORECASE,
)
_PART_OF = re.compile(r"\bvan\s+(?:de|het|die|deze)\s+(?:\w+e\s+)?(?:€\s*)?$", re.IGNORECASE)
BORROWS = re.compile(
    r"^\s*er\b|\b(?:daarvan|waarvan|hiervan|ervan|(?:was|is|waren|zijn)\s+(?:dat|er)|zij)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NEGATION = re.compile(
    r"\b(?:niet|geen|geenszins|nooit|nimmer|niets|niemand|nergens|noch|zonder|nee|evenmin|onmogelijk)\b",
    re.IGNORECASE,
)
# "niet alleen ... maar ook" affirms; "niet meer dan" bounds a figure; the rest are set phrases.
_NO_NEGATION = re.compile(
    r"\bniet\s+(?:alleen|slechts|enkel|alle[sn]?)\b|\b(?:niet|nooit)\s+(?:meer|minder|eerder|later|hoger|lager|"
    r"ouder|langer)(?:\s+\w+)?\s+dan\b|\bgeen\s+bezwaar\b|\bniet\s+onder\s+de\b|\bniettemin\b|\bzo\s+nee?t?\b",
    re.IGNORECASE,
)
# "minder geschikt" is a way of not being so, "minder geld" is not.
_LESS = re.compile(
    r"\b(?:minder|onvoldoende|nauwelijks|weinig)\s+(?:ge\w+[dt]|\w+(?:lijk|ig|baar|zaam|vol|end))e?\b",
    re.IGNORECASE,
)
# What denies without a word of negation: "vervallen" is "geldt niet meer".
_IMPLIED = re.compile(
    r"\b(?:vervallen|vervalt|verviel\w*|afgewezen|afwijz\w+|weiger\w*|geweigerd|uitgesloten|buiten|"
    r"(?:te|zo)\s+weinig|te\s+laat|pas|hooguit|hoogstens|verkeerd\w*|onjuist\w*|ontbre\w+|ontbrak\w*|"
    r"gebrek|tekort\w*|verbod\w*|verbied\w*|verboden|vrijwillig\w*|stil(?:gelegd|ligt|gelegen|stand)?|"
    r"aan\s+de\s+kant|gestopt|stopt|stoppen|be[eë]indig\w*|afgeschaft|geschrapt|ingetrokken|gratis|"
    r"kosteloos|uitgezonderd|uitzondering|vrijgesteld\w*|voorkom\w*|vermijd\w*|on(?!t[vwshrgdl]|der(?:zoe|nem|wij|ha|de|ne)|langs|danks|geveer)[a-z]{5,}|gelijk|"
    r"onveranderd|blijf\w*|bleef|bleven|minder|mist|missen|miste|dicht|gesloten|bedankt|"
    r"bedanken|(?:weg|uit)?gehaald|verwijderd|afgezien|afzien|behalve|restant|resterend\w*|verschil)\b",
    re.IGNORECASE,
)
# What takes a source clause away from plain fact ...
_MODAL = {
    "wil": r"voornemens|voornemen|wil|willen|wilt|streef\w*|streven|beoog\w*|plan(?:nen)?|bereid",
    "kan": r"kan|kunnen|kunt|mag|mogen|mogelijk|mogelijkheid|mogelijkheden|wellicht|misschien|"
    r"eventue\w+|zou|zouden",
    "moet": r"moet|moeten|moest|moesten|dient|dienen|verplicht\w*|vereist\w*|hoef\w*",
    "verwacht": r"verwacht\w*|verwachting\w*|voorzien|geraamd|raam|raming\w*|raamt|inschatting\w*|"
    r"schatting\w*|waarschijnlijk|vermoedelijk|gepland",
    "onderzoekt": r"onderzoekt|onderzoeken|verkennen|verkent|overwe\w*|bezien|beziet|nagaan|bekijk\w*",
}
# ... and what else says the same in a claim.
_ALSO = {
    "wil": r"verwacht\w*|voorzien|gepland|intentie|bereidheid|zegt|toe|doel\w*|inzet|gevraagd",
    "kan": r"vrij|toegestaan|opvraagbaar|recht|hooguit|toestemming|in\s+aanmerking",
    "moet": r"is\s+aan|aangewezen|gehouden|blijf\w*|nodig|eis\w*|voorwaarde\w*|mits|plicht|norm|alleen|geldt|gelden|gold|verplicht|pas|"
    r"indien|als|wanneer|termijn|uiterlijk|binnen|zonder",
    "verwacht": r"streef\w*|streven|beoog\w*|planning|plan|naar\s+schatting|zal|zullen|zou|zouden",
    "onderzoekt": r"onderzoek|onderzocht|verkenning|verkend|of",
}
_MODALS = {name: re.compile(rf"\b(?:{form})\b", re.IGNORECASE) for name, form in _MODAL.items()}
SAYS_MODAL = {
    name: re.compile(rf"\b(?:{form}|{_ALSO[name]})\b", re.IGNORECASE)
    for name, form in _MODAL.items()
}
_PURPOSE = re.compile(r"\bte\s+(?:kunnen|mogen|moeten|willen)\b", re.IGNORECASE)
_LIMITS = {
    "deels": r"deels|gedeeltelijk|ten\s+dele|een\s+deel\s+van|voor\s+een\s+deel|grotendeels|"
    r"grootste\s+deel|niet\s+helemaal|sommige|niet\s+alle[sn]?|niet\s+volledig",
    "slechts": r"slechts|maar\s+een|nauwelijks|amper",
    "soms": r"soms|af\s+en\s+toe|incidenteel",
    "doorgaans": r"doorgaans|meestal|gewoonlijk|in\s+de\s+regel|vaak|veelal|(?<!het\s)gemiddelde|gemiddeld|vooral|"
    r"met\s+name|in\s+het\s+algemeen|meerendeels|hoofdzakelijk",
}
LIMITS = {name: re.compile(rf"\b(?:{form})\b", re.IGNORECASE) for name, form in _LIMITS.items()}
UNIVERSAL = tuple(
    re.compile(rf"\b(?:{form})\b", re.IGNORECASE)
    for form in (
        r"alle|allemaal|iedereen|ieder|iedere|elk|elke",
        r"altijd|(?<!nog\s)steeds|overal",
        r"volledige?|geheel|gehele|helemaal",
        r"uitsluitend|uitsluitende",
        r"landelijke?|in\s+heel\s+(?:het\s+land|nederland)|in\s+het\s+hele\s+land",
    )
)
_OFTEN = re.compile(
    r"\b(?:iedere?|elke?|alle)\s+(?:half\s?uur|uur|dag|week|maand|jaar|kwartaal|keer)\b",
    re.IGNORECASE,
)
# Behind the particle of a verb stands nothing or a preposition; behind a preposition, a noun.
_ALONE = re.compile(
    r"\s*(?:$|[.,;:?!)]|(?:met|van|tot|naar|door|voor|in|op|aan|bij|tijdens|en|of|dan|ten|te)\b)"
)
_SUBORDINATE = re.compile(
    r"\s*(?:zolang|zoals|indien|omdat|doordat|wanneer|die|zodat|voordat|nadat|terwijl|als|tenzij|mits)\b",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"\s*(?:over\s+)?(?:hoeveel|of|wie|wat|waar|wanneer|hoe|waarom|dat)\b[^?]*,\s*$", re.IGNORECASE
)
_FOLLOWS = re.compile(r"\s*en\s+\d")
_BUT = re.compile(r"\s*maar\b", re.IGNORECASE)
FINITE = re.compile(
    r"\b(?:is|zijn|was|waren|heeft|hebben|had|hadden|wordt|worden|werd|werden|kan|kunnen|mag|moet|"
    r"moeten|gaat|gaan|bleef|geldt|doet|doen|deed|deden|krijgt|krijgen|komt|komen)\b",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"\b(?:mits|tenzij|onder\s+(?:de|twee|drie|\w+)?\s*voorwaarden?|op\s+voorwaarde|"
    r"alleen\s+(?:wanneer|als|indien)|uitsluitend\s+(?:wanneer|als|indien)|behoudens)\b",
    re.IGNORECASE,
)
ONLY_IF = re.compile(
    r"\b(?:mits|tenzij|(?:alleen|uitsluitend)\s+(?:wanneer|als|indien))\b", re.IGNORECASE
)
CONDITIONAL = re.compile(
    r"\b(?:mits|tenzij|voorwaarden?|wanneer|als|indien|alleen|behalve|behoudens|zodra|zonder|eisen?|"
    r"vereis\w*|moet|moeten|pas|uitsluitend|hangt|afhankelijk|wie)\b",
    re.IGNORECASE,
)


def universals(text: str) -> list[str | None]:
    """The word of each group in UNIVERSAL that `text` holds, "iedere maand" apart, or None."""
    bare = _OFTEN.sub(" ", text)
    found = [form.search(bare) for form in UNIVERSAL]
    return [match[0].lower() if match else None for match in found]


@dataclass(frozen=True, slots=True)
class Term:
    """A content word; `text` in lower case. `name` where it is written as a name; `place` counts
    terms and figures from the start and `joint` the joints (commas, "en", "naar") before it;
    `clause` is the number of its clause."""

    text: str
    name: bool
    place: int
    clause: int
    joint: int


@dataclass(frozen=True, slots=True)
class Anchored:
    """A figure with its place, clause and joint, as a term has them. `whole`: it is that
    of which something is a part, as 74 in "51 van de 74"."""

    figure: Figure
    place: int
    clause: int
    joint: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: its text, whether it is negated, its modal classes ("wil", "kan", ...), whether it
    `borrows` what it is about from what goes before ("daarvan 24"), and what in it may stand for a
    negation in other words (`implied`: "vervallen" for "geldt niet meer")."""

    text: str
    negated: bool
    modal: frozenset[str]
    borrows: bool
    implied: frozenset[str]


@dataclass(frozen=True, slots=True)
class Statement:
    """A text taken apart."""

    text: str
    terms: tuple[Term, ...]
    figures: tuple[Anchored, ...]
    clauses: tuple[Clause, ...]


@lru_cache(maxsize=4096)
def state(text: str, flip: bool = False) -> Statement:
    """Take `text` apart; `flip` reads its main clauses as denied (a question answered with no)."""
    found = figures(text)
    inside = [(figure.start, figure.end) for figure in found]
    spans = _clauses(text, inside)
    items: list[tuple[int, str | Figure, bool]] = [(f.start, f, False) for f in found]
    for match in _WORD.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in inside):
            continue
        word = match[0]
        if is_content(word.lower()) or (word.isupper() and len(word) > 1):
            items.append((match.start(), word.lower(), _is_name(text, match)))
    items += [(at, verb, False) for at, verb in _joined_verbs(text, spans)]
    items.sort(key=lambda item: item[0])
    terms, anchored = [], []
    joints = [match.start() for match in _JOINT.finditer(text)]
    for place, (at, item, name) in enumerate(items):
        clause = next(number for number, (_, end) in enumerate(spans) if at < end)
        joint = bisect_right(joints, at)
        if isinstance(item, Figure):
            whole = item.kind == "number" and bool(_PART_OF.search(text, 0, at))
            anchored.append(Anchored(item, place, clause, joint, whole))
        else:
            terms.append(Term(item, name, place, clause, joint))
    clauses = [_clause(text[start:end], flip) for start, end in spans]
    for number in range(1, len(clauses)):
        if clauses[number - 1].borrows and _FOLLOWS.match(clauses[number].text):
            clauses[number] = replace(clauses[number], borrows=True)
        if _gapped(number, clauses, terms, anchored):
            before = clauses[number - 1]
            clauses[number] = replace(
                clauses[number], negated=before.negated, implied=before.implied, borrows=True
            )
    return Statement(text, tuple(terms), tuple(anchored), tuple(clauses))


def _joined_verbs(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """(place, infinitive) of verbs whose particle stands apart: "nam het aantal af" -> "afnemen"."""
    for start, end in spans:
        words = list(_WORD.finditer(text, start, min(end, len(text))))
        for at, match in enumerate(words):
            found = (
                separable(match[0].lower(), later[0].lower())
                for later in words[at + 1 :]
                if _ALONE.match(text, later.end())
            )
            verb = next((infinitive for infinitive in found if infinitive), None)
            if verb:
                yield match.start(), verb


def denies_after(text: str, word: str) -> bool:
    """Whether `word` (lower case) stands behind the first negation of `text`."""
    negation = _NEGATION.search(text)
    return negation is not None and text.lower().rfind(word) > negation.start()


def _clauses(text: str, inside: list[tuple[int, int]]) -> list[tuple[int, int]]:
    cuts = [0]
    for match in _BREAK.finditer(text):
        at = match.end()
        if any(start < at < end for start, end in inside):
            continue
        if at - cuts[-1] > 1 and text[cuts[-1] : at].strip():
            joins = text.startswith("en ", at)
            if not (joins and _unfinished(text[cuts[-1] : at]) and FINITE.search(text, at)):
                cuts.append(at)
    spans = list(zip(cuts, [*cuts[1:], len(text) + 1], strict=True))
    merged: list[tuple[int, int]] = []
    held: int | None = None
    for start, end in spans:
        begin, held = (held, None) if held is not None else (start, None)
        if _is_short(text[begin:end], inside, begin, end) or _INDIRECT.fullmatch(text[begin:end]):
            held = begin
        else:
            merged.append((begin, end))
    if held is None:
        return merged
    if not merged:
        return [(held, spans[-1][1])]
    return [*merged[:-1], (merged[-1][0], spans[-1][1])]


def _unfinished(piece: str) -> bool:
    """Whether a piece before "en" has no verb yet: "op de afspraken tussen hoofdaannemer ..."."""
    content = sum(is_content(word.lower()) for word in _WORD.findall(piece))
    return content < 3 and not FINITE.search(piece)


def _is_short(piece: str, inside: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a piece between two breaks says too little to be a clause: it joins the next.

    Two terms or figures make a clause; one does where it is denied ("zonder spoed") or set against a denial ("niet gehalveerd maar gestegen")."""
    content = sum(is_content(word.lower()) for word in _WORD.findall(piece))
    content += sum(start <= at < end for at, _ in inside)
    return content < (1 if _NEGATION.search(piece) or _BUT.match(piece) else 2)


def _gapped(
    number: int, clauses: list[Clause], terms: list[Term], anchored: list[Anchored]
) -> bool:
    """Whether a clause leaves out the verb of the one before: "(heeft een op de vijf geen diploma,)
    bij een hoog inkomen een op de dertig"; it is then negated as that one is."""
    if FINITE.search(clauses[number].text):
        return False
    mine, before = ({t.text for t in terms if t.clause == n} for n in (number, number - 1))
    kinds, kinds_before = (
        {a.figure.kind for a in anchored if a.clause == n} for n in (number, number - 1)
    )
    return bool(mine & before) and bool(kinds & kinds_before)


def _clause(text: str, flip: bool) -> Clause:
    bare = _NO_NEGATION.sub(" ", text)
    negated = bool(_NEGATION.search(bare) or _LESS.search(bare))
    plain = _PURPOSE.sub(" ", text)
    modal = frozenset(name for name, form in _MODALS.items() if form.search(plain))
    if re.search(r"\bzou(?:den)?\b", text, re.IGNORECASE) and "moet" in modal:
        modal = (modal - {"moet"}) | {"verwacht"}  # "zou klaar moeten zijn"
    flip = flip and not _SUBORDINATE.match(text)
    implied = frozenset(word.lower() for word in _IMPLIED.findall(text))
    return Clause(text, negated != flip, modal, bool(BORROWS.search(text)), implied)


def _is_name(text: str, match: re.Match[str]) -> bool:
    word = match[0]
    if word.isupper() and len(word) > 1:
        return True
    if not word[0].isupper() and not re.search(r"-[A-Z]", word):
        return False
    before = text[: match.start()].rstrip(" \t\n«‘'\"“(•*-–")
    return bool(before) and before[-1] not in ".!?…"
