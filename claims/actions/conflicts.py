"""What the later of two people, or of one person's two windows, is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from claims.actions import OutdatedError


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between what is stored now and what somebody wanted to store."""

    field: str
    label: str
    theirs: str
    yours: str


class ConflictError(OutdatedError):
    """Nothing was written. The page shows the changes beside what was typed, which it keeps."""

    def __init__(self, message: str, changes: Sequence[Change] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.changes = list(changes)
