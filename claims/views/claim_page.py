"""What the page of a claim shows. Its views share it: whichever of them answers, the page is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.forms import BoundField
from django.http import HttpResponse

from claims import desk, permissions, standing
from claims.actions.conflicts import ConflictError
from claims.chains import appearances_of
from claims.discussion import Discussion, discussion_of
from claims.forms.claims import ClaimTextForm, ReopenForm, SettleForm
from claims.forms.comments import CommentForm
from claims.forms.due_dates import DueForm
from claims.forms.reviews import DraftForm
from claims.forms.tagging import TagForm
from claims.history import claim_history
from claims.models import Citation, Claim, Rating, Review, ReviewsNeeded, ReviewState, Source, Statement
from claims.passages import Piece, paragraphs, passage, surroundings
from claims.roles import Role, roles_of
from claims.similar import Suggestion, similar_decided, suggest_sources
from claims.texts import is_redacted
from claims.views import SignedIn
from claims.views.holding import hold_context
from claims.views.responses import render_part, wants_part
from claims.views.side_by_side import side_by_side, verdicts_of
from claims.words import roles_of_words, word_places, words_in
from claims.workflow import DismissalReason

PAGE = "claim.html"
MOST_APPEARANCES = 20
MOST_EARLIER = 5
# Parts that show nothing of the work on the claim, and those that show comments.
APART = ("background", "history")
TALK = ("comment", "comment_new", "comment_edit", "comment_added", "comment_words", "comment_pointed")
# A paragraph that is longer is cut to the sentences in question, one beside it to so many characters.
LONG_PARAGRAPH = 1500
NEIGHBOUR = 400


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A part of the article; `around` when nothing of the statement stands in it."""

    pieces: Sequence[Piece]
    around: bool


@dataclass(frozen=True, slots=True)
class PassageWord:
    """A word of the passage that can be chosen; `role` in the statement."""

    number: int
    text: str
    role: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Appearance:
    """A statement of the claim with what the page shows about it."""

    statement: Statement
    paragraphs: Sequence[Paragraph]
    pieces: Sequence[Piece]
    suggestions: Sequence[Suggestion]
    manner: str
    sureness: str
    verdict: BoundField | None
    note: BoundField | None

    @property
    def sources(self) -> list[Source]:
        return [link.source for link in self.statement.filed_under]


def find_claim(pk: int) -> Any:
    """The query of `get_object_or_404` for all views of the page."""
    return (
        Claim.objects.with_tag_names()
        .with_the_desks_number()
        .select_related(
            *("decided_review__rating", "decided_review__reviewer", "duplicate_of", "first_statement"),
            *("settlement__rating", "settlement__by"),
            *("held_by", "assigned_by"),
        )
        .filter(pk=pk)
    )


def statements_of(claim: Claim) -> list[Statement]:
    """The appearances that are shown, the first one first."""
    return appearances_of(claim, MOST_APPEARANCES + 1)


def draft_form(claim: Claim, user: Any, statements: Sequence[Statement], data: Any = None) -> DraftForm:
    """The person's draft as it stands, or with what was typed."""
    own = claim.reviews.drafts().by(user).select_related("rating").prefetch_related("verdicts").first()
    return DraftForm(data, review=own, statements=statements[:MOST_APPEARANCES])


def render_claim(
    request: SignedIn,
    claim: Claim,
    *,
    part: str = "work",
    status: int = 200,
    conflict: ConflictError | None = None,
    **overrides: Any,
) -> HttpResponse:
    """The page, or for htmx a part of it. `overrides` are forms with what was typed, and the like."""
    asked = part if wants_part(request) else ""
    context = {"claim": claim, "queue": queue_of(request), "conflict": conflict, **overrides}
    if asked not in APART:
        if not asked or asked in TALK:
            context = _talk(request, claim, context)
        context = _work(request, claim, context)
    if asked == "background" or overrides.get("show") == "background":
        context |= _background(claim)
    if asked == "history" or overrides.get("show") == "history":
        context["history"] = claim_history(claim, request.user)
    name = f"_comments.html#{part}" if part.startswith("comment") else part
    return render_part(request, PAGE, name, context, status=status)


def check_reviewer(user: object, claim: Claim) -> None:
    """Refuse who does not review at all. What overtook a draft meanwhile is told together with what was typed."""
    try:
        permissions.check_review(user, claim)
    except PermissionDenied:
        if not permissions.is_overtaken(user, claim) or Role.REVIEWER not in roles_of(user):
            raise


