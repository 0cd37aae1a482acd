"""What the rules ask about a claim: who has reviewed it, and whether that is still told to nobody."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Q

from claims import desk, workflow
from claims.models import Claim, DeskSettings, Review, ReviewsNeeded, ReviewState


def is_author(user: object, review: Review | None) -> bool:
    """Whether a review is this person's."""
    return review is not None and review.reviewer_id == getattr(user, "pk", None)


def has_submitted(user: object, claim: Claim) -> bool:
    """Whether a submitted review of the claim is this person's. No query where its reviews were fetched along."""
    return getattr(user, "pk", None) in [review.reviewer_id for review in submitted_reviews(claim)]


def submitted_reviews(claim: Claim) -> list[Review]:
    """Its submitted reviews. No query where they were fetched along."""
    # The queue's rows bring those that await a second.
    if "under_way" in claim.__dict__ and claim.state == workflow.State.AWAITING_SECOND:
        return claim.first_reviews
    return [review for review in claim.reviews.all() if review.state == ReviewState.SUBMITTED]


def is_reviewed(claim: Claim) -> bool:
    """Whether a submitted review is about it. Dismissing leaves the review, which counts again once that is taken back."""
    dismissed = claim.state == workflow.State.DISMISSED
    return bool(submitted_reviews(claim)) if dismissed else claim.state in workflow.REVIEWED_STATES


def is_overtaken(user: object, claim: Claim) -> bool:
    """Whether a person who could review the claim a moment ago cannot: it was closed, or their own review went in."""
    return not claim.is_open or has_submitted(user, claim)


def demand_other_reviewer(user: object, claim: Claim) -> None:
    """Refuse who wrote the first review."""
    if has_submitted(user, claim):
        raise PermissionDenied("You wrote the first review of this claim. Somebody else has to write the second.")


def is_blind(user: object, claim: Claim) -> bool:
    """Whether what its reviews say is told to nobody but their authors: two are needed, and the second is not in."""
    told = claim.state in workflow.TOLD_STATES or claim.decided_review_id is not None
    return not told and desk.reviews_needed(user, claim) > ReviewsNeeded.ONE


def not_blind() -> Q:
    """The rows of whose claim `is_blind` is not true; the desk's settings are asked for in the same query."""
    desk_wants_two = Exists(DeskSettings.objects.filter(reviews_needed__gt=ReviewsNeeded.ONE))
    two = Q(claim__reviews_needed=ReviewsNeeded.TWO) | (Q(claim__reviews_needed=None) & Q(desk_wants_two))
    return Q(claim__state__in=workflow.TOLD_STATES) | Q(claim__decided_review__isnull=False) | ~two
