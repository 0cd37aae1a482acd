"""Who may do what: `check_x` raises with a reason that a person can read, `can_x` answers yes or no.

Buttons ask `can_x`, what they lead to asks `check_x`: the same rule. One truth table tests both.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format

from claims import desk, workflow
from claims.models import (
    Article,
    ArticleVersion,
    BulkChange,
    Claim,
    Comment,
    DeskSettings,
    Notification,
    Review,
    ReviewsNeeded,
    ReviewState,
    SavedView,
    Statement,
)
from claims.models.claim import ClaimQuerySet
from claims.models.comment import CommentQuerySet
from claims.models.notification import NotificationQuerySet
from claims.models.review import ReviewQuerySet
from claims.roles import Role, roles_of
from claims.texts import is_redacted
from claims.workflow import Move, NotAllowedError, Who


def _can[**P](check: Callable[Concatenate[object, P], None]) -> Callable[Concatenate[object, P], bool]:
    """The yes-or-no twin of a check."""

    @wraps(check)
    def can(user: object, /, *args: P.args, **kwargs: P.kwargs) -> bool:
        try:
            check(user, *args, **kwargs)
        except PermissionDenied:
            return False
        return True

    can.__doc__ = f"Whether `{check.__name__}` passes."
    return can


def _demand(user: object, roles: set[Role], to_do: str) -> None:
    """Refuse unless the user has one of the roles."""
    if not roles & roles_of(user):
        names = " or ".join(f"{role.label.lower()}s" for role in Role if role in roles)
        raise PermissionDenied(f"Only {names} can {to_do}.")


# --- Reading and articles ---------------------------------------------------------------------------------


def check_read(user: object) -> None:
    """See the desk's pages: articles, claims, sources, reviews that were submitted."""
    if not roles_of(user):
        raise PermissionDenied("Your account has no role at this desk yet. Ask an administrator for one.")


def check_add_article(user: object) -> None:
    """Paste, upload or fetch an article."""
    _demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "add articles")


def check_edit_article(user: object, article: Article) -> None:  # noqa: ARG001 (every check names its object)
    """Correct title, outlet, address, date; run a failed extraction again."""
    _demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "correct articles")


def check_edit_statement(user: object, statement: Statement) -> None:
    """Correct a statement's spans; once somebody has submitted a review about them, editors only."""
    _demand(user, {Role.REVIEWER}, "correct statements")
    _refuse_redacted(statement.article_version)
    if _is_reviewed(statement.claim):
        _demand(user, {Role.EDITOR}, "correct the statements of a claim of which a review was submitted")


def check_add_statement(user: object, version: ArticleVersion) -> None:
    """Add a statement that the extraction missed."""
    _demand(user, {Role.REVIEWER}, "add statements")
    _refuse_redacted(version)


def _refuse_redacted(version: ArticleVersion) -> None:
    if is_redacted(version.text):
        raise PermissionDenied("This text was redacted. Nothing can be marked in it.")


def check_set_sources(user: object, statement: Statement) -> None:  # noqa: ARG001
    """Say whose statement it is."""
    _demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "change a statement's sources")


# --- Claims -----------------------------------------------------------------------------------------------


def check_edit_claim(user: object, claim: Claim) -> None:
    """Change a claim's text or priority. What a submitted review is about stays, unless an editor changes it."""
    _demand(user, {Role.REVIEWER}, "edit claims")
    if _is_reviewed(claim):
        _demand(user, {Role.EDITOR}, "edit a claim of which a review was submitted")


def check_join_claims(user: object, claim: Claim, other: Claim) -> None:
    """Say that `claim` is the same as `other`, under which its appearances then stand."""
    if claim.pk == other.pk:
        raise PermissionDenied("A claim cannot be joined with itself.")
    if other.duplicate_of_id is not None:
        raise PermissionDenied("The other claim was itself joined with another.")
    check_move(user, claim, Move.DISMISS)


def check_move(user: object, claim: Claim, move: Move) -> None:
    """Make a move of the workflow: the table knows from where, and who may."""
    _demand(user, {Role.REVIEWER}, "review claims")
    try:
        transition = workflow.find_transition(move, claim.state)
    except NotAllowedError as error:
        raise PermissionDenied(str(error)) from error
    _check_who(user, claim, transition)


