"""`manage.py demo`: demo content for an empty desk; `make run` calls it."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from claims.demo.content import ForeignDatabaseError, fill, refuse_foreign
from factcheck import postgres


class Command(BaseCommand):
    """Makes people, articles and reviews, once; repeated, it only sees to the password."""

    help = "Fill an empty desk with demo content. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the password, which no default could keep secret."""
        parser.add_argument("--password", required=True, help="what everybody of the demo signs in with")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Refuse the database of real people; else fill it, mark it and say what was made."""
        embedded = postgres.is_embedded()
        if not (embedded and postgres.is_demo()):
            try:
                refuse_foreign()
            except ForeignDatabaseError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(fill(password=options["password"]))
        if embedded:
            postgres.mark_demo()  # last: a desk that was not filled is nobody's to throw away
