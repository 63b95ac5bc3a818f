"""Ask a natural language inference model for a second opinion on a sentence, if one is set.

Such a model (a cross-encoder for natural language inference) reads a stretch of the source and a
sentence together and says whether the one follows from the other. None comes with the program:
`entailment_model` names a folder or a model of the hub.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

KEPT = 512  # (source, sentence) pairs whose judgement is cached


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities (0..1) that the source entails and that it contradicts the sentence;
    `contradicts` is 0 for a model that has no such label."""

    entails: float
    contradicts: float


Judge = Callable[[str, str], Judgement]
"""Gets a stretch of a source and a sentence."""


@lru_cache(maxsize=1)
def load_judge(model: str) -> Judge:
    """The entailment model `model`: a folder, or a name of its hub; loaded once.

    Which of its outputs is which is read from the names of its labels (`id2label`). Raises
    ModelUnavailable for a model that cannot be loaded or has no label of entailment.
    """
    network = _load(model)
    entails, contradicts = _labels(model, network)

    @lru_cache(maxsize=KEPT)
    def judge(source: str, sentence: str) -> Judgement:
        shares = network.predict([(source, sentence)], apply_softmax=True, show_progress_bar=False)
        row = [float(share) for share in shares[0]]
        return Judgement(row[entails], 0.0 if contradicts is None else row[contradicts])

    return judge


def _load(model: str) -> CrossEncoder:
    # This import takes seconds: only users with such a model should pay for it.
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    try:
        network: CrossEncoder = CrossEncoder(model)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(
            f"Entailmentmodel {model} is niet te laden: {reason} Geef `entailment_model` een "
            "bestaande map of een naam die op deze machine te halen is, of laat het leeg.",
            f"Entailment model {model} cannot be loaded: {reason} Give `entailment_model` an "
            "existing folder or a name that this machine can fetch, or leave it empty.",
        ) from error
    return network


def _labels(model: str, network: CrossEncoder) -> tuple[int, int | None]:
    """Where the outputs of entailment and contradiction stand ("entailment", "CONTRADICTION";
    "not_entailment" is no entailment)."""
    named: dict[Any, str] = getattr(network.config, "id2label", None) or {}
    names = {int(at): str(name).strip().lower() for at, name in named.items()}
    entails = [at for at, name in names.items() if name.startswith("entail")]
    contradicts = [at for at, name in names.items() if name.startswith("contradict")]
    if len(entails) != 1 or len(names) < 2:
        shown = ", ".join(names[at] for at in sorted(names)) or "geen"
        raise ModelUnavailable(
            f"Model {model} heeft geen label voor entailment (labels: {shown}): geef "
            "`entailment_model` een model voor natural language inference.",
            f"Model {model} has no label for entailment (labels: {shown}): give "
            "`entailment_model` a model for natural language inference.",
        )
    return entails[0], contradicts[0] if contradicts else None
