"""Interviews whose lines have no labels: "I" is whom the head names as interviewed. Sources in braces."""

import pytest

from tests.unit.speakers import speakers_of

NAMES = {"Ana Ruiz": "P", "Ruiz": "P", "Tom Wells": "P", "Lena Abar": "P", "Ana Ruiz Friday": "P"}
TALK = """

Ruiz at home. Image: Tom Wells

{I} think it may rain.

Why do you sail?

{I} like it. “{I} hate it,” my mother says. {We} hope for wind.

And what do {you} fear?

Well, {I} fear nothing.

You think {I} know that.

What is next?

{We} will see."""
HEADS = [
    "The Morning Anchor interviews skipper Ana Ruiz on storms",
    "An interview with the skipper and cook, Ana Ruiz",
    "Ana Ruiz, a skipper, interviewed by Tom Wells",
    "Ana Ruiz: an interview Friday, May 4",
    "Interview with Ana Ruiz Friday, May 4",
    "Skipper: an interview\n\nThe skipper Ana Ruiz sailed alone.",
    "The skipper Ana Ruiz talks with our reporter Tom Wells for an interview about Lena Abar, who interviews Ana Ruiz",
]


@pytest.mark.parametrize("head", HEADS)
def test_answers(head: str) -> None:
    who = "Ana Ruiz"
    assert speakers_of(head + TALK, NAMES) == [None, who, None, who, who, who, None, who]


NOBODY = [
    # two, nobody, or only a picture's credit; of whom it talks is not whom it asks
    "An interview with Ana Ruiz, and an interview with Lena Abar",
    "Ana Ruiz sails with Lena Abar. An interview.",
    "An interview",
    "The Morning Anchor interviews an owner about Ana Ruiz, a friend of Lena Abar",
]


@pytest.mark.parametrize("head", NOBODY)
def test_nobody_is_clearly_asked(head: str) -> None:
    assert set(speakers_of(head + TALK, NAMES)) == {None}


def test_a_question_makes_no_interview() -> None:
    assert speakers_of("Ana Ruiz left.\n\nWhy?\n\nWho knows?\n\n{I} think it rained.", NAMES) == [None]
