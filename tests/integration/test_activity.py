"""What everybody did: who may see it, what is told, the filters, the paging, the file."""

import csv
import datetime as dt
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from claims import permissions
from claims.actions.citing import add_citation
from claims.actions.filing import file_extraction
from claims.actions.reviewing import edit_claim_text, save_draft
from claims.actions.sources import add_alias, delete_source
from claims.activity import Entry, Place, find_places, tell
from claims.events import tracked_models
from claims.models import Claim, Review, Source, User
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX
from tests.integration.test_reviewing import CITED
from tests.statements import summit, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(client: Client) -> User:
    person = recipes.user(Role.EDITOR, first_name="Eva")
    client.force_login(person)
    return person


def entries_of(client: Client, query: str = "") -> list[Entry]:
    entries: list[Entry] = client.get(f"/activity/?{query}").context["entries"]
    return entries


def told(entries: list[Entry]) -> set[str]:
    return {f"{entry.who} {entry.change} {len(entry.items)} {entry.what}: {entry.first.name}" for entry in entries}


@pytest.mark.parametrize("address", ["/activity/", "/activity/download/"])
def test_only_editors_and_administrators_see_it(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    answers = {}
    for role in Role:
        client.force_login(recipes.user(role))
        answers[role] = client.get(address).status_code
    assert {role for role, status in answers.items() if status == 200} == {Role.EDITOR, Role.ADMINISTRATOR}
    assert set(answers.values()) == {200, 403}


def test_who_did_what_to_which(client: Client, eva: User) -> None:
    claim, source = recipes.claim(), recipes.source()
    edit_claim_text(claim=claim, text="The dam breaks", by=eva, expected_version=claim.version)
    add_alias(source=source, name="S. Lavrov", by=eva)
    delete_source(source=recipes.source(name="Nobody"), by=eva)
    lines = told(entries_of(client))
    assert {
        "Eva changed 1 claim: The dam breaks",
        "Eva added 1 alias: S. Lavrov",
        "Eva removed 1 source: Nobody",
        "The machine added 1 claim: The dam will break",
    } <= lines
    [changed] = entries_of(client, "action=edit_claim_text")
    assert (changed.action, changed.first.fields, changed.first.address) == (
        "Edit claim text",
        ["Text"],
        f"/claims/{claim.pk}/",
    )
    [gone] = entries_of(client, "change=delete&kind=source")
    assert gone.first.address == "", "what is gone has no page"
    assert client.get(gone.first.record).status_code == 200


def test_the_machine_says_who_asked_and_tells_an_article_in_a_few_lines(client: Client, eva: User) -> None:
    file_extraction(version=version_of(), extraction=summit(), by=eva)
    entries = [entry for entry in entries_of(client) if entry.action == "File what the extractor found"]
    [filed] = [entry for entry in entries if entry.first.kind == "statement"]
    assert filed.who == "The machine, asked by Eva"
    assert len(filed.items) > 1
    assert len(entries) < 12


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=alias", 1),
        ("kind=alias&change=insert", 1),
        ("kind=alias&change=update", 0),
        ("action=add_alias", 1),
        ("kind=source&person=machine", 1),
        ("kind=alias&person=machine", 0),
        ("kind=alias&since=2020-01-01T10:00", 1),
        ("kind=alias&until=2020-01-01T10:00", 0),
        ("kind=alias&since=nonsense", 1),
        ("kind=alias&before=nonsense", 1),
        ("kind=nonsense&action=add_alias", 1),
    ],
)
def test_filters(client: Client, eva: User, query: str, expected: int) -> None:
    add_alias(source=recipes.source(), name="S. Lavrov", by=eva)
    assert len(entries_of(client, query)) == expected


def test_by_person(client: Client, eva: User) -> None:
    ana = recipes.user(first_name="Ana")
    source = recipes.source()
    add_alias(source=source, name="S. Lavrov", by=ana)
    add_alias(source=source, name="Mr Lavrov", by=eva)
    assert {entry.first.name for entry in entries_of(client, f"person={ana.pk}")} == {"S. Lavrov"}
    page = client.get(f"/activity/?person={ana.pk}&since=nonsense&until=2030-01-01T10:00").content.decode()
    assert "Person: Ana" in page
    assert "To: 1 Jan 2030, 10:00" in page
    assert 'class="mistake"' in page


