"""A reviewer's work on a claim: the draft that saves itself, its summary, submitting and withdrawing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.actions.conflicts import ConflictError
from claims.actions.reviewing import save_draft, submit_review, withdraw_review
from claims.markdown import to_html
from claims.models import Claim, Review
from claims.views import SignedIn
from claims.views.claim_page import (
    PAGE,
    check_reviewer,
    draft_form,
    find_claim,
    queue_of,
    render_claim,
    statements_of,
)
from claims.views.claims import back_to
from claims.views.responses import wants_part
from claims.workflow import State

# What is said after "Submitted", by what has become of the claim.
OUTCOMES: dict[str, str] = {
    State.AWAITING_SECOND: " Nobody reads it before the second review is in.",
    State.DISPUTED: " The first review says something else: an editor settles it.",
}


@login_required
@require_POST
def save(request: SignedIn, pk: int) -> HttpResponse:
    """Keep the draft, then go on: to what would be submitted (`then=summary`), or, without scripts, to a new citation
    (`then=cite`) or one of the draft's (`then=` its number)."""
    claim = get_object_or_404(find_claim(pk))
    check_reviewer(request.user, claim)
    statements = statements_of(claim)
    form = draft_form(claim, request.user, statements, request.POST)
    then = request.POST.get("then", "")
    status, conflict = 422, None
    if form.is_valid():
        if then == "cite" and not form.has_changed():  # nothing to keep, and the citation may not come to be
            return _onward(claim, then, queue_of(request))
        try:
            save_draft(claim=claim, by=request.user, **form.values())
        except ConflictError as error:
            status, conflict = 409, error
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _saved(request, claim, then)
    claim = get_object_or_404(find_claim(pk))
    response = render_claim(
        request, claim, part="saved", status=status, conflict=conflict, form=form, statements=statements
    )
    # Asked for the summary, the page gets the reason instead and keeps the form as it is.
    response["HX-Retarget"], response["HX-Reswap"] = "#saved", "outerHTML"
    return response


def _saved(request: SignedIn, claim: Claim, then: str) -> HttpResponse:
    if wants_part(request):
        newest = get_object_or_404(find_claim(claim.pk))
        if then == "summary":
            return _summary(request, newest)
        return render_claim(request, newest, part="saved", saved=True)
    if not then:
        messages.success(request, "The draft is saved.")
    return _onward(claim, then, queue_of(request))


def _onward(claim: Claim, then: str, queue: str) -> HttpResponse:
    query = {"queue": queue} if queue else None
    if then == "summary":
        return redirect(reverse("review_submit", args=[claim.pk], query=query))
    if then == "cite":
        return redirect(reverse("citation_add", args=[claim.pk], query=query))
    if then.isdecimal() and len(then) < 18:
        return redirect(reverse("citation", args=[int(then)], query=query))
    return back_to(claim.pk, queue)


@login_required
@require_http_methods(["GET", "POST"])
def submit(request: SignedIn, pk: int) -> HttpResponse:
    """What would be submitted, and submitting it."""
    claim = get_object_or_404(find_claim(pk))
    check_reviewer(request.user, claim)
    review = _own_draft(request, claim)
    if review is None:
        return back_to(pk, queue_of(request))
    if request.method != "POST":
        return _summary(request, claim)
    try:
        version = int(request.POST.get("expected_version", ""))
    except ValueError:
        return _summary(request, claim, status=422)
    seen = request.POST.get("citations_seen", "")
    try:
        review = submit_review(review=review, by=request.user, expected_version=version, citations_seen=seen)
    except ConflictError as conflict:
        return _summary(request, get_object_or_404(find_claim(pk)), status=409, conflict=conflict)
    except ValidationError:  # the summary says what is missing
        return _summary(request, claim, status=422)
    outcome = OUTCOMES.get(review.claim.state, "")
    messages.success(request, f"Submitted: {review.rating}.{outcome}")
    return back_to(pk, queue_of(request), submitted=1)


@login_required
@require_POST
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Give a draft up."""
    review = get_object_or_404(Review.objects.select_related("claim__decided_review"), pk=pk)
    permissions.check_withdraw_review(request.user, review)
    withdraw_review(review=review, by=request.user)
    messages.success(request, "The draft is withdrawn. The history keeps what it said.")
    return back_to(review.claim_id, queue_of(request))


@login_required
@require_POST
def preview(request: SignedIn) -> HttpResponse:
    """A rationale as it will look."""
    permissions.check_read(request.user)
    html = to_html(request.POST.get("rationale", "")[:50_000])
    return render(request, f"{PAGE}#preview", {"html": html})


def _summary(
    request: SignedIn, claim: Claim, *, status: int = 200, conflict: ConflictError | None = None
) -> HttpResponse:
    review = _own_draft(request, claim)
    if review is None or permissions.is_overtaken(request.user, claim):
        return render_claim(request, claim, part="work", status=status, conflict=conflict)
    return render_claim(
        request,
        claim,
        part="work",
        status=status,
        conflict=conflict,
        summary=review,
        citations_seen=review.citations_mark,
        missing=_missing(review),
    )


def _missing(review: Review) -> list[str]:
    """What keeps a draft from being submitted, in words."""
    missing = []
    if review.rating_id is None:
        missing.append("Choose a verification status.")
    if not review.no_citation_reason and not review.citations.all():
        missing.append("Add a citation, or say why there is none.")
    return missing


def _own_draft(request: SignedIn, claim: Claim) -> Review | None:
    return claim.reviews.drafts().by(request.user).select_related("rating", "claim").first()
