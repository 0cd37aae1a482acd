"""What admin pages share."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404


def view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """The way from a page of the admin to the desk's own. Django's asks any type, those without a table, too."""
    kind = get_object_or_404(ContentType, pk=content_type_id)
    if not admin.site.is_registered(kind.model_class() or ContentType):
        raise Http404
    return shortcut(request, content_type_id, object_id)


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """For looking: whatever Django's permissions say, nothing is written here."""

    show_full_result_count = False
    actions: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
