"""Every constraint and trigger of the database refuses what it is there to refuse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from model_bakery import baker

from claims.models import (
    Alias,
    Article,
    ArticleVersion,
    AttributionVerdict,
    BulkChange,
    Citation,
    Claim,
    ClaimTag,
    Comment,
    DeskSettings,
    Document,
    Extraction,
    Intake,
    Invitation,
    Mention,
    Notification,
    Outlet,
    Rating,
    Redaction,
    Review,
    SavedView,
    Settlement,
    Source,
    SourceMerge,
    Statement,
    StatementSource,
    Tag,
    User,
)
from tests import recipes

pytestmark = pytest.mark.django_db

NOW = timezone.now


def set_on[M: models.Model](made: M, **values: Any) -> None:
    """Write past the model: the database alone has to refuse."""
    type(made)._default_manager.filter(pk=made.pk).update(**values)


def twice(make: Callable[[], Any]) -> None:
    make()
    make()


def self_reference(made: models.Model, field: str) -> None:
    set_on(made, **{field: made.pk})


def same_claim_and_reviewer() -> None:
    first = recipes.review()
    recipes.review(claim=first.claim, reviewer=first.reviewer)


def same_attribution() -> None:
    first = recipes.statement()
    recipes.statement(extraction=first.extraction, position=first.position)


def same_statement_source() -> None:
    made, source = recipes.statement(), recipes.source()
    twice(lambda: StatementSource.objects.create(statement=made, source=source))


def same_verdict() -> None:
    made, review = recipes.statement(), recipes.review()
    twice(lambda: AttributionVerdict.objects.create(review=review, statement=made, verdict="accurate"))


def same_model_version() -> None:
    first = recipes.extraction()
    recipes.extraction(article_version=first.article_version)


def same_alias() -> None:
    source = recipes.source()
    twice(lambda: Alias.objects.create(source=source, name="Lavrov"))


def merge(**values: Any) -> None:
    first, second = recipes.source(), recipes.source()
    set_on(SourceMerge.objects.create(merged=first, into=second, moved={}, by=recipes.user()), **values)


def merge_with_itself() -> None:
    source = recipes.source()
    SourceMerge.objects.create(merged=source, into=source, moved={}, by=recipes.user())


def version(**values: Any) -> None:
    ArticleVersion.objects.create(
        **{"article": recipes.article(), "number": 2, "text": "a", "text_hash": "b", **values}
    )


def document(**values: Any) -> Document:
    return Document.objects.create(**{"content": b"a", "sha256": "0" * 64, "media_type": "text/plain", **values})


def verdict(**values: Any) -> None:
    AttributionVerdict.objects.create(
        **{"review": recipes.review(), "statement": recipes.statement(), "verdict": "accurate", **values}
    )


def settlement(**values: Any) -> Settlement:
    given = {"claim": recipes.claim(), "by": recipes.user(), "rating": recipes.rating(), "reason": "So.", **values}
    return Settlement.objects.create(**given)


def intake(**values: Any) -> Intake:
    return Intake.objects.create(**{"address": "https://a.org/1", "by": recipes.user(), **values})


def same_tag() -> None:
    claim, tag = recipes.claim(), Tag.objects.create(name="vote")
    twice(lambda: ClaimTag.objects.create(claim=claim, tag=tag))


def saved_view(**fields: Any) -> SavedView:
    return SavedView.objects.create(**{"owner": recipes.user(), "name": "Votes", "query": "q=vote", **fields})


def same_view() -> None:
    owner = recipes.user()
    saved_view(owner=owner), saved_view(owner=owner, name="VOTES")


def same_mention() -> None:
    made, user = recipes.comment(), recipes.user()
    twice(lambda: Mention.objects.create(comment=made, user=user))


def notification(**fields: Any) -> Notification:
    return Notification.objects.create(
        **{"user": recipes.user(), "claim": recipes.claim(), "kind": "assigned", **fields}
    )


def same_notification() -> None:
    made, user = recipes.comment(), recipes.user()
    twice(lambda: notification(user=user, comment=made, kind="mentioned"))


def redaction(**fields: Any) -> Redaction:
    made: Redaction = baker.make(
        Redaction, **{"article_version": recipes.article().shown_version, "reason": "Court of X", **fields}
    )
    return made


def ends_before_its_start() -> None:
    run = recipes.extraction()
    run.pk, run.model_version, run.finished_at = None, "another", run.started_at - timedelta(days=1)
    Extraction.objects.bulk_create([run])  # past `save`, which would put it right


REFUSED: dict[str, Callable[[], Any]] = {
    "user_theme": lambda: set_on(recipes.user(), theme="pink"),
    "user_notification_mail": lambda: set_on(recipes.user(), notification_mail="hourly"),
    "outlet_domain_once": lambda: [Outlet.objects.create(name="A", domain=name) for name in ("a.org", "A.org")],
    "outlet_domain_not_empty": lambda: Outlet.objects.create(name="A", domain=""),
    "outlet_name_not_empty": lambda: Outlet.objects.create(name=""),
    "document_sha256": lambda: document(sha256="A" * 64),
    "document_size": lambda: document(content=bytes(25 * 1024 * 1024 + 1)),
    "article_address_once": lambda: twice(lambda: recipes.article(address="https://a.org/1")),
    "article_address_not_empty": lambda: recipes.article(address=""),
    "article_title_not_empty": lambda: recipes.article(title=""),
    "article_extraction_state": lambda: set_on(recipes.article(), extraction_state="lost"),
    "article_failed_with_reason": lambda: set_on(recipes.article(), extraction_state="failed"),
    "intake_state": lambda: intake(state="lost"),
    "intake_failed_with_reason": lambda: intake(state="failed"),
    "intake_done_with_document": lambda: intake(state="done"),
    "version_number_once": lambda: version(number=1),
    "version_number_from_one": lambda: version(number=0),
    "version_text_not_empty": lambda: version(text=""),
    "version_line_ends_are_lf": lambda: version(text="a\r\nb"),
    "extraction_once_a_model_version": same_model_version,
    "extraction_ends_after_start": ends_before_its_start,
    "statement_attribution_once": same_attribution,
    "statement_of_extraction_or_person": lambda: recipes.statement(extraction=None),
    "statement_has_content": lambda: recipes.statement(spans={"source": [[0, 9]], "cue": [[10, 13]], "content": []}),
    "statement_form": lambda: set_on(recipes.statement(), form="sung"),
    "statement_speaker_kind": lambda: set_on(recipes.statement(), speaker_kind="animal"),
    "statement_act": lambda: set_on(recipes.statement(), act="sing"),
    "statement_thoughts_do_nothing": lambda: set_on(recipes.statement(speech=False), act="deny"),
    "statement_check_worthiness": lambda: set_on(recipes.statement(), check_worthiness=-0.1),
    "statement_confidence": lambda: set_on(recipes.statement(), confidence=1.5),
    "statement_not_its_own_parent": lambda: self_reference(recipes.statement(), "parent"),
    "statement_source_once": same_statement_source,
    "tag_name_once": lambda: [Tag.objects.create(name=name) for name in ("vote", "Vote")],
    "tag_name_not_empty": lambda: Tag.objects.create(name=""),
    "claim_tag_once": same_tag,
    "saved_view_name_once": same_view,
    "saved_view_name_not_empty": lambda: saved_view(name=""),
    "saved_view_query_not_empty": lambda: saved_view(query=""),
    "comment_says_something_or_was_deleted": lambda: recipes.comment(text=""),
    "comment_about_words_or_none": lambda: recipes.comment(start=1, end=4),
    "mention_once": same_mention,
    "notification_kind": lambda: notification(kind="sung"),
    "notification_of_comment_or_not": lambda: notification(kind="mentioned"),
    "notification_once_a_comment": same_notification,
    "source_name_not_empty": lambda: recipes.source(name=""),
    "source_kind": lambda: set_on(recipes.source(), kind="animal"),
    "source_wikidata_id_once": lambda: twice(lambda: recipes.source(wikidata_id="Q1")),
    "source_wikidata_id": lambda: recipes.source(wikidata_id="1"),
    "source_not_merged_into_itself": lambda: self_reference(recipes.source(), "merged_into"),
    "source_group_once": lambda: [recipes.source(name=name, kind="group") for name in ("activists", "The Activists")],
    "source_group_not_merged": lambda: set_on(recipes.source(kind="group"), merged_into=recipes.source(name="B")),
    "intake_saved_when_done": lambda: set_on(intake(), article=recipes.article()),
    "alias_once_a_source": same_alias,
    "alias_folded_not_empty": lambda: Alias.objects.create(source=recipes.source(), name="..."),
    "merge_of_two_sources": merge_with_itself,
    "merge_undone_by_somebody": lambda: merge(undone_at=NOW()),
    "claim_text_not_empty": lambda: recipes.claim(text=""),
    "claim_state": lambda: set_on(recipes.claim(), state="lost"),
    "claim_dismissed_with_reason": lambda: set_on(recipes.claim(), state="dismissed"),
    "claim_decided_by_review": lambda: set_on(recipes.claim(), state="decided"),
    "claim_duplicate_of_another": lambda: set_on(recipes.claim(), duplicate_of=recipes.claim()),
    "claim_held_by_somebody_or_not": lambda: set_on(recipes.claim(), held_by=recipes.user()),
    "bulk_kind": lambda: BulkChange.objects.create(by=recipes.user(), kind="delete", count=1),
    "claim_reviews_needed": lambda: set_on(recipes.claim(), reviews_needed=3),
    "desk_settings_once": lambda: DeskSettings.objects.create(pk=2),
    "desk_reviews_needed": lambda: DeskSettings.objects.create(pk=1, reviews_needed=0),
    "settlement_with_reason": lambda: settlement(reason=""),
    "rating_label_not_empty": lambda: recipes.rating(label=""),
    "rating_meaning_not_empty": lambda: recipes.rating(meaning=""),
    "rating_colour": lambda: recipes.rating(colour="mauve"),
    "rating_label_once": lambda: [recipes.rating(label=label) for label in ("True", "true")],
    "review_state": lambda: set_on(recipes.review(), state="lost"),
    "review_one_live_a_reviewer": same_claim_and_reviewer,
    "review_submitted_with_rating_and_time": lambda: set_on(recipes.review(rating=recipes.rating()), state="submitted"),
    "verdict_once_a_statement": same_verdict,
    "verdict_known": lambda: verdict(verdict="maybe"),
    "citation_of_something": lambda: recipes.citation(address="", title=""),
    "citation_stance": lambda: recipes.citation(stance="dunno"),
    "invitation_one_waiting_an_address": lambda: [recipes.invitation(email=f"{x}@example.org") for x in "aA"],
    "invitation_role": lambda: recipes.invitation(role="owner"),
    "invitation_accepted_by_somebody": lambda: recipes.invitation(accepted_at=NOW()),
    "redaction_of_text_or_document": lambda: redaction(article_version=None),
    "redaction_with_reason": lambda: redaction(reason=""),
}


def test_no_constraint_is_untested() -> None:
    ours = {
        constraint.name
        for model in apps.get_app_config("claims").get_models()
        for constraint in model._meta.constraints
    }
    assert ours == set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_database_refuses(name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        REFUSED[name]()


# --- What constraints leave free --------------------------------------------------------------------------


def test_what_is_unique_where_given_may_be_missing_often() -> None:
    twice(lambda: Outlet.objects.create(name="A"))
    twice(recipes.article)
    twice(recipes.source)


def test_two_people_may_share_an_alias() -> None:
    twice(lambda: Alias.objects.create(source=recipes.source(), name="Clinton"))
    assert Source.objects.named("Mrs. Clinton").count() == 2


def test_a_withdrawn_review_makes_room_for_another() -> None:
    first = recipes.review(state="withdrawn")
    recipes.review(claim=first.claim, reviewer=first.reviewer)
    assert first.claim.reviews.live().count() == 1


def test_a_submitted_review_has_rating_and_time_and_no_other_has_a_time() -> None:
    submitted = recipes.review(state="submitted")
    for values in ({"rating": None}, {"submitted_at": None}, {"state": "draft"}, {"state": "withdrawn"}):
        with pytest.raises(IntegrityError, match="review_submitted"), transaction.atomic():
            set_on(submitted, **values)


def test_a_dismissed_claim_keeps_its_review() -> None:
    claim = recipes.decided_claim()
    set_on(claim, state="dismissed", dismissal_reason="trivial")
    claim.refresh_from_db()
    assert claim.decided_review is not None


# --- Immutable --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (lambda: recipes.article().shown_version, {"text": "other"}),
        (lambda: recipes.article().shown_version, {"number": 7}),
        (recipes.extraction, {"output": [1]}),
        (document, {"content": b"b"}),
        (document, {"sha256": "1" * 64}),
    ],
)
def test_texts_extractions_and_bytes_never_change(make: Callable[[], models.Model], values: dict[str, Any]) -> None:
    made = make()
    with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
        set_on(made, **values)


@pytest.mark.parametrize(("field", "value"), [("label", "Other"), ("meaning", "Other."), ("number", 9)])
def test_a_rating_in_use_says_the_same(field: str, value: Any) -> None:
    rating = recipes.rating(number=1)
    set_on(rating, **{field: value})
    recipes.review(rating=rating)
    rating.refresh_from_db()
    set_on(rating, colour="red", position=7, retired_at=NOW())
    setattr(rating, field, f"{value}" if field == "number" else f"{value} again")
    with pytest.raises(ValidationError, match="Retire it"):
        Rating.clean(rating)
    with pytest.raises(ProgrammingError, match="rating in use"), transaction.atomic():
        set_on(rating, **{field: 3 if field == "number" else "Third"})


def test_a_rating_in_use_cannot_be_deleted() -> None:
    rating = recipes.rating()
    recipes.review(rating=rating)
    with pytest.raises(ProtectedError):
        rating.delete()


def test_nothing_that_was_reviewed_is_deleted() -> None:
    statement = recipes.statement()
    review = recipes.review(claim=statement.claim)
    recipes.citation(review=review)
    tied = (review, review.reviewer, statement.claim, statement.article_version, statement.article_version.article)
    for made in (*tied, statement.extraction):
        assert made is not None
        with pytest.raises(ProtectedError):
            made.delete()


def test_history_is_kept_of_every_model() -> None:
    tracked = {
        User, Outlet, Document, Article, ArticleVersion, Extraction, Statement, StatementSource, Source, Alias,
        SourceMerge, Claim, Rating, Review, AttributionVerdict, Citation, Intake, Invitation,
        BulkChange, Redaction, DeskSettings, Settlement, Tag, ClaimTag, SavedView, Comment, Mention,
    }  # fmt: skip
    # Who was told what: the comment or the hold that it tells of is kept.
    untracked = {Notification}
    ours = [model for model in apps.get_app_config("claims").get_models() if not hasattr(model, "pgh_tracked_model")]
    assert set(ours) == tracked | untracked
    for model in tracked:
        events: Any = model._meta.get_field("events").related_model
        assert {tracker.label for tracker in events.pgh_trackers} == {"insert", "update", "delete"}
        assert any(trigger.name == "append_only" for trigger in events._meta.triggers)
