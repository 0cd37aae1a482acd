"""The list of sources, and of the statements of one."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch
from django.http import QueryDict

from claims.filters.lists import ListFilter, choice_filter, date_filter, midnight, page_size_filter, words_filter
from claims.models import (
    ArticleVersion,
    Claim,
    Kind,
    Outlet,
    Rating,
    Source,
    Statement,
)
from claims.models.source import SourceQuerySet
from claims.models.statement import StatementQuerySet
from claims.workflow import State


class SourceFilter(ListFilter):
    """The list of sources: by any of their names, by kind; alphabetical or most quoted first."""

    q = words_filter("Name", "named", "Any name or part of one")
    kind = choice_filter("Kind", Kind.choices, "Any kind", "of_kind")
    sort = choice_filter("Order", [("statements", "Most statements first")], "By name", "leave")
    size = page_size_filter()

    class Meta:
        model = Source
        fields: list[str] = []

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, Source.objects.current())

    @property
    def sources(self) -> SourceQuerySet:
        """The sources that pass, with `statement_count`, in the chosen order."""
        found: SourceQuerySet = self.qs
        counted = found.with_statement_counts()
        if self.value("sort") == "statements":
            return counted.order_by("-statement_count", "sort_name", "pk")  # type: ignore[misc]  # annotated
        return counted.alphabetical()

    def named(self, sources: SourceQuerySet, _name: str, words: str) -> SourceQuerySet:
        return sources.search(words)

    def of_kind(self, sources: SourceQuerySet, _name: str, kind: str) -> SourceQuerySet:
        return sources.filter(kind=kind)


class StatementFilter(ListFilter):
    """The statements of one source."""

    q = words_filter("Words", "with_words", "Words in the claim")
    state = choice_filter("State", State.choices, "Any state", "in_state")
    rating = choice_filter("Verification status", [], "Any", "rated")
    outlet = choice_filter("Outlet", [], "Any outlet", "from_outlet")
    since = date_filter("From", "reported_since")
    until = date_filter("To", "reported_until")
    size = page_size_filter()

    class Meta:
        model = Statement
        fields: list[str] = []

    def __init__(self, query: QueryDict, source: Source, ratings: Iterable[Rating]) -> None:
        of_source = Statement.objects.of_source(source)
        super().__init__(query, of_source)
        self.filters["rating"].extra["choices"] = [(str(rating.pk), rating.label) for rating in ratings]
        outlets = Outlet.objects.filter(pk__in=of_source.values("article_version__article__outlet"))
        self.filters["outlet"].extra["choices"] = [(str(outlet.pk), outlet.name) for outlet in outlets]

    @property
    def statements(self) -> StatementQuerySet:
        """The statements that pass, newest first, with all that a row shows."""
        found: StatementQuerySet = self.qs
        return (
            found.newest_first()
            .select_related("claim__decided_review__rating")
            .prefetch_related(Prefetch("article_version", ArticleVersion.objects.select_related("article__outlet")))
        )

    def with_words(self, statements: StatementQuerySet, _name: str, words: str) -> StatementQuerySet:
        return statements.filter(claim__in=Claim.objects.search(words))

    def in_state(self, statements: StatementQuerySet, _name: str, state: str) -> StatementQuerySet:
        return statements.filter(claim__state=state)

    def rated(self, statements: StatementQuerySet, _name: str, rating: str) -> StatementQuerySet:
        return statements.filter(claim__state=State.DECIDED, claim__decided_review__rating=int(rating))

    def from_outlet(self, statements: StatementQuerySet, _name: str, outlet: str) -> StatementQuerySet:
        return statements.filter(article_version__article__outlet=int(outlet))

    def reported_since(self, statements: StatementQuerySet, _name: str, day: dt.date) -> StatementQuerySet:
        return statements.filter(reported_at__gte=midnight(day))

    def reported_until(self, statements: StatementQuerySet, _name: str, day: dt.date) -> StatementQuerySet:
        return statements.filter(reported_at__lt=midnight(day + dt.timedelta(days=1)))
