"""Addresses of the application's pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from claims.views import (
    account,
    articles,
    citations,
    claims,
    intakes,
    queue,
    reviews,
    sources,
    start,
    statement_sources,
    statement_words,
    unresolved,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.start, name="start"),
    path("articles/", articles.articles, name="articles"),
    path("articles/add/", articles.article_add, name="article_add"),
    path("articles/intakes/", intakes.intake_add, name="intake_add"),
    path("articles/intakes/<int:pk>/", intakes.intake, name="intake"),
    path("articles/intakes/<int:pk>/retry/", intakes.intake_retry, name="intake_retry"),
    path("articles/intakes/<int:pk>/discard/", intakes.intake_discard, name="intake_discard"),
    path("articles/<int:pk>/", articles.article, name="article"),
    path("articles/<int:pk>/edit/", articles.article_edit, name="article_edit"),
    path("articles/<int:pk>/retry/", articles.article_retry, name="article_retry"),
    path("articles/<int:pk>/statements/add/", statement_words.statement_add, name="statement_add"),
    path("statements/<int:pk>/edit/", statement_words.statement_edit, name="statement_edit"),
    path("queue/", queue.queue, name="queue"),
    path("claims/<int:pk>/dismiss/", queue.dismiss, name="claim_dismiss"),
    path("claims/<int:pk>/restore/", queue.restore, name="claim_restore"),
    path("sources/", sources.sources, name="sources"),
    path("sources/unresolved/", unresolved.unresolved, name="unresolved"),
    path("sources/unresolved/file/", unresolved.resolve_name, name="unresolved_file"),
    path("sources/<int:pk>/", sources.source, name="source"),
    path("sources/merges/<int:pk>/undo/", sources.undo_merge, name="undo_merge"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/next/", claims.beside, {"backwards": False}, name="claim_next"),
    path("claims/<int:pk>/previous/", claims.beside, {"backwards": True}, name="claim_previous"),
    path("claims/<int:pk>/text/", claims.text, name="claim_text"),
    path("claims/<int:pk>/reopen/", claims.reopen, name="claim_reopen"),
    path("claims/<int:pk>/join/", claims.join, name="claim_join"),
    path("claims/<int:pk>/review/", reviews.save, name="review_save"),
    path("claims/<int:pk>/review/submit/", reviews.submit, name="review_submit"),
    path("claims/<int:pk>/citations/", citations.add, name="citation_add"),
    path("citations/<int:pk>/", citations.edit, name="citation"),
    path("citations/<int:pk>/remove/", citations.remove, name="citation_remove"),
    path("reviews/<int:pk>/withdraw/", reviews.withdraw, name="review_withdraw"),
    path("reviews/preview/", reviews.preview, name="rationale_preview"),
    path("statements/<int:pk>/sources/", statement_sources.sources, name="statement_sources"),
    path("profile/", account.profile, name="profile"),
    # The e-mail address is changed in one place.
    path("accounts/email/", RedirectView.as_view(pattern_name="profile")),
]
