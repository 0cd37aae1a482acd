"""Claims' first texts, forms and equality of contents."""

import re

import pytest

from claims.wording import claim_text, content_hash, form_of


def marked(text: str) -> tuple[str, dict[str, list[list[int]]]]:
    """The text without its brackets, and what stood in them: [content], {source and cue}."""
    spans: dict[str, list[list[int]]] = {"source": [], "cue": [], "content": []}
    plain = ""
    for part in re.split(r"(\[[^]]*\]|\{[^}]*\})", text):
        role = {"[": "content", "{": "cue"}.get(part[:1])
        inside = part[1:-1] if role else part
        if role:
            spans[role].append([len(plain), len(plain + inside)])
        plain += inside
    return plain, spans


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("He said [the sea\n is  rising].", "The sea is rising"),
        ("[“We will win,”] {he said}, [“and you know it.”]", "We will win, and you know it."),
        ("[“We will win,”] {he said} on Friday, [“and you know it.”]", "We will win … and you know it."),
        ('["Is it so?"] she asked.', "Is it so?"),
        ("He called it [“a disaster” for everybody].", "“a disaster” for everybody"),
        ("[“The first part.\n\n“The second part.”] he said", "The first part. The second part."),
        ("He said [that the sea is rising]", "The sea is rising"),
        ("He said [that was wrong]", "That was wrong"),
        ("[iPhones are dear], he said", "iPhones are dear"),
        ("[At least], {activists say}, [thirty people were killed]", "At least thirty people were killed"),
        ("[Not even], {he said} [, in his dreams]", "Not even, in his dreams"),
        ("He said [he had not decided] and {asked} [to be left alone]", "He had not decided … to be left alone"),
        ("['It's over'] he said", "It's over"),
        ("[“...”] he said", "..."),
        ("ученые говорят, что [море растет]", "Море растет"),
    ],
)
def test_claim_text(text: str, claim: str) -> None:
    assert claim_text(*marked(text)) == claim


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("[“We will win,”] he said, [“and you know it.”]", "direct"),
        ("“[We will win],” he said.", "direct"),
        ("He called it [“a disaster” for everybody].", "mixed"),
        ("[“We will win,”] he said, [and that all knew it].", "mixed"),
        ("He said [the sea is rising].", "indirect"),
        ("He said “no”. Later [the sea rose] she said.", "indirect"),
    ],
)
def test_form(text: str, form: str) -> None:
    assert form_of(*marked(text)) == form


def test_contents_of_the_same_words_are_equal() -> None:
    one = content_hash(*marked("[“The Café will open,”] he said, [“in the spring.”]"))
    assert one == content_hash(*marked("He said [the cafe WILL open in the spring]!"))
    assert one != content_hash(*marked("He said [the cafe will open in the autumn]!"))


def test_few_words_are_equal_to_nothing() -> None:
    assert content_hash(*marked("He said [that it is false]")) == ""
