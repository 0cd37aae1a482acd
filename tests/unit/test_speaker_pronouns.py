"""Whom "he" and "she" mean among several. Sources in braces."""

import pytest

from tests.unit.speakers import speakers_of

NAMES = {
    "Ana Ruiz": "P",
    "Tom Wells": "P",
    "Wells": "P",
    "Ivo Marsh": "P",
    "Marsh": "P",
    "Headmistress": "P",
    "Dean": "P",
}

PRONOUNS = [
    # the subject that a sentence begins with goes before another's
    ("Tom Wells answered reports that Ivo Marsh planned it. {He} said no.", "Tom Wells"),
    # a name before what somebody else is tells whose he is
    ("Tom Wells spokesman Ivo Marsh wouldn’t say. {He} left.", "Ivo Marsh"),
    # two subjects
    ("Tom Wells and Ivo Marsh came. {He} said no.", None),
    # a title in a headline is nobody's name
    ("Headmistress leaves\n\nAna Ruiz, headmistress of the school, left. {She} said no.", "Ana Ruiz"),
    ("{Congresswoman Dean} said no.", "Dean"),
]


@pytest.mark.parametrize(("marked", "name"), PRONOUNS)
def test_pronouns(marked: str, name: str | None) -> None:
    assert speakers_of(marked, NAMES) == [name]


RELATIVES = [
    # what somebody or something is, is no other
    ("Ana Ruiz is a mayor {who} says no.", "Ana Ruiz"),
    ("Dean is the school {which} says no.", "Dean"),
    ("The site eBoats is a web-based shop {which} says no.", "eBoats"),
    # of whom it is said is not who is
    ("Friends of Ana Ruiz know a mayor {who} says no.", "mayor"),
]


@pytest.mark.parametrize(("marked", "name"), RELATIVES)
def test_relative_pronouns(marked: str, name: str) -> None:
    assert speakers_of(marked, NAMES) == [name]


WITHIN = [
    # a place or a body is no "who": who is of it
    ("They thanked Ana Ruiz of the Harbour Fund, {who} said no.", "Ana Ruiz"),
    ("They thanked Ana Ruiz of Denbury, {who} said no.", "Ana Ruiz"),
    ("They thanked nervous voters in Denbury, {who} said no.", None),
    ("It was planned by Denburians {who} said no.", "Denburians"),
    ("It was planned in Denbury, {which} said no.", "Denbury"),
]


@pytest.mark.parametrize(("marked", "name"), WITHIN)
def test_who_is_no_place(marked: str, name: str | None) -> None:
    assert speakers_of(marked, NAMES | {"Harbour Fund": "O", "Denbury": "L", "Denburians": "M"}) == [name]
