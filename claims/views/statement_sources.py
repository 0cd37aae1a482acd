"""Whose statement it is: looked at, searched for and changed on the page of its claim."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from claims import permissions
from claims.actions.statements import set_sources
from claims.forms.statement_sources import SourcesForm
from claims.models import Source, Statement
from claims.views import SignedIn
from claims.views.claim_page import appearance, find_claim, queue_of, render_claim
from claims.views.claims import back_to
from claims.views.responses import wants_part

MOST_FOUND = 8


@login_required
@require_http_methods(["GET", "POST"])
def sources(request: SignedIn, pk: int) -> HttpResponse:
    """Choose among sources found by any of their names; saving files the statement under those ticked."""
    statement = _find(pk)
    permissions.check_set_sources(request.user, statement)
    claim = get_object_or_404(find_claim(statement.claim_id))
    form = SourcesForm(request.POST if request.method == "POST" else request.GET)
    form.is_valid()  # what is not a source any more is left out
    chosen = form.chosen() if "choosing" in form.data else [link.source for link in statement.filed_under]
    words = request.GET.get("q", "")
    if request.method == "POST":
        try:
            set_sources(statement=statement, sources=chosen, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if not wants_part(request):
                messages.success(request, "The statement's sources are saved.")
        if not wants_part(request):
            return back_to(claim.pk, queue_of(request))
        return render_claim(
            request,
            claim,
            part="attributed",
            appearance=appearance(_find(pk), None),
            show="background",
            attributed_changed=True,
        )
    found = Source.objects.search(words).exclude(pk__in=[source.pk for source in chosen]).with_statement_counts()
    return render_claim(
        request,
        claim,
        part="source_choice" if "choosing" in request.GET else "source_editor",
        appearance=appearance(statement, None),
        choosing=statement.pk,
        chosen=chosen,
        found=found.alphabetical()[:MOST_FOUND] if words.strip() else [],
        words=words,
    )


def _find(pk: int) -> Statement:
    return get_object_or_404(
        Statement.objects.with_sources().select_related("article_version__article__outlet", "claim"), pk=pk
    )
