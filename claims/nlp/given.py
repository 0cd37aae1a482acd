"""Given names that no list has and no recognizer saw: "Zephaniah" before the "Lark" who is only Ms Lark below."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from claims.nlp.lexicon import closed_class, countries, entries, genders_of_roles, word_list
from claims.nlp.types import Span

MOST = 40  # surnames of one article
# Classes and lists whose words are no given names, whatever their first letter.
CLASSES = (
    "oblique verbs links determiners nobody first_person male_pronouns female_pronouns relative_pronouns honorifics"
    " office_heads organization_nouns body_nouns body_openers epithets leading_words women men no_given_names lesser shares"
)
# What a clause begins behind: a line, a sentence, a quotation, a dateline.
OPENS = re.compile(r"(?:^|[\n.!?:“\"«‘—–]|[”’\"] |-- | - )\s*$")


def with_given_names(text: str, surnames: Iterable[str], is_other: Callable[[Span], bool]) -> list[Span]:
    """The places where one word with a capital stands before a surname that the article has in no fuller form.

    At the beginning of a clause any word has a capital: there an apposition must follow ("Winifred Lark, who"). Where
    two different words qualify, neither does.
    """
    wanted = sorted(surname for surname in surnames if len(surname) > 2)[:MOST]
    if not wanted:
        return []
    surname = "|".join(map(re.escape, wanted))
    pattern = re.compile(rf"(?<![\w’'-])([A-Z][^\W\d_A-Z][\w-]+) (?=(?:[A-Z]\. )?({surname})(?![\w-]))")
    found: dict[str, dict[str, list[Span]]] = {}
    may_be_given = cache(lambda word: _may_be_given(word, text))  # it looks through the text
    for match in pattern.finditer(text):
        span = Span(match.start(), match.end(2))
        opens = OPENS.search(text[max(0, span.start - 4) : span.start]) or not span.start
        taken = is_other(Span(*match.span(2))) or (not opens and is_other(Span(*match.span(1))))
        if taken or (opens and text[span.end : span.end + 1] != ",") or not may_be_given(match[1]):
            continue
        found.setdefault(match[2], {}).setdefault(match[1], []).append(span)
    return [span for given in found.values() if len(given) == 1 for spans in given.values() for span in spans]


def _may_be_given(word: str, text: str) -> bool:
    folded = word.casefold()
    if any(folded in closed_class(name) for name in CLASSES.split()) or folded.endswith(("ly", "ing")):
        return False
    roles = genders_of_roles("titles").keys() | genders_of_roles("person_nouns").keys()
    if folded in roles or folded.removesuffix("s") in roles:
        return False
    if folded in countries().of or folded in entries("region_names") or folded in word_list("occupations"):
        return False
    return not re.search(rf"\b{re.escape(folded)}\b", text)
