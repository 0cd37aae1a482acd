"""Error pages say what happened, in the site's own shell, even where nothing is known about the request."""

import errno
import io
import logging

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure

from claims.roles import Role
from claims.views.errors import server_error
from tests import recipes


def refuse(request: HttpRequest) -> bytes:
    return defaults.permission_denied(request, PermissionDenied("Only editors can do this.")).content


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (lambda request: defaults.bad_request(request, ValueError()).content, "was not understood"),
        (refuse, "Only editors can do this."),
        (lambda request: csrf_failure(request, "token").content, "This form has expired"),
        (lambda request: defaults.page_not_found(request, ValueError()).content, "There is nothing here"),
        (lambda request: defaults.server_error(request).content, "Something broke on our side"),
    ],
)
def test_errors_have_a_page(rf: RequestFactory, page: object, words: str) -> None:
    assert callable(page)
    html = page(rf.get("/")).decode()
    assert words in html
    assert "css/site.css" in html
    assert "data-reason" in html, "site.js shows it when htmx is refused"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OperationalError("gone"), 503, "The database does not answer at the moment."),
        (OSError(errno.ENOSPC, "No space left on device"), 503, "A disk of the server is full."),
        (OSError(errno.EACCES, "Permission denied"), 500, "Something broke on our side"),
        (ValueError(), 500, "Something broke on our side"),
    ],
)
def test_what_will_pass_says_so(rf: RequestFactory, error: Exception, status: int, words: str) -> None:
    try:
        raise error
    except Exception:
        answer = server_error(rf.get("/"))
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.django_db
def test_a_wrong_address_is_a_404(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


@pytest.mark.django_db
def test_a_refusal_is_one_line_of_the_log(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    (handler,) = (h for h in logging.getLogger().handlers if "refusals" in str(h.filters) or h.filters)
    assert isinstance(handler, logging.StreamHandler)
    log = io.StringIO()
    monkeypatch.setattr(handler, "stream", log)
    client.force_login(recipes.user(Role.READER))
    assert client.get("/articles/add/").status_code == 403
    assert log.getvalue().count("\n") == 1
    assert "/articles/add/" in log.getvalue()
