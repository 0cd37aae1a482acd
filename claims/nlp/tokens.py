"""Text → words, word pieces and windows: the encoder's view of an article.

Training and run time share this file, so that both see the same tokens. Offsets are code points into the text as given.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
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
LINE_END = re.compile(r"\n+")
# A window has at least so much of the pieces that it may have, for the sake of a line's or a sentence's end.
SHORTEST_SHARE = 0.4


@dataclass(frozen=True)
class Tokens:
    """Words and word pieces of one text, in order.

    `starts`, `ends`: code-point offsets of each word, shape (words,). `pieces`: vocabulary numbers, shape (pieces,).
    `first_piece`: number of each word's first piece, shape (words + 1,), the last one closing the last word.
    `shapes`: shape (words,). `sentence_starts`, `line_starts`: ascending word numbers at which sentences and lines begin,
    the first being 0.
    """

    starts: Ints
    ends: Ints
    pieces: Ints
    first_piece: Ints
    shapes: Ints
    sentence_starts: Ints
    line_starts: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def word_from(self, piece: int) -> int:
        """The first word that begins at this piece or behind it."""
        return int(np.searchsorted(self.first_piece, piece))

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
        return Tokens(empty, empty, empty, np.zeros(1, dtype=np.int64), empty, empty, empty)
    first = np.flatnonzero(np.diff(word_of_piece, prepend=-1))
    first_piece = np.append(first, len(word_of_piece))
    starts, ends = offsets[first, 0], offsets[first_piece[1:] - 1, 1]
    return Tokens(
        starts=starts,
        ends=ends,
        pieces=np.array(encoding.ids, dtype=np.int64),
        first_piece=first_piece,
        shapes=_shapes(text, starts, ends),
        sentence_starts=_words_behind(SENTENCE_END, text, starts),
        line_starts=_words_behind(LINE_END, text, starts),
    )


def _words_behind(border: re.Pattern[str], text: str, starts: Ints) -> Ints:
    """The numbers of the first word and of those that begin behind a border."""
    words = np.unique(np.searchsorted(starts, [0, *(m.end() for m in border.finditer(text))]))
    return words[words < len(starts)]


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
    """Cut a text into runs of words, as (first word, end word), of like length and at most `pieces` word pieces.

    They end where a line does, else where a sentence does. The next one begins up to `overlap` pieces earlier, with a
    sentence; behind a line half as many, since little reaches across. `first` shortens the first window, which training
    uses to vary the borders.
    """
    found: list[tuple[int, int]] = []
    start, end, limit = 0, 0, first or pieces
    while end < len(tokens):
        begin = int(tokens.first_piece[start])
        rest = len(tokens.pieces) - begin
        if rest <= limit:
            found.append((start, len(tokens)))
            break
        lowest = max(end + 1, tokens.word_from(ceil(begin + SHORTEST_SHARE * limit)))
        highest = max(end + 1, int(np.searchsorted(tokens.first_piece, begin + limit, side="right")) - 1)
        lines, sentences = (_between(b, lowest, highest) for b in (tokens.line_starts, tokens.sentence_starts))
        borders = next((some for some in (lines, sentences) if len(some)), np.array([highest]))
        goal = begin + rest / ceil(rest / limit)
        end = int(borders[np.abs(tokens.first_piece[borders] - goal).argmin()])
        found.append((start, end))
        back = tokens.word_from(tokens.first_piece[end] - (overlap // 2 if len(lines) else overlap))
        earliest = max(start + 1, back)
        start = int(next(iter(_between(tokens.sentence_starts, earliest, end)), earliest))
        limit = pieces
    return found


def _between(borders: Ints, low: int, high: int) -> Ints:
    """Those of the ascending word numbers that are low <= border <= high."""
    return borders[np.searchsorted(borders, low) : np.searchsorted(borders, high, side="right")]
