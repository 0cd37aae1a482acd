"""What people change about statements: their sources, their spans, which claim they are appearances of.

These writes lock statements and claims, the database's own upkeep of `Claim.kinds` does so in another order, and so
does filing: all of them take turns.
"""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone

from claims import permissions
from claims.actions import OutdatedError, action, take_turns
from claims.actions.filing import file_statements, new_statement
from claims.models import ArticleVersion, Claim, Kind, Source, Statement, StatementSource, User
from claims.models.claim import NO_HOLD
from claims.texts import is_redacted
from claims.wording import ROLES, claim_text, content_hash, fault_in, form_of
from claims.workflow import DismissalReason, Move, State, find_transition

type SpanLists = dict[str, list[list[int]]]


@action
def set_sources(*, statement: Statement, sources: Sequence[Source], by: User) -> Statement:
    """File a statement under these sources, in this order. None at all is a choice, too, and filing keeps to it."""
    take_turns("filing")
    _refuse_merged(sources, field="sources")
    statement = Statement.locked(statement.pk)
    _set_sources([statement], list(dict.fromkeys(sources)), by)
    statement.refresh_from_db()
    return statement


@action
def file_all_under(*, statements: QuerySet[Statement], source: Source, by: User) -> int:
    """File many statements under one source, as the librarian does with a name; says how many."""
    take_turns("filing")
    _refuse_merged([source], field="source")
    rows = list(Statement.objects.filter(pk__in=statements.values("pk")).select_for_update(of=("self",)).order_by("pk"))
    _set_sources(rows, [source], by)
    return len(rows)


@action
def join_claims(*, claim: Claim, into: Claim, by: User) -> Claim:
    """Say that two claims are the same: the appearances of `claim` become those of `into`.

    `claim` is kept as a dismissed duplicate. Refused where that would lose somebody's decision.
    """
    if claim.pk == into.pk:
        raise ValidationError("A claim cannot be joined with itself.")
    take_turns("filing")
    locked = Claim.objects.filter(pk__in=(claim.pk, into.pk)).select_for_update(no_key=True).order_by("pk")
    rows = {row.pk: row for row in locked}
    claim, into = rows[claim.pk], rows[into.pk]
    if into.duplicate_of_id:
        raise ValidationError("The other claim was itself joined into a third one. Join with that one.")
    if into.state == State.DISMISSED:
        raise ValidationError("The other claim was dismissed. Restore it first.")
    if claim.state == State.DISMISSED:
        raise ValidationError("A dismissed claim cannot be joined. Restore it first.")
    decided, also_decided = (row.reviews.submitted().exists() for row in (claim, into))
    if decided and also_decided:
        raise ValidationError("Both claims have submitted reviews. One has to be reopened and withdrawn first.")
    if decided:
        raise ValidationError("This claim has a submitted review and the other has none: join the other one into it.")
    find_transition(Move.DISMISS, claim.state)
    now = timezone.now()
    claim.statements.update(claim=into, version=F("version") + 1, updated_at=now)
    claim.duplicates.update(duplicate_of=into)
    Claim.objects.filter(pk=claim.pk).change(
        seen=claim.version,
        state=State.DISMISSED,
        dismissal_reason=DismissalReason.DUPLICATE,
        dismissal_note="",
        duplicate_of=into,
        **NO_HOLD,
    )
    Claim.objects.filter(pk=into.pk).refresh_first_appearance()
    into.refresh_from_db()
    return into


