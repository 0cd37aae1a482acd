"""The strings of hostile.txt, and how they are sent."""

from pathlib import Path
from typing import Any

from django.test import Client

HOSTILE = [
    line
    for line in Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


def packs(limit: int) -> list[str]:
    """All strings in as few as fit into a field of this length."""
    packed = [""]
    for text in HOSTILE:
        if len(packed[-1]) + len(text) + 1 > limit:
            packed.append("")
        packed[-1] = f"{packed[-1]} {text}".strip()
    return packed


def posted(client: Client, address: str, data: dict[str, Any]) -> None:
    """Send a form, which has to be taken."""
    answer = client.post(address, data)
    assert answer.status_code == 302, f"{address}: {answer.status_code} {_faults(answer)}"


def _faults(answer: Any) -> list[Any]:
    forms = [value for shown in answer.context or [] for context in shown for value in context.values()]
    return [form.errors for form in forms if getattr(form, "errors", None)]
