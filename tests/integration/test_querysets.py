"""The verbs of the models answer what pages ask."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.filters.queue import QueueFilter
from claims.models import Alias, Article, Claim, Document, Outlet, Review, Source, Statement, StatementSource
from claims.workflow import State
from tests import recipes

pytestmark = pytest.mark.django_db


def filed(source: Source, **fields: Any) -> Statement:
    statement = recipes.statement(**fields)
    StatementSource.objects.create(statement=statement, source=source)
    return statement


# --- Articles ---------------------------------------------------------------------------------------------


def test_versions_are_numbered_and_normalised() -> None:
    article = recipes.article("One.\r\nTwo\0.\rThree.")
    assert article.shown_version.text == "One.\nTwo.\nThree."
    second = article.add_version("Other.")
    assert (second.number, article.shown_version) == (2, second)


def test_the_same_text_is_found_whatever_its_white_space() -> None:
    article = recipes.article("Caf\u00e9 closes.\r\n\r\nAgain.")
    assert list(Article.objects.same_text("Cafe\u0301  closes. Again.")) == [article]
    assert not Article.objects.same_text("Cafe closes. Again.")


def test_articles_count_their_statements_and_are_searched_by_title() -> None:
    article = recipes.article(title="Dams are breaking")
    recipes.statement(article_version=article.shown_version)
    recipes.statement(article_version=article.shown_version, extraction=recipes.extraction(model_version="b"))
    [found] = Article.objects.search("break").for_list()
    assert (found, found.statement_count) == (article, 2)


def test_the_same_bytes_are_the_same_document() -> None:
    first = Document.objects.store(b"bytes", media_type="text/plain", file_name="a.txt")
    assert Document.objects.store(b"bytes", media_type="text/plain", file_name="b.txt") == first


# --- Claims -----------------------------------------------------------------------------------------------


def test_the_queue_shows_speech_before_thoughts_then_priority_then_the_most_pressing() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    thought = recipes.claim(speech=False, priority=9)
    urgent = recipes.claim(priority=1, reported_at=old)
    late, early = recipes.claim(reported_at=new), recipes.claim(reported_at=old)
    recipes.claim(state="dismissed", dismissal_reason="trivial")
    assert list(QueueFilter("").claims) == [urgent, late, early, thought]


def test_a_row_of_the_queue_needs_no_further_queries(django_assert_num_queries: Any) -> None:
    ana = recipes.user(first_name="Ana", last_name="Ruiz")
    for number in range(3):
        outlet = Outlet.objects.create(name=f"Outlet {number}")
        version = recipes.article(outlet=outlet).shown_version
        statement = filed(recipes.source(name=f"Source {number}"), article_version=version)
        recipes.review(claim=statement.claim, reviewer=ana)
    Claim.objects.refresh_first_appearance()
    with django_assert_num_queries(5):
        rows = list(Claim.objects.for_queue())
    with django_assert_num_queries(0):
        for claim in rows:
            assert claim.first_statement is not None
            assert claim.first_statement.content == "the dam will break"
            assert claim.first_statement.article_version.article.outlet == claim.outlet
            assert [link.source.kind for link in claim.first_statement.filed_under] == ["person"]
            assert [draft.reviewer.display_name for draft in claim.drafts] == ["Ana Ruiz"]


def test_what_the_queue_sorts_by_is_copied_from_the_first_appearance() -> None:
    outlet = Outlet.objects.create(name="Gazette")
    claim = recipes.claim()
    version = recipes.article(outlet=outlet).shown_version
    early = datetime(2020, 1, 1, tzinfo=UTC)
    fields = {"reported_at": early, "act": "deny", "negated": True, "check_worthiness": 0.75, "confidence": 0.5}
    first = recipes.statement(claim=claim, article_version=version, **fields)
    recipes.statement(claim=claim)
    bare = recipes.claim()
    assert Claim.objects.refresh_first_appearance() == 1
    claim.refresh_from_db()
    assert (claim.first_statement, claim.outlet, claim.reported_at) == (first, outlet, early)
    assert (claim.speech, claim.act, claim.negated) == (True, "deny", True)
    assert (claim.check_worthiness, claim.confidence) == (0.75, 0.5)
    assert claim.pressing_at == early + timedelta(days=7 * 0.75 * 0.5)
    bare.refresh_from_db()
    assert bare.first_statement is None


def test_what_is_not_known_counts_as_half_worth_checking_and_as_sure() -> None:
    day = datetime(2020, 3, 27, tzinfo=UTC)  # summer time begins two days later
    claim = recipes.claim(reported_at=day)
    assert claim.pressing_at == day + timedelta(days=3.5)
    sooner = recipes.claim(reported_at=day, check_worthiness=1, confidence=1)
    never = recipes.claim(reported_at=day, check_worthiness=0, confidence=0.9)
    assert [sooner.pressing_at - day, never.pressing_at - day] == [timedelta(days=7), timedelta()]


def test_claims_are_filtered_by_what_their_appearances_say() -> None:
    person, group = recipes.source(), recipes.source(name="activists", kind="group")
    one, two = filed(person).claim, filed(group).claim
    recipes.claim()
    assert list(Claim.objects.of_source(person)) == [one]
    assert set(Claim.objects.of_source(person, group)) == {one, two}
    assert list(Claim.objects.of_kind("group")) == [two]


def test_claims_are_counted_by_state() -> None:
    recipes.decided_claim()
    recipes.claim()
    recipes.claim()
    assert Claim.objects.count_by_state() == {
        State.NEW: 2,
        State.IN_REVIEW: 0,
        State.AWAITING_SECOND: 0,
        State.DISPUTED: 0,
        State.DECIDED: 1,
        State.DISMISSED: 0,
    }


def test_claims_are_searched_by_stem_phrase_and_exclusion() -> None:
    dam, tax = recipes.claim(text="The dam was breaking"), recipes.claim(text="Taxes break families")
    assert set(Claim.objects.search("breaks")) == {dam, tax}
    assert list(Claim.objects.search("break -dam")) == [tax]
    assert list(Claim.objects.search('"the dam"')) == [dam]
    assert not Claim.objects.search("' | & !")


def test_similar_claims_come_in_order_of_likeness() -> None:
    near = recipes.claim(text="Unemployment fell to a record low in March")
    far = recipes.claim(text="The record of the meeting is lost")
    recipes.claim(text="Cats sleep")
    assert list(Claim.objects.similar_to("In March unemployment fell, a record.")) == [near, far]
    assert not Claim.objects.similar_to("' & | !!")


def test_the_later_of_two_saves_is_told() -> None:
    claim = recipes.claim(text="As it was")
    rows = Claim.objects.filter(pk=claim.pk)
    assert rows.change(seen=1, text="Mine")
    assert not rows.change(seen=1, text="Yours")
    claim.refresh_from_db()
    assert (claim.text, claim.version) == ("Mine", 2)
    assert claim.updated_at > claim.created_at


# --- Statements and sources -------------------------------------------------------------------------------


def test_a_statement_slices_its_words_from_the_text() -> None:
    text = "\U0001f600 The dam, activists say, will break."
    spans = {"source": [[11, 20]], "cue": [[21, 24]], "content": [[2, 9], [26, 36]]}
    statement = recipes.statement(article_version=recipes.article(text).shown_version, spans=spans)
    assert (statement.source_words, statement.cue) == ("activists", "say")
    assert statement.content == "The dam … will break"
    assert statement.start == 2


def test_names_without_a_source_wait_for_the_librarian_often_ones_first() -> None:
    for speaker in ("Clinton", "Mrs Clinton", "Lavrov", ""):
        recipes.statement(speaker=speaker, speaker_kind="person")
    recipes.statement(speaker="Lavrov", speaker_kind="person", sources_set_by=recipes.user())
    filed(recipes.source(), speaker="Lavrov", speaker_kind="person")
    rows = [(row["name"], row["count"]) for row in Statement.objects.unresolved_names()]
    assert rows == [("Clinton", 2), ("Lavrov", 1)]


def test_statements_of_a_source_over_time() -> None:
    source = recipes.source()
    days = [datetime(2020, 1, 5, tzinfo=UTC), datetime(2020, 1, 9, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC)]
    made = [filed(source, reported_at=day) for day in days]
    recipes.statement()
    assert list(Statement.objects.of_source(source).newest_first()) == made[::-1]
    filed(source, reported_at=days[2], extraction=made[2].extraction)
    counted = Statement.objects.of_source(source).per_day()
    assert [(row["day"], row["count"], row["articles"]) for row in counted] == [
        (days[0].date(), 1, 1),
        (days[1].date(), 1, 1),
        (days[2].date(), 2, 1),
    ]


def test_sources_are_found_by_any_name_but_not_once_merged() -> None:
    clinton = recipes.source(name="Hillary Clinton")
    Alias.objects.create(source=clinton, name="Hillary Rodham")
    recipes.source(name="Hillary Clinton (old)", merged_into=clinton)
    assert list(Source.objects.named("Secretary of State HILLARY CLINTON")) == [clinton]
    assert list(Source.objects.named("hillary rodham")) == [clinton]
    assert not Source.objects.named("Clinton")
    assert not Source.objects.named("...")
    assert list(Source.objects.search("rodh")) == [clinton]
    assert list(Source.objects.search("Clint")) == [clinton]
    assert list(Source.objects.search("")) == [clinton]


def test_sources_count_their_statements() -> None:
    one, none = recipes.source(name="B"), recipes.source(name="A")
    filed(one)
    filed(one)
    rows = Source.objects.alphabetical().with_statement_counts()
    assert [(row, row.statement_count) for row in rows] == [(none, 0), (one, 2)]


def test_folded_names_follow_their_names() -> None:
    source = recipes.source(name="Mr Łukasz")
    source.name = "Zoë"
    source.save(update_fields=["name"])
    source.refresh_from_db()
    assert source.sort_name == "zoe"


def test_reviews_by_state_and_person() -> None:
    draft, submitted = recipes.review(), recipes.review(state="submitted", submitted_at=timezone.now())
    recipes.review(state="withdrawn")
    assert list(Review.objects.drafts()) == [draft]
    assert list(Review.objects.submitted()) == [submitted]
    assert set(Review.objects.live()) == {draft, submitted}
    assert list(Review.objects.by(draft.reviewer)) == [draft]
