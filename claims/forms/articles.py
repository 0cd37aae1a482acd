"""Articles on their way in, and what is known about them."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from claims.forms.widgets import DayInput
from claims.models import Article
from claims.models.document import MAX_BYTES


class MetadataForm(forms.Form):
    """What is known about an article beside its text; guessed where it can be, corrected by people."""

    title = forms.CharField(max_length=500, required=False, help_text="Left empty, the text's first line.")
    outlet_name = forms.CharField(
        label="Outlet",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"list": "outlets", "autocomplete": "off"}),
    )
    published_on = forms.DateField(label="Published on", required=False, widget=DayInput)
    address = forms.URLField(max_length=2000, required=False, assume_scheme="https")
    byline = forms.CharField(max_length=500, required=False)
    wire_agency = forms.CharField(
        max_length=100, required=False, help_text="The agency whose copy this is, such as AFP or Reuters."
    )
    language = forms.CharField(
        max_length=35, required=False, help_text="A code such as en or fr. Statements are found in English."
    )

    @staticmethod
    def initial_of(article: Article) -> dict[str, Any]:
        """An article's metadata as the form shows it."""
        published = article.published_at and timezone.localdate(article.published_at)
        names = ("title", "address", "byline", "wire_agency", "language")
        return {
            **{name: getattr(article, name) for name in names},
            "outlet_name": article.outlet and article.outlet.name,
            "published_on": published,
        }

    def metadata(self, *, before: dt.datetime | None = None) -> dict[str, Any]:
        """What the actions take. A day that was not changed keeps its time of day."""
        fields = {name: self.cleaned_data[name] for name in self.fields if name in MetadataForm.base_fields}
        day = fields.pop("published_on")
        if day and before and timezone.localdate(before) == day:
            published_at: dt.datetime | None = before
        else:
            published_at = day and timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        return {**fields, "published_at": published_at}


class ArticleForm(MetadataForm):
    """A new article."""

    text = forms.CharField(
        label="The article",
        strip=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 16, "placeholder": "Paste the article's words here."}),
        error_messages={"required": "There is no text. Paste the article's words."},
    )

    def article(self) -> dict[str, Any]:
        """What `add_article` takes."""
        return {"text": self.cleaned_data["text"], **self.metadata()}


class FileForm(forms.Form):
    """A document to be read."""

    file = forms.FileField(
        label="File on this computer",
        help_text="Plain text, HTML, PDF or Word (docx), up to 25 MB.",
        widget=forms.FileInput(attrs={"accept": ".txt,.html,.htm,.pdf,.docx"}),
        error_messages={"empty": "The file is empty.", "required": "Choose a file."},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is too large: more than {MAX_BYTES // 1024 // 1024} MB.")
        return file


class AddressForm(forms.Form):
    """An address to be fetched."""

    address = forms.URLField(
        label="Address of a page",
        max_length=2000,
        assume_scheme="https",
        help_text="The page is fetched and read; you see the text before it is saved.",
    )
