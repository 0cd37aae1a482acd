"""The same done to many claims at once, shown before it happens, and taken back."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from claims.actions import bulk
from claims.actions.bulk import assign_many, dismiss_many, set_priority_of_many, undo_many
from claims.actions.holding import take
from claims.actions.reviewing import edit_claim_text, restore_claim, withdraw_review
from claims.history import claim_history
from claims.models import BulkChange, BulkKind, Claim, User
from claims.roles import Role
from claims.workflow import State
from tests import recipes

pytestmark = pytest.mark.django_db

EVENTS: Any = Claim._meta.get_field("events").related_model


@pytest.fixture
def ana(client: Client) -> User:
    """A reviewer who is signed in."""
    person = recipes.user(first_name="Ana", last_name="Ruiz")
    client.force_login(person)
    return person


@pytest.fixture
def eva() -> User:
    return recipes.user(Role.EDITOR, first_name="Eva")


def many(number: int = 5, **fields: Any) -> list[int]:
    return [recipes.claim(text=f"Claim {n}", **fields).pk for n in range(number)]


def chosen(do: str, pks: list[int]) -> str:
    """The address to which ticking claims leads."""
    return f"/queue/bulk/?do={do}&queue=state%3Dnew&" + "&".join(f"claim={pk}" for pk in pks)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- What is done -----------------------------------------------------------------------------------------


def test_dismissing_many_is_one_statement_and_a_row_of_history_each(
    ana: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pks = many(40)
    take(claim=Claim.objects.get(pk=pks[0]), by=ana)
    events = EVENTS.objects.count()
    with django_assert_max_num_queries(14):
        done = dismiss_many(claims=pks, reason="trivial", note="Weather", by=ana)
    assert (done.change.count, done.left_out) == (40, 0)
    assert Claim.objects.filter(state=State.DISMISSED, dismissal_note="Weather", held_by=None).count() == 40
    assert EVENTS.objects.count() == events + 40
    contexts = {event.pgh_context.metadata["bulk"] for event in EVENTS.objects.filter(state="dismissed")}
    assert contexts == {done.change.pk}
    (entry, *_) = claim_history(Claim.objects.get(pk=pks[1]), ana)
    assert (entry.who, entry.did) == ("Ana Ruiz", "dismissed the claim: trivial")
    assert entry.detail == "Weather Together with 39 others."


def test_what_one_may_not_change_is_left_out_with_the_reason(ana: User, eva: User) -> None:
    decided, dismissed = recipes.decided_claim(), recipes.claim(state="dismissed", dismissal_reason="trivial")
    pks = [*many(2), decided.pk, dismissed.pk]
    claims, left_out = bulk.sort_out(BulkKind.DISMISS, list(Claim.objects.filter(pk__in=pks)), ana)
    assert {claim.pk for claim in claims} == set(pks[:2])
    assert left_out == {
        "Only editors can dismiss a claim that somebody else decided.": 1,
        "A claim that is dismissed cannot be changed this way.": 1,
    }
    done = dismiss_many(claims=pks, reason="trivial", by=ana)
    assert (done.change.count, done.left_out) == (2, 2)
    assert dismiss_many(claims=pks, reason="trivial", by=eva).change.count == 1


def test_assigning_many(ana: User, eva: User) -> None:
    pks = many(3)
    assign_many(claims=pks, to=ana, note="For the morning", by=eva)
    assert Claim.objects.held_for(ana).filter(assigned_by=eva, hold_note="For the morning").count() == 3
    (entry, *_) = claim_history(Claim.objects.get(pk=pks[0]), ana)
    assert (entry.did, entry.detail) == ("assigned the claim to Ana Ruiz", "For the morning Together with 2 others.")
    ben = recipes.user(first_name="Ben")
    assert assign_many(claims=[*pks, recipes.claim().pk], to=ben, by=ana).left_out == 1


def test_claims_that_await_their_second_review_cost_no_query_each(
    client: Client, eva: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first, second, rating = recipes.user(), recipes.user(), recipes.rating()
    own = recipes.claim(state="awaiting_second", reviews_needed=2)
    recipes.review(claim=own, reviewer=eva, rating=rating, state="submitted")
    pks = [own.pk, *many(12, state="awaiting_second", reviews_needed=2)]
    for pk in pks[1:]:
        recipes.review(claim=Claim(pk=pk), reviewer=first, rating=rating, state="submitted")
    client.force_login(eva)
    with django_assert_max_num_queries(12):
        assert client.get(chosen("assign", pks)).context["total"] == 12
    with django_assert_max_num_queries(14):
        assert assign_many(claims=pks, to=second, by=eva).left_out == 1


def test_the_priority_of_many(ana: User) -> None:
    pks = many(2)
    set_priority_of_many(claims=pks, priority=3, by=ana)
    assert set(Claim.objects.values_list("priority", flat=True)) == {3}
    assert claim_history(Claim.objects.get(pk=pks[0]), ana)[0].did == "set the priority to 3"


def test_limits(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        dismiss_many(claims=many(1), reason="", by=ana)
    with pytest.raises(PermissionDenied, match="Only reviewers can change claims"):
        dismiss_many(claims=many(1), reason="trivial", by=recipes.user(Role.READER))
    monkeypatch.setattr(bulk, "MOST", 3)
    with pytest.raises(ValidationError, match="At most 3 claims"):
        dismiss_many(claims=many(4), reason="trivial", by=ana)


# --- Undoing ----------------------------------------------------------------------------------------------


def test_undoing_puts_everything_back(ana: User, eva: User) -> None:
    plain, held, drafted = recipes.claim(), recipes.claim(), recipes.claim(state="in_review")
    decided = recipes.decided_claim()
    take(claim=held, by=ana)
    review = recipes.review(claim=drafted)
    pks = [plain.pk, held.pk, drafted.pk, decided.pk]
    fields = ("pk", "state", "held_by", "held_since", "held_until", "dismissal_reason", "decided_review")
    before = list(Claim.objects.order_by("pk").values(*fields))
    change = dismiss_many(claims=pks, reason="trivial", by=eva).change
    assert undo_many(change=change, by=eva) == (4, 0)
    assert list(Claim.objects.order_by("pk").values(*fields)) == before
    review.refresh_from_db()
    assert review.state == "draft"
    did = [entry.did for entry in claim_history(held, ana)]
    assert "restored the claim, which is new again" in did
    assert "took an assignment back" not in did
    with pytest.raises(PermissionDenied, match="undone already"):
        undo_many(change=change, by=eva)


def test_what_somebody_changed_since_stays(ana: User, eva: User) -> None:
    pks = many(4)
    change = set_priority_of_many(claims=pks, priority=7, by=ana).change
    claim = Claim.objects.get(pk=pks[0])
    edit_claim_text(claim=claim, text="Better words", by=ana, expected_version=claim.version)
    take(claim=Claim.objects.get(pk=pks[1]), by=eva)  # is no change of what the claim says
    assert undo_many(change=change, by=ana) == (3, 1)
    assert list(Claim.objects.order_by("pk").values_list("priority", flat=True)) == [7, 0, 0, 0]


def test_a_claim_that_was_restored_by_hand_is_left_alone(ana: User) -> None:
    pks = many(2)
    change = dismiss_many(claims=pks, reason="trivial", by=ana).change
    restore_claim(claim=Claim.objects.get(pk=pks[0]), by=ana)
    assert undo_many(change=change, by=ana) == (1, 1)
    assert Claim.objects.filter(state=State.NEW).count() == 2


def test_the_last_draft_may_have_been_withdrawn(ana: User) -> None:
    review = recipes.review(claim=recipes.claim(state="in_review"), reviewer=ana)
    change = dismiss_many(claims=[review.claim_id], reason="trivial", by=ana).change
    withdraw_review(review=review, by=ana)
    undo_many(change=change, by=ana)
    assert Claim.objects.get().state == State.NEW


def test_an_assignment_is_undone_unless_they_have_begun_or_given_it_on(ana: User, eva: User) -> None:
    pks = many(2)
    change = assign_many(claims=pks, to=ana, by=eva).change
    Claim.objects.filter(pk=pks[0]).update(held_since=timezone.now())
    assert undo_many(change=change, by=eva) == (1, 1)
    assert list(Claim.objects.order_by("pk").values_list("held_by", flat=True)) == [ana.pk, None]
    assert claim_history(Claim.objects.get(pk=pks[1]), eva)[0].did == "took an assignment back"


def test_ten_minutes_and_ones_own(ana: User, eva: User) -> None:
    change = dismiss_many(claims=many(1), reason="trivial", by=ana).change
    with pytest.raises(PermissionDenied, match="Only editors can undo what somebody else did"):
        undo_many(change=change, by=recipes.user())
    BulkChange.objects.update(created_at=timezone.now() - dt.timedelta(minutes=10))
    with pytest.raises(PermissionDenied, match="The time for undoing this is over"):
        undo_many(change=change, by=ana)


# --- The pages --------------------------------------------------------------------------------------------


def test_it_is_shown_before_it_happens(client: Client, ana: User) -> None:
    pks = many(7)
    shown = client.get(chosen("dismiss", pks)).text
    assert "Dismiss 7 claims" in words(shown)
    assert "and 2 more" in words(shown)
    assert f'name="claims" value="{",".join(map(str, pks))}"' in shown
    assert Claim.objects.filter(state=State.NEW).count() == 7


def test_all_that_match_and_no_more(client: Client, ana: User) -> None:
    pks = many(3)
    recipes.claim(text="The dam breaks")
    shown = client.get("/queue/bulk/", {"do": "dismiss", "all": "1", "queue": "q=claim"}).text
    assert "Dismiss 3 claims" in words(shown)
    many(2)  # came into the queue after it was shown
    data = {"do": "dismiss", "claims": ",".join(map(str, pks)), "queue": "q=claim", "reason": "trivial"}
    response = client.post("/queue/bulk/", data, follow=True)
    assert response.redirect_chain == [("/queue/?q=claim", 302)]
    assert "3 claims dismissed" in words(response.text)
    assert set(Claim.objects.filter(state=State.DISMISSED).values_list("pk", flat=True)) == set(pks)


def test_undo_stands_in_the_queue_for_ten_minutes(client: Client, ana: User) -> None:
    change = dismiss_many(claims=many(3), reason="trivial", by=ana).change
    shown = client.get("/queue/").text
    assert "3 claims dismissed" in words(shown)
    assert "You can undo this until" in words(shown)
    response = client.post(f"/queue/bulk/{change.pk}/undo/", {"next": "/queue/?state=new"}, follow=True)
    assert response.redirect_chain == [("/queue/?state=new", 302)]
    assert "Undone: 3 claims as before." in words(response.text)
    assert "You can undo this" not in words(response.text)
    dismiss_many(claims=many(1), reason="trivial", by=ana)
    BulkChange.objects.update(created_at=timezone.now() - dt.timedelta(minutes=10))
    assert "You can undo this" not in words(client.get("/queue/").text)


def test_too_many_are_not_offered(client: Client, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.views.bulk.MOST", 3)
    many(5)
    shown = words(client.get("/queue/bulk/", {"do": "dismiss", "all": "1", "queue": ""}).text)
    assert "5 claims are too many" in shown
    assert "At most 3 at once" in shown


def test_what_is_missing_is_said(client: Client, ana: User) -> None:
    pks = ",".join(map(str, many(2)))
    for do in ("dismiss", "priority"):
        response = client.post("/queue/bulk/", {"do": do, "claims": pks})
        assert response.status_code == 422
        assert "This field is required" in response.text
    assert client.post("/queue/bulk/", {"do": "priority", "claims": pks, "priority": "101"}).status_code == 422
    assert not BulkChange.objects.exists()


def test_assigning_asks_to_whom_and_warns_of_what_others_have(client: Client, eva: User) -> None:
    client.force_login(eva)
    pks = many(2)
    take(claim=Claim.objects.get(pk=pks[0]), by=recipes.user())
    shown = words(client.get(chosen("assign", pks)).text)
    assert "Assign 2 claims" in shown
    assert "Others have taken 1 of them, and lose it." in shown


@pytest.mark.parametrize(
    "data", [{}, {"do": "delete", "claim": "1"}, {"do": "dismiss"}, {"do": "dismiss", "claim": "x"}]
)
def test_what_makes_no_sense_leads_back(client: Client, ana: User, data: dict[str, str]) -> None:
    response: Any = client.get("/queue/bulk/", {**data, "queue": "state=new"})
    assert (response.status_code, response.url) == (302, "/queue/?state=new")


def test_nothing_to_change_is_said(client: Client, ana: User) -> None:
    shown = words(client.get(chosen("assign", many(2))).text)
    assert "None of them can be changed so 2: Only editors can assign a claim" in shown


def test_readers_and_strangers_change_nothing(client: Client) -> None:
    data = {"do": "dismiss", "claims": str(recipes.claim().pk), "reason": "trivial"}
    assert client.post("/queue/bulk/", data).status_code == 302
    client.force_login(recipes.user(Role.READER))
    assert client.post("/queue/bulk/", data).status_code == 403
    assert 'name="claim"' not in client.get("/queue/").text
    assert Claim.objects.get().state == State.NEW
