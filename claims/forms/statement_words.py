"""Which words a person chose for source, cue and content: numbers from a page, validated against a text."""

from typing import Any

from django import forms
from django.http import QueryDict

from claims.models import Act, Kind, Source, Statement
from claims.wording import ROLES, Spans, fault_in
from claims.words import Places, Runs, runs_from, runs_of, span_of_words, spans_from_runs

SPEECH = [("speech", "Said"), ("thought", "Thought or expected")]


class WordsForm(forms.Form):
    """The words of a statement. Ranges come as `content_from` and `content_to`, as often as there are parts."""

    speech = forms.ChoiceField(
        choices=SPEECH,
        widget=forms.RadioSelect,
        label="Said or thought",
        help_text="“Said” includes promised, denied and accused. What somebody wants, plans or expects is a thought.",
    )
    act = forms.ChoiceField(
        choices=[("", "Not known"), *Act.choices],
        required=False,
        label="What the speech does",
        help_text="A thought does nothing.",
    )
    negated = forms.BooleanField(
        required=False, label="Not said", help_text="“declined to say”, “would not confirm”, “does not expect”."
    )
    expected_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, text: str, places: Places, current: Spans, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)
        self.text, self.places, self.current = text, places, current
        # What the page shows as chosen: also after a mistake, so that nothing has to be chosen anew.
        self.runs: Runs = runs_of(places, current)
        self.faults: list[str] = []
        if data is not None:
            self.runs = {role: self._typed(data, role) for role in ROLES}

    def clean(self) -> dict[str, Any]:
        """The chosen words as spans of code points."""
        cleaned: dict[str, Any] = super().clean() or {}
        faults = [*self.faults, *self._twice()]
        spans = spans_from_runs(self.text, self.places, self.runs, self.current)
        fault = fault_in(self.text, spans)
        if faults or fault:
            raise forms.ValidationError(faults or [fault])
        cleaned["spans"] = spans
        return cleaned

    @staticmethod
    def manner_of(statement: Statement) -> dict[str, Any]:
        """What the form shows of a statement as it is stored."""
        speech = "speech" if statement.speech else "thought"
        return {"speech": speech, "act": statement.act, "negated": statement.negated}

    @property
    def manner(self) -> dict[str, Any]:
        """What `correct_spans` and `add_statement` take: whether it is speech, what that does, whether it is negated."""
        speech = self.cleaned_data["speech"] == "speech"
        return {
            "speech": speech,
            "act": self.cleaned_data["act"] if speech else "",
            "negated": self.cleaned_data["negated"],
        }

    def _typed(self, data: QueryDict, role: str) -> list[tuple[int, int]]:
        chosen: set[int] = set()
        parts = zip(data.getlist(f"{role}_from"), data.getlist(f"{role}_to"), strict=False)
        for pair in parts:
            ends = [part for part in pair if part] * 2  # one end alone is a part of one word
            if not ends:
                continue
            if not all(end.isascii() and end.isdigit() and 1 <= int(end[:9]) <= len(self.places) for end in ends):
                self.faults.append(f"There is no such word in this article ({role}: {ends[0][:12]} to {ends[1][:12]}).")
                continue
            low, high = sorted(int(end[:9]) for end in ends[:2])
            chosen.update(range(low, high + 1))
        return runs_from(chosen)

    def _twice(self) -> list[str]:
        """A word has one role; without scripts somebody may give it two."""
        found: dict[int, str] = {}
        faults = []
        for role in ROLES:
            numbers = {number for low, high in self.runs[role] for number in range(low, high + 1)}
            if twice := sorted(numbers & found.keys()):
                start, end = span_of_words(self.places, twice[0], twice[0])
                faults.append(f"“{self.text[start:end]}” is marked both as {found[twice[0]]} and as {role}.")
            found.update(dict.fromkeys(numbers, role))
        return faults


class MissedStatementForm(WordsForm):
    """A statement that the extractor missed, and whose it is."""

    speaker = forms.CharField(
        max_length=300,
        required=False,
        label="Attributed to",
        widget=forms.TextInput({"list": "names", "autocomplete": "off"}),
        help_text="The full name, as far as the article tells it. Empty: nobody is named, or it is to be resolved later.",
    )
    speaker_kind = forms.ChoiceField(choices=Kind, initial=Kind.UNKNOWN, label="Kind, for a new name")

    def sources(self) -> list[Source]:
        """The one source that bears exactly this name; a name that nobody or several bear is filed as every other."""
        found = list(Source.objects.named(self.cleaned_data["speaker"])[:2])
        return found if len(found) == 1 else []
