"""Names inside longer phrases, and phrases that hold none. Sources in braces."""

import pytest

from claims.nlp.types import SourceKind
from tests.unit.speakers import attributions_of, speakers_of

NAMES = {
    "Ana Ruiz": "P", "Ruiz": "P", "Tom Wells": "P", "WCB": "O", "World Cycling Board": "O", "Norway": "L", "Harbour Fund": "O",
    "Denbury": "L", "Secura.com": "O", "Weather Authority": "O", "Chile": "L",
}  # fmt: skip

BODIES = [
    # what a name is, before it and behind it
    ("{The Internet security firm Secura.com} said no.", "Secura.com"),
    ("{Chilean news agency Morning Anchor} said no.", "Morning Anchor"),
    ("The World Cycling Board (WCB) met. {The WCB union} said no.", "World Cycling Board"),
    ("The Harbour Fund met. {The Harbour Fund charity} said no.", "Harbour Fund"),
    # a country that it belongs to
    ("{Norway's Weather Authority} said no.", "Weather Authority"),
    ("{Norway's Rural Council} said no.", "Rural Council"),
    # the noun is the name's own, or somebody else is meant
    ("{The Denbury Post Union} said no.", "Denbury Post Union"),
    ("{Norton's Bank} said no.", "Norton's Bank"),
]


@pytest.mark.parametrize(("marked", "name"), BODIES)
def test_bodies(marked: str, name: str) -> None:
    (found,) = attributions_of(marked, NAMES)
    assert found.speaker == name


OTHERS = [
    ("Ana Ruiz came. {[Ruiz]} said no.", "Ana Ruiz"),
    ("{Norway's Ana Ruiz} said no.", "Ana Ruiz"),
    ("{The WCB board members} said no.", "WCB board members"),
    # what somebody says is nobody
    ("{Harbour Fund 'will count every single vote'} said no.", None),
    ("{the water was warm», Ruiz} said no.", None),
    ("{The “Dry Feet” campaigners} said no.", "“Dry Feet” campaigners"),
    ("{They all} said no.", None),
]


@pytest.mark.parametrize(("marked", "name"), OTHERS)
def test_others(marked: str, name: str | None) -> None:
    assert speakers_of(marked, NAMES) == [name]


def test_they_all_are_who_they_are() -> None:
    found = attributions_of("{The Harbour Fund} said no. {They all} left.", NAMES)
    assert [a.speaker for a in found] == ["Harbour Fund", "Harbour Fund"]
    assert found[1].speaker_kind is SourceKind.ORGANIZATION


PLACES = {
    "Denbury": "L",
    "Halvern": "L",
    "Oslo": "L",
    "Vienna": "L",
    "Denbury Lantern Festival": "O",
    "Calder Choir Festival": "O",
}
CALLED = [
    # the one town, capital, municipality
    ("It rained in the town of Denbury. {The town} said no.", "Denbury"),
    ("It rained in Oslo. {The city} said no.", "Oslo"),
    ("The Municipality of Denbury met. It rained in Halvern. {The city} said no.", "Municipality of Denbury"),
    ("It rained in Oslo and in Vienna. {The city} said no.", "city"),
    ("It rained in Denbury. {The city} said no.", "city"),
    # the last word of one name
    ("The Denbury Lantern Festival ran. {The festival} said no.", "Denbury Lantern Festival"),
    ("The Denbury Lantern Festival ran. The Calder Choir Festival ran. {The festival} said no.", "festival"),
    ("The Denbury Lantern Festival ran. {The choir festival} said no.", "choir festival"),
    # two capitals are two countries
    ("{Oslo and Vienna} said no.", "Norway and Austria"),
]


@pytest.mark.parametrize(("marked", "name"), CALLED)
def test_called(marked: str, name: str) -> None:
    assert speakers_of(marked, PLACES) == [name]


WHOLE = {"Human Rights Panel": "O", "United States": "L", "United States Chamber": "O", "Chinese Sea Club": "O", "Anna Vale": "P",
         "Vale's Anna Vale": "O", "Calder Groups Launch Ads": "O", "Denbury": "L"}  # fmt: skip
NAMED = [
    # what the writer says of it, when, and whose it is
    ("The Human Rights Panel met. {A divided Human Rights Panel} said no.", "Human Rights Panel"),
    ("The Human Rights Panel met. {The Human Rights Panel in 2015} said no.", "Human Rights Panel"),
    ("The Human Rights Panel met. {The Human Rights Panel in Denbury} said no.", "Human Rights Panel"),
    ("The Human Rights Panel met. {the big rights organization the Human Rights Panel} said no.", "Human Rights Panel"),
    ("It rained in Denbury. {Denbury's Plain Trader} said no.", "Plain Trader"),
    ("Anna Vale came. {RealPolls’ Anna Vale} said no.", "Anna Vale"),
    # a country and its people are no short forms
    ("The United States Chamber met. {The United States} said no.", "United States"),
    ("The Chinese Sea Club met. {The Chinese} said no.", "Chinese"),
    # a headline may have lent a name its words
    ("{Calder Groups} Launch Ads Against Big Rain\n\nAds rained.", "Calder Groups"),
    ("The Human Rights Panel met. {Members of the Human Rights Panel} said no.", "members of the Human Rights Panel"),
]


@pytest.mark.parametrize(("marked", "name"), NAMED)
def test_whole_names(marked: str, name: str) -> None:
    assert speakers_of(marked, WHOLE) == [name]
