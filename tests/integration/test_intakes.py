"""Addresses and files on their way to becoming articles."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from claims import ingest
from claims.actions.intakes import (
    discard_intake,
    discard_old_intakes,
    reading_of,
    retry_intake,
    save_intake,
    take_in_address,
    take_in_file,
)
from claims.models import Document, Intake, User
from tests.integration.test_tasks import work
from tests.statements import events_of

PAGE = "https://post.example/port"
READING = ingest.ReadDocument("The port opens.", "text/html", title="Po\0rt", published=date(2026, 5, 4))
FETCHED = ingest.Fetched(b"<p>The port opens.", "text/html", PAGE + "?full", datetime(2026, 5, 5, tzinfo=UTC))


@pytest.fixture
def ana(db: None) -> User:
    return get_user_model().objects.create_user("ana")


def test_a_file_is_read_and_kept_at_once(ana: User) -> None:
    intake = take_in_file(data=b"The port opens in spring.\n", file_name="port.txt", media_type="text/plain", by=ana)
    assert intake.state == "done"
    assert reading_of(Intake.objects.get()).text == "The port opens in spring."
    assert bytes(Document.objects.get().content) == b"The port opens in spring.\n"


def test_of_a_file_that_cannot_be_read_nothing_is_stored(ana: User) -> None:
    with pytest.raises(ValidationError) as refused:
        take_in_file(data=b"%PDF-1.7 broken", file_name="port.pdf", media_type="application/pdf", by=ana)
    assert refused.value.message_dict["file"]
    assert not Document.objects.exists()
    assert not Intake.objects.exists()


@pytest.mark.parametrize("address", ["", "port", "file:///etc/passwd", "javascript:alert(1)"])
def test_what_is_no_address_is_refused(ana: User, address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        take_in_address(address=address, by=ana)
    assert "address" in refused.value.message_dict
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_address_is_fetched_by_the_worker(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [ingest.IngestError("There is no such page."), FETCHED]

    def fetch(address: str) -> ingest.Fetched:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, ingest.Fetched)
        return answer

    monkeypatch.setattr(ingest, "fetch", fetch)
    monkeypatch.setattr(ingest, "read_in_child", lambda _, **hints: replace(READING, address=hints["address"]))
    intake = take_in_address(address=f" {PAGE} ", by=ana)
    assert intake.state == "waiting"
    work("ingest")
    intake.refresh_from_db()
    assert (intake.state, intake.failure, intake.document) == ("failed", "There is no such page.", None)
    retry_intake(intake=intake, by=ana)
    work("ingest")
    intake.refresh_from_db()
    assert (intake.state, intake.failure) == ("done", "")
    reading = reading_of(intake)
    assert (reading.title, reading.published, reading.address) == ("Port", date(2026, 5, 4), PAGE + "?full")
    document = Document.objects.get()
    assert (document.address, document.fetched_at) == (PAGE + "?full", FETCHED.fetched_at)
    with pytest.raises(ValidationError, match="not one that could not be read"):
        retry_intake(intake=intake, by=ana)


def from_file(ana: User, words: str = "The port opens in spring.") -> Intake:
    return take_in_file(data=words.encode(), file_name="port.txt", media_type="text/plain", by=ana)


def test_what_nobody_saves_goes_with_its_bytes_after_a_month(ana: User) -> None:
    left, saved, young = from_file(ana, "Left."), from_file(ana, "Saved."), from_file(ana, "Young.")
    article, _ = save_intake(intake=saved, by=ana, text="Saved.", title="Port")
    Intake.objects.exclude(pk=young.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert discard_old_intakes() == 1
    assert set(Intake.objects.all()) == {saved, young}
    assert set(Document.objects.all()) == {saved.document, young.document}
    assert article.shown_version.document == saved.document
    [gone] = events_of(Intake).filter(pgh_label="delete")
    assert (gone.pgh_obj_id, gone.pgh_context.metadata["action"]) == (left.pk, "discard_intake")


def test_bytes_that_an_article_needs_stay(ana: User) -> None:
    first, again = from_file(ana), from_file(ana)
    save_intake(intake=first, by=ana, text="The port opens in spring.", title="Port")
    discard_intake(intake=again, by=ana)
    assert Document.objects.get() == first.document
    with pytest.raises(ValidationError, match="saved or discarded"):
        discard_intake(intake=first, by=ana)


@pytest.mark.django_db(transaction=True)
def test_an_address_that_was_discarded_is_not_read(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    discard_intake(intake=take_in_address(address=PAGE, by=ana), by=ana)
    monkeypatch.setattr(ingest, "fetch", lambda _: pytest.fail("was fetched"))
    work("ingest")
    assert ProcrastinateJob.objects.get(task_name="claims.tasks.read_address").status == "succeeded"
    assert not Document.objects.exists()
