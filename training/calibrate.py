"""Set the exported model's thresholds and confidence on the held-out articles of the training part.

`python -m training.calibrate --corpora ../shared/corpora --yardstick ../shared/score/score_attributions.py`
"""

import argparse
import importlib.util
import itertools
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from claims.nlp.components.attribution_finder import AttributionFinder, Found
from claims.nlp.decode import Thresholds
from claims.nlp.encoder import Encoder
from claims.nlp.tokens import MODEL_DIR
from claims.nlp.types import Attribution
from training.data import Article, is_held_out, read_corpus

GRID = {
    "outside_bias": (0.0, 0.1, 0.2, 0.4),
    "source_link": (0.3, 0.4, 0.5, 0.6),
    "only_source_link": (0.05, 0.1, 0.2, 0.3),
    "content_link": (0.05, 0.1, 0.2, 0.3, 0.45),
    "cue_link": (0.5, 0.7, 0.8, 0.9),
}


def load_yardstick(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("yardstick", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_row(attribution: Attribution) -> dict[str, Any]:
    return {role: [(s.start, s.end) for s in getattr(attribution, role)] for role in ("source", "cue", "content")}


def quality(yardstick: ModuleType, articles: list[Article], found: list[list[Attribution]]) -> float:
    """The mean of usable F1 and cue-found F1: what is found should be good, and all of it found."""
    predicted = {a["id"]: {"attributions": [as_row(f) for f in fs]} for a, fs in zip(articles, found, strict=True)}
    scores = yardstick.score({a["id"]: a for a in articles}, predicted)
    return float(scores["usable"][2] + scores["cue-found"][2]) / 2


def choose_thresholds(finder: AttributionFinder, articles: list[Article], yardstick: ModuleType) -> Thresholds:
    """One threshold at a time, twice round."""
    read = [finder.read(article["text"]) for article in articles]
    best, best_quality = Thresholds(), -1.0
    for name, values in itertools.chain(GRID.items(), GRID.items()):
        for value in values:
            tried = replace(best, **{name: value})
            reached = quality(yardstick, articles, [[f.attribution for f in finder.find(r, tried)] for r in read])
            if reached > best_quality:
                best, best_quality = tried, reached
        print(name, getattr(best, name), best_quality)
    return best


def is_usable(yardstick: ModuleType, article: Article, found: list[Attribution]) -> list[bool]:
    """For each attribution found, whether the yardstick pairs it and calls the pair usable."""
    starts = [m.start() for m in yardstick.WORD.finditer(article["text"])]
    gold = yardstick.as_words(article["attributions"], starts)
    predicted = yardstick.as_words([as_row(f) for f in found], starts)
    good = [
        p
        for g, p in yardstick.pair(gold, predicted)
        if all(yardstick.dice(g[r], p[r]) >= 0.5 for r in ("source", "content"))
    ]
    return [any(p is g for g in good) for p in predicted]


def fit_confidence(found: list[Found], usable: list[bool]) -> dict[str, Any]:
    """Logistic regression from the evidence to being usable."""
    evidence = torch.tensor([f.group.evidence for f in found])
    target = torch.tensor(usable).float()
    layer = torch.nn.Linear(evidence.shape[1], 1)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(layer(evidence)[:, 0], target) + 1e-3 * layer.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        return loss

    optimizer.step(closure)  # type: ignore[arg-type]  # returns the tensor, as torch's own examples do
    return {"bias": round(layer.bias.item(), 4), "evidence": [round(w, 4) for w in layer.weight[0].tolist()]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--yardstick", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODEL_DIR)
    arguments = parser.parse_args()
    yardstick = load_yardstick(arguments.yardstick)
    finder = AttributionFinder(Encoder.load(arguments.model))
    articles = [a for i, a in enumerate(read_corpus(arguments.corpora, "train")) if is_held_out(i)]
    thresholds = choose_thresholds(finder, articles, yardstick)
    found = [finder.find(finder.read(a["text"]), thresholds) for a in articles]
    usable = [is_usable(yardstick, a, [f.attribution for f in fs]) for a, fs in zip(articles, found, strict=True)]
    confidence = fit_confidence([f for fs in found for f in fs], [u for us in usable for u in us])
    print(confidence, "usable", np.mean([u for us in usable for u in us]))
    path = arguments.model / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"thresholds": vars(thresholds), "confidence": confidence}
    path.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
