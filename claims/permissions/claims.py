"""What becomes of a claim: its text, its state, its tags, its due date."""

from django.core.exceptions import PermissionDenied

from claims import desk, workflow
from claims.models import Claim
from claims.permissions.facts import demand_other_reviewer, has_submitted, is_author, is_reviewed, submitted_reviews
from claims.permissions.rules import demand, twin
from claims.roles import Role
from claims.workflow import Move, NotAllowedError, Who


def check_edit_claim(user: object, claim: Claim) -> None:
    """Change a claim's text or priority. What a submitted review is about stays, unless an editor changes it."""
    demand(user, {Role.REVIEWER}, "edit claims")
    if is_reviewed(claim):
        demand(user, {Role.EDITOR}, "edit a claim of which a review was submitted")


def check_join_claims(user: object, claim: Claim, other: Claim) -> None:
    """Say that `claim` is the same as `other`, under which its appearances then stand."""
    if claim.pk == other.pk:
        raise PermissionDenied("A claim cannot be joined with itself.")
    if other.duplicate_of_id is not None:
        raise PermissionDenied("The other claim was itself joined with another.")
    check_move(user, claim, Move.DISMISS)


def check_move(user: object, claim: Claim, move: Move) -> None:
    """Make a move of the workflow: the table knows from where, and who may."""
    demand(user, {Role.REVIEWER}, "review claims")
    try:
        transition = workflow.find_transition(move, claim.state)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error
    _check_who(user, claim, transition)


def _check_who(user: object, claim: Claim, transition: workflow.Transition) -> None:
    move, who = transition.move, transition.who
    if who == Who.AUTHOR_OR_EDITOR and not is_author(user, claim.decided_review):
        demand(user, {Role.EDITOR}, f"{move} a claim that somebody else decided")
    elif who == Who.FIRST_OR_EDITOR and not has_submitted(user, claim):
        demand(user, {Role.EDITOR}, f"{move} a claim of which somebody else wrote the first review")
    elif who == Who.OTHER_REVIEWER:
        demand_other_reviewer(user, claim)
    elif who in (Who.EDITOR, Who.OTHER_EDITOR):
        demand(user, {Role.EDITOR}, f"{move} a claim about which two reviewers differ")
        if who == Who.OTHER_EDITOR and has_submitted(user, claim):
            raise PermissionDenied("You wrote one of the two reviews. Another editor settles this claim.")


def check_dismiss(user: object, claim: Claim) -> None:
    """Dismiss a claim, with a reason."""
    check_move(user, claim, Move.DISMISS)


def check_restore(user: object, claim: Claim) -> None:
    """Take a dismissal back."""
    check_move(user, claim, Move.RESTORE)


def check_reopen(user: object, claim: Claim) -> None:
    """Reopen a decided claim, or take the first of two reviews back, with a reason."""
    check_move(user, claim, Move.REOPEN)


def check_settle(user: object, claim: Claim) -> None:
    """Have the last word where two reviewers differ, with a reason."""
    check_move(user, claim, Move.SETTLE)


def check_set_reviews_needed(user: object, claim: Claim, needed: int) -> None:
    """Ask for a second review of an open claim, or say that one is enough."""
    demand(user, {Role.REVIEWER}, "say how many reviews a claim needs")
    if not claim.is_open:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}: its reviews are in.")
    if needed < desk.reviews_needed(user, claim):
        demand(user, {Role.EDITOR}, "say that one review of a claim is enough")
        if submitted_reviews(claim):
            raise PermissionDenied("The first review was submitted already. The second one has to come.")


def check_tag(user: object, claim: Claim) -> None:  # noqa: ARG001
    """Give a claim a tag, or take one from it, wherever it stands: nothing that a review is about changes."""
    demand(user, {Role.REVIEWER}, "tag claims")


def check_manage_tags(user: object) -> None:
    """Rename tags, join two, delete them."""
    demand(user, {Role.LIBRARIAN}, "manage tags")


def check_set_due(user: object, claim: Claim) -> None:
    """Say until when a claim is to be decided, or that there is no such day."""
    demand(user, {Role.REVIEWER}, "set due dates")
    if claim.state not in workflow.UNDECIDED_STATES:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}: nothing about it is due any more.")


can_edit_claim = twin(check_edit_claim)
can_join_claims = twin(check_join_claims)
can_move = twin(check_move)
can_dismiss = twin(check_dismiss)
can_restore = twin(check_restore)
can_reopen = twin(check_reopen)
can_settle = twin(check_settle)
can_set_reviews_needed = twin(check_set_reviews_needed)
can_tag = twin(check_tag)
can_manage_tags = twin(check_manage_tags)
can_set_due = twin(check_set_due)
