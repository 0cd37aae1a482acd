"""Which name a source gets. In each text the source stands in braces."""

import re
from dataclasses import replace

import pytest

from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.components.speaker_resolver import speaker_resolver
from claims.nlp.types import Attribution, SourceKind, Span
from tests.unit.docs import make_doc

TALKS = (
    "Ana Ruiz meeting 200PORTVILLE: Foreign Minister Ana Ruiz and her counterpart Sergei Lavrov met in Portville "
    "to discuss Halvern, as part of President Lionel Ashcombe's policy. "
)
NAMES = {
    "Ana Ruiz": "P", "Ruiz": "P", "Sergei Lavrov": "P", "Lavrov": "P", "Lionel Ashcombe": "P", "Ashcombe": "P",
    "Portville": "L", "Halvern": "L", "Tom Wells": "P", "Wells": "P", "Eve Wells": "P", "Harbour Fund": "O", "Q Xu": "P",
    "Ingrid Vale": "P", "Moscow": "L", "United States": "L", "World Trade Organization": "O", "WTO": "O",
    "Bashar al-Assad": "P", "Assad": "P", "Ursula von der Leyen": "P", "von der Leyen": "P", "Xi": "P", "Xi Jinping": "P",
    "Israel": "L", "Benjamin Netanyahu": "P", "Texas": "L", "Marks and Spencer": "O", "Zorvan": "P", "Pat Okoro": "P",
    "Germany": "L", "France": "L", "Okoro": "P", "Foreign Ministry": "O", "Kim Vance": "P",
}  # fmt: skip

PEOPLE = [
    # a surname, a given name, a possessive, a title, an apposition
    (TALKS + "{Lavrov} said no.", "Sergei Lavrov"),
    (TALKS + "{Sergei} said no.", "Sergei Lavrov"),
    (TALKS + "{Lavrov's} demand is old.", "Sergei Lavrov"),
    (TALKS + "{Mr Lavrov} said no.", "Sergei Lavrov"),
    (TALKS + "{Russian Foreign Minister Sergei Lavrov} said no.", "Sergei Lavrov"),
    (TALKS + "{Foreign Minister\nAna Ruiz} said no.", "Ana Ruiz"),
    (TALKS + "according to {Ruiz}, it works.", "Ana Ruiz"),
    (TALKS + "{according to Ruiz} it works.", "Ana Ruiz"),
    ("{Ingrid Vale, who chairs the board,} said no.", "Ingrid Vale"),
    ("{Ingrid Vale of the Harbour Fund} said no.", "Ingrid Vale"),
    ("{Ingrid Vale, a spokeswoman for the Harbour Fund,} said no.", "Ingrid Vale"),
    ("{a spokeswoman for the Harbour Fund, Ingrid Vale,} said no.", "Ingrid Vale"),
    ("{Prime Minister of Israel Benjamin Netanyahu} said no.", "Benjamin Netanyahu"),
    ("President Bashar al-Assad spoke. {Assad} said no.", "Bashar al-Assad"),
    ("Ursula von der Leyen spoke. {von der Leyen} said no.", "Ursula von der Leyen"),
    ("Xi Jinping spoke. {Xi} said no.", "Xi Jinping"),
    # nobody decides between two of one family, unless a title does
    ("Tom Wells and Eve Wells came. {Wells} said no.", "Wells"),
    ("Tom Wells and Eve Wells came. {Mrs Wells} said no.", "Eve Wells"),
    ("{Zorvan} said no.", "Zorvan"),
    # pronouns
    (TALKS + "Ruiz cast it as part of Ashcombe's plan.\n\n\"We agreed,\" {she} said.", "Ana Ruiz"),
    (TALKS + "Lavrov left early. {He} said no.", "Sergei Lavrov"),
    ("Ruiz met Lavrov. Ana Ruiz and Sergei Lavrov ate. {She} said no.", "Ana Ruiz"),
    ("Pat Okoro came, and she spoke. Tom Wells left. {She} said no.", "Pat Okoro"),
    ("Tom Wells, {who} said no, left.", "Tom Wells"),
    # an office that one person of the article holds
    ("President Lionel Ashcombe came. {The president} said no.", "Lionel Ashcombe"),
    ("Former mayor Ingrid Vale came. {The former mayor} said no.", "Ingrid Vale"),
]  # fmt: skip

