"""All that the speaker resolver looks up about one article, built once."""

from bisect import bisect_left, bisect_right

from spacy.tokens import Doc

from claims.nlp.bodies import Bodies
from claims.nlp.cast import Cast, merged
from claims.nlp.components.cue_reader import quoted
from claims.nlp.lexicon import countries
from claims.nlp.names import fold
from claims.nlp.offices import read_offices
from claims.nlp.phrases import without_article
from claims.nlp.places import Places
from claims.nlp.turns import Interview, Turns, parties
from claims.nlp.types import Span

LABELS = ("PERSON", "ORGANIZATION", "LOCATION", "MISC")


class Known:
    """The people, offices, organizations, places and turns of an article."""

    def __init__(self, doc: Doc) -> None:
        self.text = text = doc.text
        found = {
            label: merged((_whole(e.start_char, e.end_char, text) for e in doc.ents if e.label_ == label), text)
            for label in LABELS
        }
        self.places = Places(text, (without_article(text[s.start : s.end]) for s in found["LOCATION"]))
        labelled = dict(found)
        misread = {s for s in found["PERSON"] if self.places.stands_as_place(without_article(text[s.start : s.end]))}
        labelled["PERSON"] = [span for span in found["PERSON"] if span not in misread]
        self.places.known |= {without_article(text[s.start : s.end]).casefold() for s in misread}
        self.bodies = Bodies(text, labelled, self.places)
        organizations = set(found["ORGANIZATION"]).difference(self.bodies.people)
        self.organizations = {without_article(text[s.start : s.end]).casefold() for s in organizations}
        others = [*self.bodies.spans, *found["LOCATION"], *misread]
        self.cast = Cast(text, self.bodies.people, others, quoted(text))
        self.offices = read_offices(text, self.cast.mentions, self.bodies.names_at())
        self.turns = Turns(text)
        self.interview = Interview(text, self.cast, self.offices)
        first = self.turns.starts[0] if self.turns.starts else 0
        self.asking, self.answering = parties(self.cast.mentions, self.offices, first)
        self.names = self._names()
        self.people = {person.name: person for person in [*(m.person for m in self.cast.mentions), *self.cast.people]}
        self.entities = sorted(span for spans in found.values() for span in spans)
        self.starts = [span.start for span in self.entities]
        self.sentence_starts = frozenset(self.cast.sentence_starts)

    def _names(self) -> set[str]:
        """Personal names as written, folded; and the parts of one that a recognizer missed where they stood alone."""
        known = {" ".join(fold(word) for word in words) for _, words in self.cast.names}
        for person in self.cast.people:
            known.update((fold(person.name.split()[0]), fold(person.name.split()[-1])))
        return known

    def role_of(self, name: str) -> str:
        person = self.people.get(name)
        return self.offices.role(person) if person else ""

    def is_body(self, head: str) -> bool:
        """Whether a phrase is nothing but the name of an organization, long or short."""
        plain = without_article(head)
        longer = plain[:1].isupper() and self.bodies.full_name(plain, article=plain != head) != plain
        if fold(plain) in self.names and (not longer or self.cast.find(plain.split())):
            return False  # "Trump", taken for a body once
        return longer or self.bodies.is_named(plain.casefold())

    def is_named(self, place: int) -> bool:
        """Whether a recognizer sees a name here, or the word is a nationality: its capital is its own."""
        word = fold((self.text[place : place + 30].split() or [""])[0])
        near = bisect_right(self.starts, place) - 1
        if near >= 0 and place < self.entities[near].end:
            return True
        return word in countries().demonyms or word.rstrip("s") in countries().demonyms

    def begins_sentence(self, place: int) -> bool:
        return place in self.sentence_starts or self.text[max(0, place - 2) : place].strip() in {"“", '"'}

    def in_headline(self, place: int) -> bool:
        """Whether a line is short and ends like no sentence."""
        start = self.text.rfind("\n", max(0, place - 160), place) + 1
        line = self.text[start : place + 160].partition("\n")[0].rstrip()
        return (bool(start) or place < 160) and len(line) < 160 and line[-1:] not in set('.!?:;”"’')

    def country_of(self, name: str) -> str:
        """The country of a capital; any other name as it is."""
        return countries().of[name.casefold()] if name.casefold() in countries().capitals else name

    def is_dateline(self, span: Span) -> bool:
        """ "SALT CREEK, Aug. 8": where it was written, not who spoke."""
        written = " ".join(self.text[span.start : span.end].split())
        return written.isupper() and written.casefold() in self.places.datelines

    def entity_ending(self, end: int) -> Span | None:
        number = bisect_left(self.starts, end) - 1
        return self.entities[number] if number >= 0 and self.entities[number].end == end else None


def _whole(start: int, end: int, text: str) -> Span:
    """A name with the parts that hyphens join to it: of "Honor Bexley-Tran" a recognizer may have seen Bexley alone."""
    while (text[end : end + 1] in {"-", "‐"} and text[end + 1 : end + 2].isupper()) or (
        text[end - 1 : end] in {"-", "‐"} and text[end : end + 1].isupper()
    ):
        end += 1
        while text[end : end + 1].isalnum():
            end += 1
    while start > 1 and text[start - 1] in {"-", "‐"} and text[start - 2].isalnum() and text[start].isupper():
        start -= 1
        while start > 0 and text[start - 1].isalnum():
            start -= 1
    return Span(start, end)
