"""Any record as it stood at a moment, and what changed in it between two."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from claims import permissions
from claims.events import called, comment_field, review_field, tracked_models
from claims.forms.record import MomentsForm
from claims.models import Claim, Comment, Review, Settlement, User
from claims.records import as_it_stood, differences, event_at, latest_event, not_kept, versions_of
from claims.views import SignedIn


@login_required
@require_safe
def record(request: SignedIn, kind: str, pk: int) -> HttpResponse:
    """Its fields as they stood `at` a moment, without one as they stand; with a second, `and`, what changed."""
    permissions.check_read_history(request.user)
    model = tracked_models().get(kind)
    if model is None:
        raise Http404(f"There are no records of the kind {kind}.")
    latest = latest_event(model, pk)
    if latest is None:
        raise Http404("There never was such a record.")
    _check_readable(request.user, model, latest)
    form = MomentsForm(request.GET)
    valid = form.is_valid()
    versions, more = versions_of(model, pk)
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "called": capfirst(called(kind)),
        "pk": pk,
        "versions": versions,
        "more": more,
        "not_kept": not_kept(model),
        **(_asked_for(model, pk, latest, form) if valid else {}),
    }
    return render(request, "record.html", context, status=HTTPStatus.OK if valid else HTTPStatus.BAD_REQUEST)


def _asked_for(model: type[models.Model], pk: int, latest: Any, form: MomentsForm) -> dict[str, Any]:
    first, second = form.cleaned_data["at"], form.cleaned_data["and"]
    if second:
        before, after = event_at(model, pk, first), event_at(model, pk, second)
        return {"at": first, "until": second, "differences": differences(model, before, after)}
    event = event_at(model, pk, first) if first else latest
    gone = not first and latest.pgh_label == "delete"
    return {"at": first, "fields": as_it_stood(model, event) if event else None, "gone": gone}


def _check_readable(user: User, model: type[models.Model], event: Any) -> None:
    """Accounts are their administrators', what belongs to a review or a comment is for those who may read that. What an editor settled
    tells both ratings, so it is as secret as they are once the claim is reopened."""
    if model is User:
        permissions.check_manage_users(user)
    if name := review_field(model):
        reviews = Review.objects.select_related("claim", "reviewer")
        permissions.check_read_review(user, get_object_or_404(reviews, pk=getattr(event, name)))
    if name := comment_field(model):
        comments = Comment.objects.select_related("claim")
        permissions.check_read_comment(user, get_object_or_404(comments, pk=getattr(event, name)))
    if model is Settlement and permissions.is_blind(user, get_object_or_404(Claim, pk=event.claim_id)):
        raise PermissionDenied("The claim was reopened: what was said of it is told again when its reviews are in.")
