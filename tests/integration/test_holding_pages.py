"""What the pages say about who has a claim, and what can be done about it there."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims.actions.holding import assign, take
from claims.models import Claim, User
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX, Desk, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


@pytest.fixture
def ben() -> User:
    return recipes.user(first_name="Ben", last_name="Okafor")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()).replace(" .", ".")


def page(desk: Desk, address: str = "", **headers: str) -> str:
    return words(desk.client.get(address or desk.address, headers=headers).text)


def lapses_in(claim: Claim, minutes: float) -> None:
    Claim.objects.filter(pk=claim.pk).update(held_until=timezone.now() + dt.timedelta(minutes=minutes))


def holder(desk: Desk) -> Any:
    return Claim.objects.get(pk=desk.claim.pk).held_by


# --- Take next --------------------------------------------------------------------------------------------


def test_take_next_leads_to_the_claim_with_its_queue(desk: Desk) -> None:
    response: Any = desk.client.post("/queue/take-next/", {"queue": "state=new"})
    assert response.url == f"{desk.address}?queue=state%3Dnew"
    assert "You have taken this claim since" in page(desk)
    response = desk.client.post("/queue/take-next/", {"queue": "state=new"}, follow=True)
    assert response.redirect_chain == [("/queue/?state=new", 302)]
    assert "No claim of this queue is free." in words(response.text)


def test_readers_are_not_offered_it(client: Client) -> None:
    desk = make_desk(client, Role.READER)
    assert "Take next" not in page(desk, "/queue/")
    assert desk.client.post("/queue/take-next/").status_code == 403
    assert desk.client.get("/queue/take-next/").status_code == 405
    assert "Take it" not in page(desk)


# --- The claim's page -------------------------------------------------------------------------------------


def test_whoever_has_it_is_named_at_the_head_of_the_work(desk: Desk, ben: User) -> None:
    assert "Nobody has taken this claim. Take it" in page(desk)
    take(claim=desk.claim, by=ben)
    shown = page(desk)
    assert re.search(r"Ben Okafor has taken this claim since \d\d:\d\d\.", shown)
    assert "Take it" not in shown
    assert "Your review" in shown, "nobody is kept from reviewing it"


def test_who_gave_it_and_the_note_are_shown(desk: Desk) -> None:
    eva = recipes.user(Role.EDITOR, first_name="Eva")
    assign(claim=desk.claim, to=desk.ana, by=eva, note="Call <b>them</b> first.")
    shown = desk.client.get(desk.address).text
    assert "Eva gave you this claim" in words(shown)
    assert "“Call &lt;b&gt;them&lt;/b&gt; first.”" in shown


def test_taking_giving_back_and_handing_over_by_htmx_change_the_line_alone(desk: Desk, ben: User) -> None:
    taken = desk.client.post(f"{desk.address}take/", headers=HTMX)
    assert taken.text.lstrip().startswith('<section class="hold"')
    assert "You have taken this claim" in words(taken.text)
    given = desk.client.post(f"{desk.address}assign/", {"to": ben.pk, "note": "Yours"}, headers=HTMX)
    assert "Ben Okafor has taken this claim" in words(given.text)
    assert "“Yours”" in given.text
    assert holder(desk) == ben


def test_without_scripts_all_of_it_leads_back_with_a_message(desk: Desk, ben: User) -> None:
    def post(what: str, **data: Any) -> str:
        response = desk.client.post(f"{desk.address}{what}/", {"queue": "state=new", **data}, follow=True)
        assert response.redirect_chain == [(f"{desk.address}?queue=state%3Dnew", 302)]
        return words(response.text)

    assert "You have taken the claim." in post("take")
    assert "The claim is free again." in post("release")
    post("take")
    assert "The claim is with Ben Okafor now." in post("assign", to=ben.pk)
    assert re.search(r"Ben Okafor has taken this claim since \d\d:\d\d\. ", post("take"))
    assert holder(desk) == ben


def test_the_later_of_two_is_told_who_was_first(desk: Desk, ben: User) -> None:
    take(claim=desk.claim, by=ben)
    response = desk.client.post(f"{desk.address}take/", headers=HTMX)
    assert response.status_code == 409
    assert "Ben Okafor has taken this claim since" in words(response.text)


def test_handing_over_needs_a_person_who_reviews(desk: Desk) -> None:
    take(claim=desk.claim, by=desk.ana)
    reader = recipes.user(Role.READER)
    for to in ("", str(reader.pk), "x"):
        response = desk.client.post(f"{desk.address}assign/", {"to": to, "note": "n"}, headers=HTMX)
        assert response.status_code == 422
        assert "hold-assign" in response.text
    assert holder(desk) == desk.ana


def test_reviewers_do_not_assign_what_is_not_theirs(desk: Desk, ben: User) -> None:
    assert "Assign" not in page(desk)
    assert desk.client.post(f"{desk.address}assign/", {"to": ben.pk}).status_code == 403
    take(claim=desk.claim, by=ben)
    assert desk.client.post(f"{desk.address}release/").status_code == 403


# --- Lapsing ----------------------------------------------------------------------------------------------


def test_opening_keeps_it_and_what_the_page_asks_by_itself_does_not(desk: Desk) -> None:
    take(claim=desk.claim, by=desk.ana)
    lapses_in(desk.claim, 9)
    line = words(desk.client.get(f"{desk.address}hold/", headers=HTMX).text)
    assert "You keep this claim until" in line
    assert "8 more minutes. Then it is free for others." in line
    assert "Keep it" in line
    for show in ("background", "history"):
        desk.client.get(f"{desk.address}?show={show}", headers=HTMX)
    assert "You keep this claim until" in words(desk.client.get(f"{desk.address}hold/", headers=HTMX).text)
    assert "Keep it" not in page(desk), "opening it is activity"
    assert "Keep it" not in words(desk.client.get(f"{desk.address}hold/", headers=HTMX).text)


def test_the_page_asks_again_when_the_warning_is_due_and_when_the_time_is_up(desk: Desk) -> None:
    def asks() -> int:
        line = desk.client.get(f"{desk.address}hold/", headers=HTMX).text
        found = re.search(r'hx-trigger="load delay:(\d+)s"', line)
        return int(found[1]) if found else 0

    take(claim=desk.claim, by=desk.ana)
    assert 50 * 60 <= asks() <= 50 * 60 + 5
    lapses_in(desk.claim, 4)
    assert 4 * 60 <= asks() <= 4 * 60 + 5
    lapses_in(desk.claim, -1)
    assert asks() == 0


def test_keeping_it_and_taking_it_again(desk: Desk, ben: User) -> None:
    take(claim=desk.claim, by=desk.ana)
    lapses_in(desk.claim, 2)
    kept = desk.client.post(f"{desk.address}take/", headers=HTMX)
    assert "Kept until" in words(kept.text)
    lapses_in(desk.claim, -1)
    shown = page(desk)
    assert "Your time with this claim was up" in shown
    assert "Take it again" in shown
    take(claim=Claim.objects.get(pk=desk.claim.pk), by=ben)
    assert "Ben Okafor has taken" in page(desk)


def test_the_first_save_of_a_draft_says_that_the_claim_is_taken(desk: Desk) -> None:
    typed = desk.typed(rationale="So far")
    saved = desk.client.post(f"{desk.address}review/", typed, headers=HTMX).text
    assert 'hx-swap-oob="outerHTML:#hold"' in saved
    assert "You have taken this claim" in words(saved)
    typed |= {"rationale": "Further", "expected_version": 1}
    saved = desk.client.post(f"{desk.address}review/", typed, headers=HTMX).text
    assert 'hx-swap-oob="innerHTML:#hold-status"' in saved
    assert "hold-assign" not in saved, "a note for handing over that is being typed stays"


def test_closed_claims_say_nothing_of_it(desk: Desk) -> None:
    desk.claim.state, desk.claim.dismissal_reason = "dismissed", "trivial"
    desk.claim.save()
    shown = page(desk)
    assert "taken this claim" not in shown
    assert "Take next" in shown


# --- Queue and start page ---------------------------------------------------------------------------------


def test_the_queue_says_who_has_what_and_offers_to_take_it(desk: Desk, ben: User) -> None:
    assert "Take it" in page(desk, "/queue/")
    data = {"next": "/queue/?state=new"}
    response = desk.client.post(f"{desk.address}take/", data, headers=HTMX, follow=True)
    assert 'id="queue-list"' in response.text
    assert "You have taken the claim." in words(response.text)
    assert re.search(r"You have taken it since \d\d:\d\d", words(response.text))
    assert "1 taken by you" in words(response.text)
    assign(claim=desk.claim, to=ben, by=desk.ana)
    shown = page(desk, "/queue/")
    assert "Ben Okafor has taken it since" in shown
    assert "Give it back" not in shown


def test_who_has_it_is_a_filter(desk: Desk, ben: User) -> None:
    free, bens, lapsed = recipes.claim(), recipes.claim(), recipes.claim()
    for claim, by in ((desk.claim, desk.ana), (bens, ben), (lapsed, ben)):
        take(claim=claim, by=by)
    lapses_in(lapsed, -1)

    def found(held: str) -> set[Claim]:
        response: Any = desk.client.get("/queue/", {"held": held})
        return {row.claim for row in response.context["rows"]}

    assert found("me") == {desk.claim}
    assert found("free") == {free, lapsed}
    assert found(str(ben.pk)) == {bens}
    assert found("") == {desk.claim, free, bens, lapsed}
    assert "Who has it: Ben Okafor" in page(desk, f"/queue/?held={ben.pk}")
    assert "Who has it: there is no such choice now" in page(desk, "/queue/?held=nobody")


def test_the_start_page_lists_what_one_has_taken(desk: Desk) -> None:
    assert "Taken by you" not in page(desk, "/")
    eva = recipes.user(Role.EDITOR, first_name="Eva")
    assign(claim=desk.claim, to=desk.ana, by=eva, note="Before noon")
    shown = page(desk, "/")
    assert "Taken by you" in shown
    assert "Given to you by Eva" in shown
    assert "Before noon" in shown
