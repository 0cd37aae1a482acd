"""Who statements are attributed to, and the names they are known by."""

import re
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from claims.fields import FoldedNameField
from claims.models.base import tracked
from claims.names import fold

# Writes to claims under the sources of which kinds they are filed (`Claim.kinds`). Locked first, so that of two who
# change the links of one claim, the later one counts what the earlier one did.
REFRESH_KINDS = """
    PERFORM id FROM claims_claim WHERE id IN ({claims}) ORDER BY id FOR NO KEY UPDATE;
    UPDATE claims_claim AS claim SET kinds = fresh.kinds
    FROM (
        SELECT id, ARRAY(
            SELECT DISTINCT source.kind
            FROM claims_statementsource AS link JOIN claims_source AS source ON source.id = link.source_id
            WHERE link.claim_id = touched.id
            ORDER BY source.kind
        ) AS kinds
        FROM claims_claim AS touched WHERE id IN ({claims})
    ) AS fresh
    WHERE claim.id = fresh.id AND claim.kinds <> fresh.kinds;
    RETURN NULL;
"""
WIKIDATA_ID = r"^Q[1-9][0-9]*$"


class Kind(models.TextChoices):
    """Kinds of source, the same everywhere; `claims.nlp` uses the same values."""

    PERSON = "person", "Person"
    ORGANIZATION = "organization", "Organization"
    COUNTRY = "country", "Country"
    GROUP = "group", "Group"
    DOCUMENT = "document", "Document"
    UNKNOWN = "unknown", "Unknown"


def refresh_kinds_of(claims: str) -> str:
    """The body of a trigger that brings `kinds` of these claims (SQL: ids or a query of them) up to date."""
    return REFRESH_KINDS.format(claims=claims)


class SourceQuerySet(models.QuerySet["Source"]):
    def current(self) -> Self:
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def alphabetical(self) -> Self:
        return self.order_by("sort_name", "pk")

    def named(self, name: str) -> Self:
        """Current sources that bear exactly this name, by their own name or an alias, folded."""
        folded = fold(name)
        if not folded:
            return self.none()
        return self.current().filter(_name_or_alias(Q(folded=folded), Q(sort_name=folded)))

    def search(self, words: str) -> Self:
        """Current sources one of whose names contains these words as they stand, folded."""
        folded = fold(words)
        if not folded:
            return self.current()
        return self.current().filter(_name_or_alias(Q(folded__contains=folded), Q(sort_name__contains=folded)))

    def with_statement_counts(self) -> Self:
        """Annotate `statement_count`."""
        from claims.models.statement import StatementSource

        counts = (
            StatementSource.objects.filter(source=OuterRef("pk"))
            .order_by()
            .values("source")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.annotate(statement_count=Coalesce(Subquery(counts), Value(0)))

    def with_other_names(self) -> Self:
        """Annotate `other_names`: the aliases but for its own name."""
        others = Alias.objects.filter(source=OuterRef("pk")).exclude(name=OuterRef("name")).order_by("folded", "pk")
        return self.annotate(other_names=ArraySubquery(others.values("name")))


def _name_or_alias(alias: Q, name: Q) -> Q:
    return name | Q(Exists(Alias.objects.filter(alias, source=OuterRef("pk"))))


@tracked()
class Source(models.Model):
    name = models.CharField(max_length=300)
    sort_name = FoldedNameField(of="name")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.UNKNOWN)
    description = models.TextField(blank=True)
    affiliation = models.CharField(max_length=300, blank=True)
    wikidata_id = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 (unique where given)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_sources",
    )
    # Null: the machine filed the first statement of a name that it did not know yet.
    created_by = models.ForeignKey(
        "claims.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    statement_count: int  # annotated by `with_statement_counts`
    other_names: list[str]  # annotated by `with_other_names`

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="source_name_not_empty"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="source_kind"),
            models.UniqueConstraint(fields=["wikidata_id"], name="source_wikidata_id_once"),
            models.CheckConstraint(
                condition=Q(wikidata_id=None) | Q(wikidata_id__regex=WIKIDATA_ID),
                name="source_wikidata_id",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="source_not_merged_into_itself"),
            # A group is known by its descriptor alone: "activists" is one page and no one body.
            models.UniqueConstraint(fields=["sort_name"], condition=Q(kind="group"), name="source_group_once"),
            models.CheckConstraint(condition=~Q(kind="group") | Q(merged_into=None), name="source_group_not_merged"),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="source_alphabetical"),
            models.Index(fields=["kind", "sort_name"], name="source_by_kind"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="refresh_kinds",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("kind"),
                func=refresh_kinds_of("SELECT claim_id FROM claims_statementsource WHERE source_id = NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        _fold_with_name(kwargs, "sort_name")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.pk])

    def clean(self) -> None:
        self.wikidata_id = (self.wikidata_id or "").strip().upper() or None
        if self.wikidata_id and not re.fullmatch(WIKIDATA_ID, self.wikidata_id):
            raise ValidationError({"wikidata_id": "A Wikidata id is a Q and a number, such as Q6294."})

    @property
    def is_group(self) -> bool:
        return self.kind == Kind.GROUP


@tracked()
class Alias(models.Model):
    """A name a source is known by. Not unique: two people share "Clinton"."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=300)
    folded = FoldedNameField(of="name", db_index=True)
    created_by = models.ForeignKey(
        "claims.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["folded", "pk"]
        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="alias_once_a_source"),
            models.CheckConstraint(condition=~Q(folded=""), name="alias_folded_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        _fold_with_name(kwargs, "folded")
        super().save(*args, **kwargs)


def _fold_with_name(kwargs: dict[str, Any], folded: str) -> None:
    """A name that is saved alone takes its folded form along."""
    names = kwargs.get("update_fields")
    if names is not None and "name" in names:
        kwargs["update_fields"] = {*names, folded}


@tracked()
class SourceMerge(models.Model):
    """What a merge moved, so that it can be undone."""

    merged = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="merges_away")
    into = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="merges_here")
    # {"aliases": [ids], "sources": [ids of those merged into it before],
    #  "links": [[id of a statement source, who had decided its statement's sources, or null], ...],
    #  "dropped": [{"statement", "position", "set_by", "decided_by"}: ids or null]}
    # Dropped are the links of statements that were filed under both.
    moved = models.JSONField()
    by = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("claims.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(merged=F("into")), name="merge_of_two_sources"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.into_id}"
