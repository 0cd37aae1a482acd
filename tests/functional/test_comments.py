"""Talking about a claim in a browser: words chosen by keyboard, a mention from the list, and all of it without scripts."""

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.commenting import Words, add_comment
from claims.models import Claim, Comment, Statement, User
from claims.roles import Role, give_role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in


@pytest.fixture
def ben(setup: None) -> User:
    person = User.objects.create_user("ben", first_name="Ben", last_name="Hollander", password="x")
    give_role(person, Role.REVIEWER)
    return person


@pytest.fixture
def claim(live_server: LiveServer, setup: None, ben: User, page: Page) -> Claim:
    """A claim in its passage, and Ana signed in."""
    ana = User.objects.create_user("ana", first_name="Ana", last_name="Ruiz", email="ana@example.org", password="x")
    give_role(ana, Role.REVIEWER)
    sign_in(page, live_server, ana)
    statement = recipes.statement()
    Claim.objects.all().refresh_first_appearance()
    return statement.claim


def test_by_keyboard_alone(live_server: LiveServer, claim: Claim, ben: User, page: Page) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.keyboard.press("m")
    expect(page.locator("[data-word='3']")).to_be_focused()  # where the content begins
    assert_axe_finds_nothing(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-chosen=chosen]")).to_have_text("the dam")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # another run: the newer one is kept
    expect(page.locator("[data-chosen=chosen]")).to_have_text("break.")
    page.keyboard.press("Tab")
    page.keyboard.type("Which dam, @ho")
    expect(page.get_by_role("option", name="Ben Hollander")).to_have_attribute("aria-selected", "true")
    assert_axe_finds_nothing(page)
    page.keyboard.press("Enter")
    expect(page.locator("#words-comment")).to_have_value("Which dam, @ben ")
    page.keyboard.press("Control+Enter")
    comment = page.locator(".comment")
    expect(comment).to_contain_text("Which dam, Ben Hollander")
    expect(page.locator("#comment-count")).to_have_text("1")
    expect(page.locator(".commented")).to_have_text("break")
    expect(page.locator(".comment-words")).to_have_count(0)
    page.get_by_role("link", name="break", exact=True).last.click()
    expect(page.locator(".commented")).to_have_attribute("aria-current", "true")
    assert_axe_finds_nothing(page)
    assert ben.notifications.count() == 1


def test_words_are_dragged_over_by_mouse(live_server: LiveServer, claim: Claim, page: Page) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.locator("[data-key=m]").click()
    page.locator("[data-word='1']").hover()
    page.mouse.down()
    page.locator("[data-word='3']").hover()
    page.mouse.up()
    expect(page.locator("[data-chosen=chosen]")).to_have_text("Activists say the")
    page.locator("[data-word='6']").click()
    expect(page.locator("[data-chosen=chosen]")).to_have_text("break.")
    page.get_by_role("button", name="Comment").first.click()
    expect(page.get_by_text("A comment needs words.")).to_be_visible()
    expect(page.locator("[data-chosen=chosen]")).to_have_text("break.")


def test_a_comment_that_was_not_sent_is_asked_about(live_server: LiveServer, claim: Claim, page: Page) -> None:
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.locator("#comment_text").fill("Not sent")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Articles").click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("#comment_text")).to_have_value("Not sent")


def test_comments_are_edited_and_deleted_in_place(live_server: LiveServer, claim: Claim, page: Page) -> None:
    statement = Statement.objects.get()
    ana = User.objects.get(username="ana")
    add_comment(claim=claim, text="Old", by=ana, words=Words(statement.article_version, 14, 21))
    page.goto(f"{live_server.url}/claims/{claim.pk}/")
    page.get_by_role("link", name="Edit your comment").click()
    page.locator("#edited_text").fill("New")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comment")).to_contain_text("New")
    expect(page.locator(".comment")).to_contain_text("edited")
    page.locator(".comment summary").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".comment")).to_contain_text("Deleted by Ana Ruiz")
    expect(page.locator(".commented")).to_have_count(0)
    expect(page.locator("#claim-passage")).to_contain_text("Activists say the dam")


def test_without_scripts(live_server: LiveServer, claim: Claim, page: Page, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(f"{live_server.url}/claims/{claim.pk}/")
    plain.locator("#comment_text").fill("Who says so, @ben?")
    plain.get_by_text("About certain words", exact=True).click()
    plain.locator("#comment_words").fill("Activists say")
    plain.locator("#comment-new button").click()
    expect(plain.locator(".comment")).to_contain_text("Who says so, Ben Hollander?")
    expect(plain.locator(".commented").first).to_have_text("Activists")
    plain.get_by_role("link", name="Edit your comment").click()
    plain.locator("#edited_text").fill("Better")
    plain.get_by_role("button", name="Save the comment").click()
    expect(plain.locator(".comment")).to_contain_text("Better")
    context.close()


def test_the_bell_and_its_list(live_server: LiveServer, claim: Claim, ben: User, page: Page) -> None:
    page.goto(f"{live_server.url}/queue/")
    expect(page.locator("#bell")).to_have_text("Notifications")
    add_comment(claim=claim, text="@ana one", by=ben)
    add_comment(claim=recipes.claim(text="Another"), text="@ana two", by=ben)
    page.evaluate("htmx.trigger('#bell', 'look')")
    expect(page.locator("#bell")).to_contain_text("2 unread notifications")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Notifications")).to_be_visible()
    assert_axe_finds_nothing(page)
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("#bell")).to_contain_text("1 unread notification")
    page.keyboard.press("Shift+R")
    expect(page.locator("#bell")).to_have_text("Notifications")
    page.get_by_role("link", name="Another").click()
    expect(page.locator(".comment")).to_contain_text("two")
    assert Comment.objects.count() == 2
