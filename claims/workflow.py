"""The claim's states and the table of allowed transitions, as data; docs/workflow.md is drawn from it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class State(models.TextChoices):
    """Where a claim stands. How true it is, is its rating."""

    NEW = "new", "New"
    IN_REVIEW = "in_review", "In review"
    DECIDED = "decided", "Decided"
    DISMISSED = "dismissed", "Dismissed"


OPEN_STATES = (State.NEW, State.IN_REVIEW)


class DismissalReason(models.TextChoices):
    NOT_CHECKABLE = "not_checkable", "Not checkable"
    NOT_A_STATEMENT = "not_a_statement", "Not a statement"
    DUPLICATE = "duplicate", "Duplicate"
    TRIVIAL = "trivial", "Trivial"


# So begins the note of a claim that a newer model version dismissed as not a statement: nobody has looked at it.
NO_LONGER_FOUND = "No longer found by model version"


class Who(StrEnum):
    """Who may make a transition; `permissions.py` decides who a user is."""

    REVIEWER = "a reviewer"
    AUTHOR_OR_EDITOR = "the author of the deciding review or an editor"


class Move(StrEnum):
    """What people do to a claim's state."""

    START = "start"
    ABANDON = "abandon"
    DECIDE = "decide"
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
    # Somebody has begun a draft; the last draft was withdrawn; a review was submitted.
    Transition(Move.START, State.NEW, State.IN_REVIEW, Who.REVIEWER),
    Transition(Move.ABANDON, State.IN_REVIEW, State.NEW, Who.REVIEWER),
    Transition(Move.DECIDE, State.IN_REVIEW, State.DECIDED, Who.REVIEWER),
    # The deciding review becomes a draft again; what it said stays in the history.
    Transition(Move.REOPEN, State.DECIDED, State.IN_REVIEW, Who.AUTHOR_OR_EDITOR, True),
    Transition(Move.DISMISS, State.NEW, State.DISMISSED, Who.REVIEWER, True),
    Transition(Move.DISMISS, State.IN_REVIEW, State.DISMISSED, Who.REVIEWER, True),
    Transition(Move.DISMISS, State.DECIDED, State.DISMISSED, Who.AUTHOR_OR_EDITOR, True),
    # Back to where it would stand had it not been dismissed: see `state_when_restored`.
    Transition(Move.RESTORE, State.DISMISSED, State.NEW, Who.REVIEWER),
    Transition(Move.RESTORE, State.DISMISSED, State.IN_REVIEW, Who.REVIEWER),
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


def state_when_restored(*, decided: bool, has_draft: bool) -> State:
    """The state that a dismissed claim goes back to."""
    if decided:
        return State.DECIDED
    return State.IN_REVIEW if has_draft else State.NEW
