"""How people get in: by invitation, with a second factor where the desk demands one, or through its provider."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from claims.actions.people import take_up
from claims.models import Invitation, User
from claims.roles import Role, roles_of

# Whoever has one of these is asked for a second factor where TWO_FACTOR_REQUIRED is set.
GUARDED = frozenset({Role.EDITOR, Role.ADMINISTRATOR})


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes allauth's sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's signature
        """No request may sign up."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether `next` may be followed; an address that cannot even be read may not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Lets in through the OpenID Connect provider whom the desk knows: by account or by invitation.

    An address counts when the provider has verified it, and when the account's is vouched for, too: by an invitation or
    an administrator. What people type into their own profile is not, or they could lie in wait for a colleague.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie the identity to the account with its address, at the first sign-in."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        email = _verified_email(sociallogin)
        known = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        if email and known:
            sociallogin.connect(request, known.user)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        """Only who was invited, and has no account yet."""
        invitation = _invitation_for(sociallogin)
        return invitation is not None and not User.objects.filter(email__iexact=invitation.email).exists()

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """Make the account of somebody who was invited, with the role of the invitation."""
        invitation = _invitation_for(sociallogin)
        person = super().save_user(request, sociallogin, form)
        if invitation:
            take_up(invitation=invitation, person=person)
        return person


def _verified_email(sociallogin: Any) -> str:
    """The first address that the provider calls verified; some write that as a word, and "false" is one, too."""
    verified = [address.email for address in sociallogin.email_addresses if address.verified in (True, "true")]
    return verified[0] if verified else ""


def _invitation_for(sociallogin: Any) -> Invitation | None:
    email = _verified_email(sociallogin)
    return Invitation.objects.open().filter(email__iexact=email).first() if email else None


def lacks_second_factor(user: object) -> bool:
    """Whether this desk demands a second factor of the user, who has none. Recovery codes alone are none."""
    if not settings.TWO_FACTOR_REQUIRED or not GUARDED & roles_of(user):
        return False
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return not get_mfa_adapter().is_mfa_enabled(user, factors)


def demand_second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever lacks a second factor sees nothing of desk and admin but the way to set one up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        demanded = lacks_second_factor(request.user)
        request.second_factor_demanded = demanded  # type: ignore[attr-defined]  # the page for setting one up says so
        # The pages of the accounts library, signing out among them, show nothing of the desk.
        if not demanded or request.path.startswith("/accounts/"):
            return get_response(request)
        if request.htmx:  # type: ignore[attr-defined]  # HtmxMiddleware's
            return HttpResponseClientRedirect(reverse("mfa_index"))
        return redirect("mfa_index")

    return middleware
