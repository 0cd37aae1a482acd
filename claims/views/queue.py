"""The queue: which claim next, and which not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from claims import permissions
from claims.actions.conflicts import ConflictError
from claims.actions.reviewing import dismiss_claim, restore_claim
from claims.filters.queue import ALL_STATES, QueueFilter
from claims.filters.views import built_in_for
from claims.models import Article, BulkChange, Claim, Review, Source, Statement
from claims.passages import SENTENCE_BORDER, Piece, passage, shortened, surroundings
from claims.texts import is_redacted
from claims.views import SignedIn
from claims.views.responses import render_list, way_back
from claims.workflow import DismissalReason, State

# In a row, so many characters of the article before and after a statement are enough, and so many of each part.
AROUND = 140
LONGEST_PIECE = 360
SURENESS = ((0.8, "High confidence"), (0.5, "Medium confidence"), (0, "Low confidence"))


@dataclass(frozen=True, slots=True)
class Row:
    """A claim as the list shows it."""

    claim: Claim
    pieces: Sequence[Piece]
    sources: Sequence[Source]
    unresolved: str
    sureness: str

    @property
    def statement(self) -> Statement | None:
        return self.claim.first_statement

    @property
    def drafts(self) -> list[Review]:
        return self.claim.drafts

    @property
    def first_reviewers(self) -> list[int]:
        """Who wrote the first review of a claim that awaits its second."""
        return [review.reviewer_id for review in self.claim.first_reviews]


@login_required
@require_safe
def queue(request: SignedIn) -> HttpResponse:
    """The claims that pass the filters; htmx gets the list alone."""
    permissions.check_read(request.user)
    built_in = built_in_for(request.user)
    counting = {view.key: view.claims(request.user) for view in built_in}
    filters = QueueFilter(request.GET, user=request.user, counting=counting)
    page = _page(filters, request.GET.get("page"))
    return render_list(
        request,
        "queue.html",
        filter=filters,
        page=page,
        query=filters.query(),
        rows=[_row(claim) for claim in page],
        tabs=_tabs(filters),
        built_in=[(view, filters.choices.built_in[view.key]) for view in built_in],
        saved=filters.choices.views,
        as_view=filters.query(size=None),
        anything=page.paginator.count or any(filters.counts.values()) or Article.objects.exists(),
        elsewhere=sum(filters.counts.values()),
        in_own_order=filters.value("sort") is None,
        everywhere=filters.query(state="all"),
        taken_count=filters.choices.taken.get(request.user.pk, 0),
        undoable=BulkChange.objects.undoable_by(request.user).first(),
        taken=filters.query(held="me"),
        reasons=DismissalReason.choices,
    )


@login_required
@require_POST
def dismiss(request: SignedIn, pk: int) -> HttpResponse:
    """Take a claim out of the queue, with a reason; the message offers to take that back."""
    claim = get_object_or_404(Claim.objects.select_related("decided_review"), pk=pk)
    try:
        reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
        claim = dismiss_claim(claim=claim, reason=reason, note=note, by=request.user)
    except (ValidationError, ConflictError) as error:
        messages.error(request, _in_words(error))
    else:
        undo = reverse("claim_restore", args=[claim.pk])
        said = f"Dismissed: {claim.get_dismissal_reason_display().lower()}."
        messages.success(request, said, extra_tags=undo)
    return HttpResponseRedirect(way_back(request, reverse("queue")))


@login_required
@require_POST
def restore(request: SignedIn, pk: int) -> HttpResponse:
    """Take a dismissal back."""
    claim = get_object_or_404(Claim.objects.select_related("decided_review"), pk=pk)
    try:
        claim = restore_claim(claim=claim, by=request.user)
    except (ValidationError, ConflictError) as error:
        messages.error(request, _in_words(error))
    else:
        messages.success(request, f"The claim is back: {claim.get_state_display().lower()}.")
    return HttpResponseRedirect(way_back(request, reverse("queue")))


def _in_words(error: ValidationError | ConflictError) -> str:
    return error.message if isinstance(error, ConflictError) else " ".join(error.messages)


def _page(filters: QueueFilter, number: str | None) -> Page[Claim]:
    """A page of claims; a number that makes no sense is the first or the last."""
    paginator: Paginator[Claim] = Paginator(filters.claims, filters.page_size)
    paginator.count = filters.total  # known already: the tabs show it
    page = paginator.get_page(number)
    # An index alone says which rows these are, however far down; only they are read.
    start = (page.number - 1) * paginator.per_page
    shown = Claim.objects.filter(pk__in=filters.claims.values("pk")[start : start + paginator.per_page])
    page.object_list = filters.order.apply(shown).with_appearance_counts().for_queue()
    return page


def _tabs(filters: QueueFilter) -> list[dict[str, object]]:
    """The states with their counts, as links that keep all other filters."""
    counts = filters.counts
    chosen = filters.states
    tabs: list[tuple[str, str | None, tuple[State, ...]]] = [
        ("To do", None, filters.to_do),
        *((state.label, state.value, (state,)) for state in State),
        ("All", ALL_STATES, tuple(State)),
    ]
    return [
        {
            "label": label,
            "count": sum(counts[state] for state in states),
            "query": filters.query(state=key),
            "current": states == chosen,
        }
        for label, key, states in tabs
    ]


def _row(claim: Claim) -> Row:
    statement = claim.first_statement
    if statement is None:
        return Row(claim, [Piece(claim.text)], [], "", "")
    text = statement.article_version.text
    start, end = surroundings(statement, text, AROUND)
    pieces = shortened(passage(statement, text, start, end), LONGEST_PIECE)
    if is_redacted(text):
        start, pieces = 0, [Piece(claim.text)]  # says when, and why
    if start and text[start - 1] != "\n" and not SENTENCE_BORDER.search(text, max(start - 8, 0), start):
        pieces = [Piece("… "), *pieces]
    sources = [link.source for link in statement.filed_under]
    nobody_decided = not sources and statement.sources_set_by_id is None
    unresolved = statement.speaker if nobody_decided else ""
    return Row(claim, pieces, sources, unresolved, _sureness(statement))


def _sureness(statement: Statement) -> str:
    """How sure the extraction was, in words."""
    if statement.confidence is None:
        return "Added by hand"
    return next(word for limit, word in SURENESS if statement.confidence >= limit)
