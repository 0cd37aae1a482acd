"""The shell in a real browser: nothing for axe to find, keys, dialogs, themes, and no script needed."""

import pytest
from model_bakery import baker
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Article, Claim, Review, User
from claims.roles import Role, give_role
from claims.workflow import State
from tests.functional.browser import assert_axe_finds_nothing, sign_in


@pytest.fixture
def desk(live_server: LiveServer, setup: None, page: Page) -> LiveServer:
    """A small desk with a reviewer signed in."""
    ana = User.objects.create_user("ana", first_name="Ana", last_name="Ruiz", email="ana@example.org", password="x")
    give_role(ana, Role.REVIEWER)
    for number in range(3):
        claim = baker.make(Claim, text=f"Claim number {number}", state=State.IN_REVIEW)
        baker.make(Review, claim=claim, reviewer=ana)
    baker.make(Article, title="An article", extraction_state="failed", extraction_failure="No text.")
    sign_in(page, live_server, ana)
    return live_server


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/no-such-page/"])
def test_pages_before_sign_in(live_server: LiveServer, setup: None, page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(live_server.url + path)
    assert_axe_finds_nothing(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/profile/", "/accounts/logout/", "/accounts/password/change/"])
def test_pages_of_a_reviewer(desk: LiveServer, page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(desk.url + path)
    assert_axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing sticks out at 320 pixels"


def test_signing_in_with_the_form(live_server: LiveServer, setup: None, page: Page) -> None:
    give_role(User.objects.create_user("ana", password="a long enough secret"), Role.REVIEWER)
    page.goto(live_server.url)
    page.get_by_label("User name or e-mail").fill("ana")
    page.get_by_label("Password").fill("a long enough secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The desk today")
    expect(page.locator(".toast")).to_contain_text("signed in")


def test_keys(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url)
    rows = page.locator("[data-row-link]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("j?")
    expect(search).to_have_value("j?")
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("next row")
    assert_axe_finds_nothing(page)
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()


def test_keys_can_be_switched_off(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url + "/profile/")
    page.get_by_label("Keyboard shortcuts").uncheck()
    page.get_by_label("Dark").check()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark", "the choice shows before it is saved"
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Your profile is saved.")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_messages_leave_unless_looked_at(desk: LiveServer, page: Page) -> None:
    page.clock.install()
    page.goto(desk.url)
    page.evaluate("showToast('Saved', 'success'); showToast('Broken', 'error')")
    saved, broken = page.locator(".toast", has_text="Saved"), page.locator(".toast", has_text="Broken")
    saved.hover()
    page.clock.run_for(30_000)
    expect(saved).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(11_000)
    expect(saved).to_have_count(0)
    expect(broken).to_be_visible()
    broken.get_by_role("button", name="Close this message").click()
    expect(broken).to_have_count(0)


def test_the_menu_works_without_scripts(desk: LiveServer, page: Page, browser: Browser) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies([{"name": c["name"], "value": c["value"], "url": desk.url} for c in page.context.cookies()])
    tab = plain.new_page()
    tab.goto(desk.url)
    tab.locator("details.menu summary").click()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Sign in")
    plain.close()


def test_a_session_that_ended_is_told_and_nothing_on_the_page_is_lost(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url + "/profile/")
    page.get_by_label("First name").fill("Anna")
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/profile/', {target: '#main'})")
    expect(page.locator(".toast")).to_contain_text("You are signed out")
    expect(page.get_by_label("First name")).to_have_value("Anna")


def test_statements_light_up_in_text_and_list(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url)
    page.evaluate(
        """document.getElementById('main').innerHTML = `
        <p><a class="statement" href="#" data-statements="1">one</a> <a class="statement" href="#" data-statements="1 2">both</a></p>
        <ul><li data-statement="1"><a href="#">first</a></li><li data-statement="2"><a href="#">second</a></li></ul>`"""
    )
    lit = page.locator(".is-linked")
    page.get_by_role("link", name="second").hover()
    expect(lit).to_have_text(["both", "second"])
    page.get_by_role("link", name="one").focus()
    expect(lit).to_have_text(["one", "both", "first"])