def queue_of(request: SignedIn) -> str:
    """The filters of the queue that the person comes from; they travel along."""
    return request.POST.get("queue", request.GET.get("queue", ""))


def _work(request: SignedIn, claim: Claim, context: dict[str, Any]) -> dict[str, Any]:
    user = request.user
    reviews = claim.under_way = _reviews(claim)
    drafts = [review for review in reviews if review.state == ReviewState.DRAFT]
    own = next((review for review in drafts if review.reviewer_id == user.pk), None)
    submitted = [review for review in reviews if review.state == ReviewState.SUBMITTED]
    told = [review for review in submitted if permissions.can_read_review(user, review)]
    own_first = next((review for review in submitted if review.reviewer_id == user.pk), None)
    decided = next((review for review in told if review.pk == claim.decided_review_id), None)
    statements = context.get("statements") or statements_of(claim)
    shown = statements[:MOST_APPEARANCES]
    form = context.get("form") or DraftForm(review=own, statements=shown)
    conflict = context["conflict"]
    may_review = permissions.can_review(user, claim)
    return {
        "ratings": Rating.objects.offered(),
        "text_form": ClaimTextForm(initial={"text": claim.text, "expected_version": claim.version}),
        "reopen_form": ReopenForm(),
        "settle_form": SettleForm(reviews=told),
        "dismissal_reasons": DismissalReason.choices,
        "may_review": may_review,
        "own": own,
        "decided": decided,
        "verdicts": verdicts_of(decided or own or own_first, shown),
        "submitted": submitted,
        "own_first": own_first,
        "sides": side_by_side(told, shown) if len(told) > 1 else [],
        "two_needed": desk.reviews_needed(user, claim) > ReviewsNeeded.ONE,
        "others": [review for review in drafts if review != own],
        "citations": list(own.citations.all()) if own else [],
        "kept": "" if may_review else _kept(form, own),
        "form": form,
        "appearances": _appearances(shown, form, context.get("discussion")),
        "more_appearances": len(statements) > len(shown),
        "draft_conflict": conflict if conflict and form.is_bound else None,
        "overwrite": own.version if own else 0,
        **hold_context(claim, user),
        "tag_form": TagForm(),
        "due_form": DueForm(initial={"due_on": claim.due_on}),
        **context,
    }


def comment_form(claim: Claim, data: Any = None) -> CommentForm:
    """For a new comment, which may be about words of the passage that the page shows."""
    return _comment_form(statements_of(claim), data)


def _comment_form(statements: Sequence[Statement], data: Any = None) -> CommentForm:
    if not statements or is_redacted(statements[0].article_version.text):
        return CommentForm(data)
    version = statements[0].article_version
    shown = _parts(statements[0], version.text)
    return CommentForm(data, version=version, shown=(shown[0][0], shown[-1][1]) if shown else (0, 0))


def _talk(request: SignedIn, claim: Claim, context: dict[str, Any]) -> dict[str, Any]:
    """What is said about the claim; with `words_form` the passage as words that can be chosen."""
    statements = context.get("statements") or statements_of(claim)
    form = context.get("words_form")
    return {
        "comment_form": _comment_form(statements),
        **context,
        "statements": statements,
        "discussion": discussion_of(claim, request.user),
        **(_words_to_choose(statements[0], form) if form and form.shown_version else {}),
    }


def _words_to_choose(statement: Statement, form: CommentForm) -> dict[str, Any]:
    text = statement.article_version.text
    places, chosen = word_places(text), form.chosen
    roles = roles_of_words(places, statement.spans)
    parts = [words_in(places, start, end) for start, end, _ in _parts(statement, text)]
    said = [number for numbers in parts for number in numbers if roles.get(number) == "content"]
    return {
        "chosen": chosen,
        "focus": chosen[0] if chosen else next(iter(said), parts[0][0] if parts and parts[0] else 0),
        "word_paragraphs": [
            [
                PassageWord(
                    number,
                    text[places[number - 1][0] : places[number - 1][1]],
                    roles.get(number, ""),
                    chosen is not None and chosen[0] <= number <= chosen[1],
                )
                for number in numbers
            ]
            for numbers in parts
        ],
    }


def _reviews(claim: Claim) -> list[Review]:
    """Live reviews with their evidence."""
    citations = Prefetch("citations", Citation.objects.all())
    reviews = claim.reviews.live().select_related("reviewer", "rating").prefetch_related(citations, "verdicts")
    return list(reviews.order_by("submitted_at", "created_at"))


