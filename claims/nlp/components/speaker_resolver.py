"""Gives every attribution the best name that its article has for the source: "she" → "Hillary Clinton".

By rule. A wrong name costs more than a missing one: what the article does not decide stays None (pronouns, titles) or as
it stands (a bare surname). What each kind gets as its speaker:

- person: the longest form of the name that the article has, without titles; the office goes into `speaker_role`;
- organization: its name; an acronym, a short form ("the Chronicle") and a description ("the board") get the full name
  of the one organization of the article that they can mean;
- country: its name as written, without the article. A capital that speaks for its government ("Moscow has accused") is
  a country under the capital's name, and so is any other place that speaks, unless it is a known state or province or
  the article calls it a city, town or the like (then it is an organization);
- group, document: the descriptor without determiners ("two officials who asked not to be named" → "officials"). Several
  named speakers of one attribution are a group ("Hillary Clinton and Sergei Lavrov").

People are known to `nlp/cast.py`, their offices to `nlp/offices.py`, organizations to `nlp/bodies.py`, phrases to
`nlp/phrases.py`, pronouns to `nlp/pronouns.py`. Each is built once; a source is then looked up, never searched for.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from claims.nlp.article import Known
from claims.nlp.bodies import generic_nouns
from claims.nlp.cast import Person
from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.lexicon import closed_class, countries, entries, genders_of_roles
from claims.nlp.names import POSSESSIVE, SUFFIXES, fold, has_capital, name_words, strip_titles
from claims.nlp.phrases import (
    LEAD_IN,
    PREPOSITION,
    TAIL,
    Name,
    descriptor,
    is_fixed_office,
    is_head,
    is_quotation,
    is_role,
    joined,
    office,
    without_article,
)
from claims.nlp.pipeline import with_parents
from claims.nlp.pronouns import PRONOUNS, Pronouns
from claims.nlp.sources import source_spans
from claims.nlp.types import Attribution, SourceKind, Span

OWNER = re.compile(r"([^\W\d_].{1,40}?)(?:['’]s|(?<=s)['’]) (?=[^\W\d_a-z])")
BRACKETS = re.compile(r"\[([^\[\]]+)\]")  # "[Ruiz]": put in by whoever quotes
ALL = re.compile(r"^(we|they|you|us) (?:all|both)$", re.IGNORECASE)
COPYRIGHT = re.compile(r"(?:©|\(c\)|Copyright)\s*(?:\d{4}\s+)?((?:[A-Z][\w’'&-]*)(?: [A-Z][\w’'&-]*)*)")


@Language.component("speaker_resolver")
def speaker_resolver(doc: Doc) -> Doc:
    """Set `speaker`, `speaker_kind` and `speaker_role` of every attribution."""
    attributions = doc._.get(ATTRIBUTIONS)
    if attributions:
        doc._.set(ATTRIBUTIONS, Resolver(doc).resolve(attributions))
    return doc


class Resolver:
    """Resolves the sources of one article."""

    def __init__(self, doc: Doc) -> None:
        self.text = doc.text
        self.known = known = Known(doc)
        self.cast, self.bodies, self.offices = known.cast, known.bodies, known.offices
        self.pronouns = Pronouns(known, self._description)

    def resolve(self, attributions: Sequence[Attribution]) -> list[Attribution]:
        """In the order of nesting, since "I" is whoever speaks around it."""
        parents = [a.parent for a in with_parents(list(attributions))]
        done: dict[int, Attribution] = {}
        for number in _outer_first(attributions, parents):
            around = done.get(parents[number]) if parents[number] is not None else None  # type: ignore[arg-type]  # checked
            done[number] = self._with_speaker(attributions[number], around)
        return [done[number] for number in range(len(attributions))]

    def _with_speaker(self, attribution: Attribution, around: Attribution | None) -> Attribution:
        found: list[Name] = []
        spans = source_spans(attribution, self.text, self.cast)
        for span in spans:
            name = self.name_of(span, attribution, around)
            if name and name not in found:
                found.append(name)
        if not spans:
            name = self.pronouns.left_out(attribution)
            found = [name] if name else []
        if not found:
            return replace(attribution, speaker=None, speaker_kind=SourceKind.UNKNOWN)
        if len(found) > 1:
            named = [name for name in found if name[1] not in {SourceKind.GROUP, SourceKind.UNKNOWN}]
            found = [joined(found)] if len(named) != 1 else named
        speaker, kind = found[0]
        self.pronouns.remember(attribution, around, (speaker, kind))
        role = self.known.role_of(speaker) if kind is SourceKind.PERSON else ""
        return replace(attribution, speaker=speaker, speaker_kind=kind, speaker_role=role)

    def name_of(self, span: Span, attribution: Attribution, around: Attribution | None = None) -> Name | None:
        """The name and kind of one source span."""
        written = spelt = " ".join(self.text[span.start : span.end].split())
        label = re.match(r"[^:]{1,60}: (?=\S)", written)
        if label and attribution.cue and attribution.cue[0].start >= span.end:  # "KOLM: The union" says
            written = written[label.end() :]
        written = BRACKETS.sub(r"\1", LEAD_IN.sub("", written.strip(' .,;:"“”‘«»')) or written)
        word = fold(ALL.sub(r"\1", written))
        if self.pronouns.is_mark(word, span.start):
            party = self.pronouns.party(word)
            return (party.name, SourceKind.PERSON) if party else None
        if not word or word in PRONOUNS or self.known.is_dateline(span):
            return self.pronouns.name(word, span, attribution, around) if word in PRONOUNS else None
        segments = [part.strip() for part in TAIL.split(written)]
        head = segments[0] or written
        return None if is_quotation(spelt, head) else self._name_of_phrase(head, segments, span, attribution, around)

    def _name_of_phrase(
        self, head: str, segments: list[str], span: Span, attribution: Attribution, around: Attribution | None
    ) -> Name | None:
        """Of a noun phrase. `segments`: its head and what follows, without what parts them."""
        both = self._pair(head, span, attribution, around)
        if both:
            return both
        head = self._without_its_noun(self._without_its_owner(head))
        body = re.split(r" (?:in|at) ", head)[0]  # "the Harbour Museum in Denbury"
        head = body if not self.known.is_body(head) and self.bodies.is_named(without_article(body).casefold()) else head
        if self.known.is_body(head):
            return self._body(head)
        person = self._person(head) or self._apposed(head, segments)
        if person:
            self.pronouns.said(span.start, person)
            return person.name, SourceKind.PERSON
        return self._description(head, span)

    def _description(self, head: str, span: Span) -> Name | None:
        """Whom a phrase means that holds no name as its head."""
        phrase = office(head)
        title = bool(phrase) and is_fixed_office(head)
        if phrase and not self._body(head):
            person = self.offices.holder(phrase, span.start) or self.offices.leader(phrase)
            if person:
                self.pronouns.said(span.start, person)
                return person.name, SourceKind.PERSON
            if title or (len(phrase) == 1 and len(head.split()) == 1 and self._is_title(phrase[0], span)):
                return None
        return self._called(head, span) or self._body(head) or self._descriptor(head, span)

    def _is_title(self, word: str, span: Span) -> bool:
        """Whether a bare word is an office of whom the article does not tell: "..., says mayor"."""
        return fold(word) in genders_of_roles("titles") and not self.known.begins_sentence(span.start)

    # People

    def _person(self, head: str) -> Person | None:
        """Who is named by a noun phrase as its head: not "a spokesman for Lavrov", not "the Clinton campaign"."""
        words = head.split()
        refused: list[tuple[int, int]] = []
        for start, end, name in self._names_in(words):
            if any(low <= start and end <= high for low, high in refused):
                continue  # a part of a longer name
            refused.append((start, end))
            behind = words[end + 1 :] if fold(" ".join(words[end : end + 1])) in SUFFIXES else words[end:]
            if behind and not (PREPOSITION.fullmatch(behind[0]) or not behind[0][0].isalpha() or behind[0] == "over"):
                continue
            if behind and POSSESSIVE.search(words[end - 1]):
                continue
            if is_head(words[:start]):
                return self.cast.find(name, self._gender_of(words[:start])) or self._bare(name, words[:start])
        return None

    def _names_in(self, words: list[str]) -> list[tuple[int, int, list[str]]]:
        """Runs of words that the article has as a personal name, the longest first: start, end, name."""
        found = []
        for start in range(min(len(words), 30)):
            for end in range(min(len(words), start + 5), start, -1):
                run = words[start:end]
                if not run[0][:1].isupper() and not run[0].casefold().startswith(("al-", "el-")):
                    continue
                folded = " ".join(fold(word) for word in run)
                if folded in self.known.names and not (
                    len(run) == 1 and self.known.places.is_place(folded) and start == 0
                ):
                    found.append((start, end, run))
        return sorted(found, key=lambda run: (run[0] - run[1], run[0]))

    def _bare(self, name: list[str], before: list[str]) -> Person:
        plain, gender = " ".join(name_words(" ".join(name)) or name), self._gender_of(before)
        known = self.known.people.get(plain)
        return known if known and gender in {None, known.gender} else Person(plain, gender)

    def _gender_of(self, titles: list[str]) -> str | None:
        roles = genders_of_roles("titles")
        return next((gender for word in titles if (gender := roles.get(fold(word)))), None)

    def _apposed(self, head: str, segments: list[str]) -> Person | None:
        """The person behind what one person is; of "senators, Ana Ruiz among them" it is not she."""
        noun = PREPOSITION.split(head)[0].split()  # "one of the senators" is one
        several = any(word.endswith("s") and is_role(fold(word)[:-1]) for word in noun)
        return None if several else next((p for s in segments[1:3] if (p := self._apposition(s))), None)

    def _apposition(self, segment: str) -> Person | None:
        """ "a spokeswoman for the fund, Gen. Ana Ruiz of Vale" is Ana Ruiz."""
        words = strip_titles(PREPOSITION.split(segment)[0].split()) if segment[:1].isupper() else []
        if words and fold(words[-1]) in SUFFIXES:
            words.pop()
        return self.cast.find(words) if 2 <= len(words) <= 4 and name_words(" ".join(words)) == words else None

    # Organizations and countries

    def _body(self, head: str) -> Name | None:
        plain = without_article(head)
        kind = self._kind_of_body(plain, plain.casefold(), has_article=plain != head)
        if kind is SourceKind.COUNTRY:
            return plain, kind
        return (self.bodies.full_name(plain, article=plain != head), kind) if kind else None

    def _without_its_noun(self, head: str) -> str:
        """ "the influential daily Calder Chronicle" → Calder Chronicle, "the WCB party" → WCB, where that is a name."""
        words = without_article(head).split()
        first = next((i for i, word in enumerate(words) if not word.islower()), 0)
        if first and all(word.isalpha() and not _is_small(word) for word in words[:first]):  # "a divided Supreme Court"
            name = " ".join(words[first:])
            if self.bodies.is_named(name.casefold()) and fold(words[first]) not in self.known.names:
                return name
        last = max(
            (i for i, word in enumerate(words) if word.islower() and word in closed_class("body_nouns")), default=-1
        )
        if last < 0:
            return head
        name = without_article(" ".join(words[last + 1 :]))
        if not name:
            kept = " ".join(words[:-1])
            return kept if words[-1] in generic_nouns() and self.known.is_body(kept) else head
        is_name = all(word[:1].isupper() for word in name.split()) and not is_role(fold(name.split()[0]))
        known = self.known.is_body(name) or fold(name) in self.known.organizations
        return name if is_name and (known or " " in name or "." in name) else head

    def _without_its_owner(self, head: str) -> str:
        """ "Norway's Labour Party" → the Labour Party, "the fund's Ana Ruiz" → Ana Ruiz: whose it is belongs to no name."""
        owner = OWNER.match(head)
        name = head[owner.end() :] if owner else ""
        words = name.split()
        if not owner or len(words) < 2 or not all(word[:1].isupper() for word in words):
            return head
        if " ".join(map(fold, words)) in self.known.names:
            return name
        place = owner[1].casefold()
        return f"the {name}" if self.known.places.is_place(place) or place in self.known.places.known else head

    def _kind_of_body(self, plain: str, folded: str, *, has_article: bool) -> SourceKind | None:
        places = self.known.places
        if folded in countries().names or folded in countries().capitals:
            return SourceKind.COUNTRY
        if not has_capital(plain):
            return None
        if self.known.is_body(plain) or folded in self.known.organizations or folded in entries("region_names"):
            return SourceKind.ORGANIZATION
        if folded in places.known:
            return SourceKind.ORGANIZATION if folded in places.settlements else SourceKind.COUNTRY
        if not has_article or not all(
            word[0].isupper() or word in {"of", "for", "and", "the", "on"} for word in plain.split()
        ):
            return None
        return SourceKind.GROUP if folded.removesuffix("s") in countries().demonyms else SourceKind.ORGANIZATION

    def _called(self, head: str, span: Span) -> Name | None:
        """ "the board", "this newspaper", "both papers": the one organization, or the two, that the article can mean."""
        words = head.split()
        first, phrase = fold(words[0]), words[1:]
        if phrase and (first == "both" or [fold(w) for w in words[:2]] == ["the", "two"]):
            return self.pronouns.both(fold(words[-1]), span.start) if len(words) <= 3 else None
        if first == "this" and len(phrase) == 1 and fold(phrase[0]) in {"newspaper", "paper", "magazine", "website"}:
            return self._outlet()
        if first in {"the", "this"} and phrase:
            name = self.bodies.called(phrase, span.start, self.pronouns.bodies_near(span.start))
            town = self.known.places.only_town() if not name and phrase in (["city"], ["town"]) else None
            if town:
                return town, SourceKind.ORGANIZATION
        elif len(words) == 1 and self.known.in_headline(span.start):
            name = self.bodies.called(words, len(self.text), ())
        else:
            return None
        return (name, SourceKind.ORGANIZATION) if name else None

    def _outlet(self) -> Name | None:
        """Whose the copyright is, for an article that calls itself by what it stands in."""
        names = {match[1] for match in COPYRIGHT.finditer(self.text[-2000:])}
        return (names.pop(), SourceKind.ORGANIZATION) if len(names) == 1 else None

    # Several, and everybody else

    def _pair(self, head: str, span: Span, attribution: Attribution, around: Attribution | None) -> Name | None:
        """ "Clinton and Lavrov": both, when both are named and it is no one name with "and" in it."""
        if (
            " and " not in head
            or self.known.is_body(head)
            or without_article(head).casefold() in self.known.organizations
        ):
            return None
        names: list[Name | None] = []
        parts = re.split(r",? and ", head)
        written = self.text[span.start : span.end]
        for part in parts:
            if fold(part) in closed_class("male_pronouns") | closed_class("female_pronouns"):
                names.append(self.pronouns.name(fold(part), span, attribution, around))
                continue
            person = self._person(part)
            if person is None and names and part == parts[-1]:  # "She and her party chairman, Chidi Okoro"
                rest = TAIL.split(" ".join(written.split()).partition(part)[2])
                person = next((p for s in rest[1:2] if (p := self._apposition(s.strip()))), None)
            names.append((person.name, SourceKind.PERSON) if person else self._entity(part))
        named = [name for name in names if name]
        if len(named) != len(parts):
            return None
        return joined([(self.known.country_of(n) if k is SourceKind.COUNTRY else n, k) for n, k in named])

    def _entity(self, part: str) -> Name | None:
        folded = without_article(part).casefold()
        known = self.known.is_body(part) or folded in self.known.places.known or self.known.places.is_place(folded)
        return self._body(part) if known or folded in self.known.organizations else None

    def _descriptor(self, head: str, span: Span) -> Name | None:
        return descriptor(head, lower=self.known.begins_sentence(span.start) and not self.known.is_named(span.start))


def _is_small(word: str) -> bool:
    classes = closed_class("links"), closed_class("determiners"), closed_class("nobody"), entries("quantifiers")
    return bool(PREPOSITION.fullmatch(word)) or any(word in words for words in classes)


def _outer_first(attributions: Sequence[Attribution], parents: Sequence[int | None]) -> list[int]:
    depths: dict[int, int] = {}
    for number in range(len(attributions)):
        chain = []
        at: int | None = number
        while at is not None and at not in depths:
            chain.append(at)
            at = parents[at]
        depth = -1 if at is None else depths[at]
        for link in reversed(chain):
            depth += 1
            depths[link] = depth
    places = [(a.source or a.cue)[0].start for a in attributions]
    return sorted(depths, key=lambda number: (depths[number], places[number]))
