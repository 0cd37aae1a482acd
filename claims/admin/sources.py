"""Sources, their aliases and merges. Every write goes through `claims.actions.sources`, so that history says who."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV
from import_export.tmp_storages import CacheStorage

from claims.actions import sources as actions
from claims.admin.shared import LookOnly
from claims.admin.source_resource import SourceResource
from claims.models import Alias, Kind, Source, SourceMerge, User
from claims.names import fold

FACTS = ["name", "kind", "affiliation", "description", "wikidata_id"]


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A source's facts, refused here where the action would refuse them."""

    class Meta:
        model = Source
        fields = FACTS
        help_texts = {
            "name": "The name that pages show. A former name is kept as an alias.",
            "kind": "A group is known by its descriptor alone (“activists”) and is never merged.",
            "wikidata_id": "Such as Q6294.",
        }

    def clean_name(self) -> str:
        name = actions.one_line(self.cleaned_data["name"])
        if not fold(name):
            raise ValidationError("A name needs a letter or a figure.")
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == Kind.GROUP and cleaned.get("name"):
            if same := actions.same_group(cleaned["name"], besides=self.instance.pk):
                self.add_error("name", f"There is a page for the group “{same}” already.")
            if self.instance.pk and self.instance.merged_sources.exists():
                self.add_error("kind", "Other sources were merged into this one, and groups are never merged.")
        return cleaned


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]
    """A further name. It is added or removed, never rewritten: the history is easier to read so."""

    class Meta:
        model = Alias
        fields = ["name"]

    def clean_name(self) -> str:
        name = actions.one_line(self.cleaned_data["name"])
        if not fold(name):
            raise ValidationError("A name needs a letter or a figure.")
        return name


class AliasFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Refuses a name that is there already, which Django compares before its white space is folded."""

    def clean(self) -> None:
        super().clean()
        seen = set(self.instance.aliases.values_list("name", flat=True)) if self.instance.pk else set()
        for form in self.extra_forms:
            name = getattr(form, "cleaned_data", {}).get("name")
            if name and name in seen:
                form.add_error("name", "This source has the name already.")
            seen.add(name)
        for form in self.initial_forms:
            if form in self.deleted_forms and form.instance.name == self.instance.name:
                raise ValidationError(f"“{form.instance}” is the source's own name. Rename the source first.")


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Alias
    form = AliasForm
    formset = AliasFormSet
    fields = ["name", "added"]
    readonly_fields = ["added"]
    extra = 1
    verbose_name_plural = "Aliases: further names. Two sources may share one; then it files nothing by itself."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alias]:
        return super().get_queryset(request).select_related("created_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="added")
    def added(self, alias: Alias) -> str:
        if alias._state.adding:
            return ""
        by = alias.created_by.display_name if alias.created_by else "found in an article"
        return f"{alias.created_at:%d %b %Y}, {by}"


@admin.register(Source)
class SourceAdmin(ImportExportMixin, admin.ModelAdmin):  # type: ignore[misc, type-arg]  # the library ships no types
    form = SourceForm
    inlines = [AliasInline]
    list_display = ["name", "kind", "affiliation", "known_as", "statement_link"]
    list_filter = ["kind"]
    search_fields = ["name"]  # what the box is for; `get_search_results` does it
    search_help_text = "Any name a source is known by, or part of one"
    actions = ["merge"]
    list_per_page = 50
    resource_classes = [SourceResource]
    import_formats = [CSV]
    export_formats = [CSV]
    skip_export_form = True
    from_encoding = "utf-8-sig"  # spreadsheets begin their files with a mark
    tmp_storage_class = CacheStorage  # the web processes of a desk share nothing but the database

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return Source.objects.current().with_statement_counts().with_other_names().alphabetical()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Source], search_term: str
    ) -> tuple[QuerySet[Source], bool]:
        """By any alias, folded."""
        if not fold(search_term):
            return queryset, False
        return queryset.filter(pk__in=Source.objects.search(search_term).values("pk")), False

    def get_sortable_by(self, request: HttpRequest) -> Any:
        return ["name", "kind", "statement_link"]

    @admin.display(description="also known as")
    def known_as(self, source: Source) -> str:
        return ", ".join(source.other_names)

    @admin.display(description="statements", ordering="statement_count")
    def statement_link(self, source: Source) -> SafeString:
        return format_html('<a href="{}">{}</a>', source.get_absolute_url(), source.statement_count)

    # --- Writing: always by an action ---------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        facts = {name: form.cleaned_data[name] for name in FACTS}
        if change:
            actions.describe_source(source=obj, by=_user(request), **facts)
        else:
            made = actions.create_source(by=_user(request), **facts)
            obj.pk, obj._state.adding = made.pk, False
            obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        for alias in formset.deleted_objects:
            actions.remove_alias(alias=alias, by=_user(request))
        for alias in formset.new_objects:
            source = form.instance
            if not source.aliases.filter(name=alias.name).exists():  # its own name came with it
                actions.add_alias(source=source, name=alias.name, by=_user(request))

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        """One that nothing was filed under; the others are merged."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or actions.is_unused(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its aliases go with it."""
        return [str(source) for source in objs], {"sources": len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Source) -> None:
        actions.delete_source(source=obj, by=_user(request))

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Deleting many at once would go past the action."""
        where = {"action_location": action_location} if action_location else {}
        offered: dict[str, Any] = super().get_actions(request, **where)
        offered.pop("delete_selected", None)
        return offered

    # --- CSV ----------------------------------------------------------------------------------------------

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """All rows or none."""
        given: dict[str, Any] = super().get_import_data_kwargs(**kwargs)
        return {**given, "rollback_on_validation_errors": True}

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """What was fine in the preview may have changed since."""
        if result.has_errors() or result.has_validation_errors():
            self.message_user(request, "Nothing was imported: sources have changed. Try it again.", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:claims_source_import"))
        response: HttpResponse = super().process_result(result, request)
        return response

    # --- Merging ------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        merging = path("merge/", self.admin_site.admin_view(self.merge_view), name="claims_source_merge")
        urls: list[URLPattern] = super().get_urls()
        return [merging, *urls]

    @admin.action(description="Merge into one …", permissions=["change"])
    def merge(self, request: HttpRequest, chosen: QuerySet[Source]) -> HttpResponse:
        query = {"id": [str(pk) for pk in chosen.values_list("pk", flat=True)]}
        return HttpResponseRedirect(reverse("admin:claims_source_merge", query=query))

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Which of several sources stays, what would move to it, and then the merge."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        given = [int(pk) for pk in request.GET.getlist("id") if pk.isdecimal() and len(pk) < 19]
        chosen = list(self.get_queryset(request).filter(pk__in=given).prefetch_related("aliases"))
        into = _chosen(chosen, request.POST.get("into") or request.GET.get("into", ""))
        moving, refusal = [], ""
        kinds_differ = len({source.kind for source in chosen}) > 1
        try:
            if len(chosen) < 2:
                raise ValidationError("Choose at least two sources to merge.")
            others = [source for source in chosen if source != into]
            moving = actions.merge_preview(others, into)
            if request.method == "POST":
                if kinds_differ and "kinds_seen" not in request.POST:
                    raise ValidationError("Say that they are the same although their kinds differ.")
                actions.merge_sources(sources=others, into=into, by=_user(request))
                self.message_user(request, f"Merged into “{into}”. Its page offers to undo that.", messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:claims_source_change", args=[into.pk]))
        except ValidationError as error:
            refusal = " ".join(error.messages)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Merge sources",
            "chosen": chosen,
            "into": into,
            "moving": moving,
            "refusal": refusal,
            "kinds_differ": kinds_differ,
        }
        status = 422 if refusal and request.method == "POST" else 200
        return TemplateResponse(request, "admin/claims/source/merge.html", context, status=status)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # the admin lets nobody else in


def _chosen(sources: list[Source], pk: str) -> Source:
    """The one that stays: as chosen, else the one with the most statements."""
    picked = [source for source in sources if str(source.pk) == pk]
    most = sorted(sources, key=lambda source: (-source.statement_count, source.pk))
    return (picked or most or [Source()])[0]


@admin.register(SourceMerge)
class SourceMergeAdmin(LookOnly):
    list_display = ["merged", "into", "by", "created_at", "undone_at", "undone_by"]
    list_select_related = ["merged", "into", "by", "undone_by"]
    search_fields = ["merged__name", "into__name"]
    ordering = ["-pk"]
    fields = ["merged", "into", "by", "created_at", "undone_at", "undone_by"]
    actions = ["undo"]

    @admin.action(description="Undo", permissions=["undo"])
    def undo(self, request: HttpRequest, chosen: QuerySet[SourceMerge]) -> None:
        """The latest first: a later merge into the same source has to go before an earlier one."""
        for merge in chosen.select_related("merged", "into").order_by("-pk"):
            try:
                actions.undo_merge(merge=merge, by=_user(request))
            except ValidationError as error:
                self.message_user(request, f"{merge.merged}: {' '.join(error.messages)}", messages.WARNING)
            else:
                self.message_user(request, f"“{merge.merged}” is a source of its own again.", messages.SUCCESS)

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.change_source")
