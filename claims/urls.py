"""Addresses of the application's pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from claims.views import account, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("profile/", account.profile, name="profile"),
    # The e-mail address is changed in one place.
    path("accounts/email/", RedirectView.as_view(pattern_name="profile")),
]
