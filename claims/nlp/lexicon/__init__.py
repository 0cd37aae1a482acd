"""Word lists, kept as data beside this file: one entry a line, `#` begins a comment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
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
def word_list(name: str) -> frozenset[str]:
    """The words of one list that has several a line, lower-cased."""
    return frozenset(word.casefold() for line in lines(name) for word in line.split())


@cache
def verb_forms(name: str) -> frozenset[str]:
    """All forms of the verbs of one list. Each line: the verb, then forms that the rules would get wrong."""
    return frozenset(form for forms in forms_of_verbs(name).values() for form in forms)


@cache
def forms_of_verbs(name: str) -> dict[str, tuple[str, ...]]:
    """The same, verb by verb."""
    verbs = (line.split() for line in lines(name))
    return {verb: (verb, *irregular, *regular_forms(verb)) for verb, *irregular in verbs}


@cache
def acts() -> dict[str, str]:
    """What a form of a reporting verb does: "accusing" → "accuse"."""
    known = forms_of_verbs("speech_verbs")
    listed = tomllib.loads((FOLDER / "acts.toml").read_text(encoding="utf-8"))
    return {
        form: act
        for act, verbs in listed.items()
        for verb in verbs.split()
        for form in known.get(verb, (verb, *regular_forms(verb)))
    }


def regular_forms(verb: str) -> tuple[str, ...]:
    """ "deny" → denies, denied, denying. Doubled consonants ("admitted") are irregular here."""
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return f"{verb}es", f"{verb}ed", f"{verb}ing"
    return f"{verb}s", f"{verb}ed", f"{verb}ing"


@dataclass(frozen=True)
class Countries:
    """Names as an article writes them; all keys lower-cased, without a leading article."""

    names: frozenset[str]
    capitals: frozenset[str]
    demonyms: frozenset[str]
    of: Mapping[str, str]  # any of these → the country's name as it is written: "danish" → "Denmark"


@cache
def countries() -> Countries:
    names: set[str] = set()
    capitals: set[str] = set()
    demonyms: set[str] = set()
    of: dict[str, str] = {}
    for line in lines("countries"):
        written = line.partition(";")[0].strip()
        name, people, *more = (field.strip().casefold() for field in line.split(";"))
        here = [split_list(people), split_list(more[0]) if more else [], split_list(more[1]) if len(more) > 1 else []]
        demonyms.update(here[0])
        capitals.update(here[1])
        names.update([name, *here[2]])
        of.update(dict.fromkeys((n.removeprefix("the ") for n in (name, *here[0], *here[1], *here[2])), written))
    bare = {name.removeprefix("the ") for name in names}
    return Countries(frozenset(bare), frozenset(c.removeprefix("the ") for c in capitals), frozenset(demonyms), of)


def split_list(field: str) -> list[str]:
    return [part.strip() for part in field.split(",") if part.strip()]


@cache
def genders_of_given_names() -> dict[str, str]:
    """ "ana" → "f"; names that both lists hold are left out."""
    women = {name.casefold() for line in lines("given_names_female") for name in line.split()}
    men = {name.casefold() for line in lines("given_names_male") for name in line.split()}
    return {**dict.fromkeys(women - men, "f"), **dict.fromkeys(men - women, "m")}


@cache
def genders_of_roles(name: str) -> dict[str, str | None]:
    """Titles or roles with the gender that they tell, if any: "sir" → "m", "president" → None."""
    genders: dict[str, str | None] = {}
    for line in lines(name):
        words, _, last = line.rpartition(" ")
        genders.update({words: last} if words and last in {"m", "f"} else {line: None})
    return genders


@cache
def short_titles() -> dict[str, str]:
    """ "sen" → "senator"."""
    return {short: full for short, _, full in (line.partition(" ") for line in lines("short_titles"))}


@dataclass(frozen=True)
class BodyKind:
    """What the bodies of one kind are called without a name, and words of their names."""

    generic: frozenset[str]
    specific: frozenset[str]
    names: frozenset[str]


@cache
def body_kinds() -> dict[str, BodyKind]:
    read = tomllib.loads((FOLDER / "organization_kinds.toml").read_text(encoding="utf-8"))
    return {
        kind: BodyKind(*(frozenset(entry[key].split()) for key in ("generic", "specific", "names")))
        for kind, entry in read.items()
    }


@cache
def closed_class(name: str) -> frozenset[str]:
    """One of the small word sets of closed_classes.toml."""
    return frozenset(_closed_classes()[name].split())


@cache
def _closed_classes() -> dict[str, str]:
    return tomllib.loads((FOLDER / "closed_classes.toml").read_text(encoding="utf-8"))
