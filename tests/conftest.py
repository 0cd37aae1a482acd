"""What all tests share: a database cluster of their own, a browser, and an installation that is set up."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import ConsoleMessage, Page, expect

from factcheck import postgres

# Playwright's synchronous interface runs an event loop in the test's thread, where Django refuses database work.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


# Playwright's own browsers are downloads; a desk's test machine has the distribution's.
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
BROWSER_FIXTURES = {"page", "context", "new_context", "browser", "launch_browser"}

# A machine that is busy with other things answers late, which is no failure.
expect.set_options(timeout=20_000)


def pytest_configure() -> None:
    """Settings of a test run: a key of its own, plain HTTP, static files straight from their folders."""
    settings.SECRET_KEY = "only-for-tests"
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_SECURE = False
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Run the tests' own cluster, unless DATABASE_URL names a server."""
    default = connections["default"].settings_dict
    default["CONN_MAX_AGE"] = 0  # connections that outlive their thread would keep the test database from going
    if not postgres.is_embedded():
        yield
        return
    # What the tests write may be lost with the machine; not waiting for the disk makes them quick.
    with postgres.serving(
        postgres.TEST_FOLDER, options="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    ):
        default.update(postgres.connection_settings(postgres.TEST_FOLDER))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests where there is no browser, unless REQUIRE_BROWSER says that there must be one."""
    in_browser = [item for item in items if BROWSER_FIXTURES & set(getattr(item, "fixturenames", ()))]
    if not in_browser or BROWSER:
        return
    if os.environ.get("REQUIRE_BROWSER", "0") not in ("", "0"):
        raise pytest.UsageError(f"REQUIRE_BROWSER is set, {len(in_browser)} tests need Chromium, and there is none.")
    for item in in_browser:
        item.add_marker(pytest.mark.skip(reason="no Chromium is installed"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly how many browser tests did not run."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.section(f"{len(skipped)} BROWSER TESTS WERE SKIPPED: install Chromium", sep="!", red=True)


@pytest.fixture
def setup(db: None) -> None:
    """An installation as `manage.py setup` leaves it. `live_server` tests flush all tables, so each asks for this."""
    call_command("setup", verbosity=0)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the distribution's Chromium, without its talking to anybody in the background."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": BROWSER, "args": [*quiet, *as_root]}


def browser_errors(page: Page) -> list[str]:
    """A list that fills with what goes wrong on the page: scripts, console errors, violations of the policy."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # An answer such as "refused" or "not found" shows in the console, too, but may be what a test is about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page whose test fails when a script fails, the console shows an error or the security policy is violated."""
    errors = browser_errors(page)
    yield page
    assert not errors, "The browser reported: " + "; ".join(errors)
