"""A person's own settings."""

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from claims.forms.account import ProfileForm
from claims.models import User
from claims.roles import roles_of
from claims.views import SignedIn


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedIn) -> HttpResponse:
    """Name, e-mail, theme and keys of whoever is signed in."""
    # Not request.user: a form that fails would leave its values on what the page's shell shows.
    user = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    roles = sorted(role.label for role in roles_of(request.user))
    return render(request, "profile.html", {"form": form, "roles": roles}, status=422 if form.is_bound else 200)


@login_required
@require_POST
def session_end(request: SignedIn, pk: int) -> HttpResponse:
    """Sign one browser out; the list of them, and ending all others, is allauth's."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    messages.success(request, "That browser is signed out.")
    return redirect("usersessions_list")
