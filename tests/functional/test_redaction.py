"""Redacting an article in a real browser: asked for with a reason, and pages without fault afterwards."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.filing import file_extraction
from claims.models import Article, Claim
from claims.roles import Role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in
from tests.statements import summit, version_of


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_redacting_an_article(live_server: LiveServer, setup: None, page: Page, scheme: str) -> None:
    ada = recipes.user(Role.ADMINISTRATOR, first_name="Ada")
    version = version_of()
    file_extraction(version=version, extraction=summit(), by=ada)
    Article.objects.update(extraction_state="done")
    sign_in(page, live_server, ada)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{live_server.url}/articles/{version.article_id}/")
    page.get_by_role("link", name="Redact").click()
    assert_axe_finds_nothing(page)
    page.get_by_label("The text, with all that").check()
    page.get_by_label("Reason").fill("Regional court, 12 O 26/26")
    page.get_by_label("I know that this cannot be undone").check()
    page.get_by_role("button", name="Redact for good").click()
    notice = "Regional court, 12 O 26/26"
    expect(page.locator(".notice").first).to_contain_text(notice)
    claim = Claim.objects.order_by("pk")[0]
    for path in (f"/articles/{version.article_id}/", f"/claims/{claim.pk}/", "/queue/"):
        page.goto(live_server.url + path)
        expect(page.locator("main")).to_contain_text(notice)
        assert_axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing sticks out at 320 pixels"
