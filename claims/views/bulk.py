"""Many claims at once: what would be done is shown first, then done, and can be undone for a while."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.actions.bulk import MOST, sort_out, undo_many
from claims.filters.queue import QueueFilter
from claims.forms.bulk import ACTIONS, FORMS
from claims.models import BulkChange, BulkKind, Claim, Tag
from claims.models.tag import MOST_SUGGESTED
from claims.views import SignedIn
from claims.views.responses import way_back

SHOWN = 5
TITLES = {
    BulkKind.DISMISS: "Dismiss",
    BulkKind.ASSIGN: "Assign",
    BulkKind.PRIORITY: "Set the priority of",
    BulkKind.TAG: "Tag",
    BulkKind.UNTAG: "Remove a tag from",
    BulkKind.DUE: "Set the due date of",
}
# These take a claim from whoever has it.
END_HOLDS = {BulkKind.DISMISS, BulkKind.ASSIGN}


@login_required
@require_http_methods(["GET", "POST"])
def bulk(request: SignedIn) -> HttpResponse:
    """What would be done to which claims, and doing it. Exactly the claims that were shown are changed: their numbers
    travel along, so that what comes into the queue meanwhile stays out of it."""
    permissions.check_change_many(request.user)
    data = request.POST if request.method == "POST" else request.GET
    queue = data.get("queue", "")
    if data.get("do") not in BulkKind.values:
        return _to_queue(queue)
    kind = BulkKind(data["do"])
    if request.method != "POST":
        return _confirm(request, kind, queue, _chosen(request, queue), FORMS[kind]())
    pks, form = _numbers(data.get("claims", "").split(",")), FORMS[kind](data)
    if form.is_valid():
        try:
            done = ACTIONS[kind](claims=pks, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            left = f" {done.left_out:,} left as they are." if done.left_out else ""
            messages.success(request, f"{done.change.in_words}.{left}")
            return _to_queue(queue)
    return _confirm(request, kind, queue, pks, form, status=422)


@login_required
@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take it back, as far as nobody has changed the claims since."""
    change = get_object_or_404(BulkChange.objects.defer("rows"), pk=pk)
    permissions.check_undo_many(request.user, change)
    undone = undo_many(change=change, by=request.user)
    said = f"Undone: {undone.restored:,} claim{'' if undone.restored == 1 else 's'} as before."
    if undone.kept:
        said += f" {undone.kept:,} could not be undone, because somebody has changed them since."
    messages.success(request, said)
    return HttpResponseRedirect(way_back(request, reverse("queue")))


def _confirm(
    request: SignedIn, kind: BulkKind, queue: str, pks: Sequence[int], form: forms.Form, *, status: int = 200
) -> HttpResponse:
    if not pks:
        messages.info(request, "Select the claims first.")
        return _to_queue(queue)
    if kind != BulkKind.DISMISS:  # whose answers have keys
        next(iter(form.fields.values())).widget.attrs["autofocus"] = True
    context: dict[str, Any] = {"kind": kind, "title": TITLES[kind], "queue": queue, "form": form, "most": MOST}
    if len(pks) > MOST:
        total = QueueFilter(queue, user=request.user).total
        return render(request, "bulk.html", {**context, "total": total, "too_many": True}, status=status)
    rows = Claim.objects.select_related("outlet", "held_by", "decided_review").prefetch_related("reviews")
    found = rows.defer("search").in_bulk(pks)
    claims, left_out = sort_out(kind, [found[pk] for pk in pks if pk in found], request.user)
    if kind in (BulkKind.TAG, BulkKind.UNTAG):
        context["suggested_tags"] = Tag.objects.by_name().values_list("name", flat=True)[:MOST_SUGGESTED]
    context |= {
        "ends_holds": kind in END_HOLDS,
        "total": len(claims),
        "shown": claims[:SHOWN],
        "more": max(len(claims) - SHOWN, 0),
        "left_out": left_out.most_common(),
        "held_by_others": sum(claim.is_held and not claim.is_held_by(request.user) for claim in claims),
        "claims": ",".join(str(claim.pk) for claim in claims),
    }
    return render(request, "bulk.html", context, status=status)


def _chosen(request: SignedIn, queue: str) -> list[int]:
    """The claims that were ticked, or all that match; one more than the most where there are too many."""
    if request.GET.get("all"):
        return list(QueueFilter(queue, user=request.user).claims.values_list("pk", flat=True)[: MOST + 1])
    return _numbers(request.GET.getlist("claim"))


def _numbers(given: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(int(number) for number in given if number.isdecimal() and len(number) < 18))


def _to_queue(queue: str) -> HttpResponseRedirect:
    return redirect(reverse("queue") + (f"?{queue}" if queue else ""))
