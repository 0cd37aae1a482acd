"""The desk's tags: renaming, merging and deleting them, by the actions that pages use."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from claims.actions.tagging import cleaned_name, create_tag, delete_tag, merge_tags, rename_tag
from claims.models import Tag, User


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The name of another tag merges the two, when that is asked for."""

    merge = forms.BooleanField(
        required=False,
        label="Merge",
        help_text="If there is a tag of this name already: its claims and this one's become one, and this one goes.",
    )
    other: Tag | None = None

    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        try:
            return cleaned_name(self.cleaned_data["name"])
        except ValidationError as error:
            raise ValidationError(error.messages) from error

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.other = Tag.objects.named(data.get("name", "")).exclude(pk=self.instance.pk).first()
        if self.other and not (data.get("merge") and self.instance.pk):
            so = " To make the two one, tick “Merge”." if self.instance.pk else ""
            self.add_error("name", f"There is a tag “{self.other}” already.{so}")
        return data

    def validate_constraints(self) -> None:
        """`clean` did, and says more."""


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = TagForm
    list_display = ["name", "claims"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return Tag.objects.with_claim_counts()

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["name"]

    def get_fields(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        return ["name", "merge"] if obj else ["name"]

    @admin.display(ordering="claim_count")
    def claims(self, tag: Any) -> int:
        count: int = tag.claim_count
        return count

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        if not change:
            obj.pk = create_tag(name=obj.name, by=cast("User", request.user)).pk
        elif form.other:
            merge_tags(tag=Tag.objects.get(pk=obj.pk), into=form.other, by=cast("User", request.user))
        elif "name" in form.changed_data:
            rename_tag(tag=obj, name=obj.name, by=cast("User", request.user))

    def response_change(self, request: HttpRequest, obj: Tag) -> HttpResponse:
        """A tag that was merged into another one has no page any more."""
        if Tag.objects.filter(pk=obj.pk).exists():
            return super().response_change(request, obj)
        self.message_user(request, f"The claims of two tags are those of “{obj}” now.")
        return HttpResponseRedirect(reverse("admin:claims_tag_changelist"))

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        delete_tag(tag=obj, by=cast("User", request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        for tag in queryset:
            delete_tag(tag=tag, by=cast("User", request.user))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """How many claims lose the tag, and not each of them."""
        tags: list[Any] = list(Tag.objects.with_claim_counts().filter(pk__in=[tag.pk for tag in objs]))
        told = [f"Tag: {tag} (on {tag.claim_count:,} claims)" for tag in tags]
        refused = set() if self.has_delete_permission(request) else {"tag"}
        return told, {"tags": len(tags)}, refused, []
