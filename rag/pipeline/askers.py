"""Who asked it: the members whose questions a question is about, by the documents' metadata.

"Wat vroeg Omtzigt over ...", "vragen van de leden A en B over ...". A name counts as it stands in the
metadata (`askers`, without a given name); one that no document states does only where it says that
it is a member's.
"""

from __future__ import annotations

import re

from index.analyzer import words
from index.directory import Directory
from rag.pipeline.people import CAPITALS, WORD, Person, keys_by

_ASKING = re.compile(
    r"\b(?:kamervragen|vragen|vroeg(?:en)?|vraagt)\s+(?P<of>(?:van|die|door|stelden?)\s+)?",
    re.IGNORECASE,
)
_MEMBER = re.compile(
    r"(?:(?:het|de)\s+)?(?:(?:tweede\s+)?(?:kamer)?(?:lid|leden)|heer)\s+|mevrouw\s+", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?:de|het)\s+", re.IGNORECASE)
_GIVEN = re.compile(r"(?:[A-ZÀ-Þ]\.)+\s*|[A-ZÀ-Þ][\w’-]+\s+")
_AND = re.compile(r"(?:\s*,\s*|\s+en\s+)(?=\S)")
_MOST_WORDS = 12  # of a name: committees have long ones

_Askers = dict[tuple[str, ...], list[int]]


def find_asker(question: str, directory: Directory) -> Person | None:
    """Whose questions `question` is about; None where it is about nobody's in particular."""
    for match in _ASKING.finditer(question):
        # "van" may be of the name: "wat vroeg Van Dijk".
        for at in dict.fromkeys((match.start("of") if match["of"] else match.end(), match.end())):
            if person := _members_at(question, at, directory):
                return person
    return None


def _members_at(question: str, at: int, directory: Directory) -> Person | None:
    askers = directory.kept(_askers)
    member = _MEMBER.match(question, at)
    start = end = member.end() if member else at
    documents: set[int] | None = None
    while name := _name_at(question, end, askers):
        end, keys = name
        documents = set(keys) if documents is None else documents & set(keys)
        further = _AND.match(question, end)
        if further is None or _name_at(question, further.end(), askers) is None:
            break
        end = further.end()
    if documents is None:
        unknown = CAPITALS.match(question, start) if member else None
        if unknown is None:
            return None
        end, documents = unknown.end(), set()
    if not re.search(r"[A-ZÀ-Þ]", question[start:end]):
        return None
    those = directory.documents(documents)
    return Person(question[at:end], at, end, those, name=question[start:end], asks=True)


def _name_at(question: str, at: int, askers: _Askers) -> tuple[int, list[int]] | None:
    """Where the longest name at `at` ends, and the documents whose questions are of that name."""
    for before in (None, _ARTICLE, _GIVEN):
        begins = before.match(question, at) if before else None
        if before and begins is None:
            continue
        said: tuple[str, ...] = ()
        found = None
        for match in WORD.finditer(question, begins.end() if begins else at):
            said += tuple(words(match[0]))
            if said in askers:
                found = match.end(), askers[said]
            if len(said) > _MOST_WORDS:
                break
        if found:
            return found
    return None


def _askers(directory: Directory) -> _Askers:
    return keys_by(directory, lambda meta: (tuple(words(name)) for name in meta.askers))
