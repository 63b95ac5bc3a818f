"""Read html: each block on a line of its own, navigation and notes after the running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from index.documents import Source
from index.readers.marks import SIGNS, power, raised
from index.readers.source_builder import Draft, one_line, places_text, refused
from index.readers.stated import stated
from index.readers.text import declared_in_html, decode

_DROPPED = re.compile("script|style|noscript|template|svg|head|annotation|annotation-xml")
_CONTROLS = frozenset({"button", "input", "select", "option"})
_TYPED = frozenset({"", "text", "number", "date", "email", "tel", "url"})  # types of an input
_ASIDES = {"nav": "navigatie", "header": "paginakop", "footer": "paginavoet", "aside": "terzijde"}
_ROLES = {"navigation": "navigatie", "banner": "paginakop", "contentinfo": "paginavoet"}
# A header element inside these is no page header.
_CONTENT = ("article", "main", "section", "blockquote")
_HEADING = re.compile("h[1-6]")
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_ASKS = ("summary", "dt")  # elements in which the text after a question is its answer
_BLOCK = re.compile(
    "address|article|blockquote|body|caption|dd|details|div|dl|dt|fieldset|figcaption|figure|form"
    "|hr|html|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|ul"
)
_QUESTION_PARTS = frozenset({"vraag", "antwoord"})  # classes of the official publications
_NOTE_MARK = re.compile(r"\[?(\d{1,3}|\*{1,3})[\])]?[.:]?\s+")
_MARK_CLASSES = frozenset(
    {"nootnum", "noot-nr", "footnote-ref", "footnoteref", "footnote-reference"}
)
_LINKED_MARK = re.compile(r"\[?\d{1,3}\]?|\*{1,3}")
_HIDES = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)(?!\w)", re.IGNORECASE)
_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?([.#])([\w-]+)", re.IGNORECASE)
_MUCH = 200  # characters; this much hidden text is worth a warning


def read_html(data: bytes, name: str) -> Source:
    """The text of a page. Raises UnreadableFile for binary or damaged data, or absurd nesting."""
    text = decode(data, name, declared_in_html(data))
    try:
        soup = BeautifulSoup(text, "lxml")
        draft = Draft()
        page = _Page(_hiding(soup))
        walk = _Walk(draft, page)
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
    if page.hidden > _MUCH:
        draft.warn(f"verborgen tekst is niet gelezen ({page.hidden} tekens)")
    return draft.source(stated(metas))


def html_lines(text: str) -> list[str]:
    """The lines of a piece of html inside another format."""
    soup = BeautifulSoup(text, "lxml")
    return _lines(soup, Draft(), _Page(frozenset()))


@dataclass(slots=True)
class _Page:
    """What its styles hide, as (element or "", "." or "#", name); how much of it there was."""

    hiding: frozenset[tuple[str, str, str]]
    hidden: int = 0

    def hides(self, tag: Tag) -> bool:
        if tag.has_attr("hidden") or _HIDES.search(str(tag.get("style") or "")):
            return True
        if not self.hiding:
            return False
        names = [(".", each) for each in tag.get_attribute_list("class") if each]
        names.append(("#", str(tag.get("id") or "")))
        return any(
            (element, sign, name) in self.hiding
            for sign, name in names
            for element in ("", tag.name)
        )


def _hiding(soup: BeautifulSoup) -> frozenset[tuple[str, str, str]]:
    """The simple selectors (".a", "#b", "p.c") that the page's own styles hide on a screen."""
    found = set()
    for style in soup.find_all("style"):
        rules = _AT_RULE.sub("", re.sub(r"/\*.*?\*/", "", style.get_text(), flags=re.DOTALL))
        for selectors, properties in _RULE.findall(rules):
            if _HIDES.search(properties):
                for selector in selectors.split(","):
                    if match := _SELECTOR.fullmatch(selector.strip()):
                        found.add(((match[1] or "").lower(), match[2], match[3]))
    return frozenset(found)


