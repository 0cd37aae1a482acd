"""Filing: statements, sources and claims from what the extractor found."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.actions.filing import file_extraction, known_extraction
from claims.actions.statements import set_sources
from claims.models import Alias, Claim, Extraction, Source, Statement, StatementSource
from claims.nlp import types
from claims.nlp.wire import to_wire
from tests.statements import SUMMIT, events_of, said, summit, version_of

pytestmark = pytest.mark.django_db


def filed_under(statement: Statement) -> list[str]:
    return [link.source.name for link in statement.statement_sources.select_related("source")]


def counts() -> list[int]:
    return [model.objects.count() for model in (Extraction, Statement, StatementSource, Source, Alias, Claim)]


def test_statements_sources_and_claims_come_out() -> None:
    version = version_of()
    row = file_extraction(version=version, extraction=summit())
    opening, permit, fee, safe = Statement.objects.in_text_order()
    assert [filed_under(s) for s in (opening, permit, fee, safe)] == [["Anna Berg"], ["activists"], [], ["Anna Berg"]]
    assert fee.speaker == "Berg"  # kept, so that the librarian's list can group by it
    assert [row["name"] for row in Statement.objects.unresolved_names()] == ["Berg"]
    assert [s.claim.text for s in (opening, permit, fee, safe)] == [
        "The river port will open in spring next year",
        "The port was built without any permit at all",
        "The harbour fee would rise",
        "The port is safe, and it will stay safe.",
    ]
    assert {s.kind for s in Source.objects.all()} == {"person", "group"}
    assert opening.claim.first_statement == opening
    assert row.model_version == "test-1"
    assert row.output[0]["speaker"] == "Anna Berg"


def test_a_second_run_changes_nothing() -> None:
    version = version_of()
    file_extraction(version=version, extraction=summit())
    before = counts(), list(Statement.objects.values()), list(Claim.objects.values())
    file_extraction(version=version, extraction=summit())
    assert (counts(), list(Statement.objects.values()), list(Claim.objects.values())) == before


def test_a_choice_of_a_person_is_kept() -> None:
    version = version_of()
    file_extraction(version=version, extraction=summit())
    ana = get_user_model().objects.create_user("ana")
    opening, permit, *_ = Statement.objects.in_text_order()
    set_sources(statement=opening, sources=[], by=ana)
    other = Source.objects.create(name="Harbour Watch", kind="organization")
    set_sources(statement=permit, sources=[other], by=ana)
    file_extraction(version=version, extraction=summit())
    assert (filed_under(opening), filed_under(permit)) == ([], ["Harbour Watch"])


def test_a_name_that_two_people_share_is_unresolved() -> None:
    for affiliation in ("a party", "a band"):
        Source.objects.create(name="Anna Berg", kind="person", affiliation=affiliation)
    file_extraction(version=version_of(), extraction=summit())
    opening = Statement.objects.in_text_order()[0]
    assert filed_under(opening) == []
    assert Source.objects.filter(kind="person").count() == 2


def test_an_alias_and_a_title_lead_to_the_same_source_and_a_merged_one_does_not() -> None:
    berg = Source.objects.create(name="Anna Maria Berg", kind="person")
    berg.aliases.create(name="Anna Berg")
    Source.objects.create(name="Anna Berg", kind="person", merged_into=berg)
    attribution = replace(summit().attributions[0], speaker="Dr. Anna Berg")
    file_extraction(version=version_of(), extraction=types.Extraction("test-1", (attribution,)))
    assert filed_under(Statement.objects.get()) == ["Anna Maria Berg"]


def test_an_alias_that_is_a_bare_surname_files_nothing() -> None:
    Source.objects.create(name="Anna Berg", kind="person").aliases.create(name="Berg")
    attribution = summit().attributions[2]
    file_extraction(version=version_of(), extraction=types.Extraction("test-1", (attribution,)))
    assert filed_under(Statement.objects.get()) == []


def test_a_name_of_another_kind_is_unresolved() -> None:
    Source.objects.create(name="Anna Berg", kind="organization")
    file_extraction(version=version_of(), extraction=summit())
    assert filed_under(Statement.objects.in_text_order()[0]) == []


def test_a_statement_is_filed_once_its_source_has_a_name() -> None:
    rivals = [Source.objects.create(name="Anna Berg", kind="person") for _ in range(2)]
    version = version_of()
    file_extraction(version=version, extraction=summit())
    rivals[1].name = "Anna B. Berg"
    rivals[1].save()
    file_extraction(version=version, extraction=summit())
    assert filed_under(Statement.objects.in_text_order()[0]) == ["Anna Berg"]


def test_a_group_has_one_page_in_all_articles() -> None:
    file_extraction(version=version_of(), extraction=summit())
    text = SUMMIT.replace("without any permit at all", "far too fast and far too near the town")
    permit = said(text, "Activists", "say", "far too fast and far too near", speaker="The activists", kind="group")
    file_extraction(version=version_of(text), extraction=types.Extraction("test-1", (permit,)))
    assert Source.objects.get(kind="group").statements.count() == 2


def test_two_people_who_say_it_together_are_two_sources() -> None:
    text = "Anna Berg and Ilse Brandt said the river port will open in spring."
    both = said(
        text,
        "Anna Berg and Ilse Brandt",
        "said",
        "the river port will open in spring",
        speaker="Anna Berg and Ilse Brandt",
        kind="group",
    )
    version = version_of(text)
    file_extraction(version=version, extraction=types.Extraction("test", (both,)))
    links = Statement.objects.get().statement_sources.all()
    assert [(link.source.name, link.source.kind) for link in links] == [
        ("Anna Berg", "person"),
        ("Ilse Brandt", "person"),
    ]


def test_the_same_text_elsewhere_gives_further_appearances_of_the_same_claims() -> None:
    file_extraction(version=version_of(), extraction=summit())
    copy = version_of(SUMMIT.replace("\n", "\n\n"))
    assert known_extraction(copy) is None  # its offsets differ
    file_extraction(version=copy, extraction=summit(copy.text))
    assert Claim.objects.count() == 4
    assert {claim.statements.count() for claim in Claim.objects.all()} == {2}
    exact = version_of()
    known = known_extraction(exact)
    assert known is not None
    file_extraction(version=exact, extraction=known)
    assert {claim.statements.count() for claim in Claim.objects.all()} == {3}


def test_same_words_of_the_same_source_are_the_same_claim() -> None:
    file_extraction(version=version_of(), extraction=summit())
    text = "On Friday, Anna Berg told us: “The river port will open in spring, next year.” Eva Lind said so, too."
    words = "“The river port will open in spring, next year.”"
    berg = said(text, "Anna Berg", "told", words, speaker="Anna Berg")
    lind = said(text, "Eva Lind", "said", words, speaker="Eva Lind")
    file_extraction(version=version_of(text), extraction=types.Extraction("test-1", (berg, lind)))
    same, other = Statement.objects.filter(article_version__text=text).order_by("position")
    assert same.claim.statements.count() == 2
    assert other.claim.statements.count() == 1


def test_nested_statements_know_their_parent_and_a_broken_one_costs_itself_only() -> None:
    opening, permit, fee, safe = summit().attributions
    broken = replace(permit, content=(types.Span(5, 10_000),))
    nested = types.Extraction(
        "test-1", (replace(opening, parent=2), broken, replace(fee, parent=1), replace(safe, parent=0))
    )
    file_extraction(version=version_of(), extraction=nested)
    first, third, last = Statement.objects.order_by("position")
    assert (first.parent, third.parent, last.parent) == (third, None, first)


def test_what_a_statement_does_is_stored() -> None:
    opening, permit, *_ = summit().attributions
    found = (
        replace(opening, act=types.Act.DENY, negated=True, speaker_role="Harbour master " * 30, check_worthiness=0.8),
        replace(permit, speech=False),
    )
    file_extraction(version=version_of(), extraction=types.Extraction("test-1", found))
    said, thought = Statement.objects.order_by("position")
    assert (said.act, said.negated, said.check_worthiness) == ("deny", True, 0.8)
    assert said.speaker_role == ("Harbour master " * 30)[:300]
    assert (said.claim.act, said.claim.negated, said.claim.check_worthiness) == ("deny", True, 0.8)
    assert (thought.act, thought.negated, thought.speaker_role, thought.check_worthiness) == ("", False, "", None)


def test_an_older_extraction_is_filed_without_what_it_lacks() -> None:
    version, copy = version_of(), version_of()
    new = ("act", "negated", "speaker_role", "check_worthiness")
    output = [
        {key: value for key, value in wire.items() if key not in new} for wire in to_wire(summit())["attributions"]
    ]
    Extraction.objects.create(article_version=copy, model_version="test-1", output=output, started_at=timezone.now())
    known = known_extraction(version)
    assert known is not None
    file_extraction(version=version, extraction=known)
    rows = Statement.objects.values_list(*new).distinct()
    assert list(rows) == [("", False, "", None)]
    assert Statement.objects.count() == 4


def test_history_tells_who_and_why() -> None:
    ana = get_user_model().objects.create_user("ana")
    file_extraction(version=version_of(), extraction=summit(), by=ana)
    event = events_of(Source).select_related("pgh_context").earliest("pgh_id")
    assert event.pgh_context.metadata == {"action": "file_extraction", "user": ana.pk}


def test_queries_do_not_grow_with_statements() -> None:
    def queries(number: int) -> int:
        text = " ".join(f"Anna Berg{n} said the pier number {n} will be built next year." for n in range(number))
        attributions = tuple(
            said(text, f"Anna Berg{n} ", "said", f"the pier number {n} will", speaker=f"Anna Berg{n}")
            for n in range(number)
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            file_extraction(version=version_of(text), extraction=types.Extraction("test-1", attributions))
        return len(captured)

    assert queries(5) == queries(80) < 30
