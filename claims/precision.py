"""How precise the extractor was, by what people kept, corrected and dismissed of what they looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Of fewer statements a share says more about chance than about the extractor.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Part:
    """What became of some of the statements, and its place in a bar of length 100."""

    label: str
    colour: str
    count: int
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Statements of the extractor that people looked at, all of them or those of one outlet or cue."""

    looked_at: int
    kept: int
    corrected: int
    dismissed: int
    name: str = ""

    @property
    def precision(self) -> float | None:
        """How many of a hundred were statements at all; None where they are too few."""
        return self._share(self.kept + self.corrected)

    @property
    def exact(self) -> float | None:
        """How many of a hundred needed no correction; None where they are too few."""
        return self._share(self.kept)

    @property
    def parts(self) -> list[Part]:
        """A bar of what became of them."""
        counts = (
            ("Kept as found", "green", self.kept),
            ("Corrected", "amber", self.corrected),
            ("Not a statement", "red", self.dismissed),
        )
        parts, start = [], 0.0
        for label, colour, count in counts:
            length = 100 * count / self.looked_at if self.looked_at else 0.0
            parts.append(Part(label, colour, count, round(start, 2), round(length, 2)))
            start += length
        return parts

    def _share(self, count: int) -> float | None:
        return 100 * count / self.looked_at if self.looked_at >= ENOUGH else None


def judged(row: Mapping[str, Any], unnamed: str = "") -> Judged:
    """A row of `Statement.objects.judgements…`; `unnamed` is what a row without a name is called."""
    counts = {name: row[name] for name in ("looked_at", "kept", "corrected", "dismissed")}
    return Judged(**counts, name=row.get("name") or unnamed)
