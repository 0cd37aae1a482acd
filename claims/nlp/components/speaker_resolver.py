"""Gives every attribution the best name that its article has for the source: "she" → "Hillary Clinton".

By rule. A wrong name costs more than a missing one: what the article does not decide stays None (pronouns, titles) or as
it stands (a bare surname). What each kind gets as its speaker:

- person: the longest form of the name that the article has, without titles;
- organization: its name; an acronym gets the full name where the article introduces it in brackets;
- country: its name as written, without the article. A capital that speaks for its government ("Moscow has accused") is
  a country under the capital's name, and so is any other place that speaks, unless it is a known state or province or
  the article calls it a city, town or the like (then it is an organization);
- group, document: the descriptor without determiners ("two officials who asked not to be named" → "officials"). Several
  named speakers of one attribution are a group ("Hillary Clinton and Sergei Lavrov").
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from claims.nlp.cast import POSSESSIVE, Cast, Mention, Person, fold, merged, name_words, strip_titles
from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.components.cue_reader import quoted
from claims.nlp.lexicon import closed_class, countries, entries, genders_of_roles
from claims.nlp.types import Attribution, SourceKind, Span

Name = tuple[str, SourceKind]

MALE, FEMALE = closed_class("male_pronouns"), closed_class("female_pronouns")
FIRST_PERSON = closed_class("first_person")
RELATIVE = closed_class("relative_pronouns")
NOBODY = closed_class("nobody")
PRONOUNS = MALE | FEMALE | FIRST_PERSON | RELATIVE | NOBODY
LEAD_IN = re.compile(
    r"^(?:according to|by|from|to|as|with|for|in|of|per|and|but|while|even|only|that)\s+", re.IGNORECASE
)
# Where a noun phrase has ended, or goes on to say something about the one it named.
TAIL = re.compile(
    r"[,;:()\[\]—–]| - | (?:who|which|that|whose|whom|where|when|while|speaking|writing|citing|quoting|asking|himself|herself|"
    r"itself|themselves|yesterday|today|also|too|(?:on|last|this|next) (?:monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|week|month|year)|in an?|at an?|asked not|familiar with|with knowledge|close to|briefed on|involved in)\b",
    re.IGNORECASE,
)
PREPOSITION = re.compile(r"\b(?:of|for|from|to|by|with|at|in|on|against|about)\b")
INTRODUCED = re.compile(r"\(\s*(?:the )?([A-Z][\w&.-]{1,11})\s*[),;]")
PASSING = frozenset(("former", "current", "new", "then", "late", "outgoing", "incoming", "acting"))
SETTLEMENT = r"(?:city|town|village|county|state|province|region|district|municipality|borough|suburb|port)"
LONGEST_DESCRIPTOR = 10  # words


@Language.component("speaker_resolver")
def speaker_resolver(doc: Doc) -> Doc:
    """Set `speaker` and `speaker_kind` of every attribution."""
    attributions = doc._.get(ATTRIBUTIONS)
    if attributions:
        doc._.set(ATTRIBUTIONS, Resolver(doc).resolve(attributions))
    return doc


# "in Halvern"; and the last of words that begin with capitals: "Anna Halvern". Both overlap, hence the look-ahead.
BEHIND_PLACE_WORD = re.compile(r"\b(?:[Ii]n|across|within|throughout|inside|outside) ([A-Z][\w’'-]*\w)")
LAST_OF_SEVERAL = re.compile(r"\b(?!In )[A-Z][\w.’'-]* (?=([A-Z][\w’'-]*\w))")


@dataclass(frozen=True)
class Entity:
    span: Span
    label: str


class Resolver:
    """Resolves the sources of one article."""

    def __init__(self, doc: Doc) -> None:
        self.text = text = doc.text
        entities = [Entity(Span(e.start_char, e.end_char), e.label_) for e in doc.ents]
        self.by_label = {
            label: merged((e.span for e in entities if e.label == label), text)
            for label in ("PERSON", "ORGANIZATION", "LOCATION")
        }
        self.entities = [entity.span for entity in entities]
        others = self.by_label["ORGANIZATION"] + self.by_label["LOCATION"]
        self.organizations = {self._plain(span).casefold() for span in self.by_label["ORGANIZATION"]}
        self.locations = {self._plain(span).casefold() for span in self.by_label["LOCATION"]}
        self.behind_place_words = Counter(match[1] for match in BEHIND_PLACE_WORD.finditer(text))
        self.last_names = {match[1] for match in LAST_OF_SEVERAL.finditer(text)}
        misread = {span for span in self.by_label["PERSON"] if self._stands_as_place(self._plain(span))}
        self.locations |= {self._plain(span).casefold() for span in misread}
        people = [span for span in self.by_label["PERSON"] if span not in misread]
        self.cast = Cast(text, people, [*others, *misread], quoted(text))
        self.known_names = self._known_names()
        self.settlements: dict[str, bool] = {}
        self.full_names = self._introduced_acronyms()
        self.said: list[tuple[int, Person]] = []  # where people were sources so far

    def resolve(self, attributions: Sequence[Attribution]) -> list[Attribution]:
        done = [self._with_speaker(attribution) for attribution in attributions]
        return [self._first_person(attribution, done) for attribution in done]

    def _with_speaker(self, attribution: Attribution) -> Attribution:
        found: list[Name] = []
        for span in attribution.source:
            name = self.name_of(span, attribution)
            if name and name not in found:
                found.append(name)
        if not found:
            return replace(attribution, speaker=None, speaker_kind=SourceKind.UNKNOWN)
        if len(found) > 1:
            named = [name for name in found if name[1] not in {SourceKind.GROUP, SourceKind.UNKNOWN}]
            found = [joined(found)] if len(named) != 1 else named
        speaker, kind = found[0]
        return replace(attribution, speaker=speaker, speaker_kind=kind)

    def _first_person(self, inner: Attribution, done: Sequence[Attribution]) -> Attribution:
        """ "I" and "we" within a quotation are whoever is quoted."""
        words = {fold(self.text[s.start : s.end]) for s in inner.source}
        if inner.speaker or not words & FIRST_PERSON:
            return inner
        for outer in done:
            around = any(c.start <= s.start and s.end <= c.end for c in outer.content for s in inner.source)
            if outer is not inner and around and outer.speaker:
                return replace(inner, speaker=outer.speaker, speaker_kind=outer.speaker_kind)
        return inner

    def name_of(self, span: Span, attribution: Attribution) -> Name | None:
        """The name and kind of one source span."""
        written = " ".join(self.text[span.start : span.end].split())
        written = LEAD_IN.sub("", written.strip(' .,;:"“”‘«»')) or written
        word = fold(written)
        if not word or word in PRONOUNS:
            return self._pronoun(word, span, attribution)
        segments = [part.strip() for part in TAIL.split(written)]
        head = segments[0] or written
        both = self._coordinated(head)
        if both:
            return both
        person = self._person(head) or next((p for s in segments[1:3] if (p := self._apposition(s))), None)
        if person:
            self.said.append((span.start, person))
            return person.name, SourceKind.PERSON
        title = office(head)
        if title and not self._body(head):
            return self._bearer(title, span)
        return self._body(head) or self._descriptor(head, span)

    # People

    def _person(self, head: str) -> Person | None:
        """Who is named by a noun phrase as its head: not "a spokesman for Lavrov", not "the Clinton campaign"."""
        words = head.split()
        for start, end, name in self._names_in(words):
            behind = words[end:]
            if behind and not (PREPOSITION.fullmatch(behind[0]) or not behind[0][0].isalpha()):
                continue
            if behind and POSSESSIVE.search(words[end - 1]):
                continue
            if _is_head(words[:start]):
                return self.cast.find(name, self._gender_of(words[:start])) or self._bare(name, words[:start])
        return None

    def _names_in(self, words: list[str]) -> list[tuple[int, int, list[str]]]:
        """Runs of words that the article has as a personal name, the longest first: start, end, name."""
        found = []
        for start in range(len(words)):
            for end in range(min(len(words), start + 5), start, -1):
                run = words[start:end]
                if not run[0][:1].isupper() and not run[0].casefold().startswith(("al-", "el-")):
                    continue
                folded = " ".join(fold(word) for word in run)
                if folded in self.known_names and not (len(run) == 1 and self._is_place(folded) and start == 0):
                    found.append((start, end, run))
        return sorted(found, key=lambda run: (run[0] - run[1], run[0]))

    def _known_names(self) -> set[str]:
        known = {" ".join(fold(word) for word in words) for _, words in self.cast.names}
        for person in self.cast.people:  # parts of a name that a recognizer missed where they stood alone
            known.update((fold(person.name.split()[0]), fold(person.name.split()[-1])))
        return known

    def _bare(self, name: list[str], before: list[str]) -> Person:
        return Person(" ".join(name_words(" ".join(name)) or name), self._gender_of(before))

    def _gender_of(self, titles: list[str]) -> str | None:
        roles = genders_of_roles("titles")
        return next((gender for word in titles if (gender := roles.get(fold(word)))), None)

    def _apposition(self, segment: str) -> Person | None:
        """ "a spokeswoman for the fund, Ana Ruiz" is Ana Ruiz."""
        words = strip_titles(segment.split())
        return self.cast.find(words) if 2 <= len(words) <= 4 and name_words(segment) == words else None

    def _pronoun(self, word: str, span: Span, attribution: Attribution) -> Name | None:
        if word in MALE | FEMALE:
            return self._last_person(span, "f" if word in FEMALE else "m", attribution)
        return self._antecedent(span) if word in RELATIVE else None

    def _last_person(self, span: Span, gender: str, attribution: Attribution) -> Name | None:
        """The last person who fits, or nobody when two do equally well."""
        scores: dict[int, tuple[float, Person]] = {}
        quoted_here = self.cast.is_quoted(span.start)
        for mention in reversed(self.cast.mentions_between(max(0, span.start - 3000), span.start)):
            person = mention.person
            in_own_content = any(c.start <= mention.span.start < c.end for c in attribution.content)
            wrong = person.gender is not None and person.gender != gender
            if wrong or in_own_content or (self.cast.is_quoted(mention.span.start) and not quoted_here):
                continue
            score = self._salience(mention, span.start)
            if person.gender is None:
                score -= 0.5
            if score > -2 and (id(person) not in scores or score > scores[id(person)][0]):
                scores[id(person)] = (score, person)
        ranked = sorted(scores.values(), key=lambda pair: -pair[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 0.5):
            return None
        person = ranked[0][1]
        if " " not in person.name:  # of the two whom the name may mean, the pronoun may fit only one
            person = self.cast.find([person.name], gender) or person
        self.said.append((span.start, person))
        return person.name, SourceKind.PERSON

    def _salience(self, mention: Mention, place: int) -> float:
        source = any(person is mention.person and abs(at - mention.span.start) < 80 for at, person in self.said[-50:])
        role = 3.0 if mention.prominent or source else 0.5 if mention.oblique else 1.5
        return role - self.cast.distance(mention.span.start, place)

    def _antecedent(self, span: Span) -> Name | None:
        """What stands right before "who" or "which"."""
        before = self.text[: span.start].rstrip().rstrip(",").rstrip()
        for mention in self.cast.mentions_between(max(0, span.start - 200), span.start):
            if mention.span.end == len(before):
                return mention.person.name, SourceKind.PERSON
        for label in ("ORGANIZATION", "LOCATION"):
            for entity in self.by_label[label]:
                if entity.end == len(before):
                    return self._body(self.text[entity.start : entity.end])
        return None

    def _bearer(self, title: str, span: Span) -> Name | None:
        """ "the president": the one person so far who bears that title; nobody when the article does not say whom it means."""
        bearers = {
            id(m.person): m.person
            for m in self.cast.mentions
            if m.span.start < span.start and any(t == title or t.endswith(" " + title) for t in m.person.titles)
        }
        if len(bearers) != 1:
            return None
        (person,) = bearers.values()
        self.said.append((span.start, person))
        return person.name, SourceKind.PERSON

    # Organizations and countries

    def _body(self, head: str) -> Name | None:
        plain = without_article(head)
        kind = self._kind_of_body(plain, plain.casefold(), has_article=plain != head)
        return (self.full_names.get(plain, plain), kind) if kind else None

    def _kind_of_body(self, plain: str, folded: str, *, has_article: bool) -> SourceKind | None:
        if folded in countries().names or folded in countries().capitals:
            return SourceKind.COUNTRY
        if not plain[:1].isupper():
            return None
        if plain in self.full_names or folded in self.organizations or folded in entries("region_names"):
            return SourceKind.ORGANIZATION
        if folded in self.locations:
            return SourceKind.ORGANIZATION if self._is_settlement(plain) else SourceKind.COUNTRY
        if not has_article or not all(
            word[0].isupper() or word in {"of", "for", "and", "the", "on"} for word in plain.split()
        ):
            return None
        return SourceKind.GROUP if folded.removesuffix("s") in countries().demonyms else SourceKind.ORGANIZATION

    def _is_place(self, folded: str) -> bool:
        return folded in countries().names or folded in countries().capitals or folded in entries("region_names")

    def _stands_as_place(self, name: str) -> bool:
        """Whether a single name that was taken for a person's is written as only places are: "in Halvern"."""
        if not name or " " in name:
            return False
        as_place = self.behind_place_words[name]
        return self._is_place(name.casefold()) or as_place > 1 or bool(as_place and name not in self.last_names)

    def _is_settlement(self, name: str) -> bool:
        if name in self.settlements:
            return self.settlements[name]
        place = re.escape(name)
        patterns = (
            rf"\b{SETTLEMENT} (?:of )?{place}\b",
            rf"\b{place} (?:City|County|Council)\b",
            rf"\b{place}, (?:an?|the) [^,.]{{0,40}}\b{SETTLEMENT}\b",
        )
        self.settlements[name] = any(re.search(pattern, self.text) for pattern in patterns)
        return self.settlements[name]

    def _introduced_acronyms(self) -> dict[str, str]:
        """ "World Trade Organization (WTO)" → {"WTO": "World Trade Organization"}."""
        found: dict[str, str] = {}
        for match in INTRODUCED.finditer(self.text):
            before = self.text[max(0, match.start() - 120) : match.start()].rpartition("\n")[2].split()
            letters = [c for c in match[1] if c.isupper()]
            for length in range(min(len(before), len(letters) + 4), 1, -1):
                words = before[-length:]
                initials = [part[0] for word in words for part in word.split("-") if part[:1].isupper()]
                if initials == letters and words[0][0].isupper() and words[0] != "The":
                    found.setdefault(match[1], " ".join(words))
        return found

    def _plain(self, span: Span) -> str:
        return without_article(self.text[span.start : span.end])

    # Everybody else

    def _coordinated(self, head: str) -> Name | None:
        """ "Clinton and Lavrov": both, when both are named and it is no one name with "and" in it."""
        if " and " not in head or without_article(head).casefold() in self.organizations | self.locations:
            return None
        parts = re.split(r",? and ", head)
        names = [
            (person.name, SourceKind.PERSON) if (person := self._person(part)) else self._entity(part) for part in parts
        ]
        named = [name for name in names if name]
        return joined(named) if len(named) == len(parts) else None

    def _entity(self, part: str) -> Name | None:
        folded = without_article(part).casefold()
        known = folded in self.organizations or folded in self.locations or self._is_place(folded)
        return self._body(part) if known else None

    def _descriptor(self, head: str, span: Span) -> Name | None:
        words = without_determiners(head.split())[:LONGEST_DESCRIPTOR]
        if not words or all(fold(word) in NOBODY for word in words):
            return None
        noun = PREPOSITION.split(" ".join(words))[0].split()
        last = fold(noun[-1]) if noun else ""
        if last in closed_class("shares"):
            return None
        is_document = last in entries("document_nouns") or last.removesuffix("s") in entries("document_nouns")
        if is_document:
            return " ".join(words), SourceKind.DOCUMENT
        if self._begins_sentence(span) and head.startswith(words[0]) and not self._is_named(span.start):
            words[0] = words[0][0].lower() + words[0][1:]
        if all(word[:1].isupper() for word in words) and not words[-1].endswith("s"):
            # A name of which nothing tells whose it is. It is kept, and files itself nowhere.
            return " ".join(words), SourceKind.UNKNOWN
        is_body = last in closed_class("organization_nouns")
        return " ".join(words), SourceKind.ORGANIZATION if is_body else SourceKind.GROUP

    def _begins_sentence(self, span: Span) -> bool:
        return span.start in self.cast.sentence_starts or self.text[max(0, span.start - 2) : span.start].strip() in {
            "“",
            '"',
        }

    def _is_named(self, place: int) -> bool:
        """Whether a recognizer sees a name here, or the word is a nationality: its capital is its own."""
        word = fold(self.text[place : place + 30].split()[0])
        named = any(s.start <= place < s.end for s in self.entities)
        return named or word in countries().demonyms or word.rstrip("s") in countries().demonyms


