"""Say what is wrong with a client's input, in one line of Dutch and one of English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter, ValidationError

from index.errors import BadRequest
from rag.pipeline.answers import Mode

MOST_CHARACTERS = 100_000
MOST_ITEMS = 200

# What came from outside: bounded, and so held to be whole characters, and of the type it should be.
Words = Annotated[str, StringConstraints(strict=True, max_length=MOST_CHARACTERS, pattern=r"\S")]
BLANK_IS_NONE = BeforeValidator(
    lambda given: None if isinstance(given, str) and not given.strip() else given
)
OptionalWords = Annotated[Words | None, BLANK_IS_NONE]
GivenMode = Annotated[
    Mode, BeforeValidator(lambda given: "verbatim" if given == "select" else given)
]
"""How an answer was made; files and browsers may hold answers with the older name."""
Some = Field(max_length=MOST_ITEMS)
"""A list of no more than `MOST_ITEMS`."""

Shape = TypeVar("Shape")

# What a client most often gets wrong, said in Dutch; the English is the validator's own.
_DUTCH = {
    "missing": "ontbreekt",
    "extra_forbidden": "is onbekend",
    "string_pattern_mismatch": "is leeg",
    "string_unicode": "bevat een half teken",
    "bool_type": "moet true of false zijn",
    "json_invalid": "is geen geldige JSON",
    "string_type": "moet tekst zijn",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "question_number": "moet een vraagnummer zijn als 2, 2a of 1.1",
    "list_type": "moet een lijst zijn",
    "tuple_type": "moet een lijst zijn",
    "date_from_datetime_parsing": "moet een datum zijn als 2024-03-05",
    "date_parsing": "moet een datum zijn als 2024-03-05",
    "date_type": "moet een datum zijn als 2024-03-05",
    "too_long": "is te lang",
    "string_too_long": "is te lang",
    "model_type": "moet een JSON-object zijn",
    "dataclass_type": "moet een JSON-object zijn",
    "model_attributes_type": "moet een JSON-object zijn",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A field ("filters.kind") and what is wrong with it; each line names the field.

    `path` is the field with the numbers of lists in it ("history[0].question"), and `code` the
    validator's own name for the fault ("missing").
    """

    field: str
    nl: str
    en: str
    path: str
    code: str


def faults(errors: Iterable[Mapping[str, Any]], whole: str, within: int = 0) -> tuple[Fault, ...]:
    """Pydantic's `errors()` in words. `whole` names the input, for faults of the input as a whole.

    The first `within` parts of a location say where the input stood ("body") and are left out.
    """
    found = []
    for each in errors:
        at = each["loc"][within:]
        field = ".".join(part for part in at if isinstance(part, str)) or whole
        nl, en = f"{field} {_dutch(each)}", f"{field}: {each['msg']}"
        found.append(Fault(field, nl, en, _path(at) or whole, each["type"]))
    return tuple(found)


def refused(found: Sequence[Fault]) -> BadRequest:
    """All faults as one error, about the first field."""
    error = BadRequest(
        "; ".join(each.nl for each in found) + ".", "; ".join(each.en for each in found) + "."
    )
    error.field = found[0].path
    return error


def read(shape: type[Shape], given: Any) -> Shape:
    """`given` as what `shape`, a model or a dataclass, says.

    Raises BadRequest that names the first field that is wrong, with the numbers of lists.
    """
    try:
        made: Shape = _adapter(cast("Any", shape)).validate_python(given)
        return made
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False)
    raise wrong_field(_path(first["loc"]), _dutch(first), f"is wrong: {first['msg']}")


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def wrong_field(at: str, nl: str, en: str) -> BadRequest:
    """The error that says what is wrong with the field at `at`, "" for all of the input."""
    return BadRequest(
        f"Veld {at} {nl}." if at else f"De invoer {nl}.",
        f"Field {at} {en}." if at else f"The input {en}.",
    )


def _path(location: Sequence[str | int]) -> str:
    path = ""
    for part in location:
        if isinstance(part, str):
            path += f".{part}" if path else part
        elif path:
            path += f"[{part}]"
    return path


def _dutch(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "greater_than_equal":
        return f"moet minstens {context['ge']} zijn"
    if error["type"] == "less_than_equal":
        return f"mag hoogstens {context['le']} zijn"
    if error["type"] == "literal_error":
        return f"moet een van {context['expected']} zijn".replace(" or ", " of ")
    return _DUTCH.get(error["type"], f"klopt niet ({error['msg']})")