class _Lines:
    """Collects the lines of a cell or heading; asides and notes go to the draft."""

    def __init__(self, draft: Draft | _Lines) -> None:
        self.lines: list[str] = []
        self._draft = draft

    def line(self, text: str) -> None:
        if text.translate(SIGNS).strip():
            self.lines.append(text)

    def heading(self, text: str) -> None:
        self.line(text)

    def blank(self) -> None:
        pass

    def row(self, cells: Sequence[str], *, placed: bool) -> None:  # noqa: ARG002  (as Draft.row)
        self.line("\t".join(map(one_line, cells)))

    def note(self, mark: str, text: str) -> None:
        self._draft.note(mark, text)

    def aside(self, why: str, text: str) -> None:
        self._draft.aside(why, text)


class _Walk:
    """Collects inline text, and writes it when a block begins or ends."""

    def __init__(self, draft: Draft | _Lines, page: _Page) -> None:
        self.draft = draft
        self._page = page
        self._inline = ""
        self._number = ""  # of a list item, before its first line

    def flush(self) -> None:
        """Write the inline text so far, a line for each line break in it."""
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
        if _DROPPED.fullmatch(tag.name) or "note-close" in classes:
            return
        if self._page.hides(tag):
            self._page.hidden += len(one_line(tag.get_text()))
            return
        why = _aside(tag)
        if tag.name == "br":
            self._inline += "\n"
        elif tag.name in _CONTROLS and not tag.find_parent([*_HEADINGS, *_ASKS]):
            self._inline += _filled_in(tag)
        elif why is not None:
            self.flush()
            self.draft.aside(why, _plain(tag, self.draft, self._page))
        elif _is_note(tag, classes):
            self.flush()
            self._note(tag)
        elif tag.name == "sup" or _is_mark(tag, classes):
            self._raised(tag)
        elif tag.name in ("msup", "mfrac"):
            self._formula(tag)
        elif _HEADING.fullmatch(tag.name) or (tag.name in _ASKS and _asks(tag)):
            self.flush()
            self.draft.heading(one_line(_plain(tag, self.draft, self._page)))
        elif tag.name == "table":
            self.flush()
            self._table(tag)
        elif tag.name == "li":
            self.flush()
            self._number = _item_number(tag)
            self.block(tag)
            self.flush()
            self._number = ""
        elif _BLOCK.fullmatch(tag.name) or tag.name == "tr":
            self.flush()
            if classes & _QUESTION_PARTS:
                self.draft.blank()
            self.block(tag)
            self.flush()
        else:
            self.block(tag)

    def _raised(self, tag: Tag) -> None:
        linked = _is_linked(tag)
        before = self._number + self._inline[self._inline.rfind("\n") + 1 :]
        self._inline += raised(tag.get_text(), before, linked=linked)

    def _formula(self, tag: Tag) -> None:
        """A power or fraction of MathML as text."""
        parts = [
            _plain(part, self.draft, self._page) for part in tag.find_all(True, recursive=False)
        ]
        first, second = [*parts, "", ""][:2]
        if tag.name == "msup":
            self._inline += first + power(second)
        else:
            self._inline += f"{_held(first)}/{_held(second)}"

    def _note(self, tag: Tag) -> None:
        for close in tag.select(".note-close"):
            close.decompose()
        numbered = tag.select_one(".nootnum, .noot-nr, sup")
        text = one_line(_plain(tag, self.draft, self._page))
        match = _NOTE_MARK.match(text + " ")
        if numbered is not None:
            mark = one_line(numbered.get_text())
            self.draft.note(mark, text.removeprefix(mark))
        elif match:
            self.draft.note(match.group(1), text[match.end() :])
        else:
            self.draft.note(_item_number(tag).rstrip(". ") or "*", text)

    def _table(self, table: Tag) -> None:
        """Write a table, a line for each row; a layout table is written as its blocks."""
        rows = [
            list(row.find_all(["td", "th"], recursive=False))
            for row in table.find_all("tr")
            if row.find_parent("table") is table
        ]
        for child in table.find_all(True, recursive=False):
            if child.name not in ("thead", "tbody", "tfoot", "tr", "colgroup", "col"):
                self._tag(child)
        self.flush()
        placed = _is_layout(rows) or places_text([[each.get_text() for each in r] for r in rows])
        reaching: dict[int, int] = {}  # column -> rows that a cell from above still spans
        for cells in rows:
            if all(self._page.hides(cell) for cell in cells):
                continue
            if not _is_row(cells):
                self._blocks(cells)
                continue
            held = [_lines(cell, self.draft, self._page) for cell in cells]
            filled = [lines for lines in held if lines]
            if len(filled) < 2:
                for line in (line for lines in filled for line in lines):
                    self.draft.line(line)
            else:
                self.draft.row(_spread(cells, held, reaching), placed=placed)

    def _blocks(self, cells: Sequence[Tag]) -> None:
        for cell in cells:
            self.block(cell)
            self.flush()


