"""Which names of one article are places', by how it writes them: "in Halvern", "the city of Portville", a dateline."""

import re
from collections import Counter
from collections.abc import Iterable

from claims.nlp.lexicon import countries, entries

# "in Halvern"; and the last of words that begin with capitals: "Anna Halvern". Both overlap, hence the look-ahead.
BEHIND_PLACE_WORD = re.compile(r"\b(?:[Ii]n|across|within|throughout|inside|outside) ([A-Z][\w’'-]{0,40}\w)")
LAST_OF_SEVERAL = re.compile(r"\b(?!In )[A-Z][\w.’'-]{0,40} (?=([A-Z][\w’'-]{0,40}\w))")
SETTLEMENT = r"(?:city|town|village|county|state|province|region|district|municipality|borough|suburb|port)"
PLACE = r"([A-Z][\w’'-]{0,40}(?: [A-Z][\w’'-]{0,40}){0,2})"
SETTLEMENTS = re.compile(
    rf"\b{SETTLEMENT} (?:of )?{PLACE}|\b{PLACE} (?:City|County|Council)\b|\b{PLACE}, (?:an?|the) [^,.\n]{{0,40}}\b{SETTLEMENT}\b"
)
# "PORT ALDIS, Nov 3 (Northgate) - ": a place and an agency.
DATELINE = re.compile(
    r"^[ \t]*([A-Z][A-Z'’./ -]{1,40}[A-Z])(?:, [^—–\n(]{1,30})?(?: ?\(([^)\n]{2,40})\))? *(?:—|–|--|-) ", re.MULTILINE
)


class Places:
    """Which names of an article are places'."""

    def __init__(self, text: str, locations: Iterable[str]) -> None:
        self.behind_place_words = Counter(match[1] for match in BEHIND_PLACE_WORD.finditer(text))
        self.last_names = {match[1] for match in LAST_OF_SEVERAL.finditer(text)}
        datelines = list(DATELINE.finditer(text))
        self.datelines = {" ".join(match[1].split()).casefold() for match in datelines}
        self.agencies = {match[2].casefold() for match in datelines if match[2]}
        self.spelt = {name.casefold(): name for name in locations}
        self.known = set(self.spelt) | self.datelines
        self.settlements: set[str] = set(self.datelines)
        for match in SETTLEMENTS.finditer(text):
            place = next(group for group in match.groups() if group).split()
            self.settlements.update(" ".join(place[:n]).casefold() for n in range(1, len(place) + 1))

    def is_place(self, folded: str) -> bool:
        return folded in countries().names or folded in countries().capitals or folded in entries("region_names")

    def only_town(self) -> str | None:
        """Which one "the city" is: the only place that the article calls a town, or that is a capital."""
        towns = [name for name in self.spelt if name in self.settlements or name in countries().capitals]
        return self.spelt[towns[0]] if len(towns) == 1 else None

    def stands_as_place(self, name: str) -> bool:
        """Whether a single name that was taken for a person's is written as only places are: "in Halvern"."""
        if not name or " " in name:
            return name.casefold() in self.datelines
        as_place = self.behind_place_words[name]
        if self.is_place(name.casefold()) or name.casefold() in self.datelines:
            return True
        return as_place > 1 or bool(as_place and name not in self.last_names)
