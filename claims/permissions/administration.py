"""Sources, figures, settings, accounts."""

from claims.permissions.rules import demand, twin
from claims.roles import Role


def check_manage_sources(user: object) -> None:
    """Add and change outlets, sources and aliases, merge sources, resolve names."""
    demand(user, {Role.LIBRARIAN}, "manage sources")


def check_read_precision(user: object) -> None:
    """See how precise the extractor is: it also tells what reviewers do."""
    demand(user, {Role.EDITOR}, "see the extractor's precision")


def check_read_dashboard(user: object) -> None:
    """See the desk's figures: what is done, what waits, how far reviewers agree."""
    demand(user, {Role.EDITOR}, "see the desk's figures")


def check_read_history(user: object) -> None:
    """See what everybody did, and any record as it stood. Drafts in it follow `check_read_review`."""
    demand(user, {Role.EDITOR}, "see everybody's activity")


def check_redact(user: object) -> None:
    """Take a text or a document away by order of law."""
    demand(user, {Role.ADMINISTRATOR}, "redact articles")


def check_manage_ratings(user: object) -> None:
    """Change the desk's rating scale and settings."""
    demand(user, {Role.ADMINISTRATOR}, "change the rating scale")


def check_manage_users(user: object) -> None:
    """Add people and give them roles."""
    demand(user, {Role.ADMINISTRATOR}, "manage accounts")


can_manage_sources = twin(check_manage_sources)
can_read_precision = twin(check_read_precision)
can_read_dashboard = twin(check_read_dashboard)
can_read_history = twin(check_read_history)
can_redact = twin(check_redact)
can_manage_ratings = twin(check_manage_ratings)
can_manage_users = twin(check_manage_users)
