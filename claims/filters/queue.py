"""The queue: its filters, its orders, and what comes next in it."""

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
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan
from django.http import QueryDict

from claims import permissions
from claims.filters.choices import QueueChoices, queue_choices
from claims.filters.lists import ListFilter, choice_filter, date_filter, midnight, page_size_filter, words_filter
from claims.models import (
    Act,
    Claim,
    Kind,
    Review,
    Source,
)
from claims.models.claim import SURENESS, URGENCY, WORTH, ClaimQuerySet
from claims.workflow import OPEN_STATES, UNDECIDED_STATES, State


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


def _sureness_of(claim: Claim) -> tuple[object, ...]:
    return (1.0 if claim.confidence is None else claim.confidence, claim.pk)


def _worth_of(claim: Claim) -> tuple[object, ...]:
    return (0.5 if claim.check_worthiness is None else claim.check_worthiness, claim.pk)


def _time_of(claim: Claim) -> tuple[object, ...]:
    return (claim.reported_at, claim.pk)


def _urgency_of(claim: Claim) -> tuple[object, ...]:
    urgency = (dt.date.max - claim.due_on).days if claim.due_on else 0
    return (urgency, claim.speech, claim.priority, claim.pressing_at, claim.pk)


QUEUE_ORDER = Order(
    (F("speech"), F("priority"), F("pressing_at"), F("pk")),
    lambda claim: (claim.speech, claim.priority, claim.pressing_at, claim.pk),
)
ORDERS = {
    "due": ("Due first", Order((URGENCY, *QUEUE_ORDER.columns), _urgency_of)),
    "newest": ("Newest first", Order((F("reported_at"), F("pk")), _time_of)),
    "oldest": ("Oldest first", Order((F("reported_at"), F("pk")), _time_of, descending=False)),
    "worthy": ("Most check-worthy first", Order((WORTH, F("pk")), _worth_of)),
    "surest": ("Surest first", Order((SURENESS, F("pk")), _sureness_of)),
    "unsure": ("Least sure first", Order((SURENESS, F("pk")), _sureness_of, descending=False)),
}
ALL_STATES = "all"
MANNERS = [("speech", "Speech"), ("thought", "Thoughts")]
SAID = [("no", "Said"), ("yes", "Not said")]
SURE = [("50", "At least 50%"), ("70", "At least 70%"), ("85", "At least 85%")]
WORTHY = [("30", "At least 30%"), ("50", "At least 50%"), ("70", "At least 70%")]
DUE = [("overdue", "Overdue"), ("week", "Within a week"), ("none", "No due date")]
WEEK = 7
HELD = [("me", "Me"), ("free", "Nobody: free")]
# Said where an address or a saved view names what is no longer there.
GONE = "there is no such choice now, so the list is not narrowed down by it."
# A part of a name that fits more sources than these narrows nothing down.
MOST_NAMED = 500


