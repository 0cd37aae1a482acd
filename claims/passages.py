"""Cuts an article's text into the pieces that pages show, by code-point offsets into the stored version.

Nothing is ever searched for in the text: what is highlighted is sliced from it.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from claims.models import Statement
from claims.wording import ROLES

SENTENCE_BORDER = re.compile(r"(?<=[.!?…])[\"”’'»)]*\s+|\n+")


@dataclass(frozen=True)
class Piece:
    """A run of text with one meaning.

    `role`: source, cue, content, or empty for what stands around them. `statements`: numbers of all statements that it
    belongs to. `comments`: those about these words; `begins`: those of them whose first words these are.
    """

    text: str
    role: str = ""
    statements: tuple[int, ...] = ()
    comments: tuple[int, ...] = ()
    begins: tuple[int, ...] = ()

    @property
    def depth(self) -> int:
        return min(len(self.statements), 3)


def passage(
    statement: Statement, text: str, start: int, end: int, comments: Mapping[int, tuple[int, int]] | None = None
) -> list[Piece]:
    """The text from start to end with the statement's source, cue and content told apart, and commented words.

    Where spans overlap, the cue is shown before the source, the source before the content.
    """
    role_at: dict[str, list[tuple[int, int]]] = {role: statement.spans_of(role) for role in ROLES}
    about = [(first, last, pk) for pk, (first, last) in (comments or {}).items()]
    spans = [*(span for spans in role_at.values() for span in spans), *(comments or {}).values()]
    borders = {start, end, *(p for span in spans for p in span if start < p < end)}

    def role_of(left: int, right: int) -> str:
        covers = (role for role in ("cue", "source", "content") for s, e in role_at[role] if s <= left and right <= e)
        return next(covers, "")

    return [
        Piece(
            text[left:right],
            role_of(left, right),
            comments=_covering(about, left, right),
            begins=tuple(pk for first, _, pk in about if first == left),
        )
        for left, right in _runs(borders)
    ]


def surroundings(statement: Statement, text: str, most: int = 320) -> tuple[int, int]:
    """The whole sentences in which the statement's spans stand; about `most` characters at the most, for a row."""
    spans = [span for role in ROLES for span in statement.spans_of(role)]
    first, last = min(s for s, _ in spans), max(e for _, e in spans)
    low = max(0, first - most)
    start = max((m.end() for m in SENTENCE_BORDER.finditer(text, low, first)), default=low and text.find(" ", low) + 1)
    borders = SENTENCE_BORDER.finditer(text, max(last - 2, first), last + most)  # the stop may belong to the statement
    end = next((m.start() + len(m[0].rstrip()) for m in borders if m.end() > last), min(len(text), last + most))
    return min(start, first), max(end, last)


def shortened(pieces: Iterable[Piece], most: int) -> list[Piece]:
    """The same pieces with the middle left out of those that are longer than `most` characters, for a row."""
    return [
        piece if len(piece.text) <= most else replace(piece, text=_middle_out(piece.text, most)) for piece in pieces
    ]


def _middle_out(text: str, most: int) -> str:
    """The first two thirds and the last third of `most` characters, cut between words where there are any."""
    head, tail = text[: most * 2 // 3], text[-(most // 3) :]
    return f"{head[: head.rfind(' ')] if ' ' in head else head} … {tail[tail.find(' ') + 1 :]}"


def article_paragraphs(text: str, statements: Iterable[Statement]) -> list[list[Piece]]:
    """A text as paragraphs of pieces, each piece knowing the statements whose spans cover it."""
    covered = [(start, end, s.pk) for s in statements for role in ROLES for start, end in s.spans_of(role)]
    return [
        [
            Piece(text[left:right], statements=_covering(covered, left, right))
            for left, right in _runs({start, end, *(p for s, e, _ in covered for p in (s, e) if start < p < end)})
        ]
        for start, end in paragraphs(text)
    ]


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Where each paragraph begins and ends: runs of lines without an empty one between them."""
    return [m.span() for m in re.finditer(r"\S(?:[^\n]|\n(?!\s*\n))*", text)]


def _covering(covered: Sequence[tuple[int, int, int]], left: int, right: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(pk for start, end, pk in covered if start <= left and right <= end))


def _runs(borders: set[int]) -> Iterable[tuple[int, int]]:
    ordered = sorted(borders)
    return itertools.pairwise(ordered)
