"""What lists can be narrowed to. Everything is in the address; what makes no sense there is said and left out."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import F, Func, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict
from django.utils import timezone

from claims.models import Article, Claim, ExtractionState, Kind, Outlet, Rating, Review, Source
from claims.models.article import ArticleQuerySet
from claims.models.claim import ClaimQuerySet
from claims.workflow import OPEN_STATES, State

PAGE_SIZES = (25, 50, 100)

# --- What all lists share ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the query that is left without it."""

    label: str
    value: str
    without: str


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """A list's filters. A value that makes no sense is an error beside its field, and as good as not given."""

    # In the address, but neither shown as a chip nor kept when all filters are cleared.
    arranging = ("sort", "size")
    # Shown as tabs or otherwise, not as chips.
    not_chips: tuple[str, ...] = arranging

    def filter_queryset(self, queryset: Any) -> Any:
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def value(self, name: str) -> Any:
        """A filter's value, or None where it was not given or made no sense."""
        self.is_valid()
        return self.form.cleaned_data.get(name) or None

    def query(self, **changes: object) -> str:
        """The address's query with only what is set and valid, in the order of the filters; None takes one away."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            if self.value(name) is not None:
                query[name] = self.data.get(name, "")
        for name, changed in changes.items():
            query.pop(name, None)
            if changed is not None:
                query[name] = str(changed)
        return query.urlencode()

    @property
    def chips(self) -> list[Chip]:
        """The filters that are set."""
        return [
            Chip(str(self.form.fields[name].label), self._in_words(name), self.query(**{name: None}))
            for name in self.filters
            if name not in self.not_chips and self.value(name) is not None
        ]

    @property
    def cleared(self) -> str:
        """The query without any filter, in the same order and page size."""
        return self.query(**{name: None for name in self.filters if name not in self.arranging})

    @property
    def mistakes(self) -> list[str]:
        """What made no sense, in words."""
        return [
            f"{self.form.fields[name].label}: {error}"
            for name, errors in self.form.errors.items()
            for error in errors
            if name in self.form.fields
        ]

    @property
    def page_size(self) -> int:
        return int(self.value("size") or PAGE_SIZES[0])

    def _in_words(self, name: str) -> str:
        value = self.value(name)
        choices: dict[str, str] = dict(getattr(self.form.fields[name], "choices", ()) or {}) if _is_word(value) else {}
        if isinstance(value, dt.date):
            return f"{value.day} {value:%b %Y}"
        return str(choices.get(str(value), value))


def _is_word(value: object) -> bool:
    """Choices of rows are not looked up: their rows name themselves, and asking would cost a query."""
    return isinstance(value, str)


def date_filter(label: str, method: str) -> Any:
    """A day in the desk's time zone."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return django_filters.DateFilter(label=label, method=method, widget=widget, input_formats=["%Y-%m-%d"])


def choice_filter(label: str, choices: Any, empty: str, method: str) -> Any:
    return django_filters.ChoiceFilter(label=label, choices=list(choices), empty_label=empty, method=method)


def words_filter(label: str, method: str, placeholder: str = "", **attributes: str) -> Any:
    widget = forms.TextInput(attrs={"type": "search", "placeholder": placeholder, **attributes})
    return django_filters.CharFilter(label=label, method=method, widget=widget, max_length=200)


def page_size_filter() -> Any:
    sizes = [(str(size), f"{size} a page") for size in PAGE_SIZES[1:]]
    return choice_filter("Page size", sizes, f"{PAGE_SIZES[0]} a page", "leave")


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins in the desk's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


# --- Orders of claims -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """An order that runs one way through all its columns, so that one comparison finds what comes after a row."""

    columns: tuple[Combinable, ...]
    values: Callable[[Claim], tuple[object, ...]]
    descending: bool = True

    def apply(self, claims: ClaimQuerySet, *, backwards: bool = False) -> ClaimQuerySet:
        down = self.descending != backwards
        return claims.order_by(*(column.desc() if down else column.asc() for column in self.columns))  # type: ignore[attr-defined]

    def beyond(self, claim: Claim, *, backwards: bool = False) -> LessThan | GreaterThan:
        """Whether a row comes after this claim, or before it: `ROW(a, b) < ROW(x, y)`, which an index serves."""
        compare = LessThan if self.descending != backwards else GreaterThan
        here = [Value(value) for value in self.values(claim)]
        return compare(_row(*self.columns), _row(*here))


