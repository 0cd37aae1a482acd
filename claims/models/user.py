"""The people of the desk."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from claims.models.base import tracked


class Theme(models.TextChoices):
    AUTO = "auto", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class NotificationMail(models.TextChoices):
    """When somebody is told by e-mail of what concerns them."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    OFF = "off", "Never"


# How somebody wants to be told is their own affair, as what they have read is.
@tracked(exclude=["password", "last_login", "notification_mail"])
class User(AbstractUser):
    keyboard_shortcuts = models.BooleanField(default=True)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    # A colleague who calls somebody by name waits for them.
    notification_mail = models.CharField(
        max_length=7, choices=NotificationMail, default=NotificationMail.AT_ONCE, verbose_name="notifications by e-mail"
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme"),
            models.CheckConstraint(
                condition=models.Q(notification_mail__in=NotificationMail.values), name="user_notification_mail"
            ),
        ]

    @property
    def display_name(self) -> str:
        """The full name where one was given, else the name to sign in with."""
        return self.get_full_name() or self.username

    def __str__(self) -> str:
        return self.display_name
