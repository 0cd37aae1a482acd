"""What people change about statements, and what is suggested to them."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from claims.actions import OutdatedError
from claims.actions.filing import file_extraction
from claims.actions.reviewing import VerdictInput, dismiss_claim, save_draft
from claims.actions.statements import add_statement, correct_spans, file_all_under, join_claims, set_sources
from claims.models import ArticleVersion, Claim, Rating, Review, Source, Statement, StatementSource, User
from claims.similar import similar_decided, suggest_sources
from tests import recipes
from tests.racing import at_once
from tests.statements import SUMMIT, events_of, said, summit, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return recipes.user(username="ana")


@pytest.fixture
def version() -> ArticleVersion:
    version = version_of()
    file_extraction(version=version, extraction=summit())
    return version


def spans_of(*content: str, cue: str = "said") -> dict[str, list[list[int]]]:
    found = said(SUMMIT, "", cue, *content)
    return {
        "source": [],
        "cue": [[span.start, span.end] for span in found.cue],
        "content": [[span.start, span.end] for span in found.content],
    }


def submit(claim: Claim, by: User) -> None:
    rating, _ = Rating.objects.get_or_create(label="False", meaning="It is not so.", colour="red", position=1)
    review = Review.objects.create(
        claim=claim, reviewer=by, rating=rating, state="submitted", submitted_at=timezone.now()
    )
    Claim.objects.filter(pk=claim.pk).update(state="decided", decided_review=review)
    claim.refresh_from_db()


def test_what_becomes_a_thought_does_nothing_any_more(version: ArticleVersion, ana: User) -> None:
    statement = Statement.objects.in_text_order()[0]
    assert statement.act == "state"
    changes = {"spans": statement.spans, "by": ana}
    corrected = correct_spans(statement=statement, expected_version=1, speech=False, **changes)
    assert (corrected.speech, corrected.act, corrected.claim.act) == (False, "", "")
    corrected = correct_spans(statement=statement, expected_version=2, speech=True, **changes)
    assert (corrected.speech, corrected.act) == (True, "")


def test_sources_are_set_in_order_by_a_person(version: ArticleVersion, ana: User) -> None:
    statement = Statement.objects.in_text_order()[0]
    berg = statement.sources.get()
    lind = Source.objects.create(name="Eva Lind", kind="person")
    changed = set_sources(statement=statement, sources=[lind, berg, lind], by=ana)
    links = list(changed.statement_sources.values_list("source", "position", "set_by"))
    assert links == [(lind.pk, 0, ana.pk), (berg.pk, 1, ana.pk)]
    assert (changed.sources_set_by, changed.version) == (ana, 2)
    before = events_of(StatementSource).count()
    set_sources(statement=statement, sources=[lind], by=ana)
    assert events_of(StatementSource).count() == before + 1


def test_a_merged_source_cannot_be_chosen_and_nothing_is_written(version: ArticleVersion, ana: User) -> None:
    statement = Statement.objects.in_text_order()[0]
    gone = Source.objects.create(name="Berg", kind="person", merged_into=statement.sources.get())
    before = events_of(Statement).count()
    with pytest.raises(ValidationError, match="was merged"):
        set_sources(statement=statement, sources=[gone], by=ana)
    assert events_of(Statement).count() == before


def test_all_statements_of_a_name_are_filed_at_once(version: ArticleVersion, ana: User) -> None:
    berg = Source.objects.get(kind="person")
    unresolved = Statement.objects.unresolved().filter(speaker_folded="berg")
    assert file_all_under(statements=unresolved, source=berg, by=ana) == 1
    assert not Statement.objects.unresolved().exists()
    assert berg.statements.count() == 3


def test_joining_moves_the_appearances(version: ArticleVersion, ana: User) -> None:
    one, other, third, _ = (s.claim for s in Statement.objects.in_text_order())
    join_claims(claim=third, into=other, by=ana)
    into = join_claims(claim=other, into=one, by=ana)
    other.refresh_from_db()
    third.refresh_from_db()
    assert into.statements.count() == 3
    assert (other.state, other.dismissal_reason, other.duplicate_of) == ("dismissed", "duplicate", one)
    assert third.duplicate_of == one
    with pytest.raises(ValidationError, match="dismissed claim"):
        join_claims(claim=other, into=one, by=ana)
    with pytest.raises(ValidationError, match="third one"):
        join_claims(claim=one, into=other, by=ana)
    dismissed = Statement.objects.in_text_order()[3].claim
    dismiss_claim(claim=dismissed, reason="trivial", by=ana)
    with pytest.raises(ValidationError, match="was dismissed"):
        join_claims(claim=one, into=dismissed, by=ana)
    with pytest.raises(ValidationError, match="itself"):
        join_claims(claim=one, into=one, by=ana)


@pytest.mark.django_db(transaction=True)
def test_writes_to_one_statement_and_its_claim_do_not_wait_for_each_other_crosswise(setup: None) -> None:
    ana = recipes.user()
    version = version_of()
    file_extraction(version=version, extraction=summit())
    statement, other = Statement.objects.in_text_order()[:2]
    lind, moe = (Source.objects.create(name=name, kind="person") for name in ("Eva Lind", "Per Moe"))

    def review() -> Review:
        said = {statement.pk: VerdictInput("accurate"), other.pk: VerdictInput("altered")}
        return save_draft(
            claim=Claim.objects.get(pk=other.claim_id),
            by=ana,
            rating=None,
            rationale="It is so.",
            no_citation_reason="",
            verdicts=said,
            expected_version=0,
        )

    results = at_once(
        *(lambda source=source: set_sources(statement=statement, sources=[source], by=ana) for source in (lind, moe)),
        lambda: correct_spans(statement=statement, spans=spans_of("in spring"), by=ana, expected_version=1),
        lambda: join_claims(claim=statement.claim, into=other.claim, by=ana),
        lambda: file_extraction(version=version, extraction=summit()),
        review,
    )
    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, OutdatedError)]
    assert unexpected == []
    statement.refresh_from_db()
    assert statement.claim == other.claim
    assert statement.statement_sources.count() == 1


def test_joining_loses_nobodys_decision(version: ArticleVersion, ana: User) -> None:
    one, other, *_ = (s.claim for s in Statement.objects.in_text_order())
    submit(one, ana)
    with pytest.raises(ValidationError, match="join the other one into it"):
        join_claims(claim=one, into=other, by=ana)
    assert join_claims(claim=other, into=one, by=ana).statements.count() == 2
    third = Statement.objects.in_text_order()[2].claim
    submit(third, ana)
    with pytest.raises(ValidationError, match="Both claims"):
        join_claims(claim=third, into=one, by=ana)


def test_corrected_spans_change_the_claim_that_nobody_worded(version: ArticleVersion, ana: User) -> None:
    statement = Statement.objects.in_text_order()[0]
    raw = statement.extraction.output  # type: ignore[union-attr]
    spans = spans_of("river port will open in spring")
    corrected = correct_spans(statement=statement, spans=spans, by=ana, expected_version=1)
    assert corrected.content == "river port will open in spring"
    assert (corrected.edited_by, corrected.version) == (ana, 2)
    assert corrected.claim.text == "River port will open in spring"
    assert corrected.extraction.output == raw  # type: ignore[union-attr]
    with pytest.raises(OutdatedError, match="Somebody else"):
        correct_spans(statement=statement, spans=spans, by=ana, expected_version=1)
    Claim.objects.filter(pk=corrected.claim_id).update(text="In a person's words")
    corrected = correct_spans(statement=statement, spans=spans_of("in spring"), by=ana, expected_version=2)
    assert corrected.claim.text == "In a person's words"


@pytest.mark.parametrize(
    ("spans", "fault"),
    [
        ({"cue": [[0, 4]], "content": []}, "at least one word"),
        ({"content": [[9, 10]]}, "at least one word"),
        ({"content": [[0, 100_000]]}, "outside the text"),
        ({"content": [[-1, 4]]}, "outside the text"),
        ({"content": [[5, 5]]}, "outside the text"),
        ({"content": [[5, 9], [0, 4]]}, "out of order"),
        ({"content": [[0, 6], [5, 9]]}, "overlap"),
        ({"content": [[0, 6, 9]]}, "no proper start"),
        ({"content": [["0", 6]]}, "no proper start"),
        ({"verb": [[0, 6]]}, "no part of a statement"),
    ],
)
def test_spans_that_make_no_sense_are_refused(
    version: ArticleVersion, ana: User, spans: dict[str, list[list[int]]], fault: str
) -> None:
    statement = Statement.objects.in_text_order()[0]
    with pytest.raises(ValidationError, match=fault):
        correct_spans(statement=statement, spans=spans, by=ana, expected_version=1)
    with pytest.raises(ValidationError, match=fault):
        add_statement(version=version, spans=spans, by=ana)
    assert Statement.objects.count() == 4


def test_a_missed_statement_is_added_and_filed(version: ArticleVersion, ana: User) -> None:
    spans = spans_of("it will stay safe.")
    added = add_statement(version=version, spans=spans, speaker="Eva Lind", speaker_kind="person", by=ana)
    assert (added.extraction, added.edited_by, added.form) == (None, ana, "indirect")
    assert added.claim.first_statement == added
    assert added.sources.get().name == "Eva Lind"
    with pytest.raises(ValidationError, match="there already"):
        add_statement(version=version, spans=spans, by=ana)
    berg = Source.objects.get(name="Anna Berg")
    chosen = add_statement(version=version, spans=spans_of("The port is safe"), sources=[berg], by=ana)
    assert (chosen.sources.get(), chosen.sources_set_by) == (berg, ana)


def test_similar_claims_are_those_that_were_decided(version: ArticleVersion, ana: User) -> None:
    claim = Statement.objects.in_text_order()[0].claim
    texts = ("In spring the port on the river will be opened", "River fees will rise", "Vaccines are made of milk")
    for text in texts:
        submit(Claim.objects.create(text=text), ana)
    Claim.objects.create(text="The river port will open in spring")
    assert [other.text for other in similar_decided(claim)] == ["In spring the port on the river will be opened"]
    assert similar_decided(claim)[0].decided_review.rating.label == "False"  # type: ignore[union-attr]


def test_suggestions_for_unresolved_names(version: ArticleVersion) -> None:
    bergen = Source.objects.create(name="Anders Bergen", kind="person")
    bergen.aliases.create(name="Anders Bergen")
    found = suggest_sources(["Berg", "Somebody Else", "Anna Bergg", ""])
    assert [suggestion.source.name for suggestion in found["Berg"]] == ["Anna Berg"]
    assert [suggestion.alias for suggestion in found["Anna Bergg"]] == ["Anna Berg"]
    assert found["Somebody Else"] == found[""] == []
