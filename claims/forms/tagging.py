"""A tag for a claim, or for many."""

from django import forms

from claims.actions.tagging import cleaned_name


class TagForm(forms.Form):
    """One tag; the page that shows it has the `<datalist id="tags">` of those that exist."""

    tag = forms.CharField(
        label="Tag",
        max_length=200,  # the action says how long one may be, once the blanks are gone
        widget=forms.TextInput(attrs={"list": "tags", "autocomplete": "off"}),
    )

    def clean_tag(self) -> str:
        try:
            return cleaned_name(self.cleaned_data["tag"])
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages) from error
