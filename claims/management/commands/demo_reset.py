"""`make demo-reset`: throw the demo desk away; the next `make run` makes a new one."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from factcheck import postgres


class Command(BaseCommand):
    """Removes the embedded cluster, if demo content is all it was made for."""

    help = "Remove the embedded demo database."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Refuse whatever is not surely a demo."""
        if not postgres.is_embedded():
            raise CommandError("DATABASE_URL is set; only an embedded demo database can be reset.")
        if not postgres.is_demo():
            raise CommandError("The embedded database was not made as a demo, so it is left alone.")
        try:
            postgres.remove()
        except postgres.ServerError as error:
            raise CommandError(f"The demo database was left alone: {error}.") from error
        self.stdout.write("The demo database is gone; `make run` makes a new one.")
