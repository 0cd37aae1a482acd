"""Charts: every period stands in them, and periods grow with the time between the first and the last."""

from datetime import date, timedelta

import pytest

from claims.pictures import HEIGHT, WIDTH, over_time

FIRST = date(2024, 2, 27)


def test_nothing_gives_no_bars() -> None:
    chart = over_time([])
    assert (chart.bars, chart.rows, chart.highest) == ([], [], 0)


def test_empty_days_stand_between_full_ones() -> None:
    chart = over_time([(FIRST, 2), (FIRST + timedelta(days=3), 4)])
    assert [(bar.label, bar.count) for bar in chart.bars] == [
        ("27 Feb 2024", 2),
        ("28 Feb 2024", 0),
        ("29 Feb 2024", 0),
        ("1 Mar 2024", 4),
    ]
    assert [bar.count for bar in chart.rows] == [4, 2]
    assert chart.highest == 4


@pytest.mark.parametrize(
    ("days", "period", "bars", "last"),
    [
        (44, "day", 45, (date(2024, 4, 11), date(2024, 4, 11))),
        (45, "month", 3, (date(2024, 4, 1), date(2024, 4, 30))),
        (900, "month", 31, (date(2026, 8, 1), date(2026, 8, 31))),
        (4000, "year", 12, (date(2035, 1, 1), date(2035, 12, 31))),
    ],
)
def test_periods_grow_and_no_bar_leaves_the_drawing(days: int, period: str, bars: int, last: tuple[date, date]) -> None:
    chart = over_time([(FIRST, 1), (FIRST + timedelta(days=days), 3)])
    assert (chart.period, len(chart.bars)) == (period, bars)
    assert (chart.bars[-1].since, chart.bars[-1].until) == last
    assert sum(bar.count for bar in chart.bars) == 4
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH + 0.1
        assert bar.y >= 0
        assert bar.y + bar.height <= HEIGHT
