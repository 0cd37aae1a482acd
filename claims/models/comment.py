"""What people say to each other about a claim, and whom they mean."""

from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject, Substr

from claims.models.base import Versioned, VersionedQuerySet, tracked
from claims.models.user import User
from claims.texts import is_redacted


class CommentQuerySet(VersionedQuerySet["Comment"]):
    def not_deleted(self) -> Self:
        return self.filter(deleted_at=None)

    def for_page(self) -> Self:
        """All that is shown of them, the newest last, in one query: also `quoted`, cut out of the article's text as it is
        now, and whom they have `called`."""
        words = Substr("article_version__text", F("start") + 1, F("end") - F("start"))
        user = {name: F(f"user__{name}") for name in ("username", "first_name", "last_name")}
        called = Mention.objects.filter(comment=OuterRef("pk")).values(called=JSONObject(**user))
        rows = self.select_related("author", "deleted_by").annotate(quoted=words, called=ArraySubquery(called))
        return rows.order_by("created_at", "pk")


@tracked()
class Comment(Versioned):
    """A remark about a claim, or about certain words of an article that reports it. Deleted, its place stays."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(blank=True)
    # Code points into the text, so that the words go with it when that is redacted.
    article_version = models.ForeignKey(
        "claims.ArticleVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="comments"
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    # Whether its author could know a review of the claim (`permissions.could_know_reviews`): then it is as secret as
    # those are. Never taken back.
    informed = models.BooleanField(default=False, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        "claims.User", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    quoted: str | None  # both annotated by `for_page`
    called: list[dict[str, str]]

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None) & ~Q(text="")
                | Q(deleted_at__isnull=False, deleted_by__isnull=False, text=""),
                name="comment_says_something_or_was_deleted",
            ),
            models.CheckConstraint(
                condition=Q(article_version=None, start=None, end=None)
                | Q(article_version__isnull=False, start__gte=0, end__gt=F("start")),
                name="comment_about_words_or_none",
            ),
        ]
        indexes = [models.Index(fields=["claim", "created_at", "id"], name="comment_of_claim")]

    def __str__(self) -> str:
        return f"comment {self.pk} on claim {self.claim_id}"

    @property
    def names(self) -> dict[str, str]:
        """Whom it mentions: what to call them, by how they are written."""
        people = [
            User(username=p["username"], first_name=p["first_name"], last_name=p["last_name"]) for p in self.called
        ]
        return {person.username.lower(): person.display_name for person in people}

    @property
    def is_quote_redacted(self) -> bool:
        return is_redacted(self.quoted or "")


@tracked()
class Mention(models.Model):
    """Somebody whom a comment calls by name, as it was understood when it was saved."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="mentions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mention_once")]

    def __str__(self) -> str:
        return f"mention of {self.user_id} in comment {self.comment_id}"
