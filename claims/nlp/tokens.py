"""Text → words, word pieces and windows: the encoder's view of an article.

Training and run time share this file, so that both see the same tokens. Offsets are code points into the text as given.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ints = NDArray[np.int64]

MODEL_DIR = Path(__file__).parent / "model"
CLS, SEP = 101, 102
# The encoder reads lower-cased pieces without white space; what that loses (capitals, the side on which a straight
# quotation mark is open, line ends) goes in beside each piece as one of SHAPES numbers.
SHAPES = 4 * 3 * 3 + 1
SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*\s+(?=[\"“‘'«(\[]?[A-Z0-9])|\n+")


@dataclass(frozen=True)
class Tokens:
    """Words and word pieces of one text, in order.

    `starts`, `ends`: code-point offsets of each word, shape (words,). `pieces`: vocabulary numbers, shape (pieces,).
    `first_piece`: number of each word's first piece, shape (words + 1,), the last one closing the last word.
    `shapes`: shape (words,). `sentence_starts`: ascending word numbers at which sentences begin, the first being 0.
    """

    starts: Ints
    ends: Ints
    pieces: Ints
    first_piece: Ints
    shapes: Ints
    sentence_starts: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def words_between(self, start: int, end: int) -> tuple[int, int]:
        """The run of words that overlap the characters start..end: first word and end."""
        return int(np.searchsorted(self.ends, start, side="right")), int(np.searchsorted(self.starts, end))

    def pieces_between(self, start: int, end: int) -> Ints:
        """The word pieces of the words that overlap the characters start..end."""
        first, last = self.words_between(start, end)
        return self.pieces[self.first_piece[first] : self.first_piece[last]]


@lru_cache(maxsize=1)
def load_tokenizer(path: Path = MODEL_DIR / "tokenizer.json") -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def tokenize(text: str, tokenizer: Tokenizer) -> Tokens:
    """Split a text into words (runs of letters and digits, single marks) and their word pieces."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    word_of_piece = np.array(encoding.word_ids, dtype=np.int64)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    if not len(word_of_piece):
        empty = np.zeros(0, dtype=np.int64)
        return Tokens(empty, empty, empty, np.zeros(1, dtype=np.int64), empty, empty)
    first = np.flatnonzero(np.diff(word_of_piece, prepend=-1))
    first_piece = np.append(first, len(word_of_piece))
    starts, ends = offsets[first, 0], offsets[first_piece[1:] - 1, 1]
    sentence_offsets = [0, *(m.end() for m in SENTENCE_END.finditer(text))]
    sentence_starts = np.unique(np.searchsorted(starts, sentence_offsets))
    return Tokens(
        starts=starts,
        ends=ends,
        pieces=np.array(encoding.ids, dtype=np.int64),
        first_piece=first_piece,
        shapes=_shapes(text, starts, ends),
        sentence_starts=sentence_starts[sentence_starts < len(starts)],
    )


def _shapes(text: str, starts: Ints, ends: Ints) -> Ints:
    """One number a word: its capitals × the gap before it × the gap behind it. 0 is for the special pieces."""
    gaps = [_gap(text[end:start]) for end, start in zip([0, *ends[:-1]], starts, strict=True)]
    gaps[0] = 2
    gaps.append(2)
    cases = [_case(text[start:end]) for start, end in zip(starts, ends, strict=True)]
    return np.array([1 + 9 * c + 3 * b + a for c, b, a in zip(cases, gaps, gaps[1:], strict=False)], dtype=np.int64)


def _gap(between: str) -> int:
    return 0 if not between else 2 if "\n" in between else 1


def _case(word: str) -> int:
    if not word[:1].isupper():
        return 0 if word[:1].isalpha() else 3
    return 2 if len(word) > 1 and word.isupper() else 1


def windows(tokens: Tokens, pieces: int, overlap: int, first: int | None = None) -> list[tuple[int, int]]:
    """Cut a text into overlapping runs of words that begin and end at sentence borders where these are near enough.

    Each window, as (first word, end word), holds at most `pieces` word pieces, and shares about `overlap` pieces with
    the window before it. `first` shortens the first window, which training uses to vary the borders.
    """
    found: list[tuple[int, int]] = []
    start, count, limit = 0, len(tokens), first or pieces
    while start < count:
        budget = tokens.first_piece[start] + limit
        end = max(start + 1, int(np.searchsorted(tokens.first_piece, budget, side="right")) - 1)
        end = min(end, count)
        if end < count:
            end = _sentence_start_in(tokens, start + (end - start) // 2, end, last=True) or end
        found.append((start, end))
        if end == count:
            break
        back = int(np.searchsorted(tokens.first_piece, tokens.first_piece[end] - overlap))
        start = (
            max(_sentence_start_in(tokens, max(back, start + 1), end, last=False) or back, start + 1)
            if overlap
            else end
        )
        limit = pieces
    return found


def _sentence_start_in(tokens: Tokens, low: int, high: int, *, last: bool) -> int | None:
    """The first or last sentence start among the words low < start <= high, if there is one."""
    left = np.searchsorted(tokens.sentence_starts, low, side="right")
    right = np.searchsorted(tokens.sentence_starts, high, side="right")
    if left >= right:
        return None
    return int(tokens.sentence_starts[right - 1 if last else left])
