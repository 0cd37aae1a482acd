"""The application: articles, statements, sources, claims and their reviews."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """The one application of the site."""

    name = "claims"
