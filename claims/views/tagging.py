"""Giving a claim tags and taking them away. htmx gets the line of tags."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims import permissions
from claims.actions.tagging import add_tag, remove_tag
from claims.forms.tagging import TagForm
from claims.models import Claim
from claims.views import SignedIn
from claims.views.responses import render_part, wants_part


@login_required
@require_POST
def tag(request: SignedIn, pk: int) -> HttpResponse:
    """Give a claim a tag."""
    claim = _find(pk)
    permissions.check_tag(request.user, claim)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _answer(request, claim, error=" ".join(map(str, form.errors["tag"])), tag_form=form)
    add_tag(claim=claim, name=form.cleaned_data["tag"], by=request.user)
    return _answer(request, _find(pk))


@login_required
@require_POST
def untag(request: SignedIn, pk: int) -> HttpResponse:
    """Take a tag from a claim."""
    claim = _find(pk)
    permissions.check_tag(request.user, claim)
    try:
        remove_tag(claim=claim, name=request.POST.get("tag", ""), by=request.user)
    except ValidationError as error:
        return _answer(request, claim, error=" ".join(error.messages))
    return _answer(request, _find(pk))


def _find(pk: int) -> Claim:
    return get_object_or_404(Claim.objects.with_suggested_tags(), pk=pk)


def _answer(request: SignedIn, claim: Claim, *, error: str = "", tag_form: TagForm | None = None) -> HttpResponse:
    queue = request.POST.get("queue", "")
    if wants_part(request):
        context = {"claim": claim, "tag_form": tag_form or TagForm(), "queue": queue}
        return render_part(request, "_tags.html", "tags", context, status=422 if error else 200)
    if error:
        messages.error(request, error)
    return redirect(reverse("claim", args=[claim.pk], query={"queue": queue} if queue else None))
