"""What a newer extraction of the same text changes, by position: a pure comparison of spans."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.wording import Spans


@dataclass(frozen=True, slots=True)
class Comparison:
    """Numbers into what was there `before` and is there `after`; each is in one of the three."""

    pairs: list[tuple[int, int]]
    appeared: list[int]
    vanished: list[int]


def compare(before: Sequence[Spans], after: Sequence[Spans]) -> Comparison:
    """Pair those whose cues overlap, each with one at most; those that share most of cue and content first."""
    holders: dict[int, list[int]] = defaultdict(list)
    for new, spans in enumerate(after):
        for place in _places(spans, "cue"):
            holders[place].append(new)
    shared = Counter(
        (old, new) for old, spans in enumerate(before) for place in _places(spans, "cue") for new in holders[place]
    )

    def likeness(pair: tuple[int, int]) -> tuple[int, int, int]:
        old, new = before[pair[0]], after[pair[1]]
        content, source = (len({*_places(old, role)} & {*_places(new, role)}) for role in ("content", "source"))
        return shared[pair], content, source

    left, free = set(range(len(before))), set(range(len(after)))
    pairs = []
    for old, new in sorted(sorted(shared), key=likeness, reverse=True):
        if old in left and new in free:
            left.remove(old)
            free.remove(new)
            pairs.append((old, new))
    return Comparison(sorted(pairs), sorted(free), sorted(left))


def _places(spans: Spans, role: str) -> Iterator[int]:
    for start, end in spans.get(role, ()):
        yield from range(start, end)
