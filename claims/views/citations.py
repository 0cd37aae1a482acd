"""Citations, added, edited and removed where they stand."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.actions.citing import add_citation, edit_citation, remove_citation
from claims.actions.conflicts import ConflictError
from claims.forms.citations import CitationForm
from claims.models import Citation, Claim
from claims.views import SignedIn
from claims.views.claim_page import check_reviewer, find_claim, queue_of, render_claim
from claims.views.claims import back_to
from claims.views.responses import wants_part


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedIn, pk: int) -> HttpResponse:
    """The form for a new citation, and storing it; `show` leads back without."""
    claim = get_object_or_404(find_claim(pk))
    check_reviewer(request.user, claim)
    if request.method != "POST" and "show" in request.GET:
        return render_claim(request, claim, part="citation_slot")
    if request.method != "POST":
        return render_claim(request, claim, part="citation_new", citation_form=CitationForm(), citing="new")
    form = CitationForm(request.POST)
    conflict = None
    if form.is_valid():
        try:
            citation = add_citation(claim=claim, by=request.user, values=form.values())
        except ConflictError as error:
            conflict = error
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _stored(request, claim, citation, part="citation_added")
    return _again(request, claim, form, conflict, part="citation_new", citing="new")


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: SignedIn, pk: int) -> HttpResponse:
    """The form for a citation that is there, and storing it; `show` leads back without."""
    citation = _find(pk)
    if request.method != "POST" or citation.review.reviewer_id != request.user.pk:
        permissions.check_edit_review(request.user, citation.review)
    check_reviewer(request.user, citation.review.claim)
    claim = get_object_or_404(find_claim(citation.review.claim_id))
    if request.method != "POST":
        if "show" in request.GET:
            return _stored(request, claim, citation, part="citation")
        form = CitationForm(instance=citation, initial={"seen": citation.mark})
        return render_claim(
            request, claim, part="citation_edit", citation=citation, citation_form=form, citing=citation.pk
        )
    # A copy takes what was typed; the row keeps what is stored, for comparison.
    form = CitationForm(request.POST, instance=_find(pk))
    conflict = None
    if form.is_valid():
        try:
            stored = edit_citation(
                citation=citation, by=request.user, values=form.values(), seen=form.cleaned_data["seen"]
            )
        except ConflictError as error:
            conflict = error
            newest = Citation.objects.filter(pk=pk).first()
            # Saving once more overwrites what was shown beside it.
            form.data = {**request.POST.dict(), "seen": newest.mark if newest else ""}
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _stored(request, claim, stored, part="citation")
    return _again(request, claim, form, conflict, part="citation_edit", citing=pk, citation=citation)


@login_required
@require_POST
def remove(request: SignedIn, pk: int) -> HttpResponse:
    """Take a citation out of a draft."""
    citation = _find(pk)
    permissions.check_edit_review(request.user, citation.review)
    claim = get_object_or_404(find_claim(citation.review.claim_id))
    try:
        remove_citation(citation=citation, by=request.user, seen=request.POST.get("seen", ""))
    except ConflictError as conflict:
        newest = Citation.objects.filter(pk=pk).first() or citation
        return render_claim(
            request, claim, part="citation", status=409, citation=newest, citation_conflict=conflict, conflict=conflict
        )
    if wants_part(request):
        return HttpResponse()
    return back_to(claim.pk, queue_of(request))


def _find(pk: int) -> Citation:
    return get_object_or_404(Citation.objects.select_related("review__claim__decided_review"), pk=pk)


def _stored(request: SignedIn, claim: Claim, citation: Citation, *, part: str) -> HttpResponse:
    if not wants_part(request):
        return back_to(claim.pk, queue_of(request))
    claim = get_object_or_404(find_claim(claim.pk))
    return render_claim(request, claim, part=part, citation=citation, saved=True)


def _again(
    request: SignedIn,
    claim: Claim,
    form: CitationForm,
    conflict: ConflictError | None,
    *,
    part: str,
    citing: object,
    citation: Citation | None = None,
) -> HttpResponse:
    """The form as it was typed, with what is wrong or what differs."""
    return render_claim(
        request,
        claim,
        part=part,
        status=409 if conflict else 422,
        citation=citation,
        citation_form=form,
        citation_conflict=conflict,
        citing=citing,
    )
