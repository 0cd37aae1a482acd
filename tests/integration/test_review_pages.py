"""Drafts, their summary and submitting, as the forms send them."""

import pytest
from django.test import Client

from claims.actions.reviewing import save_draft, submit_review
from claims.models import Review
from tests import recipes
from tests.integration.desk import HTMX, Desk, make_desk
from tests.integration.test_history import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


def test_a_draft_is_saved(desk: Desk) -> None:
    name = f"verdict-{desk.statement.pk}"
    answer = desk.save(rating=desk.rating.pk, rationale="It fell.", **{name: "altered"})
    assert answer.headers["Location"] == desk.address
    review = Review.objects.get()
    assert (review.rating, review.rationale, review.verdicts.get().verdict) == (desk.rating, "It fell.", "altered")
    assert events_of(review).latest("pgh_id").pgh_context.metadata["user"] == desk.ana.pk


def test_saving_by_itself_answers_with_when_and_with_the_new_version(desk: Desk) -> None:
    answer = desk.client.post(f"{desk.address}review/", desk.typed(rationale="It fell."), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Draft saved" in page
    assert 'id="expected-version" form="draft" value="1" hx-swap-oob="true"' in page
    assert "In review" in page
    assert "<html" not in page


def test_citing_without_scripts_saves_the_draft_on_the_way(desk: Desk) -> None:
    assert desk.save(then="cite").headers["Location"] == f"{desk.address}citations/"
    assert not Review.objects.exists(), "nothing was typed yet"
    assert desk.save(rationale="It fell.", then="cite").headers["Location"] == f"{desk.address}citations/"
    assert Review.objects.get().rationale == "It fell."
    citation = recipes.citation(review=Review.objects.get())
    onward = desk.save(rationale="It fell far.", then=citation.pk, overwrite=1)
    assert onward.headers["Location"] == f"/citations/{citation.pk}/"
    assert Review.objects.get().rationale == "It fell far."


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_later_window_is_told_and_keeps_what_was_typed(desk: Desk, headers: dict[str, str]) -> None:
    desk.save(rationale="Theirs")
    answer = desk.client.post(f"{desk.address}review/", desk.typed(rationale="Mine"), headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed in another window" in page
    assert "Theirs" in page
    assert "Mine" in page
    assert Review.objects.get().rationale == "Theirs"
    desk.save(rationale="Mine", overwrite=1)
    assert Review.objects.get().rationale == "Mine"


def test_who_is_overtaken_by_a_decision_keeps_what_was_typed(desk: Desk) -> None:
    ben = recipes.user(first_name="Ben")
    theirs = save_draft(
        claim=desk.claim,
        by=ben,
        rating=desk.rating,
        rationale="",
        no_citation_reason="Plain.",
        verdicts={},
        expected_version=0,
    )
    submit_review(review=theirs, by=ben, expected_version=theirs.version)
    answer = desk.save(rationale="All my work")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ben decided this claim: Half true." in page
    assert "All my work</textarea>" in page


def test_nonsense_is_refused_and_not_lost(desk: Desk) -> None:
    answer = desk.save(rating="999999", rationale="Typed")
    assert answer.status_code == 422
    assert "Typed</textarea>" in answer.content.decode()
    assert not Review.objects.exists()


def test_the_summary_shows_what_is_stored_and_its_button_submits(desk: Desk) -> None:
    answer = desk.save(rating=desk.rating.pk, rationale="It *fell*.", no_citation_reason="Plain.", then="summary")
    assert answer.headers["Location"] == f"{desk.address}review/submit/"
    summary = desk.client.get(answer.headers["Location"])
    page = summary.content.decode()
    assert "<em>fell</em>" in page
    assert "Plain." in page
    sent = {"expected_version": 1, "citations_seen": summary.context["citations_seen"], "queue": "state=new"}
    answer = desk.client.post(f"{desk.address}review/submit/", sent)
    assert answer.headers["Location"] == f"{desk.address}?queue=state%3Dnew&submitted=1"
    page = desk.client.get(answer.headers["Location"]).content.decode()
    assert "Decided by Ana" in page
    assert f'href="{desk.address}next/?queue=state%3Dnew"' in page


def test_the_summary_says_what_is_missing(desk: Desk) -> None:
    desk.save()
    page = desk.client.get(f"{desk.address}review/submit/").content.decode()
    assert "Choose a verification status." in page
    assert "Add a citation, or say why there is none." in page
    assert ">Submit<" not in page
    answer = desk.client.post(f"{desk.address}review/submit/", {"expected_version": 1, "citations_seen": ""})
    assert answer.status_code in (409, 422)
    assert Review.objects.get().state == "draft"


def test_what_changed_after_the_summary_is_not_submitted(desk: Desk) -> None:
    desk.save(rating=desk.rating.pk, no_citation_reason="Plain.")
    seen = desk.client.get(f"{desk.address}review/submit/").context["citations_seen"]
    desk.save(rating=desk.rating.pk, no_citation_reason="Other.", expected_version=1)
    answer = desk.client.post(f"{desk.address}review/submit/", {"expected_version": 1, "citations_seen": seen})
    assert answer.status_code == 409
    assert "Look at it again." in answer.content.decode()
    assert Review.objects.get().state == "draft"


def test_withdrawing_is_for_the_author_and_editors(desk: Desk) -> None:
    desk.save(rationale="Mine")
    review = Review.objects.get()
    other = Client()
    other.force_login(recipes.user())
    assert other.post(f"/reviews/{review.pk}/withdraw/").status_code == 403
    assert desk.client.post(f"/reviews/{review.pk}/withdraw/").headers["Location"] == desk.address
    review.refresh_from_db()
    assert review.state == "withdrawn"


def test_somebody_elses_draft_shows_that_it_is_there_and_not_what_it_says(desk: Desk) -> None:
    desk.save(rationale="A secret thought", rating=desk.rating.pk)
    other = Client()
    other.force_login(recipes.user())
    for query in ({}, {"show": "history"}):
        page = other.get(desk.address, query).content.decode()
        assert "Ana has a draft since" in page
        assert "A secret thought" not in page
    assert "chose the verification status" not in page
    assert "began a review" in page


def test_preview(desk: Desk) -> None:
    page = desk.client.post("/reviews/preview/", {"rationale": "**So** <script>"}, headers=HTMX).content.decode()
    assert "<strong>So</strong> &lt;script&gt;" in page
    assert Client().post("/reviews/preview/", {"rationale": "x"}).status_code == 302
