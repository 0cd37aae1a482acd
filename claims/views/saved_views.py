"""The views of the queue: all of them with what is in them, saving one, renaming, sharing and removing it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims import permissions
from claims.actions.saved_views import change_view, remove_view, save_view
from claims.filters.choices import queue_choices
from claims.filters.queue import QueueFilter, source_in
from claims.filters.views import BuiltIn, built_in_for, count_built_in, count_each
from claims.forms.saved_views import SavedViewForm
from claims.models import SavedView, User
from claims.views import SignedIn
from claims.views.responses import render_part, wants_part

# A count costs some milliseconds each.
MOST_COUNTED_VIEWS = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A saved view with what it filters by; what is gone of that, such as an outlet, is in `mistakes`."""

    view: SavedView
    filters: QueueFilter
    count: int | None
    form: SavedViewForm

    @property
    def is_broken(self) -> bool:
        return bool(self.filters.mistakes)


@login_required
@require_http_methods(["GET", "POST"])
def views(request: SignedIn) -> HttpResponse:
    """All views, and saving one. htmx gets the numbers alone, of `show=built-in` only those of every desk."""
    permissions.check_save_view(request.user)
    if request.method == "POST":
        return _save(request)
    built_in = built_in_for(request.user)
    if wants_part(request) and request.GET.get("show") == "built-in":
        context: dict[str, Any] = {"built_in": _with_counts(built_in, request.user)}
        return render_part(request, "views.html", "counts", context)
    return _render(request, built_in)


@login_required
@require_POST
def view_change(request: SignedIn, pk: int) -> HttpResponse:
    """Rename a view, share it or keep it to oneself."""
    view = _find(request, pk)
    permissions.check_change_view(request.user, view)
    form = _form(view, request.user, request.POST)
    if form.is_valid():
        try:
            values = {"shared": view.shared, **form.cleaned_data}
            view = change_view(view=view, by=request.user, **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"The view is called “{view}”{', and the desk sees it' if view.shared else ''}.")
            return redirect("views")
    return _render(request, built_in_for(request.user), changed=(view.pk, form), status=422)


@login_required
@require_POST
def view_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Take a view away."""
    view = _find(request, pk)
    permissions.check_change_view(request.user, view)
    remove_view(view=view, by=request.user)
    messages.success(request, f"The view “{view}” is removed. Its claims are where they were.")
    return redirect("views")


def _save(request: SignedIn) -> HttpResponse:
    """What is kept is what the queue makes of the address: filters and order that it knows, without the page."""
    form = SavedViewForm(request.POST, shareable=permissions.can_share_view(request.user))
    filters = QueueFilter(request.POST.get("query", ""), user=request.user)
    query = filters.query(size=None)
    if form.is_valid():
        try:
            values = {"shared": False, **form.cleaned_data}
            view = save_view(query=query, by=request.user, **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"The view “{view}” is saved.")
            return redirect(f"{reverse('queue')}?{view.query}")
    context: dict[str, Any] = {"new_form": form, "new_query": query, "new_in_words": filters.in_words}
    return _render(request, built_in_for(request.user), status=422, **context)


def _render(
    request: SignedIn,
    built_in: list[BuiltIn],
    *,
    changed: tuple[int, SavedViewForm] | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    user = request.user
    saved = _shown(user, changed)
    context |= {
        "built_in": _with_counts(built_in, user),
        "own": [shown for shown in saved if shown.view.owner_id == user.pk],
        "others": [shown for shown in saved if shown.view.owner_id != user.pk],
        "saved": saved,
    }
    if status != 200:  # a form that was not stored, which is no part of the numbers
        return render(request, "views.html", context, status=status)
    return render_part(request, "views.html", "counts", context)


def _shown(user: User, changed: tuple[int, SavedViewForm] | None) -> list[Shown]:
    """The views that somebody may open, each counted; as many queries for many as for one."""
    rows = list(SavedView.objects.visible_to(user).select_related("owner").by_name())
    sources = {pk for row in rows for pk in source_in(QueryDict(row.query))}
    choices = queue_choices(user, sources)
    filters = {row.pk: QueueFilter(row.query, user=user, choices=choices) for row in rows}
    whole = [row.pk for row in rows if not filters[row.pk].mistakes][:MOST_COUNTED_VIEWS]
    counts = count_each({str(pk): filters[pk].claims for pk in whole}, user)
    forms = dict([changed]) if changed else {}
    return [Shown(row, filters[row.pk], counts.get(str(row.pk)), forms.get(row.pk) or _form(row, user)) for row in rows]


def _with_counts(built_in: list[BuiltIn], user: User) -> list[tuple[BuiltIn, int]]:
    counts = count_built_in(built_in, user)
    return [(view, counts[view.key]) for view in built_in]


def _form(view: SavedView, user: User, data: Any = None) -> SavedViewForm:
    """Editors rename what others share; only its owner says whose it is."""
    shareable = view.owner_id == user.pk and (view.shared or permissions.can_share_view(user))
    initial = {"name": view.name, "shared": view.shared}
    return SavedViewForm(data, shareable=shareable, initial=initial, auto_id=f"id_{view.pk}_%s")


def _find(request: SignedIn, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
