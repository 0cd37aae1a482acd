"""Whose statement it is."""

from django import forms

from claims.models import Source


class SourcesForm(forms.Form):
    """Under whom a statement is filed, in the order of the fields; none is an answer, too."""

    sources = forms.ModelMultipleChoiceField(Source.objects.current(), required=False)

    def chosen(self) -> list[Source]:
        """The sources as they were given, each once."""
        by_pk = {str(source.pk): source for source in self.cleaned_data["sources"]}
        return [by_pk[pk] for pk in dict.fromkeys(self.data.getlist("sources")) if pk in by_pk]  # type: ignore[attr-defined]
