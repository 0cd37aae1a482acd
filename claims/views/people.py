"""The people of the desk: inviting, accepting an invitation, closing accounts."""

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from claims.actions import people as actions
from claims.forms.people import AcceptForm, InvitationForm
from claims.models import Invitation, User
from claims.permissions import check_manage_users
from claims.roles import Role
from claims.views import SignedIn


@login_required
@require_http_methods(["GET", "POST"])
def people(request: SignedIn) -> HttpResponse:
    """Everybody with an account, invitations on their way, and the form for one more."""
    check_manage_users(request.user)
    form = InvitationForm(request.POST or None)
    if form.is_valid() and _invite(request, form):
        return redirect("people")
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    everybody = User.objects.annotate(has_second_factor=Exists(factors)).prefetch_related("groups")
    context = {
        "form": form,
        "people": everybody.order_by("-is_active", "last_name", "first_name", "username"),
        "invitations": Invitation.objects.waiting().select_related("invited_by"),
    }
    return render(request, "people.html", context, status=422 if form.is_bound else 200)


def _invite(request: SignedIn, form: InvitationForm) -> bool:
    def link(token: str) -> str:
        return request.build_absolute_uri(reverse("invitation", args=[token]))

    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        actions.invite(email=email, role=role, link=link, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, f"{email} is invited as {role.label.lower()}. The link in the mail lasts seven days.")
    return True


@login_required
@require_POST
def invitation_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Make an invitation's link void."""
    check_manage_users(request.user)
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        actions.withdraw_invitation(invitation=invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The invitation of {invitation} is withdrawn.")
    return redirect("people")


CHANGES = {
    "deactivate": (actions.deactivate, "The account of {} is closed. What they did stays."),
    "reactivate": (actions.reactivate, "The account of {} is open again."),
    "forget-second-factors": (actions.forget_second_factors, "{} signs in by password alone until a new one is set."),
}


@login_required
@require_POST
def person_change(request: SignedIn, pk: int, change: str) -> HttpResponse:
    """Close somebody's account, open it again, or take lost second factors away."""
    check_manage_users(request.user)
    if change not in CHANGES:
        raise Http404
    person = get_object_or_404(User, pk=pk)
    do, done = CHANGES[change]
    try:
        do(person=person, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done.format(person))
    return redirect("people")


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail leads to: set name and password, and be signed in."""
    # Posts only: a token is too long to be guessed.
    if refusal := ratelimit.consume_or_429(request, action="invitation"):
        limited: HttpResponse = refusal
        return limited
    try:
        found = actions.find_invitation(token)
    except ValidationError as error:
        return render(request, "invitation.html", {"problem": error.message}, status=404)
    if request.user.is_authenticated:
        return render(request, "invitation.html", {"foreign": found}, status=403)
    form = AcceptForm(request.POST or None, invitation=found)
    if form.is_valid():
        try:
            person = actions.accept_invitation(invitation=found, person=form.save(commit=False))
        except ValidationError as error:
            return render(request, "invitation.html", {"problem": error.message}, status=404)
        messages.success(request, f"Welcome to the desk, {person.display_name}.")
        signed_in: HttpResponse = perform_login(request, person, email_verification="none")
        return signed_in
    context = {"form": form, "invitation": found}
    return render(request, "invitation.html", context, status=422 if form.is_bound else 200)
