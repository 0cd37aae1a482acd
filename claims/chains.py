"""Who reports whom: "Ruiz said that Vance had denied that …" is a statement within another."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, When

from claims.models import Claim, Statement


def appearances_of(claim: Claim, most: int) -> list[Statement]:
    """A claim's statements, the first one first, with text and sources, and with what they stand in and what in them.

    Two queries, however deep the chains: beside the claim's own statements the first brings those of the same articles
    that are nested or hold others, without their text, which is there already.
    """
    shown = claim.statements.order_by("reported_at", "pk")[:most]
    nested = ~Q(parent=None) | Exists(Statement.objects.filter(parent=OuterRef("pk")))
    rows: Any = (
        Statement.objects.filter(article_version__in=shown.values("article_version"))
        .filter(Q(claim=claim) | nested)
        .select_related("article_version__article__outlet", "claim__decided_review__rating")
        .defer("article_version__text")
        .annotate(version_text=Case(When(claim=claim, then=F("article_version__text"))))
        .with_sources()
        .order_by("reported_at", "pk")
    )
    own = [row for row in rows if row.claim_id == claim.pk]
    for row in own:
        row.claim, row.article_version.text = claim, row.version_text
    versions = {row.article_version_id: row.article_version for row in own}
    for row in rows:
        row.article_version = versions[row.article_version_id]
    set_chains(own, among=rows)
    return own[:most]


def set_chains(statements: Iterable[Statement], *, among: Iterable[Statement]) -> None:
    """Set `outer` (the outermost first) and `inner` (what stands directly within, in text order) of each."""
    rows = {row.pk: row for row in among}
    for statement in statements:
        statement.outer = _outer(statement, rows)
        inner = [row for row in rows.values() if row.parent_id == statement.pk]
        statement.inner = sorted(inner, key=lambda row: (row.start, row.pk))


def _outer(statement: Statement, rows: dict[int, Statement]) -> list[Statement]:
    """Ends where a chain would lead back to itself, which filing keeps from being stored but no constraint does."""
    found: list[Statement] = []
    seen = {statement.pk}
    outer = rows.get(statement.parent_id or 0)
    while outer is not None and outer.pk not in seen:
        seen.add(outer.pk)
        found.insert(0, outer)
        outer = rows.get(outer.parent_id or 0)
    return found
