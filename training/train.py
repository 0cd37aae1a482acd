"""Train the attribution network: `python -m training.train --corpora ../shared/corpora --encoder DIR --out training/runs/NAME`."""

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torchcrf import CRF

from claims.nlp.decode import ROLES
from claims.nlp.tokens import load_tokenizer
from training.data import (
    RELATIONS,
    TAGS,
    UNLABELLED,
    Sentence,
    Window,
    is_held_out,
    read_corpus,
    read_corrections,
    read_sentences,
    training_sentences,
    training_windows,
)
from training.fitting import LAYER_DECAY, batches, hidden, rate_factor
from training.model import LAYERS, NEW_PARTS, WIDTH, AttributionNetwork, Biaffine, Scores

FORBIDDEN = -10.0
# In every second window.
HIDDEN_SHARE = 0.15
# A batch of so many sentences, every so many steps: each is seen about four times. After twelve times the network knew them
# by heart (training loss 0.01) and was worse at others.
SENTENCES, SENTENCES_EVERY = 32, 6


class Parser(torch.nn.Module):
    """Scores of each word's part of speech, its relation and its governor. Only teaches the encoder how sentences are
    built (Søgaard and Goldberg, ACL 2016); it does not ship."""

    def __init__(self) -> None:
        super().__init__()
        self.tags = torch.nn.Linear(WIDTH, len(TAGS))
        self.relations = torch.nn.Linear(WIDTH, len(RELATIONS))
        self.heads = Biaffine(dropout=0.2)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.tags(words).float(), self.relations(words).float(), self.heads(words).float()


class Trainee(torch.nn.Module):
    """Network, linear-chain CRF over its role scores (Lafferty, McCallum and Pereira, ICML 2001), and what only teaches the
    encoder and does not ship: the parser, and whether a sentence is worth checking."""

    def __init__(self) -> None:
        super().__init__()
        self.network = AttributionNetwork()
        self.parser = Parser()
        self.worth = torch.nn.Linear(WIDTH, 1)
        self.crf = CRF(len(ROLES), batch_first=True)
        with torch.no_grad():
            for parameter in self.crf.parameters():
                parameter.zero_()
            for b, role in enumerate(ROLES):
                if role.startswith("I-"):
                    self.crf.start_transitions[b] = FORBIDDEN
                    for a, before in enumerate(ROLES):
                        if before[2:] != role[2:]:
                            self.crf.transitions[a, b] = FORBIDDEN


def pad(rows: list[np.ndarray], value: int) -> Tensor:
    tensors = [torch.from_numpy(row) for row in rows]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=value)


def read(trainee: Trainee, batch: Sequence[Window | Sentence]) -> tuple[Tensor, Tensor]:
    """The words of a batch as the encoder sees them, and which of them are no padding: (batch, words)."""
    pieces = pad([w.pieces for w in batch], 0)
    pieces = torch.where(torch.rand(len(pieces), 1) < 0.5, hidden(pieces, HIDDEN_SHARE), pieces)
    lengths = torch.tensor([len(w.pieces) for w in batch])
    mask = (torch.arange(pieces.shape[1]) < lengths[:, None])[:, None, None, :]
    first = pad([w.first for w in batch], 0)
    count = torch.tensor([len(w.first) for w in batch])
    words = trainee.network.read(pieces, pad([w.shapes for w in batch], 0), first, mask)
    return words, torch.arange(first.shape[1]) < count[:, None]


