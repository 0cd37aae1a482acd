"""Which names are enough to file a statement by itself (docs/decisions/0008-filing.md).

Filing under the wrong person is the worst error a desk can make, so in doubt a name is not enough: its statements
wait for the librarian.
"""

import re

from claims.names import OFFICE_WORDS, TITLES, fold

PERSON, ORGANIZATION, COUNTRY, GROUP, DOCUMENT = "person", "organization", "country", "group", "document"

# They stand for whoever was named before; a resolver that hands one on did not find out who.
PRONOUNS = frozenset(
    {"he", "she", "it", "they", "we", "i", "you", "who", "which", "this", "that", "these", "those", "one", "others"}
)
# Each country, town and trade has its own: names of nothing but these say no more than "the ministry".
GENERIC = """
    agency army administration association authority authorities bank board bureau cabinet central commission
    committee company corporation council country court defence defense department education embassy federal finance
    firm foreign foundation government group health high home hospital institute interior international investigators
    justice league local main media military ministry national nation office official opposition parliament party
    police prosecutors regional report school senate service spokesman spokesperson spokeswoman state statement
    supreme treasury union university
"""
GENERIC_WORDS = frozenset(GENERIC.split())
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
LATIN_ENDS = "\u024f"


def names_to_file_under(speaker: str, kind: str) -> tuple[tuple[str, str], ...]:
    """Each name, with its kind, that a statement can be filed under: two for "Ana Ruiz and Ben Cole", none in doubt."""
    parts = speaker.split(" and ") if kind == GROUP else []
    if len(parts) > 1 and all(part[:1].isupper() for part in parts):  # names, not "farmers and fishermen"
        full = all(is_full_personal_name(name) for name in parts)
        return tuple((_without_titles(name), PERSON) for name in parts) if full else ()
    name = name_to_file_under(speaker, kind)
    return ((name, kind),) if name else ()


def name_to_file_under(speaker: str, kind: str) -> str:
    """The name without articles and titles where it says who is meant in any article, else nothing.

    A full personal name, a named organization or document, a country, a group's descriptor.
    """
    name = " ".join(speaker.split())
    folded = fold(name)
    if not folded or folded in PRONOUNS:
        return ""
    if kind == PERSON:
        return _without_titles(name) if is_full_personal_name(name) else ""
    plain = ARTICLE.sub("", name)
    if kind in (COUNTRY, GROUP):
        return plain
    generic = all(word in GENERIC_WORDS for word in folded.split())
    if kind == ORGANIZATION and not generic and _is_proper(plain):
        return plain
    # One report among many: "a Reuters report"; "the report"; "Report" at the start of a sentence.
    indefinite = re.match(r"an?\s", name, re.IGNORECASE)
    if kind == DOCUMENT and not generic and not indefinite and _is_proper(plain) and " " in plain:
        return plain
    return ""


def is_full_personal_name(name: str) -> bool:
    """Whether a name has two parts or more, titles, initials and generations not counted."""
    folded = fold(name)
    words = folded.split()
    if folded in TITLES or OFFICE_WORDS.intersection(words) or not _is_proper(name):
        return False
    parts = [word for word in words if word not in GENERATIONS and (len(word) > 1 or word > LATIN_ENDS)]
    return len(parts) > 1


def _is_proper(name: str) -> bool:
    """Whether some word is written as names are: a capital, a figure, or a script that has no capitals."""
    return any(word[0].isdigit() or not word[0].islower() for word in re.findall(r"[^\W_]+", name))


def _without_titles(name: str) -> str:
    """A personal name as it is written, less what `fold` leaves out at its front."""
    words = name.split()
    folded = fold(name)
    starts = (start for start in range(len(words) - 1, 0, -1) if fold(" ".join(words[start:])) == folded)
    return " ".join(words[next(starts, 0) :])
