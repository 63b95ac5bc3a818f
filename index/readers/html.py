"""Html -> text: blocks on lines of their own; navigation and notes after the running text."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from index.documents import Source
from index.readers.draft import Draft, one_line, refused
from index.readers.stated import stated
from index.readers.text import decode

_DROPPED = re.compile("script|style|noscript|template|svg|head|button|input|select|option")
_ASIDES = {"nav": "navigatie", "header": "paginakop", "footer": "paginavoet", "aside": "terzijde"}
_ROLES = {"navigation": "navigatie", "banner": "paginakop", "contentinfo": "paginavoet"}
_CONTENT = ("article", "main", "section", "blockquote")  # a header in these is no page header
_HEADING = re.compile("h[1-6]")
_BLOCK = re.compile(
    "address|article|blockquote|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|form"
    "|hr|html|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|ul"
)
_QUESTION_PARTS = frozenset({"vraag", "antwoord"})  # classes of the official publications
_NOTE_MARK = re.compile(r"\[?(\d{1,3}|\*{1,3})[\])]?[.:]?\s+")


def read_html(data: bytes, name: str) -> Source:
    """The text of a page; raises UnreadableFile for binary, damaged or absurd data."""
    text = decode(data, name)
    walk = _Walk()
    try:
        soup = BeautifulSoup(text, "lxml")
        walk.block(soup)
    except RecursionError as error:
        raise refused(
            name,
            "de html is te diep genest; sla de pagina op als tekst",
            "the html is nested too deeply; save the page as text",
        ) from error
    walk.flush()
    metas = [
        (str(meta.get("name") or ""), str(meta.get("content") or ""))
        for meta in soup.find_all("meta")
    ]
    return walk.draft.source(stated(metas))


class _Walk:
    """Collects inline text, and writes it where a block begins or ends."""

    def __init__(self) -> None:
        self.draft = Draft()
        self._inline = ""
        self._number = ""  # of a list item, before its first line

    def flush(self) -> None:
        """Write the inline text so far, one line for each line break in it."""
        for text in self._inline.split("\n"):
            line = text.strip()
            if line:
                self.draft.line(self._number + line)
                self._number = ""
        self._inline = ""

    def block(self, tag: Tag) -> None:
        for child in tag.children:
            if isinstance(child, Tag):
                self._tag(child)
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                self._text(str(child))

    def _text(self, text: str) -> None:
        words = re.sub(r"\s+", " ", text)
        if words.startswith(" ") and (not self._inline or self._inline[-1] in " \n\t"):
            words = words[1:]
        self._inline += words

    def _tag(self, tag: Tag) -> None:
        classes = set(tag.get_attribute_list("class"))
        why = _aside(tag)
        if _DROPPED.fullmatch(tag.name) or "note-close" in classes or tag.has_attr("hidden"):
            return
        if tag.name == "br":
            self._inline += "\n"
        elif why is not None:
            self.flush()
            self.draft.aside(why, _plain(tag))
        elif _is_note(tag, classes):
            self.flush()
            self._note(tag)
        elif _HEADING.fullmatch(tag.name):
            self.flush()
            self.draft.heading(one_line(_plain(tag)))
        elif tag.name == "tr":
            self.flush()
            self._row(tag)
        elif tag.name == "li":
            self.flush()
            self._number = _item_number(tag)
            self.block(tag)
            self.flush()
            self._number = ""
        elif _BLOCK.fullmatch(tag.name):
            self.flush()
            if classes & _QUESTION_PARTS:
                self.draft.blank()
            self.block(tag)
            self.flush()
        else:
            self.block(tag)

    def _note(self, tag: Tag) -> None:
        for close in tag.select(".note-close"):
            close.decompose()
        numbered = tag.select_one(".nootnum, .noot-nr, sup")
        text = one_line(_plain(tag))
        match = _NOTE_MARK.match(text + " ")
        if numbered is not None:
            mark = one_line(_plain(numbered))
            self.draft.note(mark, text.removeprefix(mark))
        elif match:
            self.draft.note(match.group(1), text[match.end() :])
        else:
            self.draft.note(_item_number(tag).rstrip(". ") or "*", text)

    def _row(self, tag: Tag) -> None:
        """A table row; cells with blocks in them are blocks themselves."""
        cells = tag.find_all(["td", "th"], recursive=False)
        if any(cell.find(["p", "li", "table", "div", "br"]) for cell in cells):
            for cell in cells:
                self.block(cell)
                self.flush()
        else:
            self.draft.row([one_line(_plain(cell)) for cell in cells])


def _plain(tag: Tag) -> str:
    """The text of `tag`, with a line for each block in it."""
    walk = _Walk()
    walk.block(tag)
    walk.flush()
    return walk.draft.source().text


def _aside(tag: Tag) -> str | None:
    role = str(tag.get("role") or "")
    if role in _ROLES:
        return _ROLES[role]
    if tag.name == "header" and (tag.find_parent(_CONTENT) or tag.find("h1")):
        return None
    return _ASIDES.get(tag.name)


def _is_note(tag: Tag, classes: set[str]) -> bool:
    if tag.name in ("a", "span", "sup"):
        return False
    if {"voet", "noot"} <= classes or "footnote" in classes or "voetnoot" in classes:
        return tag.name in ("div", "p", "li")
    if tag.name != "li":
        return False
    section = tag.find_parent(["section", "div", "ol"], class_=["footnotes", "voetnoten"])
    return section is not None or str(tag.get("role")) == "doc-endnote"


def _item_number(tag: Tag) -> str:
    """ "3. " for the third item of an ordered list, else ""."""
    parent = tag.parent
    if tag.name != "li" or parent is None or parent.name != "ol":
        return ""
    number = _integer(parent.get("start"), 1)
    for item in parent.find_all("li", recursive=False):
        number = _integer(item.get("value"), number)
        if item is tag:
            break
        number += 1
    letters = {"a": chr(96 + number), "A": chr(64 + number)} if 0 < number < 27 else {}
    return f"{letters.get(str(parent.get('type')), number)}. "


def _integer(value: object, default: int) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else default
