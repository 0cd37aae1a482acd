"""Articles and documents on their way in."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.text import Truncator

from claims.actions import action, take_turns
from claims.models import Article, ArticleVersion, Claim, Document, ExtractionState, Outlet, Statement, User
from claims.models.document import MAX_BYTES
from claims.names import fold
from claims.texts import is_redacted, normalise_text, text_hash

METADATA = ("title", "address", "byline", "published_at", "language", "wire_agency")


@action
def add_article(
    *,
    text: str,
    title: str,
    by: User | None,
    outlet: Outlet | None = None,
    outlet_name: str = "",
    address: str = "",
    published_at: datetime | None = None,
    byline: str = "",
    wire_agency: str = "",
    language: str = "",
    document: Document | None = None,
) -> tuple[Article, bool]:
    """Store an article and have it read; says whether it is new.

    The same text from the same outlet or address is the article that is there already. An address that is known with
    another text is refused: `code="address_taken"`, the article in `params["article"]`.
    """
    clean = normalise_text(text)
    if not clean.strip():
        raise ValidationError({"text": "There is no text. Paste the article's words."})
    address = address.strip()
    take_turns("articles")
    outlet = outlet or _outlet(outlet_name, address)
    known = _article_at(address)
    of_outlet = Article.objects.filter(outlet=outlet, versions__text_hash=text_hash(clean)).order_by("pk").first()
    if known and known.versions.filter(text_hash=text_hash(clean)).exists():
        return known, False
    if known:
        raise _address_taken(known)
    if of_outlet:
        return of_outlet, False
    article = Article(
        title=title.strip() or _first_words(clean),
        outlet=outlet,
        address=address or None,
        published_at=published_at,
        byline=byline.strip(),
        wire_agency=wire_agency.strip(),
        language=language,
        added_by=by,
    )
    article.full_clean(validate_unique=False, validate_constraints=False)
    article.save()
    version = article.add_version(clean, document=document)
    _have_extracted(article, version, by)
    return article, True


@action
def correct_metadata(*, article: Article, by: User, **fields: Any) -> Article:
    """Correct what is known about an article: `METADATA`, and `outlet` or `outlet_name`. Its text stays as it is."""
    if unknown := set(fields) - {*METADATA, "outlet", "outlet_name"}:
        raise TypeError(f"not metadata: {', '.join(sorted(unknown))}")
    take_turns("articles")
    take_turns("filing")  # which writes to the same statements and claims
    article = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    for name in set(METADATA) & set(fields):
        value = fields[name]
        setattr(article, name, value.strip() if isinstance(value, str) else value)
    article.address = article.address or None
    other = _article_at(article.address or "")
    if other and other != article:
        raise _address_taken(other)
    if "outlet" in fields or "outlet_name" in fields:
        article.outlet = fields.get("outlet") or _outlet(fields.get("outlet_name", ""), article.address or "")
    article.full_clean(validate_unique=False, validate_constraints=False)
    article.save()
    statements = Statement.objects.filter(article_version__article=article)
    reported_at = article.published_at or article.created_at
    statements.exclude(reported_at=reported_at).update(reported_at=reported_at)
    Claim.objects.filter(statements__in=statements).refresh_first_appearance()
    return article


@action
def store_document(
    *,
    data: bytes,
    media_type: str,
    by: User | None,
    file_name: str = "",
    address: str = "",
    fetched_at: datetime | None = None,
) -> Document:
    """Keep the bytes that an article comes from; the same bytes are the same document."""
    if not data:
        raise ValidationError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise ValidationError(f"The file is too large: more than {MAX_BYTES // 1024 // 1024} MB.")
    return Document.objects.store(
        data, media_type=media_type[:100], file_name=file_name[-255:], address=address, fetched_at=fetched_at
    )


@action
def retry_extraction(*, article: Article, by: User) -> None:
    """Have an article read again after that had failed."""
    if is_redacted(article.shown_version.text):
        raise ValidationError("This article was redacted. There is nothing left to read.")
    failed = Article.objects.filter(pk=article.pk, extraction_state=ExtractionState.FAILED)
    if not failed.update(extraction_state=ExtractionState.WAITING, extraction_failure=""):
        raise ValidationError("This article is not one that could not be read.")
    article.refresh_from_db()
    _have_extracted(article, article.shown_version, by)


def _have_extracted(article: Article, version: ArticleVersion, by: User | None) -> None:
    """Enqueue in the same transaction, so that there is never a job without its article."""
    from claims.tasks import extract_article

    job = extract_article.configure(queueing_lock=f"extract_article {version.pk}")
    article.extraction_job = job.defer(version_id=version.pk, asked_by=by.pk if by else None)
    article.save(update_fields=["extraction_job"])


def _outlet(name: str, address: str) -> Outlet | None:
    """The outlet of a name, else of the address, made when there is none; none where neither is given."""
    name = " ".join(name.split())
    domain = (urlsplit(address).hostname or "").removeprefix("www.") or None
    of_domain = Outlet.objects.filter(domain__iexact=domain).first() if domain else None
    if not name:
        return of_domain or (Outlet.objects.create(name=domain, domain=domain) if domain else None)
    of_name = list(Outlet.objects.filter(sort_name=fold(name)[:300]).order_by("pk"))
    if of_name:
        return of_domain if of_domain in of_name else of_name[0]
    # The domain may be another outlet's: pages that carry the articles of many.
    return Outlet.objects.create(name=name[:300], domain=None if of_domain else domain)


def _article_at(address: str) -> Article | None:
    return Article.objects.filter(address=address).first() if address else None


def _address_taken(article: Article) -> ValidationError:
    return ValidationError(
        {
            "address": ValidationError(
                "This address is stored already, as “%(article)s”, with another text.",
                code="address_taken",
                params={"article": article},
            )
        }
    )


def _first_words(text: str) -> str:
    line = next(line for line in text.splitlines() if line.strip())
    return Truncator(" ".join(line.split())).words(25, truncate=" …")[:200]
