"""The figures that a desk looks at: how much is done a day, how long claims wait, and where they come from."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from claims.models import Claim, Outlet, Review, Source
from claims.pictures import Chart, over_time
from claims.workflow import OPEN_STATES, State

DAYS = 30
AGES = (("Today", 1), ("Up to 3 days", 3), ("Up to a week", 7), ("Up to a month", 30), ("Older", None))


@dataclass(frozen=True, slots=True)
class Age:
    """So many open claims were found so long ago; `share` of the most frequent age, for the bar."""

    label: str
    count: int
    most: int


def throughput(today: dt.date) -> Chart:
    """Claims decided a day, in the desk's time zone; the first day with any of the last `DAYS` begins it."""
    since = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=DAYS - 1), dt.time()))
    decided = Review.objects.filter(pk__in=Claim.objects.decided().values("decided_review"), submitted_at__gte=since)
    days = decided.annotate(day=TruncDate("submitted_at")).order_by().values_list("day").annotate(Count("pk"))
    counts = dict(days)
    return over_time([(day, counts.get(day, 0)) for day in _days(min(counts), today)] if counts else [])


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def ages(now: dt.datetime) -> list[Age]:
    """How long the open claims have been waiting since they were found, the youngest first."""
    before: dt.datetime = now
    conditions = {}
    for number, (_, days) in enumerate(AGES):
        after = now - dt.timedelta(days=days) if days else None
        condition = Q(created_at__lte=before)
        conditions[f"age{number}"] = Count("pk", filter=condition & Q(created_at__gt=after) if after else condition)
        before = after or before
    found = Claim.objects.filter(state__in=OPEN_STATES).order_by().aggregate(**conditions)
    counts = [found[f"age{number}"] for number in range(len(AGES))]
    return [Age(label, count, max(*counts, 1)) for (label, _), count in zip(AGES, counts, strict=True)]


def by_outlet() -> "QuerySet[Any, dict[str, Any]]":
    """Rows of name, open, decided, dismissed; most open first."""
    return _with_counts(Outlet.objects.filter(claims__isnull=False), "claims")


def by_source() -> "QuerySet[Any, dict[str, Any]]":
    """The same by source. A claim of two sources counts for both."""
    sources = Source.objects.current().filter(statement_sources__claim__isnull=False)
    return _with_counts(sources, "statement_sources__claim")


def _with_counts(rows: "QuerySet[Any]", claims: str) -> "QuerySet[Any, dict[str, Any]]":
    def count(*states: State) -> Count:
        return Count(claims, filter=Q(**{f"{claims}__state__in": states}), distinct=True)

    counted: QuerySet[Any, dict[str, Any]] = rows.values("pk", "name").annotate(
        open=count(*OPEN_STATES), decided=count(State.DECIDED), dismissed=count(State.DISMISSED)
    )
    return counted.order_by(F("open").desc(), "name", "pk")


def table_of(rows: "Iterable[dict[str, Any]]") -> list[Sequence[Any]]:
    return [[row["name"], row["open"], row["decided"], row["dismissed"]] for row in rows]
