"""Mail is a job first, and goes out from a worker."""

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.integration.test_tasks import work

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _queued(settings: object) -> None:
    """As in the settings; test runs replace all mailers."""
    settings.MAILERS = {"default": {"BACKEND": "claims.mail.QueuedMail"}, "direct": {"BACKEND": LOCMEM}}  # type: ignore[attr-defined]


def test_a_mail_goes_out_from_the_worker_as_it_was_written_and_is_forgotten() -> None:
    message = EmailMultiAlternatives(
        "Your key", "Here: /key/1", "desk@desk.example", ["ana@desk.example"], bcc=["log@desk.example"]
    )
    message.attach_alternative("<p>Here</p>", "text/html")
    message.extra_headers["X-Desk"] = "1"
    message.send()
    assert mail.outbox == []
    work("ingest")
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.subject, sent.body, sent.from_email) == ("Your key", "Here: /key/1", "desk@desk.example")
    assert (sent.to, sent.bcc, sent.extra_headers) == (["ana@desk.example"], ["log@desk.example"], {"X-Desk": "1"})
    assert [tuple(part) for part in sent.alternatives] == [("<p>Here</p>", "text/html")]
    job = ProcrastinateJob.objects.get(task_name="claims.tasks.send_mail")
    assert (job.status, job.args) == ("succeeded", {}), "it held what lets people in"


def test_a_job_that_was_killed_after_its_mail_had_gone_out_does_not_send_it_again() -> None:
    from claims.tasks import send_mail

    send_mail.defer()
    work("ingest")
    assert mail.outbox == []


def test_attachments_are_refused() -> None:
    message = EmailMessage("Report", "Here", to=["ana@desk.example"])
    message.attach("report.csv", "a,b", "text/csv")
    with pytest.raises(ValueError, match="attachments"):
        message.send()
