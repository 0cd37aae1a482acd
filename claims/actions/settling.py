"""How many reviews a claim needs, and an editor's last word where two of them differ."""

import pghistory
from django.core.exceptions import ValidationError
from django.utils import timezone

from claims import desk, permissions
from claims.actions import action
from claims.actions.conflicts import ConflictError
from claims.actions.notifying import notify
from claims.actions.reviewing import demand_reason, locked_as_seen, move_claim
from claims.models import Claim, NotificationKind, Rating, Review, ReviewsNeeded, ReviewState, Settlement, User
from claims.workflow import Move

NO_EVIDENCE_OF_ITS_OWN = "This review settles two others, which cite the evidence."


@action
def set_reviews_needed(*, claim: Claim, needed: int, by: User) -> Claim:
    """Ask for a second review of one claim, or say that one is enough; what holds already is not written."""
    if needed not in ReviewsNeeded.values:
        raise ValidationError("A claim needs one review or two.")
    claim = locked_as_seen(claim)
    permissions.check_set_reviews_needed(by, claim, needed)
    if desk.reviews_needed(by, claim) == needed:
        return claim
    if not Claim.objects.filter(pk=claim.pk).change(seen=claim.version, reviews_needed=needed):
        raise ConflictError("Somebody else changed this claim at the same moment. Look at it again.")
    claim.refresh_from_db()
    return claim


@action
def settle_claim(*, claim: Claim, rating: Rating, reason: str, by: User) -> Settlement:
    """Decide a claim about which two reviewers differ, by the review that has this rating, or by a third one.

    The third is the editor's own: it is made of the reason, in place of a draft that the editor may have.
    """
    reason = demand_reason(reason, "Say why. Both reviewers read it.")
    claim = locked_as_seen(claim)
    permissions.check_settle(by, claim)
    submitted = list(claim.reviews.submitted().select_related("rating").order_by("submitted_at", "pk"))
    decided = next((review for review in submitted if review.rating_id == rating.pk), None)
    if decided is None and rating.retired_at:
        raise ValidationError({"rating": f"“{rating}” is no longer part of the scale."})
    with pghistory.context(reason=reason):
        decided = decided or _third_review(claim, rating, reason, by)
        settlement = Settlement.objects.create(claim=claim, by=by, rating=rating, reason=reason)
        move_claim(claim, Move.SETTLE, decided_review=decided)
    notify(NotificationKind.SETTLED, claim, to=[review.reviewer_id for review in submitted], by=by)
    return settlement


def _third_review(claim: Claim, rating: Rating, reason: str, by: User) -> Review:
    for draft in claim.reviews.drafts().by(by):
        Review.objects.filter(pk=draft.pk).change(seen=draft.version, state=ReviewState.WITHDRAWN)
    return Review.objects.create(
        claim=claim,
        reviewer=by,
        rating=rating,
        rationale=reason,
        no_citation_reason=NO_EVIDENCE_OF_ITS_OWN,
        state=ReviewState.SUBMITTED,
        submitted_at=timezone.now(),
    )
