"""Folding of names: the one function by which two spellings count as the same name."""

import re
import unicodedata

# Only what stands *before* a name and says nothing about who is meant. Words that begin the names
# of organizations ("General Motors", "Major League Baseball") stay out of the list.
TITLES = frozenset(
    {
        "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "lord", "lady", "madam", "dr", "doctor",
        "prof", "professor", "rev", "reverend", "president", "vice president", "prime minister",
        "foreign minister", "defence minister", "defense minister", "finance minister",
        "interior minister", "minister", "secretary of state", "secretary", "chancellor",
        "senator", "sen", "representative", "rep", "congressman", "congresswoman", "governor",
        "gov", "ambassador", "mayor", "king", "queen", "prince", "princess", "pope",
    }
)  # fmt: skip
LONGEST_TITLE = max(len(title.split()) for title in TITLES)

# "President of Russia" and "Secretary for Health" name an office; the title is the name there.
OFFICE_WORDS = frozenset({"of", "for", "to", "and"})

# Letters that Unicode does not take apart into a base letter and an accent.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
ACCENTS = re.compile("[\u0300-\u036f]")
APOSTROPHES = re.compile("['’‘ʼ`´]")
# A dot inside initials joins ("U.S." is "us"), any other punctuation separates.
INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")


def fold(name: str) -> str:
    """Fold case, accents, punctuation, a leading article and leading titles away.

    "Mr. Łukasz O'Brien-Núñez" and "lukasz obrien nunez" fold alike. A name that consists of
    nothing but titles keeps them, and so does the name of an office ("President of Russia").
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    text = ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(LETTERS)
    text = APOSTROPHES.sub("", unicodedata.normalize("NFC", text))
    text = INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    words = "".join(character if unicodedata.category(character)[0] in "LMN" else " " for character in text).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while (length := _title_length(words)) > 0:
        words = words[length:]
    return " ".join(words)


def _title_length(words: list[str]) -> int:
    """How many of the first words are a title of somebody named after it."""
    for length in range(min(LONGEST_TITLE, len(words) - 1), 0, -1):
        if " ".join(words[:length]) in TITLES and words[length] not in OFFICE_WORDS:
            return length
    return 0
