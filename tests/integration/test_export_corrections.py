"""Reviewers' corrections as training data: which articles, with which spans, and that training reads them."""

import json
import random
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from model_bakery import baker

from claims.actions.filing import file_extraction
from claims.actions.reviewing import dismiss_claim
from claims.actions.statements import add_statement, correct_spans
from claims.models import ArticleVersion, Claim, Statement, User
from claims.nlp.tokens import load_tokenizer
from claims.workflow import NO_LONGER_FOUND
from tests import recipes
from tests.statements import summit, version_of
from training.data import UNLABELLED, read_corrections, training_windows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return recipes.user()


@pytest.fixture
def version() -> ArticleVersion:
    version = version_of(outlet=baker.make("claims.Outlet", name="Courier"))
    file_extraction(version=version, extraction=summit())
    return version


def exported(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export_corrections", *arguments, stdout=out, stderr=StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_nothing_is_exported_before_anybody_corrects(version: ArticleVersion) -> None:
    assert exported() == []


def test_a_corrected_article_comes_with_all_its_statements_as_they_stand(version: ArticleVersion, ana: User) -> None:
    file_extraction(version=version_of(version.text + "\n"), extraction=summit())  # untouched
    first, *others = Statement.objects.filter(article_version=version).in_text_order()
    spans = {**first.spans, "content": [[24, 44]]}
    correct_spans(statement=first, spans=spans, by=ana, expected_version=first.version)
    [row] = exported()
    assert row["text"] == version.text
    assert row["attributions"] == [spans, *(statement.spans for statement in others)]
    assert row["outlet"] == "Courier"
    first.refresh_from_db()
    assert row["corrected_at"] == first.updated_at.isoformat(timespec="seconds")


def test_an_added_statement_and_a_dismissed_one_are_corrections(version: ArticleVersion, ana: User) -> None:
    other = version_of("Anna Berg said little.")
    add_statement(version=other, spans={"source": [], "cue": [[10, 14]], "content": [[15, 21]]}, by=ana)
    first, *rest = Statement.objects.filter(article_version=version).in_text_order()
    dismiss_claim(claim=first.claim, reason="not_a_statement", by=ana)
    added, dismissed = exported()
    assert [row["text"] for row in (added, dismissed)] == [other.text, version.text]
    assert added["attributions"] == [{"source": [], "cue": [[10, 14]], "content": [[15, 21]]}]
    assert dismissed["attributions"] == [statement.spans for statement in rest]


@pytest.mark.parametrize(
    ("reason", "note"), [("trivial", ""), ("not_a_statement", f"{NO_LONGER_FOUND} 2: it was not read by anybody.")]
)
def test_other_dismissals_correct_nothing(version: ArticleVersion, reason: str, note: str) -> None:
    claims = Claim.objects.filter(statements__article_version=version)
    claims.update(state="dismissed", dismissal_reason=reason, dismissal_note=note)
    assert exported() == []


def test_only_later_corrections_are_asked_for(version: ArticleVersion, ana: User) -> None:
    statement = Statement.objects.in_text_order()[0]
    correct_spans(statement=statement, spans=statement.spans, by=ana, expected_version=statement.version)
    today = timezone.localdate()
    assert len(exported(f"--since={today}")) == 1
    assert exported(f"--since={today + timedelta(days=1)}") == []


def test_training_reads_the_file(version: ArticleVersion, ana: User, tmp_path: Path) -> None:
    statement = Statement.objects.in_text_order()[0]
    correct_spans(statement=statement, spans=statement.spans, by=ana, expected_version=statement.version)
    path = tmp_path / "corrections.jsonl"
    said = StringIO()
    call_command("export_corrections", str(path), stderr=said)
    assert said.getvalue() == "1 article with corrections\n"
    [article] = read_corrections(path)
    assert len(article["attributions"]) == 4
    tokenizer = load_tokenizer()
    [window] = training_windows([article], tokenizer, 256, random.Random(1))  # noqa: S311
    assert (window.layer.entities == UNLABELLED).all()
    assert {0, 1, 3, 5} <= set(window.roles)  # none, source, cue, content


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_corrections", str(tmp_path), stderr=StringIO())
