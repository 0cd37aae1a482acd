"""The browser reaches the site, and a violated policy does not go unseen."""

from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.conftest import browser_errors


def test_sign_in_page_opens(live_server: LiveServer, setup: None, page: Page) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    assert page.locator("input[name=password]").is_visible()


def test_inline_script_is_refused_and_reported(live_server: LiveServer, setup: None, context: BrowserContext) -> None:
    page = context.new_page()
    errors = browser_errors(page)
    page.goto(f"{live_server.url}/accounts/login/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None, "the policy let an inline script run"
    assert any("Content Security Policy" in error for error in errors), errors
