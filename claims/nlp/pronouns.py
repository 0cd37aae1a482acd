"""Whom pronouns mean: "she", "who", "it", "we". In doubt nobody."""

import re
from bisect import bisect_right, insort
from collections.abc import Callable

from claims.nlp.article import Known
from claims.nlp.cast import Mention, Person
from claims.nlp.lexicon import closed_class
from claims.nlp.names import fold
from claims.nlp.phrases import Name, joined
from claims.nlp.types import Attribution, SourceKind, Span

MALE, FEMALE = closed_class("male_pronouns"), closed_class("female_pronouns")
FIRST_PERSON = closed_class("first_person")
RELATIVE = closed_class("relative_pronouns")
BODY_PRONOUNS = frozenset(("it", "they"))
PRONOUNS = MALE | FEMALE | FIRST_PERSON | RELATIVE | closed_class("nobody")
PEOPLE_ASIDE = frozenset((SourceKind.ORGANIZATION, SourceKind.COUNTRY, SourceKind.DOCUMENT))
REPORTING_BODIES = PEOPLE_ASIDE - {SourceKind.DOCUMENT}  # a report says of something else that it denies
# "on Thursday, who": the time stands between a name and its relative clause.
TIME = re.compile(
    r",? (?:on|last|this|next|late|early) (?:\w+day|week|month|year|night)(?: (?:night|morning|evening))?$"
)
WITHIN = re.compile(r" (?:on|in|at|of|from|for|with|to|by|across) (?:the )?$")
IS = re.compile(r" (?:is|was|are|were) $")
REACH = 3000  # characters back to what a pronoun may mean


