"""How precise the extractor is: who may see it, what counts, and the page and file of it."""

import csv
from typing import Any

import pytest
from django.test import Client
from model_bakery import baker
from pytest_django import DjangoAssertNumQueries

from claims.actions.filing import file_extraction
from claims.actions.reviewing import dismiss_claim
from claims.actions.statements import add_statement, correct_spans
from claims.models import Claim, Statement, User
from claims.nlp.types import Extraction
from claims.precision import Judged
from claims.roles import Role
from claims.workflow import NO_LONGER_FOUND
from tests import recipes
from tests.statements import said, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(client: Client) -> User:
    person = recipes.user(Role.EDITOR)
    client.force_login(person)
    return person


def found(outlet: str | None, *cues: str) -> list[Statement]:
    """Statements with these cues in one article of an outlet, as the extractor found them."""
    text = "\n".join(f"Berg{n} {cue} that pier number {n} will be built next year." for n, cue in enumerate(cues))
    rows = tuple(said(text, f"Berg{n}", cue, f"pier number {n} will be built") for n, cue in enumerate(cues))
    fields: dict[str, Any] = {"outlet": baker.make("claims.Outlet", name=outlet)} if outlet else {}
    version = version_of(text, **fields)
    file_extraction(version=version, extraction=Extraction("test-1", rows))
    return list(Statement.objects.filter(article_version=version).in_text_order())


def decide(statement: Statement) -> None:
    recipes.review(claim=statement.claim, state="submitted")


def correct(statement: Statement, by: User) -> None:
    spans = {**statement.spans, "cue": [[0, 4]]}
    correct_spans(statement=statement, spans=spans, by=by, expected_version=statement.version)


def dismiss(statement: Statement, by: User, reason: str = "not_a_statement") -> None:
    dismiss_claim(claim=statement.claim, reason=reason, by=by)


def rows_of(client: Client, query: str = "") -> list[Judged]:
    rows: list[Judged] = client.get(f"/precision/?{query}").context["rows"]
    return rows


