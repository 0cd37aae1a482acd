"""What librarians do: sources and their names, merges that can be undone, names that nobody could be found for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from claims.actions import action, take_turns
from claims.actions.statements import file_all_under
from claims.models import Alias, Kind, Source, SourceMerge, Statement, StatementSource, User
from claims.models.statement import StatementQuerySet
from claims.names import fold

FACTS = ("name", "kind", "description", "affiliation", "wikidata_id")


# --- Sources and their names ------------------------------------------------------------------------------


@action
def create_source(*, name: str, kind: str, by: User, aliases: Iterable[str] = (), **facts: Any) -> Source:
    """A new source, known by its name and by further ones; `facts` are the rest of `FACTS`."""
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"not a source's: {', '.join(sorted(unknown))}")
    source = Source(name=one_line(name), kind=kind, created_by=by, **facts)
    _check(source)
    source.save()
    for alias in dict.fromkeys([source.name, *map(one_line, aliases)]):
        _add_alias(source, alias, by)
    return source


@action
def describe_source(*, source: Source, by: User, **facts: Any) -> Source:
    """Change a source's `FACTS`. One that is renamed is known by its former name, too."""
    if unknown := set(facts) - set(FACTS):
        raise TypeError(f"not a source's: {', '.join(sorted(unknown))}")
    [source] = _locked([source])
    former = source.name
    for name, value in facts.items():
        setattr(source, name, one_line(value) if name == "name" else value)
    _check(source)
    if source.kind == Kind.GROUP and source.merged_sources.exists():
        raise ValidationError({"kind": "Other sources were merged into this one, and groups are never merged."})
    source.save()
    for name in dict.fromkeys([former, source.name]):
        if not source.aliases.filter(name=name).exists():
            _add_alias(source, name, by)
    return source


@action
def delete_source(*, source: Source, by: User) -> None:
    """Remove a source that nothing was ever filed under; its history stays."""
    take_turns("filing")
    [source] = _locked([source])
    if not is_unused(source):
        raise ValidationError("Statements or merges belong to this source. Merge it into another one instead.")
    source.aliases.all().delete()
    source.delete()


def is_unused(source: Source) -> bool:
    """Whether neither a statement nor a merge belongs to it."""
    merges = source.merges_here.exists() or source.merges_away.exists() or source.merged_sources.exists()
    return not (merges or source.statement_sources.exists())


@action
def add_alias(*, source: Source, name: str, by: User) -> Alias:
    """Know a source by one more name. Other sources may bear it, too."""
    [source] = _locked([source])
    return _add_alias(source, one_line(name), by)


@action
def remove_alias(*, alias: Alias, by: User) -> None:
    """Take a name away. What was filed by it stays filed."""
    [source] = _locked([alias.source])
    if alias.name == source.name:
        raise ValidationError(f"“{alias}” is the source's own name. Rename the source first.")
    alias.delete()


def one_line(name: str) -> str:
    """A name without the white space that comes along when it is pasted."""
    return " ".join(name.split())


def _add_alias(source: Source, name: str, by: User) -> Alias:
    if not fold(name):
        raise ValidationError({"name": "A name needs a letter or a figure."})
    if source.aliases.filter(name=name).exists():
        raise ValidationError({"name": f"“{source}” has the name “{name}” already."})
    alias = Alias(source=source, name=name, created_by=by)
    alias.full_clean(validate_unique=False, validate_constraints=False)
    alias.save()
    return alias


def _check(source: Source) -> None:
    """Refuse what the database would refuse, in words."""
    if not fold(source.name):
        raise ValidationError({"name": "A name needs a letter or a figure."})
    source.full_clean()
    if source.kind == Kind.GROUP and (same := same_group(source.name, besides=source.pk)):
        raise ValidationError({"name": f"There is a page for the group “{same}” already."})


def same_group(name: str, *, besides: int | None = None) -> Source | None:
    """The group of this descriptor: each has one page."""
    same = Source.objects.filter(kind=Kind.GROUP, sort_name=fold(name)[:300])
    return same.exclude(pk=besides).first() if besides else same.first()


