"""Read xml: official publications (schema op-xsd-2012), and any other xml in element order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from lxml import etree

from index.documents import Number, Source
from index.readers import parlando
from index.readers.html import html_lines
from index.readers.marks import mark, raised
from index.readers.source_builder import Draft, one_line, places_text, refused
from index.readers.stated import stated
from index.readers.text import declared_in_xml, decode
from index.segmentation.question_numbers import main_number, parse_numbers
from index.sentences import split_sentences

_HEADINGS = frozenset({"kop", "item-titel", "titel", "tussenkop", "stuktitel", "intitule"})
_NOTES = frozenset({"noot", "voetnoot"})
_NUMBERS = frozenset({"nr", "nummer"})
_LABELS = frozenset({"nr", "li.nr"})
_NAMED = {
    "vraag": "Vraag",
    "question": "Vraag",
    "antwoord": "Antwoord",
    "answer": "Antwoord",
    "agendapunt": "Agendapunt",
}
# The heading of an answer within the element of the one before it: "10, 11 e 12".
_NEXT_ANSWER = re.compile(
    r"(?P<numbers>\d{1,3}(?:(?:\s*[,+&/–-]\s*(?:en?\s+)?|\s+(?:en?|t/m|tot en met)\s+)\d{1,3})*)"
    r"(?:\.|:)?(?:\s+(?=[A-ZÀ-Þ‘“\"«'(€])|$)"
)
_APART = frozenset({"spreekbeurt", "kamervraagomschrijving", "toelichting", "mededeling"})
_UNSEEN = frozenset({"metadata", "meta", "redactionele-toevoeging"})
# What the House's own reports of debates say beside each turn: who, to the second when, of which
# motion. The turn says it too.
_SPEAKERS = frozenset({"spreker", "woordvoerder"})
_TIMING = frozenset(
    {"markeertijdbegin", "markeertijdeind", "isvoorzitter", "isdraad", "voortzetting"}
)
_ROWS = frozenset({"row", "tr"})
_RAISED = frozenset({"sup", "super", "superscript"})
_BREAKS = frozenset({"br", "regeleinde", "linebreak"})
# Elements that get a line of their own even with text beside them.
_BLOCKS = frozenset(
    {"al", "al-groep", "p", "para", "paragraph", "alinea", "lijst", "li", "ul", "ol", "item", "dl"}
    | {"table", "tgroup", "div", "tekst", "tekstregel", "citaat-artikel", "blockquote"}
    | _ROWS
    | _HEADINGS
    | _NAMED.keys()
    | _APART
)
# White space that a pretty-printer put between a word and its punctuation.
_BEFORE = re.compile(r"(?<!\s)[^\S\n]*+\n\s*+(?=[,.;:!?)\]»”])")
_AFTER = re.compile(r"(?<=[(\[«“])[^\S\n]*+\n\s*+")
# Escaped html in the text of an element.
_ESCAPED = re.compile(r"</?(?:p|br|ul|ol|li|strong|em|div|span|h[1-6]|table|a\s[^<>]*)\s*/?>", re.I)
_LINE = "\v"  # between the lines of an element while its text is put together
_SHORT = 300  # characters; a longer question is no heading


def read_xml(data: bytes, name: str) -> Source:
    """The text of an xml file; raises UnreadableFile for damaged xml and for entities of its own.

    A question of an official publication becomes "Vraag 1", a line end, and its text.
    """
    text = decode(data, name, declared_in_xml(data)).lstrip("\ufeff \n\t")
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
    writer = _Writer(root)
    writer.element(root)
    if root.tag == parlando.ROOT:
        return writer.draft.source(parlando.archive_metadata(root))
    metas = [
        (str(meta.get("name") or ""), str(meta.get("content") or one_line(_raw_text(meta))))
        for meta in root.iter("{*}meta", "{*}metadata")
    ]
    return writer.draft.source(stated(metas))


class _Writer:
    """Writes elements in their order; `label` is a number that waits for a line."""

    def __init__(self, root: etree._Element) -> None:
        self.draft = Draft()
        self._label = ""
        self._note_marks = {
            str(note.get("id")): _note_mark(note)
            for note in root.iter(*_anywhere(_NOTES))
            if note.get("id")
        }
        self._numbers = any(_number(each) for each in root.iter(*_anywhere(_NAMED)))
        self._asked = _numbered(root, "vraag", "question")
        self._unanswered = self._asked - _numbered(root, "antwoord", "answer")
        self._answering: Number | None = None  # the last number of the answer that is written
        self._after_answer = False  # whether nothing is written since an answer

    def element(self, element: etree._Element) -> None:
        tag = _local(element)
        if tag in _UNSEEN:
            return
        if tag in _TIMING or _describes_turn(element):
            fields = one_line(" ".join(element.itertext()))
            self.draft.aside("gegevens bij een spreekbeurt", fields)
        elif tag in _NOTES:
            self._note(element)
        elif (speaker := _old_speaker(element)) is not None:
            self.draft.blank()
            self.draft.line(f"{speaker}:")
            for child in element:
                if _local(child) != "wie":
                    self.element(child)
        elif tag in _NAMED:
            self._named(element, _NAMED[tag])
        elif tag in _LABELS:
            self._label = f"{' '.join(self._lines(element))} "
        elif tag in _HEADINGS:
            self._heading(element)
        elif tag == "tgroup" or (tag == "table" and element.find("{*}tgroup") is None):
            self._table(element)
        else:
            if tag in _APART:
                self.draft.blank()
            if tag == "toelichting" and _begins_bare(element):
                self.draft.heading("Toelichting")
            if _has_own_text(element):
                self._mixed(element)
            else:
                for child in element:
                    self.element(child)

    def _named(self, element: etree._Element, name: str) -> None:
        """A question, answer or item of the agenda: its name and number on a line, then its text.

        Where nothing is numbered, a question is the heading of what follows it.
        """
        number = next((child for child in element if _local(child) in _NUMBERS), None)
        shown = _number(element) if number is None else " ".join(self._lines(number))
        numbers = parse_numbers(shown)
        said = one_line(_raw_text(element))
        self._label = ""
        if name == "Antwoord" and number is None and self._goes_on(numbers, said):
            self._label = f"{shown} "
        elif not said and not len(element):
            return
        self.draft.blank()
        self._answering = numbers[-1] if numbers and name == "Antwoord" else None
        if self._label:
            pass
        elif shown:
            self.draft.line(f"{name} {shown}" if shown[:1].isdigit() else shown)
        elif name == "Antwoord" and self._numbers:
            self.draft.line(name)
        elif name == "Vraag" and not self._numbers and _is_one_line(element):
            self.draft.heading(" ".join(self._lines(element)))
            self.draft.blank()
            return
        self._mixed(element, leave_out=number)
        self.draft.line(self._label)
        self._label = ""
        self._answering = None
        self._after_answer = name == "Antwoord"
        self.draft.blank()

    def _goes_on(self, numbers: Collection[Number], said: str) -> bool:
        """Whether an answer's element goes on with the sentence of the one before it.

        "bij brief van 23 juni" ends an element, and the next has 1997 for its number.
        """
        foreign = bool(self._asked) and self._asked.isdisjoint(numbers) and not said[:1].isupper()
        return (foreign or not said) and self._after_answer and self.draft.is_amid

    def _heading(self, element: etree._Element) -> None:
        self._after_answer = False
        parts = [element] if _has_own_text(element) else list(element)
        lines = [line for part in parts for line in self._lines(part)]
        self.draft.heading(self._label + " ".join(lines))
        self._label = ""

    def _mixed(self, element: etree._Element, leave_out: etree._Element | None = None) -> None:
        """Write mixed content: running text on lines, blocks as blocks."""
        run = element.text or ""
        if _ESCAPED.search(run):
            run = _LINE.join(html_lines(run))
        for child in element:
            if child is leave_out:
                pass
            elif _is_block(child) or (not _has_own_text(element) and not _is_inline(child)):
                self._write(run)
                run = ""
                self.element(child)
            else:
                run = self._joined(run, child, run)
            run += child.tail or ""
        self._write(run)

    def _write(self, run: str) -> None:
        for line in _clean(run):
            for part in self._parts(self._label + line):
                self.draft.line(part)
            self._label = ""

    def _parts(self, line: str) -> Iterator[str]:
        """A line of an answer, cut where the heading of another answer stands in it.

        That begins a sentence and names questions without an answer of their own; one number alone
        is the next one.
        """
        at, last = 0, self._answering
        for sentence in split_sentences(line) if last is not None and self._unanswered else ():
            found = _NEXT_ANSWER.match(line, sentence.start)
            named = re.sub(r"\be\b", "en", found["numbers"]) if found else ""
            numbers = parse_numbers(named)
            if (
                found is None
                or not numbers
                or not self._unanswered.issuperset(numbers)
                or (len(numbers) == 1 and numbers[0] != main_number(last or 0) + 1)
            ):
                continue
            yield line[at : sentence.start]
            yield f"Antwoord {named}"
            at = found.end()
            last = self._answering = numbers[-1]
            self._unanswered -= set(numbers)
        yield line[at:]

    def _lines(self, element: etree._Element) -> list[str]:
        """The text of `element`, of notes only the marks: a line for each block in it."""
        return _clean(self._raw(element, ""))

    def _raw(self, element: etree._Element, before: str) -> str:
        raw = element.text or ""
        if _ESCAPED.search(raw):
            raw = _LINE.join(html_lines(raw))
        for child in element:
            line = (before + raw).rpartition(_LINE)[2]
            if _local(child) in _BLOCKS:
                raw += f"{_LINE}{self._inline(child, line)}{_LINE}"
            else:
                raw = self._joined(raw, child, line)
            raw += child.tail or ""
        return raw

    def _joined(self, run: str, element: etree._Element, line: str) -> str:
        """`run` with the text of `element`; `line` is what stands on its line so far.

        A reference to a note stands at the word before it.
        """
        if not _is_reference(element):
            return run + self._inline(element, line)
        at = run.rstrip()
        return f"{at}{self._inline(element, line.rstrip())}{run[len(at) :]}"

    def _inline(self, element: etree._Element, before: str) -> str:
        """The text of `element` within a line that begins with `before`."""
        tag = _local(element)
        if tag in _NOTES:
            self._note(element)
            return mark(_note_mark(element), before)
        if tag == "nootref":
            known = self._note_marks.get(str(element.get("refid")), "")
            return mark(known or one_line(_raw_text(element)), before)
        if tag in _RAISED or (tag == "nadruk" and str(element.get("type")) == "sup"):
            linked = any(_local(child) in _NOTES or _local(child) == "nootref" for child in element)
            return self._raw(element, before) if linked else raised(_raw_text(element), before)
        if tag in _BREAKS:
            return " "
        if tag in ("li.nr", "noot.nr"):
            return f"{self._raw(element, before)} "
        return self._raw(element, before)

    def _note(self, element: etree._Element) -> None:
        if _is_reference(element):
            return
        number = element.find("{*}noot.nr")
        rest = [child for child in element if child is not number]
        parts = [one_line(_raw_text(child)) for child in rest] or [one_line(_raw_text(element))]
        self.draft.note(_note_mark(element) or "*", " ".join(filter(None, parts)))

    def _table(self, element: etree._Element) -> None:
        rows = [row for row in element.iter(*_anywhere(_ROWS)) if _table_of(row) is element]
        placed = places_text([[_raw_text(cell) for cell in row] for row in rows])
        columns = {
            str(column.get("colname")): at for at, column in enumerate(element.iter("{*}colspec"))
        }
        for child in element:
            if _local(child) in _HEADINGS | {"caption", "title"}:
                self.draft.line(" ".join(self._lines(child)))
        reaching: dict[int, int] = {}  # column -> rows that a cell from above still spans
        for row in rows:
            self.draft.row(list(self._cells(row, columns, reaching)), placed=placed)

    def _cells(
        self, row: etree._Element, columns: dict[str, int], reaching: dict[int, int]
    ) -> Iterator[str]:
        """The text of each cell, and "" for each place spanned by another one."""
        at = 0
        for cell in row:
            first = columns.get(str(cell.get("namest") or cell.get("colname")), at)
            while at < first or reaching.get(at, 0) > 0:
                reaching[at] = reaching.get(at, 0) - 1
                yield ""
                at += 1
            last = columns.get(str(cell.get("nameend")), at)
            width = max(last - at + 1, _count(cell.get("colspan"), 1))
            height = max(_count(cell.get("morerows"), 0), _count(cell.get("rowspan"), 1) - 1)
            for column in range(at, at + width):
                reaching[column] = height
            yield "\n".join(self._lines(cell))
            yield from [""] * (width - 1)
            at += width


def _clean(raw: str) -> list[str]:
    """The lines of raw text, without the xml's own indentation."""
    lines = (one_line(_AFTER.sub("", _BEFORE.sub("", line))) for line in raw.split(_LINE))
    return [line for line in lines if line]


