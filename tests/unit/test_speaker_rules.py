"""Rules of the speaker resolver that go by the whole article: bodies, offices, turns, several sources. Sources in braces."""

import re

import pytest

from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.components.speaker_resolver import speaker_resolver
from claims.nlp.names import is_headline_case
from claims.nlp.types import Attribution, SourceKind, Span
from tests.unit.docs import make_doc

NAMES = {
    "Ana Ruiz": "P", "Ruiz": "P", "Tom Wells": "P", "Wells": "P", "Lena Abar": "P", "Ivo Marsh": "P", "Eve Obel": "P",
    "Obel": "P", "Union of Ward Nurses": "O", "Harbour Fund": "O", "Denbury Water Board": "O", "Quill Board": "O",
    "Calder Chronicle": "O", "Morning Anchor": "O", "Wochenbote": "P", "El Faro": "P", "Aldermoor Steel": "P",
    "Brantwick Metals": "O", "Brantwick": "P", "Clear Shore": "P", "Hollis": "P", "Hollis & Grant": "P", "Orvane": "P",
    "Borderland Farmers": "O", "Tran": "P", "Bexley": "P", "Castle Rovers": "O", "Castle": "P", "Norway": "L",
    "Oslo": "L", "Chile": "L", "Peru": "L", "WCB": "O", "World Cycling Board": "O", "Statistics Halvern": "P",
    "Halvern": "L", "Cormac Leith": "O", "Leith": "P", "Trump": "P", "Donald Trump": "P", "Trump Foundation": "O",
    "SALT CREEK": "O", "Denmark": "L", "Portville": "L", "Obama": "P", "Michelle Obama": "P", "Kim Vance": "P",
}  # fmt: skip

BODIES = [
    # a body by its noun, by its kind, by what the writer thinks of it
    ("The Union of Ward Nurses met. {The union} said no.", "Union of Ward Nurses"),
    ("The Denbury Water Board met. {The board} said no.", "Denbury Water Board"),
    ("Aldermoor Steel is for sale. {The company} said no.", "Aldermoor Steel"),
    ("The newspaper El Faro wrote. {The influential daily} said no.", "El Faro"),
    ("{The influential daily Calder Chronicle} said no.", "Calder Chronicle"),
    ("The Calder Chronicle wrote. {The Chronicle} said no.", "Calder Chronicle"),
    # two boards: nobody decides
    ("The Denbury Water Board met the Quill Board. {The board} said no.", "board"),
    ("{The board} said no. The Denbury Water Board met.", "board"),
    ("The Denbury Water Board met. {The school board} said no.", "school board"),
    # acronyms, short forms
    ("The World Cycling Board met. {The WCB} said no.", "World Cycling Board"),
    ("The Borderland Farmers' League met. {The BFL} said no.", "Borderland Farmers' League"),
    ("Castle Rovers lost. {Castle} said no.", "Castle Rovers"),
    ("Brantwick Metals paid. {Brantwick} said no.", "Brantwick Metals"),
    # what a recognizer takes for a person
    ("{Clear Shore, a pressure group,} said no.", "Clear Shore"),
    ("The ratings agency Hollis & Grant came. {Hollis & Grant} said no.", "Hollis & Grant"),
    ("{The Wochenbote} said no.", "Wochenbote"),
    ("{Team Orvane} said no.", "Team Orvane"),
    ("{Statistics Halvern} said no.", "Statistics Halvern"),
    ("{This newspaper} asked. It rained.\n\n© 2031 Upper Tarn Mail", "Upper Tarn Mail"),
]

