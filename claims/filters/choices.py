"""What the queue's filters offer from the database, all of it by one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.utils import timezone

from claims.models import Outlet, Rating
from claims.roles import Role, people_with

type Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """As fields of forms want them: the row's number and its name."""

    outlets: list[Choice]
    ratings: list[Choice]
    people: list[Choice]
    # How many claims each of the people has taken.
    taken: dict[int, int]


def queue_choices() -> QueueChoices:
    """Outlets, ratings, and the people who review claims."""
    held = Count("holds", filter=Q(holds__held_until__gt=timezone.now()))
    name = Coalesce(NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")), F("username"))
    rows = (
        _rows("outlet", Outlet.objects.all(), F("name"), F("sort_name"))
        .union(
            _rows("rating", Rating.objects.all(), F("label"), Value(""), Cast("position", IntegerField())),
            _rows("person", people_with(Role.REVIEWER), name, name, held),
            all=True,
        )
        .order_by()
    )
    found: dict[str, list[tuple[int, str, int]]] = {"outlet": [], "rating": [], "person": []}
    # A rating's number is its position, a person's that of the claims taken.
    for kind, pk, label, _sort, number in sorted(rows, key=lambda row: (row[0] == "rating" and row[4], row[3], row[1])):
        found[kind].append((pk, label, number))
    return QueueChoices(
        outlets=_choices(found["outlet"]),
        ratings=_choices(found["rating"]),
        people=_choices(found["person"]),
        taken={pk: number for pk, _label, number in found["person"]},
    )


def _rows(kind: str, rows: QuerySet[Any], label: Any, sort: Any, number: Any = None) -> Any:
    return (
        rows.order_by()
        .annotate(
            kind_=Value(kind, CharField()),
            label_=Cast(label, CharField()),
            sort_=Cast(sort, CharField()),
            number_=Value(0, IntegerField()) if number is None else number,
        )
        .values_list("kind_", "pk", "label_", "sort_", "number_")
    )


def _choices(found: Iterable[tuple[int, str, int]]) -> list[Choice]:
    return [(str(pk), label) for pk, label, _number in found]
