"""Larger models say how worth checking sentences are: `python -m training.teacher --corpora DIR --model DIR --out FILE`.

MPNet-base (Song et al., NeurIPS 2020; `all-mpnet-base-v2`, 110 million parameters, five times as many as ours), fitted four times to
ClaimBuster's sentences less the kept fifth, each time without another quarter. Each teacher judges the quarter that it has not seen,
and a quarter of what nobody labelled: the sentences and contents of the training articles, the sentences of EWT, and ClaimBuster's,
cut and crossed. Who learns from all four (`training.worthiness`) learns what they say on average, at the price of one judgement a
sentence (Hinton, Vinyals and Dean, 2015). Needs `transformers` beside what training needs, and an hour and a half on two cores.
"""

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from training.beyond import check_worthy_figures
from training.data import is_held_out, read_corpus, read_sentences
from training.fitting import LAYER_DECAY, batches, fit, layer_rates

WIDTH, LAYERS, PADDING, LONGEST = 768, 12, 1, 128
QUARTERS = 4
EPOCHS, BATCH, RATE = 3, 32, 3e-5
WORDS = range(4, 61)
Pieces = list[int]


class Teacher(torch.nn.Module):
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

    def parameter_groups(self) -> list[dict[str, Any]]:
        below = [*self.encoder.embeddings.parameters(), *self.encoder.encoder.relative_attention_bias.parameters()]
        return [
            *layer_rates(self.encoder.encoder.layer, RATE),
            {"params": below, "rate": RATE * LAYER_DECAY**LAYERS},
            {"params": self.worth.parameters(), "rate": 1e-3},
        ]


def fitted(model: Path, examples: list[tuple[Pieces, int]], seed: int) -> Teacher:
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - shuffles training data
    teacher = Teacher(model)

    def loss_of(batch: list[tuple[Pieces, int]]) -> Tensor:
        worthy = torch.tensor([worthy for _, worthy in batch]).float()
        return F.binary_cross_entropy_with_logits(teacher([pieces for pieces, _ in batch]), worthy)

    steps = (batch for _ in range(EPOCHS) for batch in batches(examples, BATCH, chance, lambda e: len(e[0])))
    of = EPOCHS * (len(examples) // BATCH + 1)
    return fit(teacher, teacher.parameter_groups(), steps, of, loss_of, warm_up=0.1, decay=0.99)


def judge(teacher: Teacher, sentences: list[Pieces]) -> Tensor:
    """The log odds of being worth checking, (sentences,)."""
    judged = torch.zeros(len(sentences))
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
    with torch.no_grad():
        for start in range(0, len(order), 64):
            some = order[start : start + 64]
            judged[some] = teacher([sentences[i] for i in some])
    return judged


def unlabelled(corpora: Path) -> list[str]:
    """Sentences and contents of the articles that are trained on, and the sentences of EWT, each once. GUM's licence
    does not let what ships learn from it."""
    found: list[str] = []
    for number, article in enumerate(read_corpus(corpora, "train")):
        if is_held_out(number):
            continue
        text = article["text"]
        found += [text[words[0][0] : words[-1][1]] for words in article["sentences"] or []]
        found += [" ".join(text[a:b] for a, b in each["content"]).strip(' "“”') for each in article["attributions"]]
    with gzip.open(corpora / "ewt-train.conllu.gz", "rt", encoding="utf-8") as lines:
        found += [line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")]
    one_line = (re.sub(r"\s+", " ", text).strip() for text in found)
    return list(dict.fromkeys(text for text in one_line if len(text.split()) in WORDS))


def cut_and_crossed(texts: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Of each sentence two runs of half its words or more, and four times its beginning with another's end: debate for
    which nobody's label holds, only a teacher's (Jiao et al., TinyBERT, 2020, enlarge small sets in this spirit)."""
    for text in [*texts, *texts]:
        words = text.split()
        length = chance.randint(len(words) // 2 + 1, len(words))
        start = chance.randint(0, len(words) - length)
        yield " ".join(words[start : start + length])
        for other in chance.sample(texts, 2):
            end = other.split()
            kept = words[: chance.randint(2, len(words))] if len(words) > 2 else words
            yield " ".join(kept + end[chance.randint(0, len(end) // 2) :])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--out", type=Path, required=True, help="lines of {text, worth}: ends on .jsonl.gz")
    arguments = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(arguments.model)

    def pieces_of(texts: Sequence[str]) -> list[Pieces]:
        return tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"]

    texts, labels = zip(*read_sentences(arguments.corpora), strict=True)
    examples = list(zip(pieces_of(texts), labels, strict=True))
    learnt = [i for i in range(len(examples)) if not is_held_out(i)]
    kept = [i for i in range(len(examples)) if is_held_out(i)]
    crossed = cut_and_crossed([texts[i] for i in learnt], random.Random(1))  # noqa: S311 - no secret
    pool = [*unlabelled(arguments.corpora), *crossed]
    judged: list[tuple[str, float]] = []
    log_odds = torch.zeros(len(kept))
    for quarter in range(QUARTERS):
        unseen = learnt[quarter::QUARTERS]
        seen = sorted(set(learnt) - set(unseen))
        teacher = fitted(arguments.model, [examples[i] for i in seen], seed=quarter + 1)
        share = [*(texts[i] for i in unseen), *pool[quarter::QUARTERS]]
        judged += zip(share, torch.sigmoid(judge(teacher, pieces_of(share))).tolist(), strict=True)
        log_odds += judge(teacher, [examples[i][0] for i in kept])
    figures = check_worthy_figures(torch.sigmoid(log_odds / QUARTERS).tolist(), [labels[i] for i in kept])
    print("kept fifth, {} sentences, the mean of all: F1 {}, average precision {}".format(len(kept), *figures))
    with gzip.open(arguments.out, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": text, "worth": round(worth, 4)}) + "\n" for text, worth in judged)


if __name__ == "__main__":
    main()
