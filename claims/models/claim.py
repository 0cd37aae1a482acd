"""The checkable propositions and where they stand in the workflow."""

import datetime as dt
import re
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from claims.models.base import Versioned, VersionedQuerySet, tracked
from claims.models.desk import DeskSettings, ReviewsNeeded
from claims.models.review import Review, ReviewState
from claims.models.source import Kind
from claims.models.statement import Act, Statement, StatementSource
from claims.models.tag import MOST_SUGGESTED, ClaimTag, Tag
from claims.workflow import OPEN_STATES, UNDECIDED_STATES, DismissalReason, State

# More words make the search slower and the answer no better.
SIMILAR_WORDS = 12
# What is surely found and well worth checking stands where news of so much later would stand.
MOST_AHEAD = dt.timedelta(days=7)
# What nobody looked at is as good as half worth checking, and what a person added is as sure as can be.
WORTH = Coalesce("check_worthiness", Value(0.5))
SURENESS = Coalesce("confidence", Value(1.0))
# The sooner it is due the more; what has no due date is not urgent at all.
URGENCY = Func(
    "due_on",
    template="COALESCE(DATE '9999-12-31' - %(expressions)s, 0)",
    output_field=models.IntegerField(),
)
# What a claim says of its holder when nobody has taken it.
NO_HOLD: dict[str, Any] = {
    "held_by": None,
    "held_since": None,
    "held_until": None,
    "hold_note": "",
    "assigned_by": None,
}


def _in_utc(moment: Any) -> Func:
    """From a moment to its date and time in UTC, or back: to those alone PostgreSQL adds the same time always."""
    return Func(moment, template="(%(expressions)s AT TIME ZONE 'UTC')")


def _pressing_at() -> Func:
    ahead = Func(Value(MOST_AHEAD), WORTH, SURENESS, arg_joiner=" * ", template="%(expressions)s")
    return _in_utc(Func(_in_utc("reported_at"), ahead, arg_joiner=" + ", template="(%(expressions)s)"))


