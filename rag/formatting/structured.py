"""An answer as JSON that fits the JSON Schema of a client, where it can.

The client's schema is held against that of our own answers, place by place, before anything is
answered: what fits then fits every answer. Of objects it gets the fields that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from index.errors import BadRequest
from index.segmentation.question_numbers import main_number
from rag.formatting.schemas import AnswerOut

Schema = Mapping[str, Any]
Shape = Callable[[Any], Any]
"""Makes a value of ours into one that fits."""

PLAIN = ("answer", "abstained", "reason", "notes", "citations")
"""What an answer as JSON holds where no schema says more."""

_SAYS_NOTHING = {
    *("title", "description", "default", "examples", "deprecated"),
    *("$defs", "definitions", "$schema", "$id", "$comment"),
}
_UNDERSTOOD = {"type", "properties", "required", "additionalProperties", "items", "enum"}
_KINDS: Mapping[type, str] = {
    **{str: "string", bool: "boolean", int: "integer", float: "number"},
    **{dict: "object", list: "array", type(None): "null"},
}
_MOST_REFERENCES = 50  # one after another: more is a circle


class Fit:
    """A client's schema, found to fit. Raises BadRequest, naming the place, where it does not."""

    def __init__(self, schema: Schema) -> None:
        self._answered = _shape(schema, _ours(refused=False), "", schema)
        try:
            self._refused: Shape | None = _shape(schema, _ours(refused=True), "", schema)
        except BadRequest:
            self._refused = None

    def value(self, answer: Mapping[str, Any]) -> Any:
        """An answer (`rag.pipeline.answers.answer_json`) as the schema has it.

        None for a refusal where the schema has no place for one: an `answer` that may be null.
        """
        shape = self._refused if answer["abstained"] else self._answered
        return None if shape is None else shape(answer)


def _ours(*, refused: bool) -> Schema:
    """The schema of our answers, or of our refusals, without references."""
    described = AnswerOut.model_json_schema(mode="serialization")
    whole = _inlined(described, described["$defs"])
    fields = dict(whole["properties"])
    del fields["conversation"]  # chat programs keep their own
    fields["answer"] = {"type": "null" if refused else "string"}
    if not refused:
        fields["reason"] = {"type": "null"}
    return {"type": "object", "properties": fields}


def _inlined(schema: Any, definitions: Schema) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {name: _inlined(each, definitions) for name, each in schema.items()}
    return [_inlined(each, definitions) for each in schema] if isinstance(schema, list) else schema


def _shape(theirs: Any, ours: Schema, at: str, root: Schema) -> Shape:
    """What makes a value that fits `ours` fit `theirs`. Raises BadRequest where nothing does."""
    theirs = _resolved(theirs, at, root)
    if "anyOf" in theirs:
        _only(theirs, {"anyOf"}, at)
    by_kind: dict[str, Shape] = {}
    kinds = ours.get("anyOf", [ours])
    for each in kinds:
        try:
            fits = _first if "anyOf" in theirs else _of_kind
            by_kind[each["type"]] = fits(theirs.get("anyOf", theirs), each, at, root)
        except BadRequest:
            if {one["type"] for one in kinds} != {"integer", "string"}:
                raise
    if not by_kind:
        raise _unsupported(at, "is een vraagnummer", "is the number of a question")
    # The number of a question is whole or, of a sub-question, text: given as the kind that fits.
    if by_kind.keys() < {each["type"] for each in kinds}:
        as_kind: Shape = main_number if "integer" in by_kind else str
        by_kind = {"integer": as_kind, "string": as_kind}
    return lambda value: by_kind[_kind(value, by_kind)](value)


def _first(options: Any, ours: Schema, at: str, root: Schema) -> Shape:
    """The shape of the first of `options` that fits."""
    failed: BadRequest | None = None
    for option in options if isinstance(options, list) else []:
        try:
            return _shape(option, ours, at, root)
        except BadRequest as error:
            failed = error
    raise failed or _unsupported(at, "anyOf is leeg", "anyOf is empty")


def _of_kind(theirs: Schema, ours: Schema, at: str, root: Schema) -> Shape:
    _only(theirs, _UNDERSTOOD, at)
    kind, wanted = ours["type"], theirs.get("type", ours["type"])
    admitted = [wanted] if isinstance(wanted, str) else list(wanted)
    if kind not in admitted and not (kind == "integer" and "number" in admitted):
        raise _unsupported(
            at, f"is hier {kind}, niet {' of '.join(admitted)}", f"is {kind} here, not {wanted}"
        )
    if "enum" in theirs and not set(ours.get("enum", [None])) <= set(theirs["enum"]):
        raise _unsupported(at, "enum laat niet alles toe", "enum does not admit all of it")
    if kind == "object":
        return _object(theirs, ours, at, root)
    if kind == "array" and "items" in theirs:
        item = _shape(theirs["items"], ours["items"], f"{at}[]", root)
        return lambda values: [item(value) for value in values]
    return _as_it_is


def _object(theirs: Schema, ours: Schema, at: str, root: Schema) -> Shape:
    known, named = ours.get("properties", {}), theirs.get("properties", {})
    needed = theirs.get("required", [])
    below = f"{at}." if at else ""
    for name in [*named, *needed]:
        if name not in known and name in needed:
            there = ", ".join(known)
            raise _unsupported(
                f"{below}{name}", f"is er niet; wel: {there}", f"is not there; known: {there}"
            )
    shapes = {
        name: _shape(each, known[name], f"{below}{name}", root)
        for name, each in named.items()
        if name in known
    }
    others = theirs.get("additionalProperties", True)
    if not named and others is True:
        return _as_it_is
    if not named and isinstance(others, dict) and "additionalProperties" in ours:
        each_other = _shape(others, ours["additionalProperties"], f"{at}.*", root)
        return lambda value: {name: each_other(each) for name, each in value.items()}
    # What is required without being described goes along as it is.
    whole = {name: shapes.get(name, _as_it_is) for name in [*shapes, *needed]}
    return lambda value: {name: shape(value[name]) for name, shape in whole.items()}


def _as_it_is(value: Any) -> Any:
    return value


def _resolved(schema: Any, at: str, root: Schema) -> Schema:
    """`schema` with its reference followed, within the document only."""
    for _ in range(_MOST_REFERENCES):
        if schema is True:
            return {}
        if not isinstance(schema, dict):
            break
        if "$ref" not in schema:
            return schema
        found: Any = root
        for step in str(schema["$ref"]).removeprefix("#").strip("/").split("/"):
            if step:
                found = found.get(step) if isinstance(found, dict) else None
        schema = found
    raise _unsupported(at, "is geen schema om te volgen", "is no schema to follow")


def _only(schema: Schema, understood: set[str], at: str) -> None:
    for word in schema:
        if word not in understood and word not in _SAYS_NOTHING:
            raise _unsupported(at, f"{word!r} wordt niet ondersteund", f"{word!r} is not supported")


def _kind(value: Any, known: Mapping[str, Shape]) -> str:
    """The JSON type of `value`, among those that `known` has a shape for."""
    kind = _KINDS[type(value)]
    return "number" if kind == "integer" and kind not in known else kind


def _unsupported(at: str, nl: str, en: str) -> BadRequest:
    where = at or "het antwoord"
    return BadRequest(
        f"response_format past niet: {where} {nl}.",
        f"response_format does not fit: {at or 'the answer'} {en}.",
    )
