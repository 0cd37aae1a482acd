"""Nobody reads the first review before the second is in: every address of the site is asked for it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client

from claims import notification_mail
from claims.actions.citing import add_citation
from claims.actions.commenting import Words, add_comment
from claims.actions.reviewing import VerdictInput, save_draft, submit_review
from claims.actions.settling import set_reviews_needed
from claims.models import Claim, Rating, User
from claims.roles import Role, give_role
from tests import recipes
from tests.integration.addresses import PARAMETER, routes
from tests.integration.desk import HTMX
from tests.integration.test_reviewing import CITED

pytestmark = pytest.mark.django_db

# What the first reviewer wrote, in words that stand nowhere else.
MARKS = {
    "rationale": "zebra-rationale",
    "no_citation_reason": "zebra-no-citation",
    "title": "zebra-title",
    "publisher": "zebra-publisher",
    "passage": "zebra-passage",
    "note": "zebra-note",
    "address": "https://zebra-address.example/",
    "verdict": "zebra-verdict",
    "comment": "zebra-comment",
}
# Two retired ratings that no form offers any more. Lists of all ratings name both; a page that names the one that was
# given more often than the one that was not tells what the review says.
GIVEN, NOT_GIVEN = "Zebra rating given", "Zebra rating not given"
# The first parts of addresses that every object is tried in.
WALKED = (
    *("admin/claims", "articles", "claims", "comments", "statements", "sources", "citations", "reviews"),
    "notifications",
)
# Signing out would end the walk.
LEFT_OUT = ("accounts/logout/", "admin/logout/")


@dataclass
class World:
    claim: Claim
    ana: User
    ben: User
    ids: dict[str, set[int]]


@pytest.fixture
def world() -> World:
    # Numbered from 1, whatever ran before: every kind has the same few numbers, and each is one address more to ask.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)
    call_command("setup", verbosity=0)
    ana, ben = recipes.user(first_name="Ana"), recipes.user(first_name="Ben")
    given, _ = recipes.rating(label=GIVEN), recipes.rating(label=NOT_GIVEN)
    source = recipes.source()
    recipes.user(Role.READER, username="walker")
    first = recipes.statement()
    later = recipes.statement(claim=recipes.claim(text=first.claim.text))
    for statement in (first, later):
        statement.statement_sources.create(source=source)
    Claim.objects.all().refresh_first_appearance()
    claim = set_reviews_needed(claim=first.claim, needed=2, by=ben)
    review = save_draft(
        claim=claim,
        by=ana,
        rating=given,
        rationale=MARKS["rationale"],
        no_citation_reason=MARKS["no_citation_reason"],
        verdicts={first.pk: VerdictInput("altered", MARKS["verdict"])},
        expected_version=0,
    )
    cited = {name: MARKS[name] for name in ("title", "publisher", "passage", "note", "address")}
    citation = add_citation(claim=claim, by=ana, values={**CITED, **cited})
    Rating.objects.filter(label__in=[GIVEN, NOT_GIVEN]).update(retired_at="2026-01-01T00:00Z")
    submit_review(review=review, by=ana, expected_version=review.version)
    words = Words(first.article_version, 0, 9)
    add_comment(claim=claim, text=f"{MARKS['comment']} @{ben.username} @walker", by=ana, words=words)
    save_draft(
        claim=claim,
        by=ben,
        rating=Rating.objects.offered()[0],
        rationale="Mine",
        no_citation_reason="Plain.",
        verdicts={},
        expected_version=0,
    )
    ids = {
        model._meta.model_name or "": set(model._default_manager.values_list("pk", flat=True)) for model in _models()
    }
    assert citation.pk in ids["citation"]
    return World(Claim.objects.get(pk=claim.pk), ana, ben, ids)


def _models() -> list[Any]:
    return [model for model in apps.get_app_config("claims").get_models() if not model.__name__.endswith("Event")]


def addresses(world: World) -> list[str]:
    """Every address of the site: those of an object for every object that might be meant."""
    found = set()
    for _, route in routes():
        if not route.startswith(LEFT_OUT):
            found |= set(_filled(route, world))
    for claim in world.ids["claim"]:
        found |= {f"/claims/{claim}/?show=history", f"/claims/{claim}/?show=background"}
        found.add(f"/claims/{claim}/comments/?choose")
    for kind in ("comment", "mention", "notification"):
        found |= {f"/record/{kind}/{pk}/" for pk in world.ids[kind]} | {f"/activity/?kind={kind}"}
    words = MARKS["rationale"]
    found |= {
        "/queue/?state=all",
        "/queue/?state=awaiting_second",
        "/queue/?mine=1&state=all",
        f"/queue/?q={words[:5]}",
        "/queue/?waiting=me",
        "/queue/?due=overdue&sort=due",
        "/queue/views/?show=built-in",
    }
    return sorted(found)


def _filled(route: str, world: World) -> Iterator[str]:
    if not PARAMETER.search(route):
        yield f"/{route}"
        return
    admin = re.match(r"admin/claims/(\w+)/", route)
    about = world.ids.get(admin[1], {1}) if admin else set().union(*world.ids.values())
    if not route.startswith(WALKED):
        about = {1}
    for pk in about:
        yield "/" + PARAMETER.sub(str(pk), route)


def pages(client: Client, world: World) -> Iterator[tuple[str, str]]:
    """What every address answers, asked for as a page, by htmx, and posted to; what that writes is taken back."""
    for address in addresses(world):
        ways = [("get", {}), ("post", {}), ("get", HTMX), ("post", HTMX)]
        if address.startswith(("/admin/", "/accounts/")):
            ways = ways[:1]
        answered: set[int] = set()
        for method, headers in ways:
            if headers and answered <= {404, 405}:
                break  # nothing is there, whoever asks
            with transaction.atomic():
                answer = getattr(client, method)(address, headers=headers)
                transaction.set_rollback(True)
            answered.add(answer.status_code)
            assert answer.status_code < 500, (method, address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if not answer.streaming or address.endswith("csv"):
                yield f"{method} {address}", body.decode(errors="replace")


def found_in(page: str) -> set[str]:
    found = {name for name, mark in MARKS.items() if mark in page}
    return found | ({"rating"} if page.count(GIVEN) > page.count(NOT_GIVEN) else set())


def walker(world: World, who: str) -> User:
    if who == "second reviewer":
        return world.ben
    person = User.objects.get(username="walker")
    give_role(person, Role(who))
    return person


@pytest.mark.parametrize("who", ["second reviewer", *Role.values])
def test_every_address_is_silent_about_the_first_review(client: Client, world: World, who: str) -> None:
    client.force_login(walker(world, who))
    told, walked = {}, 0
    for address, page in pages(client, world):
        walked += 1
        # The page of a rating names that rating.
        found = found_in(page) - ({"rating"} if "/admin/claims/rating/" in address else set())
        if found:
            told[address] = found
    assert not told
    assert walked > 300, "the walk has to see the site"


@pytest.mark.parametrize("who", ["second reviewer", "administrator"])
def test_the_same_walk_finds_everything_once_the_second_review_is_in(client: Client, world: World, who: str) -> None:
    review = world.claim.reviews.get(reviewer=world.ben)
    submit_review(review=review, by=world.ben, expected_version=review.version)
    world.claim.refresh_from_db()
    assert world.claim.state == "disputed"
    client.force_login(walker(world, who))
    told: dict[str, set[str]] = defaultdict(set)
    for address, page in pages(client, world):
        told[address] |= found_in(page)
    on_the_claim = told[f"get /claims/{world.claim.pk}/"]
    # A citation is given, so the reason for none is in the history only.
    assert on_the_claim == {*MARKS, "rating"} - {"no_citation_reason"}
    assert "no_citation_reason" in told[f"get /claims/{world.claim.pk}/?show=history"]
    if who == "administrator":
        ana = world.claim.reviews.get(reviewer=world.ana)
        admin = told[f"get /admin/claims/review/{ana.pk}/change/"]
        assert {"rationale", "title", "passage", "rating"} <= admin


def test_the_author_reads_the_own_review(client: Client, world: World) -> None:
    client.force_login(world.ana)
    page = client.get(f"/claims/{world.claim.pk}/").text
    assert {"rationale", "title", "passage", "verdict", "rating", "comment"} <= found_in(page)
    assert "Your review is in" in page
    row = client.get("/queue/?state=awaiting_second").text
    assert "Your review is in; awaiting a second" in row


def test_counts_in_the_admin_are_silent_too(client: Client, world: World) -> None:
    client.force_login(recipes.user(Role.ADMINISTRATOR))
    ratings = client.get("/admin/claims/rating/").context["cl"].result_list
    assert {rating.label: rating.review_count for rating in ratings}[GIVEN] == 0


def test_mails_and_marked_words_are_silent_until_both_reviews_are_in(client: Client, world: World) -> None:
    User.objects.filter(pk=world.ben.pk).update(email="ben@desk.example")
    world.ben.refresh_from_db()
    client.force_login(world.ben)
    assert not notification_mail.to_mail(world.ben).filter(comment__isnull=False).exists()
    assert "commented" not in client.get(f"/claims/{world.claim.pk}/").text
    assert client.get("/notifications/").context["page"].paginator.count == 0
    review = world.claim.reviews.get(reviewer=world.ben)
    submit_review(review=review, by=world.ben, expected_version=review.version)
    told = list(notification_mail.to_mail(world.ben))
    assert MARKS["comment"] in str(notification_mail.compose(world.ben, told).body)
    assert "commented" in client.get(f"/claims/{world.claim.pk}/").text
