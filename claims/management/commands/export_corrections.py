"""Reviewers' corrections as training data: `manage.py export_corrections --since 2026-11-01 corrections.jsonl`."""

import datetime as dt
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from claims.corrections import corrected_articles
from claims.filters.lists import midnight


class Command(BaseCommand):
    """Writes an article version a line, in the format of the corpora that `training` reads."""

    help = "Write article versions with corrected statements as JSON lines, to a file or to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and the day."""
        parser.add_argument("file", nargs="?", type=Path, help="written anew; standard output if left out")
        parser.add_argument(
            "--since", type=dt.date.fromisoformat, metavar="DATE", help="corrected on this day or later"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Write line by line, and say on standard error how many there were."""
        since = options["since"] and midnight(options["since"])
        path, count = options["file"], 0
        try:
            with path.open("w", encoding="utf-8") if path else nullcontext(self.stdout) as out:
                for article in corrected_articles(since=since):
                    out.write(json.dumps(article, ensure_ascii=False) + "\n")
                    count += 1
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stderr.write(f"{count} article{'' if count == 1 else 's'} with corrections")
