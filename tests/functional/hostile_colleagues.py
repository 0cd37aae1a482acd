"""What more than one person does at the hostile desk: second reviews, hand-overs, many claims at once, invitations."""

from itertools import cycle
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.test import Client
from django.urls import reverse

from claims.actions.people import hash_of, invite
from claims.models import Article, Claim, Invitation, Rating, Review, User
from claims.roles import Role, give_role
from claims.workflow import State
from tests.functional.hostile_strings import HOSTILE, packs, posted
from tests.functional.hostile_talk import fill_talk

PASSWORD = "a long enough secret"


def fill_colleagues(client: Client, ada: User) -> None:
    """To be called when the claims are there, and before Ada reviews them: two of them get two reviews."""
    for claim in twice_reviewed():
        posted(client, reverse("claim_reviews_needed", args=[claim.pk]), {"needed": "2"})
    _invitations(client, ada)
    _devices(ada)


def twice_reviewed() -> list[Claim]:
    return list(Claim.objects.order_by("pk")[1:5:2])


def answer_reviews(client: Client) -> None:
    """Ben differs from Ada on two claims; Eva, who wrote neither review, settles one of them."""
    ben, eva = _person("ben", Role.REVIEWER), _person("eva", Role.EDITOR)
    theirs, hers = _browser(ben), _browser(eva)
    settled, _ = twice_reviewed()
    for claim in twice_reviewed():
        draft = {"rating": Rating.objects.earliest("pk").pk, "rationale": "\n\n".join(HOSTILE), "expected_version": 0}
        posted(theirs, reverse("review_save", args=[claim.pk]), draft | {"no_citation_reason": packs(1900)[0]})
        review = Review.objects.get(claim=claim, reviewer=ben)
        seen = {"expected_version": review.version, "citations_seen": review.citations_mark}
        posted(theirs, reverse("review_submit", args=[claim.pk]), seen)
        claim.refresh_from_db()
        assert claim.state == State.DISPUTED
    third = Rating.objects.order_by("pk")[1]
    posted(hers, reverse("claim_settle", args=[settled.pk]), {"rating": third.pk, "reason": packs(4900)[0]})
    fill_talk(client, theirs)
    _hand_over(client, ben)
    ada = User.objects.get(username="ada")
    posted(
        hers,
        reverse("claim_assign", args=[Claim.objects.open().earliest("pk").pk]),
        {"to": ada.pk, "note": packs(900)[0]},
    )


def _hand_over(client: Client, ben: User) -> None:
    """Notes of claims that are given to somebody, one by one and together; others are dismissed together."""
    notes = cycle(packs(900))
    *some, several, dismissed = Claim.objects.open().order_by("pk")
    for claim in some:
        posted(client, reverse("claim_assign", args=[claim.pk]), {"to": ben.pk, "note": next(notes)})
    for claim, given in (
        (several, {"do": "assign", "to": ben.pk}),
        (dismissed, {"do": "dismiss", "reason": "trivial"}),
    ):
        posted(client, reverse("bulk"), {**given, "claims": claim.pk, "note": next(notes), "queue": HOSTILE[0]})


def redact_one(client: Client) -> None:
    """An article by order of a court whose name is hostile."""
    article = Article.objects.order_by("pk")[2]
    Article.objects.filter(pk=article.pk).update(extraction_state="done")
    order = {"what": ["text"], "reason": packs(900)[0], "sure": "on"}
    posted(client, reverse("article_redact", args=[article.pk]), order)


def _invitations(client: Client, ada: User) -> None:
    """Addresses that are valid and hostile wait; one was accepted, under a hostile name."""
    for text in HOSTILE:
        address = f'"{text.replace(" ", "/")}"@example.org'
        if _is_valid(address):
            posted(client, reverse("people"), {"email": address, "role": Role.READER})
    invitation = invite(email="nora@example.org", role=Role.EDITOR, link=str, by=ada)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=hash_of("noras"))
    first, last, *_ = packs(145)
    names = {"first_name": first, "last_name": last, "username": "nora"}
    address = reverse("invitation", args=["noras"])
    posted(Client(), address, {**names, "password1": PASSWORD, "password2": PASSWORD})


def _is_valid(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _devices(ada: User) -> None:
    """Browsers and passkeys with hostile names."""
    for name in packs(190)[:6]:
        browser = Client(headers={"User-Agent": name})
        posted(browser, reverse("account_login"), {"login": ada.username, "password": PASSWORD})
    for name in packs(90):
        data: dict[str, Any] = {"name": name, "credential": {"clientExtensionResults": {}}}
        Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data=data)


def _person(username: str, role: Role) -> User:
    first, last, *_ = packs(145)
    person = User.objects.create_user(username, email=f"{username}@example.org", first_name=last, last_name=first)
    give_role(person, role)
    return person


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
