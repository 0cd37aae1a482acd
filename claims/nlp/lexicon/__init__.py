"""Word lists, kept as data beside this file: one entry a line, `#` begins a comment."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def lines(name: str) -> tuple[str, ...]:
    """The entries of one list, in order."""
    read = (
        line.partition("#")[0].strip() for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    )
    return tuple(line for line in read if line)


@cache
def entries(name: str) -> frozenset[str]:
    """The entries of one list, lower-cased."""
    return frozenset(line.casefold() for line in lines(name))


@cache
def verb_forms(name: str) -> frozenset[str]:
    """All forms of the verbs of one list. Each line: the verb, then forms that the rules would get wrong."""
    forms: set[str] = set()
    for line in lines(name):
        verb, *irregular = line.split()
        forms.update((verb, *irregular, *regular_forms(verb)))
    return frozenset(forms)


def regular_forms(verb: str) -> tuple[str, ...]:
    """ "deny" → denies, denied, denying. Doubled consonants ("admitted") are irregular here."""
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return f"{verb}es", f"{verb}ed", f"{verb}ing"
    return f"{verb}s", f"{verb}ed", f"{verb}ing"
