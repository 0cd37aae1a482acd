import itertools

import numpy as np
import pytest

from claims.nlp.tokens import SHAPES, Tokens, load_tokenizer, tokenize, windows

TEXT = """PORT ALDER: "We won't pay," Dr Ilse Brandt said. "Not now."

Talks ended at 10.30am. Nobody signed 🙂 anything!"""


@pytest.fixture
def tokens() -> Tokens:
    return tokenize(TEXT, load_tokenizer())


def test_words_are_slices_of_the_text(tokens: Tokens) -> None:
    words = [TEXT[s:e] for s, e in zip(tokens.starts, tokens.ends, strict=True)]
    assert words[:8] == ["PORT", "ALDER", ":", '"', "We", "won", "'", "t"]
    assert "".join(words) == "".join(TEXT.split())


def test_shapes_tell_capitals_and_gaps_apart(tokens: Tokens) -> None:
    shape = {TEXT[s:]: n for s, n in zip(tokens.starts, tokens.shapes, strict=True)}
    opening, closing = (next(n for t, n in shape.items() if t.startswith(start)) for start in ('"We', '" Dr'))
    assert opening != closing
    upper, title, lower = (next(n for t, n in shape.items() if t.startswith(w)) for w in ("ALDER", "Ilse", "said"))
    assert len({upper, title, lower}) == 3
    assert all(0 < n < SHAPES for n in tokens.shapes)


def test_sentences_begin_behind_stops_and_line_ends(tokens: Tokens) -> None:
    starts = [TEXT[tokens.starts[i] :].split(maxsplit=1)[0] for i in tokens.sentence_starts]
    assert starts == ["PORT", '"Not', "Talks", "Nobody"]


def test_every_piece_belongs_to_a_word(tokens: Tokens) -> None:
    assert tokens.first_piece[0] == 0
    assert tokens.first_piece[-1] == len(tokens.pieces)
    assert (np.diff(tokens.first_piece) > 0).all()


def test_the_pieces_between_two_places_are_those_of_the_words_there(tokens: Tokens) -> None:
    start, end = TEXT.index("Dr Ilse"), TEXT.index(" said")
    alone = tokenize(TEXT[start:end], load_tokenizer())
    assert tokens.pieces_between(start, end).tolist() == alone.pieces.tolist()
    assert tokens.pieces_between(0, len(TEXT)).tolist() == tokens.pieces.tolist()
    gap = TEXT.index("\n")
    assert tokens.pieces_between(gap, gap + 2).size == 0


def test_no_words() -> None:
    for text in ("", " \n ", "\u200b"):
        assert len(tokenize(text, load_tokenizer())) == 0
        assert windows(tokenize(text, load_tokenizer()), 254, 96) == []


@pytest.mark.parametrize("text", ["word " * 3000, "One two. " * 700, "x" * 90 + " " + "y " * 900, "a.b," * 2000])
@pytest.mark.parametrize("overlap", [0, 96])
def test_windows_cover_all_words_and_keep_to_their_size(text: str, overlap: int) -> None:
    tokens = tokenize(text, load_tokenizer())
    found = windows(tokens, 254, overlap)
    assert found[0][0] == 0
    assert found[-1][1] == len(tokens)
    for start, end in found:
        assert 0 < tokens.first_piece[end] - tokens.first_piece[start] <= 254
    for (start, end), (next_start, next_end) in itertools.pairwise(found):
        assert start < next_start <= end < next_end
        assert overlap or next_start == end


def test_windows_begin_and_end_at_sentences_where_they_can() -> None:
    tokens = tokenize("One two three four five. " * 200, load_tokenizer())
    borders = {*tokens.sentence_starts, len(tokens)}
    assert all(border in borders for window in windows(tokens, 254, 96) for border in window)


def test_windows_end_at_lines_where_they_can_and_overlap_less_there() -> None:
    tokens = tokenize(("One two three four. " * 10 + "\n") * 20, load_tokenizer())
    found = windows(tokens, 254, 96)
    lines = {*tokens.line_starts, len(tokens)}
    assert all(end in lines for _, end in found)
    shared = [tokens.first_piece[end] - tokens.first_piece[start] for (_, end), (start, _) in itertools.pairwise(found)]
    assert all(0 < pieces <= 48 for pieces in shared)


def test_windows_are_of_like_length() -> None:
    tokens = tokenize("One two three four.\n" * 52, load_tokenizer())
    lengths = [tokens.first_piece[end] - tokens.first_piece[start] for start, end in windows(tokens, 254, 0)]
    assert lengths == [130, 130]
