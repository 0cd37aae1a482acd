"""Tags, due dates and views of the queue in a browser, by keyboard alone."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.saved_views import save_view
from claims.models import Claim, SavedView, Tag, User
from tests.functional.browser import assert_axe_finds_nothing
from tests.functional.test_queue import desk

__all__ = ["desk"]  # a fixture


def test_tagging_and_due_date_by_keyboard(desk: LiveServer, page: Page) -> None:
    Tag.objects.create(name="economy")
    claim = Claim.objects.earliest("pk")
    page.goto(f"{desk.url}/claims/{claim.pk}/")
    page.keyboard.press("l")
    page.keyboard.type("Dams")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove the tag Dams")).to_be_visible()
    expect(page.get_by_placeholder("Add a tag")).to_be_focused()
    page.keyboard.type("x" * 40 + "x")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_label("Due date")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Due date")).to_be_focused()
    page.get_by_label("Due date").fill((timezone.localdate() + dt.timedelta(days=1)).isoformat())
    assert_axe_finds_nothing(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Due tomorrow")).to_be_visible()
    page.get_by_role("button", name="Remove the tag Dams").click()
    expect(page.get_by_role("button", name="Remove the tag Dams")).not_to_be_visible()
    claim.refresh_from_db()
    assert claim.due_on == timezone.localdate() + dt.timedelta(days=1)


def test_views_by_keyboard(desk: LiveServer, page: Page) -> None:
    ana = User.objects.get(username="ana")
    Claim.objects.filter(pk=Claim.objects.earliest("pk").pk).update(due_on=timezone.localdate() - dt.timedelta(days=2))
    save_view(name="The 21st", query="q=21", shared=False, by=ana)
    page.goto(f"{desk.url}/queue/?sort=newest")
    menu = page.locator("#saved-views")
    expect(page.get_by_role("link", name="Overdue 1")).to_be_visible()
    page.keyboard.press("v")
    expect(menu.get_by_role("link", name="The 21st 1")).to_be_visible()
    assert_axe_finds_nothing(page)
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="The 21st 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Newest")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The view “Newest” is saved.")).to_be_visible()
    assert SavedView.objects.filter(name="Newest", query="sort=newest").exists()
    page.keyboard.press("v")
    page.keyboard.press("2")
    expect(page).to_have_url(f"{desk.url}/queue/?q=21")
    page.keyboard.press("4")
    expect(page).to_have_url(f"{desk.url}/queue/?due=overdue&sort=due")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text("2 days overdue")
    expect(page.locator("#queue-views [aria-current]")).to_have_text("Overdue 1")


def test_numbers_are_asked_for_again_and_nothing_moves(desk: LiveServer, page: Page) -> None:
    page.goto(f"{desk.url}/queue/")
    page.locator(".queue").evaluate(
        "queue => { const asks = queue.querySelector('[data-quiet]');"
        " asks.setAttribute('hx-trigger', 'every 1s'); htmx.process(asks.cloneNode()); asks.replaceWith(asks.cloneNode());"
        " htmx.process(queue.querySelector('[data-quiet]')); }"
    )
    page.keyboard.press("v")
    expect(page.get_by_text("Nothing saved yet.")).to_be_visible()
    Claim.objects.filter(pk=Claim.objects.earliest("pk").pk).update(due_on=timezone.localdate() - dt.timedelta(days=2))
    expect(page.get_by_role("link", name="Overdue 1")).to_be_visible()
    expect(page.get_by_text("Nothing saved yet.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_any_width(desk: LiveServer, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ana = User.objects.get(username="ana")
    save_view(name="A view with quite a long name that has to break", query="q=21", shared=True, by=ana)
    save_view(name="Gone", query="outlet=999", shared=False, by=ana)
    Claim.objects.update(due_on=timezone.localdate() - dt.timedelta(days=2))
    for path in ("/queue/?due=overdue", "/queue/views/", f"/claims/{Claim.objects.earliest('pk').pk}/"):
        page.goto(f"{desk.url}{path}")
        page.keyboard.press("v")
        page.keyboard.press("d")
        for width in (1440, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert_axe_finds_nothing(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"something sticks out of {path}"


def test_without_scripts(desk: LiveServer, page: Page, browser: Browser) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies([{"name": c["name"], "value": c["value"], "url": desk.url} for c in page.context.cookies()])
    tab = plain.new_page()
    tab.goto(f"{desk.url}/queue/?q=21")
    tab.locator("summary", has_text="Saved views").click()
    tab.get_by_label("Save this view as").fill("The 21st")
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.get_by_text("The view “The 21st” is saved.")).to_be_visible()
    tab.locator("[data-row-link]").click()
    tab.get_by_placeholder("Add a tag").fill("dams")
    tab.get_by_role("button", name="Add", exact=True).click()
    expect(tab.get_by_role("button", name="Remove the tag dams")).to_be_visible()
    tab.locator("summary", has_text="Set a due date").click()
    tab.get_by_label("Due date").fill(timezone.localdate().isoformat())
    tab.locator("#claim-due").get_by_role("button", name="Save").click()
    expect(tab.get_by_text("Due today")).to_be_visible()
    plain.close()
