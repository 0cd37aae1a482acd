"""Which lines are no part of an article."""

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from claims.nlp.components.boilerplate_filter import (
    behind,
    boilerplate,
    boilerplate_filter,
    end_of_dateline,
    end_of_headline,
    is_boilerplate,
    torn_off,
)
from claims.nlp.types import Attribution, Span


@pytest.mark.parametrize(
    "line",
    [
        "Copyright AFP (Agence France-Presse), 2012",
        "© 2024 The Harbour Gazette. All rights reserved.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "Comments",
        "Comments are closed.",
        "12 comments",
        "Read more: Minister says talks have failed",
        "Read more",
        "READ ALSO: Mayor denies everything",
        "Photo: Ana Ruiz/Reuters",
        "Photo credit: Getty Images",
        "(AP Photo/John Smith)",
        "Share this article on Facebook",
        "Facebook Twitter WhatsApp",
        "Share | Tweet | E-mail",
        "Follow us on Twitter",
        "Sign up for our newsletter, which our editors say is the best.",
        "Advertisement",
        "Story continues below advertisement",
        "(Reporting by Ana Ruiz; Editing by Tom Smith)",
        "Related: Council denies claims",
    ],
)
def test_boilerplate(line: str) -> None:
    assert is_boilerplate(f"  {line} ")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Copyright law must change, the minister said. " * 20,
        "Comments by the minister were rejected by the opposition, which said they were false.",
        "Photos of the scene show that the wall had collapsed, police said.",
        "Share prices fell, analysts said.",
        "Read the report and you will see that we were right, she said.",
        "Reporting by the paper has shown that the mayor lied.",
        '"Follow us," he said.',
        "Like many others, she said she would vote.",
        "Twitter said it would appeal.",
        "Related costs have doubled, the auditors said.",
        "Print is dead, the publisher said.",
    ],
)
def test_article(line: str) -> None:
    assert not is_boilerplate(line)


def test_attributions_lose_what_stands_in_boilerplate() -> None:
    lines = ["Ana said it works.", "Read more: Tom says no", "It does, she said."]
    text = "\n".join(lines)
    second, third = text.index("Read"), text.index("It does")
    assert boilerplate(text) == [Span(second, third - 1)]
    doc = Doc(Vocab(), words=[text], spaces=[False])
    kept = Attribution((Span(0, 3),), (Span(4, 8),), (Span(9, 17),))
    reaching = Attribution((Span(0, 3),), (Span(4, 8),), (Span(9, 17), Span(second, second + 4)))
    within = Attribution((), (Span(text.index("says"), text.index("says") + 4),), (Span(9, 17),))
    doc._.attributions = [kept, reaching, within]
    assert boilerplate_filter(doc)._.attributions == [kept, kept]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("PORT ALDER: The mayor said no.", "The mayor"),
        ("Ana Ruiz port 400PORT ALDER: The mayor said no.", "The mayor"),
        ("PORT ALDER, Sept 8 (Reuters) - The mayor said no.", "The mayor"),
        ("WASHINGTON (AP) — The mayor said no.", "The mayor"),
        ("\n PARIS – The mayor said no.", "The mayor"),
    ],
)
def test_a_dateline_is_no_part_of_the_article(text: str, rest: str) -> None:
    assert text[end_of_dateline(text) :].startswith(rest)


@pytest.mark.parametrize("text", ["", "The mayor of PORT ALDER said: no.", "Nothing here.\nPARIS: The mayor said no."])
def test_no_dateline(text: str) -> None:
    assert end_of_dateline(text) == 0


def test_a_source_begins_behind_the_dateline() -> None:
    glued = Attribution(source=(Span(0, 40),), cue=(Span(41, 45),), content=(Span(46, 60),))
    assert behind(glued, 20).source == (Span(20, 40),)
    parted = Attribution(source=(Span(0, 19), Span(20, 40)), cue=(Span(41, 45),), content=(Span(46, 60),))
    assert behind(parted, 20).source == (Span(20, 40),)
    speaker = Attribution(source=(Span(0, 6),), cue=(Span(6, 7),), content=(Span(8, 60),))
    assert behind(speaker, 8) == speaker


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Mayor opens lane\n“We waited ten years,” the mayor said.", "“We waited"),
        ("\n Mayor opens lane \n\nThe mayor said that it took ten years.", "The mayor"),
    ],
)
def test_a_headline_is_no_part_of_the_article(text: str, rest: str) -> None:
    assert text[end_of_headline(text) :].startswith(rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mayor opens lane",
        "The mayor said on Monday that the lane took\nTen years to build, which nobody had",  # broken at a width
        "The mayor opened the lane.\n“We waited ten years,” the mayor said on Monday.",
        "The mayor said on Monday\nthat it took ten years to build the lane, and two to plan it.",
    ],
)
def test_no_headline(text: str) -> None:
    assert end_of_headline(text) == 0


def test_what_runs_over_from_the_headline_begins_with_the_article() -> None:
    found = Attribution(source=(Span(40, 50),), cue=(Span(51, 55),), content=(Span(5, 38),))
    assert torn_off(found, 17).content == (Span(17, 38),)
    headline = Attribution(source=(Span(0, 8),), cue=(Span(8, 9),), content=(Span(10, 17),))  # "Minister: no new taxes"
    assert torn_off(headline, 17) == headline
