"""The editors' figures: who sees them, what counts, and the files."""

import csv
import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from model_bakery import baker
from pytest_django import DjangoAssertNumQueries

from claims.agreement import ENOUGH, ratings_agreement, verdicts_agreement
from claims.models import AttributionVerdict, Claim, Rating, Review, User
from claims.roles import Role
from tests import recipes

pytestmark = pytest.mark.usefixtures("setup")

HTMX = {"HX-Request": "true"}
TABLES = ("states", "throughput", "ages", "outlets", "sources", "ratings", "verdicts")


@pytest.fixture
def eva(client: Client) -> User:
    person = recipes.user(Role.EDITOR)
    client.force_login(person)
    return person


@pytest.fixture
def pair() -> tuple[User, User]:
    return (
        recipes.user(Role.REVIEWER, username="ana", first_name="Ana", last_name="Duarte"),
        recipes.user(Role.REVIEWER, username="ben", first_name="Ben", last_name="Okafor"),
    )


def judged_twice(pair: tuple[User, User], count: int, *, differing: int = 0) -> list[Claim]:
    """Claims that both have submitted a review of; of the first so many they differ."""
    ratings = list(Rating.objects.offered())
    claims = []
    for number in range(count):
        claim = recipes.statement().claim
        for who, reviewer in enumerate(pair):
            place = number % 3 + (2 if who and number < differing else 0)
            recipes.review(claim=claim, reviewer=reviewer, rating=ratings[place], state="submitted")
        claims.append(claim)
    return claims


def rows_of(client: Client, table: str) -> list[list[str]]:
    response = client.get(f"/dashboard/{table}.csv")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{table}.csv"'
    return list(csv.reader(response.content.decode().splitlines()))


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.LIBRARIAN])
def test_only_editors(client: Client, role: Role) -> None:
    client.force_login(recipes.user(role))
    addresses = ["/dashboard/", *(f"/dashboard/{table}.csv" for table in TABLES)]
    assert {client.get(address).status_code for address in addresses} == {403}


def test_an_empty_desk_says_so(client: Client, eva: User) -> None:
    page = client.get("/dashboard/").content.decode()
    assert "Nothing was decided in these days." in page
    assert "No claim has any yet." in page
    assert "Nothing was judged by two reviewers yet." in client.get("/dashboard/", headers=HTMX).content.decode()
    for table in TABLES:
        assert rows_of(client, table)


def test_a_table_that_does_not_exist(client: Client, eva: User) -> None:
    assert client.get("/dashboard/salaries.csv").status_code == 404


def test_states_and_ages(client: Client, eva: User) -> None:
    now = timezone.now()
    for days in (0, 2, 2, 40):
        recipes.claim(created_at=now - dt.timedelta(days=days))
    recipes.decided_claim(created_at=now - dt.timedelta(days=50))
    context: Any = client.get("/dashboard/").context
    counts = {state.value: count for state, count in context["states"]}
    assert (counts["new"], counts["decided"]) == (4, 1)
    assert [age.count for age in context["ages"]] == [1, 2, 0, 0, 1], "decided claims do not wait"
    assert rows_of(client, "ages")[1:3] == [["Today", "1"], ["Up to 3 days", "2"]]


def test_decided_a_day(client: Client, eva: User) -> None:
    recipes.decided_claim()
    old = recipes.decided_claim()
    long_ago = timezone.now() - dt.timedelta(days=31)
    Review.objects.filter(claim=old).update(submitted_at=long_ago)
    recipes.review(state="submitted")  # of a claim that is not decided by it
    assert rows_of(client, "throughput") == [["day", "decided"], [timezone.localdate().isoformat(), "1"]]


def test_by_outlet_and_source_most_to_do_first(client: Client, eva: User) -> None:
    one: Any = baker.make("claims.Outlet", name="=Calder Chronicle")
    other: Any = baker.make("claims.Outlet", name="Tarn Mail")
    recipes.claim(outlet=one)
    for _ in range(2):
        recipes.claim(outlet=other)
    recipes.decided_claim(outlet=one)
    assert rows_of(client, "outlets") == [
        ["outlet", "open", "decided", "dismissed"],
        ["Tarn Mail", "2", "0", "0"],
        ["'=Calder Chronicle", "1", "1", "0"],
    ]


def test_agreement_by_pair_and_month(client: Client, eva: User, pair: tuple[User, User]) -> None:
    claims = judged_twice(pair, ENOUGH, differing=5)
    found = ratings_agreement()
    assert (found.overall.units, found.overall.percent) == (ENOUGH, 75)
    assert [(one.name, one.units) for one in found.pairs] == [("Ana Duarte and Ben Okafor", ENOUGH)]
    assert [one.name for one in found.months] == [f"{timezone.localdate():%Y-%m}"]
    assert verdicts_agreement().overall.units == 0
    for review in claims[0].reviews.all():
        AttributionVerdict.objects.create(review=review, statement=claims[0].statements.get(), verdict="accurate")
    assert verdicts_agreement().overall.units == 1
    page = client.get("/dashboard/", headers=HTMX).content.decode()
    assert "75.0 %" in page
    assert "too few" in page
    assert rows_of(client, "ratings")[1][:4] == ["all", "All", str(ENOUGH), "75.0"]
    assert "75.0 %" in client.get("/dashboard/?show=agreement").content.decode(), "without scripts, too"


def test_drafts_do_not_count(pair: tuple[User, User]) -> None:
    claim = recipes.claim()
    recipes.review(claim=claim, reviewer=pair[0], state="submitted")
    recipes.review(claim=claim, reviewer=pair[1])
    assert ratings_agreement().overall.units == 0


def test_the_number_of_queries_does_not_grow(
    client: Client, eva: User, pair: tuple[User, User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    judged_twice(pair, 3)
    with django_assert_max_num_queries(12):
        client.get("/dashboard/")
    with django_assert_max_num_queries(12):
        client.get("/dashboard/", headers=HTMX)
