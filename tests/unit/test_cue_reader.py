"""Form (direct, indirect, mixed) and speech or thought, read off the words. Source, cue and content stand in braces."""

import re
from itertools import pairwise

import pytest

from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.components.cue_reader import act_of, cue_reader, is_negated, is_speech, quoted
from claims.nlp.types import Act, Attribution, Form, Span
from tests.unit.docs import make_doc

FORMS = [
    ('{"It works,"} he {said}.', Form.DIRECT),
    ("{“It works,”} he {said}.", Form.DIRECT),
    ("“{It works},” he {said}.", Form.DIRECT),
    ("{‘It works,’} he {said}.", Form.DIRECT),
    ("{'It's the workers' own,'} he {said}.", Form.DIRECT),
    ("{«Es geht»}, he {said}.", Form.DIRECT),
    ("{„Es geht“}, he {said}.", Form.DIRECT),
    ("{»Es geht«}, he {said}.", Form.DIRECT),
    ("{「行く」}, he {said}.", Form.DIRECT),
    ('{"It works, he} {said}.', Form.DIRECT),
    ("{It works}, he {said}.", Form.INDIRECT),
    ('{It "works" for him}, he {said}.', Form.MIXED),
    ("{It's the workers' own}, he {said}.", Form.INDIRECT),
    ('"He told us," Ana said, and {it works}, he {added}.', Form.INDIRECT),
    ('"{It works}, Tom {said}, I think," Ana told us.', Form.INDIRECT),
    ('"It works.\n\n{"It does,"} she {said}.', Form.DIRECT),
]


def read(marked: str) -> Attribution:
    parts: list[Span] = []
    for match in re.finditer(r"\{([^}]*)\}", marked):
        start = match.start() - 2 * len(parts)
        parts.append(Span(start, start + len(match[1])))
    doc = make_doc(re.sub("[{}]", "", marked))
    doc._.set(ATTRIBUTIONS, [Attribution((), (parts[1],), (parts[0],))])
    (found,) = cue_reader(doc)._.get(ATTRIBUTIONS)
    assert isinstance(found, Attribution)
    return found


@pytest.mark.parametrize(("marked", "form"), FORMS)
def test_form(marked: str, form: Form) -> None:
    assert read(marked).form is form


@pytest.mark.parametrize(
    "cue",
    [
        "said", "says", "has accused", "denied", "promised", "warned", "asked", "has sharply criticised", "according to",
        "cast", "described", "told reporters that he expected", "is pressing for", "referring to", "admitted", "tweeted",
        "has blorted", "'s claim that", "SAID",
    ],
)  # fmt: skip
def test_speech(cue: str) -> None:
    assert is_speech(Attribution((), (Span(0, len(cue)),), (Span(0, 1),)), cue)


@pytest.mark.parametrize(
    "cue",
    [
        "wants", "plans", "believes", "expects", "hopes", "fears", "is expected to", "were expected", "has sought",
        "is planning to", "thought", "was widely expected to say", "intends", "is convinced", "would prefer",
    ],
)  # fmt: skip
def test_thought(cue: str) -> None:
    assert not is_speech(Attribution((), (Span(0, len(cue)),), (Span(0, 1),)), cue)


def of_cue(cue: str) -> Attribution:
    return Attribution((), (Span(0, len(cue)),), (Span(0, 1),))


@pytest.mark.parametrize(
    ("cue", "act"),
    [
        ("said", Act.STATE), ("told reporters", Act.STATE), ("according to", Act.STATE), (":", Act.STATE),
        ("flatly denied", Act.DENY), ("has accused", Act.ACCUSE), ("blames", Act.ACCUSE), ("vowed", Act.PROMISE),
        ("forecast", Act.PREDICT), ("asked", Act.ASK), ("demanded", Act.ORDER), ("hailed", Act.PRAISE),
        ("has sharply criticised", Act.CRITICISE), ("DENIED", Act.DENY), ("did not deny", Act.DENY),
    ],
)  # fmt: skip
def test_act(cue: str, act: Act) -> None:
    assert act_of(of_cue(cue), cue) is act


@pytest.mark.parametrize(
    "cue",
    [
        "declined to say",
        "refused to comment",
        "would not confirm",
        "did not deny",
        "didn’t say",
        "never said",
        "cannot say",
    ],
)
def test_negated(cue: str) -> None:
    assert is_negated(of_cue(cue), cue)


@pytest.mark.parametrize("cue", ["denied", "said", "noted", "nodded", "refused", "knows", "notified"])
def test_not_negated(cue: str) -> None:
    assert not is_negated(of_cue(cue), cue)


def test_thoughts_do_nothing() -> None:
    assert read("{It works}, he {hopes}.").act is None
    assert read("{It works}, he {denied}.").act is Act.DENY


@pytest.mark.parametrize("text", ['"' * 1000, "“" * 1000, "'" * 1000, "” “", '"', "", "«»" * 500, "“a\n\n“b\n\n“c"])
def test_quotations_are_ordered_and_apart_whatever_the_marks(text: str) -> None:
    found = quoted(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
