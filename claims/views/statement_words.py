"""Which words of an article are a statement's source, cue and content: corrected, or marked for one that was missed."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims import permissions
from claims.actions import OutdatedError
from claims.actions.conflicts import Change
from claims.actions.statements import add_statement, correct_spans
from claims.forms.statement_words import MissedStatementForm, WordsForm
from claims.models import Act, Article, Source, Statement
from claims.passages import paragraphs
from claims.views import SignedIn
from claims.views.responses import render_part, way_back
from claims.wording import ROLES
from claims.words import (
    first_before,
    last_after,
    paragraph_starts,
    span_of_words,
    word_places,
)

PAGE = "statement_words.html"
# At most so many words more above or below at a time, in texts without paragraphs.
STEP = 150


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the passage, and its role if it has one."""

    number: int
    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is chosen for one role: its words as they read, its runs, and the empty one for another part."""

    role: str
    label: str
    meaning: str
    key: int
    words: str
    runs: Sequence[tuple[int | str, int | str]]


@login_required
@require_http_methods(["GET", "POST"])
def statement_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Correct which words are source, cue and content."""
    statement = _find(pk)
    permissions.check_edit_statement(request.user, statement)
    text = statement.article_version.text
    back = way_back(request, f"{reverse('article', args=[statement.article_version.article_id])}#statement-{pk}")
    seen = {"expected_version": statement.version, **WordsForm.manner_of(statement)}
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        text=text,
        places=word_places(text),
        current=statement.spans,
        initial=seen,
    )
    context = {"statement": statement, "article": statement.article_version.article, "back": back}
    if request.method == "GET" or "show" in request.POST:
        return _answer(request, form, context)
    if form.is_valid():
        stored = {"spans": statement.spans, **{name: getattr(statement, name) for name in form.manner}}
        if stored == {"spans": form.cleaned_data["spans"], **form.manner}:
            messages.info(request, "The statement is as it was. Nothing was changed.")
            return HttpResponseRedirect(back)
        try:
            correct_spans(
                statement=statement,
                spans=form.cleaned_data["spans"],
                **form.manner,
                by=request.user,
                expected_version=form.cleaned_data["expected_version"] or 0,
            )
        except OutdatedError:
            statement = _find(pk)
            context |= {"statement": statement, "changes": _changes(statement, form), "conflict": True}
            context["seen"] = statement.version  # saving again says that this was read
            return _answer(request, form, context, status=409)
        messages.success(request, "The statement is corrected.")
        return HttpResponseRedirect(back)
    return _answer(request, form, context, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def statement_add(request: SignedIn, pk: int) -> HttpResponse:
    """Mark a statement that the extractor missed. `paragraph` says, counted from 1, where to begin."""
    article = get_object_or_404(Article.objects.select_related("outlet"), pk=pk)
    version = article.shown_version
    permissions.check_add_statement(request.user, version)
    form = MissedStatementForm(
        request.POST if request.method == "POST" else None,
        text=version.text,
        places=word_places(version.text),
        current={},
        initial={"speech": "speech", "act": Act.STATE},
    )
    back = way_back(request, reverse("article", args=[article.pk]))
    context = {"article": article, "back": back, "names": _names(version)}
    if request.method == "GET" or "show" in request.POST:
        return _answer(request, form, context)
    if form.is_valid():
        try:
            added = add_statement(
                version=version,
                spans=form.cleaned_data["spans"],
                by=request.user,
                speaker=form.cleaned_data["speaker"],
                speaker_kind=form.cleaned_data["speaker_kind"],
                sources=form.sources(),
                **form.manner,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Statement added.")
            return HttpResponseRedirect(f"{back.partition('#')[0]}#statement-{added.pk}")
    return _answer(request, form, context, status=422)


def _find(pk: int) -> Statement:
    statements = Statement.objects.with_sources().select_related(
        "article_version__article__outlet", "claim", "edited_by"
    )
    return get_object_or_404(statements, pk=pk)


def _names(version: Any) -> list[str]:
    """Whom other statements of the article are filed under: most often it is one of them again."""
    names = Source.objects.current().filter(statements__article_version=version)
    return list(names.alphabetical().values_list("name", flat=True).distinct())


def _answer(request: SignedIn, form: WordsForm, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, or for htmx its editor, with the choice as it stands."""
    low, high, count = _window(request, form)
    places, text = form.places, form.text
    roles = {number: role for role, runs in form.runs.items() for a, b in runs for number in range(a, b + 1)}
    starts = paragraph_starts(places, paragraphs(text))
    cuts = [low, *(start for start in starts if low < start <= high), high + 1]
    shown = [
        [Word(n, text[places[n - 1][0] : places[n - 1][1]], roles.get(n, "")) for n in range(first, behind)]
        for first, behind in itertools.pairwise(cuts)
    ]
    another = request.POST.get("show", "")
    active = request.POST.get("role", "")
    active = active if active in ROLES else ("content" if context.get("statement") else "source")
    return render_part(
        request,
        PAGE,
        "editor",
        {
            "form": form,
            "shown": shown,
            "low": low,
            "high": high,
            "more_above": low > 1,
            "more_below": high < count,
            "parts": _parts(form, another),
            "active": active,
            "seen": form["expected_version"].value(),
            "faults": form.non_field_errors() if status == 422 else [],
            "focus": next((a for a, _ in form.runs[active]), next((a for a in sorted(roles)), low)),
            **context,
        },
        status=status,
    )


def _window(request: SignedIn, form: WordsForm) -> tuple[int, int, int]:
    """First and last word on the page, and how many there are: all chosen ones, with the paragraph before and after."""
    count = len(form.places)
    starts = paragraph_starts(form.places, paragraphs(form.text))
    chosen = [number for runs in form.runs.values() for run in runs for number in run]
    low, high = (_number(request.POST.get(name), count) for name in ("low", "high"))
    if low is None or high is None or low > high:
        begin = _number(request.GET.get("paragraph"), len(starts)) or 1
        low, high = (min(chosen), max(chosen)) if chosen else (starts[begin - 1],) * 2 if starts else (1, count)
        low = first_before(starts, first_before(starts, low + 1, STEP), STEP)
        high = last_after(starts, last_after(starts, high - 1, STEP, count), STEP, count)
    show = request.POST.get("show")
    if show == "above":
        low = first_before(starts, low, STEP)
    if show == "below":
        high = last_after(starts, high, STEP, count)
    return min([low, *chosen]), max([high, *chosen]), count


def _number(given: str | None, most: int) -> int | None:
    number = int(given[:9]) if given and given.isascii() and given.isdigit() else 0
    return number if 1 <= number <= most else None


def _parts(form: WordsForm, another: str) -> list[Part]:
    labels = {"source": "who", "cue": "the words that say so", "content": "what was said"}
    return [
        Part(
            role=role,
            label=role.capitalize(),
            meaning=labels[role],
            key=key,
            words=_words(form, role),
            # Without scripts: a pair of lists a part, one more for a part that is to come.
            runs=[*form.runs[role], *([("", "")] if another == role or not form.runs[role] else [])],
        )
        for key, role in enumerate(ROLES, 1)
    ]


def _words(form: WordsForm, role: str) -> str:
    spans = (span_of_words(form.places, *run) for run in form.runs[role])
    return " … ".join(" ".join(form.text[start:end].split()) for start, end in spans)


def _changes(statement: Statement, form: WordsForm) -> list[Change]:
    """Where the words stored now and the words chosen here differ."""
    wanted = Statement(article_version=statement.article_version, spans=form.cleaned_data["spans"])
    return [
        Change(role, role.capitalize(), " … ".join(statement.words_of(role)), " … ".join(wanted.words_of(role)))
        for role in ROLES
        if statement.spans_of(role) != wanted.spans_of(role)
    ]
