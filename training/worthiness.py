"""Fit check-worthiness to the network that is there: `python -m training.worthiness --corpora DIR --taught FILE`.

Learns from ClaimBuster's sentences less the kept fifth, half from people's labels and half from teachers', and from what the
teachers say of sentences that nobody labelled (`training.teacher`). Begins as a copy of the network's upper layers and reads what
its lower ones make of the words: worthiness.onnx belongs to that network.onnx and to no other. Fitted twice, in another order each
time; the mean of the weights ships. Takes three quarters of an hour on two cores.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import onnx
import onnxruntime as ort
import torch
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional as F

from claims.nlp.encoder import LONGEST_JUDGED, WordStates, encoder_input
from claims.nlp.tokens import MODEL_DIR, load_tokenizer, tokenize
from training.data import is_held_out, read_jsonl, read_sentences
from training.export import quantize
from training.fitting import batches, fit, layer_rates, soup
from training.model import LAYERS, SHARED_LAYERS, WIDTH, CheckWorthiness

# A sentence with a person's label comes so many times as often as one without.
LABELLED_TIMES = 3
EPOCHS, BATCH, RATE, HEAD_RATE, SEEDS = 3, 64, 1e-4, 1e-3, (1, 2)
HIDDEN_SHARE = 0.1


class Example(NamedTuple):
    """The words of a sentence as the network's lower layers leave them, and how worth checking it is, 0..1."""

    states: WordStates
    worth: float


def read_examples(corpora: Path, taught: Path, folder: Path) -> list[Example]:
    labels = {text: label for i, (text, label) in enumerate(read_sentences(corpora)) if not is_held_out(i)}
    rows = read_jsonl(taught)
    examples = []
    for row, states in zip(rows, word_states([row["text"] for row in rows], folder), strict=True):
        if row["text"] in labels:
            examples += [Example(states, (row["worth"] + labels[row["text"]]) / 2)] * LABELLED_TIMES
        else:
            examples.append(Example(states, row["worth"]))
    return [example for example in examples if len(example.states)]


def word_states(texts: list[str], folder: Path) -> Iterator[WordStates]:
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    network = ort.InferenceSession(folder / "network.onnx", providers=["CPUExecutionProvider"])
    for text in texts:
        tokens = tokenize(text, tokenizer)
        inputs = encoder_input(tokens, 0, min(len(tokens), LONGEST_JUDGED))
        named = {name: row[None] for name, row in zip(("pieces", "shapes", "first"), inputs, strict=True)}
        yield network.run(["states"], named)[0][0]


def upper_layers(network: Path) -> dict[str, Tensor]:
    """The weights of the network's upper layers as 32-bit numbers, by the names that CheckWorthiness.layers has for them."""
    graph = onnx.load(network).graph
    stored = {part.name: numpy_helper.to_array(part) for part in graph.initializer}
    weights = {name.removeprefix("network."): value for name, value in stored.items()}
    for node in graph.node:
        if node.op_type == "MatMulInteger":  # /network/layers.5/hidden/MatMul_quant; symmetrical, one scale a column
            name = node.input[1].removesuffix("_quantized")
            layer, part = node.name.split("/")[2:4]
            weights[f"{layer}.{part}.weight"] = (stored[f"{name}_quantized"] * stored[f"{name}_scale"]).T
    return {
        f"{number - SHARED_LAYERS}.{name.removeprefix(f'layers.{number}.')}": torch.tensor(value)
        for number in range(SHARED_LAYERS, LAYERS)
        for name, value in weights.items()
        if name.startswith(f"layers.{number}.")
    }


def fitted(examples: list[Example], upper: dict[str, Tensor], seed: int) -> CheckWorthiness:
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - shuffles training data
    judge = CheckWorthiness()
    judge.layers.load_state_dict(upper)

    def loss_of(batch: list[Example]) -> Tensor:
        states = torch.nn.utils.rnn.pad_sequence([torch.from_numpy(e.states) for e in batch], batch_first=True).float()
        real = torch.arange(states.shape[1]) < torch.tensor([len(e.states) for e in batch])[:, None]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            log_odds = judge(states, hidden(real)).float()
        return F.binary_cross_entropy_with_logits(log_odds, torch.tensor([e.worth for e in batch]))

    steps = (batch for _ in range(EPOCHS) for batch in batches(examples, BATCH, chance, lambda e: len(e.states)))
    groups = [*layer_rates(judge.layers, RATE), {"params": judge.score.parameters(), "rate": HEAD_RATE}]
    return fit(judge, groups, steps, EPOCHS * (len(examples) // BATCH + 1), loss_of, warm_up=0.06, decay=0.998)


def hidden(real: Tensor) -> Tensor:
    """Hide some words, so that the others have to tell."""
    left = real & (torch.rand(real.shape) > HIDDEN_SHARE)
    return torch.where(left.any(1, keepdim=True), left, real)


class Exported(torch.nn.Module):
    """States come as halves, and without padding."""

    def __init__(self, judge: CheckWorthiness) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, states: Tensor) -> Tensor:
        return self.judge(states.float())


def export(judge: CheckWorthiness, folder: Path) -> None:
    plain = folder / "float.onnx"
    torch.onnx.export(
        Exported(judge).eval(),
        (torch.zeros(1, 8, WIDTH, dtype=torch.half),),
        str(plain),
        dynamo=False,
        opset_version=17,
        input_names=["states"],
        output_names=["log_odds"],
        dynamic_axes={"states": {1: "words"}},
    )
    quantize(plain, folder / "worthiness.onnx")
    plain.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--taught", type=Path, required=True, help="judgements of `training.teacher`")
    parser.add_argument("--model", type=Path, default=MODEL_DIR, help="folder of the network")
    arguments = parser.parse_args()
    examples = read_examples(arguments.corpora, arguments.taught, arguments.model)
    upper = upper_layers(arguments.model / "network.onnx")
    export(soup([fitted(examples, upper, seed) for seed in SEEDS]), arguments.model)


if __name__ == "__main__":
    main()