# --- What stands in drafts --------------------------------------------------------------------------------


def draft_of(ana: User, rationale: str = "Not so at all") -> Claim:
    claim = recipes.claim()
    save_draft(
        claim=claim, by=ana, rating=None, expected_version=0, rationale=rationale, no_citation_reason="", verdicts={}
    )
    add_citation(claim=claim, by=ana, values=CITED)
    return claim


def test_of_what_the_reader_may_not_read_only_that_it_changed(
    client: Client, eva: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = recipes.user(first_name="Ana")
    draft_of(ana)
    readable = client.get("/activity/?kind=citation")
    assert CITED["title"] in readable.content.decode()
    monkeypatch.setattr(permissions, "readable_reviews", lambda _: Review.objects.none())
    for kind in ("citation", "review"):
        [entry] = entries_of(client, f"kind={kind}")
        assert (entry.who, entry.first.readable, entry.first.name, entry.first.fields) == ("Ana", False, "", ())
    assert CITED["title"] not in client.get("/activity/").content.decode()
    assert CITED["title"] not in client.get("/activity/download/").content.decode()
    assert not [e for e in tell(find_places(Q(), most=100), AnonymousUser()) if CITED["title"] in e.first.name]


# --- Pages ------------------------------------------------------------------------------------------------


def test_pages_tell_every_event_once_and_in_order(eva: User) -> None:
    for number in range(7):
        Source.objects.create(name=f"Source {number}", description="x")
    Source.objects.update(description="y")
    recipes.statement()
    everything = find_places(Q(), most=1000)
    assert everything == sorted(everything, reverse=True)
    assert len(everything) >= 20
    pages: list[Place] = []
    while page := find_places(Q(), before=pages[-1] if pages else None, most=4):
        pages += page
    assert pages == everything
    assert [Place.read(str(place)) for place in pages] == pages


def test_the_page_leads_to_earlier_ones(client: Client, eva: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.views.activity.PAGE", 2)
    for number in range(5):
        with pghistory.context(n=number):
            Source.objects.create(name=f"Source {number}")
    first = client.get("/activity/?kind=source")
    assert first.context["newest"] is None
    second = client.get(f"/activity/?{first.context['earlier']}")
    last = client.get(f"/activity/?{second.context['earlier']}", headers=HTMX)
    names = [[i.name for e in page.context["entries"] for i in e.items] for page in (first, second, last)]
    assert names == [["Source 4", "Source 3"], ["Source 2", "Source 1"], ["Source 0"]]
    assert last.context["earlier"] is None
    assert last.headers["HX-Push-Url"].startswith("/activity/?kind=source&before=")
    assert b"<html" not in last.content


def test_the_number_of_queries_does_not_grow(
    client: Client, eva: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        file_extraction(version=version_of(), extraction=summit(), by=eva)
        draft_of(recipes.user())
    with django_assert_max_num_queries(2 * len(tracked_models()) + 10):
        client.get("/activity/")


def test_one_query_finds_the_places(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        find_places(Q(pgh_context__metadata__user=1), most=10, before=Place(timezone.now(), 3, 5))


# --- The file ---------------------------------------------------------------------------------------------


def test_the_file_has_a_row_a_record_and_no_formulas(client: Client, eva: User) -> None:
    source = recipes.source()
    add_alias(source=source, name="=1+1", by=eva)
    rows = list(csv.DictReader(client.get("/activity/download/?kind=alias").content.decode().splitlines()))
    [row] = rows
    assert (row["who"], row["change"], row["kind"], row["name"]) == ("Eva", "added", "alias", "'=1+1")
    assert dt.datetime.fromisoformat(row["time"]).tzinfo is not None


def test_the_menu_leads_there_for_those_who_may(client: Client, eva: User) -> None:
    assert 'href="/activity/"' in client.get("/").content.decode()
    client.force_login(recipes.user(Role.REVIEWER))
    assert 'href="/activity/"' not in client.get("/").content.decode()
