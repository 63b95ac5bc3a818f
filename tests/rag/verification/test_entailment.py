"""Entailment models: loading, labels, wiring; with tiny random ones made here, as none is at hand."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from index.documents import DocumentInfo, Hit, Metadata, Passage
from index.errors import ModelUnavailable
from rag.reader.reader import Reading
from rag.verification import verify
from rag.verification.entailment import Judgement, load_judge

NLI = ["contradiction", "neutral", "entailment"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "de", "dijk", "is", "veilig"]
SOURCE = Hit(
    DocumentInfo("0" * 16, "brief.txt", "letter", Metadata()),
    1,
    Passage((), "De dijk bij Oud-Leer is veilig en droog.", 0, 40),
    1.0,
    1,
)
SENTENCE = "De dijk bij Oud-Leer is droog."


class Carrying:
    """A reader that holds every statement about the dike to be carried but one that it is wet."""

    def check(self, statements):
        return [
            Reading(-3.0 if "nat" in said else 3.0, (0.0,) * len(text.sentences))
            for said, text in statements
        ]


def make_model(folder, labels):
    """A random cross-encoder with these labels that prefers its last one."""
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=64,
        id2label=dict(enumerate(labels)), label2id={name: at for at, name in enumerate(labels)},
    )  # fmt: skip
    network = BertForSequenceClassification(config)
    network.classifier.bias.data[-1] = 8.0
    network.save_pretrained(folder)
    words = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
        sep_token="[SEP]",
    ).save_pretrained(folder)  # fmt: skip
    return str(folder)


@pytest.mark.parametrize("labels", [NLI, NLI[::-1], ["ENTAILMENT", "NEUTRAL", "CONTRADICTION"]])
def test_which_output_is_entailment_is_read_from_the_labels(tmp_path, labels):
    judge = load_judge(make_model(tmp_path / "nli", labels))
    found = judge("de dijk is veilig", "de dijk is veilig")
    last = labels[-1].lower()
    assert (found.entails > 0.9) is (last == "entailment")
    assert (found.contradicts > 0.9) is (last == "contradiction")
    assert found.entails + found.contradicts <= 1.0001


def test_a_model_of_two_labels_contradicts_nothing(tmp_path):
    judge = load_judge(make_model(tmp_path / "two", ["not_entailment", "entailment"]))
    assert judge("de dijk", "de dijk").contradicts == 0
    assert judge("de dijk", "de dijk").entails > 0.9


def test_a_folder_without_a_model_or_a_label_of_entailment_is_an_error(tmp_path):
    with pytest.raises(ModelUnavailable, match="negative, positive"):
        load_judge(make_model(tmp_path / "mood", ["negative", "positive"]))
    with pytest.raises(ModelUnavailable, match="leeg"):
        load_judge(str(tmp_path / "leeg"))


def test_what_the_reader_carries_must_be_entailed_too():
    assert verify(SENTENCE, SOURCE, Carrying(), lambda *_: Judgement(0.6, 0.3)).carried
    refused = verify(SENTENCE, SOURCE, Carrying(), lambda *_: Judgement(0.1, 0.8))
    assert not refused.carried
    assert "tegendeel" in (refused.why or "")


def test_what_is_neither_entailed_nor_contradicted_is_refused_and_the_reader_still_counts():
    assert not verify(SENTENCE, SOURCE, Carrying(), lambda *_: Judgement(0.3, 0.1)).carried
    assert not verify("De dijk is nat.", SOURCE, Carrying(), lambda *_: Judgement(1.0, 0.0)).carried
    # What stands there needs no second opinion.
    assert verify(SOURCE.passage.text, SOURCE, None, lambda *_: Judgement(0.0, 1.0)).carried
