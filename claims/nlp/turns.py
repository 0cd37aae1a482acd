"""Who is speaking where in transcripts and interviews, whose lines begin with a label: "TARVOLD: ...", "Q: ..."."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from claims.nlp.cast import Mention, Person, fold
from claims.nlp.lexicon import closed_class
from claims.nlp.offices import Offices

LABEL = re.compile(r"^[ \t]*([^\W\d_a-z][^\n:.!?“”\"]{0,50}?)(?: \([^)\n]{1,40}\))?:(?=\s)", re.MULTILINE)
MOST_WORDS = 5


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
