"""The organizations of one article: their names, long and short, and which one "the board" is.

Recognizers take half of them for people or places. What tells is how an article writes them: "the Wochenbote", "the
magazine Sport Sextant", "Clear Shore, a pressure group,", "Aldermoor Steel". Everything is looked up in indexes that
one pass over the text builds; whatever two bodies could answer to is nobody's.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

from claims.nlp.cast import merged
from claims.nlp.lexicon import (
    BodyKind,
    body_kinds,
    closed_class,
    countries,
    entries,
    genders_of_given_names,
    genders_of_roles,
    word_list,
)
from claims.nlp.names import fold, has_capital, is_headline_case
from claims.nlp.phrases import PREPOSITION, is_role, without_article
from claims.nlp.places import Places
from claims.nlp.types import Span

CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
# "the Union of Ward Nurses", "the Dépêche de Valserine"
RUN = re.compile(rf"\b[Tt]he ({CAPITAL}[\w’'&-]*(?:(?: (?:of|for|the|de|del|la|du|des|&)){{0,2}} {CAPITAL}[\w’'&-]*)+)")
INTRODUCED = re.compile(r"\(\s*(?:the )?([A-Z][\w&.-]{1,11})\s*[),;]")
ACRONYM = re.compile(r"[A-Z][A-Z&]{1,7}")
TAIL_OF_NAME = re.compile(rf"['’](?: {CAPITAL}[\w-]*)+|(?: & {CAPITAL}[\w-]*)+")
# What a small noun right behind a name or right before it says: "Clear Shore, a pressure group", "the magazine Sport".
APPOSED = re.compile(
    r",? (?:which is )?(?:an?|the|its|their) ((?:[\w-]+ ){0,4}?[\w-]+)(?=[,.;:)]| (?:in|of|for|that|which|based|at)\b)"
)
SETTLEMENTS = ("city", "municipality", "town")  # "the City of Denbury", which acts as a body
BEFORE_NAME = re.compile(r"([a-z][\w-]+) (?:[“\"'‘«])?$")


@dataclass(eq=False)
class Body:
    """One organization. `nouns`: what it can be called, head of its name included; empty where nothing tells."""

    name: str
    first: int  # where it is named first
    nouns: set[str] = field(default_factory=set)
    filed: bool = False  # not while it stands in headlines only, where the end of a name cannot be seen


class Bodies:
    """`labelled`: the spans that a recognizer found, by label."""

    def __init__(self, text: str, labelled: Mapping[str, Sequence[Span]], places: Places) -> None:
        self.text = text
        self.places = places
        self.family_names = {
            fold(parts[-1]) for s in labelled.get("PERSON", ()) if len(parts := text[s.start : s.end].split()) > 1
        }
        people = [span for span in labelled.get("PERSON", ()) if not self._reads_as_body(span)]
        rest = set(labelled.get("PERSON", ())) - set(people)
        alone = {fold(text[span.start : span.end]) for span in people}
        read = {s for s in labelled.get("ORGANIZATION", ()) if self._reads_as_person(s, alone)}
        self.people = people = sorted([*people, *read])
        found = [*(s for s in labelled.get("ORGANIZATION", ()) if s not in read), *rest]
        found += [s for label in ("LOCATION", "MISC") for s in labelled.get(label, ()) if self._reads_as_body(s)]
        self.spans = self._kept([self._whole(span) for span in found], people)
        self._index()
        misread = {s for s in self.people if self._is_short_form(without_article(text[s.start : s.end]))}
        self.people = [span for span in self.people if span not in misread]
        self.spans = sorted([*self.spans, *misread])
        self.starts = [span.start for span in self.spans]

    # Reading the names

    def _reads_as_body(self, span: Span) -> bool:
        """Whether what was taken for a person or a place is written as only organizations are."""
        name = self.text[span.start : span.end].strip()
        parts = name.split()
        if not parts or self.places.is_place(without_article(name).casefold()):
            return False
        folded = [fold(part) for part in parts]
        is_given = folded[0] in genders_of_given_names()
        if len(parts) > 1 and ("&" in parts or _opens_or_ends(folded)):
            return "&" in parts or not is_given
        return name.casefold() in self.places.agencies or self._is_called_body(span, folded, is_given=is_given)

    def _is_called_body(self, span: Span, folded: Sequence[str], *, is_given: bool) -> bool:
        """Whether the words around a name make it a body's."""
        line = self.text[max(0, span.start - 40) : span.start].rpartition("\n")[2]
        noun = BEFORE_NAME.search(line)
        previous = (line.split() or [""])[-1]
        opens = previous[:1].isupper() and fold(previous) in closed_class("body_openers")
        if opens or (noun and noun[1] in closed_class("body_nouns")) or (not is_given and self._apposed(span)):
            return True
        # "the Wochenbote says"; but "the Obama years", "the Clintons"
        is_family = len(folded) == 1 and (folded[0] in self.family_names or folded[0].endswith("s"))
        is_person = is_given or is_family or folded[0] in genders_of_roles("titles")
        return previous.casefold() == "the" and not is_person

    def _reads_as_person(self, span: Span, alone: Set[str]) -> bool:
        """Whether what was taken for a body is a full name: behind an office, or of one who is named without it elsewhere."""
        parts = self.text[span.start : span.end].split()
        if not 2 <= len(parts) <= 3 or fold(parts[0]) not in genders_of_given_names():
            return False
        line = self.text[max(0, span.start - 40) : span.start].rpartition("\n")[2].split()
        known = fold(parts[-1]) in alone or bool(line and is_role(fold(line[-1])))
        return known and not _opens_or_ends([fold(part) for part in parts])

    def _apposed(self, span: Span) -> str:
        """The noun that calls a name a body, if one stands behind it between commas."""
        if self.text[span.end : span.end + 1] != ",":
            return ""
        match = APPOSED.match(self.text, span.end)
        noun = fold(match[1].split()[-1]) if match else ""
        return noun if noun in closed_class("body_nouns") else ""

    def _whole(self, span: Span) -> Span:
        """With what a recognizer cut off: "Dockers' Front", "Team Orvane", "Hollis & Grant"."""
        text = self.text
        start, end = span.start, span.end
        tail = TAIL_OF_NAME.match(text, end)
        if tail and (tail[0][0] not in "'’" or text[end - 1] == "s"):
            end = tail.end()
        word = re.search(r"(\w+) $", text[max(0, start - 20) : start])
        if word and word[1][0].isupper() and word[1].casefold() in closed_class("body_openers"):
            start -= len(word[0])
        return Span(start, end)

    def _kept(self, found: Iterable[Span], people: Sequence[Span]) -> list[Span]:
        """The names, and the longer ones behind "the" that they are parts of."""
        text = self.text
        starts = [span.start for span in people]
        runs = []
        for match in RUN.finditer(text):
            line = text[self._line_start(match.start()) : match.start() + 80].partition("\n")[0]
            run = re.sub(r"(?<=\w)['’]s(?: .*)?$", "", match[1])
            parts = run.split()
            span = Span(match.start(1), match.start(1) + len(run))
            inside = people[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
            named = any(" " in text[p.start : p.end] for p in inside)
            if len(parts) > 1 and not named and not is_headline_case(line) and not _is_office(parts):
                runs.append(span)
        return merged([span for span in [*found, *runs] if self._is_name(span)], text)

    def _line_start(self, place: int) -> int:
        """Of a line that is no headline, near enough."""
        start = self.text.rfind("\n", max(0, place - 200), place) + 1
        return start or max(0, place - 200)

    def _is_name(self, span: Span) -> bool:
        name = self.text[span.start : span.end]
        folded = without_article(name).casefold()
        return "\n" not in name and has_capital(name) and not self.places.is_place(folded)

    def _index(self) -> None:
        self.by_name: dict[str, Body] = {}
        self.by_noun: dict[str, dict[str, Body]] = {}
        self.by_initials: dict[str, list[Body]] = {}
        self.by_part: dict[str, list[Body]] = {}
        self.by_last_word: dict[str, dict[str, Body]] = {}
        for span in self.spans:
            name = without_article(self.text[span.start : span.end])
            body = self.by_name.get(name.casefold())
            if body is None:
                body = self.by_name[name.casefold()] = Body(name, span.start, set(_nouns_of(name)))
            if not body.filed and not self._in_headline(span):
                self._file(body)
            apposed = self._apposed(span)
            before = BEFORE_NAME.search(self.text[max(0, span.start - 30) : span.start])
            for noun in (apposed, before[1] if before else ""):
                if noun in closed_class("body_nouns") and noun not in body.nouns:
                    body.nouns.add(noun)
            self._file_nouns(body)
        self.full_names = self._introduced()

    def _in_headline(self, span: Span) -> bool:
        """Whether a name of many words stands in a headline, which may have lent it some."""
        if self.text.count(" ", span.start, span.end) < 2:
            return False
        line = self.text[self._line_start(span.start) : span.start + 120].partition("\n")[0]
        return is_headline_case(line)

    def _file(self, body: Body) -> None:
        body.filed = True
        parts = body.name.split()
        capitals = "".join(p[0] for part in parts for p in part.split("-") if p[:1].isupper())
        if len(parts) > 1:
            self.by_initials.setdefault(capitals, []).append(body)
            if not any(PREPOSITION.fullmatch(part) or not part[-1].isalnum() for part in parts):
                self.by_last_word.setdefault(fold(parts[-1]), {})[body.name] = body
            for part in {" ".join(parts[:1]), " ".join(parts[:2]), parts[-1]}:
                if part != body.name:
                    self.by_part.setdefault(part.casefold(), []).append(body)

    def _file_nouns(self, body: Body) -> None:
        for noun in body.nouns:
            self.by_noun.setdefault(noun, {})[body.name] = body

    def _introduced(self) -> dict[str, str]:
        """ "World Trade Organization (WTO)" → {"WTO": "World Trade Organization"}."""
        found: dict[str, str] = {}
        for match in INTRODUCED.finditer(self.text):
            before = self.text[max(0, match.start() - 120) : match.start()].rpartition("\n")[2].split()
            letters = [c for c in match[1] if c.isupper()]
            for length in range(min(len(before), len(letters) + 4), 1, -1):
                run = before[-length:]
                initials = [part[0] for word in run for part in word.split("-") if part[:1].isupper()]
                if initials == letters and run[0][0].isupper() and run[0] != "The":
                    found.setdefault(match[1], " ".join(run))
        return found

    # Looking up

    def names_at(self) -> list[tuple[int, str]]:
        return [(span.start, self.full_name(self.text[span.start : span.end])) for span in self.spans]

    def is_named(self, folded: str) -> bool:
        return folded in self.by_name

    def full_name(self, written: str, *, article: bool = False) -> str:
        """The longest form that the article has: of an acronym, of "Westmere" for Westmere Rovers."""
        plain = without_article(written)
        if plain in self.full_names:
            return self.full_names[plain]
        bodies: list[Body] = []
        if ACRONYM.fullmatch(plain):
            bodies = self.by_initials.get(plain, [])
        elif plain.casefold() not in self.by_name or " " not in plain:
            is_noun = article and plain.casefold() in ends_of_names()  # "the Chronicle"; not "the Republican"
            bodies = self.by_part.get(plain.casefold(), []) if is_noun or self._is_short_form(plain) else []
        return bodies[0].name if len(bodies) == 1 else plain

    def _is_short_form(self, plain: str) -> bool:
        """Whether a name is the beginning of one body's, and no place's or person's."""
        folded = plain.casefold()
        bodies = self.by_part.get(folded, []) if plain == plain.title() or " " not in plain else []
        if ACRONYM.fullmatch(plain):
            return plain in self.full_names or len(self.by_initials.get(plain, [])) == 1
        if len(bodies) != 1 or not bodies[0].name.casefold().startswith(folded + " "):
            return False
        words_of = fold(plain.rsplit(maxsplit=1)[-1])
        taken = self.places.stands_as_place(plain) or folded in self.places.settlements
        taken = taken or folded in countries().demonyms
        return not taken and words_of not in self.family_names and folded not in genders_of_given_names()

    def at_end(self, end: int) -> Span | None:
        """The name that ends at a place."""
        near = bisect_right(self.starts, end) - 1
        return self.spans[near] if near >= 0 and self.spans[near].end == end else None

    def called(self, phrase: Sequence[str], place: int, spoken: Sequence[str]) -> str | None:
        """The one body that "the influential daily" can be; of several, the one that spoke last where it alone spoke near.

        `phrase`: the words behind the article. `spoken`: the bodies that spoke in the last sentences, the last one first.
        """
        noun = fold(phrase[-1])
        if noun in {"government", "state", "house", "administration", "country", "people", "public"}:
            return None
        others = [fold(word) for word in phrase[:-1]]
        fitting = [
            body
            for body in self._fitting(noun)
            if body.first < place and all(self._says(body, word) for word in others)
        ]
        names = list(dict.fromkeys(self.full_name(body.name) for body in fitting))
        if len(names) == 1:
            last = self.by_name.get(spoken[0].casefold()) if spoken else None
            another = last and not last.nouns and spoken[0] != names[0] and _kind_of(noun)  # it may be meant as well
            return None if another else names[0]
        if names:
            near = [name for name in spoken if name in names]
            return near[0] if len(set(near)) == 1 else None
        kind = _kind_of(noun)
        if kind and spoken and all(word in closed_class("epithets") for word in others):
            last = self.by_name.get(spoken[0].casefold())
            return spoken[0] if last and not last.nouns else None
        return None

    def _says(self, body: Body, word: str) -> bool:
        return word in closed_class("epithets") or word in {fold(part) for part in body.name.split()}

    def _fitting(self, noun: str) -> list[Body]:
        kind = _kind_of(noun)
        found = dict(self._some(noun))
        if kind is None:
            return list(found.values())
        for other in sorted(kind.generic | kind.specific):
            found.update(p for p in self._some(other) if noun in kind.generic or not p[1].nouns & kind.specific)
        return list(found.values())

    def _some(self, noun: str) -> Iterable[tuple[str, Body]]:
        """Whoever can be called so; of more than a few only the first, since none of them will be meant.

        A noun that calls nobody a body by itself can be the last word of a name: the Lantern Programme, the programme.
        """
        found = self.by_noun.get(noun)
        if not found and not is_role(noun) and noun not in entries("document_nouns"):
            found = self.by_last_word.get(noun)
        return islice((found or {}).items(), 50)

    def may_be(self, name: str, noun: str) -> bool:
        """Whether a body that spoke can be one of "both papers": nothing says that it is something else."""
        body = self.by_name.get(name.casefold())
        return name[:1].isupper() and (body is None or not body.nouns or body in self._fitting(noun))


def _nouns_of(name: str) -> Iterable[str]:
    """The noun of a name, "Union of Ward Nurses" → union, and what else that makes it."""
    parts = name.split()
    end = next((i for i, part in enumerate(parts) if i and PREPOSITION.fullmatch(part)), len(parts))
    head = fold(parts[end - 1])
    if parts[end:] and parts[end] == "of" and head in SETTLEMENTS:
        yield from SETTLEMENTS
    if len(parts) > 1 and (head in closed_class("body_nouns") or head in closed_class("organization_nouns")):
        yield head
    for kind in body_kinds().values():
        if (len(parts) > 1 and (head in kind.names or ("&" in parts and "company" in kind.generic))) or (
            fold(parts[-1]) in kind.names and len(parts) > 1
        ):
            yield from sorted(kind.generic)


def _kind_of(noun: str) -> BodyKind | None:
    return next((kind for kind in body_kinds().values() if noun in kind.generic or noun in kind.specific), None)


def generic_nouns() -> frozenset[str]:
    """What a name may have behind it to say what it is: "the WCB party"."""
    kinds = (kind.generic | kind.specific for kind in body_kinds().values())
    return closed_class("classifying_nouns").union(*kinds)


def ends_of_names() -> frozenset[str]:
    names = (kind.names for kind in body_kinds().values())
    return closed_class("body_nouns").union(closed_class("organization_nouns"), *names)


def _opens_or_ends(folded: Sequence[str]) -> bool:
    """Whether the words of a name make it a body's: "Radio Meridian", "Aldermoor Steel"."""
    return folded[0] in closed_class("body_openers") or folded[-1] in ends_of_names()


def _is_office(parts: Sequence[str]) -> bool:
    """ "the Rural Affairs Minister", "the Finance Minister Ilse Varn" are people."""
    people = closed_class("office_heads") | closed_class("honorifics") | genders_of_roles("titles").keys()
    return fold(parts[-1]) in people or any(fold(p) in people | word_list("occupations") for p in parts[:-1])
