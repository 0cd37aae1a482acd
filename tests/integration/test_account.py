"""Signing in and out, the password, and a person's own settings."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from claims.models import User

# The cache table, in which rate limits are counted, is made by `setup`.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("setup")]

PASSWORD = "a long enough secret"
PROFILE = {
    "first_name": "Ana",
    "last_name": "Ruiz",
    "email": "ana@example.org",
    "notification_mail": "daily",
    "theme": "dark",
    "keyboard_shortcuts": "",
}


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana", email="ana@example.com", password=PASSWORD)


@pytest.mark.parametrize("name", ["ana", "ana@example.com"])
def test_people_sign_in_by_name_or_address(client: Client, ana: User, name: str) -> None:
    answer = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_wrong_password_is_told(client: Client, ana: User) -> None:
    answer = client.post("/accounts/login/", {"login": "ana", "password": "guess"})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_out_asks_first(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_the_password_is_changed(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert client.get("/accounts/password/change/").status_code == 200
    new = "another secret, longer"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    ana.refresh_from_db()
    assert ana.check_password(new)


def test_the_profile_is_for_people_signed_in(client: Client) -> None:
    answer = client.get("/profile/")
    assert answer.headers["Location"] == "/accounts/login/?next=/profile/"


def test_the_profile_is_saved_and_shapes_the_page(client: Client, ana: User) -> None:
    client.force_login(ana)
    EmailAddress.objects.create(user=ana, email="ana@example.com", verified=True, primary=True)
    page = client.post("/profile/", PROFILE, follow=True).content.decode()
    ana.refresh_from_db()
    assert (ana.display_name, ana.email, ana.theme) == ("Ana Ruiz", "ana@example.org", "dark")
    assert not ana.keyboard_shortcuts
    assert 'data-theme="dark" data-keys="off"' in page
    assert "Your profile is saved." in page
    assert not EmailAddress.objects.exists(), "the former address would still sign in"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("email", "BEN@example.org", "Somebody else at this desk has this e-mail address."),
        ("email", "not an address", "Enter a valid email address."),
        ("theme", "neon", "Select a valid choice."),
        ("notification_mail", "hourly", "Select a valid choice."),
    ],
)
def test_what_cannot_be_saved_is_told_and_kept_out(
    client: Client, ana: User, field: str, value: str, reason: str
) -> None:
    User.objects.create_user("ben", email="ben@example.org")
    client.force_login(ana)
    answer = client.post("/profile/", {**PROFILE, field: value})
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert 'data-theme="auto"' in answer.content.decode(), "the shell shows what is stored, not what was typed"
    ana.refresh_from_db()
    assert (ana.first_name, ana.email) == ("", "ana@example.com")


def test_the_address_is_changed_in_one_place(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert client.get("/accounts/email/").headers["Location"] == "/profile/"


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/signup/"])
def test_pages_of_the_accounts_library_wear_our_shell(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert '<main id="main"' in page
    assert "css/site.css" in page
