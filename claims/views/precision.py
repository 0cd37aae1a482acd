"""How precise the extractor is, as far as people have looked at what it found."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from claims import permissions
from claims.filters.precision import PrecisionFilter
from claims.models import Statement
from claims.precision import ENOUGH, Judged, judged
from claims.views import SignedIn
from claims.views.responses import render_list, wants_part


@login_required
@require_safe
def precision(request: SignedIn) -> HttpResponse:
    """What became of the statements that people looked at: all of them, and by outlet or by cue."""
    permissions.check_read_precision(request.user)
    narrowed = PrecisionFilter(request.GET)
    page = Paginator(narrowed.rows, narrowed.page_size).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"rows": [_judged(row, narrowed) for row in page.object_list], "enough": ENOUGH}
    if not wants_part(request):
        context["overall"] = judged(Statement.objects.judgements())
    return render_list(request, "precision.html", filter=narrowed, page=page, **context)


@login_required
@require_safe
def precision_csv(request: SignedIn) -> HttpResponse:
    """The rows of all pages as a file for spreadsheets; shares of too few stay empty."""
    permissions.check_read_precision(request.user)
    narrowed = PrecisionFilter(request.GET)
    name = "cue" if narrowed.by_cue else "outlet"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="precision-by-{name}.csv"'},
    )
    table = csv.writer(response)
    table.writerow([name, "looked at", "kept as found", "corrected", "not a statement", "precision", "exact"])
    for row in narrowed.rows:
        one = _judged(row, narrowed)
        shares = ["" if share is None else round(share, 1) for share in (one.precision, one.exact)]
        table.writerow([no_formula(one.name), one.looked_at, one.kept, one.corrected, one.dismissed, *shares])
    return response


def _judged(row: dict[str, Any], narrowed: PrecisionFilter) -> Judged:
    return judged(row, unnamed="No cue" if narrowed.by_cue else "No outlet")


def no_formula(cell: str) -> str:
    """A cell that begins like a formula would be one in a spreadsheet."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
