"""Write who may do what into the documents, or check that it is up to date."""

from claims.management.drawing import DrawCommand
from claims.permission_matrix import permissions_page


class Command(DrawCommand):
    """Writes docs/permissions.md from the rules."""

    help = "Ask every rule for every role and write the answers into docs/permissions.md."
    name = "draw_permissions"
    file = "permissions.md"
    source = "claims/permissions/"

    def page(self) -> str:
        """The tables."""
        return permissions_page()
