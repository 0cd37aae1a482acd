"""What an article says its people are, and whom it means by "the minister".

An office stands in front of a name ("Finance Minister Ilse Varn"), behind it between commas ("Ilse Varn, the finance
minister,") or the name behind the office ("the finance minister, Ilse Varn,"). Each place is read in a window of a
few words, so the whole costs no more than the names there are.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from claims.nlp.cast import Mention, Person
from claims.nlp.lexicon import closed_class, countries, short_titles, verb_forms
from claims.nlp.names import fold
from claims.nlp.phrases import PASSING, PREPOSITION, full_title, head_noun, is_possessive, is_role

# Behind the name: an age, the office, and what closes it. A full stop only where it shortens a word.
BEHIND = re.compile(
    r"(?:\s*,\s+(?:aged )?\d{1,3})?\s*,\s+((?:\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Gen|Sen|Rep)\.|[^,;:.\n()\[\]“”\"«»„—–])"
    r"{2,100})(?=[,;:.\n“”\"«»„—–]|$)"
)
AFFILIATION = re.compile(r" (?:of|at|from|with) (?:the )?$")
IN_BRACKETS = re.compile(r"\s*\(([^()\n]{2,60})\)")
ENDS = re.compile(
    r"\s(?:who|which|that|whose|whom|where|when|while|on|since|before|after|during|as|speaking|writing|told|said|says|"
    r"in an?|yesterday|today)\s.*$"
)
FULL_STOP = re.compile(r"[,;:.!?)\]”“\"»«—–]$")
CLOSES = re.compile(r"\s*(?:[,.;:)”\"’»]|$|\n)")
BEFORE = 110  # characters
LONGEST = 9  # words in front of a name


@dataclass(frozen=True)
class Office:
    """`text` as the article gives it, without determiners; `head`: its noun; `title`: the words up to its preposition."""

    text: str
    head: str
    title: tuple[str, ...]
    words: frozenset[str]
    nations: frozenset[str]
    end: int  # where the words stand that say it, name included


@dataclass
class Offices:
    """The offices of everybody in the article, and by their nouns who holds them."""

    of: dict[int, list[Office]] = field(default_factory=dict)
    holders: dict[str, list[tuple[int, Person, Office]]] = field(default_factory=dict)
    places: dict[int, Person] = field(default_factory=dict)  # ends of appositions: whom what stands there describes
    affiliations: dict[int, str] = field(default_factory=dict)

    def role(self, person: Person) -> str:
        """The fullest office of somebody: the most words, then the first."""
        known = self.of.get(id(person), [])
        if not known:
            return self.affiliations.get(id(person), "")
        return max(known, key=lambda office: len(office.text.split())).text

    def holder(self, phrase: list[str], place: int) -> Person | None:
        """The one person who can be meant by an office: of those named before, else of all; in doubt nobody."""
        at = head_noun(phrase)
        noun = full_title(phrase[at : at + 1])[-1:]
        if not noun:
            return None
        asked = [word for word in full_title(phrase) if word not in PASSING and not PREPOSITION.fullmatch(word)]
        told = set(full_title(phrase))
        nations = nations_of(phrase)
        owners = {fold(word) for word in phrase if is_possessive(word)}
        # The capital letters of a headline or an owner that the article itself leaves off tell nothing.
        wanted = {w for w in asked if w not in countries().of and w not in owners and w not in {"the", "a", "an"}}
        fitting = [
            (start, person, office)
            for start, person, office in self.holders.get(noun[0], ())
            if wanted <= office.words
            and not (nations and office.nations and not nations & office.nations)
            and not (set(office.title) - wanted) & closed_class("lesser") - told
        ]
        exact = [held for held in fitting if set(held[2].title) - set(countries().of) == wanted]
        for held in (exact, fitting):
            before = {id(person): person for start, person, _ in held if start < place}
            everybody = {id(person): person for _, person, _ in held}
            for people in (before, everybody):
                if people:
                    return next(iter(people.values())) if len(people) == 1 else None
        return None

    def leader(self, phrase: list[str]) -> Person | None:
        """ "Clinic chief" in a headline: who leads something that is called a clinic."""
        about = {fold(word) for word in phrase[:-1]}
        if not about or fold(phrase[-1]) not in closed_class("leading_words"):
            return None
        people = {
            id(person): person
            for noun in closed_class("leaders")
            for _, person, office in self.holders.get(noun, ())
            if about <= office.words
        }
        return next(iter(people.values())) if len(people) == 1 else None


def nations_of(phrase: Iterable[str]) -> frozenset[str]:
    """The countries that the words of a phrase point to: "Danish", "Chile's"."""
    known = countries().of
    return frozenset(known[folded] for word in phrase if (folded := fold(word)) in known and word[0].isupper())


def read_offices(text: str, mentions: Iterable[Mention], bodies: Iterable[tuple[int, str]]) -> Offices:
    """`bodies`: where the names of organizations begin, and the names."""
    offices = Offices()
    named_at = dict(bodies)
    for mention in mentions:
        person = mention.person
        for phrase, end in _offices_at(text, mention):
            _file(offices, person, mention.span.start, phrase, end)
        after = re.compile(r" (?:of|at|from) (?:the )?").match(text, mention.span.end)
        bracket = IN_BRACKETS.match(text, mention.span.end)
        body = named_at.get(after.end()) if after else None
        if not body and bracket and bracket.start(1) in named_at:
            body = bracket[1]
        if body:
            offices.affiliations.setdefault(id(person), body)
    return offices


def _file(offices: Offices, person: Person, start: int, phrase: list[str], end: int) -> None:
    at = head_noun(phrase)
    title = full_title(phrase[: at + 1])
    known = offices.of.setdefault(id(person), [])
    office = Office(" ".join(phrase), title[-1], tuple(title), frozenset(full_title(phrase)), nations_of(phrase), end)
    if all(one.text != office.text for one in known):
        known.append(office)
    offices.holders.setdefault(office.head, []).append((start, person, office))
    offices.places[end] = person
    roles = closed_class("women"), closed_class("men")
    if person.gender is None and office.head in roles[0] | roles[1]:
        person.gender = "f" if office.head in roles[0] else "m"


def _offices_at(text: str, mention: Mention) -> Iterable[tuple[list[str], int]]:
    span = mention.span
    words = text[span.start : span.end].split()
    own = mention.person.name.split()
    first = next((i for i, word in enumerate(words) if fold(word) in {fold(w) for w in own}), 0)
    line = text[max(0, span.start - BEFORE) : span.start].rpartition("\n")[2]
    before = [*line.split(), *words[:first]]
    direct = _in_front(before)
    if direct:
        yield direct, span.end
    elif before and before[-1].endswith(",") and len(own) > 1 and CLOSES.match(text, span.end):
        apart = _before_comma(before)
        if apart:
            yield apart, span.end
    behind = BEHIND.match(text, span.end)
    if behind:
        found = _behind(behind[1])
        if found:
            yield found, behind.end()


def _in_front(before: list[str]) -> list[str]:
    """ "said the Danish prime minister [Name]" → Danish prime minister."""
    if not before or (FULL_STOP.search(before[-1]) and not _is_short(before[-1])):
        return []
    start = _noun_in_front(before)
    if start is None:
        return []
    while start > 0 and len(before) - start < LONGEST:
        word, folded = before[start - 1], fold(before[start - 1])
        if is_possessive(word):
            return _without_owner(before, start - 1)
        if (FULL_STOP.search(word) and not _is_short(word)) or folded in closed_class("determiners") or not folded:
            break
        if folded in closed_class("oblique") | closed_class("links") or PREPOSITION.fullmatch(folded) or _is_verb(word):
            break
        start -= 1
    return before[start:]


def _noun_in_front(before: list[str]) -> int | None:
    """Number of the noun of an office that ends these words: itself the last, or "Secretary of State for Trade"."""
    last = len(before) - 1
    if is_role(fold(before[last])):
        return last
    for place in range(last, max(0, last - 5), -1):
        if fold(before[place]) == "of" and is_role(fold(before[place - 1])):
            return place - 1
        if not before[place][0].isupper() and fold(before[place]) not in {"for", "and", "the"}:
            return None
    return None


def _without_owner(before: list[str], start: int) -> list[str]:
    """ "Norway's", "Mr. Storkey's", "Green Union's" stay in front of the office; "the board's" and what is no name go."""
    if not before[start][0].isupper():
        return before[start + 1 :]
    while (
        start > 0
        and before[start - 1][0].isupper()
        and not (FULL_STOP.search(before[start - 1]) and not _is_short(before[start - 1]))
    ):
        if fold(before[start - 1]) in closed_class("determiners") | closed_class("links"):
            break
        start -= 1
    return before[start:]


def _before_comma(before: list[str]) -> list[str]:
    """ "a spokesman for the fund, [Name]": from the nearest determiner or owner behind which a person's noun is the head."""
    phrase = [*before[:-1], before[-1][:-1]]
    for start in range(len(phrase) - 1, max(-1, len(phrase) - 1 - LONGEST), -1):
        word = phrase[start]
        if FULL_STOP.search(word) and not _is_short(word) and start < len(phrase) - 1:
            return []
        opens = fold(word) in closed_class("determiners") or is_possessive(word)
        rest = phrase[start + 1 :]
        if opens and rest and is_role(fold(rest[head_noun(rest)])) and not any(_is_verb(w) for w in rest):
            return _without_owner(phrase, start) if is_possessive(word) else rest
    return []


