"""What an installation needs beside its tables; as often as one likes."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from claims.roles import give_tags, write_desk_settings, write_roles
from claims.scale import write_default_scale


class Command(BaseCommand):
    """Makes the cache table, the roles, the rating scale and the desk's settings, where they are missing."""

    help = "Make what an installation needs: cache table, roles, rating scale, settings. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Make what is missing; nothing that a desk has changed is touched."""
        call_command("createcachetable", verbosity=options["verbosity"])
        write_roles()
        give_tags()
        write_default_scale()
        write_desk_settings()
