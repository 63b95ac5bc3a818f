"""Xml -> text: official publications (schema op-xsd-2012), and any other xml in element order."""

from __future__ import annotations

import re

from lxml import etree

from index.documents import Source
from index.readers.draft import Draft, one_line, refused
from index.readers.stated import stated
from index.readers.text import decode

_HEADINGS = frozenset({"kop", "item-titel", "titel", "tussenkop", "stuktitel", "intitule"})
_NOTES = frozenset({"noot", "voetnoot"})
_LABELS = frozenset({"nr", "li.nr"})
_NAMED = {"vraag": "Vraag", "antwoord": "Antwoord", "agendapunt": "Agendapunt"}
_APART = frozenset({"spreekbeurt", "kamervraagomschrijving", "toelichting", "mededeling"})
_UNSEEN = frozenset({"metadata", "meta", "redactionele-toevoeging"})
# What a pretty-printer put between a word and its punctuation.
_BEFORE = re.compile(r"\s*\n\s*(?=[,.;:!?)\]»”])")
_AFTER = re.compile(r"(?<=[(\[«“])\s*\n\s*")


def read_xml(data: bytes, name: str) -> Source:
    """The text of an xml file; raises UnreadableFile for damaged xml and for entities of its own.

    A question of an official publication becomes "Vraag 1", a line end, and its text.
    """
    text = decode(data, name).lstrip("\ufeff \n\t")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise refused(
            name,
            f"geen geldige xml (regel {error.lineno}): afgebroken of beschadigd; haal het bestand "
            "opnieuw op",
            f"not valid xml (line {error.lineno}): cut off or damaged; fetch the file again",
        ) from error
    if any(element.tag is etree.Entity for element in root.iter()):
        raise refused(
            name,
            "de xml gebruikt eigen entiteiten en wordt om veiligheidsredenen geweigerd; sla hem op "
            "zonder entiteiten",
            "the xml uses entities of its own and is refused for safety; save it without entities",
        )
    draft = Draft()
    _walk(root, draft, "")
    metas = [
        (str(meta.get("name") or ""), str(meta.get("content") or _text(meta)))
        for meta in root.iter("{*}meta", "{*}metadata")
    ]
    return draft.source(stated(metas))


def _walk(element: etree._Element, draft: Draft, label: str) -> str:
    """Write `element`; `label` is a number waiting for a line. Returns the label still waiting."""
    tag = _local(element)
    if tag in _UNSEEN:
        return label
    if tag in _NOTES:
        _note(element, draft)
        return label
    if tag in _NAMED:
        _named(element, _NAMED[tag], draft)
        return label
    if tag in _LABELS:
        return f"{_text(element)} "
    if tag in _HEADINGS:
        parts = [element] if _has_own_text(element) else list(element)
        draft.heading(label + " ".join(filter(None, map(_text, parts))))
        return ""
    if _has_own_text(element):
        if tag in _APART:
            draft.blank()
        draft.line(label + _text(element))
        for note in element.iter(*(f"{{*}}{each}" for each in _NOTES)):
            _note(note, draft)
        return ""
    if tag == "row":
        draft.row([_text(cell) for cell in element])
        return label
    if tag in _APART:
        draft.blank()
    for child in element:
        label = _walk(child, draft, label)
    return label


def _named(element: etree._Element, name: str, draft: Draft) -> None:
    """A question, answer or item of the agenda: its name and number on a line, then its text."""
    draft.blank()
    number = element.find("{*}nr")
    if number is not None:
        shown = _text(number)
        draft.line(f"{name} {shown}" if shown[:1].isdigit() else shown)
    label = ""
    for child in element:
        if child is not number:
            label = _walk(child, draft, label)
    draft.blank()


def _has_own_text(element: etree._Element) -> bool:
    return bool((element.text or "").strip()) or any(
        (child.tail or "").strip() for child in element
    )


def _note(element: etree._Element, draft: Draft) -> None:
    number = element.find("{*}noot.nr")
    mark = _text(number) if number is not None else str(element.get("nr") or "")
    parts = [_text(child) for child in element if child is not number] or [_text(element)]
    draft.note(mark or "*", " ".join(parts))


def _text(element: etree._Element) -> str:
    """All text in `element` on one line; of a note only its mark."""
    pieces = [element.text or ""]
    for child in element:
        if _local(child) in _NOTES:
            number = child.find("{*}noot.nr")
            pieces.append(_text(number) if number is not None else str(child.get("nr") or ""))
        else:
            pieces.append(_raw(child))
        pieces.append(child.tail or "")
    return one_line(_AFTER.sub("", _BEFORE.sub("", "".join(pieces))))


def _raw(element: etree._Element) -> str:
    return "".join(element.itertext())


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname).lower()
