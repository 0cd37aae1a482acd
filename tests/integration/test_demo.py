"""The demo desk: made once, alive at first sight, and never in anybody's way."""

import tomllib
from email.parser import Parser
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from claims import nlp
from claims.demo import content
from claims.filters.queue import QueueFilter
from claims.management.commands import demo
from claims.models import (
    Article,
    Citation,
    Claim,
    ClaimTag,
    ExtractionState,
    Rating,
    Review,
    SavedView,
    Source,
    Statement,
    User,
)
from claims.roles import Role, roles_of
from claims.workflow import DismissalReason, State
from factcheck import postgres
from tests.statements import events_of

FEW = ("courier-unemployment", "gazette-burglaries", "gull-jobs")
PLAN: dict[str, list[dict[str, Any]]] = tomllib.loads((content.FOLDER / "reviews.toml").read_text(encoding="utf-8"))


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The mark lies beside the installation's own cluster, which is not the tests': keep it here instead."""
    marks: list[bool] = []
    monkeypatch.setattr(postgres, "mark_demo", lambda: marks.append(True))
    monkeypatch.setattr(postgres, "is_demo", lambda: bool(marks))
    return marks


@pytest.mark.usefixtures("setup")
def test_a_filled_desk_is_alive_and_filling_it_again_changes_nothing(client: Client) -> None:
    said = content.fill(password="first", stems=FEW)
    assert "6 people, 3 articles" in said
    assert set(Article.objects.values_list("extraction_state", flat=True)) == {ExtractionState.DONE}
    assert Claim.objects.filter(state=State.NEW).count() > 10
    assert Statement.objects.unresolved_names().exists()

    claims = Claim.objects.count_by_state()
    assert claims[State.DECIDED] >= 3
    for review in Review.objects.submitted():
        claim = review.claim
        assert claim.decided_review == review
        assert review.citations.exists()
        decided = events_of(Claim).filter(pgh_obj_id=claim.pk, state=State.DECIDED).select_related("pgh_context").get()
        assert decided.pgh_context.metadata["user"] == review.reviewer_id
    assert Review.objects.submitted().values("reviewer").distinct().count() > 1
    ambler = Claim.objects.decided().get(text__contains="688 burglaries").first_statement
    assert ambler is not None
    (source,) = ambler.sources.all()
    ratings = Claim.objects.of_source(source).decided().values_list("decided_review__rating__label", flat=True)
    assert list(ratings) == ["True"]

    twice = Source.objects.search("okoro").values_list("name", flat=True)
    assert set(twice) >= {"Daniel Okoro", "D. K. Okoro"}, "the README's tour merges them"
    assert Source.objects.get(name="Petra Lindqvist").affiliation

    for person in content.PEOPLE:
        user = User.objects.get(username=person.username)
        assert person.role in roles_of(user)
        assert user.is_superuser == (person.role is Role.ADMINISTRATOR)
    page = client.post(reverse("account_login"), {"login": "ana", "password": "first"}, follow=True)
    assert page.context["user"].display_name == "Ana Duarte"

    counts = [model.objects.count() for model in (User, Article, Statement, Claim, Review, Citation)]
    assert content.fill(password="second", stems=FEW) == "The demo content is there already."
    assert counts == [model.objects.count() for model in (User, Article, Statement, Claim, Review, Citation)]
    assert not Client().login(username="eva", password="first")
    assert Client().login(username="eva", password="second")


@pytest.mark.usefixtures("setup")
def test_a_newcomer_sees_tags_due_dates_and_a_shared_view() -> None:
    content.fill(password="demo", stems=("courier-budget", "courier-measles", "courier-unemployment"))
    assert {link.tag.name for link in ClaimTag.objects.select_related("tag")} >= {"economy", "health"}
    assert Claim.objects.overdue().exists()
    assert Claim.objects.due_within(7).count() == 2
    view = SavedView.objects.get(shared=True)
    queue = QueueFilter(view.query)
    assert queue.total
    assert not queue.mistakes


@pytest.mark.usefixtures("setup")
def test_one_claim_awaits_its_second_review_and_about_one_two_reviewers_differ() -> None:
    content.fill(password="demo", stems=("ledger-halvern-trade", "gull-vaccine-chef"))
    claims = Claim.objects.count_by_state()
    assert (claims[State.AWAITING_SECOND], claims[State.DISPUTED]) == (1, 1)


@pytest.mark.usefixtures("setup")
def test_the_command_marks_what_it_filled(monkeypatch: pytest.MonkeyPatch, marks: list[bool]) -> None:
    monkeypatch.setattr(demo, "fill", partial(content.fill, stems=()))
    call_command("demo", password="demo", verbosity=0)
    assert User.objects.count() == len(content.PEOPLE)
    assert bool(marks) == postgres.is_embedded()
    # Colleagues who are tried out in a demo do not make it a real desk, where there can be a mark.
    User.objects.create_user("zoe")
    if postgres.is_embedded():
        call_command("demo", password="demo")
    else:
        with pytest.raises(CommandError, match="zoe"):
            call_command("demo", password="demo")


@pytest.mark.usefixtures("setup")
@pytest.mark.parametrize("name", ["zoe", "admin"])
def test_a_database_of_other_people_is_left_alone(name: str, marks: list[bool]) -> None:
    User.objects.create_user(name, f"{name}@paper.example", "theirs")
    with pytest.raises(CommandError, match=f"users who are not the demo's .{name}."):
        call_command("demo", password="demo")
    assert not marks
    assert User.objects.get().check_password("theirs")


@pytest.mark.usefixtures("setup")
def test_an_article_that_cannot_be_read_is_left_to_the_worker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(text: str) -> None:
        raise OSError(f"no model for {len(text)} characters")

    monkeypatch.setattr(nlp, "extract", fail)
    content.fill(password="demo", stems=FEW[:1])
    assert Article.objects.get().extraction_state == ExtractionState.WAITING
    assert "left to the worker" in caplog.text


@pytest.mark.usefixtures("setup")
def test_the_plan_keeps_to_the_scale_the_people_and_the_articles() -> None:
    articles = content.FOLDER / "articles"
    reviewers = {person.username for person in content.PEOPLE if person.role in (Role.REVIEWER, Role.EDITOR)}
    two = [review for entry in PLAN["two_reviews"] for review in entry["reviews"]]
    for entry in [*PLAN["decided"], *PLAN["drafts"], *two, *PLAN["dismissed"]]:
        assert entry["by"] in reviewers
        assert entry.get("reason", "trivial") in DismissalReason.values
        assert Rating.objects.filter(label=entry.get("rating", "True")).exists()
        for citation in entry.get("citations", ()):
            if "article" in citation:
                assert citation["passage"] in _body(articles / f"{citation['article']}.txt")
            else:
                assert citation["address"].split("/")[2].endswith(".example")
    assert len({entry["rating"] for entry in PLAN["decided"]}) >= 4


def _body(path: Path) -> str:
    return str(Parser().parsestr(path.read_text(encoding="utf-8")).get_payload())
