"""How far reviewers agree who worked on the same claims: per cent, and Krippendorff's alpha with its confidence interval.

Alpha (Krippendorff, Content Analysis, 2004) is 1 where all agree and 0 where they agree as often as chance would have it.
It is ordinal for the scale, where neighbours disagree less than the ends, and nominal for attribution verdicts. Its interval
is the middle 95 % of what it comes to on resamples of the units (bootstrap; Efron and Tibshirani, 1993).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import krippendorff
import numpy as np
from django.utils import timezone

from claims.models import AttributionVerdict, Rating, Review, ReviewState, User, Verdict

# Fewer claims or statements say nothing about how two people agree.
ENOUGH = 20
RESAMPLES = 500
MOST_PAIRS = 30

type Level = Literal["ordinal", "nominal"]
type Judgements = Mapping[int, int]  # reviewer → place of the value on its scale
type Counts = np.ndarray[tuple[int, int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A claim or statement on which two or more reviewers have said something."""

    judgements: Judgements
    month: dt.date


@dataclass(frozen=True, slots=True)
class Agreement:
    """`percent`, of pairs of judgements; `alpha` is None where everybody always said the same; all None where too few."""

    name: str
    units: int
    percent: float | None = None
    alpha: float | None = None
    interval: tuple[float, float] | None = None

    @property
    def enough(self) -> bool:
        return self.units >= ENOUGH


@dataclass(frozen=True, slots=True)
class Figures:
    """One kind of judgement: all together, by pair of reviewers, by month."""

    overall: Agreement
    pairs: Sequence[Agreement]
    months: Sequence[Agreement]


def ratings_agreement() -> Figures:
    """On verification status. Retired ratings keep their place on the scale."""
    places = {
        pk: place for place, pk in enumerate(Rating.objects.order_by("position", "pk").values_list("pk", flat=True))
    }
    rows = Review.objects.submitted().values_list("claim", "reviewer", "rating", "submitted_at")
    found = [(claim, reviewer, places[rating], when) for claim, reviewer, rating, when in rows if rating]
    return _figures(_units(found), len(places), "ordinal")


def verdicts_agreement() -> Figures:
    """On whether the source said what the article reports, statement by statement."""
    places = {value: place for place, value in enumerate(Verdict.values)}
    rows = AttributionVerdict.objects.filter(review__state=ReviewState.SUBMITTED).values_list(
        "statement", "review__reviewer", "verdict", "review__submitted_at"
    )
    return _figures(_units([(s, who, places[v], when) for s, who, v, when in rows]), len(places), "nominal")


def _units(rows: Iterable[tuple[int, int, int, Any]]) -> list[Unit]:
    judged: dict[int, dict[int, int]] = defaultdict(dict)
    last: dict[int, dt.datetime] = {}
    for unit, reviewer, place, when in rows:
        judged[unit][reviewer] = place
        last[unit] = max(when, last.get(unit, when))
    return [
        Unit(judgements, timezone.localtime(last[unit]).date().replace(day=1))
        for unit, judgements in judged.items()
        if len(judgements) > 1
    ]


def _figures(units: Sequence[Unit], values: int, level: Level) -> Figures:
    by_pair: dict[tuple[int, int], list[Judgements]] = defaultdict(list)
    by_month: dict[dt.date, list[Judgements]] = defaultdict(list)
    for unit in units:
        by_month[unit.month].append(unit.judgements)
        for pair in combinations(sorted(unit.judgements), 2):
            by_pair[pair].append({who: unit.judgements[who] for who in pair})
    often = sorted(by_pair.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_PAIRS]
    names = _names(who for pair, _ in often for who in pair)
    return Figures(
        agreement("All", [unit.judgements for unit in units], values, level),
        [agreement(" and ".join(names[who] for who in pair), found, values, level) for pair, found in often],
        [agreement(f"{month:%Y-%m}", by_month[month], values, level) for month in sorted(by_month, reverse=True)],
    )


def _names(reviewers: Iterable[int]) -> dict[int, str]:
    return {user.pk: user.display_name for user in User.objects.filter(pk__in=set(reviewers))}


def agreement(name: str, units: Sequence[Judgements], values: int, level: Level) -> Agreement:
    """Agreement over units that two or more reviewers judged, each as the place of one of so many values."""
    if len(units) < ENOUGH:
        return Agreement(name, len(units))
    counts = np.zeros((len(units), values), dtype=np.int64)
    for row, judgements in enumerate(units):
        np.add.at(counts[row], list(judgements.values()), 1)
    alpha = _alpha(counts, level)
    return Agreement(name, len(units), _percent(counts), alpha, None if alpha is None else _interval(counts, level))


def _percent(counts: Counts) -> float:
    """Of all pairs of judgements on the same unit, how many are equal."""
    judges = counts.sum(1)
    equal, pairs = (counts * (counts - 1)).sum(), (judges * (judges - 1)).sum()
    return float(100 * equal / pairs)


def _alpha(counts: Counts, level: Level) -> float | None:
    if np.count_nonzero(counts.sum(0)) < 2:  # with one value only, chance would agree as well
        return None
    places = list(range(counts.shape[1]))
    return float(krippendorff.alpha(value_counts=counts, value_domain=places, level_of_measurement=level))


def _interval(counts: Counts, level: Level) -> tuple[float, float]:
    chance = np.random.default_rng(1)  # the same figures at each look
    drawn = (counts[chance.integers(0, len(counts), len(counts))] for _ in range(RESAMPLES))
    alphas = [alpha for resample in drawn if (alpha := _alpha(resample, level)) is not None]
    low, high = np.percentile(alphas, [2.5, 97.5])
    return float(low), float(high)
