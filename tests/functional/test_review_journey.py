"""A reviewer's journey by keyboard alone, and what the claim's page does by itself."""

import re
import time

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Article, Claim, Outlet, Review, User
from claims.roles import Role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in

TEXT = """Ministers went to Port Aldis on Thursday to open a tram depot. It rained.

“We have created 200,000 jobs, and unemployment is at its lowest since 2009,” said Petra Lindqvist, the employment \
minister. She did not take questions.

The Statistics Office counts 141,000 new jobs over the same time. 🚋 Activists say that most of them are part-time.

The depot cost 12 million crowns."""


def spans(text: str, source: str, cue: str, *content: str) -> dict[str, list[list[int]]]:
    """Spans of words that stand in a text once."""

    def of(words: str) -> list[int]:
        assert text.count(words) == 1, words
        return [text.index(words), text.index(words) + len(words)]

    return {"source": [of(source)], "cue": [of(cue)], "content": [of(part) for part in content]}


@pytest.fixture
def ana(live_server: LiveServer, setup: None, page: Page) -> User:
    """A reviewer, signed in."""
    ana = recipes.user(Role.REVIEWER, username="ana", first_name="Ana", last_name="Ruiz")
    sign_in(page, live_server, ana)
    return ana


@pytest.fixture
def claim(setup: None) -> Claim:
    """A minister's claim in an article, and one of activists after it in the queue."""
    outlet = Outlet.objects.create(name="Aldis Courier")
    version = recipes.article(TEXT, title="Tram depot opens", outlet=outlet).shown_version
    extraction = recipes.extraction(article_version=version)
    jobs = recipes.claim(text="Halvern has created 200,000 jobs", priority=1)
    minister = recipes.source(name="Petra Lindqvist")
    said = recipes.statement(
        extraction=extraction,
        claim=jobs,
        speaker="Petra Lindqvist",
        speaker_kind="person",
        form="direct",
        confidence=0.91,
        spans=spans(TEXT, "Petra Lindqvist, the employment minister", "said",
                    "We have created 200,000 jobs, and unemployment is at its lowest since 2009"),
    )  # fmt: skip
    said.statement_sources.create(source=minister)
    other = recipes.claim(text="Most new jobs are part-time")
    recipes.statement(
        extraction=extraction,
        claim=other,
        spans=spans(TEXT, "Activists", "say", "that most of them are part-time"),
        parent=said,
        act="deny",
        speaker_role="for the employment minister",
    )
    Claim.objects.all().refresh_first_appearance()
    return jobs


def test_a_claim_is_reviewed_by_keyboard_alone(live_server: LiveServer, page: Page, ana: User, claim: Claim) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    keys = page.keyboard
    keys.press("3")
    expect(page.get_by_role("radio", name="Half true")).to_be_checked()
    keys.press("e")
    expect(page.get_by_label("Rationale")).to_be_focused()
    keys.type("The office counts **141,000**.")
    keys.press("Escape")
    for number, address in enumerate(["https://stats.example/jobs", "https://courier.example/depot"], start=1):
        keys.press("c")
        expect(page.get_by_label("Address")).to_be_focused()
        keys.type(address)
        keys.press("Tab")
        keys.type(f"Evidence {number}")
        keys.press("Tab")
        keys.press("Tab")
        keys.type("141,000 new jobs")
        keys.press("Tab")
        keys.press("ArrowRight")  # from supports to refutes
        expect(page.get_by_role("radio", name="Refutes", exact=True)).to_be_checked()
        keys.press("Control+Enter")  # the open citation first, then the review
        expect(page.locator(".citation[data-stance]")).to_have_count(number, timeout=15_000)
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name="Submit this review?")).to_be_visible()
    expect(page.locator("#work .prose strong")).to_have_text("141,000")
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#outcome")).to_have_text("Verification status")
    review = Review.objects.get()
    assert (review.state, review.rating and review.rating.label, review.citations.count()) == (
        "submitted",
        "Half true",
        2,
    )
    expect(page.get_by_role("link", name="Next claim")).to_be_focused()
    keys.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Most new jobs are part-time")
    keys.press("u")
    expect(page).to_have_url(re.compile("/queue/$"))


def test_a_claim_is_dismissed_by_two_keys(live_server: LiveServer, page: Page, ana: User, claim: Claim) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.keyboard.press("x")
    page.keyboard.press("4")
    expect(page.get_by_text("Dismissed: trivial.")).to_be_visible()
    claim.refresh_from_db()
    assert (claim.state, claim.dismissal_reason) == ("dismissed", "trivial")
    assert not claim.reviews.exists()


