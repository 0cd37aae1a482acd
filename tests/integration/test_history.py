"""History is written by the database: for every way of writing, and it cannot be rewritten."""

from typing import Any

import pghistory
import pytest
from django.db import ProgrammingError, transaction

from claims.models import Alias, Claim, Source
from tests import recipes

pytestmark = pytest.mark.django_db


def events_of(made: Any, **conditions: Any) -> Any:
    return type(made)._meta.get_field("events").related_model.objects.filter(pgh_obj_id=made.pk, **conditions)


def labels(made: Any) -> list[str]:
    return list(events_of(made).order_by("pgh_id").values_list("pgh_label", flat=True))


def test_insert_update_and_delete_leave_a_row_each() -> None:
    alias = Alias.objects.create(source=recipes.source(), name="Lavrov")
    alias.name = "S. Lavrov"
    alias.save()
    before = events_of(alias)
    assert labels(alias) == ["insert", "update"]
    alias.delete()
    assert [(row.pgh_label, row.name) for row in before.order_by("pgh_id")] == [
        ("insert", "Lavrov"),
        ("update", "S. Lavrov"),
        ("delete", "S. Lavrov"),
    ]


def test_writes_past_the_model_are_seen_too() -> None:
    [source] = Source.objects.bulk_create([Source(name="A")])
    Source.objects.filter(pk=source.pk).update(description="B")
    assert labels(source) == ["insert", "update"]


def test_a_write_that_changes_nothing_leaves_no_row() -> None:
    source = recipes.source()
    source.save()
    assert labels(source) == ["insert"]


def test_who_and_why_come_along() -> None:
    claim = recipes.claim()
    with pghistory.context(user=7, reason="typo"):
        Claim.objects.filter(pk=claim.pk).update(text="Better")
    assert events_of(claim).latest("pgh_id").pgh_context.metadata == {"user": 7, "reason": "typo"}


@pytest.mark.parametrize("model", ["claim", "review", "source", "statement", "rating", "citation", "user", "article"])
def test_history_cannot_be_rewritten(model: str) -> None:
    made = getattr(recipes, model)()
    with pytest.raises(ProgrammingError, match="Cannot update or delete rows"), transaction.atomic():
        events_of(made).update(pgh_label="forged")
    with pytest.raises(ProgrammingError, match="Cannot update or delete rows"), transaction.atomic():
        events_of(made).delete()


def test_history_holds_neither_texts_nor_bytes_nor_passwords() -> None:
    version = recipes.article().shown_version
    columns = {field.name for made in (version, recipes.user()) for field in events_of(made).model._meta.fields}
    assert "text_hash" in columns
    assert columns.isdisjoint({"text", "content", "password"})


def test_no_history_of_a_write_that_failed() -> None:
    claim = recipes.claim()
    with transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(text="Better")
        assert labels(claim) == ["insert", "update"]
        transaction.set_rollback(True)
    assert labels(claim) == ["insert"]
