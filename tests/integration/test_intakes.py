"""Addresses and files on their way to becoming articles."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from procrastinate.contrib.django.models import ProcrastinateJob

from claims import ingest
from claims.actions.intakes import reading_of, retry_intake, take_in_address, take_in_file
from claims.models import Document, Intake, User
from tests.integration.test_tasks import work

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
