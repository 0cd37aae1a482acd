"""The figures that editors look at, and each of their tables as a file."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims import dashboard as figures
from claims import permissions
from claims.agreement import ENOUGH, Agreement, Figures, ratings_agreement, verdicts_agreement
from claims.models import Claim
from claims.views import SignedIn
from claims.views.responses import csv_file, render_part, wants_part

PAGE = "dashboard.html"
SHOWN = 10  # outlets and sources; the files have all

COUNTS = ("open", "decided", "dismissed")


@login_required
@require_safe
def dashboard(request: SignedIn) -> HttpResponse:
    """What waits, what is done, where it comes from. Agreement, which takes longer, is asked for by the page itself."""
    permissions.check_read_dashboard(request.user)
    wanted = wants_part(request) or request.GET.get("show") == "agreement"
    context: dict[str, Any] = {"enough": ENOUGH}
    if wanted:
        context["agreements"] = [
            ("Verification status", "ratings", ratings_agreement()),
            ("Attribution verdicts", "verdicts", verdicts_agreement()),
        ]
    if not wants_part(request):
        counts = Claim.objects.all().count_by_state()
        context |= {
            "states": [(state, count) for state, count in counts.items()],
            "most": max(*counts.values(), 1),
            "chart": figures.throughput(timezone.localdate()),
            "days": figures.DAYS,
            "ages": figures.ages(timezone.now()),
            "tables": [
                ("Outlets", "outlet", "outlets", figures.by_outlet()[:SHOWN]),
                ("Sources", "source", "sources", figures.by_source()[:SHOWN]),
            ],
        }
    return render_part(request, PAGE, "agreement", context)


@login_required
@require_safe
def download(request: SignedIn, table: str) -> HttpResponse:
    """One of the page's tables, whole."""
    permissions.check_read_dashboard(request.user)
    if table not in FILES:
        raise Http404
    head, rows = FILES[table]
    return csv_file(f"{table}.csv", head, rows())


def _states() -> list[Sequence[Any]]:
    return [(state.label, count) for state, count in Claim.objects.all().count_by_state().items()]


def _throughput() -> list[Sequence[Any]]:
    return [(bar.since.isoformat(), bar.count) for bar in figures.throughput(timezone.localdate()).bars]


def _ages() -> list[Sequence[Any]]:
    return [(age.label, age.count) for age in figures.ages(timezone.now())]


def _agreement(read: Callable[[], Figures]) -> list[Sequence[Any]]:
    found = read()
    parts = [("all", [found.overall]), ("pair", found.pairs), ("month", found.months)]
    return [(part, *_row(agreement)) for part, agreements in parts for agreement in agreements]


def _row(found: Agreement) -> Sequence[Any]:
    figures = (found.percent, found.alpha, *(found.interval or (None, None)))
    return (found.name, found.units, *("" if figure is None else round(figure, 3) for figure in figures))


AGREEMENT = ("part", "name", "judged by two or more", "per cent", "alpha", "alpha from", "alpha to")
FILES: dict[str, tuple[Sequence[str], Callable[[], list[Sequence[Any]]]]] = {
    "states": (("state", "claims"), _states),
    "throughput": (("day", "decided"), _throughput),
    "ages": (("found", "open"), _ages),
    "outlets": (("outlet", *COUNTS), lambda: figures.table_of(figures.by_outlet())),
    "sources": (("source", *COUNTS), lambda: figures.table_of(figures.by_source())),
    "ratings": (AGREEMENT, lambda: _agreement(ratings_agreement)),
    "verdicts": (AGREEMENT, lambda: _agreement(verdicts_agreement)),
}
