"""What everybody did, and the same as a file."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from claims import permissions
from claims.activity import Entry, Item, Place, find_places, tell
from claims.events import called
from claims.filters.activity import ActivityFilter
from claims.views import SignedIn
from claims.views.responses import csv_file, render_part, wants_part

PAGE = 100
MOST_IN_FILE = 5000


@login_required
@require_safe
def activity(request: SignedIn) -> HttpResponse:
    """Newest first; a page begins after the last event of the page before, so that nothing is told twice."""
    permissions.check_read_history(request.user)
    chosen = ActivityFilter(request.GET)
    before = chosen.before
    places = _places(chosen, PAGE + 1, before)
    shown = places[:PAGE]
    context = {
        "filter": chosen,
        "entries": tell(shown, request.user),
        "newest": chosen.query() if before else None,
        "earlier": chosen.query(before=shown[-1]) if len(places) > PAGE else None,
        "most_in_file": MOST_IN_FILE,
    }
    response = render_part(request, "activity.html", "list", context)
    query = chosen.query(before=before)
    address = request.path + (f"?{query}" if query else "")
    if wants_part(request) and address != request.htmx.current_url_abs_path:
        response["HX-Push-Url"] = address
    return response


@login_required
@require_safe
def activity_csv(request: SignedIn) -> HttpResponse:
    """The newest of what fits as a file for spreadsheets, a row a record."""
    permissions.check_read_history(request.user)
    chosen = ActivityFilter(request.GET)
    entries = tell(_places(chosen, MOST_IN_FILE, None), request.user)
    rows = (_cells(entry, item) for entry in entries for item in entry.items)
    head = ("time", "who", "change", "kind", "number", "name", "fields", "action")
    response = csv_file("activity.csv", head, rows)
    patch_vary_headers(response, ["Cookie"])
    return response


def _cells(entry: Entry, item: Item) -> tuple[Any, ...]:
    when, fields = timezone.localtime(entry.when).isoformat(), ", ".join(item.fields)
    return (when, entry.who, entry.change, called(item.kind), item.pk, item.name, fields, entry.action)


def _places(chosen: ActivityFilter, most: int, before: Place | None) -> list[Place]:
    return find_places(chosen.conditions, kind=chosen.value("kind") or "", before=before, most=most)
