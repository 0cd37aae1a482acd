"""The extractor's precision in a real browser: pages without fault, and the list follows what is chosen."""

import re

import pytest
from django.utils import timezone
from model_bakery import baker
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.filing import file_extraction
from claims.actions.reviewing import dismiss_claim
from claims.models import Statement
from claims.roles import Role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in
from tests.statements import summit, version_of


@pytest.fixture
def desk(live_server: LiveServer, setup: None, page: Page) -> LiveServer:
    """Four outlets with the same article, judgements of each kind, and an editor signed in."""
    eva = recipes.user(Role.EDITOR)
    for number in range(4):
        version = version_of(outlet=baker.make("claims.Outlet", name=f"Courier {number}"))
        file_extraction(version=version, extraction=summit())
    first, second, third, _ = Statement.objects.order_by("pk")[:4]
    dismiss_claim(claim=first.claim, reason="not_a_statement", by=eva)
    recipes.review(claim=second.claim, state="submitted")
    recipes.review(claim=third.claim, state="submitted")
    Statement.objects.filter(claim=third.claim).update(edited_by=eva, updated_at=timezone.now())
    sign_in(page, live_server, eva)
    return live_server


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_without_fault_and_narrow_enough(desk: LiveServer, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/precision/", "/precision/?by=cue", "/precision/?q=nobody", "/"):
        page.goto(desk.url + path)
        assert_axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing sticks out at 320 pixels"


def test_the_list_follows_what_is_chosen(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url + "/")
    page.get_by_role("link", name="Precision").click()
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_label("Count by").select_option("cue")
    expect(page).to_have_url(re.compile(r"/precision/\?by=cue$"))
    expect(rows).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename == "precision-by-cue.csv"
