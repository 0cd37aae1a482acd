"""The queue in a browser: by keyboard alone, at every width, with and without scripts."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Claim, Outlet, StatementSource, User
from claims.roles import Role, give_role
from claims.workflow import State
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in

TEXT = "Anna Berg said that the {number}. dam would break. Others doubt it."


@pytest.fixture
def desk(live_server: LiveServer, setup: None, page: Page) -> LiveServer:
    """Thirty claims, and a reviewer signed in."""
    ana = User.objects.create_user("ana", first_name="Ana", last_name="Ruiz", password="x")
    give_role(ana, Role.REVIEWER)
    outlet, berg = Outlet.objects.create(name="Courier"), recipes.source(name="Anna Berg")
    for number in range(10, 40):
        text = TEXT.format(number=number)
        statement = recipes.statement(
            article_version=recipes.article(text, outlet=outlet).shown_version,
            claim=recipes.claim(text=f"The {number}. dam would break", priority=40 - number),
            spans={"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, text.index(". Others")]]},
            confidence=number / 40,
            speaker="Anna Berg" if number % 2 else "Berg",
        )
        if number % 2:
            StatementSource.objects.create(statement=statement, source=berg)
    Claim.objects.refresh_first_appearance()
    recipes.review(claim=Claim.objects.earliest("pk"), reviewer=ana)
    sign_in(page, live_server, ana)
    return live_server


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_any_width(desk: LiveServer, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{desk.url}/queue/?state=all&by=berg&since=xx")
    expect(page.get_by_label("Check-worthiness")).to_be_visible()
    page.locator("summary", has_text="Why here?").first.click()
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert_axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    page.goto(f"{desk.url}/queue/?q=nothing")
    assert_axe_finds_nothing(page)


def test_by_keyboard_alone(desk: LiveServer, page: Page) -> None:
    page.goto(f"{desk.url}/queue/")
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1).locator("[data-row-link]")).to_be_focused()
    expect(rows.nth(1)).to_contain_text("the 11. dam")
    page.keyboard.press("y")
    expect(rows.nth(1).get_by_text("Priority 29: higher ones come first.")).to_be_visible()
    page.keyboard.press("y")
    page.keyboard.press("x")
    expect(rows.nth(1).get_by_role("button", name="Trivial")).to_be_visible()
    assert_axe_finds_nothing(page)
    page.keyboard.press("4")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Dismissed: trivial.")
    expect(rows.nth(1)).to_contain_text("the 12. dam")
    expect(rows.nth(1).locator("[data-row-link]")).to_be_focused()
    expect(page.get_by_role("link", name="Dismissed 1")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_text("The claim is back: new.")).to_be_visible()
    expect(rows.nth(1)).to_contain_text("the 11. dam")
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(rows.nth(1).get_by_role("button", name="Trivial")).not_to_be_visible()
    assert not Claim.objects.filter(state=State.DISMISSED).exists()
    page.keyboard.press("/")
    page.keyboard.type("21")
    expect(page.get_by_role("status").filter(has_text="1 claim")).to_be_visible()
    expect(page).to_have_url(f"{desk.url}/queue/?q=21")
    expect(page.get_by_label("Words")).to_be_focused()


def test_filters_pages_and_the_way_back(desk: LiveServer, page: Page) -> None:
    page.goto(f"{desk.url}/queue/")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("26 to 30 of 30")).to_be_visible()
    expect(page).to_have_url(f"{desk.url}/queue/?page=2")
    page.get_by_label("Order").select_option("Least sure first")
    expect(page).to_have_url(f"{desk.url}/queue/?sort=unsure")
    page.get_by_role("link", name="New 30").click()
    expect(page).to_have_url(f"{desk.url}/queue/?state=new&sort=unsure")
    page.get_by_label("Kind of source").select_option("Person")
    expect(page).to_have_url(f"{desk.url}/queue/?kind=person&state=new&sort=unsure")
    expect(page.get_by_text("15 claims")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("30 claims")).to_be_visible()
    page.go_forward()
    page.get_by_role("link", name="Remove the filter Kind of source").click()
    expect(page).to_have_url(f"{desk.url}/queue/?state=new&sort=unsure")
    expect(page.get_by_label("Kind of source")).to_have_value("")


def test_without_scripts(desk: LiveServer, page: Page, browser: Browser) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies([{"name": c["name"], "value": c["value"], "url": desk.url} for c in page.context.cookies()])
    tab = plain.new_page()
    tab.goto(f"{desk.url}/queue/?state=new")
    tab.get_by_label("Words").fill("21")
    tab.get_by_role("button", name="Filter").click()
    expect(tab.locator("[data-row]")).to_have_count(1)
    expect(tab.locator("[aria-current=page]", has_text="New")).to_be_visible()
    tab.locator("[data-row] summary", has_text="Why here?").click()
    expect(tab.get_by_text("Speech: before all thoughts.")).to_be_visible()
    tab.locator("[data-row] summary", has_text="Dismiss").click()
    tab.get_by_role("button", name="Not checkable").click()
    expect(tab.get_by_text("Dismissed: not checkable.")).to_be_visible()
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("[data-row]")).to_have_count(1)
    plain.close()
