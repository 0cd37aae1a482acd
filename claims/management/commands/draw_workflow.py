"""Draw the claim's states into the documents, or check that the drawing is up to date."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from claims.diagram import workflow_page


class Command(BaseCommand):
    """Writes docs/workflow.md from the table of transitions."""

    help = "Draw the table of transitions into docs/workflow.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the option of `make check`."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when file and table differ")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Write the page, or compare it."""
        path = settings.BASE_DIR / "docs" / "workflow.md"
        if not options["check"]:
            path.write_text(workflow_page(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != workflow_page():
            raise CommandError("docs/workflow.md differs from claims/workflow.py; run: manage.py draw_workflow")
