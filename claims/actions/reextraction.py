"""A newer model over a text that was read before: what it would change, and taking that over.

What people made is theirs: a statement whose words somebody corrected or added, or whose claim somebody reviewed or
dismissed, stays exactly as it is. Nothing is deleted but links to sources that the machine itself had set.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from claims.actions import action, take_turns
from claims.actions.filing import file_again, file_statements, statements_of
from claims.actions.reviewing import move_claim
from claims.models import ArticleVersion, Claim, Extraction, Statement, StatementSource, User
from claims.names import fold
from claims.nlp import types
from claims.nlp.wire import to_wire
from claims.reextraction import compare
from claims.wording import Spans, claim_text
from claims.workflow import NO_LONGER_FOUND, DismissalReason, Move, State

# What a statement takes over from the newer extraction.
TAKEN_OVER = (
    *("extraction", "position", "spans", "content_hash", "form", "speech", "confidence", "parent"),
    *("speaker", "speaker_folded", "speaker_kind", "speaker_role", "act", "negated", "check_worthiness"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a newer extraction changes about one version. What it found are statements that are not saved.

    `pairs`: a statement and what was found in its place. `vanished`: statements of the extractor with nothing in their
    place; without those whose claim is dismissed already.
    """

    pairs: list[tuple[Statement, Statement]] = field(default_factory=list)
    appeared: list[Statement] = field(default_factory=list)
    vanished: list[Statement] = field(default_factory=list)

    @property
    def moved(self) -> list[tuple[Statement, Statement]]:
        return [(stored, found) for stored, found in self.pairs if stored.spans != found.spans]


@dataclass(frozen=True, slots=True)
class Written:
    """How many statements were filed and moved, and how many claims dismissed."""

    filed: int = 0
    moved: int = 0
    dismissed: int = 0


def is_peoples(statement: Statement) -> bool:
    """Whether somebody has set its words or judged its claim, so that nothing about it changes."""
    return statement.edited_by_id is not None or statement.claim_judged


def is_untouched(statement: Statement) -> bool:
    """Whether nobody has done anything about it, so that its claim may be dismissed."""
    return not is_peoples(statement) and statement.sources_set_by_id is None and not statement.claim_changed


def plan_reextraction(version: ArticleVersion, extraction: types.Extraction) -> Plan:
    """What `file_reextraction` would change; writes nothing."""
    return _plan(version, _row(version, extraction, timezone.now()))


@action
def file_reextraction(
    *,
    version: ArticleVersion,
    extraction: types.Extraction,
    started_at: datetime | None = None,
    by: User | None = None,
) -> Written:
    """Take over what a newer model found in a version that another model has read. A second run changes nothing.

    Statements found again move to the new extraction, with their position in it, their spans and whatever else it
    says: so `extraction.output[position]` is always what the extractor said about a row. What is people's keeps its
    old tie for the same reason: it tells what they saw when they corrected or reviewed it. Vanished statements have no
    place in the new extraction, and that they were left behind is what tells that they vanished: a claim is dismissed
    once all its appearances are, in whatever articles.
    """
    take_turns("filing")
    if Extraction.objects.filter(article_version=version, model_version=extraction.model).exists():
        return Written()
    # Locked, lest somebody begins a review of what is about to change; reviews lock the claim first, too.
    own = Statement.objects.filter(article_version=version).values("claim")
    list(Claim.objects.filter(pk__in=own).select_for_update(of=("self",), no_key=True).order_by("pk"))
    row = _row(version, extraction, started_at or timezone.now())
    row.save()
    plan = _plan(version, row)
    taken = [(stored, found) for stored, found in plan.pairs if not is_peoples(stored)]
    moved = [(stored, found) for stored, found in plan.moved if not is_peoples(stored)]
    _name_stored_parents(plan)
    file_statements(plan.appeared, version)
    old_spans = [stored.spans for stored, _ in taken]
    _take_over(taken)
    statements = [stored for stored, _ in taken]
    _follow(statements, old_spans)
    _restore([*plan.appeared, *statements])
    Claim.objects.filter(pk__in={stored.claim_id for stored in statements}).refresh_first_appearance()
    return Written(len(plan.appeared), len(moved), _dismiss(filter(is_untouched, plan.vanished), row.model_version))


def _row(version: ArticleVersion, extraction: types.Extraction, started_at: datetime) -> Extraction:
    output = to_wire(extraction)["attributions"]
    return Extraction(article_version=version, model_version=extraction.model, output=output, started_at=started_at)


