import itertools

import numpy as np
import pytest

from claims.nlp.decode import ROLES, Run, Thresholds, WindowScores, best_path, bio_transitions, group, homes, runs

TRANSITIONS, FIRST = bio_transitions(ROLES)
LAST = np.zeros(len(ROLES), dtype=np.float32)


def path_of(names: str) -> np.ndarray:
    """ "O Bs Is" → label numbers."""
    short = {"O": "O", "s": "source", "c": "cue", "t": "content"}
    return np.array([ROLES.index(n if n == "O" else f"{n[0]}-{short[n[1]]}") for n in names.split()])


def window(start: int, end: int, content: dict[int, int], source: dict[tuple[int, int], float]) -> WindowScores:
    """A window in which each content or cue word is tied to one cue, and pairs of source word and cue to some extent."""
    count = end - start
    content_links = np.zeros((count, count), dtype=np.float32)
    source_links = np.zeros((count, count), dtype=np.float32)
    for word, cue in content.items():
        content_links[word - start, cue - start] = 1
    for (word, cue), tie in source.items():
        source_links[word - start, cue - start] = tie
    empty = np.zeros((count, 0), dtype=np.float32)
    return WindowScores(start, end, empty, empty, content_links, source_links)


def certain(path: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(len(ROLES), dtype=np.float32)[path])


def test_best_path_is_the_best_of_all_paths() -> None:
    chance = np.random.default_rng(4)
    scores = chance.normal(size=(5, 3)).astype(np.float32)
    transitions = chance.normal(size=(3, 3)).astype(np.float32)
    first, last = chance.normal(size=(2, 3)).astype(np.float32)

    def total(path: tuple[int, ...]) -> float:
        moves = sum(transitions[a, b] for a, b in itertools.pairwise(path))
        return float(first[path[0]] + moves + last[path[-1]] + sum(scores[i, label] for i, label in enumerate(path)))

    best = max(itertools.product(range(3), repeat=5), key=total)
    assert tuple(best_path(scores, transitions, first, last)) == best


def test_best_path_never_breaks_bio() -> None:
    scores = np.random.default_rng(1).normal(size=(200, len(ROLES))).astype(np.float32)
    path = best_path(scores, TRANSITIONS, FIRST, LAST)
    for before, label in itertools.pairwise([0, *path]):
        if ROLES[label].startswith("I-"):
            assert ROLES[before][2:] == ROLES[label][2:]


def test_best_path_of_nothing_is_nothing() -> None:
    assert len(best_path(np.zeros((0, len(ROLES)), dtype=np.float32), TRANSITIONS, FIRST, LAST)) == 0


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("O O", []),
        ("Bs Is O Bc", [Run("source", 0, 2), Run("cue", 3, 4)]),
        ("Bt Bt It", [Run("content", 0, 1), Run("content", 1, 3)]),
    ],
)
def test_runs(names: str, expected: list[Run]) -> None:
    assert runs(path_of(names), ROLES) == expected


def test_every_word_is_at_home_in_one_window() -> None:
    assert homes([(0, 10), (6, 16), (12, 20)]) == [(0, 8), (8, 14), (14, 20)]
    assert homes([(-40, 8), (-30, 60), (40, 120)]) == [(0, 0), (0, 50), (50, 120)]


def grouped(names: str, *windows: WindowScores) -> list[tuple[list[int], list[int], list[int]]]:
    """The first words of each group's source, cue and content runs."""
    path = path_of(names)
    found = group(path, certain(path), windows, Thresholds())
    return [([r.start for r in g.source], [r.start for r in g.cue], [r.start for r in g.content]) for g in found]


def test_content_around_its_cue_comes_out_whole() -> None:
    # "prices fell" she said "and rose": one attribution of two parts
    only = window(0, 6, {0: 3, 1: 3, 3: 3, 4: 3, 5: 3}, {(2, 3): 0.9})
    assert grouped("Bt It Bs Bc Bt It", only) == [([2], [3], [0, 4])]


def test_one_source_serves_two_cues() -> None:
    # Romney has-attacked it and described it
    only = window(0, 6, {1: 1, 2: 1, 4: 4, 5: 4}, {(0, 1): 0.9, (0, 4): 0.8})
    assert grouped("Bs Bc Bt O Bc Bt", only) == [([0], [1], [2]), ([0], [4], [5])]


def test_a_cue_has_the_source_that_is_tied_to_it_most() -> None:
    # experts warned; said Ellis
    before = window(0, 5, {3: 3, 4: 3}, {(0, 3): 0.9, (2, 3): 0.7})
    assert grouped("Bs O Bs Bc Bt", before) == [([0], [3], [4])]
    behind = window(0, 5, {3: 3, 4: 3}, {(0, 3): 0.7, (2, 3): 0.9})
    assert grouped("Bs O Bs Bc Bt", behind) == [([2], [3], [4])]


def test_a_source_that_is_hardly_tied_is_none() -> None:
    assert grouped("Bs O Bc Bt", window(0, 4, {2: 2, 3: 2}, {(0, 2): 0.35})) == [([0], [2], [3])]
    assert grouped("Bs O Bc Bt", window(0, 4, {2: 2, 3: 2}, {(0, 2): 0.15})) == [([], [2], [3])]


def test_every_cue_is_a_cue_of_its_own() -> None:
    # he did-not-address tweets which called: tied to the first, and yet no part of it
    only = window(0, 6, {1: 1, 2: 1, 4: 1, 5: 4}, {(0, 1): 0.9})
    assert grouped("Bs Bc Bt O Bc Bt", only) == [([0], [1], [2]), ([], [4], [5])]
    assert grouped("Bs Bc Bt O Bc", window(0, 5, {1: 1, 2: 1, 4: 1}, {(0, 1): 0.9})) == [([0], [1], [2])]


def test_a_stray_cue_within_a_content_is_content() -> None:
    # criticised Russia, which has-vetoed drafts: the second cue has no content of its own
    only = window(0, 6, {1: 1, 2: 1, 4: 4, 5: 1}, {(0, 1): 0.9})
    path = path_of("Bs Bc Bt O Bc Bt")
    [found] = group(path, certain(path), [only], Thresholds())
    assert found.content == [Run("content", 2, 6)]
    # What another attribution has parts the content all the same.
    taken = window(0, 8, {1: 1, 2: 1, 4: 4, 5: 1, 6: 6, 7: 6}, {(0, 1): 0.9, (3, 6): 0.9})
    assert grouped("Bs Bc Bt Bs Bc Bt Bc Bt", taken) == [([0], [1], [2, 5]), ([3], [6], [7])]


def test_a_cue_without_content_and_content_without_cue_are_no_attribution() -> None:
    assert grouped("Bs Bc", window(0, 2, {1: 1}, {(0, 1): 0.9})) == []
    assert grouped("Bt It", window(0, 2, {}, {})) == []


def test_a_tie_is_looked_up_where_the_word_is_deepest() -> None:
    # The first window sees word 6 at its edge and ties it to the cue at 1; the second, deeper, to the cue at 5.
    first = window(0, 7, {1: 1, 2: 1, 5: 5, 6: 1}, {})
    second = window(3, 10, {5: 5, 6: 5}, {})
    assert grouped("O Bc Bt O O Bc Bt O O O", first, second) == [([], [1], [2]), ([], [5], [6])]
