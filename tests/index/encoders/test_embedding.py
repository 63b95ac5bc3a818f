"""Encoders: a miniature E5S1 file through the converter, and the real model where it is there."""

from __future__ import annotations

import struct
import threading
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import paths
from index.documents import Span
from index.encoders.e5_wheel import NAME, convert
from index.encoders.embedding import load_encoder
from index.errors import ModelUnavailable

HIDDEN, LAYERS, HEADS, FFN, POSITIONS = 32, 1, 2, 64, 40
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁query", "▁passage", ":", "▁de", "▁brug"]
PIECES += ["▁kost", "▁geld", "n", "euro", "<mask>"]


def q4_blocks(rng: np.random.Generator, count: int) -> bytes:
    blocks = bytearray()
    for _ in range(count // 32):
        blocks += struct.pack("<e", 0.01) + rng.integers(0, 256, 16, np.uint8).tobytes()
    return bytes(blocks)


def e5s1(seed: int = 1) -> bytes:
    """A small file of the format that `index.encoders.e5_wheel` describes."""
    rng = np.random.default_rng(seed)
    out = struct.pack("<4sI7ifi", b"E5S1", 1, HIDDEN, LAYERS, HEADS, FFN, len(PIECES), POSITIONS, 2,
                      1e-12, 32)  # fmt: skip
    encoded = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, encoded)]).astype("<u4")
    out += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    scores = [0.0] * 4 + [-float(n) for n in range(1, len(PIECES) - 4)] + [0.0]
    out += offsets.tobytes() + np.array(scores, "<f4").tobytes() + b"".join(encoded)
    rules = {"\u0001": "", "\t": " ", "\n": " ", "ﬁ": "fi"}
    entries = b"".join(
        struct.pack(f"<IB{len(to)}I", ord(char), len(to), *map(ord, to))
        for char, to in rules.items()
    )
    out += struct.pack("<iI", len(rules), len(entries)) + entries

    tensors: list[tuple[str, int, int, bytes]] = []

    def add(name: str, *shape: int) -> None:
        count = int(np.prod(shape))
        if len(shape) == 2:
            tensors.append((name, 1, count, q4_blocks(rng, count)))
        else:
            tensors.append((name, 0, count, rng.normal(1, 0.1, count).astype("<f4").tobytes()))

    add("emb.word", len(PIECES), HIDDEN)
    add("emb.pos", POSITIONS, HIDDEN)
    add("emb.type", 2, HIDDEN)
    for name in ("emb.ln.w", "emb.ln.b"):
        add(name, HIDDEN)
    for name, rows, columns in [
        *((name, HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")),
        ("fi", FFN, HIDDEN),
        ("fo", HIDDEN, FFN),
    ]:
        add(f"l0.{name}.w", rows, columns)
        add(f"l0.{name}.b", rows)
    for name in ("aln", "oln"):
        add(f"l0.{name}.w", HIDDEN)
        add(f"l0.{name}.b", HIDDEN)
    directory = sum(2 + len(name) + 21 for name, *_ in tensors)
    at = len(out) + 4 + directory
    out += struct.pack("<i", len(tensors))
    for name, kind, count, data in tensors:
        out += struct.pack("<H", len(name)) + name.encode()
        out += struct.pack("<BIQQ", kind, count, at, len(data))
        at += len(data)
    return out + b"".join(data for *_, data in tensors)


def converted(folder: Path, seed: int = 1) -> Path:
    source = folder / f"{seed}.bin"
    source.write_bytes(e5s1(seed))
    target = folder / f"model-{seed}"
    convert(source, target)
    return target


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return converted(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def encoder(small):
    return load_encoder(str(small), small.parent)


TEXTS = ["de brug kost geld", "de brug", "geld", "de brug kost geld de brug kost geld euro", ""]


def test_vectors_are_float32_of_unit_length_in_the_order_of_the_texts(encoder):
    together = encoder.encode_passages(TEXTS)
    assert together.shape == (len(TEXTS), HIDDEN) == (5, encoder.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    apart = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert ((together * apart).sum(axis=1) > 0.999).all()
    # Different texts have different vectors: the order above is not won by sameness.
    assert (together @ together.T)[np.triu_indices(5, 1)].max() < 0.9999


def test_parts_that_make_up_a_text_add_up_to_its_vector(real):
    texts = ["De brug over de Zwane gaat open. De pont vaart niet meer.", "Ja."]
    parts = [[Span(0, 32), Span(33, 57)], []]
    vectors, sums = real.encode_with_parts(texts, parts)
    assert (vectors * real.encode_passages(texts)).sum(axis=1) == pytest.approx([1, 1], abs=1e-3)
    assert [each.shape for each in sums] == [(2, real.dimension), (0, real.dimension)]
    # The prefix and the special tokens are not in the parts.
    whole = sums[0].sum(axis=0)
    assert whole @ vectors[0] / np.linalg.norm(whole) > 0.97
    bridge, ferry = sums[0] / np.linalg.norm(sums[0], axis=1, keepdims=True)
    alone = real.encode_passages(["De brug over de Zwane gaat open."])[0]
    assert bridge @ alone > ferry @ alone


def test_a_model_that_does_not_average_its_tokens_gets_parts_as_texts(encoder, monkeypatch):
    assert encoder._averages
    monkeypatch.setattr(encoder, "_averages", False)
    _, sums = encoder.encode_with_parts(["de brug kost geld"], [[Span(0, 7)]])
    alone = encoder.encode_passages(["de brug"])[0]
    assert sums[0][0] / np.linalg.norm(sums[0][0]) == pytest.approx(alone, abs=1e-3)


def test_texts_and_tokens_are_counted_and_no_texts_give_no_vectors(encoder):
    assert encoder.encode_passages([]).shape == (0, HIDDEN)
    assert encoder.encode_queries([]).shape == (0, HIDDEN)
    done: list[int] = []
    encoder.encode_passages(["de brug"] * 300, done.append)
    assert sum(done) == 300
    assert len(done) > 1
    assert encoder.max_tokens == POSITIONS
    # <s> ▁passage : ▁de ▁brug </s>
    assert encoder.count_tokens("de brug") == 6
    assert encoder.count_tokens("de brug " * 40) > POSITIONS


def test_a_question_is_encoded_unlike_a_passage_of_the_same_words(encoder):
    assert (encoder.query_prefix, encoder.passage_prefix) == ("query: ", "passage: ")
    query, passage = encoder.encode_queries(TEXTS[:1]), encoder.encode_passages(TEXTS[:1])
    assert float((query @ passage.T)[0, 0]) < 0.9999


def test_normaliser_deletes_and_spaces_and_composes_as_the_file_says(small):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(small / "tokenizer.json"))
    assert tokenizer.encode("de\t\n b\u0001rug").tokens == ["<s>", "▁de", "▁brug", "</s>"]
    assert tokenizer.normalizer.normalize_str("ﬁ") == "fi"
    accent = unicodedata.normalize("NFD", "é")
    assert tokenizer.normalizer.normalize_str(accent) == "é"


def test_weights_are_those_of_the_blocks(tmp_path):
    from safetensors.numpy import load_file

    weights = load_file(converted(tmp_path) / "model.safetensors")
    words = weights["embeddings.word_embeddings.weight"]
    assert words.shape == (len(PIECES), HIDDEN)
    rng = np.random.default_rng(1)
    first = rng.integers(0, 256, 16, np.uint8)  # the first block of the first tensor
    expected = [(int(b) & 15) - 8 for b in first] + [(int(b) >> 4) - 8 for b in first]
    assert np.allclose(words[0], np.array(expected) * 0.01, atol=1e-3)


def test_a_file_of_another_format_is_refused(tmp_path):
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="E5S1"):
        convert(tmp_path / "x.bin", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_fingerprint_follows_weights_and_prefixes_and_not_the_place(small, encoder, tmp_path):
    same = load_encoder(str(converted(tmp_path, 1)), tmp_path)
    other = load_encoder(str(converted(tmp_path, 2)), tmp_path)
    bare = load_encoder(str(small), tmp_path, query_prefix="", passage_prefix="")
    assert same.fingerprint == encoder.fingerprint
    assert other.fingerprint != encoder.fingerprint
    assert bare.fingerprint != encoder.fingerprint
    assert (bare.query_prefix, bare.passage_prefix) == ("", "")


def test_threads_that_encode_at_once_get_their_own_vectors(encoder):
    expected = {text: encoder.encode_passages([text])[0] for text in TEXTS}
    wrong: list[str] = []

    def work(texts: Sequence[str]) -> None:
        for text, vector in zip(texts, encoder.encode_passages(texts), strict=True):
            if float(vector @ expected[text]) < 0.999:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(TEXTS[i:] + TEXTS[:i],)) for i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_folder_that_holds_no_model_is_named(tmp_path):
    with pytest.raises(ModelUnavailable, match="nergens"):
        load_encoder(str(tmp_path / "nergens"), tmp_path)


def test_a_damaged_default_model_says_how_to_mend_it(tmp_path):
    folder = tmp_path / NAME
    converted(tmp_path).rename(folder)
    (folder / "model.safetensors").write_bytes(b"kapot")
    with pytest.raises(ModelUnavailable, match="vraagbaak models"):
        load_encoder(NAME, tmp_path)


# --- the real model


@pytest.fixture(scope="module")
def real():
    models = paths.models_dir(paths.data_dir())
    if not (models / NAME / "modules.json").is_file():
        pytest.skip(f"no {NAME} in {models}: run `vraagbaak models`")
    return load_encoder(NAME, models)


PASSAGES = [
    "De rijksbijdrage voor de nieuwe fietsbrug bedraagt 4,2 miljoen euro.",
    "Het aantal wachtenden voor een sociale huurwoning is gestegen tot negen jaar.",
    "Scholen mogen zelf bepalen of zij mobiele telefoons in de klas verbieden.",
    "De uitbraak van vogelgriep leidde tot een ophokplicht in drie provincies.",
    "Treinen tussen Zwolle en Emmen vallen uit wegens een tekort aan machinisten.",
    "Voor de opvang van asielzoekers zijn twaalfhonderd extra plekken gevonden.",
]
QUESTIONS = [
    "Hoeveel geld geeft het Rijk aan de brug voor fietsers?",
    "Hoe lang moet je op een corporatiewoning wachten?",
    "Is een smartphone in het leslokaal toegestaan?",
    "Waar moesten kippen binnen blijven?",
    "Waarom rijdt er geen trein naar Drenthe?",
    "Hoeveel bedden komen erbij voor vluchtelingen?",
]


def test_real_model_is_e5_small_and_finds_the_passage_that_answers_in_other_words(real):
    scores = real.encode_queries(QUESTIONS) @ real.encode_passages(PASSAGES).T
    assert scores.argmax(axis=1).tolist() == list(range(len(QUESTIONS)))
    assert (real.dimension, real.max_tokens, real.model) == (384, 512, NAME)
    lengths = np.linalg.norm(real.encode_passages(PASSAGES), axis=1)
    assert np.allclose(lengths, 1, atol=1e-6)
    # Ids of the published vocabulary (fairseq order): <s> 0, </s> 2, "passage" 46692, ":" 12.
    ids = real._network.tokenizer("passage: De minister")["input_ids"]
    assert ids[:3] == [0, 46692, 12]
    assert ids[-1] == 2
    assert real.count_tokens("De\u200bminister") == real.count_tokens("De minister")


def test_real_model_is_taken_from_the_models_folder_without_a_network(real, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    again = load_encoder(NAME, paths.models_dir(paths.data_dir()))
    assert again.fingerprint == real.fingerprint
