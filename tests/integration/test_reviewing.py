"""Actions on reviews and claims: what they write, refuse and leave behind in the history."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from claims.actions.citing import add_citation, edit_citation, remove_citation
from claims.actions.conflicts import ConflictError
from claims.actions.reviewing import (
    VerdictInput,
    dismiss_claim,
    edit_claim_text,
    reopen_claim,
    restore_claim,
    save_draft,
    submit_review,
    withdraw_review,
)
from claims.models import Citation, Claim, Rating, Review, User
from claims.roles import Role
from claims.workflow import State
from tests import recipes
from tests.integration.test_history import events_of
from tests.racing import at_once

pytestmark = pytest.mark.django_db

CITED: Any = {
    "address": "https://stats.example.org/jobs",
    "title": "Labour market, October",
    "publisher": "Statistics Office",
    "passage": "Employment fell by 0.2 per cent.",
    "stance": "refutes",
    "primary": True,
    "published_on": None,
    "read_on": timezone.localdate(),
    "note": "",
}


@pytest.fixture
def ana() -> User:
    return recipes.user(first_name="Ana")


@pytest.fixture
def claim() -> Claim:
    return recipes.statement().claim


def draft(claim: Claim, by: User, **given: Any) -> Review:
    values: dict[str, Any] = {
        "rating": None, "rationale": "", "no_citation_reason": "", "verdicts": {}, "expected_version": 0
    }  # fmt: skip
    return save_draft(claim=claim, by=by, **{**values, **given})


def submitted(claim: Claim, by: User) -> Review:
    review = draft(claim, by, rating=recipes.rating(), no_citation_reason="Seen by everybody.")
    return submit_review(review=review, by=by, expected_version=review.version)


# --- Drafts -------------------------------------------------------------------------------------------------


def test_the_first_draft_begins_the_review(claim: Claim, ana: User) -> None:
    review = draft(claim, ana, rationale="It fell.\r\n")
    claim.refresh_from_db()
    assert (claim.state, review.rationale, review.state) == (State.IN_REVIEW, "It fell.", "draft")
    event = events_of(claim).latest("pgh_id")
    assert (event.state, event.pgh_context.metadata) == ("in_review", {"action": "save_draft", "user": ana.pk})


def test_what_is_stored_already_is_not_written_again(claim: Claim, ana: User) -> None:
    first = draft(claim, ana, rationale="It fell.")
    again = draft(claim, ana, rationale="It fell. ")
    assert (again.version, events_of(first).count()) == (first.version, 1)


def test_verdicts_are_set_changed_and_taken_away(claim: Claim, ana: User) -> None:
    [pk] = claim.statements.values_list("pk", flat=True)
    review = draft(claim, ana, verdicts={pk: VerdictInput("altered", "Not his words.")})
    assert [(row.verdict, row.note) for row in review.verdicts.all()] == [("altered", "Not his words.")]
    review = draft(claim, ana, verdicts={pk: VerdictInput("")}, expected_version=review.version)
    assert not review.verdicts.exists()
    other = recipes.statement()
    draft(claim, ana, verdicts={other.pk: VerdictInput("accurate")}, expected_version=review.version)
    assert not other.verdicts.exists(), "a statement of another claim"


def test_the_later_window_is_told_what_changed(claim: Claim, ana: User) -> None:
    half, false = recipes.rating(label="Half true"), recipes.rating(label="False")
    first = draft(claim, ana, rating=half, rationale="It fell.")
    draft(claim, ana, rating=half, rationale="It fell a little.", expected_version=first.version)
    with pytest.raises(ConflictError) as caught:
        draft(claim, ana, rating=false, rationale="It rose.", expected_version=first.version)
    assert [(change.label, change.theirs, change.yours) for change in caught.value.changes] == [
        ("Verification status", "Half true", "False"),
        ("Rationale", "It fell a little.", "It rose."),
    ]
    first.refresh_from_db()
    assert (first.rating, first.rationale) == (half, "It fell a little.")


def test_a_retired_rating_cannot_be_chosen(claim: Claim, ana: User) -> None:
    with pytest.raises(ValidationError, match="no longer part of the scale"):
        draft(claim, ana, rating=recipes.rating(retired_at=timezone.now()))


# --- Submitting ---------------------------------------------------------------------------------------------


def test_submitting_decides(claim: Claim, ana: User) -> None:
    review = submitted(claim, ana)
    claim.refresh_from_db()
    assert (claim.state, claim.decided_review, review.state) == (State.DECIDED, review, "submitted")
    assert review.submitted_at is not None


def test_a_rating_and_evidence_or_a_reason_are_demanded(claim: Claim, ana: User) -> None:
    review = draft(claim, ana)
    with pytest.raises(ValidationError) as caught:
        submit_review(review=review, by=ana, expected_version=review.version)
    assert set(caught.value.message_dict) == {"rating", "no_citation_reason"}
    review = draft(claim, ana, rating=recipes.rating(), expected_version=review.version)
    add_citation(claim=claim, by=ana, values=CITED)
    assert submit_review(review=review, by=ana, expected_version=review.version).state == "submitted"


def test_only_what_was_seen_is_submitted(claim: Claim, ana: User) -> None:
    review = draft(claim, ana, rating=recipes.rating())
    add_citation(claim=claim, by=ana, values=CITED)
    seen = review.citations_mark
    add_citation(claim=claim, by=ana, values={**CITED, "title": "Another"})
    with pytest.raises(ConflictError, match="changed in another window"):
        submit_review(review=review, by=ana, expected_version=review.version, citations_seen=seen)
    with pytest.raises(ConflictError, match="changed in another window"):
        submit_review(review=review, by=ana, expected_version=review.version + 1)


def test_who_comes_second_keeps_the_draft_and_hears_who_decided(claim: Claim, ana: User) -> None:
    ben = recipes.user()
    theirs = draft(claim, ben, rationale="Mine.")
    submitted(claim, ana)
    with pytest.raises(ConflictError, match="Ana decided this claim"):
        draft(claim, ben, rationale="Mine, longer.", expected_version=theirs.version)
    with pytest.raises(ConflictError, match="Ana decided this claim"):
        submit_review(review=theirs, by=ben, expected_version=theirs.version)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.rationale) == ("draft", "Mine.")


def test_withdrawing_makes_the_claim_new_again_unless_somebody_else_is_at_it(claim: Claim, ana: User) -> None:
    ben = recipes.user()
    first, second = draft(claim, ana), draft(claim, ben)
    withdraw_review(review=first, by=ana)
    claim.refresh_from_db()
    assert claim.state == State.IN_REVIEW
    withdraw_review(review=second, by=ben)
    claim.refresh_from_db()
    assert claim.state == State.NEW
    assert draft(claim, ana, rationale="Again.").pk != first.pk


# --- Claims -------------------------------------------------------------------------------------------------


def test_reopening_makes_a_draft_and_says_why_in_the_history(claim: Claim, ana: User) -> None:
    review = submitted(claim, ana)
    claim.refresh_from_db()
    with pytest.raises(ValidationError, match="Say why"):
        reopen_claim(claim=claim, by=ana, reason=" ")
    reopen_claim(claim=claim, by=ana, reason="New figures.")
    claim.refresh_from_db()
    review.refresh_from_db()
    assert (claim.state, claim.decided_review, review.state) == (State.IN_REVIEW, None, "draft")
    assert [event.state for event in events_of(review).order_by("pgh_id")] == ["draft", "submitted", "draft"]
    assert events_of(claim).latest("pgh_id").pgh_context.metadata["reason"] == "New figures."


def test_dismissing_and_restoring(claim: Claim, ana: User) -> None:
    submitted(claim, ana)
    claim.refresh_from_db()
    dismiss_claim(claim=claim, reason="trivial", by=ana)
    claim.refresh_from_db()
    assert (claim.state, claim.dismissal_reason) == (State.DISMISSED, "trivial")
    restore_claim(claim=claim, by=ana)
    claim.refresh_from_db()
    assert (claim.state, claim.dismissal_reason) == (State.DECIDED, "")
    with pytest.raises(ValidationError, match="Say why"):
        dismiss_claim(claim=claim, reason="", by=ana)


def test_a_claim_that_gave_its_appearances_away_is_not_restored(ana: User) -> None:
    joined = recipes.claim(state="dismissed", dismissal_reason="duplicate", duplicate_of=recipes.claim())
    with pytest.raises(ValidationError, match="joined"):
        restore_claim(claim=joined, by=ana)


def test_moves_are_made_from_the_state_that_was_seen(claim: Claim, ana: User) -> None:
    seen = Claim.objects.get(pk=claim.pk)
    dismiss_claim(claim=claim, reason="trivial", by=recipes.user())
    with pytest.raises(ConflictError, match="dismissed: trivial"):
        dismiss_claim(claim=seen, reason="duplicate", by=ana)


def test_words_are_edited_unless_somebody_was_quicker(claim: Claim, ana: User) -> None:
    draft(claim, ana)  # raises the version, but not the words
    edit_claim_text(claim=claim, text=" The dam\nbreaks ", by=ana, expected_version=claim.version)
    stored = Claim.objects.get(pk=claim.pk)
    assert stored.text == "The dam breaks"
    with pytest.raises(ConflictError) as caught:
        edit_claim_text(claim=claim, text="It leaks", by=ana, expected_version=claim.version)
    assert [(change.theirs, change.yours) for change in caught.value.changes] == [("The dam breaks", "It leaks")]
    with pytest.raises(ValidationError, match="needs words"):
        edit_claim_text(claim=claim, text=" ", by=ana, expected_version=stored.version)


# --- Citations ----------------------------------------------------------------------------------------------


def test_citing_begins_the_review(claim: Claim, ana: User) -> None:
    citation = add_citation(claim=claim, by=ana, values=CITED)
    claim.refresh_from_db()
    assert (claim.state, citation.review.reviewer) == (State.IN_REVIEW, ana)
    second = add_citation(claim=claim, by=ana, values={**CITED, "title": "Second"})
    assert (second.review, second.position) == (citation.review, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "javascript:alert(1)"},
        {"address": "ftp://example.org/a"},
        {"address": "", "title": ""},
        {"stance": "maybe"},
    ],
)
def test_bad_citations_are_refused_and_begin_nothing(claim: Claim, ana: User, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        add_citation(claim=claim, by=ana, values={**CITED, **wrong})
    claim.refresh_from_db()
    assert (claim.state, Review.objects.count(), events_of(claim).count()) == (State.NEW, 0, 1)


def test_a_citation_that_somebody_changed_is_not_overwritten(claim: Claim, ana: User) -> None:
    citation = add_citation(claim=claim, by=ana, values=CITED)
    seen = citation.mark
    edit_citation(citation=citation, by=ana, values={**CITED, "note": "Table 3"}, seen=seen)
    with pytest.raises(ConflictError) as caught:
        edit_citation(citation=citation, by=ana, values={**CITED, "note": "Table 4"}, seen=seen)
    assert [(change.label, change.theirs, change.yours) for change in caught.value.changes] == [
        ("Note", "Table 3", "Table 4")
    ]
    with pytest.raises(ConflictError):
        remove_citation(citation=citation, by=ana, seen=seen)
    citation.refresh_from_db()
    remove_citation(citation=citation, by=ana, seen=citation.mark)
    assert [event.pgh_label for event in events_of(citation).order_by("pgh_id")] == ["insert", "update", "delete"]


# --- All of them --------------------------------------------------------------------------------------------


def test_roles_are_asked_by_the_actions_themselves(claim: Claim) -> None:
    reader = recipes.user(Role.READER)
    review = recipes.review(claim=claim)
    citation = recipes.citation(review=review)
    tries: list[Callable[[], Any]] = [
        lambda: draft(claim, reader),
        lambda: submit_review(review=review, by=reader, expected_version=1),
        lambda: withdraw_review(review=review, by=reader),
        lambda: dismiss_claim(claim=claim, reason="trivial", by=reader),
        lambda: restore_claim(claim=claim, by=reader),
        lambda: reopen_claim(claim=claim, by=reader, reason="So."),
        lambda: edit_claim_text(claim=claim, text="Other", by=reader, expected_version=1),
        lambda: add_citation(claim=claim, by=reader, values=CITED),
        lambda: edit_citation(citation=citation, by=reader, values=CITED, seen=""),
        lambda: remove_citation(citation=citation, by=reader, seen=""),
    ]
    for attempt in tries:
        with pytest.raises(PermissionDenied):
            attempt()
    other = recipes.user()
    with pytest.raises(PermissionDenied, match="Only its author"):
        remove_citation(citation=citation, by=other, seen=citation.mark)


def test_a_write_that_fails_half_way_leaves_nothing(claim: Claim, ana: User) -> None:
    review = draft(claim, ana, rating=recipes.rating(), no_citation_reason="None needed.")
    rows = events_of(review).count(), events_of(claim).count()
    with (
        patch("claims.actions.reviewing.move_claim", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        submit_review(review=review, by=ana, expected_version=review.version)
    review.refresh_from_db()
    assert review.state == "draft"
    assert (events_of(review).count(), events_of(claim).count()) == rows


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_wins_and_the_other_is_told(setup: None) -> None:
    ana, claim = recipes.user(), recipes.statement().claim
    first = draft(claim, ana, rationale="Start")
    results = at_once(
        lambda: draft(claim, ana, rationale="One", expected_version=first.version),
        lambda: draft(claim, ana, rationale="Two", expected_version=first.version),
    )
    [won] = [result for result in results if isinstance(result, Review)]
    [lost] = [result for result in results if isinstance(result, ConflictError)]
    assert {lost.changes[0].theirs, lost.changes[0].yours} == {"One", "Two"}
    assert Review.objects.get().rationale == won.rationale == lost.changes[0].theirs


@pytest.mark.django_db(transaction=True)
def test_of_two_first_drafts_at_once_there_is_one(setup: None) -> None:
    ana, claim = recipes.user(), recipes.statement().claim
    results = at_once(lambda: draft(claim, ana, rationale="One"), lambda: draft(claim, ana, rationale="Two"))
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Review"]
    assert Review.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_who_submit_at_once_one_decides(setup: None) -> None:
    claim = recipes.statement().claim
    rating = Rating.objects.offered()[0]
    people = [recipes.user(), recipes.user()]
    reviews = [draft(claim, person, rating=rating, no_citation_reason="Plain.") for person in people]
    results = at_once(
        *(
            lambda review=review, person=person: submit_review(
                review=review, by=person, expected_version=review.version
            )
            for review, person in zip(reviews, people, strict=True)
        )
    )
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Review"]
    claim.refresh_from_db()
    assert claim.decided_review is not None
    assert claim.decided_review.state == "submitted"
    assert sorted(Review.objects.values_list("state", flat=True)) == ["draft", "submitted"]
    assert Citation.objects.count() == 0