def _behind(written: str) -> list[str]:
    """ "the mayor of Vale" → mayor of Vale; "said the mayor" is no apposition."""
    phrase = ENDS.sub("", written + " ").split()
    if phrase[:3] and [fold(w) for w in phrase[:2]] == ["one", "of"] and len(phrase) > 3:
        phrase = [*phrase[3:-1], phrase[-1].removesuffix("s")]
    if not phrase or fold(phrase[0]) in closed_class("links") or fold(phrase[-1]) in closed_class("honorifics"):
        return []
    if any(_is_verb(word) for word in phrase[: head_noun(phrase) + 1]):
        return []
    owner = next((i for i, word in enumerate(phrase[: head_noun(phrase)]) if is_possessive(word)), None)
    if owner is not None:
        phrase = _without_owner(phrase, owner)
    while len(phrase) > 1 and fold(phrase[0]) in closed_class("determiners"):
        phrase = phrase[1:]
    return phrase if phrase and is_role(fold(phrase[head_noun(phrase)])) else []


def _is_short(word: str) -> bool:
    """ "Sen.", "J.", "U.S.": the full stop is the word's own."""
    known = fold(word) in short_titles() or fold(word) in closed_class("honorifics") or is_role(fold(word))
    return word.endswith(".") and (known or len(word) == 2 or "." in word[:-1])  # "J."


def _is_verb(word: str) -> bool:
    folded = word.casefold()
    if folded in closed_class("verbs") or (word.islower() and folded.endswith(("ing", "ly"))):
        return True
    return (
        word.islower()
        and not is_role(folded)
        and (folded in verb_forms("speech_verbs") or folded in verb_forms("thought_words") or folded.endswith("ed"))
    )
