"""Two reviews of one claim: written blind, equal ones decide, an editor settles what differs."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from claims.actions.conflicts import ConflictError
from claims.actions.reviewing import (
    VerdictInput,
    dismiss_claim,
    edit_claim_text,
    reopen_claim,
    restore_claim,
    withdraw_review,
)
from claims.actions.reviewing import submit_review as submit
from claims.actions.settling import NO_EVIDENCE_OF_ITS_OWN, set_reviews_needed, settle_claim
from claims.actions.statements import join_claims
from claims.history import claim_history
from claims.models import Claim, DeskSettings, Rating, Review, Settlement, User
from claims.permissions import readable_reviews
from claims.roles import Role
from claims.workflow import State
from tests import recipes
from tests.integration.test_history import events_of
from tests.integration.test_reviewing import draft
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return recipes.user(first_name="Ana")


@pytest.fixture
def ben() -> User:
    return recipes.user(first_name="Ben")


@pytest.fixture
def eva() -> User:
    return recipes.user(Role.EDITOR, first_name="Eva")


@pytest.fixture
def claim(eva: User) -> Claim:
    return set_reviews_needed(claim=recipes.statement().claim, needed=2, by=eva)


@pytest.fixture
def scale() -> list[Rating]:
    return [recipes.rating(label=label) for label in ("True", "Half true", "False")]


def submitted(claim: Claim, by: User, rating: Rating, **given: Any) -> Review:
    review = draft(claim, by, **{"rating": rating, "no_citation_reason": "Plain.", **given})
    return submit(review=review, by=by, expected_version=review.version)


def state_of(claim: Claim) -> State:
    claim.refresh_from_db()
    return State(claim.state)


def told(claim: Claim, reader: User) -> set[str]:
    return {f"{entry.who} {entry.did}" for entry in claim_history(Claim.objects.get(pk=claim.pk), reader)}


# --- How many ----------------------------------------------------------------------------------------------


def test_the_desk_says_how_many_and_a_claim_can_have_its_own_number(ana: User, eva: User, scale: list[Rating]) -> None:
    DeskSettings.objects.create(pk=1, reviews_needed=2)
    by_default, lowered = recipes.statement().claim, recipes.statement().claim
    set_reviews_needed(claim=lowered, needed=1, by=eva)
    submitted(by_default, ana, scale[0])
    submitted(lowered, ana, scale[0])
    assert (state_of(by_default), state_of(lowered)) == (State.AWAITING_SECOND, State.DECIDED)
    DeskSettings.objects.update(reviews_needed=1)
    ben = recipes.user()
    submitted(by_default, ben, scale[2])
    assert state_of(by_default) == State.DISPUTED, "what began with two ends with two"


def test_a_second_review_is_asked_for_by_reviewers_and_called_off_by_editors(ana: User, eva: User) -> None:
    claim = recipes.statement().claim
    asked = set_reviews_needed(claim=claim, needed=2, by=ana)
    assert (asked.reviews_needed, set_reviews_needed(claim=asked, needed=2, by=ana).version) == (2, asked.version)
    with pytest.raises(PermissionDenied, match="Only editors can say"):
        set_reviews_needed(claim=asked, needed=1, by=ana)
    with pytest.raises(ValidationError, match="one review or two"):
        set_reviews_needed(claim=asked, needed=3, by=eva)
    assert set_reviews_needed(claim=asked, needed=1, by=eva).reviews_needed == 1
    assert {"Ana asked for a second review", "Eva said that one review is enough"} <= told(claim, ana)


def test_a_second_review_is_not_called_off_once_the_first_is_in(
    claim: Claim, ana: User, eva: User, scale: list[Rating]
) -> None:
    submitted(claim, ana, scale[0])
    claim.refresh_from_db()
    with pytest.raises(PermissionDenied, match="submitted already"):
        set_reviews_needed(claim=claim, needed=1, by=eva)


# --- Two reviews -------------------------------------------------------------------------------------------


def test_equal_reviews_decide_and_the_earlier_is_the_deciding_one(
    claim: Claim, ana: User, ben: User, scale: list[Rating]
) -> None:
    first = submitted(claim, ana, scale[0])
    assert (state_of(claim), claim.decided_review, claim.is_open) == (State.AWAITING_SECOND, None, True)
    submitted(claim, ben, scale[0])
    assert (state_of(claim), claim.decided_review) == (State.DECIDED, first)
    assert {
        "Ana submitted the first review: True",
        "Ben submitted a second review, which decided the claim: True",
    } <= told(claim, ben)


@pytest.mark.parametrize(
    ("equal_to_next", "retired", "given", "state"),
    [
        ([], [], (0, 1), State.DISPUTED),
        ([0], [], (0, 1), State.DECIDED),
        ([0], [], (1, 0), State.DECIDED),
        ([1], [], (0, 1), State.DISPUTED),
        ([0, 1], [], (0, 2), State.DISPUTED),
        ([0], [1], (0, 2), State.DECIDED),
    ],
)
def test_neighbours_on_the_scale_may_count_as_equal(
    equal_to_next: list[int], retired: list[int], given: tuple[int, int], state: State
) -> None:
    scale = [
        recipes.rating(equals_next=number in equal_to_next, retired_at=timezone.now() if number in retired else None)
        for number in range(3)
    ]
    claim = recipes.claim(reviews_needed=2)
    for number in given:
        submitted(claim, recipes.user(), scale[number])
    assert state_of(claim) == state


def test_the_first_reviewer_does_not_write_the_second(claim: Claim, ana: User, scale: list[Rating]) -> None:
    submitted(claim, ana, scale[0])
    with pytest.raises(ConflictError, match="Somebody else has to write the second"):
        draft(claim, ana, rationale="Once more.")
    assert Review.objects.count() == 1


def test_the_first_review_is_taken_back_by_its_author_or_an_editor(
    claim: Claim, ana: User, ben: User, eva: User, scale: list[Rating]
) -> None:
    review = submitted(claim, ana, scale[0])
    claim.refresh_from_db()
    with pytest.raises(PermissionDenied, match="somebody else wrote the first review"):
        reopen_claim(claim=claim, by=ben, reason="So.")
    reopen_claim(claim=claim, by=ana, reason="A wrong figure")
    review.refresh_from_db()
    assert (state_of(claim), review.state) == (State.IN_REVIEW, "draft")
    assert "Ana took the first review back" in told(claim, ben)
    submit(review=review, by=ana, expected_version=review.version)
    claim.refresh_from_db()
    reopen_claim(claim=claim, by=eva, reason="Wait")
    assert state_of(claim) == State.IN_REVIEW


def test_giving_a_second_draft_up_leaves_the_first_review_waiting(
    claim: Claim, ana: User, ben: User, scale: list[Rating]
) -> None:
    submitted(claim, ana, scale[0])
    withdraw_review(review=draft(claim, ben), by=ben)
    assert state_of(claim) == State.AWAITING_SECOND


@pytest.mark.parametrize("reviews", [1, 2])
def test_dismissing_and_restoring_lead_back(claim: Claim, eva: User, scale: list[Rating], reviews: int) -> None:
    for rating in scale[:reviews]:
        submitted(claim, recipes.user(), rating)
    before = state_of(claim)
    dismiss_claim(claim=claim, reason="trivial", by=eva)
    assert state_of(claim) == State.DISMISSED
    assert not readable_reviews(eva).exists(), "it is not decided, and may come back"
    restore_claim(claim=claim, by=eva)
    assert state_of(claim) == before


def test_dismissing_opens_what_a_review_is_about_to_nobody(
    claim: Claim, ana: User, ben: User, eva: User, scale: list[Rating]
) -> None:
    submitted(claim, ana, scale[0])
    dismiss_claim(claim=Claim.objects.get(pk=claim.pk), by=ben, reason="trivial")
    dismissed = Claim.objects.get(pk=claim.pk)
    with pytest.raises(PermissionDenied, match="Only editors can edit a claim of which a review was submitted"):
        edit_claim_text(claim=dismissed, text="Something else.", by=ben, expected_version=dismissed.version)
    edit_claim_text(claim=dismissed, text="Something else.", by=eva, expected_version=dismissed.version)


def test_a_claim_whose_first_review_is_in_is_not_joined_away(claim: Claim, ana: User, scale: list[Rating]) -> None:
    submitted(claim, ana, scale[0])
    with pytest.raises(ValidationError, match="join the other one into it"):
        join_claims(claim=claim, into=recipes.claim(), by=ana)


# --- Settling ----------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(claim: Claim, ana: User, ben: User, scale: list[Rating]) -> Claim:
    [statement] = claim.statements.all()
    submitted(claim, ana, scale[0], verdicts={statement.pk: VerdictInput("accurate")})
    submitted(claim, ben, scale[2], verdicts={statement.pk: VerdictInput("altered", "Not his words.")})
    assert state_of(claim) == State.DISPUTED
    return claim


def test_an_editor_takes_one_of_the_two(disputed: Claim, ben: User, eva: User, scale: list[Rating]) -> None:
    settlement = settle_claim(claim=disputed, rating=scale[2], reason=" The table is clear.\r\n", by=eva)
    assert (settlement.by, settlement.rating, settlement.reason) == (eva, scale[2], "The table is clear.")
    assert state_of(disputed) == State.DECIDED
    assert disputed.decided_review == Review.objects.get(reviewer=ben)
    assert [review.reviewer.first_name for review in Review.objects.overruled()] == ["Ana"]
    assert events_of(settlement).get().pgh_context.metadata["action"] == "settle_claim"
    assert {"Eva settled the claim: False", "Ben submitted a second review that differs: False"} <= told(disputed, ben)


def test_an_editor_takes_a_third(disputed: Claim, ana: User, ben: User, eva: User, scale: list[Rating]) -> None:
    recipes.review(claim=disputed, reviewer=eva, rationale="Notes")
    settle_claim(claim=disputed, rating=scale[1], reason="Half of it holds.", by=eva)
    disputed.refresh_from_db()
    third = disputed.decided_review
    assert third is not None
    assert (third.reviewer, third.rating, third.rationale, third.no_citation_reason) == (
        eva, scale[1], "Half of it holds.", NO_EVIDENCE_OF_ITS_OWN,
    )  # fmt: skip
    assert Review.objects.get(rationale="Notes").state == "withdrawn"
    assert set(Review.objects.overruled().values_list("reviewer", flat=True)) == {ana.pk, ben.pk}
    assert "Eva settled the claim: Half true" in told(disputed, ana)


def test_who_may_settle_and_what_is_asked_for(disputed: Claim, ana: User, eva: User, scale: list[Rating]) -> None:
    with pytest.raises(PermissionDenied, match="Only editors can settle"):
        settle_claim(claim=disputed, rating=scale[0], reason="So.", by=ana)
    with pytest.raises(ValidationError, match="Both reviewers read it"):
        settle_claim(claim=disputed, rating=scale[0], reason=" ", by=eva)
    with pytest.raises(ValidationError, match="no longer part"):
        settle_claim(claim=disputed, rating=recipes.rating(retired_at="2026-01-01T00:00Z"), reason="So.", by=eva)
    Review.objects.filter(reviewer=ana).update(reviewer=eva)
    with pytest.raises(PermissionDenied, match="You wrote one of the two"):
        settle_claim(claim=disputed, rating=scale[0], reason="So.", by=eva)
    assert not Settlement.objects.exists()


def test_reopening_makes_all_reviews_drafts_and_the_history_keeps_the_settlement(
    disputed: Claim, ana: User, ben: User, eva: User, scale: list[Rating]
) -> None:
    settled = settle_claim(claim=disputed, rating=scale[1], reason="Half of it holds.", by=eva)
    disputed.refresh_from_db()
    reopen_claim(claim=disputed, by=eva, reason="New figures")
    assert state_of(disputed) == State.IN_REVIEW
    assert set(disputed.reviews.values_list("state", flat=True)) == {"draft"}
    assert not Settlement.objects.exists()
    assert [event.pgh_label for event in events_of(settled).order_by("pgh_id")] == ["insert", "delete"]
    assert "Eva settled the claim" in told(disputed, ben), "without what it says: the claim is blind again"
    for person in (ben, ana):
        review = Review.objects.get(reviewer=person)
        submit(review=review, by=person, expected_version=review.version)
    assert state_of(disputed) == State.DISPUTED


# --- At the same moment ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_second_reviewers_at_once_one_is_told_what_became_of_the_claim(setup: None) -> None:
    claim = recipes.statement().claim
    low, high = Rating.objects.offered()[:2]
    people = [recipes.user() for _ in range(3)]
    set_reviews_needed(claim=claim, needed=2, by=people[0])
    submitted(claim, people[0], low)
    reviews = [draft(claim, person, rating=high, no_citation_reason="Plain.") for person in people[1:]]
    results = at_once(
        *(lambda r=review: submit(review=r, by=r.reviewer, expected_version=r.version) for review in reviews)
    )
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Review"]
    [lost] = [result for result in results if isinstance(result, ConflictError)]
    assert "An editor settles it" in str(lost)
    assert state_of(claim) == State.DISPUTED
    assert sorted(claim.reviews.values_list("state", flat=True)) == ["draft", "submitted", "submitted"]


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_settles(setup: None) -> None:
    ratings = list(Rating.objects.offered()[:2])
    claim = recipes.reviewed_claim(*ratings)
    editors = [recipes.user(Role.EDITOR), recipes.user(Role.EDITOR)]
    results = at_once(
        *(
            lambda r=rating, e=editor: settle_claim(claim=claim, rating=r, reason="So.", by=e)
            for rating, editor in zip(ratings, editors, strict=True)
        )
    )
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Settlement"]
    assert state_of(claim) == State.DECIDED


@pytest.mark.django_db(transaction=True)
def test_the_first_review_is_taken_back_or_answered_and_not_both(setup: None) -> None:
    low = Rating.objects.offered()[0]
    ana, ben, claim = recipes.user(), recipes.user(), recipes.statement().claim
    set_reviews_needed(claim=claim, needed=2, by=ana)
    submitted(claim, ana, low)
    second = draft(claim, ben, rating=low, no_citation_reason="Plain.")
    claim.refresh_from_db()
    results = at_once(
        lambda: reopen_claim(claim=claim, by=ana, reason="Wait"),
        lambda: submit(review=second, by=ben, expected_version=second.version),
    )
    states = sorted(claim.reviews.values_list("state", flat=True))
    if any(isinstance(result, ConflictError) for result in results):
        assert (state_of(claim), states) == (State.DECIDED, ["submitted", "submitted"])
    else:
        assert (state_of(claim), states) == (State.AWAITING_SECOND, ["draft", "submitted"])