def _row(*parts: Combinable) -> Func:
    # Rows have no type in Django; any will do, since only the database compares them.
    return Func(*parts, function="ROW", output_field=models.TextField())


# What a person added is as sure as can be.
SURENESS = Coalesce("confidence", Value(1.0))


def _sureness_of(claim: Claim) -> tuple[object, ...]:
    return (1.0 if claim.confidence is None else claim.confidence, claim.pk)


def _time_of(claim: Claim) -> tuple[object, ...]:
    return (claim.reported_at, claim.pk)


QUEUE_ORDER = Order(
    (F("speech"), F("priority"), F("reported_at"), F("pk")),
    lambda claim: (claim.speech, claim.priority, claim.reported_at, claim.pk),
)
ORDERS = {
    "newest": ("Newest first", Order((F("reported_at"), F("pk")), _time_of)),
    "oldest": ("Oldest first", Order((F("reported_at"), F("pk")), _time_of, descending=False)),
    "surest": ("Surest first", Order((SURENESS, F("pk")), _sureness_of)),
    "unsure": ("Least sure first", Order((SURENESS, F("pk")), _sureness_of, descending=False)),
}

# --- The queue --------------------------------------------------------------------------------------------

ALL_STATES = "all"
MANNERS = [("speech", "Speech"), ("thought", "Thoughts")]


class QueueFilter(ListFilter):
    """The queue's filters and order. Without a state: what is open; with a verification status: what is decided."""

    q = words_filter("Words", "with_words", "Words in the claim", **{"data-key": "/", "data-key-label": "search"})
    by = words_filter("Source", "by_name", "Part of a name")
    source = django_filters.ModelChoiceFilter(
        label="Source", queryset=Source.objects.select_related("merged_into"), widget=forms.HiddenInput, method="of"
    )
    kind = choice_filter("Kind of source", Kind.choices, "Any kind", "of_kind")
    outlet = choice_filter("Outlet", [], "Any outlet", "from_outlet")
    rating = choice_filter("Verification status", [], "Any", "rated")
    speech = choice_filter("Speech or thought", MANNERS, "Both", "in_manner")
    since = date_filter("From", "reported_since")
    until = date_filter("To", "reported_until")
    mine = choice_filter("Drafts", [("1", "Mine")], "Anybody's", "with_own_draft")
    state = choice_filter("State", [*State.choices, (ALL_STATES, "All")], "To do", "leave")
    sort = choice_filter("Order", [(key, label) for key, (label, _) in ORDERS.items()], "Most pressing first", "leave")
    size = page_size_filter()

    not_chips = (*ListFilter.arranging, "state")

    class Meta:
        model = Claim
        fields: list[str] = []

    def __init__(self, query: QueryDict | str, *, user: Any = None) -> None:
        data = query if isinstance(query, QueryDict) else QueryDict(query)
        super().__init__(data, Claim.objects.all())
        self.user = user
        # Read once, for the check as for the page.
        for name, rows in (
            ("outlet", Outlet.objects.values_list("pk", "name")),
            ("rating", Rating.objects.values_list("pk", "label")),
        ):
            self.filters[name].extra["choices"] = [(str(pk), label) for pk, label in rows]

    def filter_queryset(self, queryset: ClaimQuerySet) -> ClaimQuerySet:
        claims: ClaimQuerySet = super().filter_queryset(queryset)
        self._whatever_state = claims
        # All states are no condition at all, so that the index of the order serves alone.
        return claims if self.states == tuple(State) else claims.filter(state__in=self.states)

    @property
    def claims(self) -> ClaimQuerySet:
        """The claims that pass, in the chosen order."""
        claims: ClaimQuerySet = self.qs
        return self.order.apply(claims)

    @property
    def has_rarer(self) -> bool:
        """Whether one of those is set, or set wrongly, that the page tucks away."""
        rarer = ("rating", "speech", "since", "until", "mine", "size")
        return any(self.value(name) or name in self.form.errors for name in rarer)

    @cached_property
    def counts(self) -> dict[State, int]:
        """How many claims pass the other filters, by state."""
        self.qs  # noqa: B018  # sets what is counted
        return self._whatever_state.count_by_state()

    @property
    def total(self) -> int:
        return sum(self.counts[state] for state in self.states)

    @property
    def states(self) -> tuple[State, ...]:
        state = self.value("state")
        if state == ALL_STATES:
            return tuple(State)
        if state:
            return (State(state),)
        return (State.DECIDED,) if self.value("rating") else OPEN_STATES

    @property
    def order(self) -> Order:
        _, order = ORDERS.get(self.value("sort") or "", ("", QUEUE_ORDER))
        return order

    # --- One method a filter, called by the library with a value that made sense -----------------------------

    def leave(self, claims: ClaimQuerySet, _name: str, _value: object) -> ClaimQuerySet:
        return claims

    def with_words(self, claims: ClaimQuerySet, _name: str, words: str) -> ClaimQuerySet:
        return claims.search(words)

    def by_name(self, claims: ClaimQuerySet, _name: str, words: str) -> ClaimQuerySet:
        return claims.of_source(*Source.objects.search(words).values_list("pk", flat=True)[:MOST_NAMED])

    def of(self, claims: ClaimQuerySet, _name: str, source: Source) -> ClaimQuerySet:
        return claims.of_source(source.merged_into or source)

    def of_kind(self, claims: ClaimQuerySet, _name: str, kind: str) -> ClaimQuerySet:
        return claims.of_kind(kind)

    def from_outlet(self, claims: ClaimQuerySet, _name: str, outlet: str) -> ClaimQuerySet:
        return claims.filter(outlet=int(outlet))

    def rated(self, claims: ClaimQuerySet, _name: str, rating: str) -> ClaimQuerySet:
        return claims.filter(decided_review__rating=int(rating))

    def in_manner(self, claims: ClaimQuerySet, _name: str, manner: str) -> ClaimQuerySet:
        return claims.filter(speech=manner == "speech")

    def reported_since(self, claims: ClaimQuerySet, _name: str, day: dt.date) -> ClaimQuerySet:
        return claims.filter(reported_at__gte=midnight(day))

    def reported_until(self, claims: ClaimQuerySet, _name: str, day: dt.date) -> ClaimQuerySet:
        return claims.filter(reported_at__lt=midnight(day + dt.timedelta(days=1)))

    def with_own_draft(self, claims: ClaimQuerySet, _name: str, _value: str) -> ClaimQuerySet:
        own = Review.objects.drafts().filter(reviewer=self.user) if self.user else Review.objects.none()
        return claims.filter(pk__in=own.values("claim"))


