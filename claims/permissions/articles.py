"""Reading the desk's pages; articles and the statements in them."""

from django.core.exceptions import PermissionDenied

from claims.models import Article, ArticleVersion, Statement
from claims.permissions.facts import is_reviewed
from claims.permissions.rules import demand, twin
from claims.roles import Role, roles_of
from claims.texts import is_redacted


def check_read(user: object) -> None:
    """See the desk's pages: articles, claims, sources, reviews that were submitted."""
    if not roles_of(user):
        raise PermissionDenied("Your account has no role at this desk yet. Ask an administrator for one.")


def check_add_article(user: object) -> None:
    """Paste, upload or fetch an article."""
    demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "add articles")


def check_edit_article(user: object, article: Article) -> None:  # noqa: ARG001 (every check names its object)
    """Correct title, outlet, address, date; run a failed extraction again."""
    demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "correct articles")


def check_edit_statement(user: object, statement: Statement) -> None:
    """Correct a statement's spans; once somebody has submitted a review about them, editors only."""
    demand(user, {Role.REVIEWER}, "correct statements")
    _refuse_redacted(statement.article_version)
    if is_reviewed(statement.claim):
        demand(user, {Role.EDITOR}, "correct the statements of a claim of which a review was submitted")


def check_add_statement(user: object, version: ArticleVersion) -> None:
    """Add a statement that the extraction missed."""
    demand(user, {Role.REVIEWER}, "add statements")
    _refuse_redacted(version)


def _refuse_redacted(version: ArticleVersion) -> None:
    if is_redacted(version.text):
        raise PermissionDenied("This text was redacted. Nothing can be marked in it.")


def check_set_sources(user: object, statement: Statement) -> None:  # noqa: ARG001
    """Say whose statement it is."""
    demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "change a statement's sources")


can_read = twin(check_read)
can_add_article = twin(check_add_article)
can_edit_article = twin(check_edit_article)
can_edit_statement = twin(check_edit_statement)
can_add_statement = twin(check_add_statement)
can_set_sources = twin(check_set_sources)
