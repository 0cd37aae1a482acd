"""What the queue's filters offer from the database, all of it by one query."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Lower, NullIf, Trim
from django.utils import timezone

from claims.filters.views import CountOf
from claims.models import Claim, Outlet, Rating, SavedView, Source, Tag, User
from claims.roles import Role, people_with

type Choice = tuple[str, str]


class View(NamedTuple):
    """A saved view that somebody may open; `own` or shared by somebody else."""

    pk: int
    name: str
    query: str
    own: bool


@dataclass(frozen=True, slots=True)
class QueueChoices:
    """As fields of forms want them: the row's number and its name."""

    outlets: list[Choice]
    ratings: list[Choice]
    people: list[Choice]
    tags: list[Choice]
    # Of those that were asked for, the ones that there are, and into which another one was merged.
    sources: list[Choice]
    merged: dict[int, int]
    # How many claims each of the people has taken.
    taken: dict[int, int]
    views: list[View]
    # How many claims there are in each of the built-in views that were asked for.
    built_in: dict[str, int]


def queue_choices(
    user: Any = None, sources: Iterable[int] = (), counting: Mapping[str, QuerySet[Claim]] | None = None
) -> QueueChoices:
    """Outlets, ratings, tags, the people who review claims, these sources, the views that the user may open, and how
    many claims there are in each of `counting`."""
    held = Count("holds", filter=Q(holds__held_until__gt=timezone.now()))
    name = Coalesce(NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")), F("username"))
    own = Case(When(owner=user, then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = (
        _rows("outlet", Outlet.objects.all(), F("name"), F("sort_name"))
        .union(
            _rows("rating", Rating.objects.all(), F("label"), Value(""), Cast("position", IntegerField())),
            _rows("person", people_with(Role.REVIEWER), name, name, held),
            _rows("tag", Tag.objects.all(), F("name"), Lower("name")),
            _rows("source", Source.objects.filter(pk__in=sources), F("name"), F("name"), F("merged_into")),
            _rows("view", SavedView.objects.visible_to(user), F("name"), F("query"), own),
            *(
                _rows("count", User.objects.filter(pk=user.pk), Value(key), Value(""), CountOf(claims))
                for key, claims in (counting or {}).items()
            ),
            all=True,
        )
        .order_by()
    )
    found: dict[str, list[tuple[int, str, str, int]]] = defaultdict(list)
    # A rating's number is its position, a person's that of the claims taken.
    for kind, pk, label, sort, number in sorted(rows, key=lambda row: (row[0] == "rating" and row[4], row[3], row[1])):
        found[kind].append((pk, label, sort, number))
    views = [View(pk, label, query, bool(own)) for pk, label, query, own in found["view"]]
    return QueueChoices(
        outlets=_choices(found["outlet"]),
        ratings=_choices(found["rating"]),
        people=_choices(found["person"]),
        tags=_choices(found["tag"]),
        sources=_choices(found["source"]),
        merged={pk: into for pk, _label, _sort, into in found["source"] if into},
        taken={pk: number for pk, _label, _sort, number in found["person"]},
        built_in={key: number for _pk, key, _sort, number in found["count"]},
        views=sorted(views, key=lambda view: (not view.own, view.name.casefold(), view.pk)),
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


def _choices(found: Iterable[tuple[int, str, str, int]]) -> list[Choice]:
    return [(str(pk), label) for pk, label, _sort, _number in found]
