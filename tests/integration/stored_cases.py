"""The cases of a row of the permission matrix as objects in the database."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from claims.models import BulkChange, Claim, Comment, Review, ReviewsNeeded, ReviewState, SavedView, Statement, User
from claims.models.bulk import UNDO_WITHIN
from claims.permission_matrix import (
    COULD_KNOW,
    DELETED,
    DISMISSED_LATER,
    LATE,
    ONESELF,
    SHARED,
    SOMEBODY,
    STANDINGS,
    UNDONE,
)
from claims.texts import BLOCK
from claims.workflow import REVIEWED_STATES, DismissalReason, State
from tests import recipes

# For each axis what it stands for in this row; of several that make no difference, the first is made.
type Cases = dict[str, tuple[str, ...]]


def asked_for(cases: Cases) -> int:
    """How many reviews somebody says a claim needs."""
    return next(needed.value for needed in ReviewsNeeded if needed.label == cases["asked for"][0])


def claim(cases: Cases, me: User, other: User) -> Claim:
    """A claim with an appearance, reviewed and taken by this person or another."""
    made = _claim(cases, cases["claim"][0], reviewer=me if cases["reviewed by"][0] == ONESELF else other)
    holder = {ONESELF: me, SOMEBODY: other}.get(cases["taken by"][0])
    if holder:
        now = timezone.now()
        made.held_by, made.held_since, made.held_until = holder, now, now + timedelta(hours=1)
        made.save()
    return made


def _claim(cases: Cases, standing: str, *, reviewer: User) -> Claim:
    state = STANDINGS[standing]
    needed = next(needed for needed in ReviewsNeeded if needed.label == cases["needs"][0])
    about_two = state in (State.AWAITING_SECOND, State.DISPUTED)
    made = recipes.claim(reviews_needed=ReviewsNeeded.TWO if about_two else needed)
    recipes.statement(claim=made, article_version=recipes.article(_text(cases)).shown_version)
    Claim.objects.all().refresh_first_appearance()
    made.refresh_from_db()
    if state in REVIEWED_STATES or standing == DISMISSED_LATER:
        review = recipes.review(claim=made, reviewer=reviewer, state="submitted")
        if not about_two:
            made.decided_review = review
    if state == State.DISPUTED:
        recipes.review(claim=made, state="submitted")
    if state == State.DISMISSED:
        made.dismissal_reason = DismissalReason.TRIVIAL
    made.state = state
    made.save()
    return made


def _text(cases: Cases) -> str:
    redacted = cases.get("text", ("",))[0] == "redacted"
    return BLOCK * len(recipes.TEXT) if redacted else recipes.TEXT


def article(cases: Cases, **fields: Any) -> Any:
    """An article, redacted or not."""
    return recipes.article(_text(cases), **fields)


def statement(cases: Cases, me: User, other: User) -> Statement:
    """The appearance of such a claim."""
    return Statement.objects.get(claim=claim(cases, me, other))


def review(cases: Cases, me: User, other: User) -> Review:
    """A review in its state, of a claim in its own; what else was submitted of the claim is a third person's."""
    wanted = next(state for state in ReviewState if state.label == cases["review"][0])
    begun = wanted == ReviewState.DRAFT and State.IN_REVIEW.label in cases["claim"]
    about = _claim(cases, State.IN_REVIEW.label if begun else cases["claim"][0], reviewer=recipes.user())
    return recipes.review(
        claim=about,
        reviewer=me if cases["review by"][0] == ONESELF else other,
        state=wanted,
        rating=recipes.rating(),
        no_citation_reason="None.",
    )


def comment(cases: Cases, me: User, other: User) -> Comment:
    """What somebody said about a claim in its state, or where it stood."""
    deleted = {"text": "", "deleted_at": timezone.now(), "deleted_by": recipes.user()}
    return recipes.comment(
        claim=_claim(cases, cases["claim"][0], reviewer=recipes.user()),
        author=me if cases["comment by"][0] == ONESELF else other,
        informed=cases["its author"][0] == COULD_KNOW,
        **deleted if cases["comment"][0] == DELETED else {},
    )


def saved_view(cases: Cases, me: User, other: User) -> SavedView:
    """One's own or another's, shared or not."""
    owner = me if cases["view of"][0] == ONESELF else other
    return SavedView.objects.create(owner=owner, name="Newest", query="sort=newest", shared=cases["view"][0] == SHARED)


def other_claim(cases: Cases, first: Claim) -> Claim:
    """The claim that another is joined with."""
    if cases["other"][0] == "the same claim":
        return first
    if cases["other"][0] == "another claim":
        return recipes.claim()
    return recipes.claim(state=State.DISMISSED, dismissal_reason="duplicate", duplicate_of=recipes.claim())


def bulk_change(cases: Cases, me: User, other: User) -> BulkChange:
    """What somebody did to many claims, a moment or longer ago."""
    now, when = timezone.now(), cases["undone"][0]
    return BulkChange.objects.create(
        by=me if cases["done by"][0] == ONESELF else other,
        kind="dismiss",
        count=1,
        created_at=now - 2 * UNDO_WITHIN if when == LATE else now,
        undone_at=now if when == UNDONE else None,
    )
