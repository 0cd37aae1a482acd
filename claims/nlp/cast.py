"""The people of one article: who is named where, by which names, and what the names tell about them.

A rule of this file holds throughout: a wrong name costs more than a missing one, so whatever two people could answer to
is nobody's.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from claims.nlp.given import with_given_names
from claims.nlp.lexicon import closed_class, countries, genders_of_given_names, genders_of_roles
from claims.nlp.names import POSSESSIVE, SUFFIXES, fold, is_headline_case, is_title, is_trade, name_words, strip_titles
from claims.nlp.spelling import is_slip, slips
from claims.nlp.tokens import SENTENCE_END
from claims.nlp.types import Span

TOKEN = re.compile(r"\S+")
CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w’'-]{1,40}(?:[ \xa0]+[^\W\d_a-z][\w’'-]{0,40}\.?){1,5}(?<![’'.-])")
OBLIQUE = closed_class("oblique")


@dataclass
class Person:
    """Somebody of the article. `name` is the longest form of it that the article has."""

    name: str
    gender: str | None = None
    titles: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Mention:
    """One place that names a person. `prominent`: as a subject, `first`: that a sentence begins with; `oblique`: within
    "of ...", "for ...", as "...'s" or before what somebody else is ("Ruiz spokesman Tom Wells")."""

    span: Span
    person: Person
    prominent: bool
    oblique: bool
    first: bool = False


class Cast:
    """Everybody whom an article names. `named`: the spans that were recognized as personal names, in order."""

    def __init__(self, text: str, named: Iterable[Span], others: Iterable[Span], quotations: Sequence[Span]) -> None:
        self.text = text
        self.quotations = quotations
        self.others = sorted(others)
        spans = merged([*named, *self._named_by_lexicon()], text)
        spans = merged([*spans, *with_given_names(text, self._bare(spans), self._is_other)], text)
        self.names = self._read(spans)
        self.people = self._people()
        # Known by a surname alone, which only somebody of another gender has in full: "Mr Obama" beside Michelle Obama.
        self.unrelated: dict[str, Person] = {}
        # Whom a surname alone means, where several bear it: who was the only one named in full when it first stood alone.
        self.owners: dict[str, Person] = {}
        self.misspelt: dict[str, Person | None] = {}
        self.mentions = self._mentions()
        self._read_genders()

    def _named_by_lexicon(self) -> list[Span]:
        """Titles and well-known given names before capitals: what a recognizer should have seen."""
        found = []
        for match in CAPITALISED.finditer(self.text):
            words = list(TOKEN.finditer(match[0]))
            title = len(words) - len(strip_titles([w[0] for w in words]))
            first = words[title][0].casefold()
            known = first in genders_of_given_names() and title < len(words) - 1
            last = words[_end_of_name([w[0] for w in words], title)]
            before = [fold(w[0]) for w in words[:title]]
            role = any(w in genders_of_roles("titles") for w in before) or (before and is_trade(before[-1]))
            role = role and not match[0].isupper() and not is_headline_case(self._line_at(match.start()))
            span = Span(match.start() + words[title].start(), match.start() + last.start() + len(last[0].rstrip(".")))
            if (known or role) and not self._is_other(span):
                found.append(span)
        return found

    def _line_at(self, place: int) -> str:
        """The line that a place stands in, as far as it matters for its looks."""
        start = self.text.rfind("\n", max(0, place - 200), place) + 1
        return self.text[start or max(0, place - 200) : place + 200].partition("\n")[0]

    def _is_other(self, span: Span) -> bool:
        """Whether the name of an organization or a place stands here."""
        near = bisect_right(self.others, Span(span.end, 0))
        return any(span.start < other.end for other in self.others[max(0, near - 2) : near])

    def _bare(self, spans: Iterable[Span]) -> set[str]:
        """The names of one word that no longer name ends in."""
        names = [words for span in spans if (words := name_words(self.text[span.start : span.end]))]
        return {words[0] for words in names if len(words) == 1} - {words[-1] for words in names if len(words) > 1}

    def _read(self, spans: Iterable[Span]) -> list[tuple[Span, list[str]]]:
        """Names as their words. "To Lam" is a name; but "To Ruiz" is Ruiz where the article has Ana Ruiz. A title is none."""
        names = [(span, words) for span in spans if (words := name_words(self.text[span.start : span.end]))]
        last = Counter(fold(words[-1]) for words in {tuple(words) for _, words in names} if len(words) > 1)
        return [
            (span, words[1:] if len(words) == 2 and fold(words[0]) in OBLIQUE and last[fold(words[1])] > 1 else words)
            for span, words in names
            if len(words) > 1 or last[fold(words[0])] or not is_title(words[0]) or self._titles_before(span)[0]
        ]

    def _people(self) -> list[Person]:
        """One person for all full names that can be the same: same family name, same (or abbreviated) given name."""
        people: list[Person] = []
        self.by_word: dict[str, list[Person]] = {}
        self.spelt = Counter(" ".join(words) for _, words in self.names)
        self.words = Counter(fold(words[-1]) for _, words in self.names)
        for words in sorted((w for _, w in self.names if len(w) > 1), key=_longest_first):
            name = " ".join(words)
            same = next((p for p in self._sharing(words[-1:]) if _same_person(words, p.name.split())), None)
            if same is None:
                people.append(Person(name))
                for word in {_plain(fold(word)) for word in words}:
                    self.by_word.setdefault(word, []).append(people[-1])
            elif len(words) == len(same.name.split()) and is_slip(fold(words[0]), fold(same.name.split()[0])):
                same.name = max(same.name, name, key=self.spelt.__getitem__)
        for person in people:
            given = fold(person.name.split()[0])
            person.gender = None if given in closed_class("either_gender") else genders_of_given_names().get(given)
        return people

    def _mentions(self) -> list[Mention]:
        bare: dict[str, Person] = {}
        found = []
        read = [(span, words, *self._titles_before(span)) for span, words in self.names]
        for _, words, _, gender in read:
            if gender and len(words) == 1 and self._sharing(words) and self.find(words, gender) is None:
                self.unrelated.setdefault(fold(words[0]), Person(words[0], gender))
        introduced: dict[str, dict[int, Person]] = {}
        for span, words, titles, gender in read:
            if len(words) == 1:
                self._give(fold(words[0]), list(introduced.get(fold(words[0]), {}).values()), gender)
            person = self.find(words, gender)
            if person and len(words) > 1:
                introduced.setdefault(fold(words[-1]), {})[id(person)] = person
            if person is None:
                name = " ".join(words)
                person = bare.setdefault(name.casefold() + (gender or ""), Person(name, gender))
            person.titles |= titles
            person.gender = person.gender or gender
            found.append(Mention(span, person, *self._grammar(span)))
        return found

    def _give(self, surname: str, introduced: list[Person], gender: str | None) -> None:
        """Note whom a surname means that stands alone: the one who has been named in full. It stays so."""
        fits = len(introduced) == 1 and (gender is None or introduced[0].gender in {None, gender})
        if fits and len(self._sharing([surname])) > 1:
            self.owners.setdefault(surname, introduced[0])

    def find(self, words: Sequence[str], gender: str | None = None) -> Person | None:
        """The one person of the article whom these words of a name can mean."""
        folded = [fold(word) for word in words]
        unrelated = self.unrelated.get(folded[0]) if len(words) == 1 else None
        if unrelated and gender in {None, unrelated.gender}:
            return unrelated
        sharing = self._sharing([words[0], words[-1]])
        full = [person for person in sharing if len(words) > 1 and _same_person(list(words), person.name.split())]
        family = [p for p in sharing if _ends_with([fold(w) for w in p.name.split()], folded)]
        given = [p for p in sharing if [fold(w) for w in p.name.split()][: len(folded)] == folded]
        for candidates in (full, family, given):
            fitting = [p for p in candidates if not (gender and p.gender and p.gender != gender)]
            if fitting:
                owner = self.owners.get(folded[0]) if len(words) == 1 else None
                return fitting[0] if len(fitting) == 1 else owner if owner in fitting else None
        return self._slipped(folded[0], gender) if len(words) == 1 and not sharing else None

    def _slipped(self, surname: str, gender: str | None) -> Person | None:
        """The one person whose surname a rarer one can be a slip of: "Water said" of Kathryn Waters."""
        if surname not in self.misspelt:
            near = {id(p): p for part in slips(surname) for p in self._by_slip.get(part, ())}
            often = self.words[surname]
            fitting = [
                person
                for person in near.values()
                if is_slip(surname, last := fold(person.name.split()[-1])) and self.words[last] >= often
            ]
            self.misspelt[surname] = fitting[0] if len(fitting) == 1 else None
        person = self.misspelt[surname]
        return person if person and not (gender and person.gender and gender != person.gender) else None

    @cached_property
    def _by_slip(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.people:
            for part in slips(fold(person.name.split()[-1])):
                found.setdefault(part, []).append(person)
        return found

    def _sharing(self, words: Sequence[str]) -> list[Person]:
        """Whoever has one of these words in the name; looked up, since a long text may name thousands."""
        found = {id(p): p for word in words for p in self.by_word.get(_plain(fold(word)), ())}
        return list(found.values())

    def _titles_before(self, span: Span) -> tuple[set[str], str | None]:
        """Titles in front of a name (or at its beginning), and the gender that they tell."""
        before = self.text[max(0, span.start - 60) : span.start].rpartition("\n")[2]
        words = [fold(w) for w in before.split()]
        inside = [fold(w) for w in self.text[span.start : span.end].split()]
        words += inside[: len(inside) - len(strip_titles(inside))]
        titles: set[str] = set()
        gender = None
        roles = genders_of_roles("titles")
        while words:
            length = next((n for n in (3, 2, 1) if len(words) >= n and " ".join(words[-n:]) in roles), 0)
            if length:
                title = " ".join(words[-length:])
                titles.add(title)
                gender = gender or roles[title]
            elif words[-1] not in countries().demonyms:
                break
            words = words[: -(length or 1)]
        return titles, gender

    def _grammar(self, span: Span) -> tuple[bool, bool, bool]:
        text = self.text
        before = text[max(0, span.start - 80) : span.start]
        words = before.split()
        while words and (fold(words[-1]) in genders_of_roles("titles") or fold(words[-1]) in countries().demonyms):
            words.pop()
        starts = not before.strip() or "\n" in before[len(before.rstrip()) :] or not words or words[-1][-1] in '.!?:”"'
        possessive = bool(POSSESSIVE.search(text[span.start : span.end])) or text[span.end : span.end + 2] in {
            "'s",
            "’s",
        }
        after = re.match(r"(,[^,.\n]{1,90},)?\s+(\w+?)(?:n['’]t)?\b", text[span.end : span.end + 120])
        describes = after is not None and not after[1] and after[2].islower() and is_trade(after[2])
        oblique = possessive or describes or (bool(words) and not starts and words[-1].casefold() in OBLIQUE)
        verb = after is not None and _is_verb(after[2])
        first = (
            starts
            and not before.endswith((":", ": "))
            and after is not None
            and after[2].islower()
            and after[2] not in {"and", "or"}
        )
        return (starts or verb) and not oblique, oblique, first and not oblique

    def _read_genders(self) -> None:
        """Who is the only person of a sentence that goes on with "he" or "she" is known by it."""
        for start, end in pairwise([*self.sentence_starts, len(self.text)]):
            people = {id(m.person): m.person for m in self.mentions_between(start, end)}
            if len(people) != 1:
                continue
            (person,) = people.values()
            last = max(m.span.end for m in self.mentions_between(start, end))
            pronouns = set(re.findall(r"\b(?:he|she)\b", self.text[last:end]))
            if person.gender is None and len(pronouns) == 1 and not self.is_quoted(last):
                person.gender = "f" if "she" in pronouns else "m"

    @cached_property
    def sentence_starts(self) -> list[int]:
        return [0, *(m.end() for m in SENTENCE_END.finditer(self.text))]

    @cached_property
    def _mention_starts(self) -> list[int]:
        return [mention.span.start for mention in self.mentions]

    def mentions_between(self, start: int, end: int) -> list[Mention]:
        low, high = bisect_right(self._mention_starts, start - 1), bisect_right(self._mention_starts, end - 1)
        return self.mentions[low:high]

    def is_quoted(self, place: int) -> bool:
        number = bisect_right(self._quotation_starts, place) - 1
        return number >= 0 and place < self.quotations[number].end

    @cached_property
    def _quotation_starts(self) -> list[int]:
        return [quotation.start for quotation in self.quotations]

    def distance(self, start: int, end: int) -> int:
        """How many sentences, quotations aside, lie between two places."""
        low, high = bisect_right(self.sentence_starts, start), bisect_right(self.sentence_starts, end)
        return sum(not self.is_quoted(place) for place in self.sentence_starts[low:high])


def _end_of_name(words: Sequence[str], start: int) -> int:
    """Number of the last word of a name of up to three: a full stop behind more than an initial ends the sentence."""
    last = min(start + 2, len(words) - 1)
    return next((i for i in range(start, last) if words[i].endswith(".") and len(words[i]) > 3), last)


def _longest_first(words: Sequence[str]) -> tuple[int, bool, Sequence[str]]:
    """Of like names the one that does not stand in CAPITALS, as labels of transcripts do."""
    name = " ".join(words)
    return -len(name), name.isupper(), words


def _is_verb(word: str) -> bool:
    return word in closed_class("verbs") or (word.endswith("ed") and word.islower())


def _ends_with(words: list[str], end: list[str]) -> bool:
    words = [w for w in words if w not in SUFFIXES]
    if len(words) <= len(end):
        return False
    return words[-len(end) :][:-1] == end[:-1] and _plain(words[-1]) == _plain(end[-1])


def _plain(word: str) -> str:
    return word.removeprefix("al-").removeprefix("el-")


def _same_person(one: list[str], other: list[str]) -> bool:
    """Same family name, and given names of which one is the other, its initial or a slip of it."""
    a, b = [fold(w) for w in one], [fold(w) for w in other]
    if a[-1] != b[-1]:
        return a == b
    short, long = sorted((a[0], b[0]), key=len)
    genders = {genders_of_given_names().get(short), genders_of_given_names().get(long)} - {None}
    return short == long or (len(short) == 1 and long.startswith(short)) or (len(genders) < 2 and is_slip(short, long))


def merged(spans: Iterable[Span], text: str) -> list[Span]:
    """Sorted spans; those that overlap, or that only a space parts, made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and (span.start < found[-1].end or text[found[-1].end : span.start] in {" ", "\xa0"}):
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