class ClaimQuerySet(VersionedQuerySet["Claim"]):
    def decided(self) -> Self:
        return self.filter(state=State.DECIDED)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def free(self) -> Self:
        """Claims that nobody has taken, or whose hold has lapsed."""
        return self.filter(Q(held_by=None) | Q(held_until__lte=timezone.now()))

    def undecided(self) -> Self:
        """Claims about which somebody still has to do something."""
        return self.filter(state__in=UNDECIDED_STATES)

    def overdue(self) -> Self:
        """Undecided claims whose day has passed in the desk's time zone."""
        return self.undecided().filter(due_on__lt=timezone.localdate())

    def due_within(self, days: int) -> Self:
        """Undecided claims whose day is today or one of the next."""
        today = timezone.localdate()
        return self.undecided().filter(due_on__range=(today, today + dt.timedelta(days=days)))

    def tagged(self, tag: Any) -> Self:
        return self.filter(Exists(ClaimTag.objects.filter(tag=tag, claim=OuterRef("pk"))))

    def not_reviewed_by(self, user: Any) -> Self:
        """Without those of which a submitted review is this person's."""
        submitted = Review.objects.submitted().by(user).filter(claim=OuterRef("pk"))
        return self.filter(~Exists(submitted))

    def held(self) -> Self:
        return self.filter(held_by__isnull=False, held_until__gt=timezone.now())

    def held_for(self, user: Any) -> Self:
        """What somebody has taken or was given."""
        return self.held().filter(held_by=user)

    def for_queue(self) -> Self:
        """All that a row shows, whatever the number of rows.

        `claim.tag_names`, `claim.first_statement` with its article, outlet, text and `filed_under`,
        `claim.decided_review.rating`, who has taken it, the drafts under way in `claim.drafts`, and in
        `claim.first_reviews` who wrote the first review of a claim that awaits its second.
        """
        first: QuerySet[Statement] = Statement.objects.with_sources().with_texts()
        under_way = Review.objects.under_way().select_related("reviewer").order_by("created_at")
        rows = self.with_tag_names().select_related("outlet", "decided_review__rating", "held_by")
        return rows.prefetch_related(
            Prefetch("first_statement", first),
            Prefetch("reviews", under_way, to_attr="under_way"),
        )

    def with_tag_names(self) -> Self:
        """Annotate `tag_names`, in the order of the alphabet."""
        tags = Tag.objects.filter(claim_tags__claim=OuterRef("pk")).by_name()
        return self.annotate(tag_names=ArraySubquery(tags.values("name")))

    def with_suggested_tags(self) -> Self:
        """Annotate `tag_names`, and `suggested_tags`: those to choose from."""
        others = Tag.objects.exclude(claim_tags__claim=OuterRef("pk")).by_name().values("name")
        return self.with_tag_names().annotate(suggested_tags=ArraySubquery(others[:MOST_SUGGESTED]))

    def with_the_desks_number(self) -> Self:
        """Annotate `desk_needs`: how many reviews decide a claim that has no number of its own."""
        number = Subquery(DeskSettings.objects.values("reviews_needed")[:1])
        return self.annotate(desk_needs=Coalesce(number, Value(ReviewsNeeded.ONE)))

    def with_appearance_counts(self) -> Self:
        """Annotate `appearance_count`."""
        counts = (
            Statement.objects.filter(claim=OuterRef("pk"))
            .order_by()
            .values("claim")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.annotate(appearance_count=Coalesce(Subquery(counts), Value(0)))

    def of_source(self, *sources: Any) -> Self:
        """Claims one of whose appearances is filed under one of these sources."""
        return self.filter(Exists(StatementSource.objects.filter(source__in=sources, claim=OuterRef("pk"))))

    def of_source_in(self, sources: QuerySet[Any]) -> Self:
        """The same of the sources of a query, without asking it first. As an array they are looked up before anything
        else, as if they had been given by number."""
        is_one = Func(
            F("source_id"),
            ArraySubquery(sources.values("pk")),
            arg_joiner=" = ANY(",
            template="%(expressions)s)",
            output_field=models.BooleanField(),
        )
        return self.filter(Exists(StatementSource.objects.filter(is_one, claim=OuterRef("pk"))))

    def of_kind(self, *kinds: str) -> Self:
        """Claims one of whose appearances is filed under a source of one of these kinds."""
        return self.filter(kinds__overlap=kinds)

    def search(self, words: str) -> Self:
        """Claims with these words in their text; quotation marks and minus signs work."""
        return self.filter(search=SearchQuery(words, config="english", search_type="websearch"))

    def similar_to(self, text: str) -> Self:
        """Claims that share words with a text, most alike first, with `likeness`."""
        words = list(dict.fromkeys(re.findall(r"[^\W_]{3,}", text.lower())))
        words = sorted(words, key=len, reverse=True)[:SIMILAR_WORDS]
        if not words:
            return self.none()
        query = SearchQuery(" | ".join(words), config="english", search_type="raw")
        return self.filter(search=query).annotate(likeness=SearchRank(F("search"), query)).order_by("-likeness", "-pk")

    def count_by_state(self) -> dict[State, int]:
        """How many claims are in each state; every state is named."""
        rows = self.order_by().values_list("state").annotate(Count("pk"))
        counts = {State(state): count for state, count in rows}
        return {state: counts.get(state, 0) for state in State}

    def refresh_first_appearance(self) -> int:
        """Copy from the first appearance what the queue sorts and filters by.

        To be called after statements were filed, moved or corrected; one statement of SQL for all.
        A claim without any appearance keeps what it had.
        """
        first = Statement.objects.filter(claim=OuterRef("pk")).order_by("reported_at", "pk")

        def of_first(field: str) -> Subquery:
            return Subquery(first.values(field)[:1])

        return self.filter(Exists(first)).update(
            first_statement=of_first("pk"),
            outlet=of_first("article_version__article__outlet"),
            reported_at=of_first("reported_at"),
            speech=of_first("speech"),
            act=of_first("act"),
            negated=of_first("negated"),
            check_worthiness=of_first("check_worthiness"),
            confidence=of_first("confidence"),
        )


# Whoever works on a claim keeps it by that: each time would be a row of the history if `held_until` were tracked.
@tracked(exclude=["search", "kinds", "pressing_at", "held_until"])
class Claim(Versioned):
    """A proposition that can be checked. Its statements are its appearances.

    Joining "the same claim" moves the statements; the claim that lost them all is kept as a
    dismissed duplicate that points to the other.
    """

    text = models.TextField()
    state = models.CharField(max_length=20, choices=State, default=State.NEW, editable=False)
    dismissal_reason = models.CharField(max_length=15, choices=DismissalReason, blank=True)
    dismissal_note = models.TextField(blank=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates")
    decided_review = models.ForeignKey(
        "claims.Review", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Null: as many as the desk's settings say. Written down as soon as the first of two is submitted, so that it gets
    # its second whatever becomes of the setting.
    reviews_needed = models.PositiveSmallIntegerField(choices=ReviewsNeeded, null=True, blank=True, editable=False)
    priority = models.SmallIntegerField(default=0)
    due_on = models.DateField("due date", null=True, blank=True, editable=False)
    # Copied from the first appearance by `refresh_first_appearance`.
    first_statement = models.ForeignKey(
        "claims.Statement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    outlet = models.ForeignKey(
        "claims.Outlet",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="claims",
    )
    reported_at = models.DateTimeField(default=timezone.now, editable=False)
    speech = models.BooleanField(default=True, editable=False)
    act = models.CharField(max_length=9, choices=Act, blank=True, editable=False)
    negated = models.BooleanField(default=False, editable=False)
    check_worthiness = models.FloatField(null=True, blank=True, editable=False)
    confidence = models.FloatField(null=True, blank=True, editable=False)
    # Who works on it, or was asked to. A hold lapses by itself when `held_until` has passed: nothing needs to run for it.
    held_by = models.ForeignKey(
        "claims.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # `claim_holds` serves
        related_name="holds",
    )
    held_since = models.DateTimeField(null=True, blank=True, editable=False)
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    hold_note = models.TextField(blank=True, editable=False)
    # Who gave it to them; null when they took it themselves.
    assigned_by = models.ForeignKey(
        "claims.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # nobody asks for it
        related_name="+",
    )
    # Where it stands among claims of the same priority: the queue's order. Computed by the database from the above.
    pressing_at = models.GeneratedField(expression=_pressing_at(), output_field=models.DateTimeField(), db_persist=True)
    # The kinds of the sources that its statements are filed under, kept up to date by the database (triggers of
    # StatementSource and Source), so that a filter and its counts over all claims need no join.
    kinds = ArrayField(models.CharField(max_length=12, choices=Kind), default=list, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("text", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    under_way: list[Review]  # prefetched by `for_queue`
    tag_names: list[str]  # annotated by `with_tag_names`
    suggested_tags: list[str]  # annotated by `with_suggested_tags`
    appearance_count: int  # annotated by `with_appearance_counts`
    desk_needs: int  # annotated by `with_the_desks_number`

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="claim_text_not_empty"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="claim_state"),
            models.CheckConstraint(
                condition=(Q(state="dismissed", dismissal_reason__in=DismissalReason.values))
                | (~Q(state="dismissed") & Q(dismissal_reason="", dismissal_note="")),
                name="claim_dismissed_with_reason",
            ),
            # A dismissed claim keeps its review, so that it can go back to being decided.
            models.CheckConstraint(
                condition=Q(state="dismissed")
                | Q(state="decided", decided_review__isnull=False)
                | (~Q(state="decided") & Q(decided_review=None)),
                name="claim_decided_by_review",
            ),
            models.CheckConstraint(
                condition=Q(reviews_needed=None) | Q(reviews_needed__in=ReviewsNeeded.values),
                name="claim_reviews_needed",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | (Q(dismissal_reason="duplicate") & ~Q(duplicate_of=F("pk"))),
                name="claim_duplicate_of_another",
            ),
            models.CheckConstraint(
                condition=Q(held_by__isnull=False, held_since__isnull=False, held_until__isnull=False)
                | Q(held_by=None, held_since=None, held_until=None, hold_note="", assigned_by=None),
                name="claim_held_by_somebody_or_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-speech", "-priority", "-pressing_at", "-id"],
                condition=Q(state__in=OPEN_STATES),
                name="claim_queue",
            ),
            models.Index(
                fields=["state", "-speech", "-priority", "-pressing_at", "-id"],
                name="claim_by_state",
            ),
            models.Index(fields=["-speech", "-priority", "-pressing_at", "-id"], name="claim_all_states"),
            models.Index(fields=["-reported_at", "-id"], name="claim_newest_first"),
            models.Index(SURENESS, "id", name="claim_least_sure_first"),
            models.Index(WORTH, "id", name="claim_least_worth_first"),
            models.Index(
                URGENCY.desc(),
                F("speech").desc(),
                F("priority").desc(),
                F("pressing_at").desc(),
                F("id").desc(),
                name="claim_due_first",
            ),
            # Few have a due date, and fewer of these are undecided.
            models.Index(
                fields=["due_on"], condition=Q(due_on__isnull=False, state__in=UNDECIDED_STATES), name="claim_due"
            ),
            # Counts the claims of each state with sources of a kind.
            models.Index(fields=["state"], include=["id", "kinds"], name="claim_kinds_by_state"),
            # Without `held_until`, so that keeping a claim changes no index.
            models.Index(fields=["held_by"], condition=Q(held_by__isnull=False), name="claim_holds"),
            GinIndex(fields=["search"], name="claim_search"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def drafts(self) -> list[Review]:
        """To be fetched `for_queue`."""
        return [review for review in self.under_way if review.state == ReviewState.DRAFT]

    @property
    def first_reviews(self) -> list[Review]:
        """The submitted review of a claim that awaits its second; to be fetched `for_queue`."""
        return [review for review in self.under_way if review.state == ReviewState.SUBMITTED]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_overdue(self) -> bool:
        """As `overdue` finds it."""
        return self.state in UNDECIDED_STATES and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def is_held(self) -> bool:
        """Whether somebody has taken it, and the hold has not lapsed."""
        return self.held_until is not None and self.held_until > timezone.now()

    def is_held_by(self, user: object) -> bool:
        return self.is_held and self.held_by_id == getattr(user, "pk", None)
