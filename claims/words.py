"""Words of a text by number: what a person points at on a page, and what it means in code points.

Browsers count in UTF-16 and the server in code points, so pages speak of word numbers only. A word is a run of
characters other than white space; the first one of an article's version is number 1.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

from claims.wording import CLOSING, OPENING, ROLES, Spans

# First and last word of each unbroken run, by role.
type Runs = Mapping[str, Sequence[tuple[int, int]]]
type Places = Sequence[tuple[int, int]]

WORD = re.compile(r"\S+")
# A word that two spans share is shown as, and belongs to, the first of these.
PRECEDENCE = ("cue", "source", "content")
BRACKETS = "()[]{}"
LOOSE = ",;:–—-"


def word_places(text: str) -> list[tuple[int, int]]:
    """Where each word begins and ends; word number n is at index n - 1."""
    return [match.span() for match in WORD.finditer(text)]


def span_of_words(places: Places, first: int, last: int) -> tuple[int, int]:
    """From the beginning of one word to the end of another."""
    return places[first - 1][0], places[last - 1][1]


def words_in(places: Places, start: int, end: int) -> range:
    """Numbers of the words of which at least one character lies between two offsets."""
    first = bisect_right(places, start, key=lambda place: place[1])
    behind = bisect_left(places, end, key=lambda place: place[0])
    return range(first + 1, behind + 1)


def roles_of_words(places: Places, spans: Spans) -> dict[int, str]:
    """The role of each word that has one."""
    roles: dict[int, str] = {}
    for role in reversed(PRECEDENCE):
        for start, end in spans.get(role, []):
            roles.update(dict.fromkeys(words_in(places, start, end), role))
    return roles


def runs_of(places: Places, spans: Spans) -> dict[str, list[tuple[int, int]]]:
    """The words of each role as runs."""
    roles = roles_of_words(places, spans)
    return {role: runs_from(number for number, its in roles.items() if its == role) for role in ROLES}


def runs_from(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Unbroken runs of these numbers, in order."""
    groups = itertools.groupby(enumerate(sorted(set(numbers))), key=lambda pair: pair[1] - pair[0])
    runs = [[number for _, number in group] for _, group in groups]
    return [(run[0], run[-1]) for run in runs]


def spans_from_runs(text: str, places: Places, runs: Runs, current: Spans) -> dict[str, list[list[int]]]:
    """Code-point spans of chosen words.

    The spans that a statement has now may begin and end inside a word ("Berg" of "Berg's"). What was not touched stays
    exactly as it is: all spans of a role whose words are the same, and each border that was not moved. A new border
    leaves the punctuation outside.
    """
    before = runs_of(places, current)
    return {
        role: [list(span) for span in current.get(role, [])]
        if list(runs.get(role, [])) == before[role]
        else [_span_of_run(text, places, run, role, current) for run in runs.get(role, [])]
        for role in ROLES
    }


def _span_of_run(text: str, places: Places, run: tuple[int, int], role: str, current: Spans) -> list[int]:
    first, last = run
    whole = span_of_words(places, first, last)
    start, end = trim(text, *whole, role)
    old = [(span[0], span[1], words_in(places, *span)) for span in current.get(role, [])]
    start = min((begin for begin, _, words in old if words and words[0] == first and begin < end), default=start)
    end = max((stop for _, stop, words in old if words and words[-1] == last and stop > start), default=end)
    return [start, end]


def trim(text: str, start: int, end: int, role: str) -> tuple[int, int]:
    """Leave off what does not belong to the words themselves: commas, brackets, the full stop of the sentence.

    Quotation marks, question marks and exclamation marks stay with what was said and leave whom and how. Without any
    letter or digit left, everything is kept.
    """
    marks = "" if role == "content" else OPENING + CLOSING + "?!…"
    before, begin, stop = -1, start, end
    while before != stop - begin:
        before = stop - begin
        part = text[begin:stop]
        loose = LOOSE + marks + _lone_brackets(part, role)
        begin += len(part) - len(part.lstrip().lstrip(loose))
        stop -= len(part) - len(part.rstrip().rstrip(loose))
        if _ends_sentence(text, begin, stop):
            stop -= 1
    if begin >= stop or not any(character.isalnum() for character in text[begin:stop]):
        return start, end
    return begin, stop


def _lone_brackets(part: str, role: str) -> str:
    """Brackets that may go: all around a name, around what was said only those without a partner."""
    if role != "content":
        return BRACKETS
    return "".join(a + b for a, b in itertools.batched(BRACKETS, 2) if part.count(a) != part.count(b))


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the last character is a full stop that does not belong to the word ("U.S.", "Trump Jr. said")."""
    if text[end - 1 : end] != "." or end - start < 2:
        return False
    last_word = text[start:end].rsplit(maxsplit=1)[-1]
    return "." not in last_word[:-1] and not text[end:].lstrip()[:1].islower()


def paragraph_starts(places: Places, paragraphs: Iterable[tuple[int, int]]) -> list[int]:
    """The number of the first word of each paragraph."""
    return [words[0] for start, end in paragraphs if (words := words_in(places, start, end))]


def first_before(starts: Sequence[int], number: int, most: int) -> int:
    """The beginning of the paragraph before a word, or of its own; `most` words away at the most."""
    at = bisect_left(starts, number)
    return max(starts[at - 1] if at else 1, number - most, 1)


def last_after(starts: Sequence[int], number: int, most: int, count: int) -> int:
    """The end of the paragraph after a word, or of its own; `most` words away at the most."""
    at = bisect_right(starts, number + 1)
    return min(starts[at] - 1 if at < len(starts) else count, number + most, count)
