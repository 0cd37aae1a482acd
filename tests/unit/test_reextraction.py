"""What a newer extraction changes, by position."""

from hypothesis import given
from hypothesis import strategies as st

from claims.reextraction import Comparison, compare
from claims.wording import Spans


def spans(cue: tuple[int, int], content: tuple[int, int] = (90, 95), source: tuple[int, int] = (0, 1)) -> Spans:
    return {"source": [list(source)], "cue": [list(cue)], "content": [list(content)]}


def test_the_same_is_paired_whatever_its_order() -> None:
    before = [spans((10, 14), (20, 40)), spans((50, 54), (60, 80))]
    assert compare(before, before[::-1]) == Comparison([(0, 1), (1, 0)], [], [])


def test_cues_that_do_not_overlap_are_of_different_statements() -> None:
    assert compare([spans((10, 14))], [spans((14, 18))]) == Comparison([], [0], [0])


def test_an_overlapping_cue_is_enough() -> None:
    assert compare([spans((10, 14), (20, 40))], [spans((6, 14), (50, 60))]) == Comparison([(0, 0)], [], [])


def test_each_is_paired_once_with_the_one_that_shares_most_of_the_cue() -> None:
    before = [spans((10, 20))]
    assert compare(before, [spans((10, 12)), spans((10, 18))]) == Comparison([(0, 1)], [0], [])
    assert compare([spans((10, 12)), spans((10, 18))], before) == Comparison([(1, 0)], [], [0])


def test_of_one_cue_content_decides_and_then_source() -> None:
    before = [spans((10, 14), (20, 40)), spans((10, 14), (50, 60))]
    assert compare(before, [spans((10, 14), (48, 60)), spans((10, 14), (20, 30))]).pairs == [(0, 1), (1, 0)]
    before = [spans((10, 14), source=(0, 4)), spans((10, 14), source=(5, 9))]
    assert compare(before, [spans((10, 14), source=(5, 8)), spans((10, 14), source=(1, 4))]).pairs == [(0, 1), (1, 0)]


def test_without_a_cue_nothing_is_found_again() -> None:
    bare: Spans = {"content": [[20, 40]]}
    assert compare([bare], [spans((10, 14), (20, 40))]) == Comparison([], [0], [0])
    assert compare([], []) == Comparison([], [], [])


@given(*[st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=8)] * 2)
def test_everything_is_in_one_place(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    before, after = ([spans((start, start + length)) for start, length in rows] for rows in (old, new))
    found = compare(before, after)
    assert sorted([*(pair[0] for pair in found.pairs), *found.vanished]) == list(range(len(before)))
    assert sorted([*(pair[1] for pair in found.pairs), *found.appeared]) == list(range(len(after)))
