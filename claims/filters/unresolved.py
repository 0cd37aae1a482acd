"""Names that statements wait under."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from claims.filters.lists import ListFilter, choice_filter, page_size_filter, words_filter
from claims.models import Kind, Statement
from claims.models.statement import StatementQuerySet
from claims.names import fold


class UnresolvedFilter(ListFilter):
    """Names that statements wait under."""

    q = words_filter("Name", "named", "Part of a name")
    kind = choice_filter("Kind", Kind.choices, "Any kind", "of_kind")
    size = page_size_filter()

    class Meta:
        model = Statement
        fields: list[str] = []

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, Statement.objects.all())

    @property
    def names(self) -> "QuerySet[Statement, Any]":
        """Rows of `unresolved_names`."""
        found: StatementQuerySet = self.qs
        return found.unresolved_names()

    def named(self, statements: StatementQuerySet, _name: str, words: str) -> StatementQuerySet:
        folded = fold(words)
        return statements.filter(speaker_folded__contains=folded) if folded else statements

    def of_kind(self, statements: StatementQuerySet, _name: str, kind: str) -> StatementQuerySet:
        return statements.filter(speaker_kind=kind)
