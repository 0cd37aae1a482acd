"""Where somebody is signed in, and signing out there; limits of sign-in and reset."""

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from claims.models import User
from tests import recipes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("setup")]

PASSWORD = "a long enough secret"


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana", email="ana@example.org", password=PASSWORD)


def signed_in(browser: str) -> Client:
    client = Client(headers={"User-Agent": browser})
    client.post("/accounts/login/", {"login": "ana", "password": PASSWORD})
    return client


def test_browsers_are_listed_and_signed_out_one_by_one(ana: User) -> None:
    here, there = signed_in("Firefox at the desk"), signed_in("Safari on the train")
    page = here.get("/accounts/sessions/").content.decode()
    assert "Firefox at the desk" in page
    assert "Safari on the train" in page
    assert page.count("this one") == 1
    here.post(f"/profile/sessions/{UserSession.objects.get(user_agent__startswith='Safari').pk}/end/")
    assert there.get("/profile/").status_code == 302
    assert here.get("/profile/").status_code == 200


def test_all_others_are_signed_out(ana: User) -> None:
    here, *others = (signed_in(browser) for browser in ("one", "two", "three"))
    here.post("/accounts/sessions/")
    assert here.get("/profile/").status_code == 200
    assert all(other.get("/profile/").status_code == 302 for other in others)


def test_nobody_ends_somebody_elses(ana: User) -> None:
    hers = signed_in("Firefox")
    stranger = Client()
    stranger.force_login(recipes.user())
    assert stranger.post(f"/profile/sessions/{UserSession.objects.get(user=ana).pk}/end/").status_code == 404
    assert hers.get("/profile/").status_code == 200


def test_a_new_password_signs_the_others_out(ana: User) -> None:
    here, there = signed_in("Firefox"), signed_in("Safari")
    new = "another secret, longer"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert there.get("/profile/").status_code == 302


def test_the_sixth_wrong_password_is_refused_and_the_right_one_then_too(client: Client, ana: User) -> None:
    for _ in range(5):
        page = client.post("/accounts/login/", {"login": "ana", "password": "guess"}).content.decode()
        assert "Too many failed login attempts" not in page
    # From another address, too: who is asked for is counted.
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    for password in ("guess", PASSWORD):
        answer = elsewhere.post("/accounts/login/", {"login": "ana", "password": password})
        page = answer.content.decode()
        assert "Too many failed login attempts. Try again later." in page
        assert "Sign in" in page
        assert "_auth_user_id" not in elsewhere.session


def test_sign_in_is_limited_by_address_with_a_readable_page(client: Client) -> None:
    answers = [client.post("/accounts/login/", {"login": f"n{i}", "password": "guess"}) for i in range(31)]
    assert answers[-1].status_code == 429
    assert "Wait a few minutes and try again." in answers[-1].content.decode()


def test_resetting_is_limited(client: Client, ana: User) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": ana.email}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 5
