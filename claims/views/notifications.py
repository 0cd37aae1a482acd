"""What concerns somebody: the list of it, and the bell that counts what they have not read."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from claims import permissions
from claims.views import SignedIn
from claims.views.responses import render_part, wants_part, way_back

PAGE = "notifications.html"
AT_ONCE = 30


@login_required
@require_safe
def notifications(request: SignedIn) -> HttpResponse:
    """Unread ones first, then the newest."""
    permissions.check_read(request.user)
    return _list(request, request.GET.get("page"))


@login_required
@require_safe
def count(request: SignedIn) -> HttpResponse:
    """The bell, which asks by itself."""
    return render_part(request, "base.html", "bell", {}) if wants_part(request) else redirect("notifications")


@login_required
@require_POST
def read(request: SignedIn, pk: int) -> HttpResponse:
    """Note that one was read."""
    permissions.check_read(request.user)
    mine = permissions.readable_notifications(request.user)
    get_object_or_404(mine, pk=pk)
    mine.filter(pk=pk).mark_read()
    return _after(request)


@login_required
@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Note that all were read."""
    permissions.check_read(request.user)
    permissions.readable_notifications(request.user).mark_read()
    return _after(request)


def _after(request: SignedIn) -> HttpResponse:
    if wants_part(request):
        return _list(request, request.POST.get("page"))
    return redirect(way_back(request, reverse("notifications")))


def _list(request: SignedIn, number: str | None) -> HttpResponse:
    mine = permissions.readable_notifications(request.user)
    page = Paginator(mine.for_list(), AT_ONCE).get_page(number)
    context = {
        "page": page,
        "earlier": f"page={page.previous_page_number()}" if page.has_previous() else None,
        "later": f"page={page.next_page_number()}" if page.has_next() else None,
    }
    return render_part(request, PAGE, "list", context)
