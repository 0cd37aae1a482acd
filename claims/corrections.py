"""What reviewers corrected, as further training data in the format of the corpora."""

import datetime as dt
from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db.models import Max, Prefetch

from claims.models import ArticleVersion, Statement
from claims.wording import ROLES

AT_ONCE = 100


def corrected_articles(*, since: dt.datetime | None = None) -> Iterator[dict[str, Any]]:
    """Each article version in which people corrected, added or dismissed statements, with all spans as they stand now.

    What nobody touched is kept: whoever corrected one statement has the article before them, and a text of which only
    some attributions are labelled would teach that the others are none. Statements of a dismissed claim that is no
    statement are left out. "corrected_at" is when one of those statements or their claims was last written.
    """
    corrected = (
        Statement.objects.corrected().filter(article_version__redaction=None).order_by().values("article_version")
    )
    rows = corrected.annotate(last=Max("corrected_at")).order_by("last", "article_version")
    if since:
        rows = rows.filter(last__gte=since)
    for batch in batched(rows.values_list("article_version", "last"), AT_ONCE):
        kept = Statement.objects.that_stand().in_text_order()
        versions = ArticleVersion.objects.select_related("article__outlet").prefetch_related(
            Prefetch("statements", kept, to_attr="kept")
        )
        found = versions.in_bulk([pk for pk, _ in batch])
        for pk, last in batch:
            yield _line(found[pk], last)


def _line(version: Any, corrected_at: dt.datetime) -> dict[str, Any]:
    outlet = version.article.outlet
    return {
        "id": f"article-{version.article_id}-{version.number}",
        "text": version.text,
        "attributions": [{role: statement.spans.get(role, []) for role in ROLES} for statement in version.kept],
        "outlet": outlet.name if outlet else "",
        "corrected_at": corrected_at.isoformat(timespec="seconds"),
    }
