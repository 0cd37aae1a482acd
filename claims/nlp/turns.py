"""Who is speaking where in transcripts and interviews.

Their lines begin with a label ("TARVOLD: ...", "Q: ..."); or nothing but the question marks tells who speaks, and the
head of the article tells whom it interviews.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from claims.nlp.cast import Cast, Mention, Person
from claims.nlp.lexicon import closed_class
from claims.nlp.names import fold
from claims.nlp.offices import Offices

LABEL = re.compile(r"^[ \t]*([^\W\d_a-z][^\n:.!?“”\"]{0,50}?)(?: \([^)\n]{1,40}\))?:(?=\s)", re.MULTILINE)
MOST_WORDS = 5
# A paragraph of the one who asks, who is not quoted.
QUESTION = re.compile(r"^(?![ \t]*[“\"‘'«„])[^\n]{3,700}\?[ \t]*$", re.MULTILINE)
INTERVIEW = re.compile(r"\binterview(?:s|ed)?\b", re.IGNORECASE)
# "interviews architect [Name]", "an interview with [Name]"; "[Name], architect, interviewed by", "[Name]: an interview"
BEFORE_ANSWERING = re.compile(r"(?: with)? (?:(?!(?:about|on|by|for|as|after)\b)[^\s.!?:;]+,? ){0,16}")
BEHIND_ANSWERING = re.compile(
    r"(?:,[^,.!?\n]{1,80},?)?(?: (?:is|was))? interviewed by|(?:[:,—–-]| -) (?:an? |the )?interview\b", re.IGNORECASE
)
HEAD = 3000  # characters
MANY = 20  # questions
SHORT = 300  # characters of a paragraph that may be the asker's though it is no question


@dataclass(frozen=True)
class Turn:
    """From a label on, until the next."""

    start: int
    label: str


class Turns:
    """Empty where the article is neither transcript nor interview: fewer than three labels, or none comes twice."""

    def __init__(self, text: str) -> None:
        found = [Turn(m.start(1), m[1].strip()) for m in LABEL.finditer(text) if len(m[1].split()) <= MOST_WORDS]
        counts = Counter(fold(turn.label) for turn in found)
        self.turns = found if len(found) > 2 and max(counts.values()) > 1 else []
        self.first = {fold(turn.label): turn for turn in reversed(self.turns)}  # of each label
        self.starts = [turn.start for turn in self.turns]

    def at(self, place: int) -> Turn | None:
        number = bisect_right(self.starts, place) - 1
        return self.turns[number] if number >= 0 else None

    def other(self, label: str) -> Turn | None:
        """Whom "you" means in a talk of two."""
        if len(self.first) != 2:
            return None
        return next((turn for one, turn in self.first.items() if one != fold(label)), None)


class Interview:
    """One whose lines have no labels. `answering`: whom it interviews, if it asks at all and its head names one."""

    def __init__(self, text: str, cast: Cast, offices: Offices) -> None:
        self.text, self.cast = text, cast
        questions = [question[0] for question in islice(QUESTION.finditer(text), MANY)]
        first = QUESTION.search(text)
        self.first = first.start() if first else 0
        self.answering = self._interviewed(questions, offices) if len(questions) > 1 and self.first < HEAD else None

    def _interviewed(self, questions: Sequence[str], offices: Offices) -> Person | None:
        """Whom the word "interview" is tied to; else, where the questions are plainly somebody's, the only one whom the
        head names in full, credits of pictures aside."""
        head = [m for m in self.cast.mentions_between(0, self.first) if " " in m.person.name]
        people = {id(m.person): m.person for m in head if self._is_tied(m)}
        plain = sum("you" in q.casefold() for q in questions) > 2 or INTERVIEW.search(self.text, 0, self.first)
        if not people and plain and len(questions) > 2:
            people = {id(m.person): m.person for m in head if self.text[m.span.start - 2 : m.span.start] != ": "}
        answering = [p for p in people.values() if not _heads(offices, p) & closed_class("interviewers")]
        return answering[0] if len(answering) == 1 else None

    def _is_tied(self, mention: Mention) -> bool:
        start = max(0, mention.span.start - 200)
        line = self.text[start : mention.span.start].rpartition("\n")[2]
        before = list(INTERVIEW.finditer(line))
        if before and BEFORE_ANSWERING.fullmatch(line, before[-1].end()):
            return True
        return bool(BEHIND_ANSWERING.match(self.text, mention.span.end))

    def speaker(self, place: int) -> Person | None:
        """Who says "I" there."""
        return self.answering if self._answers(place) else None

    def addressee(self, place: int) -> Person | None:
        """Who is "you" there."""
        return self.answering if self._answers(place) is False else None

    def _answers(self, place: int) -> bool | None:
        """Whether an answer stands at a place; None where somebody is quoted, or before it begins."""
        if self.answering is None or place < self.first or self.cast.is_quoted(place):
            return None
        start, end = self.text.rfind("\n", 0, place) + 1, self.text.find("\n", place)
        paragraph = self.text[start : end if end >= 0 else len(self.text)]
        if QUESTION.fullmatch(paragraph):
            return False
        words = [word.casefold() for word in re.findall(r"\w+", paragraph[: SHORT + 1])]
        addressed = sum(word in {"you", "your"} for word in words)
        return len(paragraph) > SHORT or not addressed or addressed < sum(word in {"i", "my", "me"} for word in words)


def parties(mentions: list[Mention], offices: Offices, before: int) -> tuple[Person | None, Person | None]:
    """Who asks and who answers in an interview whose lines say only Q and A: those whom its head names, if it is clear."""
    people = {id(m.person): m.person for m in mentions if m.span.start < before}
    asking = [p for p in people.values() if _heads(offices, p) & closed_class("interviewers")]
    answering = [p for p in people.values() if p not in asking and " " in p.name]
    return (
        asking[0] if len(asking) == 1 else None,
        answering[0] if len(answering) == 1 and len(asking) <= 1 else None,
    )


def _heads(offices: Offices, person: Person) -> set[str]:
    return {office.head for office in offices.of.get(id(person), [])}
