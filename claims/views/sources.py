"""The list of sources and the page of one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from claims import permissions
from claims.actions import sources as actions
from claims.filters.sources import SourceFilter, StatementFilter
from claims.models import Claim, Rating, Source, SourceMerge, Statement
from claims.pictures import over_time
from claims.views import SignedIn
from claims.views.responses import render_list, wants_part
from claims.workflow import State


@login_required
@require_safe
def sources(request: SignedIn) -> HttpResponse:
    """All sources, found by any of their names."""
    permissions.check_read(request.user)
    narrowed = SourceFilter(request.GET)
    found = narrowed.sources.with_other_names()
    page = Paginator(found, narrowed.page_size).get_page(request.GET.get("page"))
    unresolved = 0 if wants_part(request) else Statement.objects.unresolved_names().count()
    return render_list(request, "sources.html", filter=narrowed, page=page, unresolved=unresolved)


@login_required
@require_safe
def source(request: SignedIn, pk: int) -> HttpResponse:
    """One source: its names, what it is reported to have said over time, and how true that was."""
    permissions.check_read(request.user)
    merges = SourceMerge.objects.filter(into=OuterRef("pk"), undone_at=None)
    shown: Any = get_object_or_404(Source.objects.with_other_names().annotate(has_merges=Exists(merges)), pk=pk)
    if shown.merged_into_id is not None:
        return redirect("source", shown.merged_into_id)
    scale = list(Rating.objects.all())
    narrowed = StatementFilter(request.GET, shown, scale)
    page = Paginator(narrowed.statements, narrowed.page_size).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"source": shown}
    if not wants_part(request):
        context |= _overview(shown, scale)
        if shown.has_merges and permissions.can_manage_sources(request.user):
            context["last_merge"] = actions.last_merge(shown)
    return render_list(request, "source.html", filter=narrowed, page=page, **context)


@login_required
@require_POST
def undo_merge(request: SignedIn, pk: int) -> HttpResponse:
    """Bring a merged source back."""
    permissions.check_manage_sources(request.user)
    merge = get_object_or_404(SourceMerge, pk=pk)
    try:
        back = actions.undo_merge(merge=merge, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("source", merge.into_id)
    messages.success(request, f"“{back}” is a source of its own again.")
    return redirect(back)


@dataclass(frozen=True, slots=True)
class Share:
    """How many claims have a rating, and its place in a bar of length 100."""

    rating: Rating
    count: int
    start: float
    length: float


def _overview(shown: Source, scale: list[Rating]) -> dict[str, Any]:
    """The figures of a source's page, each beside its picture."""
    days = list(Statement.objects.of_source(shown).per_day())
    overview: dict[str, Any] = {
        "statement_count": sum(row["count"] for row in days),
        # All statements of an article are of the same day, so none is counted twice.
        "article_count": sum(row["articles"] for row in days),
        "chart": over_time((row["day"], row["count"]) for row in days),
    }
    if not shown.is_group:  # a group is not one body: its members' ratings do not add up
        overview |= _ratings(shown, scale)
    return overview


def _ratings(shown: Source, scale: list[Rating]) -> dict[str, Any]:
    claims = Claim.objects.of_source(shown).exclude(state=State.DISMISSED).order_by()
    counted = claims.values_list("state", "decided_review__rating").annotate(Count("pk"))
    counts = {rating if state == State.DECIDED else None: 0 for state, rating, _ in counted}
    for state, rating, count in counted:
        counts[rating if state == State.DECIDED else None] += count
    undecided = counts.pop(None, 0)
    decided = sum(counts.values())
    shares, start = [], 0.0
    for rating in scale:
        count = counts.get(rating.pk, 0)
        length = 100 * count / decided if decided else 0
        if count or rating.retired_at is None:
            shares.append(Share(rating, count, round(start, 2), round(length, 2)))
        start += length
    return {"shares": shares, "decided": decided, "undecided": undecided}
