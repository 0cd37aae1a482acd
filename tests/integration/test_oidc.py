"""Signing in through an OpenID Connect provider: a real one, in a thread of the tests, by the whole code flow."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from oidc_provider_mock import User as Identity
from oidc_provider_mock import run_server_in_thread

from claims.actions.people import vouch_for_email
from claims.models import Invitation, User
from claims.roles import Role, roles_of
from tests import recipes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("setup", "provider")]

PASSWORD = "a long enough secret"
LOGIN = "/accounts/oidc/desk/login/"


def identity(name: str, **claims: object) -> Identity:
    email = f"{name}@example.org"
    return Identity(sub=name, claims={"email": email, "email_verified": True, "name": f"{name.title()} Lind", **claims})


IDENTITIES = [
    identity("ana"),
    identity("nora"),
    identity("mallory", email="ana@example.org", email_verified=False),
    identity("trudy", email="ana@example.org", email_verified="false"),
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=IDENTITIES) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def provider(issuer: str, settings: LazySettings) -> None:
    app = {
        "provider_id": "desk",
        "name": "the Lindholt group",
        "client_id": "desk",
        "secret": "shared",
        "settings": {"server_url": issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


@pytest.fixture
def ana() -> User:
    person = recipes.user(username="ana", email="Ana@example.org")
    person.set_password(PASSWORD)
    person.save()
    vouch_for_email(person)
    return person


def through_the_provider(client: Client, who: str, path: str = LOGIN) -> tuple[int, str, str]:
    """From the button to the provider and back; answers status, address and page."""
    away = client.post(path)
    assert away.status_code == 302
    back = requests.post(away.headers["Location"], data={"sub": who}, allow_redirects=False, timeout=10)
    callback = urlsplit(back.headers["Location"])
    assert callback.path == f"{LOGIN}callback/"
    answer = client.get(f"{callback.path}?{callback.query}")
    return answer.status_code, answer.headers.get("Location", ""), answer.content.decode()


def test_the_sign_in_page_offers_it(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with the Lindholt group" in page
    assert f'action="{LOGIN}?process=login"' in page


def test_it_is_off_without_a_provider(client: Client, settings: LazySettings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert LOGIN not in client.get("/accounts/login/").content.decode()
    assert client.post(LOGIN).status_code == 404


def test_an_account_with_the_verified_address_is_signed_in_and_keeps_its_password(client: Client, ana: User) -> None:
    for _ in range(2):
        status, where, _page = through_the_provider(client, "ana")
        assert (status, where) == (302, "/")
        assert client.session["_auth_user_id"] == str(ana.pk)
        client.post("/accounts/logout/")
    assert SocialAccount.objects.get().user == ana
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.parametrize("who", ["nora", "mallory", "trudy"])
def test_a_stranger_is_refused(client: Client, ana: User, who: str) -> None:
    status, _where, page = through_the_provider(client, who)
    assert status == 200
    assert "Your organization knows you, this desk does not" in page
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_an_address_that_only_its_owner_vouches_for_opens_nothing(client: Client) -> None:
    mal = recipes.user(username="mal")
    client.force_login(mal)
    client.post("/profile/", {"email": "ana@example.org", "theme": "auto", "notification_mail": "off"})
    client.logout()
    assert User.objects.get(email="ana@example.org") == mal
    assert through_the_provider(client, "ana")[0] == 200
    assert "_auth_user_id" not in client.session


def test_who_is_invited_gets_an_account_with_the_role(client: Client) -> None:
    recipes.invitation(email="Nora@example.org")
    status, where, _page = through_the_provider(client, "nora")
    assert (status, where) == (302, "/")
    nora = User.objects.get(email="nora@example.org")
    assert client.session["_auth_user_id"] == str(nora.pk)
    assert nora.display_name == "Nora Lind"
    assert Role.EDITOR in roles_of(nora)
    assert Invitation.objects.get().accepted_by == nora


def test_a_withdrawn_invitation_opens_nothing(client: Client) -> None:
    recipes.invitation(withdrawn_at=timezone.now())
    assert through_the_provider(client, "nora")[0] == 200
    assert User.objects.count() == 1


def test_a_closed_account_stays_closed(client: Client, ana: User) -> None:
    ana.is_active = False
    ana.save()
    status, where, _page = through_the_provider(client, "ana")
    assert (status, where) == (302, "/accounts/inactive/")
    assert "This account is closed" in client.get(where).content.decode()
    assert "_auth_user_id" not in client.session


def test_the_second_factor_is_asked_for_all_the_same(client: Client, ana: User) -> None:
    Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    assert through_the_provider(client, "ana")[1] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_somebody_signed_in_ties_an_identity_of_another_address(client: Client, ana: User) -> None:
    client.force_login(ana)
    status, where, _page = through_the_provider(client, "nora", f"{LOGIN}?process=connect")
    assert (status, where) == (302, "/accounts/reauthenticate/"), "a browser left open ties nothing"
    where = client.post(where, {"password": PASSWORD}).headers["Location"]
    assert where == "/accounts/3rdparty/"
    assert "the Lindholt group" in client.get(where).content.decode()
    client.logout()
    assert through_the_provider(client, "nora")[1] == "/"
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_giving_up_at_the_provider_is_told(client: Client) -> None:
    away = client.post(LOGIN)
    state = urlsplit(away.headers["Location"]).query.partition("state=")[2].partition("&")[0]
    answer = client.get(f"{LOGIN}callback/?error=access_denied&state={state}", follow=True)
    assert "You did not sign in" in answer.content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(client: Client) -> None:
    answer = client.get(f"{LOGIN}callback/?code=guess&state=guess")
    assert "could not sign you in" in answer.content.decode()