PEOPLE = [
    ("Donald Trump gave to the Trump Foundation. {Trump} said no.", "Donald Trump"),
    ("Chief Executive Cormac Leith came. {Leith} said no.", "Cormac Leith"),
    ("Skipper Honor Bexley-Tran came. {Bexley-Tran} said no.", "Honor Bexley-Tran"),
    ("{Beekeeper Ivo Marsh} said no.", "Ivo Marsh"),
    # offices: bare in headlines, introduced later, told by whose they are
    ("{Minister}: no new taxes\n\nFinance Minister Ana Ruiz came.", "Ana Ruiz"),
    ("{Opera director}: it stays\n\nAna Ruiz, director of the opera, came.", "Ana Ruiz"),
    ("{Clinic chief} is glad\n\nAna Ruiz, director of the Marrow clinic, came.", "Ana Ruiz"),
    ("{PM}: it stays\n\nPrime Minister Tom Wells came.", "Tom Wells"),
    ("{Denmark's curator} said no. The curator, Ana Ruiz, left.", "Ana Ruiz"),
    ("Sen. Ana Ruiz came. {The senator} said no.", "Ana Ruiz"),
    ("Tom Wells, the cook, came. {The cook} said no.", "Tom Wells"),
    ("Vice President Ana Ruiz met President Tom Wells. {The president} said no.", "Tom Wells"),
    ("Danish minister Ana Ruiz met Chile's minister Tom Wells. {The Danish minister} said no.", "Ana Ruiz"),
    ("Mr Obama came with Michelle Obama. {President Obama} said no.", "Obama"),
    # who
    ("Ana Ruiz, the mayor, {who} said no, left.", "Ana Ruiz"),
    ("Ana Ruiz came on Thursday, {who} said no.", None),
    ("Ana Ruiz spoke through Tom Wells on Thursday, {who} said no.", "Tom Wells"),
    ("Ana Ruiz sent her lawyer, {who} said no.", "lawyer"),
    # one who is quoted calls nobody but others "she"
    ("Vice President Ana Ruiz came. {The president} said no.", None),
    ("{SALT CREEK}, Aug. 8 — It rained.", None),
]

DESCRIBED = [
    ("{A log seen by the Harbour Fund} shows", "log", "document"),
    ("{A document passed to us} says", "document", "document"),
    ("{a poll published last week} found", "poll", "document"),
    ("{a study of 4,000 pupils} found", "study of 4,000 pupils", "document"),
    ("{The injured} said no", "injured", "group"),
    ("{families displaced by the flood} said no", "families", "group"),
]


def resolve(marked: str) -> Attribution:
    start, end = marked.index("{"), marked.index("}") - 1
    text = re.sub("[{}]", "", marked)
    doc = make_doc(text, NAMES)
    last = Span(len(text) - 1, len(text))
    doc._.set(ATTRIBUTIONS, [Attribution((Span(start, end),), (last,), (last,))])
    (attribution,) = speaker_resolver(doc)._.get(ATTRIBUTIONS)
    assert isinstance(attribution, Attribution)
    return attribution


def resolve_all(text: str, *parts: tuple[str | tuple[str, ...], str, str]) -> list[Attribution]:
    """Each part: source or sources, cue, content; found in the text in their order, contents anywhere."""
    doc = make_doc(text, NAMES)
    found = []
    for sources, cue, content in parts:
        spans = [sources] if isinstance(sources, str) else list(sources)
        found.append(Attribution(spans_of(text, spans), spans_of(text, [cue]), spans_of(text, [content])))
    doc._.set(ATTRIBUTIONS, found)
    resolved: list[Attribution] = speaker_resolver(doc)._.get(ATTRIBUTIONS)
    return resolved


def spans_of(text: str, parts: list[str]) -> tuple[Span, ...]:
    """A part may say by "#2" which of its appearances is meant."""
    spans = []
    for part in parts:
        word, _, number = part.partition("#")
        if word:
            edge = r"(?<!\w)" if word[0].isalnum() else ""
            place = [m.start() for m in re.finditer(edge + re.escape(word), text)][int(number or 1) - 1]
            spans.append(Span(place, place + len(word)))
    return tuple(spans)


@pytest.mark.parametrize(("marked", "name"), BODIES)
def test_body(marked: str, name: str) -> None:
    found = resolve(marked)
    assert (found.speaker, found.speaker_kind) == (name, SourceKind.ORGANIZATION)


@pytest.mark.parametrize(("marked", "name"), PEOPLE)
def test_person(marked: str, name: str | None) -> None:
    assert resolve(marked).speaker == name


@pytest.mark.parametrize(("marked", "name", "kind"), DESCRIBED)
def test_noun_before_a_participle(marked: str, name: str, kind: str) -> None:
    found = resolve(marked)
    assert (found.speaker, found.speaker_kind) == (name, SourceKind(kind))


