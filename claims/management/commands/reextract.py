"""The present model over articles that an older one read: `manage.py reextract --outlet Courier --write`."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import tee
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from claims import nlp
from claims.actions.reextraction import Plan, file_reextraction, is_peoples, is_untouched, plan_reextraction
from claims.filters.lists import midnight
from claims.models import ArticleVersion, Outlet, Statement
from claims.names import fold

SHORT = 80


class Command(BaseCommand):
    """Reports what would appear, vanish and move; only with --write does anything change, after the report."""

    help = "Read articles again that only other model versions have read, and report what that changes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what narrows the articles down, and whether to write."""
        parser.add_argument("--outlet", metavar="NAME", help="of this outlet only")
        parser.add_argument(
            "--since", type=dt.date.fromisoformat, metavar="DATE", help="published (or added) on this day or later"
        )
        parser.add_argument("--limit", type=int, metavar="N", help="so many article versions at most, the oldest first")
        parser.add_argument("--write", action="store_true", help="take the changes over, after the report")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Read and report everything, then write, an article at a time."""
        versions = _chosen(nlp.model_version(), options)
        read: list[tuple[int, nlp.Extraction]] = []
        total: Counter[str] = Counter()
        for version, found in _read(versions):
            if isinstance(found, nlp.ExtractionError):
                self.stderr.write(f"{_name(version)}: {found}")
                continue
            plan = plan_reextraction(version, found)
            counts = {"appeared": len(plan.appeared), "vanished": len(plan.vanished), "moved": len(plan.moved)}
            total.update(counts, articles=1)
            self.stdout.write("\n".join([f"{_name(version)}: {_in_words(counts)}", *_lines(plan)]))
            if options["write"]:
                read.append((version.pk, found))
        changes = _in_words(total, "appeared", "vanished", "moved")
        self.stdout.write(f"Articles read by {nlp.model_version()}: {total['articles']}; {changes}")
        if options["write"]:
            self._write_all(read)
        else:
            self.stdout.write("Nothing was written; --write does.")

    def _write_all(self, read: list[tuple[int, nlp.Extraction]]) -> None:
        """Each article in a transaction of its own: a run that is cut short is taken up by the next one."""
        total: Counter[str] = Counter()
        for pk, found in read:
            version = ArticleVersion.objects.select_related("article").get(pk=pk)
            written = file_reextraction(version=version, extraction=found)
            total.update(filed=written.filed, moved=written.moved, dismissed=written.dismissed)
        self.stdout.write(f"Written: {_in_words(total, 'filed', 'moved', 'dismissed')}")


def _chosen(model_version: str, options: dict[str, Any]) -> "QuerySet[ArticleVersion]":
    versions = ArticleVersion.objects.read_by_other_models(model_version).select_related("article__outlet")
    if options["outlet"]:
        outlets = Outlet.objects.filter(sort_name=fold(options["outlet"]))
        if not outlets:
            raise CommandError(f"There is no outlet called “{options['outlet']}”.")
        versions = versions.filter(article__outlet__in=outlets)
    if options["since"]:
        published = Coalesce("article__published_at", "article__created_at")
        versions = versions.annotate(published=published).filter(published__gte=midnight(options["since"]))
    return versions.order_by("pk")[: options["limit"]]


def _read(
    versions: "QuerySet[ArticleVersion]",
) -> Iterator[tuple[ArticleVersion, nlp.Extraction | nlp.ExtractionError]]:
    """Each version with what the model finds in it; a few texts are in memory at a time."""
    for_reading, for_report = tee(versions.iterator(chunk_size=20))
    try:
        yield from zip(for_report, nlp.extract_many(version.text for version in for_reading), strict=True)
    except nlp.ExtractionError as error:
        raise CommandError(str(error)) from error


def _name(version: ArticleVersion) -> str:
    article = version.article
    return f"{article.title} (article {article.pk}, version {version.number}, {article.outlet or 'no outlet'})"


def _in_words(counts: dict[str, int], *names: str) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in names or counts)


def _lines(plan: Plan) -> Iterator[str]:
    """A line for each statement that appeared, vanished or moved."""
    for statement in plan.appeared:
        yield f"  + {_short(statement)}"
    for statement in plan.vanished:
        yield f"  - {_short(statement)}{'' if is_untouched(statement) else ' (stays: somebody has worked on it)'}"
    for stored, found in plan.moved:
        yield f"  ~ {_short(stored)}{' (stays: somebody has worked on it)' if is_peoples(stored) else ''}"
        yield f"    {_short(found)}"


def _short(statement: Statement) -> str:
    content = " ".join(statement.content.split())
    content = content if len(content) <= SHORT else f"{content[:SHORT]} …"
    return " | ".join([statement.source_words or "-", statement.cue, content])
