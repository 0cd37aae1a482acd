"""What is to be done to many claims."""

from collections.abc import Callable

from django import forms

from claims.actions.bulk import (
    Done,
    assign_many,
    dismiss_many,
    set_due_of_many,
    set_priority_of_many,
    tag_many,
    untag_many,
)
from claims.forms.due_dates import DueForm
from claims.forms.holding import AssignForm
from claims.forms.tagging import TagForm
from claims.models import BulkKind
from claims.workflow import DismissalReason

HIGHEST = 100


class DismissManyForm(forms.Form):
    reason = forms.ChoiceField(choices=DismissalReason.choices, widget=forms.RadioSelect, label="Why?")
    note = forms.CharField(
        required=False, max_length=1000, label="Note", widget=forms.Textarea(attrs={"rows": 2, "class": "short"})
    )


class PriorityForm(forms.Form):
    priority = forms.IntegerField(
        min_value=-HIGHEST,
        max_value=HIGHEST,
        label="Priority",
        help_text="Higher ones come first in the queue; most claims have 0.",
    )


FORMS: dict[BulkKind, type[forms.Form]] = {
    BulkKind.DISMISS: DismissManyForm,
    BulkKind.ASSIGN: AssignForm,
    BulkKind.PRIORITY: PriorityForm,
    BulkKind.TAG: TagForm,
    BulkKind.UNTAG: TagForm,
    BulkKind.DUE: DueForm,
}
ACTIONS: dict[BulkKind, Callable[..., Done]] = {
    BulkKind.DISMISS: dismiss_many,
    BulkKind.ASSIGN: assign_many,
    BulkKind.PRIORITY: set_priority_of_many,
    BulkKind.TAG: tag_many,
    BulkKind.UNTAG: untag_many,
    BulkKind.DUE: set_due_of_many,
}
