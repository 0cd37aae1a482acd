"""The page of one claim: its passage, its appearances, and what can be done to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from claims import permissions
from claims.actions.conflicts import ConflictError
from claims.actions.holding import touch
from claims.actions.reviewing import edit_claim_text, reopen_claim
from claims.actions.statements import join_claims
from claims.filters.queue import next_in_queue, previous_in_queue
from claims.forms.claims import ClaimTextForm, ReopenForm
from claims.models import Claim
from claims.views import SignedIn
from claims.views.claim_page import find_claim, queue_of, render_claim

PARTS = {"background", "history"}


@login_required
@require_safe
def claim(request: SignedIn, pk: int) -> HttpResponse:
    """The claim; htmx gets the work on it, or with `show` what is looked up on demand."""
    permissions.check_read(request.user)
    shown = get_object_or_404(find_claim(pk))
    show = request.GET.get("show", "")
    show = show if show in PARTS else ""
    if show:
        return render_claim(request, shown, part=show, show=show)
    touch(shown, request.user)
    told = permissions.readable_notifications(request.user)
    unread, here = told.count_unread(about=shown)
    if here:
        told.about(shown).mark_read()
    return render_claim(request, shown, unread_count=unread - here)


@login_required
@require_safe
def beside(request: SignedIn, pk: int, *, backwards: bool) -> HttpResponse:
    """On to the claim that the queue has next, or back to the one before."""
    permissions.check_read(request.user)
    here = get_object_or_404(Claim, pk=pk)
    queue = queue_of(request)
    find = previous_in_queue if backwards else next_in_queue
    if there := find(queue, here, user=request.user):
        return back_to(there.pk, queue)
    messages.info(
        request, "That was the first claim of this queue." if backwards else "That was the last claim of this queue."
    )
    return redirect(reverse("queue") + (f"?{queue}" if queue else ""))


@login_required
@require_POST
def text(request: SignedIn, pk: int) -> HttpResponse:
    """Word the claim better."""
    shown = get_object_or_404(find_claim(pk))
    permissions.check_edit_claim(request.user, shown)
    form = ClaimTextForm(request.POST, instance=Claim(pk=shown.pk))
    if form.is_valid():
        try:
            edit_claim_text(claim=shown, by=request.user, **form.cleaned_data)
        except ConflictError as conflict:
            # Sending the same once more overwrites what was shown beside it.
            newest = get_object_or_404(find_claim(pk))
            form.data = {**form.data.dict(), "expected_version": newest.version}  # type: ignore[attr-defined]
            return render_claim(request, newest, status=409, text_form=form, text_conflict=conflict)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "The claim's words are saved.")
            return back_to(pk, queue_of(request))
    return render_claim(request, shown, status=422, text_form=form)


@login_required
@require_POST
def reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Look at a decided claim again."""
    shown = get_object_or_404(find_claim(pk))
    permissions.check_reopen(request.user, shown)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return render_claim(request, shown, status=422, reopen_form=form)
    try:
        reopen_claim(claim=shown, by=request.user, reason=form.cleaned_data["reason"])
    except ConflictError as conflict:
        return render_claim(request, get_object_or_404(find_claim(pk)), status=409, conflict=conflict)
    messages.success(request, "The claim is in review again. What was submitted is a draft of its author now.")
    return back_to(pk, queue_of(request))


@login_required
@require_POST
def join(request: SignedIn, pk: int) -> HttpResponse:
    """Say that this claim is the same as another, whose appearances this one's become."""
    shown = get_object_or_404(find_claim(pk))
    into = get_object_or_404(Claim, pk=_number(request.POST.get("into")))
    permissions.check_join_claims(request.user, shown, into)
    try:
        join_claims(claim=shown, into=into, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return back_to(pk, queue_of(request))
    messages.success(request, "The claims are joined. Its appearances stand here now.")
    return back_to(into.pk, queue_of(request))


def back_to(pk: int, queue: str, **query: Any) -> HttpResponseRedirect:
    """To the page of a claim, with the queue that the person comes from."""
    query = {"queue": queue, **query} if queue else query
    return redirect(reverse("claim", args=[pk]) + (f"?{urlencode(query)}" if query else ""))


def _number(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 18 else 0
