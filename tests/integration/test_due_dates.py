"""Until when claims are to be decided, in the desk's time zone."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from claims.actions.bulk import set_due_of_many, undo_many
from claims.actions.due_dates import set_due
from claims.filters.queue import QueueFilter, next_in_queue, previous_in_queue
from claims.history import claim_history
from claims.models import Claim, User
from claims.roles import Role
from claims.standing import due
from tests import recipes
from tests.integration.desk import HTMX
from tests.integration.test_bulk import chosen, many, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client) -> User:
    """A reviewer who is signed in."""
    person = recipes.user(first_name="Ana", last_name="Ruiz")
    client.force_login(person)
    return person


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def found(query: str) -> list[Claim]:
    return list(QueueFilter(query).claims)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-12, "12 days overdue"),
        (-1, "1 day overdue"),
        (0, "Due today"),
        (1, "Due tomorrow"),
        (7, "Due in 7 days"),
    ],
)
def test_a_due_date_is_told_as_one_says_it(days: int, said: str) -> None:
    claim = recipes.claim(due_on=day(days))
    assert due(claim) == said
    assert claim.is_overdue == (days < 0)
    decided = recipes.decided_claim(due_on=day(days))
    assert due(decided).startswith("Was due ")
    assert not decided.is_overdue


def test_a_far_day_is_named() -> None:
    assert due(recipes.claim(due_on=dt.date(2031, 3, 9))) == "Due 9 Mar 2031"
    assert due(recipes.claim()) == ""


def test_overdue_is_by_the_clock_of_the_desk(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = recipes.claim(due_on=dt.date(2026, 3, 1))
    late = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert (found("due=overdue"), found("due=week"), due(claim)) == ([], [claim], "Due today")
    with timezone.override("Europe/Vienna"):
        assert (found("due=overdue"), found("due=week"), due(claim)) == ([claim], [], "1 day overdue")


def test_filters_by_due_date_take_disputed_claims_in() -> None:
    late, disputed = recipes.claim(due_on=day(-3)), recipes.reviewed_claim(*(recipes.rating() for _ in range(2)))
    Claim.objects.filter(pk=disputed.pk).update(due_on=day(-1))
    soon, later, never = recipes.claim(due_on=day(7)), recipes.claim(due_on=day(8)), recipes.claim()
    decided = recipes.decided_claim(due_on=day(-3))
    assert found("due=overdue&sort=due") == [late, disputed]
    assert found("due=overdue&state=disputed") == [disputed]
    assert found("due=overdue&state=all&sort=due") == [late, disputed], "what is decided is not overdue"
    assert found("due=week") == [soon]
    assert found("due=none") == [never]
    assert QueueFilter("due=overdue").total == 2
    assert {later, decided} <= set(found("state=all"))


def test_due_first_and_then_as_the_queue_has_it() -> None:
    never, pressing = recipes.claim(), recipes.claim(priority=1)
    order = [recipes.claim(due_on=day(days)) for days in (-3, 0, 40)]
    same_day = recipes.claim(due_on=day(0), priority=1)
    expected = [order[0], same_day, order[1], order[2], pressing, never]
    assert found("sort=due") == expected
    for here, following in pairwise(expected):
        assert next_in_queue("sort=due", here) == following
        assert previous_in_queue("sort=due", following) == here


# --- Setting it -----------------------------------------------------------------------------------------------


def test_setting_and_clearing_it(ana: User) -> None:
    claim = recipes.claim()
    set_due(claim=claim, due_on=dt.date(2031, 3, 9), by=ana)
    set_due(claim=claim, due_on=dt.date(2031, 3, 9), by=ana)
    set_due(claim=claim, due_on=None, by=ana)
    told = [entry.did for entry in claim_history(claim, ana)]
    assert told[:2] == ["took the due date away", "set the due date to 9 Mar 2031"]
    claim.refresh_from_db()
    assert (claim.due_on, claim.version) == (None, 1), "an open form stays valid"
    with pytest.raises(PermissionDenied, match="nothing about it is due any more"):
        set_due(claim=recipes.decided_claim(), due_on=day(1), by=ana)
    with pytest.raises(PermissionDenied, match="Only reviewers can set due dates"):
        set_due(claim=claim, due_on=day(1), by=recipes.user(Role.READER))


def test_on_the_page_of_a_claim(client: Client, ana: User) -> None:
    claim = recipes.claim()
    address = f"/claims/{claim.pk}/"
    fragment = client.post(f"{address}due/", {"due_on": day(1).isoformat()}, headers=HTMX).text
    assert "<html" not in fragment
    for piece in ("Due tomorrow", 'id="claim-due"', f'value="{day(1).isoformat()}"', "No due date"):
        assert piece in fragment and piece in client.get(address).text  # noqa: PT018
    wrong = client.post(f"{address}due/", {"due_on": day(-1).isoformat()}, headers=HTMX)
    assert (wrong.status_code, "This day is over." in wrong.text, day(-1).isoformat() in wrong.text) == (
        422,
        True,
        True,
    )
    assert "Enter a valid date" in client.post(f"{address}due/", {"due_on": "soon"}, follow=True).text
    client.post(f"{address}due/", {"clear": "1", "due_on": "soon", "queue": "state=new"})
    claim.refresh_from_db()
    assert claim.due_on is None
    assert client.get(f"{address}due/").status_code == 405


def test_who_may_not(client: Client, ana: User) -> None:
    claim = recipes.claim(due_on=day(2))
    client.force_login(recipes.user(Role.READER))
    page = client.get(f"/claims/{claim.pk}/").text
    assert "Due in 2 days" in page
    assert "/due/" not in page
    assert client.post(f"/claims/{claim.pk}/due/", {"clear": "1"}).status_code == 403
    client.logout()
    assert client.post(f"/claims/{claim.pk}/due/", {"clear": "1"}).status_code == 302
    claim.refresh_from_db()
    assert claim.due_on == day(2)


def test_rows_of_the_queue_say_it(client: Client, ana: User) -> None:
    recipes.claim(due_on=day(-3)), recipes.claim(due_on=day(1))
    page = words(client.get("/queue/?sort=due").text)
    assert page.index("3 days overdue") < page.index("Due tomorrow")


# --- Many claims ----------------------------------------------------------------------------------------------


def test_of_many_and_undone_where_nobody_changed_it_since(client: Client, ana: User) -> None:
    pks = many(3)
    Claim.objects.filter(pk=pks[0]).update(due_on=day(1))
    decided = recipes.decided_claim()
    done = set_due_of_many(claims=[*pks, decided.pk], due_on=day(9), by=ana)
    assert (done.change.count, done.left_out, done.change.in_words) == (3, 1, "3 claims given another due date")
    set_due(claim=Claim.objects.get(pk=pks[1]), due_on=day(2), by=ana)
    Claim.objects.filter(pk=pks[2]).update(text="Reworded", version=2)
    assert undo_many(change=done.change, by=ana) == (2, 1)
    assert list(Claim.objects.filter(pk__in=pks).order_by("pk").values_list("due_on", flat=True)) == [
        day(1), day(2), None,
    ]  # fmt: skip


def test_of_many_by_the_pages(client: Client, ana: User) -> None:
    pks = many(2)
    assert "Set the due date of 2 claims" in words(client.get(chosen("due", pks)).text)
    data = {"do": "due", "claims": ",".join(map(str, pks))}
    assert client.post("/queue/bulk/", {**data, "due_on": day(-1).isoformat()}).status_code == 422
    client.post("/queue/bulk/", {**data, "due_on": day(1).isoformat()})
    assert Claim.objects.filter(due_on=day(1)).count() == 2
    client.post("/queue/bulk/", {**data, "due_on": ""})
    assert Claim.objects.filter(due_on=None).count() == 2
