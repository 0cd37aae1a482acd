"""Small pictures as figures: how many a day, month or year, where each bar stands in a drawing of a fixed size."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format

MOST_DAYS = 45
MOST_MONTHS = 36
WIDTH, HEIGHT = 320, 130
# Room below the bars for the first and last label.
FOOT = 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart and its row in the table beside it."""

    label: str
    count: int
    since: dt.date
    until: dt.date
    x: float
    y: float
    width: float
    height: float

    @property
    def end(self) -> float:
        return round(self.x + self.width, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the first to the last period, empty ones too, in a drawing of `WIDTH` by `HEIGHT`."""

    period: str
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT
    baseline: int = HEIGHT - FOOT

    @property
    def highest(self) -> int:
        return max((bar.count for bar in self.bars), default=0)

    @property
    def rows(self) -> list[Bar]:
        """The table: periods with anything in them, newest first."""
        return [bar for bar in reversed(self.bars) if bar.count]


def over_time(days: Iterable[tuple[dt.date, int]]) -> Chart:
    """A chart of counts by day, taken together by month or year where the days are too many."""
    counts = dict(days)
    if not counts:
        return Chart("day", [])
    first, last = min(counts), max(counts)
    if (last - first).days < MOST_DAYS:
        starts = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
        return _chart("day", "j M Y", starts, counts)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= MOST_MONTHS:
        starts = [_month(first.year, first.month + number) for number in range(months)]
        return _chart("month", "M Y", starts, counts)
    return _chart("year", "Y", [dt.date(year, 1, 1) for year in range(first.year, last.year + 1)], counts)


def _month(year: int, month: int) -> dt.date:
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _chart(period: str, form: str, starts: list[dt.date], counts: dict[dt.date, int]) -> Chart:
    sums: Counter[dt.date] = Counter()
    for day, count in counts.items():
        sums[_start_of(period, day)] += count
    highest = max(sums.values())
    step = WIDTH / max(len(starts), 12)  # a few bars do not fill the width
    bars = []
    for number, start in enumerate(starts):
        height = round((HEIGHT - FOOT) * 0.92 * sums[start] / highest, 1)
        bars.append(
            Bar(
                label=date_format(start, form),
                count=sums[start],
                since=start,
                until=_end_of(period, start),
                x=round(number * step + step * 0.1, 1),
                y=round(HEIGHT - FOOT - height, 1),
                width=round(step * 0.8, 1),
                height=height,
            )
        )
    return Chart(period, bars)


def _start_of(period: str, day: dt.date) -> dt.date:
    if period == "day":
        return day
    return day.replace(day=1) if period == "month" else day.replace(month=1, day=1)


def _end_of(period: str, start: dt.date) -> dt.date:
    if period == "day":
        return start
    following = _month(start.year, start.month + 1) if period == "month" else dt.date(start.year + 1, 1, 1)
    return following - dt.timedelta(days=1)
