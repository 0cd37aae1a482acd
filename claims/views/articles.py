"""Articles: the list, one article with its statements, adding by paste, correcting what is known about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims import ingest, permissions
from claims.actions.articles import add_article, correct_metadata, retry_extraction
from claims.filters.articles import ArticleFilter
from claims.forms.articles import AddressForm, ArticleForm, FileForm, MetadataForm
from claims.models import Article, ExtractionState, Intake, Outlet, Redaction, Statement
from claims.passages import article_paragraphs, paragraphs
from claims.texts import normalise_text
from claims.views import SignedIn
from claims.views.responses import render_list, render_part, wants_part

MOST_UNSAVED = 20
UNDER_WAY = (ExtractionState.WAITING, ExtractionState.RUNNING)


@login_required
@require_safe
def articles(request: SignedIn) -> HttpResponse:
    """All articles, newest first, narrowed by words of the title, state, outlet and day."""
    permissions.check_read(request.user)
    chosen = ArticleFilter(request.GET)
    page = Paginator(chosen.qs.for_list().newest_first(), chosen.page_size).get_page(request.GET.get("page"))
    return render_list(request, "articles.html", filter=chosen, page=page)


@login_required
@require_safe
def article(request: SignedIn, pk: int) -> HttpResponse:
    """An article's text with every statement highlighted and the list beside it; while it is being read, how far that is."""
    permissions.check_read(request.user)
    shown = get_object_or_404(Article.objects.select_related("outlet", "added_by"), pk=pk)
    version = shown.shown_version
    statements = list(
        Statement.objects.filter(article_version=version)
        .with_sources()
        .select_related("claim__decided_review__rating")
        .prefetch_related("claim__reviews")  # by which it is known who may correct it
        .in_text_order()
    )
    by_pk = {statement.pk: statement for statement in statements}
    for statement in statements:
        statement.article_version = version  # one copy of the text, not one a statement
        if statement.parent_id in by_pk:
            statement.parent = by_pk[statement.parent_id]  # with its sources
    context = {
        "article": shown,
        "version": version,
        "redactions": [] if wants_part(request) else Redaction.objects.of_article(shown),
        "statements": statements,
        "paragraphs": article_paragraphs(version.text, statements),
        "under_way": shown.extraction_state in UNDER_WAY,
    }
    return render_part(request, "article.html", "reading", context)


@login_required
@require_http_methods(["GET", "POST"])
def article_add(request: SignedIn) -> HttpResponse:
    """Paste an article. While it is pasted, htmx asks what will be stored; saving has it read."""
    permissions.check_add_article(request.user)
    if request.method == "GET":
        return render(request, "article_add.html", {"form": ArticleForm(), **other_ways(request)})
    if "check" in request.POST:
        return check(request, "article_add.html", other_ways(request))
    form = ArticleForm(request.POST)
    if form.is_valid() and (saved := save(request, form)):
        return saved
    context = {"form": form, "stored": what_will_be_stored(form.data.get("text", "")), **other_ways(request)}
    return render(request, "article_add.html", context, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def article_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Correct an article's metadata; its text stays as it is."""
    edited = get_object_or_404(Article.objects.select_related("outlet"), pk=pk)
    permissions.check_edit_article(request.user, edited)
    form = MetadataForm(request.POST or None, initial=MetadataForm.initial_of(edited))
    if form.is_valid():
        try:
            correct_metadata(article=edited, by=request.user, **form.metadata(before=edited.published_at))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "The article is corrected.")
            return redirect("article", pk)
    context = {"form": form, "article": edited, "outlets": Outlet.objects.order_by("sort_name")}
    return render(request, "article_edit.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def article_retry(request: SignedIn, pk: int) -> HttpResponse:
    """Have an article read again after that had failed."""
    failed = get_object_or_404(Article, pk=pk)
    permissions.check_edit_article(request.user, failed)
    try:
        retry_extraction(article=failed, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("article", pk)


# --- Shared with intakes, whose text comes from a file or an address -------------------------------------------


def other_ways(request: SignedIn) -> dict[str, Any]:
    """What the page for adding shows beside the form for pasting."""
    unsaved = Intake.objects.unsaved().by(request.user).select_related("document").order_by("-pk")
    return {
        "file_form": FileForm(),
        "address_form": AddressForm(),
        "outlets": Outlet.objects.order_by("sort_name"),
        "unsaved": unsaved[:MOST_UNSAVED],
    }


def check(request: SignedIn, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show what will be stored, with guesses in the fields that are still empty; nothing is saved."""
    text = normalise_text(request.POST.get("text", ""))
    data = _with_guesses(request.POST, text)
    context = {"form": ArticleForm(initial=data.dict()), "stored": what_will_be_stored(text), **context}
    # The form is a file of its own, which two pages share; so the partial is in that file.
    return render_part(request, template, "_article_form.html#check", context)


def save(
    request: SignedIn, form: ArticleForm, store: Callable[..., tuple[Article, bool]] = add_article
) -> HttpResponse | None:
    """Store the article and go to its page; None, with the form saying why, when it is refused."""
    try:
        stored, is_new = store(by=request.user, **form.article())
    except ValidationError as error:
        form.add_error(None, error)
        return None
    if is_new:
        messages.success(request, "The article is saved and being read. Its statements appear here by themselves.")
    else:
        messages.info(request, "This article is stored already; here it is. Nothing was added.")
    return redirect("article", stored.pk)


def what_will_be_stored(text: str) -> dict[str, Any] | None:
    """The text as it will stand in the database, and the articles that have it already; None without any text."""
    clean = normalise_text(text)
    if not clean.strip():
        return None
    return {
        "paragraphs": [clean[start:end] for start, end in paragraphs(clean)],
        "words": len(clean.split()),
        "same": Article.objects.same_text(clean).select_related("outlet").newest_first()[:3],
    }


def _with_guesses(typed: QueryDict, text: str) -> QueryDict:
    """What was typed, and for fields without anything what the text says about itself."""
    guess = ingest.guess(text) if text.strip() else ingest.Guess()
    guesses = {
        "title": guess.title,
        "outlet_name": guess.outlet,
        "published_on": guess.published and guess.published.isoformat(),
        "wire_agency": guess.wire_agency,
        "language": guess.language,
    }
    data = typed.copy()
    for name, value in guesses.items():
        if value and not data.get(name):
            data[name] = value
    return data