def _number(element: etree._Element) -> str:
    """The number of a question or answer, of an element or an attribute; "" without one."""
    for child in element:
        if _local(child) in _NUMBERS:
            return one_line(_raw_text(child))
    for name in ("nr", "nummer", "number"):
        value = str(element.get(name) or "").strip()
        if value[:1].isdigit():
            return value
    return ""


def _numbered(root: etree._Element, *names: str) -> set[Number]:
    """The numbers of all questions or answers, as their elements give them."""
    elements = root.iter(*_anywhere(frozenset(names)))
    return {number for each in elements for number in parse_numbers(_number(each))}


def _begins_bare(element: etree._Element) -> bool:
    """Whether an element begins with text, not with a heading or that word itself."""
    if any(_local(child) in _HEADINGS for child in element):
        return False
    text = one_line(_raw_text(element))
    return bool(text) and not text.lower().startswith("toelichting")


def _is_one_line(element: etree._Element) -> bool:
    blocks = [child for child in element.iter() if child is not element and _is_block(child)]
    return len(blocks) < 2 and len(one_line(_raw_text(element))) <= _SHORT


def _is_block(element: etree._Element) -> bool:
    if _local(element) in _NOTES:
        return False
    return _local(element) in _BLOCKS or any(
        _local(below) in _BLOCKS and not _in_note(below, element) for below in element.iter()
    )


