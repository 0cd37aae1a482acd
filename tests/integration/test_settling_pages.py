"""Asking for a second review, settling and having been overruled, as pages and forms."""

import pytest
from django.test import Client

from claims.models import Claim, Rating, Review, User
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def ratings() -> list[Rating]:
    return [recipes.rating(label="True"), recipes.rating(label="False")]


@pytest.fixture
def disputed(ratings: list[Rating]) -> Claim:
    return recipes.reviewed_claim(*ratings)


@pytest.fixture
def eva(client: Client) -> User:
    person = recipes.user(Role.EDITOR, first_name="Eva")
    client.force_login(person)
    return person


def test_a_second_review_is_asked_for_and_called_off(client: Client) -> None:
    desk = make_desk(client)
    assert "Ask for a second review" in client.get(desk.address).text
    answer = client.post(f"{desk.address}reviews-needed/", {"needed": "2", "queue": "state=new"})
    assert answer.headers["Location"] == f"{desk.address}?queue=state%3Dnew"
    page = client.get(desk.address).text
    assert "Gets two reviews" in page
    assert "One review is enough" not in page, "that is an editor's to say"
    assert client.post(f"{desk.address}reviews-needed/", {"needed": "1"}).status_code == 403
    client.force_login(recipes.user(Role.EDITOR))
    assert "One review is enough" in client.get(desk.address).text
    assert client.post(f"{desk.address}reviews-needed/", {"needed": "nonsense"}).status_code == 302
    desk.claim.refresh_from_db()
    assert desk.claim.reviews_needed == 1


def test_an_own_window_that_was_overtaken_by_submitting_keeps_what_was_typed(client: Client) -> None:
    desk = make_desk(client)
    claim = recipes.reviewed_claim(desk.rating)
    claim.reviews.update(reviewer=desk.ana)
    for headers in ({}, HTMX):
        answer = client.post(f"/claims/{claim.pk}/review/", desk.typed(rationale="More of it"), headers=headers)
        assert answer.status_code == 409
        assert "This review was submitted in another window." in answer.text
        assert "Keep mine" not in answer.text
    answer = client.post(f"/claims/{claim.pk}/review/", desk.typed(rationale="More of it"))
    assert "More of it</textarea>" in answer.text
    assert client.get(f"/claims/{claim.pk}/review/submit/").status_code == 302


def test_an_editor_takes_the_first_review_back_unread(client: Client, eva: User, ratings: list[Rating]) -> None:
    claim = recipes.reviewed_claim(ratings[0])
    assert "Take the first review back" in client.get(f"/claims/{claim.pk}/").text
    assert client.post(f"/claims/{claim.pk}/reopen/", {"reason": "Wait"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.reviews.get().state) == ("in_review", "draft")
    client.force_login(recipes.user())
    assert "Take the first review back" not in client.get(f"/claims/{claim.pk}/").text


def test_what_is_missing_is_said_beside_what_was_typed(client: Client, disputed: Claim, eva: User) -> None:
    answer = client.post(f"/claims/{disputed.pk}/settle/", {"reason": "Because of the table."})
    assert answer.status_code == 422
    assert "This field is required." in answer.text
    assert "Because of the table.</textarea>" in answer.text
    assert client.post(f"/claims/{disputed.pk}/settle/", {"rating": "999999", "reason": "So."}).status_code == 422


def test_settling_leads_back_and_tells_both(client: Client, disputed: Claim, eva: User, ratings: list[Rating]) -> None:
    sent = {"rating": ratings[1].pk, "reason": "Because of the table.", "queue": "state=disputed"}
    answer = client.post(f"/claims/{disputed.pk}/settle/", sent)
    assert answer.headers["Location"] == f"/claims/{disputed.pk}/?queue=state%3Ddisputed"
    assert client.post(f"/claims/{disputed.pk}/settle/", sent).status_code == 403, "it is settled"
    overruled, confirmed = (Review.objects.get(rating=rating).reviewer for rating in ratings)
    for person, listed in ((overruled, True), (confirmed, False)):
        client.force_login(person)
        page = client.get(f"/claims/{disputed.pk}/").text
        assert "Eva settled this claim" in page
        assert "Because of the table." in page
        assert ("Because of the table." in client.get("/reviews/overruled/").text) == listed
        assert ("Where you were overruled</span>" in client.get("/").text) == listed


def test_reviewers_see_both_and_settle_nothing(client: Client, disputed: Claim, ratings: list[Rating]) -> None:
    client.force_login(disputed.reviews.all()[0].reviewer)
    page = client.get(f"/claims/{disputed.pk}/").text
    assert "Two reviewers differ" in page
    assert "Settle the claim" not in page
    answer = client.post(f"/claims/{disputed.pk}/settle/", {"rating": ratings[0].pk, "reason": "So."})
    assert answer.status_code == 403
    assert "Only editors can settle" in answer.text


def test_the_list_is_for_those_who_review(client: Client) -> None:
    assert client.get("/reviews/overruled/").status_code == 302
    client.force_login(recipes.user(Role.READER))
    assert client.get("/reviews/overruled/").status_code == 403
    assert "Where you were overruled" not in client.get("/").text
    client.force_login(recipes.user())
    assert "Nowhere so far" in client.get("/reviews/overruled/").text


def test_queries_of_the_list_do_not_grow(client: Client, django_assert_max_num_queries: object) -> None:
    from claims.actions.settling import settle_claim

    ana, editor = recipes.user(), recipes.user(Role.EDITOR)
    one, other = recipes.rating(), recipes.rating()
    for _ in range(4):
        claim = recipes.reviewed_claim(one, other)
        claim.reviews.filter(rating=one).update(reviewer=ana)
        settle_claim(claim=claim, rating=other, reason="So.", by=editor)
    client.force_login(ana)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert client.get("/reviews/overruled/").text.count("data-row-link") == 4
