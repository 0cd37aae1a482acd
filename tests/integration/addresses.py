"""All addresses of the site, as its urlconf has them."""

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# What stands in for a part of an address; the rest gets a number that no row has.
PARTS = {
    "key": "x-y",
    "uidb36": "1",
    "app_label": "claims",
    "url": "nothing",
    "token": "nobodys",
    "kind": "claim",
    "table": "states",
    "change": "deactivate",
    "provider_id": "desk",
}


def routes(resolver: Any = None, space: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Every route with the full name of its pattern; some have none. What including resolvers demand is in the route."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + re.sub(r"^\^|\$$|\\Z$", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space, route)
        else:
            yield (space + pattern.name if pattern.name else ""), route


def address_of(route: str, number: int = 987_654) -> str:
    """An address of a route, with a number where it wants one."""
    return "/" + PARAMETER.sub(lambda part: PARTS.get(part[1] or part[2], str(number)), route)


def own_routes() -> dict[str, str]:
    """Those of the application itself, without accounts and admin."""
    return {name: route for name, route in routes() if not route.startswith(("accounts/", "admin/"))}


def takes(method: str, client: Client, address: str) -> bool:
    """Whether an address has this method at all; `client` is somebody whom nothing is refused."""
    return client.generic(method, address).status_code != 405