def office(head: str) -> str | None:
    """ "the former Russian president" → president: one person, whom the article names elsewhere."""
    words = [fold(word) for word in head.split()]
    if len(words) < 2 or words[0] != "the":
        return None
    title = " ".join(word for word in words[1:] if word not in countries().demonyms and word not in PASSING)
    return title if any(part in roles for part in (title, title.rpartition(" ")[2]) for roles in _roles()) else None


def _roles() -> tuple[dict[str, str | None], ...]:
    return genders_of_roles("titles"), genders_of_roles("person_nouns")


def _is_head(before: list[str]) -> bool:
    """Whether a name after these words is whom the phrase is about: "Prime Minister of Israel [Name]", not "aides to [Name]"."""
    last = max((i for i, word in enumerate(before) if PREPOSITION.fullmatch(word)), default=None)
    if last is None:
        return not any(word in {"and", "or"} for word in before[-1:])
    between = strip_titles([*before[last + 1 :], "X"])[:-1]
    return bool(between) and all(word[0].isupper() for word in between)


def joined(names: Sequence[Name]) -> Name:
    """Several speakers as one name, each once."""
    spoken = list(dict.fromkeys(name for name, _ in names))
    return (" and ".join(spoken), SourceKind.GROUP) if len(spoken) > 1 else names[0]


def without_article(name: str) -> str:
    plain = re.sub(
        r"['’]s$", "", " ".join(name.split()).strip(" ,.;:\"“”‘’'") if not name.endswith(".") else name.strip()
    )
    return re.sub(r"^(?:the|a|an)\s+(?=\S)", "", plain, flags=re.IGNORECASE)


def without_determiners(words: list[str]) -> list[str]:
    """ "at least two of the officials" → officials."""
    rest = list(words)
    while rest:
        length = next((n for n in (3, 2, 1) if " ".join(rest[:n]).casefold() in entries("quantifiers")), 0)
        if not length and not rest[0].replace(",", "").isdigit():
            if rest[0] == "of" and len(rest) < len(words):
                length = 1
            else:
                break
        rest = rest[length or 1 :]
    return rest
