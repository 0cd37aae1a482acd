"""Who publishes articles."""

from django.db import models
from django.db.models.functions import Lower

from claims.fields import FoldedNameField
from claims.models.base import tracked


@tracked()
class Outlet(models.Model):
    name = models.CharField(max_length=300)
    sort_name = FoldedNameField(of="name", db_index=True)
    domain = models.CharField(max_length=253, null=True, blank=True)  # noqa: DJ001 (unique where given)
    home_page = models.URLField(max_length=2000, blank=True)

    class Meta:
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("domain"), name="outlet_domain_once"),
            models.CheckConstraint(condition=~models.Q(domain=""), name="outlet_domain_not_empty"),
            models.CheckConstraint(condition=~models.Q(name=""), name="outlet_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.domain = (self.domain or "").strip().lower() or None