def _check_who(user: object, claim: Claim, transition: workflow.Transition) -> None:
    move, who = transition.move, transition.who
    if who == Who.AUTHOR_OR_EDITOR and not _is_author(user, claim.decided_review):
        _demand(user, {Role.EDITOR}, f"{move} a claim that somebody else decided")
    elif who == Who.FIRST_OR_EDITOR and not has_submitted(user, claim):
        _demand(user, {Role.EDITOR}, f"{move} a claim of which somebody else wrote the first review")
    elif who == Who.OTHER_REVIEWER:
        _check_other_reviewer(user, claim)
    elif who in (Who.EDITOR, Who.OTHER_EDITOR):
        _demand(user, {Role.EDITOR}, f"{move} a claim about which two reviewers differ")
        if who == Who.OTHER_EDITOR and has_submitted(user, claim):
            raise PermissionDenied("You wrote one of the two reviews. Another editor settles this claim.")


def _check_other_reviewer(user: object, claim: Claim) -> None:
    if has_submitted(user, claim):
        raise PermissionDenied("You wrote the first review of this claim. Somebody else has to write the second.")


def is_overtaken(user: object, claim: Claim) -> bool:
    """Whether a person who could review the claim a moment ago cannot: it was closed, or their own review went in."""
    return not claim.is_open or has_submitted(user, claim)


def has_submitted(user: object, claim: Claim) -> bool:
    """Whether a submitted review of the claim is this person's. No query where its reviews were fetched along."""
    return getattr(user, "pk", None) in [review.reviewer_id for review in _submitted(claim)]


def _is_reviewed(claim: Claim) -> bool:
    """Whether a submitted review is about it. Dismissing leaves the review, which counts again once that is taken back."""
    dismissed = claim.state == workflow.State.DISMISSED
    return bool(_submitted(claim)) if dismissed else claim.state in workflow.REVIEWED_STATES


def _submitted(claim: Claim) -> list[Review]:
    # The queue's rows bring those that await a second.
    if "under_way" in claim.__dict__ and claim.state == workflow.State.AWAITING_SECOND:
        return claim.first_reviews
    return [review for review in claim.reviews.all() if review.state == ReviewState.SUBMITTED]


def check_dismiss(user: object, claim: Claim) -> None:
    """Dismiss a claim, with a reason."""
    check_move(user, claim, Move.DISMISS)


def check_restore(user: object, claim: Claim) -> None:
    """Take a dismissal back."""
    check_move(user, claim, Move.RESTORE)


def check_reopen(user: object, claim: Claim) -> None:
    """Reopen a decided claim, or take the first of two reviews back, with a reason."""
    check_move(user, claim, Move.REOPEN)


def check_settle(user: object, claim: Claim) -> None:
    """Have the last word where two reviewers differ, with a reason."""
    check_move(user, claim, Move.SETTLE)


def check_set_reviews_needed(user: object, claim: Claim, needed: int) -> None:
    """Ask for a second review of an open claim, or say that one is enough."""
    _demand(user, {Role.REVIEWER}, "say how many reviews a claim needs")
    if not claim.is_open:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}: its reviews are in.")
    if needed < desk.reviews_needed(user, claim):
        _demand(user, {Role.EDITOR}, "say that one review of a claim is enough")
        if _submitted(claim):
            raise PermissionDenied("The first review was submitted already. The second one has to come.")


def check_tag(user: object, claim: Claim) -> None:  # noqa: ARG001
    """Give a claim a tag, or take one from it, wherever it stands: nothing that a review is about changes."""
    _demand(user, {Role.REVIEWER}, "tag claims")


def check_manage_tags(user: object) -> None:
    """Rename tags, join two, delete them."""
    _demand(user, {Role.LIBRARIAN}, "manage tags")


def check_set_due(user: object, claim: Claim) -> None:
    """Say until when a claim is to be decided, or that there is no such day."""
    _demand(user, {Role.REVIEWER}, "set due dates")
    if claim.state not in workflow.UNDECIDED_STATES:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}: nothing about it is due any more.")


# --- Views of the queue -----------------------------------------------------------------------------------


def check_save_view(user: object) -> None:
    """Keep the queue's filters and order under a name, for oneself."""
    check_read(user)


def check_share_view(user: object) -> None:
    """Let the whole desk see one's view."""
    _demand(user, {Role.REVIEWER}, "share views with the desk")


