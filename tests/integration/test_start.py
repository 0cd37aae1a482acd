"""The start page: who sees it, and that its numbers are right."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from model_bakery import baker
from pytest_django import DjangoAssertNumQueries

from claims.models import Article, Claim, Review, User
from claims.roles import Role, give_role, write_roles
from claims.workflow import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client: Client) -> User:
    """A reviewer, signed in."""
    if not Group.objects.exists():
        write_roles()
    user = User.objects.create_user("ana", first_name="Ana", last_name="Ruiz")
    give_role(user, Role.REVIEWER)
    client.force_login(user)
    return user


def claim(number: int, state: State = State.NEW) -> Claim:
    return baker.make(Claim, text=f"Claim {number}", state=state)


def test_strangers_are_sent_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/")


def test_without_a_role_the_reason_is_said(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert "Your account has no role at this desk yet." in answer.content.decode()


def test_an_empty_desk_says_what_to_do(client: Client, reviewer: User) -> None:
    page = client.get("/").content.decode()
    assert "No articles yet" in page
    assert "Add the first article" in page
    assert "No drafts" in page


def test_readers_are_offered_nothing_they_may_not_do(client: Client, reviewer: User) -> None:
    reviewer.groups.set([Group.objects.get(name=Role.READER.value)])
    page = client.get("/").content.decode()
    assert "No articles yet" in page
    assert "Add the first article" not in page
    assert "Add article" not in page


def test_numbers_are_counted(client: Client, reviewer: User) -> None:
    in_review = claim(1, State.IN_REVIEW)
    claim(2)
    claim(3)
    baker.make(Review, claim=in_review, reviewer=reviewer)
    baker.make(Review, claim=in_review, reviewer=User.objects.create_user("ben"))
    baker.make(Article, title="Of today")
    baker.make(Article, title="Of last week", created_at=timezone.now() - timedelta(days=7))
    baker.make(Article, title="Failed", extraction_state="failed", extraction_failure="No text.")
    context = client.get("/").context
    assert dict(context["states"]) == {
        State.NEW: 2,
        State.IN_REVIEW: 1,
        State.AWAITING_SECOND: 0,
        State.DISPUTED: 0,
        State.DECIDED: 0,
        State.DISMISSED: 0,
    }
    assert (context["articles_today"], context["failed_extractions"], context["draft_count"]) == (2, 1, 1)
    assert [review.claim for review in context["drafts"]] == [in_review]
    assert [article.title for article in context["articles"]] == ["Failed", "Of today", "Of last week"]


def test_queries_do_not_grow_with_the_desk(
    client: Client, reviewer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        baker.make(Review, claim=claim(number, State.IN_REVIEW), reviewer=reviewer)
        baker.make(Article, title=f"Article {number}")
    with django_assert_max_num_queries(12):
        client.get("/")
