"""Names that are written in more ways than one, and surnames that several bear. Sources in braces."""

import pytest

from claims.nlp.spelling import is_slip
from tests.unit.speakers import speakers_of

NAMES = {
    "Kristen Vale": "P", "Kristin Vale": "P", "Vale": "P", "Anna Ruiz": "P", "Hanna Ruiz": "P", "Ruiz": "P", "Marta Holm": "P",
    "Marte Holm": "P", "Mario Holm": "P", "Maria Holm": "P", "Holm": "P", "Ivo Waters": "P", "Waters": "P", "Water": "P",
    "Eva Wartes": "P", "Tom Wells": "P", "Eve Wells": "P", "Wells": "P", "Lee Obel": "P", "Obel": "P", "To Wells": "P",
    "To Lam": "P", "Ada Kiedis": "P", "Keidis": "P", "Kim": "P",
}  # fmt: skip

SPELLINGS = [
    # one person in two spellings gets the more frequent one
    ("Kristin Vale, left.\n\nKristen Vale came. Kristen Vale ate. {Vale} said no.", "Kristen Vale"),
    ("Kristin Vale, left.\n\nKristen Vale came. Kristen Vale ate. {Kristin Vale} said no.", "Kristen Vale"),
    # too short a name, another gender: two people
    ("Anna Ruiz came with Hanna Ruiz. {Ruiz} said no.", "Ruiz"),
    ("Maria Holm came with Mario Holm. {Holm} said no.", "Holm"),
    # a slip in the surname, where one person fits
    ("Ivo Waters came. {Water} said no.", "Ivo Waters"),
    ("Ada Kiedis came. {Keidis} said no.", "Ada Kiedis"),
    ("Ivo Waters came with Eva Wartes. {Water} said no.", "Ivo Waters"),
    ("Ivo Waters came. Water ate. Water slept. {Water} said no.", "Water"),
    ("Ivo Waters came. {Mrs Water} said no.", "Water"),
    # what tells father from son is no part of the name
    ("{Chief Justice Tom Wells Jr.} said no.", "Tom Wells"),
    ("{Tom Wells III, a writer,} said no.", "Tom Wells"),
    ("{the head of the fund, Gen. Tom Wells Jr. of Denbury,} said no.", "Tom Wells"),
    ("{Frontrunner and former secretary of state Eve Wells} said no.", "Eve Wells"),
    ("{Some senators, Tom Wells and more,} said no.", "senators"),
    ("{One of the senators, Tom Wells,} said no.", "Tom Wells"),
    ("{A spokeswoman for Eve Wells} said no.", "spokeswoman for Eve Wells"),
    ("{The fund, including Senator Tom Wells,} said no.", "fund"),
    ("{An aide to Secretary of State Eve Wells} said no.", "aide to Secretary of State Eve Wells"),
    # a small word before a name is no given name, unless nobody else bears the surname
    ("Tom Wells left. To Wells, it was late. {Wells} said no.", "Tom Wells"),
    ("{To Lam} said no.", "To Lam"),
]


@pytest.mark.parametrize(("marked", "name"), SPELLINGS)
def test_spellings(marked: str, name: str) -> None:
    assert speakers_of(marked, NAMES) == [name]


def test_slips() -> None:
    assert is_slip("maurer", "mauer")
    assert is_slip("kiedis", "keidis")
    assert not is_slip("wells", "bells")
    assert not is_slip("vale", "vane")
    assert not is_slip("waters", "watkins")


OWNERS = [
    # a surname alone belongs to who was introduced when it first stood alone
    ("Tom Wells came. {Wells} ate. Eve Wells came. {Wells} said no.", ["Tom Wells", "Tom Wells"]),
    ("Tom Wells came. Wells ate. Eve Wells came. {Mrs Wells} said no.", ["Eve Wells"]),
    ("Wells Wins\n\nTom Wells came. Wells ate. Eve Wells came. {Wells} said no.", ["Tom Wells"]),
    # both were
    ("Tom Wells and Eve Wells came. {Wells} ate. {Wells} said no.", ["Wells", "Wells"]),
    ("{Wells} ate. Tom Wells and Eve Wells came. {Wells} said no.", ["Wells", "Wells"]),
]


@pytest.mark.parametrize(("marked", "names"), OWNERS)
def test_owner_of_a_surname(marked: str, names: list[str]) -> None:
    assert speakers_of(marked, NAMES) == names


def test_a_title_tells_the_gender_where_the_given_name_does_not() -> None:
    assert speakers_of("Lee Obel came. {Ms. Obel} ate. {She} said no.", NAMES) == ["Lee Obel", "Lee Obel"]


GIVEN = [
    # a given name that no list has: before an apposition, or inside a sentence
    ("PORT ALDIS — Quillan Vale, who sails, came. {Ms Vale} said no.", "Quillan Vale"),
    ("It was led by the sailor Quillan Vale. {Vale} said no.", "Quillan Vale"),
    # every sentence has a capital; titles, countries and what stands in small letters elsewhere are no names
    ("Quillan Vale came. {Vale} said no.", "Vale"),
    ("Unlike Vale, it was late. {Vale} said no.", "Vale"),
    ("They thanked Democrat Vale. {Vale} said no.", "Vale"),
    ("They thanked Senator Vale. {Vale} said no.", "Vale"),
    ("They thanked Quilt Vale for a quilt. {Vale} said no.", "Vale"),
    # two do not decide
    ("They thanked Quillan Vale and Orsin Vale. {Vale} said no.", "Vale"),
]


@pytest.mark.parametrize(("marked", "name"), GIVEN)
def test_given_names_that_were_not_recognized(marked: str, name: str) -> None:
    assert speakers_of(marked, {"Vale": "P"}) == [name]
