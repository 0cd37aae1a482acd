"""From what the extractor found to statements, filed under their sources and tied to claims (docs/decisions/0008-filing.md)."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from claims.actions import action, take_turns
from claims.models import Alias, ArticleVersion, Claim, Extraction, Kind, Source, Statement, StatementSource, User
from claims.names import fold
from claims.naming import names_to_file_under
from claims.nlp import types
from claims.nlp.wire import from_wire, to_wire
from claims.wording import claim_text, content_hash, fault_in, folded_words, words_of

logger = logging.getLogger(__name__)

LONGEST_NAME = 300
# Countries and organizations are taken for each other ("the European Union"), people for neither.
COMPATIBLE = {
    Kind.PERSON: {Kind.PERSON, Kind.UNKNOWN},
    Kind.ORGANIZATION: {Kind.ORGANIZATION, Kind.COUNTRY, Kind.UNKNOWN},
    Kind.COUNTRY: {Kind.ORGANIZATION, Kind.COUNTRY, Kind.UNKNOWN},
    Kind.DOCUMENT: {Kind.DOCUMENT, Kind.UNKNOWN},
    Kind.GROUP: {Kind.GROUP},
}
# "Activists" are not one body: the same words are the same claim only while it is the same piece of news.
SAME_NEWS = timedelta(days=3)


@action
def file_extraction(
    *,
    version: ArticleVersion,
    extraction: types.Extraction,
    started_at: datetime | None = None,
    by: User | None = None,
) -> Extraction:
    """Store what the extractor found and file its statements. A second run changes nothing.

    What a person has set stays as it is; statements that had no source are tried again, since a librarian may have
    named one in the meantime.
    """
    take_turns("filing")
    row, is_new = Extraction.objects.get_or_create(
        article_version=version,
        model_version=extraction.model,
        defaults={"output": to_wire(extraction)["attributions"], "started_at": started_at or timezone.now()},
    )
    if is_new:
        file_statements(statements_of(row, version), version)
    else:
        file_again(list(row.statements.all()))
    return row


def known_extraction(version: ArticleVersion) -> types.Extraction | None:
    """What was found in the very same text before, in this article or another."""
    rows = Extraction.objects.filter(
        article_version__text_hash=version.text_hash, article_version__text=version.text
    ).order_by("-pk")
    row = rows.filter(article_version=version).first() or rows.first()
    return from_wire({"model": row.model_version, "attributions": row.output}) if row else None


def file_statements(statements: Sequence[Statement], version: ArticleVersion) -> None:
    """Save new statements of one version with their sources, and with the claims that they are appearances of.

    To be called in a transaction that has taken its turn at "filing".
    """
    sources = resolve(statements)
    _give_claims(statements, sources, version)
    waiting = list(statements)
    while waiting:  # a parent has to be there before what is nested in it
        ready = [s for s in waiting if s.parent is None or s.parent.pk is not None]
        Statement.objects.bulk_create(ready)
        waiting = [s for s in waiting if s.pk is None]
    _link(statements, sources)
    Claim.objects.filter(pk__in={s.claim_id for s in statements}).refresh_first_appearance()


def file_again(statements: Sequence[Statement]) -> int:
    """File those statements that have no source and about whose sources nobody has decided; says how many were."""
    linked = set(StatementSource.objects.filter(statement__in=statements).values_list("statement_id", flat=True))
    left = [s for s in statements if s.sources_set_by_id is None and s.pk not in linked]
    return _link(left, resolve(left))


def resolve(statements: Sequence[Statement]) -> list[tuple[Source, ...]]:
    """The sources of each statement: for each of its names the only one that bears it, or a new one for a name nobody
    bears. None at all where one of its names is in doubt.

    To be called in a transaction that has taken its turn at "filing".
    """
    named = [names_to_file_under(s.speaker, s.speaker_kind) for s in statements]
    bearers = _bearers({fold(name) for names in named for name, _ in names})
    new: list[Source] = []

    def source_of(name: str, kind: Kind) -> Source | None:
        among = [s for s in bearers[fold(name)] if (s.kind == Kind.GROUP) == (kind == Kind.GROUP)]
        if not among:
            among = [Source(name=name, kind=kind)]
            new.extend(among)
            bearers[fold(name)] += among
        return among[0] if len(among) == 1 and among[0].kind in COMPATIBLE[kind] else None

    found = [[source_of(name, Kind(kind)) for name, kind in names] for names in named]
    Source.objects.bulk_create(new)
    Alias.objects.bulk_create([Alias(source=source, name=source.name) for source in new])
    return [tuple(s for s in sources if s) if None not in sources else () for sources in found]


def _bearers(folded_names: set[str]) -> dict[str, list[Source]]:
    """The current sources that bear each name, each once."""
    found: dict[str, dict[int, Source]] = defaultdict(dict)
    for source in Source.objects.current().filter(sort_name__in=folded_names):
        found[source.sort_name][source.pk] = source
    aliases = Alias.objects.filter(folded__in=folded_names, source__merged_into=None).select_related("source")
    for alias in aliases:
        found[alias.folded][alias.source_id] = alias.source
    return defaultdict(list, {name: list(sources.values()) for name, sources in found.items()})


def _link(statements: Sequence[Statement], sources: Sequence[tuple[Source, ...]]) -> int:
    links = [
        StatementSource(statement=statement, source=source, position=position)
        for statement, own in zip(statements, sources, strict=True)
        for position, source in enumerate(own)
    ]
    return len(StatementSource.objects.bulk_create(links))


def statements_of(row: Extraction, version: ArticleVersion) -> list[Statement]:
    """Statements, not yet saved, of all attributions that make sense; one that does not costs itself only."""
    made: dict[int, Statement] = {}
    for position, wire in enumerate(row.output):
        spans = {role: wire[role] for role in ("source", "cue", "content")}
        if fault := fault_in(version.text, spans):
            logger.warning("Attribution %s of extraction %s was left out: %s", position, row.pk, fault)
            continue
        made[position] = new_statement(
            version,
            spans,
            extraction=row,
            position=position,
            form=wire["form"],
            speech=wire["speech"],
            # What older versions found does not say.
            act=(wire.get("act") or "") if wire["speech"] else "",
            negated=wire.get("negated", False),
            check_worthiness=wire.get("check_worthiness"),
            confidence=wire["confidence"],
            speaker=(wire["speaker"] or "")[:LONGEST_NAME],
            speaker_kind=wire["speaker_kind"],
            speaker_role=(wire.get("speaker_role") or "")[:LONGEST_NAME],
        )
    for position, statement in made.items():
        if (parent := _parent(position, row.output, made)) is not None:
            statement.parent = made[parent]
    return list(made.values())


def new_statement(version: ArticleVersion, spans: dict[str, list[list[int]]], **fields: object) -> Statement:
    """A statement, not yet saved, with what follows from its article and its words."""
    article = version.article
    return Statement(
        article_version=version,
        spans=spans,
        content_hash=content_hash(version.text, spans),
        reported_at=article.published_at or article.created_at,
        **fields,
    )


def _parent(position: int, output: Sequence[dict[str, Any]], made: dict[int, Statement]) -> int | None:
    """The nearest outer attribution that became a statement; none where the chain leads back to itself."""
    seen = {position}
    outer: int | None = output[position]["parent"]
    nearest = None
    while outer is not None and 0 <= outer < len(output):
        if outer in seen:
            return None
        seen.add(outer)
        if nearest is None and outer in made:
            nearest = outer
        outer = output[outer]["parent"]
    return nearest


def _give_claims(
    statements: Sequence[Statement], sources: Sequence[tuple[Source, ...]], version: ArticleVersion
) -> None:
    """Tie each statement to the claim that it is an appearance of, or to a new one."""
    copies = _claims_of_copies(version)
    same_words = _claims_of_same_words(statements, sources)
    new: list[Claim] = []
    for statement, own in zip(statements, sources, strict=True):
        own_key = _key(version.text, statement.spans, statement.speaker)
        if of_copies := copies.get(own_key):
            statement.claim_id = of_copies.pop(0) if len(of_copies) > 1 else of_copies[0]
            continue
        # Of several sources the first decides: it is the same claim whoever else made it.
        source = own[0] if own else None
        key = (statement.content_hash, source.pk if source else None)
        telling = bool(statement.content_hash and source)
        near = [
            claim
            for reported_at, claim in (same_words[key] if telling else ())
            if source and (source.kind != Kind.GROUP or abs(reported_at - statement.reported_at) <= SAME_NEWS)
        ]
        if near:
            statement.claim = near[0]
            continue
        statement.claim = Claim(text=claim_text(version.text, statement.spans))
        new.append(statement.claim)
        if telling:
            same_words[key].append((statement.reported_at, statement.claim))
    Claim.objects.bulk_create(new)


def _key(text: str, spans: dict[str, list[list[int]]], speaker: str) -> tuple[str, ...]:
    return (fold(speaker), *folded_words(" ".join(words_of(text, spans["content"]))))


def _claims_of_copies(version: ArticleVersion) -> dict[tuple[str, ...], list[int]]:
    """The claims of the same text in other articles, by speaker and words as the extractor found them."""
    claims: dict[tuple[str, ...], list[int]] = defaultdict(list)
    rows = Extraction.objects.filter(article_version__text_hash=version.text_hash, article_version__redaction=None)
    rows = rows.exclude(article_version=version)
    copies = {row.pk: row for row in rows.select_related("article_version")}
    filed = Statement.objects.filter(extraction__in=copies).order_by("extraction", "position")
    for extraction, position, claim in filed.values_list("extraction", "position", "claim"):
        wire = copies[extraction].output[position]
        claims[_key(copies[extraction].article_version.text, wire, wire["speaker"] or "")].append(claim)
    return claims


def _claims_of_same_words(
    statements: Sequence[Statement], sources: Sequence[tuple[Source, ...]]
) -> dict[tuple[str, int | None], list[tuple[datetime, Claim]]]:
    """The claims of statements with the same words under the same sources in any article."""
    found: dict[tuple[str, int | None], list[tuple[datetime, Claim]]] = defaultdict(list)
    links = StatementSource.objects.filter(
        statement__content_hash__in={s.content_hash for s in statements if s.content_hash},
        source__in={source.pk for own in sources for source in own},
    )
    for link in links.select_related("statement__claim").order_by("statement_id"):
        key = (link.statement.content_hash, link.source_id)
        found[key].append((link.statement.reported_at, link.statement.claim))
    return found
