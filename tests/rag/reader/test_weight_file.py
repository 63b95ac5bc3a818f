"""The reader's weights on disk: what is stored, what comes back, what is refused."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from reader_parts import tiny_bert
from safetensors import safe_open
from torch import Tensor

from index.errors import ModelUnavailable
from rag.reader import is_intact, weights_file
from rag.reader.network import ReaderNetwork
from rag.reader.weight_file import FILE_NAME, Card, load_weights, read_card, save_weights

BASE = "klein-basismodel"
ABOUT = {"recipe": "één proef", "calibration": {"answers": 0.5}}
MATRICES = [
    "encoder.embeddings.word_embeddings.weight",
    "encoder.encoder.layer.0.attention.self.query.weight",
    "encoder.encoder.layer.1.output.dense.weight",
]
VECTORS = [
    "encoder.encoder.layer.0.output.LayerNorm.weight",
    "encoder.encoder.layer.1.output.dense.bias",
]
SAME_ROW = 3  # of each matrix: training left it as it was


@cache
def tiny(seed: int, **changes: Any) -> ReaderNetwork:
    encoder = tiny_bert(seed, **{"vocab_size": 40, "max_position_embeddings": 64, **changes})
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return ReaderNetwork(encoder).eval()


def trained(base: ReaderNetwork, size: float = 0.01) -> ReaderNetwork:
    """`base` with differences of about `size` in MATRICES and VECTORS, and with other heads."""
    network = copy.deepcopy(base)
    chance = torch.Generator().manual_seed(7)
    for name, weight in network.state_dict().items():
        if name in MATRICES:
            difference = size * torch.randn(weight.shape, generator=chance)
            difference[SAME_ROW] = 0
            weight += difference
        elif name in VECTORS or not name.startswith("encoder."):
            weight += size * torch.randn(weight.shape, generator=chance)
    return network


def weights_of(network: ReaderNetwork) -> dict[str, Tensor]:
    return {name: weight.clone() for name, weight in network.state_dict().items()}


def metadata(path: Path) -> dict[str, str]:
    with safe_open(path, "pt") as file:
        return dict(file.metadata())


@pytest.fixture
def base():
    return copy.deepcopy(tiny(1))


@pytest.fixture
def saved(base, tmp_path):
    path = tmp_path / "lezer" / FILE_NAME
    save_weights(trained(base), base, BASE, ABOUT, path)
    return path


@pytest.mark.parametrize("size", [0.001, 0.01, 1.0])
def test_weights_come_back_within_what_their_storage_can_hold(base, tmp_path, size):
    network = trained(base, size)
    before, after = weights_of(base), weights_of(network)
    save_weights(network, base, BASE, ABOUT, tmp_path / FILE_NAME)
    load_weights(base, tmp_path / FILE_NAME)
    found = weights_of(base)
    assert found.keys() == after.keys()
    for name, weight in found.items():
        if name in MATRICES:
            step = (after[name] - before[name]).abs().amax(1, keepdim=True) / 127
            assert ((weight - after[name]).abs() <= 0.505 * step + 2e-6 * size + 1e-7).all(), name
            assert (weight != before[name]).any(), name
            assert torch.equal(weight[SAME_ROW], before[name][SAME_ROW]), name
        elif name in VECTORS:
            assert torch.allclose(weight, after[name], rtol=0, atol=size * 2e-3), name
        elif name.startswith("encoder."):  # training left it alone
            assert torch.equal(weight, before[name]), name
        else:  # of a head
            assert torch.equal(weight, after[name].half().float()), name
    assert sum(not name.startswith("encoder.") for name in found) == 3 * 4 + 2


def test_only_what_changed_is_stored(saved, base):
    heads = [name for name in base.state_dict() if not name.startswith("encoder.")]
    scales = [f"{name}.scale" for name in MATRICES]
    with safe_open(saved, "pt") as file:
        assert {name: file.get_tensor(name).dtype for name in file.keys()} == {  # noqa: SIM118
            **dict.fromkeys(MATRICES, torch.int8),
            **dict.fromkeys(scales, torch.float32),
            **dict.fromkeys([*VECTORS, *heads], torch.float16),
        }


def test_the_file_says_what_it_was_made_of(base, tmp_path):
    path = tmp_path / FILE_NAME
    card = save_weights(trained(base), base, BASE, ABOUT, path)
    assert card == read_card(path) == load_weights(base, path)
    assert card == Card(BASE, card.sha256, ABOUT)
    assert path.with_suffix(".sha256").read_text().split() == [card.sha256, FILE_NAME]
    assert json.loads(metadata(path)["card"]) == ABOUT


def refused(network: ReaderNetwork, path: Path) -> ModelUnavailable:
    """The error of loading `path`, which leaves `network` as it was and names its cure."""
    before = weights_of(network)
    with pytest.raises(ModelUnavailable) as caught:
        load_weights(network, path)
    after = weights_of(network)
    assert all(torch.equal(after[name], before[name]) for name in before)
    for language in ("nl", "en"):
        message = caught.value.message(language)
        assert str(path) in message
        assert "`reader`" in message
        assert "\n" not in message
    return caught.value


def test_whole_weights_are_intact_and_one_damaged_or_lost_byte_is_refused(base, saved):
    assert is_intact(saved)
    good, data = read_card(saved).sha256, saved.read_bytes()
    for at in (0, len(data) // 2, len(data) - 1):
        saved.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        error = refused(base, saved)
        assert "beschadigd" in error.nl
        assert "damaged" in error.en
        assert f"expected {good[:12]}" in error.en
        assert not is_intact(saved)
    saved.write_bytes(data[:-1])
    assert "damaged" in refused(base, saved).en


@pytest.mark.parametrize(
    ("suffix", "nl"), [(".safetensors", "is niet te lezen"), (".sha256", "controlegetal")]
)
def test_a_missing_file_or_checksum_is_refused(base, saved, suffix, nl):
    gone = saved.with_suffix(suffix)
    gone.unlink()
    error = refused(base, saved)
    assert nl in error.nl
    assert f"No such file or directory: '{gone}'" in error.en
    assert not is_intact(saved)


def test_a_checksum_that_says_nothing_is_refused(base, saved):
    for stated in (b" \n", b"\xff\xfe"):
        saved.with_suffix(".sha256").write_bytes(stated)
        assert "checksum cannot be read" in refused(base, saved).en


def test_another_base_is_refused_and_both_are_named(saved, tmp_path):
    other = tiny(2)
    of_other = tmp_path / "ander" / FILE_NAME
    save_weights(trained(other), other, "een ander", ABOUT, of_other)
    needed, here = (metadata(path)["base_sha256"][:12] for path in (saved, of_other))
    assert needed != here
    error = refused(other, saved)
    for message in (error.nl, error.en):
        assert f"{BASE} (sha256 {needed}…)" in message
        assert f"(sha256 {here}…)" in message
        assert "vraagbaak models fetch" in message
    for changes in ({"vocab_size": 41}, {"hidden_size": 16}, {"num_hidden_layers": 1}):
        error = refused(tiny(1, **changes), saved)
        assert f"hoort bij {BASE}" in error.nl
        assert f"belongs to {BASE}" in error.en


def test_the_weights_that_come_with_the_program_are_intact():
    shipped = weights_file("default")
    if not shipped.is_file():
        pytest.skip("the reader's weights are not in this checkout")
    assert is_intact(shipped)
