"""The table of transitions is complete, and what it does not have is refused."""

import pytest

from claims.workflow import (
    TRANSITIONS,
    Move,
    NotAllowedError,
    State,
    Who,
    find_transition,
    state_when_restored,
)


def test_every_state_can_be_left_and_every_move_is_in_the_table() -> None:
    assert {row.before for row in TRANSITIONS} == set(State)
    assert {row.after for row in TRANSITIONS} == set(State)
    assert {row.move for row in TRANSITIONS} == set(Move)


@pytest.mark.parametrize("before", [state for state in State if state != State.DISMISSED])
def test_dismissing_works_from_anywhere_and_asks_why(before: State) -> None:
    row = find_transition(Move.DISMISS, before)
    assert row.after == State.DISMISSED
    assert row.needs_reason
    assert find_transition(Move.RESTORE, State.DISMISSED, before).after == before


def test_reopening_asks_why() -> None:
    assert find_transition(Move.REOPEN, State.DECIDED).needs_reason


@pytest.mark.parametrize("before", [State.NEW, State.DISMISSED])
def test_what_the_table_does_not_have_is_refused_in_words(before: State) -> None:
    with pytest.raises(NotAllowedError, match=f"A claim that is {before.label.lower()}"):
        find_transition(Move.DECIDE, before)


@pytest.mark.parametrize(
    ("decided", "submitted", "has_draft", "state"),
    [
        (True, 1, True, State.DECIDED),
        (True, 3, False, State.DECIDED),
        (False, 2, False, State.DISPUTED),
        (False, 1, True, State.AWAITING_SECOND),
        (False, 0, True, State.IN_REVIEW),
        (False, 0, False, State.NEW),
    ],
)
def test_restored_claims_go_back_to_where_they_would_stand(
    decided: bool, submitted: int, has_draft: bool, state: State
) -> None:
    assert state_when_restored(decided=decided, submitted=submitted, has_draft=has_draft) == state


@pytest.mark.parametrize(
    ("move", "before", "after", "who"),
    [
        (Move.SUBMIT, State.IN_REVIEW, State.AWAITING_SECOND, Who.REVIEWER),
        (Move.DECIDE, State.IN_REVIEW, State.DECIDED, Who.REVIEWER),
        (Move.DECIDE, State.AWAITING_SECOND, State.DECIDED, Who.OTHER_REVIEWER),
        (Move.DISPUTE, State.AWAITING_SECOND, State.DISPUTED, Who.OTHER_REVIEWER),
        (Move.SETTLE, State.DISPUTED, State.DECIDED, Who.OTHER_EDITOR),
        (Move.REOPEN, State.AWAITING_SECOND, State.IN_REVIEW, Who.FIRST_OR_EDITOR),
    ],
)
def test_two_reviews(move: Move, before: State, after: State, who: Who) -> None:
    row = find_transition(move, before)
    assert (row.after, row.who) == (after, who)


def test_a_dispute_is_settled_with_a_reason_and_left_in_no_other_way_but_dismissing() -> None:
    assert find_transition(Move.SETTLE, State.DISPUTED).needs_reason
    assert {row.move for row in TRANSITIONS if row.before == State.DISPUTED} == {Move.SETTLE, Move.DISMISS}
