"""Invitations and closed accounts: the page for administrators, the link in the mail, what is left of who goes."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.actions import people
from claims.models import Invitation, Review, User
from claims.roles import Role, roles_of
from tests import recipes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("setup")]

ACCEPT = {
    "first_name": "Nora",
    "last_name": "Lind",
    "username": "nora",
    "password1": "a long enough secret",
    "password2": "a long enough secret",
}


@pytest.fixture
def admin() -> User:
    return recipes.user(Role.ADMINISTRATOR, username="ada", first_name="Ada", last_name="Moe")


def invite(client: Client, admin: User, role: Role = Role.EDITOR) -> str:
    """Ask Nora in on the page; answers the path of the link in the mail."""
    client.force_login(admin)
    answer = client.post("/people/", {"email": "nora@example.org", "role": role})
    assert answer.status_code == 302
    client.logout()
    found = re.search(r"http://testserver(/invitations/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def reason(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path)
    found = re.search(r"<p data-reason>(.*?)</p>", answer.content.decode(), re.DOTALL)
    assert found
    return answer.status_code, " ".join(found[1].split())


def test_somebody_is_invited_and_accepts(client: Client, admin: User) -> None:
    path = invite(client, admin)
    [message] = mail.outbox
    assert message.to == ["nora@example.org"]
    assert message.subject == "Ada Moe invites you to the fact-checking desk"
    invitation = Invitation.objects.get()
    assert path.split("/")[2] not in invitation.token_hash
    page = client.get(path).content.decode()
    assert "Ada Moe invites you as <strong>editor</strong>" in page
    assert 'value="nora"' in page, "a user name is proposed"
    answer = client.post(path, ACCEPT)
    assert answer.headers["Location"] == "/"
    nora = User.objects.get(username="nora")
    assert client.session["_auth_user_id"] == str(nora.pk)
    assert (nora.display_name, nora.email) == ("Nora Lind", "nora@example.org")
    assert Role.EDITOR in roles_of(nora)
    assert nora.check_password(ACCEPT["password1"])
    assert EmailAddress.objects.get(user=nora).verified
    invitation.refresh_from_db()
    assert invitation.accepted_by == nora
    assert invitation.accepted_at


def test_a_librarian_gets_into_the_admin(client: Client, admin: User) -> None:
    client.post(invite(client, admin, Role.LIBRARIAN), ACCEPT)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password2": "another"}, "The two password fields didn"),
        ({"password1": "nora@example.org", "password2": "nora@example.org"}, "too similar to the email"),
        ({"username": "ADA"}, "A user with that username already exists."),
        ({"last_name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_accepted_is_told(client: Client, admin: User, changed: dict[str, str], words: str) -> None:
    answer = client.post(invite(client, admin), {**ACCEPT, **changed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.filter(email="nora@example.org").exists()


def test_a_used_link_says_so(client: Client, admin: User) -> None:
    path = invite(client, admin)
    client.post(path, ACCEPT)
    client.logout()
    status, why = reason(client, path)
    assert status == 404
    assert "used already" in why
    assert client.post(path, {**ACCEPT, "username": "other"}).status_code == 404
    assert User.objects.count() == 2


def test_an_expired_link_says_whom_to_ask(client: Client, admin: User) -> None:
    path = invite(client, admin)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert reason(client, path) == (404, "This invitation has expired. Ask Ada Moe for a new one.")


def test_a_tampered_link_says_so(client: Client, admin: User) -> None:
    path = invite(client, admin)
    status, why = reason(client, path[:-2] + "/")
    assert status == 404
    assert "not one of ours" in why


def test_a_foreign_link_says_for_whom_it_is(client: Client, admin: User) -> None:
    path = invite(client, admin)
    client.force_login(recipes.user(username="ben"))
    status, why = reason(client, path)
    assert status == 403
    assert why.startswith("It is for nora@example.org, and you are signed in as ben.")
    assert client.post(path, ACCEPT).status_code == 403
    assert client.post("/accounts/logout/", {"next": path}).headers["Location"] == path


def test_a_second_invitation_replaces_the_first(client: Client, admin: User) -> None:
    first = invite(client, admin)
    second = invite(client, admin, Role.READER)
    assert "withdrawn" in reason(client, first)[1]
    assert client.get(second).status_code == 200
    assert Invitation.objects.waiting().get().role == Role.READER


def test_an_invitation_is_withdrawn(client: Client, admin: User) -> None:
    path = invite(client, admin)
    client.force_login(admin)
    assert "nora@example.org" in client.get("/people/").content.decode()
    client.post(f"/invitations/{Invitation.objects.get().pk}/withdraw/")
    client.logout()
    assert "withdrawn" in reason(client, path)[1]


def test_nobody_is_invited_twice_over(client: Client, admin: User) -> None:
    recipes.user(email="nora@example.org")
    client.force_login(admin)
    answer = client.post("/people/", {"email": "NORA@example.org", "role": "reader"})
    assert answer.status_code == 422
    assert "Somebody at this desk has this e-mail address already." in answer.content.decode()
    assert not mail.outbox


def test_mail_that_is_refused_leaves_no_invitation(
    client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(people, "send_mail", refuse)
    client.force_login(admin)
    answer = client.post("/people/", {"email": "nora@example.org", "role": "reader"})
    assert "The invitation could not be sent: no mail server." in answer.content.decode()
    assert not Invitation.objects.exists()


def test_tries_at_links_are_limited(client: Client) -> None:
    assert [client.post("/invitations/guess/").status_code for _ in range(21)] == [404] * 20 + [429]


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.LIBRARIAN, Role.EDITOR])
def test_only_administrators_manage_people(client: Client, role: Role) -> None:
    person = recipes.user(role)
    client.force_login(person)
    assert client.get("/people/").status_code == 403
    assert client.post("/people/", {"email": "a@example.org", "role": "administrator"}).status_code == 403
    assert client.post(f"/people/{person.pk}/deactivate/").status_code == 403
    assert client.post("/invitations/1/withdraw/").status_code == 403


def test_a_closed_account_is_out_at_once_and_its_work_stays(client: Client, admin: User) -> None:
    ana = recipes.user(username="ana")
    ana.set_password(ACCEPT["password1"])
    ana.save()
    draft = recipes.review(reviewer=ana)
    hers = Client()
    hers.force_login(ana)
    assert hers.get("/queue/").status_code == 200
    client.force_login(admin)
    answer = client.post(f"/people/{ana.pk}/deactivate/", follow=True)
    assert "The account of ana is closed." in answer.content.decode()
    assert hers.get("/queue/").status_code == 302
    assert not UserSession.objects.filter(user=ana).exists()
    assert Review.objects.get(pk=draft.pk).state == "draft"
    again = Client().post("/accounts/login/", {"login": "ana", "password": ACCEPT["password1"]})
    assert again.status_code == 200 or "inactive" in again.headers["Location"]
    client.post(f"/people/{ana.pk}/reactivate/")
    ana.refresh_from_db()
    assert ana.is_active
    assert Role.REVIEWER in roles_of(ana)


def test_nobody_closes_their_own_account_or_a_superusers(client: Client, admin: User) -> None:
    boss = recipes.user(username="boss", is_superuser=True)
    client.force_login(admin)
    for person in (admin, boss):
        client.post(f"/people/{person.pk}/deactivate/")
        client.post(f"/people/{person.pk}/forget-second-factors/")
        person.refresh_from_db()
        assert person.is_active
    with pytest.raises(ValidationError):
        people.deactivate(person=admin, by=admin)
    assert client.post(f"/people/{boss.pk}/promote/").status_code == 404


def test_lost_second_factors_are_taken_away(client: Client, admin: User) -> None:
    ana = recipes.user(username="ana")
    Authenticator.objects.create(user=ana, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(admin)
    assert "Take second factors away" in client.get("/people/").content.decode()
    client.post(f"/people/{ana.pk}/forget-second-factors/")
    assert not Authenticator.objects.exists()


def test_the_history_knows_who_invited(client: Client, admin: User) -> None:
    invite(client, admin)
    [event] = Invitation.pgh_event_model.objects.select_related("pgh_context")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["action"] == "invite"
    assert event.pgh_context.metadata["user"] == admin.pk
    assert not hasattr(event, "token_hash")


def test_the_list_takes_as_many_queries_however_long(client: Client, admin: User) -> None:
    client.force_login(admin)
    counts = []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/")
        counts.append(len(queries))
        for number in range(5 * round_, 5 * round_ + 5):
            person = recipes.user(email=f"p{number}@example.org")
            Invitation.objects.create(
                email=f"i{number}@example.org", role=Role.READER, token_hash=person.pk, invited_by=person
            )
    assert counts[0] == counts[1]
