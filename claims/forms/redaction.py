"""What is redacted of an article, and by which order."""

from django import forms

TEXT, FILE = "text", "file"


class RedactionForm(forms.Form):
    what = forms.MultipleChoiceField(
        label="What is redacted",
        choices=[(TEXT, "The text, with all that was copied from it"), (FILE, "The file that it came from")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what is to go."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea,
        help_text="By which order, and why. It is shown in the place of the text.",
        error_messages={"required": "Say by which order, and why."},
    )
    sure = forms.BooleanField(
        label="I know that this cannot be undone", error_messages={"required": "Confirm that this is meant."}
    )
