"""The page of a claim: what it shows, to whom, and what can be done to the claim itself."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from claims.models import Claim, Statement
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX, Desk, make_desk
from tests.integration.test_history import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


def test_the_passage_is_sliced_by_offsets(client: Client) -> None:
    desk = make_desk(client)
    text = "Say say. 😀 Activists say say it."
    version = recipes.article(text).shown_version
    start = text.index("say it")
    spans = {"source": [[11, 20]], "cue": [[21, 24]], "content": [[start, start + 6]]}
    recipes.statement(article_version=version, claim=desk.claim, spans=spans, reported_at="2020-01-01T00:00Z")
    page = client.get(desk.address).content.decode()
    assert (
        '<p>Say say. 😀 <mark class="source">Activists</mark> <mark class="cue">say</mark> '
        '<mark class="content">say it</mark>.</p>'
    ) in page


def test_strangers_sign_in_and_people_without_a_role_are_refused(client: Client, desk: Desk) -> None:
    desk.ana.groups.clear()
    assert client.get(desk.address).status_code == 403
    client.logout()
    answer = client.get(desk.address)
    assert answer.headers["Location"] == f"/accounts/login/?next={desk.address}"
    assert Client().get("/claims/999999/").status_code == 302


def test_a_claim_that_is_not_there(desk: Desk) -> None:
    assert desk.client.get("/claims/999999/").status_code == 404


def test_readers_see_the_claim_and_no_buttons(client: Client) -> None:
    desk = make_desk(client, Role.READER)
    page = client.get(desk.address).content.decode()
    assert "Nobody has begun to review this claim." in page
    for word in ("Save draft", "Dismiss", "Edit words", ">Change<"):
        assert word not in page


@pytest.mark.parametrize("part", ["work", "background", "history"])
def test_fragment_and_page_are_the_same(desk: Desk, part: str) -> None:
    query = {} if part == "work" else {"show": part}
    whole = desk.client.get(desk.address, query)
    fragment = desk.client.get(desk.address, query, headers=HTMX)
    assert "<html" not in fragment.content.decode()
    assert "HX-Request" in fragment.headers["Vary"] and "HX-Request" in whole.headers["Vary"]  # noqa: PT018
    page, piece = (" ".join(_without_tokens(answer.content.decode()).split()) for answer in (whole, fragment))
    assert piece in page


def _without_tokens(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "csrfmiddlewaretoken" not in line)


def test_queries_do_not_grow_with_appearances(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        recipes.statement(claim=desk.claim).statement_sources.create(source=recipes.source())
    review = desk.draft()
    for _ in range(4):
        recipes.citation(review=review)
    for part in ("", "background"):
        with django_assert_max_num_queries(12 if part else 13):
            desk.client.get(desk.address, {"show": part} if part else {}, headers=HTMX if part else {})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Indirect speech. The extractor is sure of this (90%)."),
        (
            {"act": "state", "check_worthiness": 0.82},
            "Indirect speech: the source states. The extractor finds it well worth checking (82%).",
        ),
        (
            {"act": "promise", "negated": True, "check_worthiness": 0},
            "Indirect speech: the source does not promise. The extractor finds it hardly worth checking (0%).",
        ),
        ({"negated": True}, "Indirect speech: the source does not say."),
        ({"speech": False, "negated": True}, "A thought or expectation, indirect: the source does not think so."),
    ],
)
def test_what_the_source_does_and_how_well_it_is_worth_checking(
    desk: Desk, fields: dict[str, object], said: str
) -> None:
    Statement.objects.filter(pk=desk.statement.pk).update(**fields)
    assert said in desk.client.get(desk.address).text


def test_the_speakers_role_stands_beside_the_name(desk: Desk) -> None:
    Statement.objects.filter(pk=desk.statement.pk).update(speaker_role="head of the <river> office")
    assert "head of the &lt;river&gt; office</span>" in desk.client.get(desk.address).text


def test_checked_before_and_earlier_statements(desk: Desk) -> None:
    source = recipes.source()
    desk.statement.statement_sources.create(source=source)
    decided = recipes.decided_claim(text="The dam will break soon")
    recipes.statement(claim=decided, reported_at="2020-01-01T00:00Z").statement_sources.create(source=source)
    Claim.objects.all().refresh_first_appearance()
    page = desk.client.get(desk.address, {"show": "background"}, headers=HTMX).content.decode()
    assert "The dam will break soon" in page
    assert f'name="into" value="{decided.pk}"' in page
    assert page.count(f'href="/claims/{decided.pk}/"') == 2, "once as checked before, once as said earlier"


def test_same_claim_joins(desk: Desk) -> None:
    other = recipes.decided_claim(text="The dam will break soon")
    answer = desk.client.post(f"{desk.address}join/", {"into": other.pk, "queue": "state=new"})
    assert answer.headers["Location"] == f"/claims/{other.pk}/?queue=state%3Dnew"
    desk.claim.refresh_from_db()
    assert (desk.claim.duplicate_of, other.statements.get()) == (other, desk.statement)
    assert desk.client.post(f"{desk.address}join/", {"into": "x"}).status_code == 404


def test_words_are_edited_in_place_and_a_conflict_keeps_them(desk: Desk) -> None:
    sent = {"text": "The dam breaks", "expected_version": desk.claim.version}
    assert desk.client.post(f"{desk.address}text/", sent).status_code == 302
    answer = desk.client.post(f"{desk.address}text/", {**sent, "text": "The dam leaks"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed the words of this claim" in page
    assert "The dam leaks</textarea>" in page
    newest = answer.context["text_form"].data["expected_version"]
    desk.client.post(f"{desk.address}text/", {"text": "The dam leaks", "expected_version": newest})
    assert [event.text for event in events_of(desk.claim).order_by("pgh_id")][-2:] == [
        "The dam breaks",
        "The dam leaks",
    ]
    answer = desk.client.post(f"{desk.address}text/", {"text": "", "expected_version": newest})
    assert (answer.status_code, "This field is required" in answer.content.decode()) == (422, True)


def test_reopening_asks_why(client: Client) -> None:
    desk = make_desk(client)
    review = desk.draft(rating=desk.rating, no_citation_reason="Plain.")
    from claims.actions.reviewing import submit_review

    submit_review(review=review, by=desk.ana, expected_version=review.version)
    assert client.post(f"{desk.address}reopen/", {"reason": ""}).status_code == 422
    assert client.post(f"{desk.address}reopen/", {"reason": "New figures"}).status_code == 302
    desk.claim.refresh_from_db()
    assert desk.claim.state == "in_review"
    page = client.get(desk.address, {"show": "history"}, headers=HTMX).content.decode()
    assert "reopened the claim" in page
    assert "New figures" in page


@pytest.mark.parametrize(
    "what", ["text", "reopen", "join", "review", "citations", "review/submit", "settle", "reviews-needed"]
)
def test_readers_and_strangers_write_nothing(client: Client, what: str) -> None:
    desk = make_desk(client, Role.READER)
    other = recipes.decided_claim()
    sent = {"text": "Other", "expected_version": 1, "reason": "So", "into": other.pk}
    rows = events_of(desk.claim).count()
    assert client.post(f"{desk.address}{what}/", sent).status_code == 403
    client.logout()
    assert client.post(f"{desk.address}{what}/", sent).status_code == 302
    assert events_of(desk.claim).count() == rows


def test_reading_never_writes(desk: Desk) -> None:
    for what in ("text", "reopen", "join", "review", "settle", "reviews-needed"):
        assert desk.client.get(f"{desk.address}{what}/").status_code == 405


def test_next_and_previous_follow_the_queue(desk: Desk) -> None:
    claims = [recipes.claim(priority=priority) for priority in (3, 2)]
    first, second = (f"/claims/{claim.pk}/" for claim in claims)
    assert desk.client.get(f"{first}next/?queue=speech%3Dspeech").headers["Location"] == (
        f"{second}?queue=speech%3Dspeech"
    )
    assert desk.client.get(f"{second}previous/").headers["Location"] == first
