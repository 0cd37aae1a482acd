"""Set the exported model's thresholds and confidence on the held-out articles of the training part.

`python -m training.calibrate --corpora ../shared/corpora --yardstick ../shared/score/score_attributions.py`; needs no torch.
"""

import argparse
import itertools
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from claims.nlp.components.attribution_finder import AttributionFinder, Found, Section
from claims.nlp.decode import Floats, Thresholds
from claims.nlp.encoder import Encoder
from claims.nlp.tokens import MODEL_DIR
from claims.nlp.types import Attribution
from claims.nlp.wire import spans_to_wire
from training.data import Article, is_held_out, read_corpus
from training.measures import ROLES, Row, load_yardstick, usable, yardstick_figures

GRID = {
    "outside_bias": (0.0, 0.1, 0.2, 0.4),
    "source_link": (0.05, 0.1, 0.2, 0.3),
    "content_link": (0.05, 0.1, 0.2, 0.3, 0.45),
}


def as_row(attribution: Attribution) -> Row:
    return {role: spans_to_wire(getattr(attribution, role)) for role in ROLES}


def quality(yardstick: ModuleType, articles: list[Article], found: list[list[Found]]) -> float:
    """The mean of usable, exact and cue-found F1: what is found should be good, to the word, and all of it found."""
    figures = yardstick_figures(yardstick, articles, [[as_row(f.attribution) for f in fs] for fs in found])
    return sum(figures[name][2] for name in ("usable", "exact", "cue-found")) / 3


def read_all(finder: AttributionFinder, articles: list[Article]) -> list[list[Section]]:
    """The sections of each article."""
    return [list(finder.read(finder.tokenize(article["text"]))) for article in articles]


def find_all(finder: AttributionFinder, read: list[list[Section]], thresholds: Thresholds) -> list[list[Found]]:
    return [[found for section in sections for found in finder.find(section, thresholds)] for sections in read]


def choose_thresholds(
    finder: AttributionFinder, articles: list[Article], read: list[list[Section]], yardstick: ModuleType
) -> Thresholds:
    """One threshold at a time, twice round."""
    best, best_quality = Thresholds(), -1.0
    for name, values in itertools.chain(GRID.items(), GRID.items()):
        for value in values:
            tried = replace(best, **{name: value})
            reached = quality(yardstick, articles, find_all(finder, read, tried))
            if reached > best_quality:
                best, best_quality = tried, reached
        print(name, getattr(best, name), best_quality)
    return best


def fit_confidence(evidence: Floats, usable: Floats, ridge: float = 1e-4) -> dict[str, Any]:
    """Logistic regression from the evidence, (attributions, kinds), to being usable, by Newton's method."""
    x = np.column_stack([np.ones(len(evidence)), evidence]).astype(float)
    weights = np.zeros(x.shape[1])
    penalty = ridge * len(x) * np.diag([0.0, *np.ones(evidence.shape[1])])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - usable) + penalty @ weights
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return {"bias": round(float(weights[0]), 4), "evidence": [round(float(w), 4) for w in weights[1:]]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--yardstick", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=MODEL_DIR)
    arguments = parser.parse_args()
    yardstick = load_yardstick(arguments.yardstick)
    finder = AttributionFinder(Encoder.load(arguments.model))
    articles = [a for i, a in enumerate(read_corpus(arguments.corpora, "train")) if is_held_out(i)]
    read = read_all(finder, articles)
    thresholds = choose_thresholds(finder, articles, read, yardstick)
    found = find_all(finder, read, thresholds)
    rows = [[as_row(f.attribution) for f in fs] for fs in found]
    good = [ok for article, own in zip(articles, rows, strict=True) for ok in usable(yardstick, article, own)]
    evidence = np.array([f.group.evidence for fs in found for f in fs], dtype=np.float32)
    confidence = fit_confidence(evidence, np.array(good, dtype=np.float32))
    print(confidence, "usable", np.mean(good))
    path = arguments.model / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"thresholds": vars(thresholds), "confidence": confidence}
    path.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