def _in_note(element: etree._Element, within: etree._Element) -> bool:
    for above in element.iterancestors():
        if above is within:
            return False
        if _local(above) in _NOTES:
            return True
    return False


def _is_inline(element: etree._Element) -> bool:
    return _local(element) in _NOTES | _RAISED | _BREAKS | {"nadruk", "nootref", "extref", "inf"}


def _has_own_text(element: etree._Element) -> bool:
    return bool((element.text or "").strip()) or any(
        (child.tail or "").strip() for child in element
    )


def _describes_turn(element: etree._Element) -> bool:
    """Whether it says in fields what a turn says itself: who speaks, on which motion."""
    tag, above = _local(element), element.getparent()
    if tag == "spreker":
        return any(_local(child) == "verslagnaam" for child in element)
    if tag == "titel":
        return above is not None and any(
            _local(beside) in _SPEAKERS and beside.find("{*}wie") is None for beside in above
        )
    return tag == "zaken" and above is not None and _local(above) == "draadboekfragment"


def _old_speaker(element: etree._Element) -> str | None:
    """Who speaks in a turn of a report of before 2011, as later reports write it; None for no turn.

    There `spreker` holds `wie` (`aanspr`, `naam`, `partij`) and what is said; `voorz` the chairman's.
    """
    tag, who = _local(element), element.find("{*}wie")
    if tag not in ("spreker", "voorz") or (tag == "spreker" and who is None):
        return None
    if who is None:
        return "De voorzitter"
    party = one_line(" ".join(who.itertext("{*}partij"))).strip("():, ")
    named = one_line(" ".join(who.itertext())).replace("( ", "(").replace(" )", ")")
    if party and f"({party})" not in named:
        parts = [one_line(_raw_text(part)) for part in who if _local(part) != "partij"]
        named = f"{' '.join(filter(None, parts))} ({party})"
    return named.rstrip(": ")


def _note_mark(element: etree._Element) -> str:
    number = element.find("{*}noot.nr")
    if number is not None:
        return one_line(_raw_text(number))
    return str(element.get("nr") or element.get("nummer") or "")


def _is_reference(element: etree._Element) -> bool:
    """Whether it is the place of a note that stands elsewhere: `<voetnoot nummer="1"/>`."""
    return _local(element) in _NOTES and not one_line(_raw_text(element))


def _table_of(row: etree._Element) -> etree._Element | None:
    return next(
        (above for above in row.iterancestors() if _local(above) in ("tgroup", "table")), None
    )


def _count(value: str | None, default: int) -> int:
    return min(int(value), 64) if value is not None and value.isdecimal() else default


def _raw_text(element: etree._Element) -> str:
    return "".join(element.itertext())


def _anywhere(names: frozenset[str] | dict[str, str]) -> list[str]:
    return [f"{{*}}{name}" for name in names]


def _local(element: etree._Element) -> str:
    return _local_name(str(element.tag))


@lru_cache(maxsize=1024)
def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
