"""Print the rights of the application's role in production."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from claims.database_roles import grants


class Command(BaseCommand):
    """Prints SQL and touches no database; docs/operations.md says who runs it."""

    help = "Print the SQL that gives the application's database role the rights that it needs, and no more."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role's name."""
        parser.add_argument("role", help="the role that web and workers connect as; it is there already")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Print it."""
        self.stdout.write(grants(options["role"]), ending="")
