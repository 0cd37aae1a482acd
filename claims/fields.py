"""Model fields of our own."""

from typing import Any

from django.db import models

from claims.names import fold


class FoldedNameField(models.CharField):  # type: ignore[type-arg]  # not generic at run time
    """The folded form of another field, filled at every save and `bulk_create`.

    `save(update_fields=...)` has to name it beside the field it folds, `update()` has to set it.
    """

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002 (Django calls it so)
        folded = fold(getattr(model_instance, self.of))[: self.max_length]
        setattr(model_instance, self.attname, folded)
        return folded
