"""Until when a claim is to be decided. htmx gets what its page says of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims import permissions
from claims.actions.due_dates import set_due
from claims.forms.due_dates import DueForm
from claims.models import Claim
from claims.views import SignedIn
from claims.views.responses import render_part, wants_part


@login_required
@require_POST
def due(request: SignedIn, pk: int) -> HttpResponse:
    """Set a claim's due date; without a day it is cleared."""
    claim = get_object_or_404(Claim, pk=pk)
    permissions.check_set_due(request.user, claim)
    form = DueForm({} if "clear" in request.POST else request.POST)
    if form.is_valid():
        claim = set_due(claim=claim, by=request.user, **form.cleaned_data)
        form = DueForm(initial={"due_on": claim.due_on})
    return _answer(request, claim, form)


def _answer(request: SignedIn, claim: Claim, form: DueForm) -> HttpResponse:
    queue = request.POST.get("queue", "")
    if wants_part(request):
        context: dict[str, Any] = {"claim": claim, "due_form": form, "queue": queue}
        return render_part(request, "_due.html", "due", context, status=422 if form.errors else 200)
    for error in form.errors.get("due_on", []):
        messages.error(request, str(error))
    return redirect(reverse("claim", args=[claim.pk], query={"queue": queue} if queue else None))
