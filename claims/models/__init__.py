"""A file per noun."""

from claims.models.user import User

__all__ = ["User"]
