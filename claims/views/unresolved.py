"""Names that are not enough to file a statement by, and the librarian's decision whose they are."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from claims import permissions
from claims.actions import sources as actions
from claims.filters.unresolved import UnresolvedFilter
from claims.forms.unresolved import ResolveNameForm
from claims.models import Source, Statement
from claims.similar import suggest_sources
from claims.views import SignedIn
from claims.views.responses import render_list

EXAMPLES = 2
SHOWN = 100
FOUND = 10


@login_required
@require_safe
def unresolved(request: SignedIn) -> HttpResponse:
    """Names that statements wait under, with examples and the sources that may be meant."""
    permissions.check_read(request.user)
    narrowed = UnresolvedFilter(request.GET)
    page = Paginator(narrowed.names, narrowed.page_size).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    suggestions = suggest_sources(row["name"] for row in rows)
    examples = _examples(rows)
    for row in rows:
        row["query"] = {"name": row["speaker_folded"], "kind": row["speaker_kind"]}
        row["suggestions"] = suggestions[row["name"]]
        row["examples"] = examples.get((row["speaker_folded"], row["speaker_kind"]), [])
    return render_list(request, "unresolved.html", filter=narrowed, page=page, rows=rows)


def _examples(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[Statement]]:
    """The latest statements of each name."""
    waiting = Statement.objects.unresolved().filter(speaker_folded__in=[row["speaker_folded"] for row in rows])
    number = Window(
        RowNumber(),
        partition_by=[F("speaker_folded"), F("speaker_kind")],
        order_by=[F("reported_at").desc(), F("pk").desc()],
    )
    found: dict[tuple[str, str], list[Statement]] = {}
    for statement in waiting.newest_first().annotate(number=number).filter(number__lte=EXAMPLES).with_texts():
        found.setdefault((statement.speaker_folded, statement.speaker_kind), []).append(statement)
    return found


@login_required
@require_http_methods(["GET", "POST"])
def resolve_name(request: SignedIn) -> HttpResponse:
    """Everything that waits under one name, whose it may be, and filing it there.

    The name, its kind and a search for further sources are in the address.
    """
    permissions.check_manage_sources(request.user)
    name, kind = request.GET.get("name", ""), request.GET.get("kind", "")
    waiting = actions.statements_named(name, kind)
    last = waiting.order_by("-pk").first()
    if last is None:
        if request.method == "POST":
            messages.warning(request, "Nothing is left to file under this name: somebody was quicker.")
            return redirect("unresolved")
        raise Http404("No statement waits under this name.")
    form = ResolveNameForm(
        request.POST or None,
        speaker=last.speaker,
        kind=kind,
        sources=_candidates(last.speaker, request.GET.get("q", ""), request.GET.get("source", "")),
        initial={"choice": request.GET.get("source", ""), "up_to": last.pk},
    )
    if form.is_valid():
        try:
            source, count = actions.resolve_name(speaker_folded=name, kind=kind, by=request.user, **form.decision)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, f"{count} statement{'' if count == 1 else 's'} filed under “{source}”.")
            return redirect("unresolved")
    context = {
        "form": form,
        "speaker": last.speaker,
        "kind": kind,
        "folded": name,
        "count": waiting.count(),
        "statements": waiting.newest_first().with_texts()[:SHOWN],
        "q": request.GET.get("q", ""),
    }
    return render(request, "resolve_name.html", context, status=422 if form.is_bound else 200)


def _candidates(speaker: str, words: str, chosen: str) -> list[Source]:
    """Sources to choose from: the one that was picked, those found by a search, those of names like this one."""
    picked = Source.objects.current().filter(pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else ()
    found = Source.objects.search(words).alphabetical()[:FOUND] if words else ()
    alike = [suggestion.source for suggestion in suggest_sources([speaker], limit=5)[speaker]]
    return list(dict.fromkeys([*picked, *found, *alike]))