def test_the_draft_saves_itself(live_server: LiveServer, page: Page, ana: User, claim: Claim) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.get_by_label("Rationale").fill("It fell.")
    expect(page.locator("#saved")).to_have_text(re.compile("Draft saved .*"), timeout=15_000)
    expect(page.locator("#claim-state")).to_have_text("In review")
    assert Review.objects.get().rationale == "It fell."
    page.get_by_label("Rationale").fill("It fell twice.")
    page.get_by_label("Why is there no citation?").fill("Everybody saw it.")
    deadline = time.monotonic() + 15
    while not Review.objects.filter(rationale="It fell twice.", no_citation_reason="Everybody saw it.").exists():
        assert time.monotonic() < deadline, "the draft was not saved"
        page.wait_for_timeout(200)


def test_what_was_typed_last_is_kept_when_leaving(live_server: LiveServer, page: Page, ana: User, claim: Claim) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.keyboard.press("4")
    page.keyboard.press("e")
    page.keyboard.type("Fewer.")
    page.keyboard.press("Escape")
    page.keyboard.press("n")  # long before two seconds have passed
    expect(page.get_by_role("heading", level=1)).to_have_text("Most new jobs are part-time")
    deadline = time.monotonic() + 15
    while not Review.objects.filter(rationale="Fewer.", rating__label="Mostly false").exists():
        assert time.monotonic() < deadline, "the draft was not saved"
        page.wait_for_timeout(100)


def test_a_citation_in_the_making_is_not_left_unasked(
    live_server: LiveServer, page: Page, ana: User, claim: Claim
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.keyboard.press("c")
    expect(page.get_by_label("Address")).to_be_focused()
    page.keyboard.press("Control+Enter")  # empty: it says what is missing, and the review stays as it is
    expect(page.get_by_text("Give the address, or a title")).to_be_visible()
    page.get_by_label("Address").fill("https://stats.example/jobs")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Address")).to_have_value("https://stats.example/jobs")


def test_a_second_window_is_told_and_keeps_its_words(
    live_server: LiveServer, page: Page, ana: User, claim: Claim
) -> None:
    address = f"{live_server.url}/claims/{claim.pk}/"
    page.goto(address)
    second = page.context.new_page()
    second.goto(address)
    second.get_by_label("Rationale").fill("Theirs")
    second.get_by_role("button", name="Save draft").click()
    expect(second.locator("#saved")).to_contain_text("Draft saved")
    page.get_by_label("Rationale").fill("Mine")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#draft-conflict")).to_contain_text("changed in another window")
    expect(page.locator("#draft-conflict")).to_contain_text("Theirs")
    expect(page.get_by_label("Rationale")).to_have_value("Mine")
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    expect(page.locator("#draft-conflict")).to_be_empty()
    assert Review.objects.get().rationale == "Mine"


def test_return_in_a_field_saves_and_overwrites_nothing(
    live_server: LiveServer, page: Page, ana: User, claim: Claim
) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    recipes.review(claim=claim, reviewer=ana, rationale="Theirs")
    page.get_by_label("Rationale").fill("Mine")
    note = page.get_by_label("Note on the attribution")
    for _ in range(2):  # the second time, "Keep mine" is there
        note.press("Enter")
        expect(page.locator("#draft-conflict")).to_contain_text("changed in another window")
    page.wait_for_timeout(300)
    assert Review.objects.get().rationale == "Theirs"
    expect(page.get_by_label("Address")).to_have_count(0)


def test_a_claim_is_reviewed_without_scripts(
    live_server: LiveServer, page: Page, browser: Browser, ana: User, claim: Claim
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(
        [{"name": c["name"], "value": c["value"], "url": live_server.url} for c in page.context.cookies()]
    )
    tab = plain.new_page()
    tab.goto(f"{live_server.url}/claims/{claim.pk}/")
    tab.get_by_role("radio", name="Half true").check()
    tab.get_by_label("Rationale").fill("It fell.")
    tab.get_by_role("button", name="Add a citation").click()
    tab.get_by_label("Address").fill("https://stats.example/jobs")
    tab.get_by_role("radio", name="Refutes", exact=True).check()
    tab.get_by_role("button", name="Save the citation").click()
    expect(tab.get_by_label("Rationale")).to_have_value("It fell.")
    tab.get_by_label("Rationale").fill("It fell far.")
    tab.get_by_role("button", name="Edit the citation").click()
    tab.get_by_label("Title").fill("Jobs")
    tab.get_by_role("button", name="Save the citation").click()
    tab.get_by_role("button", name="Check and submit").click()
    tab.get_by_role("button", name="Submit", exact=True).click()
    expect(tab.locator("#outcome")).to_have_text("Verification status")
    review = Review.objects.get()
    assert (review.state, review.rationale, review.citations.get().title) == ("submitted", "It fell far.", "Jobs")
    plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    live_server: LiveServer, page: Page, ana: User, claim: Claim, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.get_by_role("button", name="Add a citation").click()
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.locator(".timeline")).to_be_visible()
    expect(page.locator("#earlier")).to_be_visible()
    assert_axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert Article.objects.count() == 1