class QueueFilter(ListFilter):
    """The queue's filters and order. Without a state: what is open; with a verification status: what is decided."""

    q = words_filter("Words", "with_words", "Words in the claim", **{"data-key": "/", "data-key-label": "search"})
    by = words_filter("Source", "by_name", "Part of a name")
    source = django_filters.ChoiceFilter(label="Source", choices=[], widget=forms.HiddenInput, method="of")
    kind = choice_filter("Kind of source", Kind.choices, "Any kind", "of_kind")
    outlet = choice_filter("Outlet", [], "Any outlet", "from_outlet")
    tag = choice_filter("Tag", [], "Any", "with_tag")
    rating = choice_filter("Verification status", [], "Any", "rated")
    speech = choice_filter("Speech or thought", MANNERS, "Both", "in_manner")
    act = choice_filter("What the speech does", Act.choices, "Anything", "doing")
    negated = choice_filter("Said or not said", SAID, "Both", "negated_or_not")
    sure = choice_filter("Confidence", SURE, "Any", "as_sure_as")
    worth = choice_filter("Check-worthiness", WORTHY, "Any", "as_worthy_as")
    since = date_filter("From", "reported_since")
    until = date_filter("To", "reported_until")
    mine = choice_filter("Drafts", [("1", "Mine")], "Anybody's", "with_own_draft")
    state = choice_filter("State", [*State.choices, (ALL_STATES, "All")], "To do", "leave")
    held = choice_filter("Who has it", [], "Anyone", "held_as")
    waiting = choice_filter("Waiting for", [("me", "Me")], "Anybody", "waiting_for_user")
    due = choice_filter("Due", DUE, "Whenever", "due_when")
    sort = choice_filter("Order", [(key, label) for key, (label, _) in ORDERS.items()], "Most pressing first", "leave")
    size = page_size_filter()

    not_chips = (*ListFilter.arranging, "state")

    class Meta:
        model = Claim
        fields: list[str] = []

    def __init__(
        self, query: QueryDict | str, *, user: Any = None, choices: QueueChoices | None = None, counting: Any = None
    ) -> None:
        """`choices` are those of many queries, read once for all; `counting` is what to count beside."""
        data = query if isinstance(query, QueryDict) else QueryDict(query)
        super().__init__(data, Claim.objects.all())
        self.user = user
        # Read once, for the check as for the page.
        self.choices = choices or queue_choices(user, source_in(data), counting)
        for name, offered in {
            "source": self.choices.sources,
            "outlet": self.choices.outlets,
            "tag": self.choices.tags,
            "rating": self.choices.ratings,
            "held": [*HELD, *self.choices.people],
        }.items():
            self.filters[name].extra |= {"choices": offered, "error_messages": {"invalid_choice": GONE}}

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
        rarer = (
            "rating",
            "speech",
            "act",
            "negated",
            "sure",
            "worth",
            "since",
            "until",
            "mine",
            "waiting",
            "due",
            "size",
        )
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
        return (State.DECIDED,) if self.value("rating") else self.to_do

    @property
    def to_do(self) -> tuple[State, ...]:
        """The states without one being chosen. What waits for somebody or is due may be disputed, too."""
        also_disputed = self.value("waiting") or self.value("due") in ("overdue", "week")
        return UNDECIDED_STATES if also_disputed else OPEN_STATES

    @property
    def in_words(self) -> list[str]:
        """All that is set: filters, state and order."""
        names = [name for name in self.filters if name != "size" and self.value(name) is not None]
        return [f"{self.form.fields[name].label}: {self._in_words(name)}" for name in names]

    @property
    def order(self) -> Order:
        _, order = ORDERS.get(self.value("sort") or "", ("", QUEUE_ORDER))
        return order

    # --- One method a filter, called by the library with a value that made sense -----------------------------

    def with_words(self, claims: ClaimQuerySet, _name: str, words: str) -> ClaimQuerySet:
        return claims.search(words)

    def by_name(self, claims: ClaimQuerySet, _name: str, words: str) -> ClaimQuerySet:
        return claims.of_source_in(Source.objects.search(words)[:MOST_NAMED])

    def of(self, claims: ClaimQuerySet, _name: str, source: str) -> ClaimQuerySet:
        return claims.of_source(self.choices.merged.get(int(source), int(source)))

    def of_kind(self, claims: ClaimQuerySet, _name: str, kind: str) -> ClaimQuerySet:
        return claims.of_kind(kind)

    def from_outlet(self, claims: ClaimQuerySet, _name: str, outlet: str) -> ClaimQuerySet:
        return claims.filter(outlet=int(outlet))

    def with_tag(self, claims: ClaimQuerySet, _name: str, tag: str) -> ClaimQuerySet:
        return claims.tagged(int(tag))

    def rated(self, claims: ClaimQuerySet, _name: str, rating: str) -> ClaimQuerySet:
        return claims.filter(decided_review__rating=int(rating))

    def in_manner(self, claims: ClaimQuerySet, _name: str, manner: str) -> ClaimQuerySet:
        return claims.filter(speech=manner == "speech")

    def doing(self, claims: ClaimQuerySet, _name: str, act: str) -> ClaimQuerySet:
        return claims.filter(act=act)

    def negated_or_not(self, claims: ClaimQuerySet, _name: str, negated: str) -> ClaimQuerySet:
        return claims.filter(negated=negated == "yes")

    def as_sure_as(self, claims: ClaimQuerySet, _name: str, percent: str) -> ClaimQuerySet:
        """What was added by hand is always sure enough."""
        return claims.filter(GreaterThanOrEqual(SURENESS, Value(int(percent) / 100)))

    def as_worthy_as(self, claims: ClaimQuerySet, _name: str, percent: str) -> ClaimQuerySet:
        """What nobody looked at counts as half worth checking, here as in the queue's order."""
        return claims.filter(GreaterThanOrEqual(WORTH, Value(int(percent) / 100)))

    def reported_since(self, claims: ClaimQuerySet, _name: str, day: dt.date) -> ClaimQuerySet:
        return claims.filter(reported_at__gte=midnight(day))

    def reported_until(self, claims: ClaimQuerySet, _name: str, day: dt.date) -> ClaimQuerySet:
        return claims.filter(reported_at__lt=midnight(day + dt.timedelta(days=1)))

    def with_own_draft(self, claims: ClaimQuerySet, _name: str, _value: str) -> ClaimQuerySet:
        own = Review.objects.drafts().filter(reviewer=self.user) if self.user else Review.objects.none()
        return claims.filter(pk__in=own.values("claim"))

    def held_as(self, claims: ClaimQuerySet, _name: str, who: str) -> ClaimQuerySet:
        if who == "free":
            return claims.free()
        return claims.held_for((self.user and self.user.pk) if who == "me" else int(who))

    def waiting_for_user(self, claims: ClaimQuerySet, _name: str, _value: str) -> ClaimQuerySet:
        return claims & permissions.claims_waiting_for(self.user)

    def due_when(self, claims: ClaimQuerySet, _name: str, when: str) -> ClaimQuerySet:
        if when == "none":
            return claims.filter(due_on=None)
        return claims.overdue() if when == "overdue" else claims.due_within(WEEK)


def source_in(query: QueryDict) -> list[int]:
    """The source that a query narrows the queue down to, whether there is one or not."""
    given = query.get("source", "")
    return [int(given)] if given.isdecimal() and given.isascii() and len(given) < 18 else []


def next_in_queue(query: str, after: Claim, *, user: Any = None) -> Claim | None:
    """The claim that the queue shows after this one, whatever has become of this one in the meantime.

    `query` is the queue's own (`state=new&sort=oldest`); `user` is whose drafts "mine" means. Where no state is chosen,
    it leads to what is to be done: claims that wait for a second review are passed over by whoever wrote the first.
    """
    return _beside(query, after, user, backwards=False)


def previous_in_queue(query: str, before: Claim, *, user: Any = None) -> Claim | None:
    """The claim that the queue shows before this one."""
    return _beside(query, before, user, backwards=True)


def _beside(query: str, claim: Claim, user: Any, *, backwards: bool) -> Claim | None:
    queue = QueueFilter(query, user=user)
    claims: QuerySet[Claim] = queue.qs.filter(queue.order.beyond(claim, backwards=backwards))
    if user is not None and queue.states == queue.to_do:
        claims = claims.not_reviewed_by(user)  # type: ignore[attr-defined]
    return queue.order.apply(claims, backwards=backwards).first()  # type: ignore[arg-type]
