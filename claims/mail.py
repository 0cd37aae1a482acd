"""Mail goes out from a worker, so that a mail server that is down keeps nobody waiting and costs no mail."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

FIELDS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")


class QueuedMail(BaseEmailBackend):
    """The default mailer: each message becomes a job, in the transaction of whoever sends it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Enqueue the messages. The mailer "direct" sends them."""
        from claims.tasks import send_mail

        for message in email_messages:
            send_mail.defer(message=to_json(message))
        return len(email_messages)


def to_json(message: EmailMessage) -> dict[str, Any]:
    """A message as a job can hold it. Attachments would fill the table of jobs, so there are none."""
    if message.attachments:
        raise ValueError("mail with attachments is not kept for sending")
    alternatives = getattr(message, "alternatives", [])
    return {
        **{name: getattr(message, name) for name in FIELDS},
        "headers": message.extra_headers,
        "alternatives": [[part.content, part.mimetype] for part in alternatives],
    }


def from_json(values: dict[str, Any]) -> EmailMultiAlternatives:
    """Read what `to_json` made."""
    alternatives = values.pop("alternatives")
    message = EmailMultiAlternatives(**values)
    for content, mimetype in alternatives:
        message.attach_alternative(content, mimetype)
    return message
