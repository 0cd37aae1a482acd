"""The extractor's precision by outlet or by cue."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from claims.filters.lists import ListFilter, choice_filter, page_size_filter, words_filter
from claims.models import Statement
from claims.models.statement import StatementQuerySet
from claims.names import fold


class PrecisionFilter(ListFilter):
    """What to count by, and which of the names."""

    q = words_filter("Name", "named", "Part of an outlet's name or of a cue")
    by = choice_filter("Count by", [("cue", "Cue")], "Outlet", "leave")
    size = page_size_filter()

    arranging = ("by", "size")
    not_chips = arranging

    class Meta:
        model = Statement
        fields: list[str] = []

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, Statement.objects.all())

    @property
    def by_cue(self) -> bool:
        return bool(self.value("by"))

    @property
    def rows(self) -> "QuerySet[Statement, Any]":
        """Counts of judgements, often first."""
        found: StatementQuerySet = self.qs
        return found.judgements_by_cue() if self.by_cue else found.judgements_by_outlet()

    def named(self, statements: StatementQuerySet, _name: str, words: str) -> StatementQuerySet:
        if not words:
            return statements
        if self.by_cue:
            folded = " ".join(words.lower().replace("’", "'").split())
            return statements.with_found_cue().filter(found_cue__contains=folded)  # type: ignore[misc]  # annotated
        return statements.filter(article_version__article__outlet__sort_name__contains=fold(words))
