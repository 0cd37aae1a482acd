"""The table of transitions is complete, and what it does not have is refused."""

import pytest

from claims.workflow import (
    TRANSITIONS,
    Move,
    NotAllowedError,
    State,
    find_transition,
    state_when_restored,
)


def test_every_state_can_be_left_and_every_move_is_in_the_table() -> None:
    assert {row.before for row in TRANSITIONS} == set(State)
    assert {row.after for row in TRANSITIONS} == set(State)
    assert {row.move for row in TRANSITIONS} == set(Move)


@pytest.mark.parametrize("before", [State.NEW, State.IN_REVIEW, State.DECIDED])
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
    ("decided", "has_draft", "state"),
    [
        (True, True, State.DECIDED),
        (True, False, State.DECIDED),
        (False, True, State.IN_REVIEW),
        (False, False, State.NEW),
    ],
)
def test_restored_claims_go_back_to_where_they_would_stand(decided: bool, has_draft: bool, state: State) -> None:
    assert state_when_restored(decided=decided, has_draft=has_draft) == state
