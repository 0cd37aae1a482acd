"""Fit the network of check-worthiness: `python -m training.worthiness --corpora DIR --encoder DIR --taught FILE`.

Learns from ClaimBuster's sentences less the kept fifth, half from people's labels and half from teachers', and from what the
teachers say of sentences that nobody labelled (`training.teacher`). Begins as the encoder does, MiniLM, but with the word pieces of
the network that is there, which both read from one file: worthiness.onnx belongs to that network.onnx and to no other. Then two
of its six layers go, and the others learn the same once more (Sajjad et al., Computer Speech & Language 77, 2023). Takes two hours
and a half on one core.
"""

import argparse
import random
from pathlib import Path
from typing import NamedTuple

import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from claims.nlp.encoder import LONGEST_JUDGED
from claims.nlp.tokens import CLS, MODEL_DIR, SEP, Ints, load_tokenizer, tokenize
from training.data import is_held_out, read_jsonl, read_sentences
from training.export import Int8Embedding, quantize
from training.fitting import LAYER_DECAY, batches, fit, hidden, layer_rates
from training.model import CheckWorthiness

# A sentence with a person's label comes so many times as often as one without.
LABELLED_TIMES = 3
EPOCHS, BATCH, RATE, HEAD_RATE = 2, 64, 1e-4, 1e-3
HIDDEN_SHARE = 0.1
KEPT_LAYERS = (0, 1, 3, 5)


class Example(NamedTuple):
    """The word pieces of a sentence, and how worth checking it is, 0..1."""

    pieces: Ints
    worth: float


def read_examples(corpora: Path, taught: Path, tokenizer: Tokenizer) -> list[Example]:
    labels = {text: label for i, (text, label) in enumerate(read_sentences(corpora)) if not is_held_out(i)}
    examples = []
    for row in read_jsonl(taught):
        pieces = tokenize(row["text"], tokenizer).pieces[:LONGEST_JUDGED]
        if row["text"] in labels:
            examples += [Example(pieces, (row["worth"] + labels[row["text"]]) / 2)] * LABELLED_TIMES
        else:
            examples.append(Example(pieces, row["worth"]))
    return [example for example in examples if len(example.pieces)]


def shared_pieces(network: Path) -> Int8Embedding:
    """The word pieces of the network that is there."""
    stored = {part.name: numpy_helper.to_array(part) for part in onnx.load(network).graph.initializer}
    return Int8Embedding(*(torch.tensor(stored[f"network.pieces.{name}"]) for name in ("rows", "scale")))


def fitted(judge: CheckWorthiness, examples: list[Example], seed: int) -> CheckWorthiness:
    chance = random.Random(seed)  # noqa: S311 - shuffles training data

    def loss_of(batch: list[Example]) -> Tensor:
        rows = [torch.tensor([CLS, *e.pieces, SEP]) for e in batch]
        read = hidden(torch.nn.utils.rnn.pad_sequence(rows, batch_first=True), HIDDEN_SHARE)
        real = torch.arange(read.shape[1]) < torch.tensor([len(row) for row in rows])[:, None]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            log_odds = judge(read, real).float()
        return F.binary_cross_entropy_with_logits(log_odds, torch.tensor([e.worth for e in batch]))

    steps = (batch for _ in range(EPOCHS) for batch in batches(examples, BATCH, chance, lambda e: len(e.pieces)))
    below = [*judge.positions.parameters(), *judge.embedding_norm.parameters()]
    groups = [
        *layer_rates(judge.layers, RATE),
        {"params": below, "rate": RATE * LAYER_DECAY ** len(judge.layers)},
        {"params": judge.worth.parameters(), "rate": HEAD_RATE},
    ]
    return fit(judge, groups, steps, EPOCHS * (len(examples) // BATCH + 1), loss_of, warm_up=0.06, decay=0.998)


def export(judge: CheckWorthiness, folder: Path) -> None:
    plain = folder / "float.onnx"
    torch.onnx.export(
        judge.eval(),
        (torch.full((1, 12), 1000),),
        str(plain),
        dynamo=False,
        opset_version=17,
        input_names=["pieces"],
        output_names=["log_odds"],
        dynamic_axes={"pieces": {1: "pieces"}},
    )
    quantize(plain, folder / "worthiness.onnx")
    plain.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--taught", type=Path, required=True, help="judgements of `training.teacher`")
    parser.add_argument("--model", type=Path, default=MODEL_DIR, help="folder of the network")
    parser.add_argument("--seed", type=int, default=2)
    arguments = parser.parse_args()
    examples = read_examples(arguments.corpora, arguments.taught, load_tokenizer(arguments.model / "tokenizer.json"))
    torch.manual_seed(arguments.seed)  # what begins by chance, too: the head
    judge = CheckWorthiness()
    judge.load_encoder(arguments.encoder / "model.safetensors")
    judge.pieces = shared_pieces(arguments.model / "network.onnx")
    judge = fitted(judge, examples, arguments.seed)
    judge.layers = torch.nn.ModuleList(judge.layers[layer] for layer in KEPT_LAYERS)
    export(fitted(judge, examples, arguments.seed), arguments.model)


if __name__ == "__main__":
    main()
