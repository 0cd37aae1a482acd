"""Articles, statements, claims and reviews: to be looked at. They are worked on in the desk's own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims import permissions
from claims.admin.shared import LookOnly
from claims.models import Article, Citation, Claim, Comment, Review, Settlement, Statement


@admin.register(Article)
class ArticleAdmin(LookOnly):
    list_display = ["title", "outlet", "published_at", "extraction_state", "added_by"]
    list_filter = ["extraction_state"]
    list_select_related = ["outlet", "added_by"]
    search_fields = ["title", "address", "outlet__name"]
    ordering = ["-created_at", "-pk"]


@admin.register(Statement)
class StatementAdmin(LookOnly):
    list_display = ["pk", "what_was_said", "filed_under", "reported_at", "form", "speech"]
    list_filter = ["form", "speech"]
    search_fields = ["speaker", "sources__aliases__name"]
    ordering = ["-reported_at", "-pk"]
    fields = ["what_was_said", "filed_under", "speaker", "speaker_kind", "speaker_role", "claim", "article_version",
              "spans", "form", "speech", "act", "negated", "check_worthiness", "confidence", "parent", "edited_by",
              "sources_set_by", "reported_at"]  # fmt: skip
    readonly_fields = ["what_was_said", "filed_under"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        shown: Any = super().get_queryset(request)
        found: QuerySet[Statement] = shown.with_sources().with_texts()
        return found

    @admin.display(description="what was said")
    def what_was_said(self, statement: Statement) -> str:
        return statement.content

    @admin.display(description="filed under")
    def filed_under(self, statement: Statement) -> str:
        return ", ".join(link.source.name for link in statement.filed_under) or "nobody yet"


@admin.register(Claim)
class ClaimAdmin(LookOnly):
    list_display = ["text", "state", "rating", "outlet", "reported_at"]
    list_filter = ["state"]
    list_select_related = ["outlet", "decided_review__rating"]
    search_fields = ["text"]
    ordering = ["-reported_at", "-pk"]

    @admin.display(description="verification status")
    def rating(self, claim: Claim) -> str:
        return str(claim.decided_review.rating) if claim.decided_review else ""


class CitationInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Citation
    fields = ["title", "address", "publisher", "passage", "stance", "primary", "read_on"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Review)
class ReviewAdmin(LookOnly):
    """Drafts are their author's: only what was submitted or withdrawn is shown, and of that what may be read."""

    list_display = ["claim", "reviewer", "rating", "state", "submitted_at"]
    list_filter = ["state", "rating"]
    list_select_related = ["claim", "reviewer", "rating"]
    search_fields = ["claim__text", "reviewer__username"]
    ordering = ["-updated_at", "-pk"]
    inlines = [CitationInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        readable = permissions.readable_reviews(request.user).values("pk")
        return super().get_queryset(request).exclude(state="draft").filter(pk__in=readable)


@admin.register(Settlement)
class SettlementAdmin(LookOnly):
    """There is one only while both reviews of its claim may be read: reopening the claim deletes it."""

    list_display = ["claim", "rating", "by", "created_at"]
    list_filter = ["rating"]
    list_select_related = ["claim", "rating", "by"]
    search_fields = ["claim__text", "by__username", "reason"]
    ordering = ["-created_at", "-pk"]


@admin.register(Comment)
class CommentAdmin(LookOnly):
    """What may be read of what is said about claims."""

    list_display = ["claim", "author", "text", "created_at", "deleted_at"]
    list_select_related = ["claim", "author"]
    search_fields = ["text", "claim__text", "author__username"]
    ordering = ["-created_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        readable = permissions.readable_comments(request.user).values("pk")
        return super().get_queryset(request).filter(pk__in=readable)
