"""The ways in which views answer: a page or its part at one address, a list, the way back."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from claims.filters.lists import ListFilter
from claims.views import SignedIn


def wants_part(request: SignedIn) -> bool:
    """Whether htmx asks for what its target holds, and not for a whole page."""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_part(
    request: SignedIn, template: str, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, or for htmx the partial of the same template that its target holds: one address serves both.

    `part` is the partial's name, or `other.html#partial` where the page includes it from another file. Templates see
    in `fragment` which of the two they are.
    """
    fragment = wants_part(request)
    name = part if "#" in part else f"{template}#{part}"
    response = render(request, name if fragment else template, {"fragment": fragment, **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def render_list(
    request: SignedIn,
    template: str,
    *,
    filter: ListFilter,  # noqa: A002 (its name in the templates)
    page: Page[Any],
    **context: Any,
) -> HttpResponse:
    """The page or its partial "list"; in the address that htmx shows then stands only what is set."""
    context |= {
        "filter": filter,
        "page": page,
        "earlier": filter.query(page=page.previous_page_number()) if page.has_previous() else None,
        "later": filter.query(page=page.next_page_number()) if page.has_next() else None,
    }
    response = render_part(request, template, "list", context)
    query = filter.query(**({"page": page.number} if page.number > 1 else {}))
    address = request.path + (f"?{query}" if query else "")
    if wants_part(request) and address != request.htmx.current_url_abs_path:
        response["HX-Push-Url"] = address
    return response


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A table as a file for spreadsheets. A cell that begins like a formula would be one there, and gets a mark."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    table = csv.writer(response)
    table.writerow(head)
    table.writerows([_no_formula(cell) for cell in row] for row in rows)
    return response


def _no_formula(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def way_back(request: SignedIn, otherwise: str) -> str:
    """The address in `next`, from which the person came, if it is one of ours."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return given if ours else otherwise
