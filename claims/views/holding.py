"""Taking claims, giving them back, handing them over. htmx gets the line that says who has the claim."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from claims import permissions
from claims.actions import holding
from claims.actions.conflicts import ConflictError
from claims.forms.holding import AssignForm
from claims.models import Claim, User
from claims.views import SignedIn
from claims.views.responses import render_part, wants_part, way_back

# A browser's clock and ours need not agree to the second: it asks again when the time has surely come.
LATER = 5


def hold_context(claim: Claim, user: User, **overrides: Any) -> dict[str, Any]:
    """What the page of a claim says about who has it; `ask_again` is in so many seconds."""
    own = claim.is_held_by(user)
    context: dict[str, Any] = {"claim": claim, "own_hold": own, "lapsing": False, "ask_again": None, **overrides}
    if own and claim.held_until:
        left = claim.held_until - timezone.now()
        context["lapsing"] = left <= holding.warning_time()
        until = left if context["lapsing"] else left - holding.warning_time()
        context["minutes_left"] = max(int(left.total_seconds() // 60), 1)
        context["ask_again"] = int(until.total_seconds()) + LATER
    context["lapsed"] = claim.held_by_id == user.pk and not claim.is_held
    if "assign_form" not in context and permissions.can_assign(user, claim):
        context["assign_form"] = AssignForm(but_not=claim.held_by if claim.is_held else None)
    return context


@login_required
@require_POST
def take_next(request: SignedIn) -> HttpResponse:
    """On to the best free claim of the queue, which nobody else is given from now on."""
    query = request.POST.get("queue", "")
    claim = holding.take_next(query=query, by=request.user)
    if claim is None:
        messages.info(request, "No claim of this queue is free. Take filters away, or look who has them.")
        return redirect(reverse("queue") + (f"?{query}" if query else ""))
    return redirect(reverse("claim", args=[claim.pk], query={"queue": query} if query else None))


@login_required
@require_safe
def hold(request: SignedIn, pk: int) -> HttpResponse:
    """How it stands now. It asks by itself when the time runs out, so that it is no activity."""
    permissions.check_read(request.user)
    return _answer(request, _find(pk))


@login_required
@require_POST
def take(request: SignedIn, pk: int) -> HttpResponse:
    """Take a claim, or keep it for longer."""
    claim = _find(pk)
    kept = claim.is_held_by(request.user)
    try:
        holding.take(claim=claim, by=request.user)
    except ConflictError as conflict:
        return _answer(request, _find(pk), error=conflict.message, status=409)
    return _answer(request, _find(pk), said="" if kept else "You have taken the claim.")


@login_required
@require_POST
def release(request: SignedIn, pk: int) -> HttpResponse:
    """Give a claim back to the queue."""
    holding.release(claim=_find(pk), by=request.user)
    return _answer(request, _find(pk), said="The claim is free again. What was written about it is kept.")


@login_required
@require_POST
def assign(request: SignedIn, pk: int) -> HttpResponse:
    """Give a claim to somebody."""
    claim = _find(pk)
    permissions.check_assign(request.user, claim)
    form = AssignForm(request.POST)
    if form.is_valid():
        try:
            holding.assign(claim=claim, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _answer(request, _find(pk), said=f"The claim is with {form.cleaned_data['to']} now.")
    faults = [f"{form.fields[name].label}: {error}" for name, errors in form.errors.items() for error in errors]
    return _answer(request, claim, error=" ".join(faults), status=422, assign_form=form)


def _find(pk: int) -> Claim:
    return get_object_or_404(Claim.objects.select_related("held_by", "assigned_by"), pk=pk)


def _answer(
    request: SignedIn, claim: Claim, *, said: str = "", error: str = "", status: int = 200, **overrides: Any
) -> HttpResponse:
    """The line of the claim's page for htmx, of the queue its list; else back to where the person came from."""
    if wants_part(request) and not request.POST.get("next"):
        queue = request.POST.get("queue", request.GET.get("queue", ""))
        context = hold_context(claim, request.user, hold_error=error, queue=queue, **overrides)
        part = "line" if request.method == "GET" else "whole"
        return render_part(request, "_hold.html", part, context, status=status)
    if error:
        messages.error(request, error)
    elif said:
        messages.success(request, said)
    return _back(request, claim)


def _back(request: SignedIn, claim: Claim) -> HttpResponseRedirect:
    queue = request.POST.get("queue", request.GET.get("queue", ""))
    return redirect(way_back(request, reverse("claim", args=[claim.pk], query={"queue": queue} if queue else None)))
