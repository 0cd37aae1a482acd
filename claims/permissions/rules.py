"""What every rule is made with."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.exceptions import PermissionDenied

from claims.roles import Role, roles_of


def twin[**P](check: Callable[Concatenate[object, P], None]) -> Callable[Concatenate[object, P], bool]:
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


def demand(user: object, roles: set[Role], to_do: str) -> None:
    """Refuse unless the user has one of the roles."""
    if not roles & roles_of(user):
        names = " or ".join(f"{role.label.lower()}s" for role in Role if role in roles)
        raise PermissionDenied(f"Only {names} can {to_do}.")