def check_change_view(user: object, view: SavedView) -> None:
    """Rename or remove a view: one's own, and as an editor whatever is shared."""
    check_read(user)
    if view.owner_id == getattr(user, "pk", None):
        return
    if not view.shared:
        raise PermissionDenied("This view is somebody else's.")
    _demand(user, {Role.EDITOR}, "change views that somebody else shares")


def claims_waiting_for(user: object) -> ClaimQuerySet:
    """The claims with which others wait for this person, who can act on every one of them now:

    what somebody gave them to review; second reviews that they may write, unless somebody else has taken the claim;
    and, of editors, the disputed claims that they may settle. What they have taken themselves is no news to them, and
    what their own submitted review is about is not theirs to do. One test holds it together with `check_review` and
    `check_settle`.

    It says of a first review only what its reader knows anyway: whether it is their own.
    """
    claims: ClaimQuerySet = Claim.objects.all()
    roles = roles_of(user)
    if Role.REVIEWER not in roles:
        return claims.none()
    pk, now = getattr(user, "pk", None), timezone.now()
    held_by_others = Q(held_until__gt=now) & ~Q(held_by=pk)
    waiting = Q(held_by=pk, held_until__gt=now, assigned_by__isnull=False, state__in=workflow.OPEN_STATES)
    waiting |= Q(state=workflow.State.AWAITING_SECOND) & ~held_by_others
    if Role.EDITOR in roles:
        waiting |= Q(state=workflow.State.DISPUTED)
    return claims.filter(waiting).not_reviewed_by(user)


# --- Who works on what ------------------------------------------------------------------------------------


def check_take_next(user: object) -> None:
    """Be given the next free claim of a queue."""
    _demand(user, {Role.REVIEWER}, "take claims")


def check_take(user: object, claim: Claim) -> None:
    """Take a claim that nobody else has taken."""
    check_review(user, claim)
    if claim.is_held and not claim.is_held_by(user):
        raise PermissionDenied(f"{whose_hold(claim)} An editor can give it to somebody else.")


def check_release(user: object, claim: Claim) -> None:
    """Give a claim back to the queue."""
    _demand(user, {Role.REVIEWER}, "take claims")
    if not claim.is_held:
        raise PermissionDenied("Nobody has taken this claim.")
    if not claim.is_held_by(user):
        _demand(user, {Role.EDITOR}, "give back what somebody else has taken")


def check_assign(user: object, claim: Claim) -> None:
    """Give a claim to somebody. Reviewers hand over what they have taken."""
    check_review(user, claim)
    if not claim.is_held_by(user):
        _demand(user, {Role.EDITOR}, "assign a claim that they have not taken themselves")


def check_change_many(user: object) -> None:
    """Change many claims at once; whether one may change each of them is asked beside it."""
    _demand(user, {Role.REVIEWER}, "change claims")


def check_undo_many(user: object, change: BulkChange) -> None:
    """Take back what was done to many claims, a few minutes after it."""
    _demand(user, {Role.REVIEWER}, "change claims")
    if change.by_id != getattr(user, "pk", None):
        _demand(user, {Role.EDITOR}, "undo what somebody else did")
    if change.undone_at is not None:
        raise PermissionDenied("This was undone already.")
    if change.undo_until <= timezone.now():
        raise PermissionDenied("The time for undoing this is over. The history of each claim says what it was before.")


def whose_hold(claim: Claim) -> str:
    """ "Ana Ruiz has taken this claim since 14:02." """
    since = timezone.localtime(claim.held_since)
    day = "" if since.date() == timezone.localdate() else f"{date_format(since, 'j M')}, "
    return f"{claim.held_by} has taken this claim since {day}{date_format(since, 'H:i')}."


# --- Reviews ----------------------------------------------------------------------------------------------


def check_review(user: object, claim: Claim) -> None:
    """Begin a review of a claim, or go on with one's own."""
    _demand(user, {Role.REVIEWER}, "review claims")
    if not claim.is_open:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}. Reopen or restore it first.")
    if claim.state == workflow.State.AWAITING_SECOND:
        _check_other_reviewer(user, claim)


def is_blind(user: object, claim: Claim) -> bool:
    """Whether what its reviews say is told to nobody but their authors: two are needed, and the second is not in."""
    told = claim.state in workflow.TOLD_STATES or claim.decided_review_id is not None
    return not told and desk.reviews_needed(user, claim) > ReviewsNeeded.ONE