def _plan(version: ArticleVersion, row: Extraction) -> Plan:
    stored = list(
        Statement.objects.filter(article_version=version).with_traces_of_people().select_related("claim").order_by("pk")
    )
    for statement in stored:
        statement.article_version = version
    found = statements_of(row, version)
    outputs = dict(version.extractions.values_list("pk", "output"))
    result = compare([_where(statement, outputs) for statement in stored], [statement.spans for statement in found])
    vanished = [stored[number] for number in result.vanished]
    return Plan(
        pairs=[(stored[old], found[new]) for old, new in result.pairs],
        appeared=[found[number] for number in result.appeared],
        vanished=[s for s in vanished if s.extraction_id is not None and s.claim.state != State.DISMISSED],
    )


def _where(statement: Statement, outputs: dict[int, list[dict[str, list[list[int]]]]]) -> Spans:
    """Where a statement is looked for: a corrected one also where the extractor had found its cue."""
    if statement.edited_by_id is None or statement.extraction_id is None or statement.position is None:
        spans: Spans = statement.spans
        return spans
    as_found = outputs[statement.extraction_id][statement.position]
    return {**statement.spans, "cue": [*statement.spans.get("cue", ()), *as_found["cue"]]}


def _name_stored_parents(plan: Plan) -> None:
    """What was found is nested in what was found: where that stands for a statement, in the statement itself."""
    stands_for = {id(found): stored for stored, found in plan.pairs}
    for statement in [*plan.appeared, *(found for _, found in plan.pairs)]:
        statement.parent = stands_for.get(id(statement.parent), statement.parent)


def _take_over(taken: Sequence[tuple[Statement, Statement]]) -> None:
    """Write what was found into the statements, and file those anew whose speaker is another one."""
    now, respoken = timezone.now(), []
    for stored, found in taken:
        if (stored.speaker, stored.speaker_kind) != (found.speaker, found.speaker_kind):
            respoken.append(stored.pk)
        for name in TAKEN_OVER:
            setattr(stored, name, fold(found.speaker) if name == "speaker_folded" else getattr(found, name))
        stored.version += 1
        stored.updated_at = now
    statements = [stored for stored, _ in taken]
    for statement in statements:
        if _is_within_itself(statement, {other.pk: other for other in statements}):
            statement.parent = None  # what is people's keeps its parent, even one that is nested in it now
    Statement.objects.bulk_update(statements, [*TAKEN_OVER, "version", "updated_at"])
    links = StatementSource.objects.filter(statement__in=respoken, statement__sources_set_by=None)
    links.filter(set_by=None).delete()
    file_again(statements)


def _is_within_itself(statement: Statement, changed: dict[int, Statement]) -> bool:
    seen, outer = {statement.pk}, statement.parent
    while outer is not None and outer.pk not in seen:
        seen.add(outer.pk)
        outer = changed.get(outer.pk, outer).parent
    return outer is not None


def _follow(statements: Sequence[Statement], old_spans: Sequence[Spans]) -> None:
    """Word those claims anew that nobody has worded otherwise."""
    for statement, spans in zip(statements, old_spans, strict=True):
        text = statement.article_version.text
        before, after = claim_text(text, spans), claim_text(text, statement.spans)
        if before != after:
            claim = Claim.objects.get(pk=statement.claim_id)
            if claim.text == before:
                Claim.objects.filter(pk=claim.pk).change(seen=claim.version, text=after)


def _restore(statements: Iterable[Statement]) -> None:
    """Bring claims back that an older model had lost: they were found again."""
    claims = Claim.objects.filter(pk__in={statement.claim_id for statement in statements}, state=State.DISMISSED)
    for claim in claims.filter(dismissal_note__startswith=NO_LONGER_FOUND):
        move_claim(claim, Move.RESTORE, State.NEW, dismissal_reason="", dismissal_note="")


def _dismiss(vanished: Iterable[Statement], model_version: str) -> int:
    """Dismiss the open claims that have no other appearance; says how many were."""
    by_claim: dict[int, list[Statement]] = defaultdict(list)
    for statement in vanished:
        by_claim[statement.claim_id].append(statement)
    appearances = Statement.objects.filter(claim__in=by_claim)
    standing = set(
        appearances.exclude(pk__in=appearances.left_behind().values("pk")).values_list("claim_id", flat=True)
    )
    gone = [claim for claim in Claim.objects.filter(pk__in=by_claim.keys() - standing).order_by("pk") if claim.is_open]
    for claim in gone:
        move_claim(
            claim,
            Move.DISMISS,
            dismissal_reason=DismissalReason.NOT_A_STATEMENT,
            dismissal_note=f"{NO_LONGER_FOUND} {model_version}.",
        )
    return len(gone)