# --- Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/precision/", "/precision/download/"])
def test_only_editors_and_administrators_see_it(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302
    answers = {}
    for role in Role:
        client.force_login(recipes.user(role))
        answers[role] = client.get(address).status_code
    assert {role for role, status in answers.items() if status == 200} == {Role.EDITOR, Role.ADMINISTRATOR}
    assert set(answers.values()) == {200, 403}


def test_the_start_page_leads_there_for_those_who_may(client: Client, eva: User) -> None:
    assert 'href="/precision/"' in client.get("/").content.decode()
    client.force_login(recipes.user(Role.REVIEWER))
    assert 'href="/precision/"' not in client.get("/").content.decode()


# --- What counts ------------------------------------------------------------------------------------------


def test_what_nobody_looked_at_does_not_count(client: Client, eva: User) -> None:
    untouched, drafted, gone = found("Courier", "said", "said", "said")
    recipes.review(claim=drafted.claim, state="draft")
    note = f"{NO_LONGER_FOUND} 2."
    Claim.objects.filter(pk=gone.claim_id).update(
        state="dismissed", dismissal_reason="not_a_statement", dismissal_note=note
    )
    spans = {"source": [], "cue": [[0, 5]], "content": [[6, 11]]}
    add_statement(version=untouched.article_version, spans=spans, by=eva)
    assert rows_of(client) == []
    assert "Nothing was looked at yet" in client.get("/precision/").content.decode()


def test_judgements_by_outlet(client: Client, eva: User) -> None:
    kept, corrected, dismissed, trivial, both = found("Courier", *["said"] * 5)
    decide(kept)
    correct(corrected, eva)
    dismiss(dismissed, eva)
    dismiss(trivial, eva, "trivial")  # one may say so of statements only
    correct(both, eva)
    dismiss(Statement.objects.get(pk=both.pk), eva)
    [elsewhere] = found(None, "said")
    decide(elsewhere)
    assert rows_of(client) == [Judged(5, 2, 1, 2, "Courier"), Judged(1, 1, 0, 0, "No outlet")]
    assert client.get("/precision/").context["overall"] == Judged(6, 3, 1, 2)


def test_judgements_by_cue_as_found(client: Client, eva: User) -> None:
    statements = found("Courier", "SAID", "said", "said", "didn’t\nsay")
    for statement in (statements[0], statements[3]):
        decide(statement)
    correct(statements[1], eva)  # its cue is another one now
    dismiss(statements[2], eva)
    assert rows_of(client, "by=cue") == [Judged(3, 1, 1, 1, "said"), Judged(1, 1, 0, 0, "didn't say")]


def test_few_tell_nothing() -> None:
    assert (Judged(9, 9, 0, 0).precision, Judged(9, 9, 0, 0).exact) == (None, None)
    assert (Judged(10, 5, 3, 2).precision, Judged(10, 5, 3, 2).exact) == (80.0, 50.0)


def test_the_bar_is_as_long_as_all_of_its_parts() -> None:
    parts = Judged(10, 5, 3, 2).parts
    assert [(part.start, part.length) for part in parts] == [(0, 50), (50, 30), (80, 20)]


# --- Page and file ----------------------------------------------------------------------------------------


@pytest.fixture
def judged(eva: User) -> None:
    statements = found("Courier", *["said"] * 12)
    for statement in statements[:9]:
        decide(statement)
    correct(statements[9], eva)
    dismiss(statements[10], eva)
    [other] = found("=Gazette", "warned")
    decide(other)


@pytest.mark.usefixtures("judged")
def test_the_page_shows_shares_and_says_where_there_are_too_few(client: Client) -> None:
    page = client.get("/precision/").content.decode()
    for words in ("Courier", "90.9 %", "81.8 %", "too few", "91.7 %"):
        assert words in page


@pytest.mark.usefixtures("judged")
def test_rows_are_searched_paged_and_kept_in_the_address(client: Client) -> None:
    assert [row.name for row in rows_of(client, "q=cóur")] == ["Courier"]
    assert [row.name for row in rows_of(client, "by=cue&q=WARN")] == ["warned"]
    assert "No outlet fits" in client.get("/precision/?q=nobody").content.decode()
    answer = client.get("/precision/?by=cue&q=&size=", headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/precision/?by=cue"
    assert answer.content.decode().strip() in client.get("/precision/?by=cue").content.decode()
    assert "Count by: Select a valid choice" in client.get("/precision/?by=moon").content.decode()
    for number in range(26):
        [statement] = found(f"Paper {number:02}", "said")
        decide(statement)
    assert "1 to 25 of 28" in client.get("/precision/").content.decode()
    assert len(rows_of(client, "page=2")) == 3


@pytest.mark.usefixtures("judged")
def test_the_file_has_the_same_rows(client: Client) -> None:
    def table(query: str) -> list[list[str]]:
        answer = client.get(f"/precision/download/?{query}")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.reader(answer.content.decode().splitlines()))

    head, *rows = table("")
    assert head == ["outlet", "looked at", "kept as found", "corrected", "not a statement", "precision", "exact"]
    assert rows == [["Courier", "11", "9", "1", "1", "90.9", "81.8"], ["'=Gazette", "1", "1", "0", "0", "", ""]]
    assert [row[0] for row in table("by=cue&q=said")] == ["cue", "said"]


@pytest.mark.parametrize("by", ["", "cue"])
def test_queries_do_not_grow(
    client: Client, eva: User, by: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(8):
        for statement in found(f"Paper {number}", "said", f"said{number}"):
            decide(statement)
    with django_assert_max_num_queries(12):
        client.get(f"/precision/?by={by}")
    with django_assert_max_num_queries(12):
        client.get(f"/precision/download/?by={by}")
