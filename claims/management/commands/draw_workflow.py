"""Draw the claim's states into the documents, or check that the drawing is up to date."""

from claims.diagram import workflow_page
from claims.management.drawing import DrawCommand


class Command(DrawCommand):
    """Writes docs/workflow.md from the table of transitions."""

    help = "Draw the table of transitions into docs/workflow.md."
    name = "draw_workflow"
    file = "workflow.md"
    source = "claims/workflow.py"

    def page(self) -> str:
        """The diagram and its table."""
        return workflow_page()