OTHERS = [
    ("{The United States} says no.", "United States", "country"),
    ("{Germany} has accused him.", "Germany", "country"),
    ("{Moscow} says no.", "Moscow", "country"),
    ("{Halvern} has accused distant powers.", "Halvern", "country"),
    ("The city of Portville is small. {Portville} has sued.", "Portville", "organization"),
    ("{Texas} has sued.", "Texas", "organization"),
    ("{The Harbour Fund} denied it.", "Harbour Fund", "organization"),
    ("{The Foreign Ministry} denied it.", "Foreign Ministry", "organization"),
    ("{Marks and Spencer} denied it.", "Marks and Spencer", "organization"),
    ("The World Trade Organization (WTO) met. {The WTO} denied it.", "World Trade Organization", "organization"),
    ("{The WTO} denied it.", "WTO", "organization"),
    ("fighting, which {activists} say goes on", "activists", "group"),
    ("{Activists} say it goes on", "activists", "group"),
    ("{two officials who asked not to be named} said no", "officials", "group"),
    ("{At least three senior officials} said no", "senior officials", "group"),
    ("{the central bank} said no", "central bank", "organization"),
    ("{the company} said no", "company", "organization"),
    ("{a spokesman for the Harbour Fund} said no", "spokesman for the Harbour Fund", "group"),
    (TALKS + "{a spokesman for Lavrov} said no", "spokesman for Lavrov", "group"),
    (TALKS + "{critics of President Ashcombe} said no", "critics of President Ashcombe", "group"),
    (TALKS + "{Lavrov's campaign} said no", "Lavrov's campaign", "group"),
    (TALKS + "{Ruiz and Lavrov} said no", "Ana Ruiz and Sergei Lavrov", "group"),
    ("{France and Germany} said no", "France and Germany", "group"),
    ("{the report} says no", "report", "document"),
    ("{A leaked memo, seen by us,} says no", "leaked memo", "document"),
    ("{statistics from the Foreign Ministry} show", "statistics from the Foreign Ministry", "document"),
]  # fmt: skip

NOBODY = [
    "{39 per cent} said no",
    "{He} said no.",
    "{It} was said.",
    "{Some} say no.",
    "{The president} said no.",
    "President Tom Wells and President Lionel Ashcombe came. {The president} said no.",
    "Eve Wells came. {He} said no.",
    "Kim Vance and Q Xu came. {He} said no.",
    "{I} think so.",
]


def resolve(marked: str, names: dict[str, str] = NAMES) -> tuple[str | None, SourceKind]:
    start, end = marked.index("{"), marked.index("}") - 1
    text = re.sub("[{}]", "", marked)
    doc = make_doc(text, names)
    end_of_text = Span(len(text) - 1, len(text))
    doc._.set(ATTRIBUTIONS, [Attribution((Span(start, end),), (end_of_text,), (end_of_text,))])
    (attribution,) = speaker_resolver(doc)._.get(ATTRIBUTIONS)
    return attribution.speaker, attribution.speaker_kind


@pytest.mark.parametrize(("marked", "name"), PEOPLE)
def test_person(marked: str, name: str) -> None:
    assert resolve(marked) == (name, SourceKind.PERSON)


@pytest.mark.parametrize(("marked", "name", "kind"), OTHERS)
def test_other_kinds(marked: str, name: str, kind: str) -> None:
    assert resolve(marked) == (name, SourceKind(kind))


@pytest.mark.parametrize("marked", NOBODY)
def test_nobody(marked: str) -> None:
    assert resolve(marked) == (None, SourceKind.UNKNOWN)


def spans(text: str, *parts: str) -> tuple[Span, ...]:
    return tuple(Span(text.index(part), text.index(part) + len(part)) for part in parts)


def test_no_source_has_no_speaker() -> None:
    text = "It was denied that Ana Ruiz came."
    doc = make_doc(text, NAMES)
    found = Attribution((), spans(text, "was denied"), spans(text, "Ana Ruiz came"))
    doc._.set(ATTRIBUTIONS, [found])
    assert speaker_resolver(doc)._.get(ATTRIBUTIONS) == [found]


