"""Pages of docs/ that are drawn from the code: written by a command, compared by `make check`."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser


class DrawCommand(BaseCommand):
    """Writes a page of docs/, or with `--check` says whether it is up to date."""

    requires_system_checks: list[str] = []
    name: str  # of the command
    file: str
    source: str  # what it is drawn from

    def page(self) -> str:
        """The page's text."""
        raise NotImplementedError

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the option of `make check`."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when file and code differ")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Write the page, or compare it."""
        path = settings.BASE_DIR / "docs" / self.file
        if not options["check"]:
            path.write_text(self.page(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != self.page():
            raise CommandError(f"docs/{self.file} differs from {self.source}; run: manage.py {self.name}")