def check_read_review(user: object, review: Review) -> None:
    """Read a review: its rating and all that stands in it.

    Drafts are their author's and the editors'. Where two reviews are needed, even an editor may be the one who writes
    the second. Pages and exports of many reviews go by `readable_reviews`.
    """
    check_read(user)
    if _is_author(user, review):
        return
    if is_blind(user, review.claim):
        raise PermissionDenied("This claim gets two reviews. Nobody reads the first one before the second is in.")
    if review.state == ReviewState.DRAFT:
        _demand(user, {Role.EDITOR}, "read somebody else's draft")


def readable_reviews(user: object) -> ReviewQuerySet:
    """The reviews that `check_read_review` lets a user read. One test holds the two together."""
    reviews: ReviewQuerySet = Review.objects.all()
    roles = roles_of(user)
    if not roles:
        return reviews.none()
    others = _not_blind()
    if Role.EDITOR not in roles:
        others &= ~Q(state=ReviewState.DRAFT)
    return reviews.filter(others | Q(reviewer=getattr(user, "pk", None)))


def _not_blind() -> Q:
    """The rows of whose claim `is_blind` is not true; the desk's settings are asked for in the same query."""
    desk_wants_two = Exists(DeskSettings.objects.filter(reviews_needed__gt=ReviewsNeeded.ONE))
    two = Q(claim__reviews_needed=ReviewsNeeded.TWO) | (Q(claim__reviews_needed=None) & Q(desk_wants_two))
    return Q(claim__state__in=workflow.TOLD_STATES) | Q(claim__decided_review__isnull=False) | ~two


def check_edit_review(user: object, review: Review) -> None:
    """Change a draft, its citations and its verdicts, or submit it."""
    _demand(user, {Role.REVIEWER}, "review claims")
    if not _is_author(user, review):
        raise PermissionDenied("Only its author can change a review.")
    if review.state != ReviewState.DRAFT:
        raise PermissionDenied(f"This review was {review.get_state_display().lower()} and cannot be changed.")
    check_review(user, review.claim)


def check_withdraw_review(user: object, review: Review) -> None:
    """Give a draft up. A submitted review is taken back by reopening its claim."""
    _demand(user, {Role.REVIEWER}, "review claims")
    if review.state != ReviewState.DRAFT:
        raise PermissionDenied("Only a draft can be withdrawn. Reopen the claim instead.")
    if not _is_author(user, review):
        _demand(user, {Role.EDITOR}, "withdraw somebody else's draft")


def check_read_overruled(user: object) -> None:
    """See where editors decided otherwise than oneself."""
    _demand(user, {Role.REVIEWER}, "have been overruled")


def _is_author(user: object, review: Review | None) -> bool:
    return review is not None and review.reviewer_id == getattr(user, "pk", None)


# --- Comments and what people are told ---------------------------------------------------------------------


def check_comment(user: object, claim: Claim) -> None:  # noqa: ARG001
    """Write a comment on a claim, whatever its state."""
    _demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "comment on claims")


def could_know_reviews(user: object, claim: Claim) -> bool:
    """Whether what a person writes about a claim may tell what a review of it says.

    That is so of whoever has a review of it, be it a draft or withdrawn, can read somebody else's, or can read a
    comment of such a person; and of everybody once all reviews could be read, even if the claim was reopened since.
    """
    events: Any = apps.get_model("claims", "ClaimEvent")
    reviews = readable_reviews(user).filter(claim=OuterRef("pk"))
    comments = readable_comments(user).filter(claim=OuterRef("pk"), informed=True)
    once_told = events.objects.filter(pgh_obj=OuterRef("pk"), state__in=workflow.TOLD_STATES)
    return Claim.objects.filter(Exists(reviews) | Exists(comments) | Exists(once_told), pk=claim.pk).exists()


def check_read_comment(user: object, comment: Comment) -> None:
    """Read a comment. Pages of many go by `readable_comments`.

    While the reviews of a claim are blind, what was written by somebody who could know one (`informed`) is kept from
    everybody else: it may tell what that review says, and everybody else may come to write the second.
    """
    check_read(user)
    if comment.author_id == getattr(user, "pk", None) or not comment.informed:
        return
    if is_blind(user, comment.claim):
        raise PermissionDenied("Its author could know a review of this claim. It is told once both reviews are in.")


def readable_comments(user: object) -> CommentQuerySet:
    """The comments that `check_read_comment` lets a user read. One test holds the two together."""
    comments: CommentQuerySet = Comment.objects.all()
    if not roles_of(user):
        return comments.none()
    return comments.filter(Q(informed=False) | Q(author=getattr(user, "pk", None)) | _not_blind())