ROLES = [
    ("Finance Minister {Ana Ruiz} said no.", "Finance Minister"),
    ("{Ana Ruiz} said no. US Secretary of State Ana Ruiz left; Secretary Ana Ruiz came.", "US Secretary of State"),
    ("{Ana Ruiz, the employment minister,} said no.", "employment minister"),
    ("{Ana Ruiz, 34, a neurologist at the clinic,} said no.", "neurologist at the clinic"),
    ("{Ana Ruiz, the board's chief engineer,} said no.", "chief engineer"),
    ("{Ana Ruiz, Mr. Wells's lawyer,} said no.", "Mr. Wells's lawyer"),
    ("{Ana Ruiz, one of the judges,} said no.", "judge"),
    ("{Norway's transport minister, Ana Ruiz,} said no.", "Norway's transport minister"),
    ("{a spokeswoman for the fund, Ana Ruiz,} said no.", "spokeswoman for the fund"),
    ("{Ana Ruiz of the Harbour Fund} said no.", "Harbour Fund"),
    ("{Ana Ruiz (Harbour Fund)} said no.", "Harbour Fund"),
    ("They asked which chief statistician {Ana Ruiz} said no.", "chief statistician"),
    # no offices
    ("{Ana Ruiz} said no.", ""),
    ("{Dr Ana Ruiz} said no.", ""),
    ('"No," said {Ana Ruiz}, told of it by the mayor.', ""),
    ("After he met the mayor, {Ana Ruiz} said no.", ""),
    ("{The Harbour Fund} said no.", ""),
]


@pytest.mark.parametrize(("marked", "role"), ROLES)
def test_role(marked: str, role: str) -> None:
    assert resolve(marked).speaker_role == role


def test_it_is_the_body_that_spoke_last() -> None:
    text = "The Harbour Fund said no. It warned of rain. Ana Ruiz said yes. It denied this."
    found = resolve_all(
        text, ("The Harbour Fund", "said", "no"), ("It", "warned", "rain"), ("Ana Ruiz", "said#2", "yes"),
        ("It#2", "denied", "this"),
    )  # fmt: skip
    assert [a.speaker for a in found] == ["Harbour Fund", "Harbour Fund", "Ana Ruiz", None]


def test_they_are_the_last_who_were_no_single_person() -> None:
    text = "The Harbour Fund said no. Ana Ruiz said yes. They denied it."
    found = resolve_all(
        text, ("The Harbour Fund", "said", "no"), ("Ana Ruiz", "said#2", "yes"), ("They", "denied", "it")
    )
    assert found[2].speaker == "Harbour Fund"


def test_both_are_the_two_that_spoke() -> None:
    text = "Oslo said no. Chile said yes. The two countries agree. Peru said maybe. Both countries laugh."
    found = resolve_all(
        text, ("Oslo", "said", "no"), ("Chile", "said#2", "yes"), ("The two countries", "agree", "."),
        ("Peru", "said#3", "maybe"), ("Both countries", "laugh", "."),
    )  # fmt: skip
    assert [a.speaker for a in found] == ["Oslo", "Chile", "Norway and Chile", "Peru", "countries"]


def test_a_kind_that_nobody_has_yet_is_the_last_speaker_of_none() -> None:
    text = "The Wochenbote praised it. The weekly mocked it."
    found = resolve_all(text, ("The Wochenbote", "praised", "it"), ("The weekly", "mocked", "it#2"))
    assert [a.speaker for a in found] == ["Wochenbote", "Wochenbote"]


def test_a_ticker_leaves_its_subject_out() -> None:
    text = "07:10 The Harbour Fund says it rained. Denies a fire."
    found = resolve_all(text, ("The Harbour Fund", "says", "it rained"), ("", "Denies", "a fire"))
    assert found[1].speaker == "Harbour Fund"
    assert found[1].source == ()


def test_she_is_not_whoever_says_so() -> None:
    text = 'Ana Ruiz met Lena Abar. "She ordered me to leave," Lena Abar said.'
    found = resolve_all(text, ("Lena Abar#2", "said", '"She ordered me to leave,"'), ("She", "ordered", "to leave"))
    assert found[1].speaker == "Ana Ruiz"


def test_an_office_counts_as_naming_its_bearer() -> None:
    text = "Tom Wells slept. The president left. She said no. President Ana Ruiz came."
    found = resolve_all(text, ("The president", "left", "left"), ("She", "said", "no"))
    assert [a.speaker for a in found] == ["Ana Ruiz", "Ana Ruiz"]


def test_a_pronoun_and_a_name_are_both() -> None:
    text = "Ana Ruiz left. She and her chairman, Tom Wells, said no."
    (found,) = resolve_all(text, ("She and her chairman, Tom Wells,", "said", "no"))
    assert found.speaker == "Ana Ruiz and Tom Wells"


