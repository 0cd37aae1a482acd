"""Taking claims and changing many of them, in a browser and by keyboard alone."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions import holding
from claims.models import Claim
from claims.workflow import State
from tests.functional.browser import assert_axe_finds_nothing
from tests.functional.test_queue import desk

__all__ = ["desk"]  # a fixture


def test_by_keyboard_alone(desk: LiveServer, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    # The warning is due five seconds after a claim was taken.
    monkeypatch.setattr(holding, "warning_time", lambda: holding.hold_time() - dt.timedelta(seconds=5))
    monkeypatch.setattr("claims.views.holding.LATER", 1)
    page.goto(f"{desk.url}/queue/")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="The 10. dam would break")).to_be_visible()
    status = page.locator("#hold-status")
    expect(status).to_contain_text("You have taken this claim since")
    expect(status).to_contain_text("Then it is free for others.")
    assert_axe_finds_nothing(page)
    until = Claim.objects.held().get().held_until
    page.keyboard.press("t")
    expect(status).to_contain_text("You have taken this claim since")
    assert Claim.objects.held().get().held_until != until
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Hand over")).to_be_visible()

    page.keyboard.press("u")
    rows = page.locator("[data-row]")
    expect(rows.first).to_contain_text("You have taken it since")
    expect(page.get_by_role("link", name="1 taken by you")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator(".bulk-bar")).to_contain_text("selected")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(rows.nth(1).locator("[data-row-link]")).to_be_focused()
    expect(page.locator(".pick :checked")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(rows.nth(2)).to_contain_text("You have taken it since")
    expect(page.locator(".pick :checked")).to_have_count(0)  # the list is a new one
    for key in ("k", "s", "k", "s"):
        page.keyboard.press(key)
    expect(page.locator(".pick :checked")).to_have_count(2)
    page.keyboard.press("X")
    expect(page.get_by_role("heading", name="Dismiss 2 claims")).to_be_visible()
    assert_axe_finds_nothing(page)
    page.keyboard.press("4")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 claims dismissed").first).to_be_visible()
    expect(rows.first).to_contain_text("the 12. dam")
    assert Claim.objects.filter(state=State.DISMISSED, dismissal_reason="trivial").count() == 2
    page.keyboard.press("z")
    expect(page.get_by_text("Undone: 2 claims as before.")).to_be_visible()
    expect(rows.first).to_contain_text("the 10. dam")
    expect(rows.first).to_contain_text("You have taken it since")

    page.keyboard.press("S")
    expect(page.locator(".bulk-bar")).to_contain_text("All 30 that match")
    page.keyboard.press("P")
    expect(page.get_by_label("Priority")).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("30 claims given another priority").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("take the next free claim")
    expect(page.get_by_role("dialog")).to_contain_text("select (also Space)")
