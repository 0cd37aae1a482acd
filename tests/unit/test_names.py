"""Two spellings of one name fold alike; different names do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.names import fold


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Hillary Clinton", "hillary clinton"),
        ("  HILLARY   clinton ", "hillary clinton"),
        ("Mrs. Clinton", "clinton"),
        ("Secretary of State Hillary Clinton", "hillary clinton"),
        ("Foreign Minister Sergei Lavrov", "sergei lavrov"),
        ("Mr President Obama", "obama"),
        ("Łukasz O’Brien-Núñez", "lukasz obrien nunez"),
        ("Jürgen Weiß", "jurgen weiss"),
        ("İstanbul", "istanbul"),
        ("the United States", "united states"),
        ("U.S.", "us"),
        ("The U.N. Security Council", "un security council"),
        # The title is the name.
        ("President", "president"),
        ("the President of Russia", "president of russia"),
        ("Secretary for Health", "secretary for health"),
        # Words that begin names of organizations are no titles.
        ("General Motors", "general motors"),
        ("Сергей Лавров", "сергеи лавров"),
        ("नरेन्द्र मोदी", "नरेन्द्र मोदी"),
        ("...", ""),
        ("", ""),
    ],
)
def test_folds(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_generations_are_different_people() -> None:
    assert fold("Martin King") != fold("Martin King Jr.")


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(max_size=60))
def test_case_and_surrounding_space_never_matter(name: str) -> None:
    assert fold(f" {name}\n") == fold(name)
