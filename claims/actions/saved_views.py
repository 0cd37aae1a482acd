"""The queue's filters and order under a name, for oneself or for the desk."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from claims import permissions
from claims.actions import action
from claims.models import SavedView, User
from claims.models.saved_view import LONGEST_NAME, LONGEST_QUERY
from claims.texts import normalise_text

# More are no help to anybody, and each is counted.
MOST_OWN = 30


@action
def save_view(*, name: str, query: str, shared: bool, by: User) -> SavedView:
    """Keep a query of the queue."""
    permissions.check_save_view(by)
    if not query:
        raise ValidationError("Set a filter or another order first: without any this is the queue itself.")
    if len(query) > LONGEST_QUERY:
        raise ValidationError("These filters are too long to be kept.")
    if SavedView.objects.filter(owner=by).count() >= MOST_OWN:
        raise ValidationError(f"You have {MOST_OWN} views already. Remove one first.")
    view = SavedView(owner=by, query=query)
    return _store(view, name, shared, by)


@action
def change_view(*, view: SavedView, name: str, shared: bool, by: User) -> SavedView:
    """Rename a view, share it or keep it to oneself. What others share stays shared."""
    view = SavedView.objects.select_for_update().get(pk=view.pk)
    permissions.check_change_view(by, view)
    return _store(view, name, shared or view.owner_id != by.pk, by)


@action
def remove_view(*, view: SavedView, by: User) -> None:
    """Take a view away. The claims in it are not touched."""
    permissions.check_change_view(by, view)
    view.delete()


def _store(view: SavedView, name: str, shared: bool, by: User) -> SavedView:
    if shared and not view.shared:
        permissions.check_share_view(by)
    view.name, view.shared = " ".join(normalise_text(name).split()), shared
    if not view.name or len(view.name) > LONGEST_NAME:
        raise ValidationError({"name": f"A view needs a name of at most {LONGEST_NAME} characters."})
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise ValidationError({"name": f"There is a view “{view.name}” already."}) from error
    return view
