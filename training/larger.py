"""How well a larger model tells what is worth checking: `python -m training.larger --corpora DIR --model DIR`.

MPNet-base (Song et al., NeurIPS 2020; `all-mpnet-base-v2`, 110 million parameters, five times as many as ours), fitted to
nothing but ClaimBuster's sentences less the kept fifth, and measured on that. It does not ship: it says what could be reached.
Needs `transformers` beside what training needs, and a quarter of an hour.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoModel, AutoTokenizer

from training.beyond import check_worthy_figures
from training.data import is_held_out, read_sentences

WIDTH, LAYERS, PADDING, LONGEST = 768, 12, 1, 128
EPOCHS, BATCH, RATE, WARM_UP, LAYER_DECAY, SEED = 3, 32, 3e-5, 0.1, 0.9, 1
Pieces = list[int]


class Larger(torch.nn.Module):
    """Mean over the word pieces, then one number: the log odds of being worth checking."""

    def __init__(self, model: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(model)
        self.worth = torch.nn.Linear(WIDTH, 1)
        self.dropout = torch.nn.Dropout(0.1)

    def forward(self, batch: Sequence[Pieces]) -> Tensor:
        pieces = torch.nn.utils.rnn.pad_sequence([torch.tensor(p) for p in batch], True, PADDING)
        real = (torch.arange(pieces.shape[1]) < torch.tensor([len(p) for p in batch])[:, None]).float()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            words = self.encoder(input_ids=pieces, attention_mask=real).last_hidden_state
        mean = (words.float() * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return self.worth(self.dropout(mean))[:, 0]

    def parameter_groups(self) -> list[dict[str, object]]:
        """Each layer learns so much more slowly than the one above it."""
        layers = [
            {"params": layer.parameters(), "rate": RATE * LAYER_DECAY ** (LAYERS - 1 - number)}
            for number, layer in enumerate(self.encoder.encoder.layer)
        ]
        below = [*self.encoder.embeddings.parameters(), *self.encoder.encoder.relative_attention_bias.parameters()]
        return [
            *layers,
            {"params": below, "rate": RATE * LAYER_DECAY**LAYERS},
            {"params": self.worth.parameters(), "rate": 1e-3},
        ]


def fit(model: Path, examples: list[tuple[Pieces, int]]) -> Larger:
    """A model fitted to these sentences: the running average of its weights."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311 - shuffles training data
    larger = Larger(model).train()
    optimizer = torch.optim.AdamW(larger.parameter_groups(), weight_decay=0.01)
    average = AveragedModel(larger, multi_avg_fn=get_ema_multi_avg_fn(0.99))
    steps = EPOCHS * (len(examples) // BATCH + 1)
    for step, batch in enumerate(batch for _ in range(EPOCHS) for batch in batches(examples, chance)):
        factor = min(step / steps / WARM_UP, (1 - step / steps) / (1 - WARM_UP)) + 1e-3
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * factor
        worthy = torch.tensor([worthy for _, worthy in batch]).float()
        loss = F.binary_cross_entropy_with_logits(larger([pieces for pieces, _ in batch]), worthy)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(larger.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(larger)
        if step % 25 == 0:
            print(json.dumps({"step": step, "of": steps, "loss": round(loss.item(), 3)}), flush=True)
    return average.module.eval()


def batches(examples: list[tuple[Pieces, int]], chance: random.Random) -> Iterator[list[tuple[Pieces, int]]]:
    """Shuffled batches of sentences of like length."""
    chance.shuffle(examples)
    found = []
    for i in range(0, len(examples), BATCH * 20):
        chunk = sorted(examples[i : i + BATCH * 20], key=lambda example: len(example[0]))
        found += [chunk[j : j + BATCH] for j in range(0, len(chunk), BATCH)]
    chance.shuffle(found)
    yield from found


def judge(larger: Larger, sentences: list[Pieces]) -> list[float]:
    """The log odds of each being worth checking."""
    judged = [0.0] * len(sentences)
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
    with torch.no_grad():
        for start in range(0, len(order), 64):
            some = order[start : start + 64]
            worth = larger([sentences[i] for i in some]).tolist()
            for i, value in zip(some, worth, strict=True):
                judged[i] = value
    return judged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="folder of all-mpnet-base-v2")
    arguments = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    texts, labels = zip(*read_sentences(arguments.corpora), strict=True)
    pieces = tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"]
    examples = list(zip(pieces, labels, strict=True))
    larger = fit(arguments.model, [e for i, e in enumerate(examples) if not is_held_out(i)])
    kept = [e for i, e in enumerate(examples) if is_held_out(i)]
    f1, precision = check_worthy_figures(judge(larger, [p for p, _ in kept]), [worthy for _, worthy in kept])
    print(f"kept fifth, {len(kept)} sentences: F1 {f1}, average precision {precision}")


if __name__ == "__main__":
    main()
