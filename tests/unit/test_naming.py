"""Names that are enough to file under."""

import pytest

from claims.naming import name_to_file_under, names_to_file_under


@pytest.mark.parametrize(
    ("speaker", "kind", "name"),
    [
        ("Hillary Clinton", "person", "Hillary Clinton"),
        ("Secretary of State Hillary Clinton", "person", "Hillary Clinton"),
        ("Mr. Sergei  Lavrov", "person", "Sergei Lavrov"),
        ("J.K. Rowling", "person", "J.K. Rowling"),
        ("Ursula von der Leyen", "person", "Ursula von der Leyen"),
        ("Clinton", "person", ""),
        ("Mr. Putin", "person", ""),
        ("Clinton Jr.", "person", ""),
        ("H. Clinton", "person", ""),
        ("Foreign Minister", "person", ""),
        ("President of Russia", "person", ""),
        ("the lawyer", "person", ""),
        ("a senior official", "person", ""),
        ("she", "person", ""),
        ("they", "group", ""),
        ("The activists", "group", "activists"),
        ("Human Rights Watch", "organization", "Human Rights Watch"),
        ("the European Union", "organization", "European Union"),
        ("the Foreign Ministry", "organization", ""),
        ("police", "organization", ""),
        ("the company", "organization", ""),
        ("The United States", "country", "United States"),
        ("the Brightwater Report", "document", "Brightwater Report"),
        ("a Reuters report", "document", ""),
        ("the report", "document", ""),
        ("Report", "document", ""),
        ("Anna Berg", "unknown", ""),
        ("", "person", ""),
    ],
)
def test_name_to_file_under(speaker: str, kind: str, name: str) -> None:
    assert name_to_file_under(speaker, kind) == name


@pytest.mark.parametrize(
    ("speaker", "kind", "names"),
    [
        ("Hillary Clinton and Sergei Lavrov", "group", (("Hillary Clinton", "person"), ("Sergei Lavrov", "person"))),
        ("Clinton and Lavrov", "group", ()),
        ("Farmers and fishermen", "group", (("Farmers and fishermen", "group"),)),
        ("Hillary Clinton", "person", (("Hillary Clinton", "person"),)),
        ("she", "person", ()),
    ],
)
def test_names_to_file_under(speaker: str, kind: str, names: tuple[tuple[str, str], ...]) -> None:
    assert names_to_file_under(speaker, kind) == names
