"""Who works on what, one claim or many."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from claims import workflow
from claims.models import BulkChange, Claim
from claims.models.claim import ClaimQuerySet
from claims.permissions import reviews
from claims.permissions.rules import demand, twin
from claims.roles import Role, roles_of


def check_take_next(user: object) -> None:
    """Be given the next free claim of a queue."""
    demand(user, {Role.REVIEWER}, "take claims")


def check_take(user: object, claim: Claim) -> None:
    """Take a claim that nobody else has taken."""
    reviews.check_review(user, claim)
    if claim.is_held and not claim.is_held_by(user):
        raise PermissionDenied(f"{whose_hold(claim)} An editor can give it to somebody else.")


def check_release(user: object, claim: Claim) -> None:
    """Give a claim back to the queue."""
    demand(user, {Role.REVIEWER}, "take claims")
    if not claim.is_held:
        raise PermissionDenied("Nobody has taken this claim.")
    if not claim.is_held_by(user):
        demand(user, {Role.EDITOR}, "give back what somebody else has taken")


def check_assign(user: object, claim: Claim) -> None:
    """Give a claim to somebody. Reviewers hand over what they have taken."""
    reviews.check_review(user, claim)
    if not claim.is_held_by(user):
        demand(user, {Role.EDITOR}, "assign a claim that they have not taken themselves")


def check_change_many(user: object) -> None:
    """Change many claims at once; whether one may change each of them is asked beside it."""
    demand(user, {Role.REVIEWER}, "change claims")


def check_undo_many(user: object, change: BulkChange) -> None:
    """Take back what was done to many claims, a few minutes after it."""
    demand(user, {Role.REVIEWER}, "change claims")
    if change.by_id != getattr(user, "pk", None):
        demand(user, {Role.EDITOR}, "undo what somebody else did")
    if change.undone_at is not None:
        raise PermissionDenied("This was undone already.")
    if change.undo_until <= timezone.now():
        raise PermissionDenied("The time for undoing this is over. The history of each claim says what it was before.")


def claims_waiting_for(user: object) -> ClaimQuerySet:
    """The claims with which others wait for this person, who can act on every one of them now:

    what somebody gave them to review; second reviews that they may write, unless somebody else has taken the claim;
    and, of editors, the disputed claims that they may settle. What they have taken themselves is no news to them, and
    what their own submitted review is about is not theirs to do. One test holds it together with `check_review` and
    `check_settle`.

    It says of a first review only what its reader knows anyway: whether it is their own.
    """
    claims: ClaimQuerySet = Claim.objects.all()
    roles = roles_of(user)
    if Role.REVIEWER not in roles:
        return claims.none()
    pk, now = getattr(user, "pk", None), timezone.now()
    held_by_others = Q(held_until__gt=now) & ~Q(held_by=pk)
    waiting = Q(held_by=pk, held_until__gt=now, assigned_by__isnull=False, state__in=workflow.OPEN_STATES)
    waiting |= Q(state=workflow.State.AWAITING_SECOND) & ~held_by_others
    if Role.EDITOR in roles:
        waiting |= Q(state=workflow.State.DISPUTED)
    return claims.filter(waiting).not_reviewed_by(user)


def whose_hold(claim: Claim) -> str:
    """ "Ana Ruiz has taken this claim since 14:02." """
    since = timezone.localtime(claim.held_since)
    day = "" if since.date() == timezone.localdate() else f"{date_format(since, 'j M')}, "
    return f"{claim.held_by} has taken this claim since {day}{date_format(since, 'H:i')}."


can_take_next = twin(check_take_next)
can_take = twin(check_take)
can_release = twin(check_release)
can_assign = twin(check_assign)
can_change_many = twin(check_change_many)
can_undo_many = twin(check_undo_many)
