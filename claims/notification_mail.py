"""Notifications by e-mail: who is due one now, and what it says. Both are asked at the moment of sending.

What was read meanwhile, was deleted or may not be read (any longer, or yet) is in no mail; a comment that comes to be
readable later is in a later one.
"""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from claims import permissions
from claims.models import Notification, NotificationKind, NotificationMail, User
from claims.models.notification import NotificationQuerySet

MOST_IN_MAIL = 30


def people_due() -> list[User]:
    """Those for whom there is a mail now."""
    waiting = Notification.objects.unread().filter(mailed_at=None).values("user")
    people = User.objects.filter(pk__in=waiting, is_active=True).exclude(notification_mail=NotificationMail.OFF)
    return [person for person in people.exclude(email="").order_by("pk") if is_due(person)]


def is_due(person: User) -> bool:
    """At once: when the oldest has waited for others to come along. Daily: when the hour has come since the oldest."""
    oldest = to_mail(person).aggregate(oldest=Min("created_at"))["oldest"]
    if oldest is None:
        return False
    if person.notification_mail == NotificationMail.DAILY:
        return bool(oldest <= _last_digest())
    return bool(oldest <= timezone.now() - dt.timedelta(seconds=settings.NOTIFICATION_MAIL_SECONDS))


def to_mail(person: User) -> NotificationQuerySet:
    """What somebody has neither read nor been mailed, and may read now."""
    if not person.is_active or not person.email or person.notification_mail == NotificationMail.OFF:
        return Notification.objects.none()
    found = permissions.readable_notifications(person).unread().filter(mailed_at=None)
    return found.select_related("by", "comment", "claim").order_by("created_at", "pk")


def compose(person: User, told: Sequence[Notification]) -> EmailMessage:
    """One mail about all of them; plain text."""
    first = told[0]
    words = Truncator(" ".join(first.claim.text.split())).chars(90)
    subject = f"{first.said}: {words}" if len(told) == 1 else f"{len(told)} notifications from the fact-checking desk"
    context = {
        "person": person,
        "told": told[:MOST_IN_MAIL],
        "more": len(told) - MOST_IN_MAIL,
        "site": settings.SITE_ADDRESS,
        "profile": reverse("profile"),
        "all": reverse("notifications"),
    }
    body = render_to_string("notification_mail.txt", context)
    return EmailMessage(subject, body, to=[person.email], headers={"Auto-Submitted": "auto-generated"})


def without_what_is_over(told: Sequence[Notification]) -> list[Notification]:
    """A claim that is no longer theirs lapses no more."""
    return [n for n in told if n.kind != NotificationKind.LAPSING or n.is_theirs]


def _last_digest() -> dt.datetime:
    """The latest moment at which the daily mails were due, by the clock of the desk."""
    now = timezone.localtime()
    hour = now.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return hour if hour <= now else hour - dt.timedelta(days=1)
