"""Statements within statements: who reports whom, on the page of a claim and of an article."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.chains import appearances_of
from claims.models import Alias, Article, Claim, Statement
from tests import recipes
from tests.integration.desk import make_desk

pytestmark = pytest.mark.django_db

TEXT = "Ana Ruiz said that Tom Vance had denied that Eva Lind expects that the dam will break."
NESTED = [
    ("Ana Ruiz", "said", "Tom Vance had denied that Eva Lind expects that the dam will break"),
    ("Tom Vance", "had denied", "Eva Lind expects that the dam will break"),
    ("Eva Lind", "expects", "the dam will break"),
]


def span(words: str) -> list[list[int]]:
    start = TEXT.index(words)
    return [[start, start + len(words)]]


def told(article: Article | None = None, *, depth: int = 3, filed: int = 2, **fields: Any) -> list[Statement]:
    """Statements of one article, each within the one before; the first ones are filed under their sources."""
    version = (article or recipes.article(TEXT)).shown_version
    extraction = recipes.extraction(article_version=version, model_version=f"run {Statement.objects.count()}")
    made: list[Statement] = []
    for source, cue, content in NESTED[:depth]:
        statement = recipes.statement(
            extraction=extraction,
            claim=recipes.claim(text=content),
            spans={"source": span(source), "cue": span(cue), "content": span(content)},
            speaker=source,
            parent=made[-1] if made else None,
            **fields,
        )
        if len(made) < filed:
            statement.statement_sources.create(source=recipes.source(name=source))
        made.append(statement)
    Claim.objects.refresh_first_appearance()
    return made


def shown(client: Client, statement: Statement) -> str:
    return client.get(f"/claims/{statement.claim_id}/").text


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_chain_begins_with_the_outermost(django_assert_num_queries: Any) -> None:
    made = told()
    claims = [statement.claim for statement in made]
    with django_assert_num_queries(2):
        [inmost] = appearances_of(claims[2], 20)
        assert [statement.who for statement in inmost.outer] == ["Ana Ruiz", "Tom Vance"]
        assert [statement.claim for statement in inmost.outer] == claims[:2]
        assert inmost.inner == []
    [middle] = appearances_of(claims[1], 20)
    assert [statement.who for statement in middle.outer] == ["Ana Ruiz"]
    assert [(statement.who, statement.cue, statement.content) for statement in middle.inner] == [NESTED[2]]


def test_the_first_appearances_come_first_whatever_else_is_nested_in_their_articles() -> None:
    made = told()
    for parent in (made[0], None):
        recipes.statement(extraction=made[0].extraction, claim=made[2].claim, parent=parent)
    early = recipes.statement(claim=made[2].claim, reported_at="2020-01-01T00:00Z")
    assert appearances_of(made[2].claim, 2) == [early, made[2]]
    assert len(appearances_of(made[2].claim, 20)) == 4
    assert appearances_of(recipes.claim(), 20) == []


def test_a_ring_is_no_endless_chain() -> None:
    first, second, _third = told()
    Statement.objects.filter(pk=first.pk).update(parent=second)
    [statement] = appearances_of(first.claim, 20)
    assert [outer.who for outer in statement.outer] == ["Tom Vance"]


def test_the_page_of_a_claim_tells_who_reports_whom(client: Client) -> None:
    make_desk(client)
    outermost, middle, inmost = told()
    page = shown(client, inmost)
    assert (
        "As told by others Ana Ruiz said : Tom Vance had denied that Eva Lind expects that the dam will … "
        "Tom Vance had denied : Eva Lind expects that the dam will break Eva Lind expects (this statement)"
    ) in words(page)
    ruiz = outermost.statement_sources.get().source_id
    for address in (f"/sources/{ruiz}/", f"/claims/{outermost.claim_id}/", f"/claims/{middle.claim_id}/"):
        assert f'href="{address}"' in page
    assert "Within this statement" not in page
    page = shown(client, outermost)
    assert "As told by others" not in page
    assert "Within this statement Tom Vance had denied Eva Lind expects that the dam will break New" in words(page)
    assert f'href="/claims/{middle.claim_id}/"' in page
    assert f'href="/claims/{inmost.claim_id}/"' not in page, "that one is within the one within"


def test_a_statement_alone_has_no_chain(client: Client) -> None:
    desk = make_desk(client)
    page = shown(client, desk.statement)
    assert "As told by others" not in page
    assert "Within this statement" not in page


def test_queries_do_not_grow_with_depth_and_appearances(client: Client) -> None:
    desk = make_desk(client)
    desk.draft()

    def asked(statement: Statement) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            shown(client, statement)
        return len(captured)

    *_, second = told(depth=2)
    *_, third = told(filed=3)
    for _ in range(4):
        Statement.objects.filter(pk=told(filed=3)[2].pk).update(claim=third.claim)
    assert asked(second) == asked(third) <= 12
    Claim.objects.filter(pk=third.claim_id).update(state="in_review")
    recipes.citation(review=recipes.review(claim=third.claim, reviewer=desk.ana))
    third.statement_sources.all().delete()
    Alias.objects.create(source=recipes.source(name="Eva B. Lind"), name="Lind")
    assert "Eva B. Lind" in shown(client, third), "suggested"
    assert asked(third) <= 14, "with a draft, its citations, names that are suggested and what was said, all at once"


def test_an_article_marks_what_stands_within_another_statement(client: Client) -> None:
    make_desk(client)
    article = recipes.article(TEXT)
    made = told(article, act="deny")

    def page() -> str:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            html = client.get(f"/articles/{article.pk}/").text
        counts.append(len(captured))
        return html

    counts: list[int] = []
    html = page()
    assert html.count("row-nested") == 2
    assert f'within <a href="#statement-{made[0].pk}">Ana Ruiz’s statement</a>' in html
    assert f'within <a href="#statement-{made[1].pk}">Tom Vance’s statement</a>' in html
    assert words(html).count("Denies") == 3
    told(article, act="deny")
    assert page().count("row-nested") == 4
    assert counts[0] == counts[1]