class Pronouns:
    """Remembers who spoke. `describe`: names whom a phrase means that is no name."""

    def __init__(self, known: Known, describe: Callable[[str, Span], Name | None]) -> None:
        self.known, self.cast, self.text = known, known.cast, known.text
        self.describe = describe
        self.people: list[tuple[int, Person]] = []  # where people were sources so far, in order of place
        self.spoken: list[tuple[int, Name, Attribution | None]] = []  # all who spoke, in order of place

    def said(self, place: int, person: Person) -> None:
        insort(self.people, (place, person), key=lambda entry: entry[0])

    def remember(self, attribution: Attribution, around: Attribution | None, name: Name) -> None:
        place = (attribution.source or attribution.cue)[0].start
        insort(self.spoken, (place, name, around), key=lambda entry: entry[0])

    def name(self, word: str, span: Span, attribution: Attribution, around: Attribution | None) -> Name | None:
        if word in MALE | FEMALE:
            return self._last_person(span, "f" if word in FEMALE else "m", attribution, around)
        if word in RELATIVE:
            return self._antecedent(span, whom=word in {"who", "whom"})
        if word in FIRST_PERSON:
            return self._first_person(span, around)
        if word == "you":
            return self._addressee(span)
        return self._last_body(span, around, several=word == "they") if word in BODY_PRONOUNS else None

    # I, we, you

    def is_mark(self, label: str, place: int) -> bool:
        """Whether a line of an interview begins here with Q or A."""
        turn = self.known.turns.at(place)
        is_turn = turn is not None and turn.start == place
        return is_turn and label in closed_class("asking_labels") | closed_class("answering_labels")

    def party(self, label: str) -> Person | None:
        """Whom Q or A stand for."""
        if label in closed_class("asking_labels"):
            return self.known.asking
        return self.known.answering if label in closed_class("answering_labels") else None

    def _first_person(self, span: Span, around: Attribution | None) -> Name | None:
        """Whoever is quoted, or whose turn it is."""
        if around is not None:
            return (around.speaker, around.speaker_kind) if around.speaker else None
        if self.known.turns.turns:
            turn = self.known.turns.at(span.start)
            return self._of_label(turn.label, turn.start) if turn else None
        person = self.known.interview.speaker(span.start)
        return (person.name, SourceKind.PERSON) if person else None

    def _addressee(self, span: Span) -> Name | None:
        """Whom "you" means in a talk of two."""
        if self.known.turns.turns:
            turn = self.known.turns.at(span.start)
            other = self.known.turns.other(turn.label) if turn else None
            return self._of_label(other.label, other.start) if other else None
        person = self.known.interview.addressee(span.start)
        return (person.name, SourceKind.PERSON) if person else None

    def _of_label(self, label: str, place: int) -> Name | None:
        folded = fold(label)
        if self.is_mark(folded, place):
            party = self.party(folded)
            return (party.name, SourceKind.PERSON) if party else None
        person = self.cast.find(label.split())
        return (person.name, SourceKind.PERSON) if person else None

    # He, she

    def _last_person(
        self, span: Span, gender: str, attribution: Attribution, around: Attribution | None
    ) -> Name | None:
        """The last person who fits, or nobody when two do equally well."""
        scores: dict[int, tuple[float, Person]] = {}
        quoted_here = self.cast.is_quoted(span.start)
        # Who is quoted does not say "he" of himself.
        quoting = {around.speaker} if around is not None and quoted_here else set()
        turn = self.known.turns.at(span.start)
        if turn and turn.start != span.start and (label := self._of_label(turn.label, turn.start)):
            quoting.add(label[0])

        def weigh(person: Person, score: float) -> None:
            if (person.gender is not None and person.gender != gender) or person.name in quoting:
                return
            if person.gender is None:
                score -= 0.5
            if score > -2 and (id(person) not in scores or score > scores[id(person)][0]):
                scores[id(person)] = (score, person)

        for mention in reversed(self.cast.mentions_between(max(0, span.start - REACH), span.start)):
            in_own_content = any(c.start <= mention.span.start < c.end for c in attribution.content)
            if not in_own_content and (quoted_here or not self.cast.is_quoted(mention.span.start)):
                weigh(mention.person, self._salience(mention, span.start))
        end = bisect_right(self.people, span.start - 1, key=lambda entry: entry[0])
        for place, person in reversed(self.people[max(0, end - 20) : end]):
            if place > span.start - REACH and (quoted_here or not self.cast.is_quoted(place)):
                weigh(person, 3.0 - self.cast.distance(place, span.start))
        ranked = sorted(scores.values(), key=lambda pair: -pair[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 0.5):
            return None
        person = ranked[0][1]
        if " " not in person.name:  # of the two whom the name may mean, the pronoun may fit only one
            person = self.cast.find([person.name], gender) or person
        self.said(span.start, person)
        return person.name, SourceKind.PERSON

    def _salience(self, mention: Mention, place: int) -> float:
        start = mention.span.start
        low = bisect_right(self.people, start - 80, key=lambda entry: entry[0])
        source = any(p is mention.person for at, p in self.people[low : low + 20] if abs(at - start) < 80)
        role = 3.0 if mention.prominent or source else 0.5 if mention.oblique else 1.5
        role += 0.5 * mention.first
        return role - self.cast.distance(start, place)

    # Who, which

    def _antecedent(self, span: Span, *, whom: bool) -> Name | None:
        """What stands right before "who" or "which"; an office and a time may come between."""
        before = TIME.sub("", self.text[max(0, span.start - 300) : span.start].rstrip().rstrip(",").rstrip())
        gap = span.start - max(0, span.start - 300)
        end = span.start - gap + len(before)
        person = self.known.offices.places.get(end) or self.known.offices.places.get(end + 1)
        if person and not self._person_before(end):
            return person.name, SourceKind.PERSON
        named = self._named_at(end, whom=whom)
        if named:
            return named
        noun = re.search(r"\b(?:the|an?|his|her|its|their|my) (?:[a-z-]+ ){0,2}[a-z-]+$", before)
        if noun:
            start = end - len(noun[0])
            is_name = IS.search(self.text, max(0, start - 12), start)
            named = self._named_at(is_name.start(), whom=whom) if is_name else None  # "Ruiz is the mayor who"
            return named or self.describe(noun[0], Span(start, end))
        return None

    def _named_at(self, end: int, *, whom: bool) -> Name | None:
        """Who or what is named right before a place."""
        person = self._person_before(end)
        if person:
            return person
        entity = self.known.bodies.at_end(end) or self.known.entity_ending(end)
        within = WITHIN.search(self.text, max(0, entity.start - 12), entity.start) if whom and entity else None
        if entity and within and not self.text[entity.start : entity.end].endswith("s"):  # "by Republicans who"
            return self._person_before(within.start())  # "Ruiz of Ohio, who"; "voters in Ohio, who" are nobody
        brand = re.search(r"\b[a-z]+[A-Z]\w*$", self.text[max(0, end - 40) : end])  # "eBay"
        if not entity and brand:
            return brand[0], SourceKind.ORGANIZATION
        return self.describe(self.text[entity.start : entity.end], entity) if entity else None

    def _person_before(self, end: int) -> Name | None:
        near = self.cast.mentions_between(max(0, end - 80), end)
        return next(((m.person.name, SourceKind.PERSON) for m in near if m.span.end == end), None)

    # It, they, both

    def _last_body(self, span: Span, around: Attribution | None, *, several: bool) -> Name | None:
        """Whoever says what it begins, or the last who spoke beside this one, if that is a body: "It" follows the subject of
        the sentence before."""
        if around is not None and around.speaker and self._begins(span, around.content):
            kind = around.speaker_kind
            if kind in REPORTING_BODIES or (several and kind is SourceKind.GROUP):
                return around.speaker, kind
        end = bisect_right(self.spoken, span.start - 1, key=lambda entry: entry[0])
        quoted = self.cast.is_quoted(span.start)
        for place, (name, kind), beside in reversed(self.spoken[max(0, end - 6) : end]):
            if beside is not around or self.cast.is_quoted(place) != quoted:
                continue
            new_paragraph = not quoted and not several and self.text.find("\n", place, span.start) >= 0
            if not self._is_near(place, span.start, 2 if several else 1) or new_paragraph:
                return None
            if kind in PEOPLE_ASIDE or (several and kind is SourceKind.GROUP):
                return name, kind
            if not several:
                return None
        return None

    def _begins(self, span: Span, content: tuple[Span, ...]) -> bool:
        """Whether it stands at the beginning of what is said, and in no quotation: "The bank said that it ..." """
        begin = content[0].start
        is_first = span.start == begin or self.text[begin : span.start] == "that "
        return is_first and not self.cast.is_quoted(span.start)

    def bodies_near(self, place: int) -> list[str]:
        """The organizations that spoke in the last sentences, the last first."""
        end = bisect_right(self.spoken, place - 1, key=lambda entry: entry[0])
        return [
            name
            for at, (name, kind), _ in reversed(self.spoken[max(0, end - 6) : end])
            if kind is SourceKind.ORGANIZATION and self._is_near(at, place, 2)
        ]

    def _is_near(self, start: int, end: int, sentences: int) -> bool:
        """Sentences are counted only where there cannot be thousands of them."""
        return end - start < REACH and self.cast.distance(start, end) <= sentences

    def both(self, plural: str, place: int) -> Name | None:
        """ "both countries": the two that spoke before, when it was no third."""
        noun = "country" if plural == "countries" else plural.removesuffix("s")
        if plural.endswith("ies"):
            noun = plural.removesuffix("ies") + "y"
        end = bisect_right(self.spoken, place - 1, key=lambda entry: entry[0])
        names: dict[str, Name] = {}
        for _, (name, kind), _ in self.spoken[max(0, end - 60) : end]:
            if noun == "country" and kind is SourceKind.COUNTRY:
                country = self.known.country_of(name)
                names.setdefault(country, (country, kind))
            elif noun != "country" and kind is SourceKind.ORGANIZATION and self.known.bodies.may_be(name, noun):
                names.setdefault(name, (name, kind))
        return joined(list(names.values())) if len(names) == 2 else None

    # Nobody at all

    def left_out(self, attribution: Attribution) -> Name | None:
        """ "The line says the ferry stopped. Denies a fire.": a ticker leaves out the subject that it has just had."""
        cue = attribution.cue[0]
        verb = self.text[cue.start : cue.end].split()[:1]
        before = self.text[max(0, cue.start - 3) : cue.start]
        if not verb or not re.fullmatch(r"[A-Z][a-z]+s", verb[0]) or not re.search(r"[.!?][”\"’»]? $", before):
            return None
        end = bisect_right(self.spoken, cue.start - 1, key=lambda entry: entry[0])
        for place, name, beside in reversed(self.spoken[max(0, end - 1) : end]):
            if beside is None and "\n" not in self.text[place : cue.start] and cue.start - place < 400:
                return name
        return None