def check_edit_comment(user: object, comment: Comment) -> None:
    """Change what one has written oneself."""
    check_comment(user, comment.claim)
    if comment.author_id != getattr(user, "pk", None):
        raise PermissionDenied("Only its author can change a comment.")
    if comment.deleted_at is not None:
        raise PermissionDenied("This comment was deleted.")


def check_delete_comment(user: object, comment: Comment) -> None:
    """Take away what one has written oneself; editors, what anybody has that they may read."""
    check_comment(user, comment.claim)
    check_read_comment(user, comment)
    if comment.author_id != getattr(user, "pk", None):
        _demand(user, {Role.EDITOR}, "delete somebody else's comment")
    if comment.deleted_at is not None:
        raise PermissionDenied("This comment was deleted already.")


def readable_notifications(user: object) -> NotificationQuerySet:
    """What a person is told now: those about a comment only while it stands and may be read."""
    told: NotificationQuerySet = Notification.objects.filter(user=getattr(user, "pk", None))
    if not roles_of(user):
        return told.none()
    return told.filter(Q(comment=None) | Q(comment__in=readable_comments(user).not_deleted()))


# --- Sources, figures, settings ---------------------------------------------------------------------------


def check_manage_sources(user: object) -> None:
    """Add and change outlets, sources and aliases, merge sources, resolve names."""
    _demand(user, {Role.LIBRARIAN}, "manage sources")


def check_read_precision(user: object) -> None:
    """See how precise the extractor is: it also tells what reviewers do."""
    _demand(user, {Role.EDITOR}, "see the extractor's precision")


def check_read_dashboard(user: object) -> None:
    """See the desk's figures: what is done, what waits, how far reviewers agree."""
    _demand(user, {Role.EDITOR}, "see the desk's figures")


def check_read_history(user: object) -> None:
    """See what everybody did, and any record as it stood. Drafts in it follow `check_read_review`."""
    _demand(user, {Role.EDITOR}, "see everybody's activity")


def check_redact(user: object) -> None:
    """Take a text or a document away by order of law."""
    _demand(user, {Role.ADMINISTRATOR}, "redact articles")


def check_manage_ratings(user: object) -> None:
    """Change the desk's rating scale and settings."""
    _demand(user, {Role.ADMINISTRATOR}, "change the rating scale")


def check_manage_users(user: object) -> None:
    """Add people and give them roles."""
    _demand(user, {Role.ADMINISTRATOR}, "manage accounts")


can_read = _can(check_read)
can_add_article = _can(check_add_article)
can_edit_article = _can(check_edit_article)
can_edit_statement = _can(check_edit_statement)
can_add_statement = _can(check_add_statement)
can_set_sources = _can(check_set_sources)
can_edit_claim = _can(check_edit_claim)
can_join_claims = _can(check_join_claims)
can_move = _can(check_move)
can_dismiss = _can(check_dismiss)
can_restore = _can(check_restore)
can_reopen = _can(check_reopen)
can_settle = _can(check_settle)
can_set_reviews_needed = _can(check_set_reviews_needed)
can_tag = _can(check_tag)
can_manage_tags = _can(check_manage_tags)
can_set_due = _can(check_set_due)
can_save_view = _can(check_save_view)
can_share_view = _can(check_share_view)
can_change_view = _can(check_change_view)
can_take_next = _can(check_take_next)
can_take = _can(check_take)
can_release = _can(check_release)
can_assign = _can(check_assign)
can_change_many = _can(check_change_many)
can_undo_many = _can(check_undo_many)
can_review = _can(check_review)
can_read_review = _can(check_read_review)
can_edit_review = _can(check_edit_review)
can_withdraw_review = _can(check_withdraw_review)
can_read_overruled = _can(check_read_overruled)
can_comment = _can(check_comment)
can_read_comment = _can(check_read_comment)
can_edit_comment = _can(check_edit_comment)
can_delete_comment = _can(check_delete_comment)
can_manage_sources = _can(check_manage_sources)
can_read_precision = _can(check_read_precision)
can_read_dashboard = _can(check_read_dashboard)
can_read_history = _can(check_read_history)
can_redact = _can(check_redact)
can_manage_ratings = _can(check_manage_ratings)
can_manage_users = _can(check_manage_users)