def test_first_person_in_a_quotation_is_whoever_is_quoted() -> None:
    text = '"I believe it works," Ana Ruiz said.'
    doc = make_doc(text, NAMES)
    outer = Attribution(spans(text, "Ana Ruiz"), spans(text, "said"), spans(text, '"I believe it works,"'))
    inner = Attribution(spans(text, "I"), spans(text, "believe"), spans(text, "it works"))
    doc._.set(ATTRIBUTIONS, [outer, inner])
    assert [a.speaker for a in speaker_resolver(doc)._.get(ATTRIBUTIONS)] == ["Ana Ruiz", "Ana Ruiz"]


@pytest.mark.parametrize(
    ("who", "said", "pronoun", "name"),
    [
        ("The Harbour Fund", "it denies the report", "it", "Harbour Fund"),
        ("The Harbour Fund", "that it denies the report", "it", "Harbour Fund"),
        ("The Harbour Fund", "they deny the report", "they", "Harbour Fund"),
        ("Israel", "it denies the report", "it", "Israel"),
        # not before what is said, nor further on, nor in a quotation, nor a person
        ("Says it: the Harbour Fund", "no, he denies the report", "it", None),
        ("The Harbour Fund", "the study errs and it denies the report", "it", None),
        ("The Harbour Fund", '"it denies the report"', "it", None),
        ("Ana Ruiz", "it denies the report", "it", None),
        ("Ana Ruiz", "they deny the report", "they", None),
    ],
)
def test_a_pronoun_that_begins_what_a_body_says_is_that_body(
    who: str, said: str, pronoun: str, name: str | None
) -> None:
    text = f"{who} told us {said}."
    doc = make_doc(text, NAMES)
    outer = Attribution(spans(text, who), spans(text, "told"), spans(text, said))
    inner = Attribution(spans(text, pronoun), spans(text, "den"), spans(text, "the report"))
    doc._.set(ATTRIBUTIONS, [outer, inner])
    assert speaker_resolver(doc)._.get(ATTRIBUTIONS)[1].speaker == name


def test_a_pronoun_inside_a_quotation_does_not_decide_outside() -> None:
    text = 'Ana Ruiz left. "Eve Wells was here," she said.'
    doc = make_doc(text, NAMES)
    found = Attribution(spans(text, "she"), spans(text, "said"), spans(text, '"Eve Wells was here,"'))
    doc._.set(ATTRIBUTIONS, [found])
    resolved = replace(found, speaker="Ana Ruiz", speaker_kind=SourceKind.PERSON)
    assert speaker_resolver(doc)._.get(ATTRIBUTIONS) == [resolved]


def test_several_sources_are_named_together() -> None:
    text = "Ana Ruiz left and so did Sergei Lavrov, it was said."
    doc = make_doc(text, NAMES)
    doc._.set(
        ATTRIBUTIONS, [Attribution(spans(text, "Ana Ruiz", "Sergei Lavrov"), spans(text, "said"), spans(text, "left"))]
    )
    (found,) = speaker_resolver(doc)._.get(ATTRIBUTIONS)
    assert (found.speaker, found.speaker_kind) == ("Ana Ruiz and Sergei Lavrov", SourceKind.GROUP)


def test_a_country_that_is_in_no_list_and_was_taken_for_a_person() -> None:
    names = {**NAMES, "Tarsania": "P"}
    assert resolve("Jobs in Tarsania and fish in Tarsania are few. {Tarsania} said no.", names) == (
        "Tarsania",
        SourceKind.COUNTRY,
    )


def test_an_office_that_is_in_no_list_is_no_part_of_a_name() -> None:
    names = {**NAMES, "Caroline Whitcomb": "P"}
    assert resolve("{Deputy Trade Secretary Caroline Whitcomb} said no.", names) == (
        "Caroline Whitcomb",
        SourceKind.PERSON,
    )


def test_a_name_ends_with_its_sentence() -> None:
    names = {**NAMES, "Ewan Aldous": "P", "Aldous": "P", "Statistics Halvern": "O"}
    text = "Ewan Aldous spoke. It doubled under Mr Aldous. Statistics Halvern fell, {Aldous} said."
    assert resolve(text, names) == ("Ewan Aldous", SourceKind.PERSON)
