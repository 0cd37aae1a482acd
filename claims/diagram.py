"""The table of transitions as a page that people read: a Mermaid diagram, and the same rows as a table."""

from claims.workflow import TRANSITIONS, State, Transition

HEAD = """\
# States of a claim

Drawn from the table in `claims/workflow.py` by `manage.py draw_workflow`: change the table, then draw again. `make check`
fails when the two differ.
"""


def workflow_page() -> str:
    """The text of docs/workflow.md."""
    return "\n".join(
        [
            HEAD,
            "```mermaid",
            "stateDiagram-v2",
            *(f'    state "{state.label}" as {state.value}' for state in State),
            f"    [*] --> {State.NEW.value}",
            *(f"    {row.before.value} --> {row.after.value}: {row.move.value}" for row in TRANSITIONS),
            "```",
            "",
            "| move | from | to | who may | reason |",
            "|---|---|---|---|---|",
            *map(_table_row, TRANSITIONS),
            "",
        ]
    )


def _table_row(row: Transition) -> str:
    reason = "demanded" if row.needs_reason else "none"
    return f"| {row.move.value} | {row.before.label} | {row.after.label} | {row.who.value} | {reason} |"
