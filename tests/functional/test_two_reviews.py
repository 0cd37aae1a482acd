"""Two reviewers differ about a claim, and an editor settles it: the whole way, each in a browser of their own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Claim, User
from claims.roles import Role
from tests import recipes
from tests.conftest import browser_errors
from tests.functional.browser import assert_axe_finds_nothing, sign_in

type Opened = Callable[[User], Page]


@pytest.fixture
def open_as(live_server: LiveServer, setup: None, browser: Browser) -> Iterator[Opened]:
    """A browser window for each person; what goes wrong in any of them fails the test."""
    windows: list[tuple[Page, list[str]]] = []

    def open_for(person: User) -> Page:
        page = browser.new_context(base_url=live_server.url).new_page()
        windows.append((page, browser_errors(page)))
        sign_in(page, live_server, person)
        return page

    yield open_for
    for page, errors in windows:
        page.context.close()
        assert not errors, "The browser reported: " + "; ".join(errors)


@pytest.fixture
def claim(setup: None) -> Claim:
    statement = recipes.statement(confidence=0.9)
    Claim.objects.all().refresh_first_appearance()
    return Claim.objects.get(pk=statement.claim_id)


def write(page: Page, claim: Claim, rating: str, rationale: str, verdict: str) -> None:
    """A review by one of the two, from the queue to the button that submits it."""
    page.goto("/queue/")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("radio", name=rating, exact=True).check()
    page.get_by_role("radio", name=verdict, exact=True).check()
    page.get_by_label("Rationale").fill(rationale)
    page.get_by_label("Why is there no citation?").fill("Everybody saw it.")
    page.get_by_role("button", name="Check and submit").click()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text(f"Submitted: {rating}.")).to_be_visible()


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def test_a_disputed_claim_goes_the_whole_way(open_as: Opened, claim: Claim) -> None:
    ana, ben = (recipes.user(Role.REVIEWER, first_name=name) for name in ("Ana", "Ben"))
    eva = recipes.user(Role.EDITOR, first_name="Eva")
    first = open_as(ana)
    first.goto(f"/claims/{claim.pk}/")
    first.get_by_role("button", name="Ask for a second review").click()
    expect(first.get_by_text("Gets two reviews", exact=True)).to_be_visible()
    write(first, claim, "False", "It stands.", "Accurate")
    expect(first.locator("#outcome")).to_have_text("Your review is in")
    expect(first.locator("#work")).to_contain_text("It stands.")
    assert_axe_finds_nothing(first)
    first.goto("/queue/")
    expect(first.get_by_text("Your review is in; awaiting a second")).to_be_visible()

    editor = open_as(eva)
    editor.goto(f"/claims/{claim.pk}/?show=history")
    expect(editor.get_by_text("submitted the first review")).to_be_visible()
    expect(editor.get_by_text("It stands.")).to_have_count(0)

    second = open_as(ben)
    second.goto(f"/claims/{claim.pk}/")
    expect(second.get_by_text("Ana has submitted the first of two reviews")).to_be_visible()
    assert_axe_finds_nothing(second)
    write(second, claim, "Half true", "It leaks.", "Altered")
    expect(second.get_by_role("heading", name="Two reviewers differ")).to_be_visible()
    for page in (first, second):
        page.goto(f"/claims/{claim.pk}/")
        for words in ("It stands.", "It leaks."):
            expect(page.locator("#reviews")).to_contain_text(words)
        expect(page.get_by_text("Differs")).to_have_count(2)
        expect(page.get_by_role("button", name="Settle the claim")).to_have_count(0)

    editor.goto("/queue/?state=disputed")
    editor.locator("[data-row-link]").click()
    for scheme in ("light", "dark"):
        for width in (320, 1280):
            editor.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            editor.set_viewport_size({"width": width, "height": 900})
            assert_axe_finds_nothing(editor)
            assert not sticks_out(editor)
    editor.get_by_role("button", name="Settle the claim").click()
    expect(editor.locator("#reviews .errorlist")).to_have_count(2)
    editor.get_by_role("radio", name="Half true").check()
    editor.get_by_label("Reason").fill("Two of three dams leak.")
    editor.get_by_role("button", name="Settle the claim").click()
    expect(editor.get_by_text("Settled: Half true.")).to_be_visible()

    for page in (first, second):
        page.goto(f"/claims/{claim.pk}/")
        expect(page.locator("#outcome")).to_have_text("Verification status")
        expect(page.locator("#work")).to_contain_text("Two of three dams leak.")
    first.goto("/")
    first.get_by_role("link", name="Where you were overruled").first.click()
    expect(first.locator("main")).to_contain_text("Two of three dams leak.")
    assert_axe_finds_nothing(first)
    second.goto("/reviews/overruled/")
    expect(second.get_by_role("heading", name="Nowhere so far")).to_be_visible()
    editor.goto(f"/claims/{claim.pk}/?show=history")
    for told in ("submitted the first review", "submitted a second review that differs", "settled the claim"):
        expect(editor.locator("#history")).to_contain_text(told)
    editor.goto("/dashboard/?show=agreement")
    pair = editor.get_by_role("region", name="Agreement on verification status").get_by_role("row", name="Ana")
    expect(pair).to_contain_text("too few")
    expect(pair.get_by_role("cell").nth(1)).to_have_text("1")
    claim.refresh_from_db()
    assert claim.decided_review is not None
    assert (claim.state, claim.decided_review.reviewer) == ("decided", ben)
