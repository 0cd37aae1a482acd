"""Articles on their way in."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from claims.actions import articles
from claims.actions.articles import add_article, correct_metadata, retry_extraction, store_document
from claims.actions.filing import file_extraction
from claims.models import Article, ArticleVersion, Claim, Document, Outlet, Statement, User
from tests.racing import at_once
from tests.statements import SUMMIT, events_of, summit

HARBOUR = "https://www.harbour-post.example/port"


@pytest.fixture
def ana(db: None) -> User:
    return get_user_model().objects.create_user("ana")


def test_an_article_is_stored_with_its_outlet_and_a_job(ana: User) -> None:
    article, is_new = add_article(text="One.\r\nTwo.\0", title="Port", address=HARBOUR, by=ana)
    assert is_new
    assert article.shown_version.text == "One.\nTwo."
    assert article.shown_version.number == 1
    assert (article.added_by, article.outlet.domain) == (ana, "harbour-post.example")  # type: ignore[union-attr]
    job = ProcrastinateJob.objects.get(pk=article.extraction_job)
    assert (job.queue_name, job.status) == ("nlp", "todo")
    assert job.args == {"version_id": article.shown_version.pk, "asked_by": ana.pk}
    event = events_of(Article).select_related("pgh_context").earliest("pgh_id")
    assert event.pgh_context.metadata == {"action": "add_article", "user": ana.pk}


def test_an_outlet_is_found_by_its_name_or_domain_before_one_is_made(ana: User) -> None:
    post = Outlet.objects.create(name="The Harbour Post", domain="harbour-post.example")
    for number, named in enumerate(({"outlet_name": "harbour post"}, {"address": HARBOUR}, {"outlet": post})):
        article, _ = add_article(text=f"Text {number}", title="Port", by=ana, **named)  # type: ignore[arg-type]
        assert article.outlet == post
    guest, _ = add_article(text="Text", title="Port", address=HARBOUR + "2", outlet_name="Wire Service", by=ana)
    assert guest.outlet is not None
    assert (guest.outlet.name, guest.outlet.domain) == ("Wire Service", None)


def test_without_text_nothing_is_stored(ana: User) -> None:
    with pytest.raises(ValidationError, match="no text"):
        add_article(text=" \n\0", title="Port", outlet_name="Post", by=ana)
    assert not Article.objects.exists()
    assert not Outlet.objects.exists()


def test_what_is_no_address_is_refused_by_its_field(ana: User) -> None:
    with pytest.raises(ValidationError) as refused:
        add_article(text=SUMMIT, title="Port", address="javascript:alert(1)", by=ana)
    assert "address" in refused.value.message_dict


def test_the_same_text_from_the_same_place_is_the_same_article(ana: User) -> None:
    first, _ = add_article(text=SUMMIT, title="Port", outlet_name="Post", address=HARBOUR, by=ana)
    spaced = SUMMIT.replace("\n", "\r\n\r\n")
    assert add_article(text=spaced, title="Another", outlet_name="Post", by=ana) == (first, False)
    assert add_article(text=SUMMIT, title="Another", outlet_name="Other", address=HARBOUR, by=ana) == (first, False)
    assert add_article(text=SUMMIT, title="Port", outlet_name="Gazette", by=ana)[1]
    assert ArticleVersion.objects.count() == 2


def test_a_known_address_with_another_text_is_refused_and_leaves_nothing(ana: User) -> None:
    first, _ = add_article(text=SUMMIT, title="Port", address=HARBOUR, by=ana)
    with pytest.raises(ValidationError, match="stored already, as “Port”") as refused:
        add_article(text="Else.", title="Port", outlet_name="New", address=HARBOUR, by=ana)
    fault = refused.value.error_dict["address"][0]
    assert (fault.code, fault.params) == ("address_taken", {"article": first})
    assert not Outlet.objects.filter(name="New").exists()
    assert ProcrastinateJob.objects.count() == 1


def test_an_insert_that_fails_leaves_no_job(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    enqueue = articles._have_extracted

    def fail(*arguments: object) -> None:
        enqueue(*arguments)  # type: ignore[arg-type]
        raise RuntimeError

    monkeypatch.setattr(articles, "_have_extracted", fail)
    with pytest.raises(RuntimeError):
        add_article(text=SUMMIT, title="Port", outlet_name="Post", by=ana)
    for model in (Article, ArticleVersion, Outlet, ProcrastinateJob):
        assert not model.objects.exists()
    assert not events_of(Article).exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_adding_the_same_text_at_once_add_one_article() -> None:
    def add() -> tuple[int, bool]:
        article, is_new = add_article(text=SUMMIT, title="Port", outlet_name="Post", by=None)
        return article.pk, is_new

    (one, one_new), (other, other_new) = at_once(add, add)
    assert one == other
    assert {one_new, other_new} == {True, False}
    assert (Article.objects.count(), Outlet.objects.count(), ProcrastinateJob.objects.count()) == (1, 1, 1)


def test_metadata_can_be_corrected_and_claims_follow(ana: User) -> None:
    article, _ = add_article(text=SUMMIT, title="Port", address=HARBOUR, by=ana)
    file_extraction(version=article.shown_version, extraction=summit())
    when = datetime(2026, 5, 4, tzinfo=UTC)
    corrected = correct_metadata(article=article, by=ana, title=" The port ", published_at=when, outlet_name="Gazette")
    assert (corrected.title, corrected.address) == ("The port", HARBOUR)
    assert set(Statement.objects.values_list("reported_at", flat=True)) == {when}
    assert set(Claim.objects.values_list("reported_at", "outlet__name")) == {(when, "Gazette")}


def test_metadata_that_make_no_sense_are_refused(ana: User) -> None:
    article, _ = add_article(text=SUMMIT, title="Port", address=HARBOUR, by=ana)
    other, _ = add_article(text="Else.", title="Else", by=ana)
    with pytest.raises(ValidationError) as refused:
        correct_metadata(article=article, by=ana, title=" ")
    assert "title" in refused.value.message_dict
    with pytest.raises(ValidationError, match="stored already"):
        correct_metadata(article=other, by=ana, address=HARBOUR)


def test_the_same_bytes_are_the_same_document_and_there_is_a_limit(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    store: Callable[..., Document] = store_document
    first = store(data=b"bytes", media_type="text/plain", file_name="a.txt", by=ana)
    assert store(data=b"bytes", media_type="text/plain", file_name="b.txt", by=ana) == first
    monkeypatch.setattr(articles, "MAX_BYTES", 4)
    for data, message in ((b"", "empty"), (b"bytes", "too large")):
        with pytest.raises(ValidationError, match=message):
            store(data=data, media_type="text/plain", by=ana)
    assert Document.objects.count() == 1


def test_only_a_failed_extraction_is_retried(ana: User) -> None:
    article, _ = add_article(text=SUMMIT, title="Port", by=ana)
    with pytest.raises(ValidationError, match="not one that could not be read"):
        retry_extraction(article=article, by=ana)
