"""Whose the statements of a name are. Sources themselves are edited in the admin."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from claims.models import Kind, Source

NEW_SOURCE = "new"


class ResolveNameForm(forms.Form):
    """Whose statements these are: one of the sources shown, or a new one."""

    choice = forms.ChoiceField(label="Whose statements are these?", widget=forms.RadioSelect)
    name = forms.CharField(label="Name of the new source", max_length=300, required=False)
    new_kind = forms.ChoiceField(label="Kind", choices=Kind.choices, required=False)
    affiliation = forms.CharField(label="Affiliation", max_length=300, required=False)
    remember = forms.BooleanField(required=False)
    # Statements that come in while the librarian looks were not shown, so they wait.
    up_to = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, speaker: str, kind: str, sources: Sequence[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speaker = speaker
        self.sources = {str(source.pk): source for source in sources}
        posted = self.data.get("choice", "")
        if posted not in self.sources and posted.isdecimal() and len(posted) < 19:
            # It was shown with another search, and may have been merged since: the action says so.
            self.sources |= {str(source.pk): source for source in Source.objects.filter(pk=int(posted))}
        choices = [(pk, _in_full(source)) for pk, source in self.sources.items()]
        self.fields["choice"].choices = [*choices, (NEW_SOURCE, "A new source")]  # type: ignore[attr-defined]
        self.fields["name"].initial = speaker
        self.fields["new_kind"].initial = kind
        self.fields["remember"].label = f"Know the source by the name “{speaker}” from now on"
        self.fields["remember"].help_text = "Later statements are filed by it where it is a full name of one source."

    def clean(self) -> dict[str, Any]:
        """A new source needs a name."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("choice") == NEW_SOURCE and not cleaned.get("name", "").strip():
            self.add_error("name", "Say what the new source is called.")
        return cleaned

    @property
    def decision(self) -> dict[str, Any]:
        """What the action wants to know."""
        given = self.cleaned_data
        is_new = given["choice"] == NEW_SOURCE
        facts = {
            "name": given["name"],
            "kind": given["new_kind"] or Kind.UNKNOWN.value,
            "affiliation": given["affiliation"],
        }
        return {
            "source": None if is_new else self.sources[given["choice"]],
            "new_source": facts if is_new else None,
            "up_to": given["up_to"],
            "remember": self.speaker if given["remember"] else "",
        }

    def refuse(self, error: ValidationError) -> None:
        """Say what the action refused, beside the field where there is one of that name."""
        if hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields):
            self.add_error(None, error)
        else:
            self.add_error(None, ValidationError(error.messages))


def _in_full(source: Source) -> str:
    """A source so that namesakes can be told apart."""
    return ", ".join(filter(None, [source.name, source.affiliation, source.get_kind_display().lower()]))
