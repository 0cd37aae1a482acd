"""Writing reviews, and reading those of others."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from claims import workflow
from claims.models import Claim, Review, ReviewState
from claims.models.review import ReviewQuerySet
from claims.permissions.articles import check_read
from claims.permissions.facts import demand_other_reviewer, is_author, is_blind, not_blind
from claims.permissions.rules import demand, twin
from claims.roles import Role, roles_of


def check_review(user: object, claim: Claim) -> None:
    """Begin a review of a claim, or go on with one's own."""
    demand(user, {Role.REVIEWER}, "review claims")
    if not claim.is_open:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}. Reopen or restore it first.")
    if claim.state == workflow.State.AWAITING_SECOND:
        demand_other_reviewer(user, claim)


def check_read_review(user: object, review: Review) -> None:
    """Read a review: its rating and all that stands in it.

    Drafts are their author's and the editors'. Where two reviews are needed, even an editor may be the one who writes
    the second. Pages and exports of many reviews go by `readable_reviews`.
    """
    check_read(user)
    if is_author(user, review):
        return
    if is_blind(user, review.claim):
        raise PermissionDenied("This claim gets two reviews. Nobody reads the first one before the second is in.")
    if review.state == ReviewState.DRAFT:
        demand(user, {Role.EDITOR}, "read somebody else's draft")


def readable_reviews(user: object) -> ReviewQuerySet:
    """The reviews that `check_read_review` lets a user read. One test holds the two together."""
    reviews: ReviewQuerySet = Review.objects.all()
    roles = roles_of(user)
    if not roles:
        return reviews.none()
    others = not_blind()
    if Role.EDITOR not in roles:
        others &= ~Q(state=ReviewState.DRAFT)
    return reviews.filter(others | Q(reviewer=getattr(user, "pk", None)))


def check_edit_review(user: object, review: Review) -> None:
    """Change a draft, its citations and its verdicts, or submit it."""
    demand(user, {Role.REVIEWER}, "review claims")
    if not is_author(user, review):
        raise PermissionDenied("Only its author can change a review.")
    if review.state != ReviewState.DRAFT:
        raise PermissionDenied(f"This review was {review.get_state_display().lower()} and cannot be changed.")
    check_review(user, review.claim)


def check_withdraw_review(user: object, review: Review) -> None:
    """Give a draft up. A submitted review is taken back by reopening its claim."""
    demand(user, {Role.REVIEWER}, "review claims")
    if review.state != ReviewState.DRAFT:
        raise PermissionDenied("Only a draft can be withdrawn. Reopen the claim instead.")
    if not is_author(user, review):
        demand(user, {Role.EDITOR}, "withdraw somebody else's draft")


def check_read_overruled(user: object) -> None:
    """See where editors decided otherwise than oneself."""
    demand(user, {Role.REVIEWER}, "have been overruled")


can_review = twin(check_review)
can_read_review = twin(check_read_review)
can_edit_review = twin(check_edit_review)
can_withdraw_review = twin(check_withdraw_review)
can_read_overruled = twin(check_read_overruled)
