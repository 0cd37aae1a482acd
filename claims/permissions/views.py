"""Views of the queue."""

from django.core.exceptions import PermissionDenied

from claims.models import SavedView
from claims.permissions.articles import check_read
from claims.permissions.rules import demand, twin
from claims.roles import Role


def check_save_view(user: object) -> None:
    """Keep the queue's filters and order under a name, for oneself."""
    check_read(user)


def check_share_view(user: object) -> None:
    """Let the whole desk see one's view."""
    demand(user, {Role.REVIEWER}, "share views with the desk")


def check_change_view(user: object, view: SavedView) -> None:
    """Rename or remove a view: one's own, and as an editor whatever is shared."""
    check_read(user)
    if view.owner_id == getattr(user, "pk", None):
        return
    if not view.shared:
        raise PermissionDenied("This view is somebody else's.")
    demand(user, {Role.EDITOR}, "change views that somebody else shares")


can_save_view = twin(check_save_view)
can_share_view = twin(check_share_view)
can_change_view = twin(check_change_view)
