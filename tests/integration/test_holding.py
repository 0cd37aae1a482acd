"""Who has a claim: taking the next one, taking, giving back, assigning, lapsing, and what ends it."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from claims.actions import holding
from claims.actions.citing import add_citation
from claims.actions.conflicts import ConflictError
from claims.actions.holding import assign, release, take, take_next, touch
from claims.actions.reviewing import dismiss_claim, save_draft, submit_review, withdraw_review
from claims.actions.statements import join_claims
from claims.history import claim_history
from claims.models import Claim, Review, User
from claims.roles import Role
from claims.workflow import State
from tests import recipes
from tests.racing import at_once

pytestmark = pytest.mark.django_db

EVENTS: Any = Claim._meta.get_field("events").related_model


@pytest.fixture
def ana() -> User:
    return recipes.user(first_name="Ana", last_name="Ruiz")


@pytest.fixture
def ben() -> User:
    return recipes.user(first_name="Ben")


@pytest.fixture
def eva() -> User:
    return recipes.user(Role.EDITOR, first_name="Eva")


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("held_by", "assigned_by").get(pk=claim.pk)


def let_lapse(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(held_until=timezone.now() - dt.timedelta(seconds=1))


def draft(claim: Claim, by: User, seen: int = 0, **changes: Any) -> Review:
    values: dict[str, Any] = {"rating": None, "rationale": "", "no_citation_reason": "", "verdicts": {}, **changes}
    return save_draft(claim=claim, by=by, expected_version=seen, **values)


def told(claim: Claim, reader: User) -> list[str]:
    return [
        f"{entry.who} {entry.did}" + (f": {entry.detail}" if entry.detail else "")
        for entry in claim_history(claim, reader)
    ]


# --- Take next --------------------------------------------------------------------------------------------


def test_the_next_is_the_best_free_one_of_the_queue(ana: User, ben: User) -> None:
    third, first, second = (recipes.claim(priority=number) for number in (1, 3, 2))
    assert [take_next(query="", by=person) for person in (ana, ben, ana)] == [first, second, third]
    assert take_next(query="", by=ben) is None
    assert set(Claim.objects.held_for(ana)) == {first, third}


def test_the_filters_and_the_order_hold(ana: User) -> None:
    recipes.claim(text="Taxes fall", priority=5)
    dam = recipes.claim(text="The dam breaks")
    assert take_next(query="q=dam", by=ana) == dam
    assert take_next(query="q=dam", by=ana) is None
    oldest = recipes.claim(reported_at=timezone.now() - dt.timedelta(days=9))
    assert take_next(query="sort=oldest", by=ana) == oldest


def test_whose_claims_one_looks_at_makes_no_difference(ana: User) -> None:
    first, second = recipes.claim(priority=1), recipes.claim()
    take(claim=first, by=ana)
    assert take_next(query="held=me&mine=1", by=ana) == second


@pytest.mark.parametrize("query", ["state=all", "state=decided", "state=dismissed"])
def test_what_is_closed_is_not_given_out(ana: User, query: str) -> None:
    recipes.decided_claim()
    recipes.claim(state="dismissed", dismissal_reason="trivial")
    assert take_next(query=query, by=ana) is None


def test_what_one_has_reviewed_goes_to_others(ana: User, ben: User) -> None:
    claim = recipes.claim(state="in_review")
    recipes.review(claim=claim, reviewer=ana, state="submitted")
    assert take_next(query="", by=ana) is None
    assert take_next(query="", by=ben) == claim


def test_readers_take_nothing() -> None:
    recipes.claim()
    with pytest.raises(PermissionDenied, match="Only reviewers can take claims"):
        take_next(query="", by=recipes.user(Role.READER))


def test_one_statement_finds_and_locks_it(ana: User, django_assert_max_num_queries: Any) -> None:
    for _ in range(9):
        recipes.claim()
    with django_assert_max_num_queries(9) as captured:
        take_next(query="", by=ana)
    assert sum("SKIP LOCKED" in query["sql"] for query in captured.captured_queries) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_people_at_the_same_instant_get_fifty_claims() -> None:
    people = [recipes.user() for _ in range(50)]
    best = [recipes.claim(priority=1).pk for _ in range(50)]
    for _ in range(20):
        recipes.claim()
    got = at_once(*[partial(take_next, query="", by=person) for person in people])
    assert not [error for error in got if isinstance(error, Exception)]
    assert sorted(claim.pk for claim in got) == best
    assert {(claim.pk, claim.held_by_id) for claim in Claim.objects.held()} == {
        (claim.pk, person.pk) for claim, person in zip(got, people, strict=True)
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_claim_one_is_told_who_was_first() -> None:
    ana, ben, claim = recipes.user(username="ana"), recipes.user(username="ben"), recipes.claim()
    results = at_once(partial(take, claim=claim, by=ana), partial(take, claim=claim, by=ben))
    (error,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(error, ConflictError)
    assert error.message.startswith(f"{fresh(claim).held_by} has taken this claim since ")


# --- Taking, giving back, lapsing --------------------------------------------------------------------------


def test_a_hold_says_who_and_since_when_and_lapses(ana: User, ben: User, settings: Settings) -> None:
    settings.HOLD_MINUTES = 30
    claim = take(claim=recipes.claim(), by=ana)
    stored = fresh(claim)
    assert (stored.held_by, stored.assigned_by, stored.version) == (ana, None, 1)
    assert stored.held_since is not None
    assert stored.held_until == stored.held_since + dt.timedelta(minutes=30)
    with pytest.raises(ConflictError, match=r"Ana Ruiz has taken this claim since \d\d:\d\d\."):
        take(claim=claim, by=ben)
    let_lapse(claim)
    assert not fresh(claim).is_held
    assert claim in Claim.objects.free()
    take(claim=claim, by=ben)
    assert fresh(claim).held_by == ben


def test_taking_again_keeps_it_for_longer(ana: User) -> None:
    claim = take(claim=recipes.claim(), by=ana)
    since = fresh(claim).held_since
    soon = timezone.now() + dt.timedelta(minutes=3)
    Claim.objects.filter(pk=claim.pk).update(held_until=soon)
    take(claim=claim, by=ana)
    assert fresh(claim).held_since == since
    assert fresh(claim).held_until > soon + dt.timedelta(minutes=50)  # type: ignore[operator]


def test_closed_claims_are_not_taken(ana: User) -> None:
    with pytest.raises(PermissionDenied, match="This claim is decided"):
        take(claim=recipes.decided_claim(), by=ana)


def test_giving_back(ana: User, ben: User, eva: User) -> None:
    claim = take(claim=recipes.claim(), by=ana)
    with pytest.raises(PermissionDenied, match="Only editors can give back what somebody else has taken"):
        release(claim=claim, by=ben)
    release(claim=claim, by=ana)
    with pytest.raises(PermissionDenied, match="Nobody has taken this claim"):
        release(claim=claim, by=ana)
    take(claim=claim, by=ana)
    release(claim=claim, by=eva)
    assert claim in Claim.objects.free()
    assert "Eva gave the claim back, which Ana Ruiz had taken" in told(claim, eva)


def test_a_hold_is_whole_or_not_there(ana: User) -> None:
    claim = recipes.claim()
    with pytest.raises(IntegrityError, match="claim_held_by_somebody_or_not"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(held_by=ana)
    with pytest.raises(IntegrityError, match="claim_held_by_somebody_or_not"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(hold_note="for nobody")


# --- Assigning --------------------------------------------------------------------------------------------


def test_editors_assign_and_it_keeps_for_longer(ana: User, eva: User) -> None:
    claim = assign(claim=recipes.claim(), to=ana, by=eva, note=" The minister denies it. ")
    stored = fresh(claim)
    assert (stored.held_by, stored.assigned_by, stored.hold_note) == (ana, eva, "The minister denies it.")
    assert stored.held_until > timezone.now() + dt.timedelta(hours=23)  # type: ignore[operator]
    before = stored.held_until
    touch(stored, ana)
    assert fresh(claim).held_until == before, "opening it does not shorten it"
    assert "Eva assigned the claim to Ana Ruiz: The minister denies it." in told(claim, eva)


def test_reviewers_hand_over_only_what_they_have(ana: User, ben: User) -> None:
    claim = recipes.claim()
    with pytest.raises(PermissionDenied, match="Only editors can assign a claim that they have not taken"):
        assign(claim=claim, to=ben, by=ana)
    take(claim=claim, by=ana)
    assign(claim=claim, to=ben, by=ana, note="You know the numbers.")
    assert fresh(claim).held_by == ben
    assert told(claim, ana)[0] == "Ana Ruiz handed the claim over to Ben: You know the numbers."
    with pytest.raises(PermissionDenied):
        assign(claim=claim, to=ana, by=ana)


def test_an_editor_who_assigns_to_herself_takes_it(eva: User) -> None:
    claim = assign(claim=recipes.claim(), to=eva, by=eva)
    assert fresh(claim).assigned_by is None
    assert "Eva took the claim" in told(claim, eva)


def test_who_does_not_review_is_given_nothing(eva: User) -> None:
    reader = recipes.user(Role.READER, first_name="Rita")
    with pytest.raises(ValidationError, match="Rita does not review claims"):
        assign(claim=recipes.claim(), to=reader, by=eva)
    with pytest.raises(ValidationError, match="at most 1000"):
        assign(claim=recipes.claim(), to=eva, by=eva, note="x" * 1001)


# --- Activity ---------------------------------------------------------------------------------------------


def test_beginning_a_draft_takes_a_free_claim(ana: User, ben: User) -> None:
    claim = recipes.claim()
    draft(claim, ana, rationale="So far")
    assert fresh(claim).held_by == ana
    draft(claim, ben, rationale="I, too")
    assert fresh(claim).held_by == ana, "two may review the same claim"


def test_citing_takes_it_too(ana: User) -> None:
    claim = recipes.claim()
    values = {"address": "https://example.org/", "title": "", "publisher": "", "passage": "", "stance": "context",
              "primary": False, "published_on": None, "read_on": timezone.localdate(), "note": ""}  # fmt: skip
    add_citation(claim=claim, by=ana, values=values)
    assert fresh(claim).held_by == ana


def test_work_keeps_the_claim_and_does_not_flood_the_history(ana: User) -> None:
    claim = recipes.claim()
    review = draft(claim, ana, rationale="So far")
    events = EVENTS.objects.filter(pgh_obj_id=claim.pk).count()
    for words in ("a", "b", "c"):
        let_lapse(claim)  # nobody else has taken it meanwhile
        review = draft(claim, ana, review.version, rationale=words)
        assert fresh(claim).is_held_by(ana)
    assert EVENTS.objects.filter(pgh_obj_id=claim.pk).count() == events
    assert fresh(claim).version == claim.version + 1, "only the start of the review"


def test_drafts_survive_and_so_does_working_on_them(ana: User, ben: User) -> None:
    claim = recipes.claim()
    review = draft(claim, ana, rationale="So far")
    let_lapse(claim)
    assert take_next(query="", by=ben) == claim
    review.refresh_from_db()
    assert (review.state, review.rationale) == ("draft", "So far")
    draft(claim, ana, review.version, rationale="Further")
    assert fresh(claim).held_by == ben


def test_looking_at_it_does_not_take_up_a_hold_that_lapsed(ana: User) -> None:
    claim = take(claim=recipes.claim(), by=ana)
    let_lapse(claim)
    touch(fresh(claim), ana)
    assert not fresh(claim).is_held


def test_the_warning_comes_ten_minutes_before_or_at_half_time(settings: Settings) -> None:
    assert holding.warning_time() == dt.timedelta(minutes=10)
    settings.HOLD_MINUTES = 6
    assert holding.warning_time() == dt.timedelta(minutes=3)


# --- What ends it -----------------------------------------------------------------------------------------


def test_submitting_ends_it(ana: User) -> None:
    claim = recipes.claim()
    review = draft(claim, ana, rating=recipes.rating(), no_citation_reason="Common knowledge")
    submit_review(review=review, by=ana, expected_version=review.version)
    assert fresh(claim).held_by is None
    assert [line for line in told(claim, ana) if "gave" in line] == []


def test_somebody_elses_decision_ends_it(ana: User, ben: User) -> None:
    claim = take(claim=recipes.claim(), by=ben)
    review = draft(claim, ana, rating=recipes.rating(), no_citation_reason="Common knowledge")
    assert fresh(claim).held_by == ben
    submit_review(review=review, by=ana, expected_version=review.version)
    assert (fresh(claim).state, fresh(claim).held_by) == (State.DECIDED, None)


def test_withdrawing_ends_ones_own(ana: User, ben: User) -> None:
    claim = recipes.claim()
    review = draft(claim, ana, rationale="So far")
    other = draft(claim, ben, rationale="I, too")
    withdraw_review(review=other, by=ben)
    assert fresh(claim).held_by == ana
    withdraw_review(review=review, by=ana)
    assert (fresh(claim).state, fresh(claim).held_by) == (State.NEW, None)


def test_dismissing_and_joining_end_it(ana: User) -> None:
    claim, twin, into = recipes.claim(), recipes.statement().claim, recipes.statement().claim
    for each in (claim, twin):
        take(claim=each, by=ana)
    dismiss_claim(claim=claim, by=ana, reason="trivial")
    join_claims(claim=twin, into=into, by=ana)
    assert fresh(claim).held_by is None
    assert fresh(twin).held_by is None
