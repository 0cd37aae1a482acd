"""Taking texts and files away by order of law. What, who, when and why stay."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from claims.actions import action, take_turns
from claims.models import Article, ArticleVersion, Document, ExtractionState, Redaction, User

UNDER_WAY = (ExtractionState.WAITING, ExtractionState.RUNNING)


@action
def redact_article(*, article: Article, by: User, reason: str, text: bool, file: bool) -> list[Redaction]:
    """Redact all texts of an article, the files that they came from, or both; for good.

    With a text go the extractor's names from it, the wording of claims that was copied from it, and all of their
    copies in the history. What people wrote in reviews and citations is theirs and stays.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Say by which order, and why."})
    take_turns("articles")
    take_turns("filing")
    article = Article.objects.select_for_update(of=("self",), no_key=True).get(pk=article.pk)
    if article.extraction_state in UNDER_WAY:
        raise ValidationError("The article is being read. Redact it when that is done.")
    documents = Document.objects.defer("content").filter(article_versions__article=article, redaction=None).distinct()
    versions: QuerySet[ArticleVersion] = article.versions.filter(redaction=None)
    made = [
        *(Redaction(document=row, content_hash=row.sha256) for row in (documents.order_by("pk") if file else ())),
        *(
            Redaction(article_version=row, content_hash=row.text_hash)
            for row in (versions.order_by("pk") if text else ())
        ),
    ]
    if not made:
        raise ValidationError("There is nothing left of this to redact.")
    notice = f"Redacted on {date_format(timezone.localdate(), 'j F Y')}: {reason}"
    for redaction in made:
        redaction.reason, redaction.by = reason, by
        redaction.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT claims_redact(%s, %s)", [redaction.pk, notice])
    return made