def _locked(sources: Iterable[Source]) -> list[Source]:
    """The sources as they are now, held until the transaction ends; none of them merged away."""
    pks = [source.pk for source in sources]
    rows = {row.pk: row for row in Source.objects.filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk")}
    for row in rows.values():
        if row.merged_into_id is not None:
            raise ValidationError(f"“{row}” was merged into “{row.merged_into}”.")
    if len(rows) < len(set(pks)):
        raise ValidationError("One of these sources is no longer there.")
    return [rows[pk] for pk in pks]


# --- Merging ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moving:
    """What one source brings into the one it is merged into."""

    source: Source
    statements: int
    shared: int  # of these, filed under both
    aliases: list[str]


def merge_preview(sources: Sequence[Source], into: Source) -> list[Moving]:
    """What would move, source by source; `ValidationError` where the merge would be refused."""
    _check_merge(sources, into)
    own = set(into.aliases.values_list("name", flat=True))
    return [
        Moving(
            source=source,
            statements=source.statement_sources.count(),
            shared=_links_of_both(source, into).count(),
            aliases=[alias.name for alias in source.aliases.all() if alias.name not in own],
        )
        for source in sources
    ]


@action
def merge_sources(*, sources: Sequence[Source], into: Source, by: User) -> list[SourceMerge]:
    """Make several sources one: their statements and names move to `into`, their old addresses lead there.

    Each leaves a record of what moved, by which `undo_merge` brings it back.
    """
    take_turns("filing")  # nothing is filed under a source while it goes
    sources = list(dict.fromkeys(sources))
    into, *sources = _locked([into, *sources])
    _check_merge(sources, into)
    return [_merge(source, into, by) for source in sources]


@action
def undo_merge(*, merge: SourceMerge, by: User) -> Source:
    """Bring back a source that was merged, with what it brought along, and answer it.

    What somebody has decided about a statement's sources since then stays, and so does what was filed since.
    """
    take_turns("filing")
    merge = SourceMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ValidationError("This merge was undone already.")
    _locked([merge.into])
    if merge.into.merges_here.filter(undone_at=None, pk__gt=merge.pk).exists():
        raise ValidationError(f"Other sources were merged into “{merge.into}” later. Undo those merges first.")
    source = merge.merged
    moved = merge.moved
    source.merged_into = None
    source.save(update_fields=["merged_into"])
    Source.objects.filter(pk__in=moved["sources"], merged_into=merge.into).update(merged_into=source)
    Alias.objects.filter(pk__in=moved["aliases"], source=merge.into).update(source=source)
    _bring_back_links(merge, source)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    return source


def last_merge(source: Source) -> SourceMerge | None:
    """The latest merge into a source: the one that can be undone."""
    merges = SourceMerge.objects.filter(into=source, undone_at=None).select_related("merged", "by")
    return merges.order_by("-pk").first()


def _check_merge(sources: Sequence[Source], into: Source) -> None:
    if not sources:
        raise ValidationError("Choose at least two sources to merge.")
    if into in sources:
        raise ValidationError("A source cannot be merged into itself.")
    for source in (into, *sources):
        if source.kind == Kind.GROUP:
            raise ValidationError(f"“{source}” is a group. A group is not one body and is never merged.")
        if source.merged_into_id is not None:
            raise ValidationError(f"“{source}” was merged into “{source.merged_into}”.")


def _links_of_both(source: Source, into: Source) -> QuerySet[StatementSource]:
    """The links of a source to statements that are filed under the other one, too."""
    other = StatementSource.objects.filter(source=into, statement=OuterRef("statement"))
    return source.statement_sources.filter(Exists(other))


def _merge(source: Source, into: Source, by: User) -> SourceMerge:
    both = _links_of_both(source, into).select_related("statement")
    dropped = [
        {
            "statement": link.statement_id,
            "position": link.position,
            "set_by": link.set_by_id,
            "decided_by": link.statement.sources_set_by_id,
        }
        for link in both
    ]
    both.delete()
    links = source.statement_sources.order_by("pk").values_list("pk", "statement__sources_set_by")
    own = into.aliases.values("name")
    aliases = source.aliases.exclude(name__in=own)
    earlier = source.merged_sources.all()
    moved: dict[str, Any] = {
        "aliases": sorted(alias.pk for alias in aliases),
        "sources": sorted(other.pk for other in earlier),
        "links": [list(link) for link in links],
        "dropped": dropped,
    }
    Alias.objects.filter(pk__in=moved["aliases"]).update(source=into)
    earlier.update(merged_into=into)
    source.statement_sources.update(source=into)
    source.merged_into = into
    source.save(update_fields=["merged_into"])
    return SourceMerge.objects.create(merged=source, into=into, moved=moved, by=by)


def _bring_back_links(merge: SourceMerge, source: Source) -> None:
    decided_by = dict(merge.moved["links"])
    links = StatementSource.objects.filter(pk__in=decided_by, source=merge.into)
    decisions = links.values_list("pk", "statement__sources_set_by")
    untouched = [pk for pk, decided in decisions if decided == decided_by[pk]]
    StatementSource.objects.filter(pk__in=untouched).update(source=source)
    dropped = {row["statement"]: row for row in merge.moved["dropped"]}
    still_there = Statement.objects.of_source(merge.into).filter(pk__in=dropped)
    StatementSource.objects.bulk_create(
        [
            StatementSource(
                statement_id=pk,
                source=source,
                position=dropped[pk]["position"],
                set_by_id=dropped[pk]["set_by"],
            )
            for pk, decided in still_there.values_list("pk", "sources_set_by")
            if decided == dropped[pk]["decided_by"]
        ]
    )


# --- Names that nobody could be found for -----------------------------------------------------------------


def statements_named(speaker_folded: str, kind: str) -> StatementQuerySet:
    """The unresolved statements of one name: what `resolve_name` files."""
    return Statement.objects.unresolved().filter(speaker_folded=speaker_folded, speaker_kind=kind)


@action
def resolve_name(
    *,
    speaker_folded: str,
    kind: str,
    by: User,
    source: Source | None = None,
    new_source: dict[str, Any] | None = None,
    up_to: int | None = None,
    remember: str = "",
) -> tuple[Source, int]:
    """File the unresolved statements of a name under a source, or under a new one of these `FACTS`; says how many.

    `up_to` is the last statement that the librarian was shown; later ones wait. `remember` is a name to know the
    source by from now on.
    """
    take_turns("filing")
    statements = statements_named(speaker_folded, kind)
    if up_to is not None:
        statements = statements.filter(pk__lte=up_to)
    if not statements.exists():
        raise ValidationError("Nothing is left to file under this name: somebody was quicker.")
    if source is None:
        source = create_source(**(new_source or {}), by=by)
    [source] = _locked([source])
    count = file_all_under(statements=statements, source=source, by=by)
    remember = one_line(remember)
    if remember and not source.aliases.filter(name=remember).exists():
        _add_alias(source, remember, by)
    return source, count
