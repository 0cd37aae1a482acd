"""Lists that are pages and fragments at one address."""

from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse

from claims.filters import ListFilter
from claims.views import SignedIn, part


def render_list(
    request: SignedIn,
    template: str,
    *,
    filter: ListFilter,  # noqa: A002 (its name in the templates)
    page: Page[Any],
    **context: Any,
) -> HttpResponse:
    """The page or its partial "list"; in the address that htmx shows then stands only what is set."""
    response = part(request, template, "list", {**context, "filter": filter, "page": page})
    query = filter.query(**({"page": page.number} if page.number > 1 else {}))
    response["HX-Push-Url"] = request.path + (f"?{query}" if query else "")
    return response
