"""The words of personal names: what belongs to one, and what stands before it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from claims.nlp.lexicon import closed_class, countries, genders_of_given_names, genders_of_roles, word_list

# A capital, or a particle between capitals ("Ursula von der Leyen", "Bashar al-Assad").
# A full stop belongs to an initial or a short form only ("J.", "Jr."); elsewhere it ends the sentence.
NAME_WORD = re.compile(r"(?:(?:al|el|ad|as|bin)-)?[^\W\d_a-zß-öø-ÿ](?:[\w’'\u0300-\u036f-]*|\w{0,2}\.)$|\w\.(?:\w\.)+$")
PARTICLES = closed_class("particles")
SUFFIXES = closed_class("name_suffixes")
WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
# Endings of what people do for a living, where no list has the word.
TRADE = re.compile(
    r"(?:keeper|maker|ologist|ographer|ician|ienne|woman|worker|driver|owner|fighter|player|writer|trainer|leader)$"
)


@lru_cache(maxsize=10_000)  # the words of an article are asked for some twenty times each
def fold(word: str) -> str:
    return POSSESSIVE.sub("", word).strip(".,;:()[]\"“”‘’'").casefold()


def has_capital(name: str) -> bool:
    """Whether a name begins as names do: "Ruiz", and "eBay"."""
    return any(letter.isupper() for letter in name.partition(" ")[0])


def name_words(text: str) -> list[str]:
    """The words of a personal name, without titles, possessive and whatever else an entity may have caught."""
    words = [POSSESSIVE.sub("", word.strip(',;:()[]"“”‘’')) for word in text.split()]
    kept: list[str] = []
    for word in strip_titles(words):
        is_name = NAME_WORD.match(word) and not any(c.isdigit() for c in word)
        if kept and WEEKDAY.fullmatch(word):  # a headline that the date has been glued to
            break
        if not is_name and not (kept and word.casefold() in PARTICLES):
            if kept:
                break
            continue
        kept.append(word)
    while kept and (kept[-1] in PARTICLES or fold(kept[-1]) in SUFFIXES):
        kept.pop()
    return kept


def strip_titles(name: Sequence[str]) -> list[str]:
    """Take titles, nationalities and articles off the front of a name, as long as a word remains."""
    rest = list(name)
    while len(rest) > 1 and (length := title_length(rest)):
        rest = rest[length:]
    return rest


def title_length(name: Sequence[str]) -> int:
    """How many of the first words are a title, nationality or article that belongs before a name."""
    folded = [fold(word) for word in name[:4]]
    for length in range(min(3, len(name) - 1), 0, -1):
        phrase = " ".join(folded[:length])
        if phrase in genders_of_roles("titles") or phrase in countries().demonyms or phrase == "the":
            return length
        if len(name) > length + 1 and is_trade(folded[length - 1]):  # a full name is left
            return length
    return 0


def is_trade(word: str) -> bool:
    """Whether a word before a full name says what somebody does: "Beekeeper [Kasimir Dolan]". Not "Hunter"."""
    if word in genders_of_given_names():
        return False
    return word in closed_class("office_heads") or word in word_list("occupations") or bool(TRADE.search(word))


def is_headline_case(line: str) -> bool:
    """Whether a line Writes Its Words Like This, so that capitals tell nothing."""
    long = [word for word in line.split() if len(word) > 3]
    return len(long) > 2 and sum(word[0].isupper() or not word[0].isalpha() for word in long) > 0.8 * len(long)


def is_title(word: str) -> bool:
    """ "Headmistress", with the capital of a headline."""
    return fold(word) in genders_of_roles("titles").keys() | closed_class("women") | closed_class("men")
