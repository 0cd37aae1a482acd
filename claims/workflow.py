"""The claim's states and the table of allowed transitions, as data; docs/workflow.md is drawn from it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class State(models.TextChoices):
    """Where a claim stands. How true it is, is its rating."""

    NEW = "new", "New"
    IN_REVIEW = "in_review", "In review"
    AWAITING_SECOND = "awaiting_second", "Awaiting second review"
    DISPUTED = "disputed", "Disputed"
    DECIDED = "decided", "Decided"
    DISMISSED = "dismissed", "Dismissed"


OPEN_STATES = (State.NEW, State.IN_REVIEW, State.AWAITING_SECOND)
# Somebody still has to do something about the claim.
UNDECIDED_STATES = (*OPEN_STATES, State.DISPUTED)
# Somebody has submitted a review, so what it is about stands still unless an editor changes it.
REVIEWED_STATES = (State.AWAITING_SECOND, State.DISPUTED, State.DECIDED)
# All reviews that the claim needs are in: everybody may read them.
TOLD_STATES = (State.DISPUTED, State.DECIDED)


class DismissalReason(models.TextChoices):
    NOT_CHECKABLE = "not_checkable", "Not checkable"
    NOT_A_STATEMENT = "not_a_statement", "Not a statement"
    DUPLICATE = "duplicate", "Duplicate"
    TRIVIAL = "trivial", "Trivial"


# So begins the note of a claim that a newer model version dismissed as not a statement: nobody has looked at it.
NO_LONGER_FOUND = "No longer found by model version"


class Who(StrEnum):
    """Who may make a transition; `permissions` decides who a user is."""

    REVIEWER = "a reviewer"
    OTHER_REVIEWER = "a reviewer who did not write the first review"
    AUTHOR_OR_EDITOR = "the author of the deciding review or an editor"
    FIRST_OR_EDITOR = "the author of the first review or an editor"
    EDITOR = "an editor"
    OTHER_EDITOR = "an editor who wrote neither review"


class Move(StrEnum):
    """What people do to a claim's state."""

    START = "start"
    ABANDON = "abandon"
    SUBMIT = "submit"
    DECIDE = "decide"
    DISPUTE = "dispute"
    SETTLE = "settle"
    REOPEN = "reopen"
    DISMISS = "dismiss"
    RESTORE = "restore"


@dataclass(frozen=True)
class Transition:
    move: Move
    before: State
    after: State
    who: Who
    needs_reason: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    # Somebody has begun a draft; the last draft was withdrawn.
    Transition(Move.START, State.NEW, State.IN_REVIEW, Who.REVIEWER),
    Transition(Move.ABANDON, State.IN_REVIEW, State.NEW, Who.REVIEWER),
    # A review was submitted: the first of two, or the only one that is needed.
    Transition(Move.SUBMIT, State.IN_REVIEW, State.AWAITING_SECOND, Who.REVIEWER),
    Transition(Move.DECIDE, State.IN_REVIEW, State.DECIDED, Who.REVIEWER),
    # The second review was submitted: it says the same, or something else, on which an editor has the last word.
    Transition(Move.DECIDE, State.AWAITING_SECOND, State.DECIDED, Who.OTHER_REVIEWER),
    Transition(Move.DISPUTE, State.AWAITING_SECOND, State.DISPUTED, Who.OTHER_REVIEWER),
    Transition(Move.SETTLE, State.DISPUTED, State.DECIDED, Who.OTHER_EDITOR, True),
    # Submitted reviews become drafts again; what they said stays in the history.
    Transition(Move.REOPEN, State.AWAITING_SECOND, State.IN_REVIEW, Who.FIRST_OR_EDITOR, True),
    Transition(Move.REOPEN, State.DECIDED, State.IN_REVIEW, Who.AUTHOR_OR_EDITOR, True),
    Transition(Move.DISMISS, State.NEW, State.DISMISSED, Who.REVIEWER, True),
    Transition(Move.DISMISS, State.IN_REVIEW, State.DISMISSED, Who.REVIEWER, True),
    Transition(Move.DISMISS, State.AWAITING_SECOND, State.DISMISSED, Who.REVIEWER, True),
    Transition(Move.DISMISS, State.DISPUTED, State.DISMISSED, Who.EDITOR, True),
    Transition(Move.DISMISS, State.DECIDED, State.DISMISSED, Who.AUTHOR_OR_EDITOR, True),
    # Back to where it would stand had it not been dismissed: see `state_when_restored`.
    Transition(Move.RESTORE, State.DISMISSED, State.NEW, Who.REVIEWER),
    Transition(Move.RESTORE, State.DISMISSED, State.IN_REVIEW, Who.REVIEWER),
    Transition(Move.RESTORE, State.DISMISSED, State.AWAITING_SECOND, Who.REVIEWER),
    Transition(Move.RESTORE, State.DISMISSED, State.DISPUTED, Who.REVIEWER),
    Transition(Move.RESTORE, State.DISMISSED, State.DECIDED, Who.REVIEWER),
)


class NotAllowedError(ValueError):
    """The table has no such transition; the message says so in words."""


def find_transition(move: Move, before: str, after: str | None = None) -> Transition:
    """The table's row for a move from a state, or `NotAllowedError` with a reason."""
    for row in TRANSITIONS:
        if (row.move, row.before) == (move, before) and after in (None, row.after):
            return row
    raise NotAllowedError(f"A claim that is {State(before).label.lower()} cannot be changed this way.")


def state_when_restored(*, decided: bool, submitted: int, has_draft: bool) -> State:
    """The state that a dismissed claim goes back to; `submitted` is how many reviews are in."""
    if decided:
        return State.DECIDED
    if submitted:
        return State.DISPUTED if submitted > 1 else State.AWAITING_SECOND
    return State.IN_REVIEW if has_draft else State.NEW
