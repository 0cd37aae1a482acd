"""What somebody says about a claim, and about which words."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy

from claims.actions.commenting import LONGEST, Words
from claims.models import ArticleVersion
from claims.words import Places, span_of_words, trim, word_places


def _text_field(label: str, **more: Any) -> forms.CharField:
    attributes = {"rows": 3, "class": "short", "data-mentions": reverse_lazy("comment_people"), **more}
    return forms.CharField(
        max_length=LONGEST,
        label=label,
        widget=forms.Textarea(attrs=attributes),
        error_messages={"required": "A comment needs words."},
    )


class CommentEditForm(forms.Form):
    """A comment that is there already."""

    text = _text_field("Comment", autofocus=True)
    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """A new comment. The words that it is about are typed, or chosen in the passage and sent as word numbers."""

    text = _text_field("Comment")
    words = forms.CharField(
        required=False,
        max_length=2000,
        label="Words of the passage",
        help_text="If it is about certain words: paste them here as they stand in the passage.",
    )
    which = forms.IntegerField(required=False, min_value=1, widget=forms.NumberInput(attrs={"placeholder": "1"}))
    choosing = forms.BooleanField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    chosen_from = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    chosen_to = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, version: ArticleVersion | None = None, shown: tuple[int, int] = (0, 0), **kwargs: Any
    ) -> None:
        """`shown` is the part of the article's version that the page shows."""
        super().__init__(data, auto_id="comment_%s", **kwargs)
        self.shown_version, self.shown = version, shown
        self.times = 0  # that typed words stand in the passage

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The word numbers that were chosen in the passage, if they make sense."""
        places = self._places
        try:
            first, last = int(self["chosen_from"].value()), int(self["chosen_to"].value())
        except (TypeError, ValueError):
            return None
        return (first, last) if 1 <= first <= last <= len(places) else None

    def clean(self) -> dict[str, Any]:
        """Find the words: `cleaned_data["about"]`."""
        data: dict[str, Any] = super().clean() or {}
        data["about"] = None
        version = self.shown_version
        if version is None:
            if data.get("words") or data.get("choosing"):
                self.add_error("words", "No article of this claim is shown, so there are no words to point at.")
            return data
        if data.get("choosing"):
            self._clean_chosen(data, version)
        elif data.get("words"):
            self._clean_typed(data, version)
        return data

    def _clean_chosen(self, data: dict[str, Any], version: ArticleVersion) -> None:
        if data.get("version") != version.pk:
            self.add_error("words", "The passage is another one since you opened it. Choose the words again.")
            return
        if self.chosen is None:
            self.add_error("words", "Choose the words that it is about, or cancel and write below.")
            return
        start, end = span_of_words(self._places, *self.chosen)
        data["about"] = Words(version, *trim(version.text, start, end, "content"))

    def _clean_typed(self, data: dict[str, Any], version: ArticleVersion) -> None:
        low, high = self.shown
        pattern = re.compile(r"\s+".join(map(re.escape, data["words"].split())))
        found = [match.span() for match in pattern.finditer(version.text, low, high)]
        self.times = len(found)
        which = data.get("which")
        if not found:
            self.add_error("words", "These words do not stand in the passage. Copy them from it, letter by letter.")
        elif len(found) > 1 and which is None:
            self.add_error("words", f"These words stand in the passage {len(found)} times. Say which of them is meant.")
        elif which is not None and which > len(found):
            self.add_error("which", f"These words stand in the passage {len(found)} times only.")
        else:
            data["about"] = Words(version, *found[(which or 1) - 1])

    @property
    def _places(self) -> Places:
        return word_places(self.shown_version.text) if self.shown_version else []


def strangers_in_words(names: Sequence[str]) -> str:
    """What the author is told of names that are nobody's."""
    if not names:
        return ""
    listed = ", ".join(f"@{name}" for name in names)
    return f"Nobody who reads here is called {listed}: that stays text, and nobody is told."
