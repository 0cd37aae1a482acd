"""Word scores → attributions: one best labelling of a text, or of a section of a long one, then groups of spans around each cue."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from claims.nlp.tokens import Ints

Floats = NDArray[np.float32]

ROLES = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
ENTITIES = ("O", *(f"{p}-{t}" for t in ("PERSON", "ORGANIZATION", "LOCATION", "MISC") for p in "BI"))


@dataclass(frozen=True)
class WindowScores:
    """What the network says of the words start..end of a text; in a section, counted from its first word, so below 0 where
    the window shares words with the section before.

    `roles`: (words, ROLES), `entities`: (words, ENTITIES), unnormalised. `content_links`: (words, words), how likely each
    word belongs to the cue that begins at another, a softmax over the window. `source_links`: (words, words), the same
    for source words, but each pair on its own, a sigmoid.
    """

    start: int
    end: int
    roles: Floats
    entities: Floats
    content_links: Floats
    source_links: Floats


class Run(NamedTuple):
    """Words start..end, end exclusive, that carry one label."""

    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Group:
    """The runs of one attribution, as word numbers.

    `evidence`, each 0..1: mean probability of the cue words, of the content words, and of the ties between content and
    cue and between source and cue (0 without a source); whether there is a source.
    """

    source: list[Run]
    cue: list[Run]
    content: list[Run]
    evidence: tuple[float, float, float, float, float]


def shifted(group: Group, words: int) -> Group:
    """The same group where its text stands so many words into another."""

    def moved(runs: list[Run]) -> list[Run]:
        return [Run(run.label, run.start + words, run.end + words) for run in runs]

    return replace(group, source=moved(group.source), cue=moved(group.cue), content=moved(group.content))


def counted_from(word: int, scores: WindowScores) -> WindowScores:
    """The same scores where words are counted from this one."""
    return replace(scores, start=scores.start - word, end=scores.end - word)


@dataclass(frozen=True)
class Thresholds:
    """Set on held-out articles of the training part, never on dev.

    `outside_bias` is taken off the score of "no role": the higher, the more is found. The others are least ties: of the
    source to its cue, of content to its cue.
    """

    outside_bias: float = 0.0
    source_link: float = 0.2
    content_link: float = 0.2


# As many other words may stand beside a stray cue in a gap that is closed.
WORDS_AROUND_STRAY = 6


def homes(windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """For each window the words, from 0 on, that lie deeper in it than in its neighbours: every word is at home in exactly
    one. A window whose words are all deeper in the next, or below 0, is nobody's home."""
    middles = [(start + end) // 2 for (_, end), (start, _) in pairwise(windows)]
    borders = [0, *(max(0, middle) for middle in middles), windows[-1][1]]
    return list(pairwise(borders))


def best_path(scores: Floats, transitions: Floats, first: Floats, last: Floats) -> Ints:
    """The most probable label sequence of a linear chain (Viterbi). Shapes: (words, labels), (labels, labels), (labels,)."""
    if not len(scores):
        return np.zeros(0, dtype=np.int64)
    back = np.zeros(scores.shape, dtype=np.int64)
    columns = np.arange(scores.shape[1])
    best = first + scores[0]
    for i in range(1, len(scores)):
        through = best[:, None] + transitions
        back[i] = through.argmax(axis=0)
        best = through[back[i], columns] + scores[i]
    path = np.zeros(len(scores), dtype=np.int64)
    path[-1] = (best + last).argmax()
    for i in range(len(scores) - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def bio_transitions(labels: Sequence[str]) -> tuple[Floats, Floats]:
    """What must never follow what, and never begin: -inf there, 0 elsewhere."""
    inside = np.array([label.startswith("I-") for label in labels])
    kinds = np.array([label[2:] for label in labels])
    forbidden = inside[None, :] & (kinds[:, None] != kinds[None, :])
    return np.where(forbidden, -np.inf, 0).astype(np.float32), np.where(inside, -np.inf, 0).astype(np.float32)


def runs(path: Ints, labels: Sequence[str]) -> list[Run]:
    """The labelled runs of a BIO path, in order."""
    names = [labels[i] for i in path]
    starts = [i for i, name in enumerate(names) if name.startswith("B-")]
    found = []
    for start in starts:
        inside = "I-" + names[start][2:]
        end = start + 1
        while end < len(names) and names[end] == inside:
            end += 1
        found.append(Run(names[start][2:], start, end))
    return found


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


class Links:
    """Looks up, in the window where a word is at home, how strongly it is tied to the cues that begin in that window."""

    def __init__(self, windows: Sequence[WindowScores], cues: Sequence[Run]) -> None:
        self.windows = windows
        self.homes = homes([(w.start, w.end) for w in windows])
        self.home_starts = [start for start, _ in self.homes]
        self.cue_starts = np.array([cue.start for cue in cues])
        self.cue_ends = np.array([cue.end for cue in cues])
        self.tables: dict[tuple[str, int], tuple[range, Floats]] = {}

    def of(self, kind: str, run: Run) -> tuple[range, Floats]:
        """The numbers of the cues near a run, and the mean tie of its words to each. A cue outside a word's window has
        none."""
        first, last = self._home_of(run.start), self._home_of(run.end - 1)
        if first == last:
            near, ties = self._table(kind, first)
            start = self.home_starts[first]
            return near, np.asarray(ties[run.start - start : run.end - start].mean(axis=0))
        tables = [self._table(kind, number) for number in range(first, last + 1)]
        near = range(min(n.start for n, _ in tables), max(n.stop for n, _ in tables))
        total = np.zeros(len(near), dtype=np.float32)
        for number, (own, ties) in enumerate(tables, first):
            start, end = self.homes[number]
            part = ties[max(run.start, start) - start : min(run.end, end) - start]
            total[own.start - near.start : own.stop - near.start] += part.sum(axis=0)
        return near, total / np.float32(run.end - run.start)

    def _home_of(self, word: int) -> int:
        return bisect_right(self.home_starts, word) - 1

    def _table(self, kind: str, number: int) -> tuple[range, Floats]:
        """For the words that are at home in a window: which cues begin in it, and the ties, (words, cues)."""
        if (kind, number) not in self.tables:
            window, (start, end) = self.windows[number], self.homes[number]
            low, high = np.searchsorted(self.cue_starts, (window.start, window.end))
            links = getattr(window, kind)[start - window.start : end - window.start]
            begin = self.cue_starts[low:high] - window.start
            if kind == "content_links":
                # a content word's softmax may favour the cue's second word where the first was labelled by a hair
                stop = np.minimum(self.cue_ends[low:high] - window.start, window.end - window.start)
                columns = [links[:, a:b].sum(axis=1) for a, b in zip(begin, stop, strict=True)]
                ties = np.stack(columns, axis=1) if columns else links[:, :0]
            else:
                ties = links[:, begin]
            self.tables[kind, number] = range(int(low), int(high)), ties
        return self.tables[kind, number]


def group(path: Ints, roles: Floats, windows: Sequence[WindowScores], thresholds: Thresholds) -> list[Group]:
    """Put the runs of a role path together around their cues, in the order of the cues.

    `path`: (words,), `roles`: (words, ROLES) as probabilities. Each attribution has one run of cue, the source that is
    tied to it most, and whatever content is tied to it; a source may serve several. Without content there is none.
    """
    found = runs(path, ROLES)
    cues = [run for run in found if run.label == "cue"]
    if not cues:
        return []
    links = Links(windows, cues)

    contents: dict[int, list[tuple[Run, float]]] = {}
    sources: dict[int, tuple[Run, float]] = {}
    for run in found:
        if run.label == "cue":
            continue
        near, ties = links.of(f"{run.label}_links", run)
        if not near:
            continue
        if run.label == "content":
            best = int(ties.argmax())
            if ties[best] >= thresholds.content_link:
                contents.setdefault(near[best], []).append((run, float(ties[best])))
        else:
            for cue, tie in zip(near, ties, strict=True):
                if tie >= thresholds.source_link and (cue not in sources or tie > sources[cue][1]):
                    sources[cue] = run, float(tie)

    groups = []
    for number, linked in sorted(contents.items()):
        content = [run for run, _ in linked]
        source = sources.get(number)
        groups.append(
            Group(
                source=[source[0]] if source else [],
                cue=[cues[number]],
                content=content,
                evidence=(
                    _probability(roles, [cues[number]], 3),
                    _probability(roles, content, 5),
                    float(np.mean([tie for _, tie in linked])),
                    source[1] if source else 0.0,
                    float(source is not None),
                ),
            )
        )
    strays = _words(cue for number, cue in enumerate(cues) if number not in contents)
    taken = _words(run for g in groups for run in (*g.source, *g.cue))
    return [replace(g, content=without_gaps(g.content, strays, taken)) for g in groups] if strays else groups


def without_gaps(content: list[Run], strays: Set[int], taken: Set[int]) -> list[Run]:
    """The runs of one content, joined where only a stray cue parts them: a cue without content is a word of what is said.

    "criticised *Russia, which* has vetoed *two drafts*" is one content. `strays`, `taken`: the words of such cues, and
    those that are source or cue of an attribution, which part contents all the same.
    """
    joined = content[:1]
    for run in content[1:]:
        gap = range(joined[-1].end, run.start)
        astray = sum(word in strays for word in gap)
        if astray and len(gap) - astray <= WORDS_AROUND_STRAY and not any(word in taken for word in gap):
            joined[-1] = Run("content", joined[-1].start, run.end)
        else:
            joined.append(run)
    return joined


def _words(of: Iterable[Run]) -> set[int]:
    return {word for run in of for word in range(run.start, run.end)}


def _probability(roles: Floats, of: list[Run], first: int) -> float:
    """The mean probability that the words of these runs carry this role."""
    return float(np.mean(np.concatenate([roles[r.start : r.end, first : first + 2].sum(axis=1) for r in of])))
