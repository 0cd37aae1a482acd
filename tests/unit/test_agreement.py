"""Agreement between reviewers: published examples, and what says nothing."""

import pytest

from claims.agreement import ENOUGH, agreement

# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section C: four observers, twelve units, five values.
OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
UNITS = [
    {who: int(value) - 1 for who, value in enumerate(column) if value != "."}
    for column in zip(*(row.split() for row in OBSERVERS), strict=True)
]
PAIRABLE = [unit for unit in UNITS if len(unit) > 1]


@pytest.mark.parametrize(("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_alpha_of_the_published_example(level: str, alpha: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.agreement.ENOUGH", len(PAIRABLE))
    found = agreement("All", PAIRABLE, 5, level)  # type: ignore[arg-type]
    assert found.alpha is not None
    assert found.interval is not None
    assert found.alpha == pytest.approx(alpha, abs=0.0006)
    low, high = found.interval
    assert low < found.alpha < high


def test_per_cent_counts_pairs_of_judgements() -> None:
    units = [{1: 0, 2: 0}] * 15 + [{1: 0, 2: 1}] * 5
    assert agreement("All", units, 2, "nominal").percent == 75


def test_neighbours_disagree_less_on_a_scale() -> None:
    equal = [{1: place, 2: place} for place in range(5)] * 10
    near, far = [{1: 0, 2: 1}] * 10, [{1: 0, 2: 4}] * 10
    alphas = [agreement("", equal + others, 5, "ordinal").alpha or 0 for others in (near, far)]
    assert alphas[0] > alphas[1]
    assert agreement("", equal + near, 5, "nominal").percent == agreement("", equal + far, 5, "nominal").percent


def test_too_few_say_nothing() -> None:
    found = agreement("Ana and Ben", [{1: 0, 2: 1}] * (ENOUGH - 1), 2, "nominal")
    assert (found.enough, found.units, found.percent, found.alpha) == (False, ENOUGH - 1, None, None)


def test_one_value_only_has_no_alpha() -> None:
    found = agreement("All", [{1: 3, 2: 3}] * ENOUGH, 5, "ordinal")
    assert (found.percent, found.alpha, found.interval) == (100, None, None)