def _kept(form: DraftForm, own: Review | None) -> str:
    """What somebody typed into a draft that another person's decision overtook."""
    return str(form["rationale"].value() or "") or (own.rationale if own else "")


def _appearances(statements: Sequence[Statement], form: DraftForm, discussion: Discussion | None) -> list[Appearance]:
    unresolved = {s.speaker for s in statements if s.speaker and not s.filed_under and s.sources_set_by_id is None}
    suggestions = suggest_sources(unresolved) if unresolved else {}
    return [
        # The first alone is shown at such length that it has marks.
        appearance(statement, form, suggestions, discussion if number == 0 else None)
        for number, statement in enumerate(statements)
    ]


def appearance(
    statement: Statement,
    form: DraftForm | None,
    suggestions: dict[str, list[Suggestion]] | None = None,
    discussion: Discussion | None = None,
) -> Appearance:
    """One statement with its passage."""
    text = statement.article_version.text
    waiting = not statement.filed_under and statement.sources_set_by_id is None
    return Appearance(
        statement=statement,
        paragraphs=_paragraphs(statement, text, discussion.spans_in(statement) if discussion else {}),
        pieces=passage(statement, text, *surroundings(statement, text)),
        suggestions=(suggestions or {}).get(statement.speaker, []) if waiting else [],
        manner=manner(statement),
        sureness=sureness(statement),
        verdict=form[f"verdict-{statement.pk}"] if form else None,
        note=form[f"note-{statement.pk}"] if form else None,
    )


def manner(statement: Statement) -> str:
    """How it is rendered, what it does, and how well that is worth checking, in words."""
    form = statement.get_form_display()
    rendered = f"{form} speech" if statement.speech else f"A thought or expectation, {form.lower()}"
    doing = standing.doing(statement)
    done = f": the source {doing[0].lower()}{doing[1:]}" if doing else ""
    worth = standing.worth(statement.check_worthiness).lower()
    worthy = f" The extractor finds it {worth} ({statement.check_worthiness:.0%})." if worth else ""
    return f"{rendered}{done}.{worthy}"


def sureness(statement: Statement) -> str:
    """How far the extractor can be trusted here, in words."""
    if statement.extraction_id is None:
        return "Added by hand."
    corrected = " Somebody has corrected its words since." if statement.edited_by_id else ""
    confidence = statement.confidence
    if confidence is None:
        return f"Found by the extractor.{corrected}"
    if confidence >= 0.85:
        words = "is sure of this"
    elif confidence >= 0.6:
        words = "is fairly sure of this"
    else:
        words = "is unsure: check the words before the claim"
    return f"The extractor {words} ({confidence:.0%}).{corrected}"


def _paragraphs(statement: Statement, text: str, comments: Mapping[int, tuple[int, int]]) -> list[Paragraph]:
    return [
        Paragraph(passage(statement, text, start, end, comments), around)
        for start, end, around in _parts(statement, text)
    ]


def _parts(statement: Statement, text: str) -> list[tuple[int, int, bool]]:
    """The paragraphs in which the statement stands, with the one before and the one after: where each begins and ends,
    and whether it is one of the latter."""
    spans = [span for role in ("source", "cue", "content") for span in statement.spans_of(role)]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    found = paragraphs(text)
    within = [n for n, (start, end) in enumerate(found) if start < last and first < end]
    if not within:
        return []
    shown = []
    for number in range(max(within[0] - 1, 0), min(within[-1] + 2, len(found))):
        start, end = found[number]
        if number < within[0]:
            start = max(start, end - NEIGHBOUR)
        elif number > within[-1]:
            end = min(end, start + NEIGHBOUR)
        elif end - start > LONG_PARAGRAPH:
            low, high = surroundings(statement, text)
            start, end = max(start, low), min(end, high)
        shown.append((start, end, number not in within))
    return shown


def _background(claim: Claim) -> dict[str, Any]:
    """What the same source said before, and what was checked before."""
    sources = Source.objects.filter(statement_sources__statement__claim=claim).distinct()
    earlier = (
        Statement.objects.of_source(*sources)
        .exclude(claim=claim)
        .filter(reported_at__lte=claim.reported_at)
        .select_related("claim__decided_review__rating", "article_version__article__outlet")
        .with_sources()
        .newest_first()[:MOST_EARLIER]
    )
    return {"earlier": [appearance(statement, None) for statement in earlier], "similar": similar_decided(claim)}