@action
def correct_spans(
    *,
    statement: Statement,
    spans: SpanLists,
    by: User,
    expected_version: int,
    speech: bool | None = None,
    act: str | None = None,
    negated: bool | None = None,
) -> Statement:
    """Correct which words are source, cue and content, and, where given, whether it is speech, what that does, and
    whether the cue is negated. `OutdatedError` when somebody else was quicker.

    A claim that nobody has worded or reviewed yet follows the corrected words.
    """
    take_turns("filing")
    statement = Statement.objects.select_related("article_version").get(pk=statement.pk)
    statement.claim = Claim.locked(statement.claim_id)
    permissions.check_edit_statement(by, statement)  # it may have been decided since the page was opened
    text = statement.article_version.text
    spans = _checked(text, spans)
    speech = statement.speech if speech is None else speech
    claim = statement.claim
    follows = claim.is_open and claim.text == claim_text(text, statement.spans) and not claim.reviews.exists()
    corrected = Statement.objects.filter(pk=statement.pk).change(
        seen=expected_version,
        spans=spans,
        content_hash=content_hash(text, spans),
        form=form_of(text, spans),
        speech=speech,
        act=(statement.act if act is None else act) if speech else "",
        negated=statement.negated if negated is None else negated,
        edited_by=by,
    )
    if not corrected:
        raise OutdatedError("Somebody else corrected this statement since you opened it.")
    if follows:
        Claim.objects.filter(pk=claim.pk).change(seen=claim.version, text=claim_text(text, spans))
    Claim.objects.filter(pk=claim.pk).refresh_first_appearance()
    statement.refresh_from_db()
    return statement


@action
def add_statement(
    *,
    version: ArticleVersion,
    spans: SpanLists,
    by: User,
    speaker: str = "",
    speaker_kind: str = Kind.UNKNOWN,
    sources: Sequence[Source] = (),
    speech: bool = True,
    act: str = "",
    negated: bool = False,
) -> Statement:
    """Add a statement that the extractor missed, with its claim.

    It is filed under `sources` where some are given, else by its speaker's name as everything else is.
    """
    take_turns("filing")
    spans = _checked(version.text, spans)
    same = Statement.objects.filter(article_version=version, spans__content=spans["content"], spans__cue=spans["cue"])
    if same.exists():
        raise ValidationError({"spans": "This statement is there already."})
    statement = new_statement(
        version,
        spans,
        form=form_of(version.text, spans),
        speech=speech,
        act=act if speech else "",
        negated=negated,
        speaker=" ".join(speaker.split())[:300],
        speaker_kind=speaker_kind,
        edited_by=by,
    )
    file_statements([statement], version)
    if sources:
        _refuse_merged(sources, field="sources")
        _set_sources([statement], list(dict.fromkeys(sources)), by)
    return Statement.objects.get(pk=statement.pk)


def _refuse_merged(sources: Sequence[Source], *, field: str) -> None:
    """Sources that were merged away get no statements; held until the end, so that none is merged meanwhile."""
    pks = [source.pk for source in sources]
    for source in Source.objects.filter(pk__in=pks).select_for_update(of=("self",), no_key=True).order_by("pk"):
        if source.merged_into_id is not None:
            raise ValidationError({field: f"“{source}” was merged into another source. Choose that one."})


def _checked(text: str, spans: SpanLists) -> SpanLists:
    if is_redacted(text):
        raise ValidationError({"spans": "This text was redacted. Nothing can be marked in it."})
    if fault := fault_in(text, spans):
        raise ValidationError({"spans": fault})
    return {role: [list(span) for span in spans.get(role, [])] for role in ROLES}


def _set_sources(statements: Iterable[Statement], sources: Sequence[Source], by: User) -> None:
    """Make the links of locked statements exactly these; the ones that stay are the person's own from now on."""
    pks = [statement.pk for statement in statements]
    links = StatementSource.objects.filter(statement__in=pks)
    links.exclude(source__in=sources).delete()
    there = {(link.statement_id, link.source_id): link for link in links}
    new = []
    for pk in pks:
        for position, source in enumerate(sources):
            link = there.get((pk, source.pk))
            if link is None:
                new.append(StatementSource(statement_id=pk, source=source, position=position, set_by=by))
            elif (link.position, link.set_by_id) != (position, by.pk):
                link.position, link.set_by = position, by
                link.save(update_fields=["position", "set_by"])
    StatementSource.objects.bulk_create(new)
    changed = Statement.objects.filter(pk__in=pks)
    changed.update(sources_set_by=by, version=F("version") + 1, updated_at=timezone.now())
