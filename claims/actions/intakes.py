"""Addresses and files: read, shown, and only then saved as articles (`claims.models.Intake`)."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from claims import ingest
from claims.actions import action
from claims.actions.articles import add_article, store_document
from claims.ingest import IngestError, ReadDocument, from_json, to_json
from claims.models import Article, Document, Intake, IntakeState, User
from claims.texts import normalise_text

KEEP_UNSAVED = dt.timedelta(days=30)


@action
def take_in_address(*, address: str, by: User) -> Intake:
    """Have an address fetched by the worker; its page waits until the intake is done or failed."""
    address = address.strip()
    if not address:
        raise ValidationError({"address": "Enter the address of the article."})
    intake = Intake(address=address, by=by)
    intake.full_clean()
    intake.save()
    _have_read(intake)
    return intake


def take_in_file(*, data: bytes, file_name: str, media_type: str, by: User) -> Intake:
    """Read an uploaded file now. What cannot be read is refused with the reason, and nothing of it is stored."""
    try:
        reading = ingest.read_in_child(data, media_type=media_type, file_name=file_name)
    except IngestError as error:
        raise ValidationError({"file": str(error)}) from error
    # Reading takes seconds: only what is stored shares a transaction.
    return _store_file(data=data, file_name=file_name, reading=reading, by=by)


@action
def _store_file(*, data: bytes, file_name: str, reading: ReadDocument, by: User) -> Intake:
    name = normalise_text(file_name)
    document = store_document(data=data, media_type=reading.media_type, file_name=name, by=by)
    return Intake.objects.create(document=document, reading=_storable(reading), state=IntakeState.DONE, by=by)


@action
def finish_intake(*, intake: Intake, fetched: ingest.Fetched, reading: ReadDocument, by: User) -> None:
    """Store what was fetched from an address and read in it; a second run changes nothing, nor does one for an intake
    that was discarded meanwhile."""
    if not Intake.objects.filter(pk=intake.pk).select_for_update(no_key=True).exists():
        return
    document = store_document(
        data=fetched.data, media_type=reading.media_type, address=fetched.address, fetched_at=fetched.fetched_at, by=by
    )
    Intake.objects.filter(pk=intake.pk).exclude(state=IntakeState.DONE).update(
        document=document, reading=_storable(reading), state=IntakeState.DONE, failure=""
    )


@action
def retry_intake(*, intake: Intake, by: User) -> None:
    """Have an address fetched again after that had failed."""
    failed = Intake.objects.filter(pk=intake.pk, state=IntakeState.FAILED).exclude(address="")
    if not failed.update(state=IntakeState.WAITING, failure=""):
        raise ValidationError("This address is not one that could not be read.")
    _have_read(intake)


@action
def save_intake(*, intake: Intake, by: User, **article: Any) -> tuple[Article, bool]:
    """Make an article of what was read, as corrected in `article` (what `add_article` takes); says whether it is new."""
    intake = Intake.objects.select_for_update(of=("self",), no_key=True).select_related("document").get(pk=intake.pk)
    if intake.article:  # saved in another window
        return intake.article, False
    saved, is_new = add_article(document=intake.document, by=by, **article)
    intake.article = saved
    intake.save(update_fields=["article"])
    return saved, is_new


@action
def discard_intake(*, intake: Intake, by: User) -> None:
    """Give up what was not saved, and its bytes where nothing else needs them."""
    row = Intake.objects.unsaved().select_for_update(of=("self",)).filter(pk=intake.pk).first()
    if row is None:
        raise ValidationError("This was saved or discarded already.")
    row.delete()
    if row.document_id is not None:
        Document.objects.unused().filter(pk=row.document_id).delete()


def discard_old_intakes() -> int:
    """Discard what nobody has saved for a month; says how many."""
    old = Intake.objects.unsaved().filter(created_at__lt=timezone.now() - KEEP_UNSAVED).select_related("by")
    for intake in old:
        discard_intake(intake=intake, by=intake.by)
    return len(old)


def reading_of(intake: Intake) -> ReadDocument:
    """What was read in a finished intake: what its page shows, to be corrected and saved."""
    return from_json(intake.reading)


def _have_read(intake: Intake) -> None:
    from claims.tasks import read_address

    read_address.configure(queueing_lock=f"read_address {intake.pk}").defer(intake_id=intake.pk)


def _storable(reading: ReadDocument) -> dict[str, object]:
    """JSON without what PostgreSQL cannot store; foreign metadata may hold anything."""
    return {key: normalise_text(value) if isinstance(value, str) else value for key, value in to_json(reading).items()}
