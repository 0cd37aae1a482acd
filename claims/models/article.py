"""Articles and their immutable texts."""

from typing import Any, Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from claims.models.base import tracked
from claims.texts import normalise_text, text_hash


class ExtractionState(models.TextChoices):
    """How far the worker has come with the newest version of an article."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ArticleQuerySet(models.QuerySet["Article"]):
    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def for_list(self) -> Self:
        """What a row of the list of articles shows, in one query: also `statement_count`."""
        from claims.models.statement import Statement

        # A subquery is counted for the rows of the page only, a join for every article.
        counts = (
            Statement.objects.filter(article_version__article=OuterRef("pk"))
            .order_by()
            .values("article_version__article")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return self.select_related("outlet", "added_by").annotate(statement_count=Coalesce(Subquery(counts), Value(0)))

    def search(self, words: str) -> Self:
        """Articles with these words in their title; quotation marks and minus signs work."""
        return self.filter(search=SearchQuery(words, config="english", search_type="websearch"))

    def same_text(self, text: str) -> Self:
        """Articles one of whose versions is this text, white space aside."""
        return self.filter(versions__text_hash=text_hash(normalise_text(text))).distinct()


@tracked(exclude=["search"])
class Article(models.Model):
    outlet = models.ForeignKey(
        "claims.Outlet", on_delete=models.PROTECT, null=True, blank=True, related_name="articles"
    )
    address = models.URLField(max_length=2000, null=True, blank=True)  # noqa: DJ001 (unique where given)
    title = models.CharField(max_length=500)
    byline = models.CharField(max_length=500, blank=True)
    # A date without a time is stored as midnight in the desk's time zone.
    published_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=35, blank=True)
    wire_agency = models.CharField(max_length=100, blank=True)
    extraction_state = models.CharField(
        max_length=7, choices=ExtractionState, default=ExtractionState.WAITING, editable=False
    )
    extraction_failure = models.TextField(blank=True, editable=False)
    # The job of procrastinate, which clears its tables by itself: a number, not a foreign key.
    extraction_job = models.BigIntegerField(null=True, blank=True, editable=False)
    added_by = models.ForeignKey(
        "claims.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="articles",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    statement_count: int  # annotated by `for_list`

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address"], name="article_address_once"),
            models.CheckConstraint(condition=~Q(address=""), name="article_address_not_empty"),
            models.CheckConstraint(condition=~Q(title=""), name="article_title_not_empty"),
            models.CheckConstraint(
                condition=Q(extraction_state__in=ExtractionState.values), name="article_extraction_state"
            ),
            models.CheckConstraint(
                condition=(Q(extraction_state="failed") & ~Q(extraction_failure=""))
                | (~Q(extraction_state="failed") & Q(extraction_failure="")),
                name="article_failed_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="article_newest_first"),
            models.Index(fields=["extraction_state"], name="article_extraction_state_idx"),
            GinIndex(fields=["search"], name="article_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def shown_version(self) -> "ArticleVersion":
        """The version that pages show: the latest."""
        return self.versions.latest("number")

    def add_version(self, text: str, *, document: Any = None) -> "ArticleVersion":
        """Store a text as the next version, with line ends made LF and NUL dropped."""
        last = self.versions.aggregate(last=Max("number"))["last"] or 0
        clean = normalise_text(text)
        return self.versions.create(number=last + 1, text=clean, text_hash=text_hash(clean), document=document)


class ArticleVersionQuerySet(models.QuerySet["ArticleVersion"]):
    def read_by_other_models(self, model_version: str) -> Self:
        """Versions that were read, but never by this model version; without redacted ones."""
        from claims.models.extraction import Extraction

        runs = Extraction.objects.filter(article_version=OuterRef("pk"))
        return self.filter(Exists(runs), redaction=None).filter(~Exists(runs.filter(model_version=model_version)))


@tracked(exclude=["text"])
class ArticleVersion(models.Model):
    """One text of an article. It never changes: every offset counts into it."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    text_hash = models.CharField(max_length=64, db_index=True)
    document = models.ForeignKey(
        "claims.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="article_versions",
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="version_text_not_empty"),
            models.CheckConstraint(condition=~Q(text__contains="\r"), name="version_line_ends_are_lf"),
        ]
        triggers = [pgtrigger.ReadOnly(name="immutable")]

    def __str__(self) -> str:
        return f"{self.article_id}, version {self.number}"