def _lines(tag: Tag, draft: Draft | _Lines, page: _Page) -> list[str]:
    """The text of `tag`, a line for each block in it; its notes go to `draft`."""
    taken = _Lines(draft)
    walk = _Walk(taken, page)
    walk.block(tag)
    walk.flush()
    return taken.lines


def _plain(tag: Tag, draft: Draft | _Lines, page: _Page) -> str:
    return "\n".join(_lines(tag, draft, page))


def _is_layout(rows: Sequence[Sequence[Tag]]) -> bool:
    """Whether a table has one row or one column, and so only places text."""
    return len(rows) < 2 or all(len(row) < 2 for row in rows)


def _is_row(cells: Sequence[Tag]) -> bool:
    return not any(cell.find(["table", *_HEADINGS]) for cell in cells)


def _spread(
    cells: Sequence[Tag], held: Sequence[Sequence[str]], reaching: dict[int, int]
) -> list[str]:
    """The text of each cell, and "" for each place spanned by another one."""
    row: list[str] = []
    for cell, lines in zip(cells, held, strict=True):
        while reaching.get(len(row), 0) > 0:
            reaching[len(row)] -= 1
            row.append("")
        width = min(_integer(cell.get("colspan"), 1), 64)
        for column in range(len(row), len(row) + width):
            reaching[column] = min(_integer(cell.get("rowspan"), 1), 1000) - 1
        row += ["\n".join(lines), *[""] * (width - 1)]
    return row


def _is_mark(tag: Tag, classes: set[str]) -> bool:
    """Whether an inline element is the mark of a note."""
    if tag.name == "span" and classes & _MARK_CLASSES:
        return tag.find("a") is None
    if tag.name != "a":
        return False
    known = bool(classes & _MARK_CLASSES) or str(tag.get("role")) == "doc-noteref"
    inside = str(tag.get("href") or "").startswith("#")
    return (known or inside) and bool(_LINKED_MARK.fullmatch(one_line(tag.get_text())))


def _is_linked(tag: Tag) -> bool:
    if tag.name != "sup" or set(tag.get_attribute_list("class")) & _MARK_CLASSES:
        return True
    links = [*tag.find_all("a"), *filter(None, [tag.find_parent("a")])]
    return any(str(link.get("href") or "").startswith("#") for link in links)


def _asks(tag: Tag) -> bool:
    return one_line(tag.get_text()).endswith("?")


def _filled_in(tag: Tag) -> str:
    """The value of a form control."""
    kind = str(tag.get("type") or "").lower()
    if tag.name == "input":
        if kind in ("checkbox", "radio"):
            return " ☒ " if tag.has_attr("checked") else " ☐ "
        return f" {tag.get('value') or ''} " if kind in _TYPED else ""
    if tag.name == "select":
        chosen = tag.find("option", selected=True)
        return f" {one_line(chosen.get_text())} " if isinstance(chosen, Tag) else ""
    return ""


def _held(text: str) -> str:
    return text if text.isalnum() else f"({text})"


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
