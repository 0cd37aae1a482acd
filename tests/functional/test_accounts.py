"""Accounts in a real browser: a passkey made and used, what axe finds, nothing that sticks out on a telephone."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from oidc_provider_mock import User as Identity
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.people import vouch_for_email
from claims.models import User
from claims.roles import Role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in

PASSWORD = "a long enough secret"


@pytest.fixture
def eva(setup: None) -> User:
    person = recipes.user(
        Role.ADMINISTRATOR, username="eva", first_name="Eva", last_name="Moe", email="eva@example.org"
    )
    person.set_password(PASSWORD)
    person.save()
    return person


def test_a_passkey_is_demanded_made_and_signs_in_alone(
    live_server: LiveServer, eva: User, page: Page, settings: LazySettings
) -> None:
    settings.TWO_FACTOR_REQUIRED = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{live_server.url}/queue/")
    page.get_by_label("User name or e-mail").fill("eva")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Your role at this desk needs a second factor.")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("What you call it").fill("Laptop")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="To the desk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk today")

    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk today")
    assert Authenticator.objects.filter(user=eva, type=Authenticator.Type.WEBAUTHN).count() == 1


def test_a_browser_without_passkey_is_told(live_server: LiveServer, eva: User, page: Page) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    refuse = "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page.evaluate(f"() => {{ {refuse} }}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("no passkey for the desk")


def test_the_policy_lets_people_go_to_the_provider_and_come_back(
    live_server: LiveServer, eva: User, page: Page, settings: LazySettings
) -> None:
    vouch_for_email(eva)
    with run_server_in_thread(
        user_claims=[Identity(sub="eva", claims={"email": eva.email, "email_verified": True})]
    ) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        app = {
            "provider_id": "desk",
            "name": "the group",
            "client_id": "x",
            "secret": "y",
            "settings": {"server_url": issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": ["'self'", issuer]}
        page.goto(f"{live_server.url}/sources/")
        page.get_by_role("button", name="Sign in with the group").click()
        page.get_by_role("button", name="eva").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sources")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_accounts(live_server: LiveServer, eva: User, page: Page, scheme: str) -> None:
    recipes.user(
        username="a-rather-long-user-name-that-somebody-chose", email="a.rather.long.address@subdomain.example.org"
    )
    recipes.user(username="gone", is_active=False)
    recipes.invitation(invited_by=eva)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    sign_in(page, live_server, eva)
    for path in ("/people/", "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/", "/accounts/3rdparty/"):
        page.goto(live_server.url + path)
        assert_axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"something sticks out of {path}"
    page.goto(f"{live_server.url}/accounts/2fa/totp/activate/")
    assert_axe_finds_nothing(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("img")).to_be_visible()
    assert_axe_finds_nothing(page)
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    assert_axe_finds_nothing(page)