SEVERAL = [
    # another sentence, beside the cue, in a quotation, its own relative clause
    ("A leaflet came. The Harbour Fund said no.", ("A leaflet", "The Harbour Fund"), "said", "Harbour Fund"),
    ("Ana Ruiz, Tom Wells knew, said no.", ("Ana Ruiz", "Tom Wells"), "knew", "Tom Wells"),
    ('"Ana Ruiz lied," Tom Wells said.', ("Ana Ruiz", "Tom Wells"), "said", "Tom Wells"),
    ("Ana Ruiz, who walked it, said no.", ("Ana Ruiz", "who walked it,"), "said", "Ana Ruiz"),
    ("Ana Ruiz, met Tom Wells.\n\nHarbour Fund: no", ("Ana Ruiz",), ":", None),
    ("It fell\n\nAna Ruiz on air: no", ("It",), ":", "Ana Ruiz"),
    ("No, says Harbour Fund\n\nAna Ruiz slept", ("Harbour Fund\n\nAna Ruiz",), "says", "Harbour Fund"),
    ("RUIZ: The Harbour Fund says no", ("RUIZ: The Harbour Fund",), "says", "Harbour Fund"),
]


@pytest.mark.parametrize(("text", "sources", "cue", "name"), SEVERAL)
def test_the_subject_of_several_sources(text: str, sources: tuple[str, ...], cue: str, name: str | None) -> None:
    doc = make_doc(text, NAMES)
    place = text.index(cue)
    content = (Span(len(text) - 2, len(text)),)
    spans = tuple(Span(text.index(s), text.index(s) + len(s)) for s in sources)
    doc._.set(ATTRIBUTIONS, [Attribution(spans, (Span(place, place + len(cue)),), content)])
    (found,) = speaker_resolver(doc)._.get(ATTRIBUTIONS)
    if name is None:
        assert found.speaker in {None, "Harbour Fund"}
    else:
        assert found.speaker == name


INTERVIEW = """Glaciologist Ana Ruiz talks with our reporter Tom Wells.

Q: Do you think so?

A: I hope so.

Q: And then?

A: I sleep.
"""


def test_interview() -> None:
    found = resolve_all(
        INTERVIEW, ("Q", ":", "Do you think so?"), ("you", "think", "so"), ("A", ":#2", "I hope so."),
        ("I", "hope", "so#2"), ("Q#2", ":#3", "And then?"),
    )  # fmt: skip
    assert [a.speaker for a in found] == ["Tom Wells", "Ana Ruiz", "Ana Ruiz", "Ana Ruiz", "Tom Wells"]
    assert found[2].speaker_role == "Glaciologist"


def test_without_a_head_that_names_them_questions_are_nobodys() -> None:
    found = resolve_all(INTERVIEW.partition("\n\n")[2], ("Q", ":", "Do you think so?"), ("I", "hope", "so#2"))
    assert [a.speaker for a in found] == [None, None]


def test_transcript() -> None:
    text = "The briefing of Ana Ruiz\n\nRUIZ: We reject it.\n\nWELLS: Do you think so?\n\nRUIZ: No. Tom Wells knows."
    found = resolve_all(text, ("We", "reject", "it"), ("you", "think", "so"))
    assert [a.speaker for a in found] == ["Ana Ruiz", "Ana Ruiz"]


def test_headline_case() -> None:
    assert is_headline_case("Chef Wins Prize and Leaves Town")
    assert not is_headline_case("Chef Ana Ruiz wins prize in town")
    assert resolve("{Chef Wins Prize} After Years Away\n\nIt rained.").speaker_kind is not SourceKind.PERSON


@pytest.mark.parametrize(
    "odd", ["()", "( ) ,", "the", "The 's", "'s", "of", "—", "\u202e", "who,", "both", "The two", "-"]
)
def test_odd_sources_cost_nothing(odd: str) -> None:
    resolve(f"Ana Ruiz, {{{odd}}} of the-, said - no.")


def test_a_label_in_capitals_does_not_spell_the_name() -> None:
    names = {**NAMES, "ANA RUIZ": "P"}
    text = "ANA RUIZ: no\n\nAna Ruiz left, and Ruiz said no."
    doc = make_doc(text, names)
    place = text.rindex("Ruiz")
    doc._.set(
        ATTRIBUTIONS,
        [Attribution((Span(place, place + 4),), (Span(place + 5, place + 9),), (Span(place + 10, place + 12),))],
    )
    assert [a.speaker for a in speaker_resolver(doc)._.get(ATTRIBUTIONS)] == ["Ana Ruiz"]


def test_both_papers_may_be_one_of_which_nothing_is_known() -> None:
    text = "The newspaper El Faro said no. The Morning Anchor said yes. Both papers laugh at it."
    found = resolve_all(
        text, ("The newspaper El Faro", "said", "no"), ("The Morning Anchor", "said#2", "yes"),
        ("Both papers", "laugh", "it"),
    )  # fmt: skip
    assert found[2].speaker == "El Faro and Morning Anchor"
