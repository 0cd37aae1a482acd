"""A module per screen. Thin: fetch or deny, validate by a form, one call, respond."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from claims.models import User


class SignedIn(HttpRequest):
    """A request that `login_required` let through."""

    user: User
    htmx: HtmxDetails


def part(request: HttpRequest, template: str, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, or for htmx the partial of the same template that its target holds: one address serves both.

    `name` is the partial's, or `other.html#partial` where the page includes it from another file.
    """
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by django-htmx's middleware
    only_part = htmx and not htmx.boosted and not htmx.history_restore_request
    fragment = name if "#" in name else f"{template}#{name}"
    response = render(request, fragment if only_part else template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
