"""The list of sources and a source's page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from model_bakery import baker
from pytest_django import DjangoAssertNumQueries

from claims.actions import sources as actions
from claims.models import Outlet, Source, Statement, User
from claims.roles import Role
from tests import recipes

pytestmark = pytest.mark.django_db

SOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def sign_in(client: Client, role: Role | None) -> User:
    person = recipes.user(role)
    client.force_login(person)
    return person


@pytest.fixture
def lena(client: Client) -> User:
    return sign_in(client, Role.LIBRARIAN)


def filed(source: Source, **fields: Any) -> Statement:
    statement = recipes.statement(**fields)
    statement.statement_sources.create(source=source)
    return statement


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def fragment_of(client: Client, address: str) -> str:
    answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "HX-Request" in answer.headers["Vary"]
    return answer.content.decode()


# --- Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sources", "source"])
def test_strangers_and_people_without_a_role_stay_out(client: Client, name: str) -> None:
    source = recipes.source()
    address = reverse(name, args=[source.pk] if name == "source" else [])
    assert client.get(address).status_code == 302
    sign_in(client, None)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_only_librarians_undo_merges_and_are_offered_to(client: Client, role: Role) -> None:
    lena = recipes.user(Role.LIBRARIAN)
    anna, ann = recipes.source(name="Anna Berg"), recipes.source(name="Ann Berg")
    [merge] = actions.merge_sources(sources=[ann], into=anna, by=lena)
    sign_in(client, role)
    assert "Undo the merge" not in page_of(client, anna.get_absolute_url())
    assert client.post(reverse("undo_merge", args=[merge.pk])).status_code == 403
    client.force_login(lena)
    assert "Undo the merge" in page_of(client, anna.get_absolute_url())


# --- The list ---------------------------------------------------------------------------------------------


def test_sources_are_listed_with_counts_and_found_by_any_name(client: Client, lena: User) -> None:
    clinton = actions.create_source(name="Hillary Clinton", kind="person", aliases=["Ms Rodham"], by=lena)
    halvern = recipes.source(name="Halvern", kind="country")
    filed(clinton)
    filed(clinton)
    rows = client.get("/sources/").context["page"].object_list
    assert [(row, row.statement_count) for row in rows] == [(halvern, 0), (clinton, 2)]

    def found(query: str) -> list[Source]:
        return list(client.get(f"/sources/?{query}").context["page"].object_list)

    assert found("q=RODHÁM") == [clinton]
    assert found("kind=country") == [halvern]
    assert found("sort=statements") == [clinton, halvern]


def test_what_makes_no_sense_in_the_address_is_said(client: Client, lena: User) -> None:
    recipes.source()
    page = page_of(client, "/sources/?kind=planet&page=99&size=7")
    assert "Kind: Select a valid choice" in page
    assert "Sergei Lavrov" in page


def test_the_list_is_paged(client: Client, lena: User) -> None:
    for number in range(27):
        recipes.source(name=f"Person {number:02}")
    page = page_of(client, "/sources/?kind=person")
    assert "1 to 25 of 27" in page
    assert "?kind=person&amp;page=2" in page
    assert "Person 26" in page_of(client, "/sources/?kind=person&page=2")


def test_empty_lists_say_why(client: Client, lena: User) -> None:
    assert "No sources yet" in page_of(client, "/sources/")
    recipes.source()
    assert "No source fits" in page_of(client, "/sources/?q=nobody")


def test_the_fragment_of_the_list_is_part_of_the_page(client: Client, lena: User) -> None:
    recipes.source()
    fragment = fragment_of(client, "/sources/?kind=person&q=")
    assert "Sergei Lavrov" in fragment
    assert fragment.strip() in page_of(client, "/sources/?kind=person&q=")
    answer = client.get("/sources/?kind=person&q=", headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/sources/?kind=person"


def test_queries_do_not_grow_with_sources(
    client: Client, lena: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        filed(actions.create_source(name=f"Person {number}", kind="person", by=lena))
    with django_assert_max_num_queries(8):
        client.get("/sources/?sort=statements")


# --- One source -------------------------------------------------------------------------------------------


def test_a_source_shows_names_figures_and_statements(client: Client, lena: User) -> None:
    source = actions.create_source(
        name="Hillary Clinton", kind="person", aliases=["HRC"], affiliation="Senate", wikidata_id="Q6294", by=lena
    )
    rating = recipes.rating(label="Mostly true")
    review = recipes.review(state="submitted", rating=rating)
    decided = recipes.claim(state="decided", decided_review=review)
    filed(source, claim=decided, reported_at=SOON)
    filed(source, reported_at=SOON + timedelta(days=2))
    page = page_of(client, source.get_absolute_url())
    for words in ("HRC", "Senate", "https://www.wikidata.org/wiki/Q6294", "2 in 2 articles", "Mostly true"):
        assert words in page
    context = client.get(source.get_absolute_url()).context
    assert [bar.count for bar in context["chart"].bars] == [1, 0, 1]
    assert [(share.rating, share.count, share.length) for share in context["shares"]] == [(rating, 1, 100)]
    assert (context["decided"], context["undecided"]) == (1, 1)


def test_a_group_is_not_one_body(client: Client, lena: User) -> None:
    group = actions.create_source(name="activists", kind="group", by=lena)
    first = filed(group)
    filed(group, extraction=first.extraction)
    filed(group)
    page = page_of(client, group.get_absolute_url())
    assert "Statements attributed to “activists” in 2 articles" in page
    assert "Statements over time" in page
    assert "decided" not in client.get(group.get_absolute_url()).context


def test_statements_are_narrowed_down(client: Client, lena: User) -> None:
    source = recipes.source()
    outlet: Outlet = baker.make("claims.Outlet", name="Courier")
    rating = recipes.rating()
    review = recipes.review(state="submitted", rating=rating)
    decided = recipes.claim(state="decided", decided_review=review, text="Steel imports quadrupled")
    old = filed(source, claim=decided, reported_at=SOON)
    version = recipes.article(outlet=outlet).shown_version
    new = filed(source, article_version=version, reported_at=SOON + timedelta(days=40))
    filed(recipes.source(name="Somebody Else"))

    def found(query: str) -> list[Statement]:
        return list(client.get(f"{source.get_absolute_url()}?{query}").context["page"].object_list)

    assert found("") == [new, old]
    assert found("state=decided") == [old]
    assert found(f"rating={rating.pk}") == [old]
    assert found(f"outlet={outlet.pk}") == [new]
    assert found("since=2026-03-03") == [new]
    assert found("until=2026-03-02") == [old]
    assert found("q=steel") == [old]
    assert found("since=yesterday&rating=99999") == [new, old]
    assert "No statement fits" in page_of(client, f"{source.get_absolute_url()}?q=nothing")


def test_the_fragment_of_statements_is_part_of_the_page(client: Client, lena: User) -> None:
    source = recipes.source()
    filed(source)
    address = f"{source.get_absolute_url()}?state=new"
    fragment = fragment_of(client, address)
    assert "the dam will break" in fragment
    assert fragment.strip() in page_of(client, address)


def test_a_merged_source_leads_to_the_one_that_stays(client: Client, lena: User) -> None:
    first, second, third = (recipes.source(name=name) for name in ("A Berg", "Ann Berg", "Anna Berg"))
    actions.merge_sources(sources=[first], into=second, by=lena)
    [merge] = actions.merge_sources(sources=[second], into=third, by=lena)
    for old in (first, second):
        answer = client.get(old.get_absolute_url())
        assert (answer.status_code, answer.headers["Location"]) == (302, third.get_absolute_url())
    answer = client.post(reverse("undo_merge", args=[merge.pk]), follow=True)
    assert "“Ann Berg” is a source of its own again." in answer.content.decode()
    assert client.get(second.get_absolute_url()).status_code == 200
    answer = client.post(reverse("undo_merge", args=[merge.pk]), follow=True)
    assert "undone already" in answer.content.decode()


def test_what_is_not_there_is_not_found(client: Client, lena: User) -> None:
    assert client.get("/sources/999999/").status_code == 404
    assert client.post("/sources/merges/999999/undo/").status_code == 404
    assert client.get("/sources/merges/1/undo/").status_code == 405


def test_queries_do_not_grow_with_statements(
    client: Client, lena: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    source = recipes.source()
    for number in range(12):
        filed(source, reported_at=SOON + timedelta(days=number))
    with django_assert_max_num_queries(12):
        client.get(f"{source.get_absolute_url()}?state=new")
