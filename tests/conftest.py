"""What all tests share: a database cluster of their own, a browser, and an installation that is set up."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections

from factcheck import postgres

# Playwright's synchronous interface runs an event loop in the test's thread, where Django refuses database work.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


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
