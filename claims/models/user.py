"""The people of the desk."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from claims.models.base import tracked


class Theme(models.TextChoices):
    AUTO = "auto", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


@tracked(exclude=["password", "last_login"])
class User(AbstractUser):
    keyboard_shortcuts = models.BooleanField(default=True)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme"),
        ]

    @property
    def display_name(self) -> str:
        """The full name where one was given, else the name to sign in with."""
        return self.get_full_name() or self.username

    def __str__(self) -> str:
        return self.display_name
