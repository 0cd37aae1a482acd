"""How many reviews a claim needs, settling it where two differ, and where one was overruled."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from claims import permissions
from claims.actions.conflicts import ConflictError
from claims.actions.settling import set_reviews_needed, settle_claim
from claims.forms.claims import SettleForm
from claims.models import Review, ReviewsNeeded
from claims.views import SignedIn
from claims.views.claim_page import find_claim, queue_of, render_claim
from claims.views.claims import back_to

AT_ONCE = 50


@login_required
@require_POST
def reviews_needed(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for a second review of a claim, or say that one is enough."""
    shown = get_object_or_404(find_claim(pk))
    needed = ReviewsNeeded.TWO if request.POST.get("needed") == "2" else ReviewsNeeded.ONE
    permissions.check_set_reviews_needed(request.user, shown, needed)
    try:
        set_reviews_needed(claim=shown, needed=needed, by=request.user)
    except ConflictError as conflict:
        return render_claim(request, get_object_or_404(find_claim(pk)), status=409, conflict=conflict)
    said = "This claim gets two reviews now." if needed == ReviewsNeeded.TWO else "One review is enough now."
    messages.success(request, said)
    return back_to(pk, queue_of(request))


@login_required
@require_POST
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """Have the last word about a claim on which two reviewers differ."""
    shown = get_object_or_404(find_claim(pk))
    permissions.check_settle(request.user, shown)
    form = SettleForm(request.POST, reviews=list(shown.reviews.submitted()))
    if form.is_valid():
        try:
            settled = settle_claim(claim=shown, by=request.user, **form.cleaned_data)
        except ConflictError as conflict:
            return render_claim(request, get_object_or_404(find_claim(pk)), status=409, conflict=conflict)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Settled: {settled.rating}. Both reviewers see why.")
            return back_to(pk, queue_of(request))
    return render_claim(request, shown, status=422, settle_form=form)


@login_required
@require_safe
def overruled(request: SignedIn) -> HttpResponse:
    """The person's reviews whose rating an editor did not take, with the reason."""
    permissions.check_read_overruled(request.user)
    reviews = Review.objects.overruled().by(request.user)
    paginator = Paginator(
        reviews.select_related("claim__decided_review__rating", "claim__settlement__by", "rating"), AT_ONCE
    )
    page = paginator.get_page(request.GET.get("page"))
    return render(request, "overruled.html", {"page": page})
