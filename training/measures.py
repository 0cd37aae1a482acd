"""How good extractions are: the yardstick's figures, those of the literature, and whether confidence says what it means."""

import importlib.util
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from training.data import Article

ROLES = ("source", "cue", "content")
# A paragraph is a line, as PolNeAR's texts have them.
PARAGRAPH = re.compile(r"[^\n]+")
BINS = 10

Row = dict[str, Any]  # an attribution as the command line writes it
Figures = dict[str, tuple[float, float, float]]  # precision, recall and F1 in per cent


def load_yardstick(path: Path) -> ModuleType:
    """The scorer: a Python file with `score`, `as_words`, `pair` and `dice`."""
    spec = importlib.util.spec_from_file_location("yardstick", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def yardstick_figures(
    yardstick: ModuleType, articles: Sequence[Article], found: Sequence[list[Row]], *, nested: bool = False
) -> Figures:
    """Whole articles, as the yardstick's own command line measures them: nested attributions are left out by default."""
    predicted = {
        article["id"]: {"attributions": [row for row in rows if nested or row.get("parent") is None]}
        for article, rows in zip(articles, found, strict=True)
    }
    figures: Figures = yardstick.score({article["id"]: article for article in articles}, predicted)
    return figures


def paragraph_figures(articles: Sequence[Article], found: Sequence[list[Row]]) -> Figures:
    """The setting of CofeNet (Wang et al., COLING 2022): exact spans of each role, every span on its own, in paragraphs
    that hold at least one attribution.

    Spans are compared by their words, so that spaces and punctuation at their edges do not count.
    """
    counts = {role: [0, 0, 0] for role in ROLES}
    for article, rows in zip(articles, found, strict=True):
        text = article["text"]
        words = np.array([m.start() for m in re.finditer(r"[^\W_]+", text)])
        gold = {role: _spans(article["attributions"], role, words) for role in ROLES}
        mine = {role: _spans(rows, role, words) for role in ROLES}
        everything = sorted(span for spans in gold.values() for span in spans)
        for line in PARAGRAPH.finditer(text):
            low, high = (int(n) for n in np.searchsorted(words, line.span()))
            if not any(low <= start < high for start, _ in everything):
                continue
            for role in ROLES:
                here, there = ({s for s in spans[role] if low <= s[0] < high} for spans in (mine, gold))
                for place, number in enumerate((len(here & there), len(here), len(there))):
                    counts[role][place] += number
    return {role: f1(*numbers) for role, numbers in counts.items()}


def usable(yardstick: ModuleType, article: Article, rows: Sequence[Row]) -> list[bool]:
    """For each attribution found, whether a reviewer can work with it: the yardstick pairs it and calls the pair usable."""
    pairs = pairs_of(yardstick, article, rows)
    good = {mine for gold, mine, ok in pairs if ok and gold is not None and mine is not None}
    return [number in good for number in range(len(rows))]


def pairs_of(yardstick: ModuleType, article: Article, rows: Sequence[Row]) -> list[tuple[int | None, int | None, bool]]:
    """Numbers of a gold attribution and of the one found for it, and whether it is usable; None where there is no other."""
    starts = [m.start() for m in yardstick.WORD.finditer(article["text"])]
    gold, mine = yardstick.as_words(article["attributions"], starts), yardstick.as_words(rows, starts)
    numbers = {id(row): number for side in (gold, mine) for number, row in enumerate(side)}
    pairs: list[tuple[int | None, int | None, bool]] = [
        (numbers[id(g)], numbers[id(m)], all(yardstick.dice(g[r], m[r]) >= 0.5 for r in ("source", "content")))
        for g, m in yardstick.pair(gold, mine)
    ]
    paired_gold, paired_mine = {g for g, _, _ in pairs}, {m for _, m, _ in pairs}
    missed = [(g, None, False) for g in range(len(gold)) if g not in paired_gold]
    extra = [(None, m, False) for m in range(len(mine)) if m not in paired_mine]
    return [*pairs, *missed, *extra]


def calibration_error(confidences: Iterable[float], outcomes: Iterable[bool]) -> float:
    """Expected calibration error in points: ten bins of like width, weighted by what falls into them (Guo et al., 2017)."""
    said, was = np.array(list(confidences)), np.array(list(outcomes), dtype=float)
    if not len(said):
        return 0.0
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    gaps = [abs(said[bins == b].mean() - was[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(100 * sum(gaps))


def _spans(rows: Iterable[Row], role: str, words: np.ndarray) -> set[tuple[int, int]]:
    """The runs of words that the spans of one role cover. A span without a word, such as a colon, is kept as an empty run."""
    spans = [span for row in rows for span in row.get(role, [])]
    return {(int(np.searchsorted(words, start)), int(np.searchsorted(words, end))) for start, end in spans}


def f1(hit: int, found: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and F1 in per cent."""
    precision, recall = hit / found if found else 0.0, hit / gold if gold else 0.0
    mean = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return round(100 * precision, 1), round(100 * recall, 1), round(100 * mean, 1)
