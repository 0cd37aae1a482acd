"""The second factor: setting it up, signing in with it, and who cannot do without."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.conf import LazySettings
from django.test import Client

from claims.models import User
from claims.roles import Role
from tests import recipes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("setup")]

PASSWORD = "a long enough secret"


@pytest.fixture
def eva() -> User:
    person = recipes.user(Role.EDITOR, username="eva", email="eva@example.org")
    person.set_password(PASSWORD)
    person.save()
    return person


def code_for(secret: str, steps: int = 0) -> str:
    """What an app shows for a secret; `steps` half minutes from now, since each code works once."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def sign_in(client: Client) -> str:
    """Name and password; answers where it leads."""
    answer = client.post("/accounts/login/", {"login": "eva", "password": PASSWORD})
    return answer.headers["Location"]


def set_up_app(client: Client) -> str:
    """Through the pages, which ask for the password once more; answers the secret."""
    path = "/accounts/2fa/totp/activate/"
    asked = client.get(path).headers["Location"]
    assert "Is it you?" in client.get(asked).content.decode()
    assert client.post(asked, {"password": PASSWORD}).headers["Location"] == path
    page = client.get(path)
    secret: str = page.context["form"].secret
    assert secret in page.content.decode()
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def test_an_app_is_set_up_and_asked_for(client: Client, eva: User) -> None:
    assert sign_in(client) == "/"
    secret = set_up_app(client)
    client.post("/accounts/logout/")
    assert sign_in(client) == "/accounts/2fa/authenticate/"
    assert client.get("/queue/").status_code == 302, "the password alone opens nothing"
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code." in wrong.content.decode()
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret, steps=1)})
    assert answer.headers["Location"] == "/"
    assert client.get("/queue/").status_code == 200


def test_a_recovery_code_lets_in_once(client: Client, eva: User) -> None:
    sign_in(client)
    set_up_app(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert client.get("/accounts/2fa/recovery-codes/download/").content.decode().split() >= codes[:1]
    for expected in (302, 200):
        client.post("/accounts/logout/")
        sign_in(client)
        answer = client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected
    assert "_auth_user_id" not in client.session


def test_guessing_codes_is_limited(client: Client, eva: User) -> None:
    Authenticator.objects.create(user=eva, type=Authenticator.Type.TOTP, data={"secret": generate_totp_secret()})
    sign_in(client)
    pages = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode() for _ in range(6)]
    assert "Incorrect code." in pages[4]
    assert "Too many failed login attempts" in pages[5]


def test_the_app_is_taken_away(client: Client, eva: User) -> None:
    sign_in(client)
    set_up_app(client)
    assert "It is set up" in client.get("/accounts/2fa/").content.decode()
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("role", "demanded"),
    [
        (Role.READER, False),
        (Role.REVIEWER, False),
        (Role.LIBRARIAN, False),
        (Role.EDITOR, True),
        (Role.ADMINISTRATOR, True),
    ],
)
@pytest.mark.parametrize("path", ["/", "/queue/", "/profile/"])
def test_a_second_factor_is_demanded_by_role(
    client: Client, settings: LazySettings, role: Role, demanded: bool, path: str
) -> None:
    settings.TWO_FACTOR_REQUIRED = True
    client.force_login(recipes.user(role))
    answer = client.get(path)
    assert answer.status_code == (302 if demanded else 200)
    if demanded:
        assert answer.headers["Location"] == "/accounts/2fa/"
        assert "Your role at this desk needs a second factor." in client.get("/accounts/2fa/").content.decode()


def test_it_is_demanded_in_the_admin_and_of_fragments(client: Client, settings: LazySettings) -> None:
    settings.TWO_FACTOR_REQUIRED = True
    client.force_login(recipes.user(Role.ADMINISTRATOR))
    assert client.get("/admin/").headers["Location"] == "/accounts/2fa/"
    assert client.post("/admin/claims/user/add/").headers["Location"] == "/accounts/2fa/"
    assert client.get("/queue/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/accounts/2fa/"
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"


def test_who_has_one_goes_on_and_codes_alone_are_none(client: Client, settings: LazySettings, eva: User) -> None:
    settings.TWO_FACTOR_REQUIRED = True
    client.force_login(eva)
    Authenticator.objects.create(user=eva, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0})
    assert client.get("/queue/").status_code == 302
    Authenticator.objects.create(user=eva, type=Authenticator.Type.TOTP, data={"secret": generate_totp_secret()})
    assert client.get("/queue/").status_code == 200


def test_nothing_is_demanded_by_default(client: Client, eva: User) -> None:
    client.force_login(eva)
    assert client.get("/queue/").status_code == 200


def test_the_admins_login_asks_for_the_second_factor(client: Client, eva: User) -> None:
    eva.is_staff = True
    eva.save()
    Authenticator.objects.create(user=eva, type=Authenticator.Type.TOTP, data={"secret": generate_totp_secret()})
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    answer = client.post("/accounts/login/", {"login": "eva", "password": PASSWORD, "next": "/admin/"})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302
