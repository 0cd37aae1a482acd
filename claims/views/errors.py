"""What a page says that could not be made."""

import contextlib
import errno
import sys

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views import defaults

NO_DATABASE = "The database does not answer at the moment. Wait a little and try again."
NO_ROOM = "A disk of the server is full. Tell your administrator, and try again when there is room."
# EFBIG is what a limit of the process's own says.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WAIT_SECONDS = "10"


def server_error(request: HttpRequest) -> HttpResponse:
    """What will pass is a 503 that says so; everything else is a fault of ours. Needs no database."""
    reason = _passing(sys.exc_info()[1])
    if not reason:
        return defaults.server_error(request)
    _drop_uploads(request)
    page = loader.get_template("503.html").render({"reason": reason})
    return HttpResponse(page, status=503, headers={"Retry-After": WAIT_SECONDS})


def _drop_uploads(request: HttpRequest) -> None:
    """What was received of a file goes with its request: Django leaves it on the disk that is full as it is."""
    for handler in request.upload_handlers:
        if file := getattr(handler, "file", None):
            with contextlib.suppress(OSError):  # the rest of its buffer has no room either
                file.close()


def _passing(error: BaseException | None) -> str:
    disk_of_ours = isinstance(error, OSError) and error.errno in FULL
    if disk_of_ours or isinstance(getattr(error, "__cause__", None), psycopg.errors.DiskFull):
        return NO_ROOM
    return NO_DATABASE if isinstance(error, (OperationalError, InterfaceError)) else ""
