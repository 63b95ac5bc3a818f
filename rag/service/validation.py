"""Say what is wrong with a client's input, in one line of Dutch and one of English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import BadRequest

# The commonest faults in Dutch; the English is pydantic's own.
_DUTCH = {
    "missing": "ontbreekt",
    "extra_forbidden": "is onbekend",
    "json_invalid": "is geen geldige JSON",
    "string_type": "moet tekst zijn",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "int_from_float": "moet een geheel getal zijn",
    "list_type": "moet een lijst zijn",
    "date_from_datetime_parsing": "moet een datum zijn als 2024-03-05",
    "date_parsing": "moet een datum zijn als 2024-03-05",
    "date_type": "moet een datum zijn als 2024-03-05",
    "too_long": "is te lang",
    "string_too_long": "is te lang",
    "model_type": "moet een JSON-object zijn",
    "model_attributes_type": "moet een JSON-object zijn",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A field ("filters.kind") and what is wrong with it; each line names the field."""

    field: str
    nl: str
    en: str


def faults(errors: Iterable[Mapping[str, Any]], whole: str, within: int = 0) -> tuple[Fault, ...]:
    """Pydantic's `errors()` in words. `whole` names the input, for faults of the input as a whole.

    The first `within` parts of a location say where the input stood ("body") and are left out.
    """
    found = []
    for each in errors:
        names = [str(part) for part in each["loc"][within:] if isinstance(part, str)]
        field = ".".join(names) or whole
        found.append(Fault(field, f"{field} {_dutch(each)}", f"{field}: {each['msg']}"))
    return tuple(found)


def refused(found: Sequence[Fault]) -> BadRequest:
    """One error that names all faults."""
    return BadRequest(
        "; ".join(each.nl for each in found) + ".", "; ".join(each.en for each in found) + "."
    )


def _dutch(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "greater_than_equal":
        return f"moet minstens {context['ge']} zijn"
    if error["type"] == "less_than_equal":
        return f"mag hoogstens {context['le']} zijn"
    if error["type"] == "literal_error":
        return f"moet een van {context['expected']} zijn".replace(" or ", " of ")
    return _DUTCH.get(error["type"], f"klopt niet ({error['msg']})")
