"""A module per screen. Thin: fetch or deny, validate by a form, one call, respond."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from claims.models import User


class SignedIn(HttpRequest):
    """A request that `login_required` let through."""

    user: User
    htmx: HtmxDetails
