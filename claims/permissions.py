"""Who may do what: `check_x` raises with a reason that a person can read, `can_x` answers yes or no.

Buttons ask `can_x`, what they lead to asks `check_x`: the same rule. One truth table tests both.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.exceptions import PermissionDenied

from claims import workflow
from claims.models import Article, Claim, Review, ReviewState, Statement
from claims.roles import Role, roles_of
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
    """Correct a statement's spans; after the decision, editors only."""
    _demand(user, {Role.REVIEWER}, "correct statements")
    if statement.claim.state == workflow.State.DECIDED:
        _demand(user, {Role.EDITOR}, "correct the statements of a claim that was decided")


def check_add_statement(user: object, article: Article) -> None:  # noqa: ARG001
    """Add a statement that the extraction missed."""
    _demand(user, {Role.REVIEWER}, "add statements")


def check_set_sources(user: object, statement: Statement) -> None:  # noqa: ARG001
    """Say whose statement it is."""
    _demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "change a statement's sources")


# --- Claims -----------------------------------------------------------------------------------------------


def check_edit_claim(user: object, claim: Claim) -> None:
    """Change a claim's text or priority. What was decided on stays, unless an editor changes it."""
    _demand(user, {Role.REVIEWER}, "edit claims")
    if claim.state == workflow.State.DECIDED:
        _demand(user, {Role.EDITOR}, "edit a claim that was decided")


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
    if transition.who == Who.AUTHOR_OR_EDITOR and not _is_author(user, claim.decided_review):
        _demand(user, {Role.EDITOR}, f"{move} a claim that somebody else decided")


def check_dismiss(user: object, claim: Claim) -> None:
    """Dismiss a claim, with a reason."""
    check_move(user, claim, Move.DISMISS)


def check_restore(user: object, claim: Claim) -> None:
    """Take a dismissal back."""
    check_move(user, claim, Move.RESTORE)


def check_reopen(user: object, claim: Claim) -> None:
    """Reopen a decided claim, with a reason."""
    check_move(user, claim, Move.REOPEN)


# --- Reviews ----------------------------------------------------------------------------------------------


def check_review(user: object, claim: Claim) -> None:
    """Begin a review of a claim, or go on with one's own."""
    _demand(user, {Role.REVIEWER}, "review claims")
    if not claim.is_open:
        raise PermissionDenied(f"This claim is {claim.get_state_display().lower()}. Reopen or restore it first.")


def check_read_review(user: object, review: Review) -> None:
    """Read a review: drafts are their author's and the editors'."""
    check_read(user)
    if review.state == ReviewState.DRAFT and not _is_author(user, review):
        _demand(user, {Role.EDITOR}, "read somebody else's draft")


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


def _is_author(user: object, review: Review | None) -> bool:
    return review is not None and review.reviewer_id == getattr(user, "pk", None)


# --- Sources, figures, settings ---------------------------------------------------------------------------


def check_manage_sources(user: object) -> None:
    """Add and change outlets, sources and aliases, merge sources, resolve names."""
    _demand(user, {Role.LIBRARIAN}, "manage sources")


def check_read_precision(user: object) -> None:
    """See how precise the extractor is: it also tells what reviewers do."""
    _demand(user, {Role.EDITOR}, "see the extractor's precision")


def check_read_history(user: object) -> None:
    """See what everybody did, and any record as it stood. Drafts in it follow `check_read_review`."""
    _demand(user, {Role.EDITOR}, "see everybody's activity")


def check_redact(user: object) -> None:
    """Take a text or a document away by order of law."""
    _demand(user, {Role.ADMINISTRATOR}, "redact articles")


def check_manage_ratings(user: object) -> None:
    """Change the desk's rating scale."""
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
can_review = _can(check_review)
can_read_review = _can(check_read_review)
can_edit_review = _can(check_edit_review)
can_withdraw_review = _can(check_withdraw_review)
can_manage_sources = _can(check_manage_sources)
can_read_precision = _can(check_read_precision)
can_read_history = _can(check_read_history)
can_redact = _can(check_redact)
can_manage_ratings = _can(check_manage_ratings)
can_manage_users = _can(check_manage_users)
