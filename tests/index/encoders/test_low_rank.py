"""A low-rank difference on disk: what is added to a model, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import torch
from reader_parts import one_core, tiny_bert
from safetensors.torch import load_file
from torch import Tensor
from transformers import BertModel

from index.encoders.low_rank import add_low_rank, save_low_rank
from index.errors import ModelUnavailable

QUERY = "encoder.layer.0.attention.self.query.weight"
UP_PROJECTION = "encoder.layer.1.intermediate.dense.weight"  # not square
RANK = 3
Factors = dict[str, tuple[Tensor, Tensor]]


@pytest.fixture(autouse=True)
def on_one_core():
    with one_core():
        yield


@pytest.fixture
def model():
    return tiny_bert(1)


@pytest.fixture
def factors(model):
    chance = torch.Generator().manual_seed(2)
    shapes = {name: model.get_parameter(name).shape for name in (QUERY, UP_PROJECTION)}
    return {
        name: (
            torch.randn(rows, RANK, generator=chance),
            torch.randn(RANK, columns, generator=chance),
        )
        for name, (rows, columns) in shapes.items()
    }


@pytest.fixture
def saved(factors, tmp_path):
    path = tmp_path / "encoder" / "encoder.safetensors"
    save_low_rank(factors, path)
    return path


def weights_of(model: BertModel) -> dict[str, Tensor]:
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def test_the_product_is_added_to_the_named_matrices_alone(model, factors, saved):
    before = weights_of(model)
    add_low_rank(model, saved)
    for name, weight in weights_of(model).items():
        if name in factors:
            up, down = (each.half().float() for each in factors[name])
            torch.testing.assert_close(weight, before[name] + up @ down)
            assert not torch.allclose(weight, before[name], atol=0.1)
        else:
            assert torch.equal(weight, before[name]), name


def test_a_model_in_bfloat16_stays_in_it(model, factors, saved):
    model.bfloat16()
    before = weights_of(model)
    add_low_rank(model, saved)
    after = weights_of(model)[QUERY]
    assert after.dtype == torch.bfloat16
    up, down = (each.half().float() for each in factors[QUERY])
    torch.testing.assert_close(
        after.float() - before[QUERY].float(), up @ down, atol=0.05, rtol=0.01
    )


def test_the_file_holds_two_narrow_matrices_of_half_precision_each(factors, saved):
    held = load_file(saved)
    assert held.keys() == {f"{name}.{end}" for name in factors for end in ("up", "down")}
    for name, pair in factors.items():
        for end, factor in zip(("up", "down"), pair, strict=True):
            assert torch.equal(held[f"{name}.{end}"], factor.half())
    stated = saved.with_suffix(".sha256").read_text().split()
    assert stated == [hashlib.sha256(saved.read_bytes()).hexdigest(), "encoder.safetensors"]


def test_factors_that_are_learned_and_turned_can_be_saved_over_others_and_added(model, saved):
    up, down = torch.randn(RANK, 32, requires_grad=True).T, torch.randn(32, RANK).T
    save_low_rank({QUERY: (up, down)}, saved)  # replaces file and checksum
    before = weights_of(model)
    assert model.get_parameter(QUERY).requires_grad
    add_low_rank(model, saved)
    after = weights_of(model)
    torch.testing.assert_close(
        after[QUERY], before[QUERY] + up.detach() @ down, atol=0.02, rtol=0.01
    )
    assert torch.equal(after[UP_PROJECTION], before[UP_PROJECTION])
    assert model.get_parameter(QUERY).requires_grad
    assert model.get_parameter(QUERY).is_leaf


def refused(model: BertModel, path: Path) -> ModelUnavailable:
    """The error of adding `path`, which names the file on one line in both languages."""
    with pytest.raises(ModelUnavailable) as caught:
        add_low_rank(model, path)
    for language in ("nl", "en"):
        assert str(path) in caught.value.message(language)
        assert "\n" not in caught.value.message(language)
    assert caught.value.nl != caught.value.en
    return caught.value


@pytest.mark.parametrize("where", [0.0, 0.05, 0.5, 0.999, None])
def test_one_damaged_or_missing_byte_is_refused(model, saved, where):
    data = bytearray(saved.read_bytes())
    if where is None:
        data.pop()
    else:
        data[int(where * len(data))] ^= 1
    saved.write_bytes(data)
    before = weights_of(model)
    error = refused(model, saved)
    assert "beschadigd" in error.nl
    assert "damaged" in error.en
    assert all(torch.equal(weight, before[name]) for name, weight in weights_of(model).items())


@pytest.mark.parametrize("ending", [".safetensors", ".sha256"])
def test_a_file_or_checksum_that_is_missing_or_says_nothing_is_refused(model, saved, ending):
    gone = saved.with_suffix(ending)
    gone.unlink()
    error = refused(model, saved)
    assert "niet te lezen" in error.nl
    assert "cannot be read" in error.en
    assert str(gone) in error.en
    if ending == ".sha256":
        for stated in (b"", b" \n", b"\xff\xfe"):
            gone.write_bytes(stated)
            assert "checksum cannot be read" in refused(model, saved).en


@pytest.mark.parametrize(
    ("other", "misfit"),
    [({"hidden_size": 16}, QUERY), ({"intermediate_size": 48}, UP_PROJECTION),
     ({"num_hidden_layers": 1}, UP_PROJECTION)],
    ids=["width", "width-within", "layers"],
)  # fmt: skip
def test_another_model_is_refused_and_told_what_does_not_fit(saved, other, misfit):
    error = refused(tiny_bert(1, **other), saved)
    for message in (error.nl, error.en):
        assert f"({misfit})" in message
        assert "vraagbaak models fetch" in message
