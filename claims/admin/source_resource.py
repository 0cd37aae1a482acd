"""Sources as CSV, out and in. An import adds and changes, and takes nothing away."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from import_export import fields, resources

from claims.actions import sources as actions
from claims.models import Source
from claims.names import fold

SEPARATOR = " | "


class Difference:
    """Old and new values of a row. The library's own marks changes with inline styles, which our policy forbids."""

    def __init__(self, resource: "SourceResource", instance: Source, new: bool) -> None:
        self.before = [""] * len(resource.get_import_fields()) if new else _values(resource, instance)
        self.after: list[str] = []

    def compare_with(self, resource: "SourceResource", instance: Source | None, dry_run: bool = False) -> None:
        self.after = _values(resource, instance) if instance else [""] * len(self.before)

    def as_html(self) -> list[SafeString]:
        return [_change(before, after) for before, after in zip(self.before, self.after, strict=True)]


def _values(resource: "SourceResource", instance: Source) -> list[str]:
    return [str(resource.export_field(field, instance) or "") for field in resource.get_import_fields()]


def _change(before: str, after: str) -> SafeString:
    if before == after:
        return format_html("{}", after)
    removed = format_html("<del>{}</del> ", before) if before else mark_safe("")
    return format_html("{}<ins>{}</ins>", removed, after) if after else removed


class SourceResource(resources.ModelResource):  # type: ignore[misc]  # the library ships no types
    """A row a source. Rows are matched by `id`, else by `wikidata_id`; a row with neither is a new source.

    `aliases` are separated by " | ". A column that is missing changes nothing.
    """

    aliases = fields.Field(column_name="aliases", readonly=True)

    class Meta:
        model = Source
        fields = ["id", "name", "kind", "description", "affiliation", "wikidata_id", "aliases"]
        export_order = fields
        import_id_fields: list[str] = []  # `get_instance` looks rows up
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def get_queryset(self) -> QuerySet[Source]:
        return Source.objects.current()

    @classmethod
    def get_diff_class(cls) -> type[Difference]:
        return Difference

    def dehydrate_aliases(self, source: Source) -> str:
        return SEPARATOR.join(sorted(source.aliases.values_list("name", flat=True))) if source.pk else ""

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Source | None:
        """The current source that a row is about."""
        pk, wikidata_id = str(row.get("id") or "").strip(), str(row.get("wikidata_id") or "").strip().upper()
        if pk:
            found = self.get_queryset().filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
            if found is None:
                raise ValidationError({"id": f"There is no source {pk}, or it was merged. Leave id empty to add one."})
            return found
        return self.get_queryset().filter(wikidata_id=wikidata_id).first() if wikidata_id else None

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Tidy up what spreadsheets leave in cells; kinds may be written as pages show them."""
        if "name" in row:
            row["name"] = actions.one_line(str(row["name"] or ""))
        if "kind" in row:
            row["kind"] = str(row["kind"] or "unknown").strip().lower()
        if "description" in row:
            row["description"] = str(row["description"] or "").replace("\r\n", "\n")
        if "wikidata_id" in row:
            row["wikidata_id"] = str(row["wikidata_id"] or "").strip().upper() or None
        if not str(row.get("id") or "").strip():
            row["id"] = None

    def import_instance(self, instance: Source, row: dict[str, Any], **kwargs: Any) -> None:
        pk = instance.pk  # found by its Wikidata id, a source keeps its number
        super().import_instance(instance, row, **kwargs)
        instance.pk, instance.wikidata_id = pk, instance.wikidata_id or None
        given = str(row.get("aliases") or "").split(SEPARATOR.strip())
        own = set(instance.aliases.values_list("name", flat=True)) if instance.pk else {instance.name}
        names = [actions.one_line(name) for name in given]
        instance.new_aliases = [name for name in dict.fromkeys(names) if fold(name) and name not in own]  # type: ignore[attr-defined]

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        unchanged: bool = super().skip_row(instance, original, row, import_validation_errors)
        return unchanged and not instance.new_aliases

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """By the actions, as everywhere."""
        facts = {name: getattr(instance, name) for name in actions.FACTS}
        if is_create:
            made = actions.create_source(by=self.by, aliases=instance.new_aliases, **facts)
            instance.pk = made.pk
        else:
            actions.describe_source(source=instance, by=self.by, **facts)
            for name in instance.new_aliases:
                if not instance.aliases.filter(name=name).exists():
                    actions.add_alias(source=instance, name=name, by=self.by)
        instance.refresh_from_db()

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.by = kwargs["user"]
