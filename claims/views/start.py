"""The first page: how the desk stands, and what the reader of it left unfinished."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims import permissions
from claims.models import Article, Claim, ExtractionState, Review, Statement
from claims.views import SignedIn
from claims.workflow import State

SHOWN = 5
TAKEN = 10


@login_required
@require_safe
def start(request: SignedIn) -> HttpResponse:
    """The desk's numbers, each a link into the list it counts."""
    permissions.check_read(request.user)
    today = timezone.localdate()
    drafts = Review.objects.drafts().by(request.user).select_related("claim", "rating").order_by("-updated_at")
    draft_count, overruled_count = Review.objects.by(request.user).count_drafts_and_overruled()
    states = Claim.objects.count_by_state()
    return render(
        request,
        "start.html",
        {
            "states": [(state, count) for state, count in states.items()],
            "new_claims": states[State.NEW],
            "today": today,
            "articles_today": Article.objects.filter(created_at__gte=_midnight()).count(),
            "unresolved_names": Statement.objects.unresolved_names().count(),
            "failed_extractions": Article.objects.filter(extraction_state=ExtractionState.FAILED).count(),
            "draft_count": draft_count,
            "drafts": drafts[:SHOWN],
            "overruled_count": overruled_count,
            "taken": Claim.objects.held_for(request.user).select_related("assigned_by").order_by("held_until")[:TAKEN],
            "articles": Article.objects.select_related("outlet").newest_first()[:SHOWN],
        },
    )


def _midnight() -> dt.datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