# A part of a name that fits more sources than these narrows nothing down.
MOST_NAMED = 500


def next_in_queue(query: str, after: Claim, *, user: Any = None) -> Claim | None:
    """The claim that the queue shows after this one, whatever has become of this one in the meantime.

    `query` is the queue's own (`state=new&sort=oldest`); `user` is whose drafts "mine" means.
    """
    return _beside(query, after, user, backwards=False)


def previous_in_queue(query: str, before: Claim, *, user: Any = None) -> Claim | None:
    """The claim that the queue shows before this one."""
    return _beside(query, before, user, backwards=True)


def _beside(query: str, claim: Claim, user: Any, *, backwards: bool) -> Claim | None:
    queue = QueueFilter(query, user=user)
    claims: QuerySet[Claim] = queue.qs.filter(queue.order.beyond(claim, backwards=backwards))
    return queue.order.apply(claims, backwards=backwards).first()  # type: ignore[arg-type]


# --- Articles ---------------------------------------------------------------------------------------------


class ArticleFilter(ListFilter):
    """The list of articles."""

    q = words_filter("Words", "with_words", "Words in the title")
    outlet = django_filters.ModelChoiceFilter(label="Outlet", queryset=Outlet.objects.all(), empty_label="Any outlet")
    state = choice_filter("Reading", ExtractionState.choices, "Any", "in_state")
    added = date_filter("Added on", "added_on")
    size = page_size_filter()

    class Meta:
        model = Article
        fields: list[str] = []

    def leave(self, articles: ArticleQuerySet, _name: str, _value: object) -> ArticleQuerySet:
        return articles

    def with_words(self, articles: ArticleQuerySet, _name: str, words: str) -> ArticleQuerySet:
        return articles.search(words)

    def in_state(self, articles: ArticleQuerySet, _name: str, state: str) -> ArticleQuerySet:
        return articles.filter(extraction_state=state)

    def added_on(self, articles: ArticleQuerySet, _name: str, day: dt.date) -> ArticleQuerySet:
        return articles.filter(created_at__gte=midnight(day), created_at__lt=midnight(day + dt.timedelta(days=1)))
