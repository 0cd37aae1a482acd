"""Writes over several models: each is one transaction, keyword-only, and says by whom.

What a person can put right comes as Django's `ValidationError`, keyed by field where it has one, so that a view
answers with `form.add_error(None, error)`.
"""

from collections.abc import Callable
from functools import wraps

import pghistory
from django.db import connection, transaction


class OutdatedError(Exception):
    """Somebody else changed the row since it was read; the message says so to people."""


# The names of all actions, which the history bears; for whoever looks for what was done.
names: set[str] = set()


def action[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Run a write in one transaction; its history rows carry its name and who asked for it (`by`)."""
    names.add(function.__name__)

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        by = kwargs.get("by")
        who = {} if by is None else {"user": by.pk}  # type: ignore[attr-defined]  # a User
        with transaction.atomic(), pghistory.context(action=function.__name__, **who):
            return function(*args, **kwargs)

    return run


def take_turns(what: str) -> None:
    """Wait until no other transaction does the same, where no constraint could tell two racing writes apart, or where
    they would wait for each other's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"claims.{what}"])