def worth_loss(trainee: Trainee, batch: list[Sentence]) -> Tensor:
    """How far the mean over a sentence's words is from whether it is worth checking."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        words, real = read(trainee, batch)
        worth = trainee.worth(words)[..., 0].float()
    mean = (worth * real).sum(1) / real.sum(1)
    return F.binary_cross_entropy_with_logits(mean, torch.tensor([s.worthy for s in batch]).float())


def loss_of(trainee: Trainee, batch: list[Window]) -> dict[str, Tensor]:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        words, real = read(trainee, batch)
        scores = Scores(*(s.float() for s in trainee.network.score(words)))
        tags, relations, heads = trainee.parser(words)
    losses = {
        "roles": -trainee.crf(scores.roles, pad([w.roles for w in batch], 0), mask=real, reduction="token_mean"),
    }
    for name, said, wanted in (
        ("content_links", among(real, scores.content_links), [w.cue for w in batch]),
        ("entities", scores.entities, [w.layer.entities for w in batch]),
        ("tags", tags, [w.layer.tags for w in batch]),
        ("relations", relations, [w.layer.relations for w in batch]),
        ("heads", among(real, heads), [w.layer.heads for w in batch]),
    ):
        labels = pad(wanted, UNLABELLED)
        if (labels != UNLABELLED).any():  # corrections have no layer; the mean over nothing is no number
            losses[name] = F.cross_entropy(said.flatten(0, 1), labels.flatten(), ignore_index=UNLABELLED)
    rows = [np.full(len(w.sources[0]), i) for i, w in enumerate(batch)]
    row, word, to = (
        torch.from_numpy(np.concatenate(c))
        for c in (rows, [w.sources[0] for w in batch], [w.sources[1] for w in batch])
    )
    if len(row):
        together = torch.from_numpy(np.concatenate([w.sources[2] for w in batch])).float()
        source_words = len(set(zip(row.tolist(), word.tolist(), strict=True)))
        losses["source_links"] = (
            F.binary_cross_entropy_with_logits(scores.source_links[row, word, to], together, reduction="sum")
            / source_words
        )
    return losses


WEIGHTS = {
    "roles": 3.0,
    "content_links": 0.5,
    "source_links": 0.3,
    "entities": 0.3,
    "tags": 0.15,
    "relations": 0.15,
    "heads": 0.15,
    "worth": 0.3,
}


def among(real: Tensor, links: Tensor) -> Tensor:
    """Links to words that are no padding."""
    return links.masked_fill(~real[:, None, :], -1e4)


def parameter_groups(trainee: Trainee) -> dict[str, list[torch.nn.Parameter]]:
    """Parameters by how fast they learn: the heads, the CRF, each layer, and what lies below the layers."""
    groups = {
        "crf": list(trainee.crf.parameters()),
        "heads": [*trainee.parser.parameters(), *trainee.worth.parameters()],
    }
    for name, parameter in trainee.network.named_parameters():
        layer = f"layer{name.split('.')[1]}" if name.startswith("layers.") else "encoder"
        groups.setdefault("heads" if name.startswith(NEW_PARTS) else layer, []).append(parameter)
    return groups


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    chance = random.Random(arguments.seed)  # noqa: S311 - shuffles training data
    tokenizer = load_tokenizer(arguments.encoder / "tokenizer.json")
    articles = [a for i, a in enumerate(read_corpus(arguments.corpora, "train")) if not is_held_out(i)]
    kept = [s for i, s in enumerate(read_sentences(arguments.corpora)) if not is_held_out(i)]
    sentences = training_sentences(kept, tokenizer)
    if arguments.corrections:
        articles += read_corrections(arguments.corrections)
    trainee = Trainee()
    trainee.network.load_encoder(arguments.encoder / "model.safetensors")
    groups = parameter_groups(trainee)
    rates = {"heads": arguments.head_rate, "crf": 5e-3, "encoder": arguments.encoder_rate * LAYER_DECAY**LAYERS}
    rates |= {f"layer{i}": arguments.encoder_rate * LAYER_DECAY ** (LAYERS - 1 - i) for i in range(LAYERS)}
    optimizer = torch.optim.AdamW(
        [{"params": groups[g], "lr": rates[g], "weight_decay": 0.01 if g != "crf" else 0.0} for g in groups], fused=True
    )
    average = AveragedModel(trainee, multi_avg_fn=get_ema_multi_avg_fn(arguments.average))
    step, steps = 0, None
    arguments.out.mkdir(parents=True, exist_ok=True)
    for epoch in range(arguments.epochs):
        began = time.monotonic()
        windows = list(training_windows(articles, tokenizer, arguments.window, chance))
        steps = steps or arguments.epochs * (len(windows) // arguments.batch + 1)
        totals: dict[str, float] = {}
        trainee.train()
        for number, batch in enumerate(batches(windows, arguments.batch, chance, lambda w: len(w.pieces))):
            factor = rate_factor(min(step / steps, 1.0), arguments.warm_up)
            for group, name in zip(optimizer.param_groups, groups, strict=True):
                group["lr"] = rates[name] * factor
            losses = loss_of(trainee, batch)
            if step % SENTENCES_EVERY == 0:
                losses["worth"] = worth_loss(trainee, chance.sample(sentences, SENTENCES))
            optimizer.zero_grad()
            sum(WEIGHTS[name] * loss for name, loss in losses.items()).backward()
            torch.nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
            optimizer.step()
            average.update_parameters(trainee)
            step += 1
            for name, loss in losses.items():
                totals[name] = totals.get(name, 0.0) + loss.item()
            if number % 25 == 0:
                so_far = {name: round(total / (number + 1), 4) for name, total in totals.items()}
                print(
                    json.dumps(
                        {"epoch": epoch, "step": step, "of": steps, "s": round(time.monotonic() - began), **so_far}
                    ),
                    flush=True,
                )
        torch.save(average.module.state_dict(), arguments.out / "average.pt")
    (arguments.out / "arguments.json").write_text(
        json.dumps({k: str(v) for k, v in vars(arguments).items()}, indent=1) + "\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--corrections", type=Path, help="further articles: a file of `manage.py export_corrections`")
    parser.add_argument("--encoder", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--window", type=int, default=256, help="word pieces")
    parser.add_argument("--encoder-rate", type=float, default=2e-4, help="of the uppermost layer")
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--warm-up", type=float, default=0.08, help="share of the steps")
    parser.add_argument("--average", type=float, default=0.998, help="decay of the running average of the weights")
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
