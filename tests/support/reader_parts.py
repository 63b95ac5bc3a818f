"""What tests of the reader and its training share: a tiny base model, and tiny reading data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel

WORDS = [f"woord{number}" for number in range(50)]
MARKS = ["<s>", "<pad>", "</s>", "<unk>", "query:", "vraag:", "passage:"]


@contextmanager
def one_core() -> Iterator[None]:
    """A network this small takes many times as long when several cores share its sums."""
    cores = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(cores)


def tiny_bert(seed: int, **changes: Any) -> BertModel:
    """Two layers, 32 wide, with weights drawn from `seed`."""
    config = BertConfig(
        **{
            "vocab_size": len(MARKS + WORDS),
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 64,
            "max_position_embeddings": 512,
            **changes,
        }
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return BertModel(config, add_pooling_layer=False)


def tiny_tokenizer(words: Iterable[str] = WORDS) -> Tokenizer:
    """One token a word, whatever its case; unknown ones are <unk>."""
    known = {word: at for at, word in enumerate([*MARKS, *words])}
    made = Tokenizer(WordLevel(known, unk_token="<unk>"))
    made.normalizer = Lowercase()
    made.pre_tokenizer = WhitespaceSplit()
    made.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", known["<s>"]), ("</s>", known["</s>"])]
    )
    return made


def save_base(folder: Path, encoder: BertModel, tokenizer: Tokenizer) -> Path:
    """Write a base model as the one that is fetched stands on disk; returns `folder`."""
    encoder.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "model_max_length": 512,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


# --- reading data: p10 and p20 are kept for development

PASSAGES = [
    {
        "id": "p1",
        "asked": "Hoe vaak vaart de veerboot naar Oosterland?",
        "sentences": [
            "De veerboot vaart elk uur.",
            "In de winter vaart hij om de twee uur.",
            "De kade is in mei vernieuwd.",
        ],
    },
    {
        "id": "p2",
        "asked": "Wat kost het zwembad van Westerdorp?",
        "sentences": ["Het zwembad kost vier ton.", "De provincie betaalt de helft."],
    },
    {
        "id": "p3",
        "asked": "",
        "sentences": ["De school in Noordwolde blijft open.", "Er komen twee lokalen bij."],
    },
    {
        "id": "p4",
        "asked": "Wie onderhoudt de molens?",
        "sentences": ["Een stichting onderhoudt de molens.", "Zij krijgt daarvoor subsidie."],
    },
    {
        "id": "p10",
        "asked": "Wanneer rijdt de nachtbus?",
        "sentences": ["De nachtbus rijdt op vrijdag.", "Een kaartje kost drie euro."],
    },
    {
        "id": "p20",
        "asked": "Waar komt het windpark?",
        "sentences": ["Het windpark komt voor de kust.", "De bouw begint in maart."],
    },
]
QUESTIONS = [
    ("p1", "hoe vaak vaart de boot?", True, [0, 1]),
    ("p1", "wanneer is de kade vernieuwd?", True, [2]),
    ("p1", "wat kost de boot?", False, []),
    ("p2", "wat kost het zwembad?", True, [0]),
    ("p2", "wanneer opent het zwembad?", False, []),
    ("p3", "blijft de school open?", True, [0]),
    ("p3", "hoeveel leerlingen heeft de school?", False, []),
    ("p4", "wie onderhoudt de molens?", True, [0]),
    ("p4", "hoeveel subsidie krijgt de stichting?", False, []),
    ("p10", "op welke dag rijdt de nachtbus?", True, [0]),
    ("p10", "wat kost een kaartje voor de nachtbus?", True, [1]),
    ("p10", "hoeveel mensen nemen de nachtbus?", False, []),
    ("p20", "waar komt het windpark?", True, [0]),
    ("p20", "wat kost het windpark?", False, []),
]
CLAIMS = [
    ("p1", "De veerboot vaart elk uur.", True, [0]),
    ("p1", "De veerboot vaart elke dag.", False, []),
    ("p3", "De school in Noordwolde gaat dicht.", False, []),
    ("p4", "De stichting krijgt subsidie.", True, [1]),
    ("p10", "De nachtbus rijdt op vrijdag.", True, [0]),
    ("p10", "De nachtbus rijdt op zondag.", False, []),
    ("p20", "De bouw begint in maart.", True, [1]),
    ("p20", "De bouw begint in april.", False, []),
]
FOLLOWUPS = [
    ("p2", "Wat kost het zwembad?", "en wie betaalt dat?", True, [1]),
    ("p20", "Waar komt het windpark?", "en wanneer begint de bouw?", True, [1]),
    ("p20", "Waar komt het windpark?", "en wie bouwt het?", False, []),
]
SICK = [
    ("sentence_A", "sentence_B", "entailment_label"),
    ("Een man speelt gitaar", "Een man maakt muziek", "ENTAILMENT"),
    ("Een man speelt gitaar", "Een man slaapt", "CONTRADICTION"),
    ("Een hond rent", "Een hond rent in het gras", "NEUTRAL"),
]


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )


def write_reading(folder: Path, *, public: bool = True) -> Path:
    """A folder of reading data with every kind of file; returns it."""
    write_rows(folder / "passages.jsonl", PASSAGES)
    write_rows(
        folder / "questions.jsonl",
        [
            dict(zip(("passage", "question", "answers", "sentences"), r, strict=True))
            for r in QUESTIONS
        ],
    )
    write_rows(
        folder / "claims.jsonl",
        [dict(zip(("passage", "claim", "carried", "sentences"), r, strict=True)) for r in CLAIMS],
    )
    names = ("passage", "previous", "question", "answers", "sentences")
    write_rows(folder / "followups.jsonl", [dict(zip(names, r, strict=True)) for r in FOLLOWUPS])
    if public:
        table = "".join("\t".join(row) + "\n" for row in SICK)
        (folder / "public").mkdir()
        (folder / "public" / "sick_nl.tsv").write_text(table, encoding="utf-8")
    return folder


def reading_words() -> list[str]:
    """Every word of the reading data, as the tiny tokenizer tells them apart."""
    texts = [text for each in PASSAGES for text in (each["asked"], *each["sentences"])]
    texts += [row[1] for row in (*QUESTIONS, *CLAIMS)]
    texts += [text for row in FOLLOWUPS for text in row[1:3]]
    texts += [text for row in SICK for text in row[:2]]
    plain = [word for text in texts for word in text.lower().split()]
    return sorted({each for word in plain for each in (word, word.rstrip("?.!"))} | {"|"})


def reading_base(folder: Path) -> Path:
    """A base model that knows the words of the reading data."""
    words = reading_words()
    encoder = tiny_bert(3, vocab_size=len(MARKS) + len(words))
    return save_base(folder, encoder, tiny_tokenizer(words))
