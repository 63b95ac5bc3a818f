"""What is wrong with input is told by field, in both languages."""

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.service.validation import faults, refused


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = Field(default=1, ge=1, le=9)


class Outer(BaseModel):
    text: str
    inner: list[Inner] = []


def errors_of(given):
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(given)
    return caught.value.errors()


def test_every_fault_is_named_by_the_path_to_its_field():
    found = faults(errors_of({"inner": [{"number": 0}, {"other": 1}]}), "arguments")
    assert [each.field for each in found] == ["text", "inner.number", "inner.other"]
    assert [each.nl for each in found] == [
        "text ontbreekt",
        "inner.number moet minstens 1 zijn",
        "inner.other is onbekend",
    ]
    assert found[0].en == "text: Field required"
    assert [each.path for each in found] == ["text", "inner[0].number", "inner[1].other"]
    assert [each.code for each in found] == ["missing", "greater_than_equal", "extra_forbidden"]
    error = refused(found)
    assert error.nl == "text ontbreekt; inner.number moet minstens 1 zijn; inner.other is onbekend."
    assert error.en.count(";") == 2
    assert error.field == "text"


def test_words_of_a_fault_and_where_it_stood():
    errors = [each | {"loc": ("body", *each["loc"])} for each in errors_of({})]
    assert faults(errors, "body", within=1)[0].field == "text"
    (found,) = faults(errors_of([]), "body")
    assert found.nl == "body moet een JSON-object zijn"
    (found,) = faults(errors_of({"text": "x", "inner": [{"number": float("inf")}]}), "body")
    assert found.nl.startswith("inner.number klopt niet (")
