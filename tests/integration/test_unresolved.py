"""Unresolved names: listed with suggestions, and filed by a librarian who saw what is filed."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from claims.actions import sources as actions
from claims.models import Source, Statement, User
from claims.roles import Role
from tests import recipes

pytestmark = pytest.mark.django_db

LIST = "/sources/unresolved/"


@pytest.fixture
def lena(client: Client) -> User:
    person = recipes.user(Role.LIBRARIAN)
    client.force_login(person)
    return person


@pytest.fixture
def clinton(lena: User) -> Source:
    return actions.create_source(name="Hillary Clinton", kind="person", by=lena)


def waiting(name: str, **fields: Any) -> Statement:
    return recipes.statement(**{"speaker": name, "speaker_kind": "person", **fields})


def filing(name: str, **query: Any) -> str:
    return reverse("unresolved_file") + "?" + urlencode({"name": name, "kind": "person", **query})


def test_strangers_are_sent_to_sign_in_and_readers_may_only_look(client: Client) -> None:
    waiting("Clinton")
    assert client.get(LIST).status_code == 302
    client.force_login(recipes.user(None))
    assert client.get(LIST).status_code == 403
    client.force_login(recipes.user(Role.REVIEWER))
    page = client.get(LIST).content.decode()
    assert "Clinton" in page
    assert "/sources/unresolved/file/" not in page
    assert client.get(filing("clinton")).status_code == 403
    assert client.post(filing("clinton"), {"choice": "new"}).status_code == 403


def test_names_are_listed_with_counts_examples_and_suggestions(client: Client, clinton: Source) -> None:
    for _ in range(3):
        waiting("Clinton")
    waiting("Okoro")
    rows = client.get(LIST).context["rows"]
    assert [(row["name"], row["count"], len(row["examples"])) for row in rows] == [("Clinton", 3, 2), ("Okoro", 1, 1)]
    assert [suggestion.source for suggestion in rows[0]["suggestions"]] == [clinton]
    assert rows[1]["suggestions"] == []
    assert [row["name"] for row in client.get(f"{LIST}?q=oko").context["rows"]] == ["Okoro"]
    assert client.get(f"{LIST}?kind=country").context["rows"] == []


def test_empty_lists_say_why(client: Client, lena: User) -> None:
    assert "Every name is resolved" in client.get(LIST).content.decode()
    waiting("Okoro")
    assert "No such name waits" in client.get(f"{LIST}?q=nobody").content.decode()


def test_the_fragment_is_part_of_the_page(client: Client, clinton: Source) -> None:
    waiting("Clinton")
    fragment = client.get(f"{LIST}?q=clin", headers={"HX-Request": "true"}).content.decode()
    assert "Hillary Clinton" in fragment
    assert fragment.strip() in client.get(f"{LIST}?q=clin").content.decode()


def test_a_name_is_filed_under_a_suggestion(client: Client, clinton: Source) -> None:
    statement = waiting("Clinton")
    address = filing("clinton", source=clinton.pk)
    preview = client.get(address)
    assert list(preview.context["statements"]) == [statement]
    assert preview.context["form"]["choice"].value() == str(clinton.pk)
    up_to = preview.context["form"]["up_to"].value()
    later = waiting("Clinton")
    answer = client.post(address, {"choice": clinton.pk, "up_to": up_to, "remember": "on"}, follow=True)
    assert "1 statement filed under “Hillary Clinton”." in answer.content.decode()
    assert list(Statement.objects.of_source(clinton)) == [statement]
    assert list(Statement.objects.unresolved()) == [later]
    assert clinton.aliases.filter(name="Clinton").exists()


def test_a_name_is_filed_under_another_source_that_was_looked_for(client: Client, clinton: Source) -> None:
    statement = waiting("the senator")
    address = filing(statement.speaker_folded, q="hillary")
    assert "Hillary Clinton" in client.get(address).content.decode()
    client.post(address, {"choice": clinton.pk, "up_to": statement.pk})
    assert list(statement.sources.all()) == [clinton]


def test_a_name_is_filed_under_a_new_source(client: Client, lena: User) -> None:
    statement = waiting("Okoro")
    address = filing("okoro", source="new")
    assert client.get(address).context["form"]["choice"].value() == "new"
    given = {"choice": "new", "name": "Ada Okoro", "new_kind": "person", "affiliation": "MP", "up_to": statement.pk}
    client.post(address, given)
    source = statement.sources.get()
    assert (source.name, source.kind, source.affiliation, source.created_by) == ("Ada Okoro", "person", "MP", lena)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "This field is required."),
        ({"choice": "new", "name": ""}, "Say what the new source is called."),
        ({"choice": "new", "name": "…"}, "A name needs a letter or a figure."),
        ({"choice": "999999"}, "Select a valid choice"),
        ({"choice": "new", "name": "X", "up_to": "many"}, "Enter a whole number."),
    ],
)
def test_bad_input_is_refused_in_words(client: Client, lena: User, given: dict[str, str], reason: str) -> None:
    statement = waiting("Okoro")
    answer = client.post(filing("okoro"), {"up_to": statement.pk, **given})
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not Source.objects.exists()
    assert Statement.objects.unresolved().count() == 1


def test_a_source_that_was_merged_meanwhile_is_refused(client: Client, lena: User, clinton: Source) -> None:
    statement = waiting("Clinton")
    actions.merge_sources(sources=[clinton], into=recipes.source(name="H. Clinton"), by=lena)
    answer = client.post(filing("clinton"), {"choice": clinton.pk, "up_to": statement.pk})
    assert answer.status_code == 422
    assert "was merged into" in answer.content.decode()


def test_a_name_that_does_not_wait_is_not_found_and_said_after_a_race(client: Client, lena: User) -> None:
    assert client.get(filing("nobody")).status_code == 404
    answer = client.post(filing("nobody"), {"choice": "new"}, follow=True)
    assert "somebody was quicker" in answer.content.decode()


def test_queries_do_not_grow_with_names(
    client: Client, clinton: Source, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        waiting(f"Clinton{number}")
        waiting(f"Clinton{number}")
    with django_assert_max_num_queries(12):
        client.get(LIST)
