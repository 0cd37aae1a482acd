"""Noun phrases as articles write their sources: where one ends, what it is about, what remains when it is no name."""

import re
from collections.abc import Sequence

from claims.nlp.lexicon import closed_class, countries, entries, genders_of_roles, short_titles, word_list
from claims.nlp.names import POSSESSIVE, TRADE, fold, strip_titles
from claims.nlp.types import SourceKind

Name = tuple[str, SourceKind]

LEAD_IN = re.compile(
    r"^(?:according to|by|from|to|as|with|for|in|of|per|and|but|while|even|only|that)\s+", re.IGNORECASE
)
# Where a noun phrase has ended, or goes on to say something about the one it named. "4,000" is one number.
TAIL = re.compile(
    r"(?:[;:()\[\]—–]|,(?!\d))| - | (?:who|which|that|whose|whom|where|when|while|speaking|writing|citing|quoting|asking|himself|herself|"
    r"itself|themselves|yesterday|today|also|too|(?:on|last|this|next) (?:monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|week|month|year)|in (?:an?|\d{4})|at an?|asked not|familiar with|with knowledge|close to|briefed on|involved in)\b",
    re.IGNORECASE,
)
PREPOSITION = re.compile(r"\b(?:of|for|from|to|by|with|at|in|on|against|about)\b")
# "a log seen by us", "a poll published on Friday": the noun stands before.
PARTICIPLE = re.compile(
    r"(?<=\w) (?:\w+ed|seen|sent|shown|given|made|drawn|written|held|read|leaked|put|taken|found|shown)"
    r"(?= (?:by|to|on|in|at|for|from|with|last|this|earlier|yesterday|today|late|after|before)\b|$)"
)
OPENING_MARKS, CLOSING_MARKS = "“«„", "”»"
QUOTED = re.compile(r"(?<!\w)[\"“«„'‘]([^\"“”«»„]+)[\"”»'’](?!\w)")
PASSING = frozenset(("former", "current", "new", "then", "late", "outgoing", "incoming", "acting"))
LONGEST_DESCRIPTOR = 10  # words


def is_role(word: str) -> bool:
    """Whether a word says what one person is or does: "minister", "beekeeper"."""
    word = short_titles().get(word, word)
    if word in closed_class("honorifics"):
        return False
    return (
        word in genders_of_roles("titles")
        or word in genders_of_roles("person_nouns")
        or word in closed_class("office_heads")
        or word in word_list("occupations")
        or bool(TRADE.search(word))
    )


def head_noun(phrase: Sequence[str]) -> int:
    """Number of the word that a noun phrase is about: the last one before its first preposition."""
    end = next((i for i, word in enumerate(phrase) if i and PREPOSITION.fullmatch(word)), len(phrase))
    return end - 1


def full_title(phrase: Sequence[str]) -> list[str]:
    """Folded, short forms spelt out: "Sen." → senator."""
    return [part for word in phrase for part in short_titles().get(fold(word), fold(word)).split()]


def is_possessive(word: str) -> bool:
    return bool(POSSESSIVE.search(word)) and word[0].isalpha()


def office(head: str) -> list[str] | None:
    """Whom a phrase means by an office: "the former Russian president" → [former, russian, president].

    With "the", with whose it is ("Wexcombe's curator"), or bare as headlines have it ("Minister"). None where it is no
    single person's.
    """
    phrase = head.split()
    if not phrase:
        return None
    if fold(phrase[0]) in {"the", "this", "that", "her", "his", "its", "their", "our", "my"}:
        phrase = phrase[1:]
    elif fold(phrase[0]) in entries("quantifiers"):
        return None
    if not phrase:
        return None
    noun = full_title(phrase[head_noun(phrase) : head_noun(phrase) + 1])
    return phrase if noun and is_role(noun[-1]) else None


def is_fixed_office(head: str) -> bool:
    """Whether "the ..." is an office by the list, so that nobody else is meant by it where its bearer is not known."""
    title = [fold(word) for word in head.split()]
    if len(title) < 2 or title[0] != "the":
        return False
    rest = " ".join(word for word in title[1:] if word not in countries().demonyms and word not in PASSING)
    roles = genders_of_roles("titles"), genders_of_roles("person_nouns")
    return any(part in listed for part in (rest, rest.rpartition(" ")[2]) for listed in roles)


def is_quotation(written: str, head: str) -> bool:
    """Whether a source is somebody's words, taken for a name: one mark of a pair, or several small words in marks."""
    torn = sum(mark in OPENING_MARKS for mark in written) != sum(mark in CLOSING_MARKS for mark in written)
    return torn or any(sum(word.islower() for word in match[1].split()) > 2 for match in QUOTED.finditer(head))


def is_head(before: list[str]) -> bool:
    """Whether a name after these words is whom the phrase is about: "Prime Minister of Israel [Name]", not "aides to [Name]"."""
    folded = [fold(word) for word in before]
    # "the former secretary of state [Name]"
    length = next((n for n in (5, 4, 3) if " ".join(folded[-n:]) in genders_of_roles("titles")), 0)
    before = before[: len(before) - length]
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


def without_determiners(phrase: list[str]) -> list[str]:
    """ "at least two of the officials" → officials."""
    rest = list(phrase)
    while rest:
        length = next((n for n in (3, 2, 1) if " ".join(rest[:n]).casefold() in entries("quantifiers")), 0)
        if not length and not rest[0].replace(",", "").isdigit():
            if rest[0] == "of" and len(rest) < len(phrase):
                length = 1
            else:
                break
        rest = rest[length or 1 :]
    return rest


def descriptor(head: str, *, lower: bool) -> Name | None:
    """What is left of a phrase that names nobody: "two officials" → officials. `lower`: its capital is the sentence's."""
    phrase = without_determiners(PARTICIPLE.split(head)[0].split()) or without_determiners(
        head.split()
    )  # "the injured"
    phrase = phrase[:LONGEST_DESCRIPTOR]
    if not phrase or all(fold(word) in closed_class("nobody") for word in phrase):
        return None
    noun = PREPOSITION.split(" ".join(phrase))[0].split()
    last = fold(noun[-1]) if noun else ""
    if last in closed_class("shares"):
        return None
    if last in entries("document_nouns") or last.removesuffix("s") in entries("document_nouns"):
        return " ".join(phrase), SourceKind.DOCUMENT
    is_word = not phrase[0][1:2].isupper() and fold(phrase[0]) not in closed_class("honorifics")
    owner = is_possessive(phrase[0]) and phrase[1:2] and phrase[1][0].isupper()  # "Norton's Bank"
    if lower and head.startswith(phrase[0]) and is_word and not owner:
        phrase[0] = phrase[0][0].lower() + phrase[0][1:]
    if all(word[:1].isupper() for word in phrase) and not phrase[-1].endswith("s"):
        # A name of which nothing tells whose it is. It is kept, and files itself nowhere.
        return " ".join(phrase), SourceKind.UNKNOWN
    is_body = last in closed_class("organization_nouns")
    return " ".join(phrase), SourceKind.ORGANIZATION if is_body else SourceKind.GROUP
