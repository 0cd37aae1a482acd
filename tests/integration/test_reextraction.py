"""A newer model over articles that were read before: what it changes, and what it leaves alone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from model_bakery import baker

from claims import nlp
from claims.actions import OutdatedError
from claims.actions.conflicts import ConflictError
from claims.actions.filing import file_extraction, known_extraction
from claims.actions.reextraction import Written, file_reextraction
from claims.actions.reviewing import VerdictInput, dismiss_claim, edit_claim_text, restore_claim, save_draft
from claims.actions.statements import add_statement, correct_spans, join_claims, set_sources
from claims.history import claim_history
from claims.models import ArticleVersion, Claim, Extraction, Outlet, Review, Statement, StatementSource, User
from claims.nlp.types import Attribution
from claims.roles import Role
from claims.workflow import NO_LONGER_FOUND, State
from tests import recipes
from tests.racing import at_once
from tests.statements import SUMMIT, events_of, said, summit, version_of

pytestmark = pytest.mark.django_db

OPENING, PERMIT, FEE, SAFE = summit().attributions
# The newer model finds less of the first content, another speaker of the third, nothing of the second, one more.
SHORTER = said(SUMMIT, "Anna Berg", "said", "the river port will open in spring", speaker="Anna Berg")
OTHER_SPEAKER = replace(FEE, speaker="Eva Berg", confidence=0.5)
MORE = said(SUMMIT, "Activists", "built", "without any permit", speaker="activists", kind="group")


@pytest.fixture
def ana() -> User:
    return recipes.user(Role.EDITOR, first_name="Ana")


@pytest.fixture
def version() -> ArticleVersion:
    version = version_of()
    file_extraction(version=version, extraction=summit())
    return version


def read(*attributions: Attribution, model: str = "test-2") -> nlp.Extraction:
    return nlp.Extraction(model, attributions)


def again(version: ArticleVersion, *attributions: Attribution, model: str = "test-2") -> Written:
    return file_reextraction(version=version, extraction=read(*attributions, model=model))


def statements(version: ArticleVersion) -> list[Statement]:
    return list(Statement.objects.filter(article_version=version).order_by("pk"))


def everything() -> list[Any]:
    models = (Extraction, Statement, StatementSource, Claim)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


# --- What nobody touched ----------------------------------------------------------------------------------


def test_what_is_found_again_is_taken_over(version: ArticleVersion) -> None:
    opening, permit, fee, safe = statements(version)
    assert again(version, SHORTER, PERMIT, OTHER_SPEAKER, SAFE) == Written(filed=0, moved=1, dismissed=0)
    row = Extraction.objects.get(model_version="test-2")
    after = statements(version)
    assert [s.pk for s in after] == [opening.pk, permit.pk, fee.pk, safe.pk]
    assert [(s.extraction, s.position) for s in after] == [(row, number) for number in range(4)]
    assert after[0].content == "the river port will open in spring"
    assert after[0].content_hash != opening.content_hash
    assert after[0].claim.text == "The river port will open in spring"
    assert (after[2].speaker, after[2].speaker_folded, after[2].confidence) == ("Eva Berg", "eva berg", 0.5)
    assert [source.name for source in after[2].sources.all()] == ["Eva Berg"]
    assert [source.name for source in after[0].sources.all()] == ["Anna Berg"]
    assert {s.version for s in after} == {2}


def test_links_that_the_machine_set_follow_another_speaker(version: ArticleVersion) -> None:
    opening = statements(version)[0]
    again(version, replace(OPENING, speaker="Eva Lind"), PERMIT, FEE, SAFE)
    assert [source.name for source in opening.sources.all()] == ["Eva Lind"]


def test_sources_that_people_set_stay(version: ArticleVersion, ana: User) -> None:
    opening, permit, *_ = statements(version)
    lind = recipes.source(name="Eva Lind")
    set_sources(statement=opening, sources=[lind], by=ana)
    set_sources(statement=permit, sources=[], by=ana)
    again(version, replace(SHORTER, speaker="Anna Berg"), replace(PERMIT, speaker="Per Moe"), FEE, SAFE)
    opening.refresh_from_db()
    assert opening.content == "the river port will open in spring"
    assert [*opening.sources.all(), *permit.sources.all()] == [lind]


def test_what_appeared_is_filed_and_what_vanished_dismissed(version: ArticleVersion) -> None:
    permit = statements(version)[1]
    assert again(version, OPENING, FEE, SAFE, MORE) == Written(filed=1, moved=0, dismissed=1)
    new = statements(version)[4]
    assert (new.claim.text, new.claim.state, new.position) == ("Without any permit", State.NEW, 3)
    assert new.sources.get().kind == "group"
    permit.refresh_from_db()
    assert permit.extraction is not None
    assert permit.extraction.model_version == "test-1"
    claim = permit.claim
    assert (claim.state, claim.dismissal_reason) == (State.DISMISSED, "not_a_statement")
    assert claim.dismissal_note == f"{NO_LONGER_FOUND} test-2."


def test_what_is_found_again_later_comes_back(version: ArticleVersion) -> None:
    again(version, OPENING, FEE, SAFE)
    again(version, OPENING, PERMIT, FEE, SAFE, model="test-3")
    claim = statements(version)[1].claim
    assert (claim.state, claim.dismissal_reason, claim.dismissal_note) == (State.NEW, "", "")


def test_a_second_run_changes_nothing_nor_does_a_job(version: ArticleVersion) -> None:
    again(version, SHORTER, FEE, SAFE, MORE)
    before = everything()
    assert again(version, OPENING, PERMIT) == Written()
    known = known_extraction(version)
    assert known is not None
    assert known.model == "test-2"
    file_extraction(version=version, extraction=known)
    assert everything() == before


def test_a_job_files_nothing_twice_where_everything_is_peoples(version: ArticleVersion, ana: User) -> None:
    for statement in statements(version):
        correct_spans(statement=statement, spans=statement.spans, by=ana, expected_version=statement.version)
    again(version, *summit().attributions)
    file_extraction(version=version, extraction=read(*summit().attributions))
    assert Statement.objects.count() == 4


def test_nesting_is_taken_over(version: ArticleVersion) -> None:
    again(version, replace(OPENING, parent=1), PERMIT, replace(MORE, parent=0), FEE, SAFE)
    opening, permit, _, _, more = statements(version)
    assert (opening.parent, permit.parent, more.parent) == (permit, None, opening)


def test_nothing_comes_to_be_nested_in_itself(version: ArticleVersion, ana: User) -> None:
    again(version, replace(OPENING, parent=1), PERMIT, FEE, SAFE)
    opening = statements(version)[0]
    correct_spans(statement=opening, spans=opening.spans, by=ana, expected_version=opening.version)
    again(version, OPENING, replace(PERMIT, parent=0), FEE, SAFE, model="test-3")
    opening, permit, *_ = statements(version)
    assert (opening.parent, permit.parent) == (permit, None)


def test_a_broken_attribution_costs_itself_only(version: ArticleVersion) -> None:
    broken = replace(PERMIT, content=(nlp.Span(5, 10_000),))
    assert again(version, OPENING, broken, FEE, SAFE) == Written(dismissed=1)


# --- Appearances elsewhere --------------------------------------------------------------------------------


def test_a_claim_is_dismissed_once_all_its_appearances_vanished(version: ArticleVersion) -> None:
    copy = version_of()
    file_extraction(version=copy, extraction=summit())
    claim = statements(version)[1].claim
    assert claim.statements.count() == 2
    assert again(version, OPENING, FEE, SAFE).dismissed == 0
    assert again(copy, OPENING, FEE, SAFE).dismissed == 1


def test_an_appearance_that_a_person_made_keeps_the_claim(version: ArticleVersion, ana: User) -> None:
    permit = statements(version)[1]
    other = add_statement(version=version_of(), spans=permit.spans, speaker="activists", speaker_kind="group", by=ana)
    assert other.claim == permit.claim
    assert again(version, OPENING, FEE, SAFE).dismissed == 0


# --- What is people's -------------------------------------------------------------------------------------


def edit(statement: Statement, by: User) -> None:
    spans = {**statement.spans, "content": [[74, 90]]}
    correct_spans(statement=statement, spans=spans, by=by, expected_version=statement.version)


def word(statement: Statement, by: User) -> None:
    edit_claim_text(claim=statement.claim, text="No permit", by=by, expected_version=statement.claim.version)


def bring_back(statement: Statement, by: User) -> None:
    dismiss(statement, by)
    statement.claim.refresh_from_db()
    restore_claim(claim=statement.claim, by=by)


def dismiss(statement: Statement, by: User) -> None:
    dismiss_claim(claim=statement.claim, reason="trivial", by=by)


def join(statement: Statement, by: User) -> None:
    join_claims(claim=recipes.statement(speaker="").claim, into=statement.claim, by=by)


def draft(statement: Statement, by: User) -> None:
    recipes.review(claim=statement.claim, reviewer=by)


def withdraw(statement: Statement, by: User) -> None:
    recipes.review(claim=statement.claim, reviewer=by, state="withdrawn")


def file_elsewhere(statement: Statement, by: User) -> None:
    set_sources(statement=statement, sources=[recipes.source()], by=by)


def state_of(statement: Statement) -> list[Any]:
    row = Statement.objects.filter(pk=statement.pk)
    return [row.values().get(), Claim.objects.filter(pk=statement.claim_id).values().get(), *row.values("sources")]


@pytest.mark.parametrize("work", [edit, word, bring_back, dismiss, join, draft, withdraw, file_elsewhere])
def test_what_somebody_worked_on_does_not_vanish(
    version: ArticleVersion, ana: User, work: Callable[[Statement, User], None]
) -> None:
    permit = statements(version)[1]
    work(permit, ana)
    before = state_of(permit)
    assert again(version, OPENING, FEE, SAFE) == Written()
    assert state_of(permit) == before


@pytest.mark.parametrize("work", [edit, dismiss, draft, withdraw])
def test_what_somebody_corrected_or_judged_does_not_change(
    version: ArticleVersion, ana: User, work: Callable[[Statement, User], None]
) -> None:
    permit = statements(version)[1]
    work(permit, ana)
    before = state_of(permit)
    moved = said(SUMMIT, "Activists", "say", "any permit at all", speaker="Per Moe")
    assert again(version, OPENING, moved, FEE, SAFE) == Written()
    assert state_of(permit) == before


def test_words_that_somebody_gave_a_claim_stay(version: ArticleVersion, ana: User) -> None:
    opening = statements(version)[0]
    word(opening, ana)
    again(version, SHORTER, PERMIT, FEE, SAFE)
    opening = statements(version)[0]
    assert (opening.content, opening.claim.text) == ("the river port will open in spring", "No permit")


def test_what_somebody_restored_is_not_dismissed_again(version: ArticleVersion, ana: User) -> None:
    again(version, OPENING, FEE, SAFE)
    claim = statements(version)[1].claim
    restore_claim(claim=claim, by=ana)
    assert again(version, OPENING, FEE, SAFE, model="test-3") == Written()
    claim.refresh_from_db()
    assert claim.state == State.NEW


def test_what_somebody_added_is_not_found_a_second_time(version: ArticleVersion, ana: User) -> None:
    spans = {role: [[s.start, s.end] for s in getattr(MORE, role)] for role in ("source", "cue", "content")}
    add_statement(version=version, spans=spans, by=ana)
    assert again(version, *summit().attributions, MORE) == Written()


def test_a_corrected_cue_is_found_at_its_former_place_too(version: ArticleVersion, ana: User) -> None:
    permit = statements(version)[1]
    spans = {**permit.spans, "cue": []}
    correct_spans(statement=permit, spans=spans, by=ana, expected_version=permit.version)
    assert again(version, *summit().attributions) == Written()


@pytest.mark.django_db(transaction=True)
def test_reviewing_and_taking_over_at_once_do_not_wait_for_each_other_crosswise(setup: None) -> None:
    ana = recipes.user()
    version = version_of()
    file_extraction(version=version, extraction=summit())
    opening, permit, *_ = statements(version)

    def review() -> Review:
        return save_draft(
            claim=Claim.objects.get(pk=permit.claim_id),
            by=ana,
            rating=None,
            rationale="It is so.",
            no_citation_reason="",
            verdicts={permit.pk: VerdictInput("accurate")},
            expected_version=0,
        )

    results = at_once(
        review,
        lambda: again(version, SHORTER, FEE, SAFE, MORE),
        lambda: again(version, SHORTER, FEE, SAFE, MORE),
        lambda: correct_spans(statement=opening, spans=opening.spans, by=ana, expected_version=1),
    )
    unexpected = [r for r in results if isinstance(r, Exception) and not isinstance(r, ConflictError | OutdatedError)]
    assert unexpected == []
    claim = Claim.objects.get(pk=permit.claim_id)
    assert claim.reviews.exists() == (claim.state == State.IN_REVIEW)
    assert Statement.objects.count() == 5


# --- History ----------------------------------------------------------------------------------------------


def test_history_tells_what_the_extractor_did(version: ArticleVersion, ana: User) -> None:
    file_reextraction(version=version, extraction=read(SHORTER, FEE, SAFE, MORE), by=ana)
    event = events_of(Statement).select_related("pgh_context").filter(pgh_label="update").earliest("pgh_id")
    assert event.pgh_context.metadata == {"action": "file_reextraction", "user": ana.pk}
    opening, permit, _, _, more = statements(version)
    said = [entry.did for s in (opening, permit, more) for entry in claim_history(s.claim, ana)]
    for words in (
        "corrected which words are source, cue and content",
        "dismissed the claim: not a statement",
        "found the claim when a newer model read its article",
    ):
        assert words in said


# --- The command ------------------------------------------------------------------------------------------


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> list[Attribution]:
    """What the newer model finds in every text, to be filled by a test."""
    found: list[Attribution] = []

    def extract_many(texts: Iterable[str]) -> Iterator[nlp.Extraction | nlp.ExtractionError]:
        for text in texts:
            yield nlp.ExtractionError("It is too long.") if text == "Long." else read(*found)

    monkeypatch.setattr(nlp, "extract_many", extract_many)
    monkeypatch.setattr(nlp, "model_version", lambda: "test-2")
    return found


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reextract", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_report_says_what_would_change_and_nothing_is_written(
    version: ArticleVersion, model: list[Attribution], ana: User
) -> None:
    model += [SHORTER, SAFE, MORE]
    draft(statements(version)[2], ana)
    before = everything()
    report = run()
    assert report.splitlines() == [
        f"The port (article {version.article_id}, version 1, no outlet): 1 appeared, 2 vanished, 1 moved",
        "  + Activists | built | without any permit",
        "  - Activists | say | the port was built without any permit at all",
        "  - Berg | said | the harbour fee would rise (stays: somebody has worked on it)",
        "  ~ Anna Berg | said | the river port will open in spring next year",
        "    Anna Berg | said | the river port will open in spring",
        "Articles read by test-2: 1; 1 appeared, 2 vanished, 1 moved",
        "Nothing was written; --write does.",
    ]
    assert everything() == before


def test_with_write_it_is_written_once(version: ArticleVersion, model: list[Attribution]) -> None:
    model += [SHORTER, SAFE, MORE]
    report = run("--write")
    assert report.splitlines()[-1] == "Written: 1 filed, 1 moved, 2 dismissed"
    before = everything()
    assert run("--write").splitlines() == [
        "Articles read by test-2: 0; 0 appeared, 0 vanished, 0 moved",
        "Written: 0 filed, 0 moved, 0 dismissed",
    ]
    assert everything() == before


def test_articles_are_chosen(model: list[Attribution]) -> None:
    courier: Outlet = baker.make("claims.Outlet", name="Courier")
    for title, fields in (
        ("Old", {"published_at": "2026-01-02T12:00Z", "outlet": courier}),
        ("New", {"published_at": "2026-03-02T12:00Z", "outlet": courier}),
        ("Elsewhere", {"published_at": "2026-03-02T12:00Z"}),
    ):
        file_extraction(version=version_of(title=title, **fields), extraction=read(model="test-1"))
    version_of(title="Never read")
    file_extraction(version=version_of(title="Read by this model"), extraction=read())

    def titles(*arguments: str) -> list[str]:
        return [line.split(" (")[0] for line in run(*arguments).splitlines()[:-2]]

    assert titles() == ["Old", "New", "Elsewhere"]
    assert titles("--outlet", "courier") == ["Old", "New"]
    assert titles("--since", "2026-03-02") == ["New", "Elsewhere"]
    assert titles("--limit", "1") == ["Old"]
    with pytest.raises(CommandError, match="no outlet called “Gazette”"):
        run("--outlet", "Gazette")


def test_a_text_that_cannot_be_read_costs_itself_only(version: ArticleVersion, model: list[Attribution]) -> None:
    long = version_of("Long.")
    file_extraction(version=long, extraction=read(model="test-1"))
    report = run("--write")
    assert "It is too long." in report
    assert "Articles read by test-2: 1;" in report
    assert not long.extractions.filter(model_version="test-2").exists()


def test_the_real_model_says_its_version() -> None:
    assert nlp.model_version() == nlp.extract("Anna Berg said it would rain.").model
