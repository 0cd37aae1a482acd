"""Background jobs of procrastinate: thin calls of what does the work. Queue `nlp` reads articles, `ingest` the rest."""

import contextlib
import logging
from typing import Any

import pghistory
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status

from claims import mail, nlp, notification_mail
from claims.actions.filing import file_extraction, known_extraction
from claims.actions.holding import notify_of_lapsing_holds
from claims.models import Article, ArticleVersion, ExtractionState, Intake, IntakeState, Notification, User

logger = logging.getLogger(__name__)

# Reading articles, and all the rest; neither may hold up the other. `manage.py work` takes one of them.
QUEUES = ("ingest", "nlp")

# A text that kills its worker must not do so for ever.
MOST_ATTEMPTS = 3
# Workers report every ten seconds.
STALLED_SECONDS = 30
KEEP_JOBS_HOURS = 7 * 24

AGAIN = RetryStrategy(
    max_attempts=MOST_ATTEMPTS - 1, exponential_wait=5, retry_exceptions=[OperationalError, InterfaceError]
)
# For about five hours. What SMTP refuses is an OSError, too.
MAIL_AGAIN = RetryStrategy(max_attempts=6, exponential_wait=5, retry_exceptions=[OSError])

NOT_READ = "The page could not be read. The worker's log says why."
STOPPED_READING = "Reading this address was interrupted several times."
STOPPED = "Its worker was stopped several times while it read the article. Perhaps the machine is short of memory."


@app.task(
    queue="nlp",
    pass_context=True,
    retry=AGAIN,
)
def extract_article(context: JobContext, *, version_id: int, asked_by: int | None = None) -> None:
    """Find the attributed statements of an article's text and file them; the article says how far this has come."""
    version = ArticleVersion.objects.select_related("article").get(pk=version_id)
    by = User.objects.filter(pk=asked_by).first() if asked_by else None
    with pghistory.context(task="extract_article", job=context.job.id, **({"user": by.pk} if by else {})):
        _set_state(version, ExtractionState.RUNNING)
        try:
            started_at = timezone.now()
            extraction = known_extraction(version) or nlp.extract(version.text)
            file_extraction(version=version, extraction=extraction, started_at=started_at, by=by)
        except Exception as error:
            again = _will_run_again(context, error)
            state = ExtractionState.WAITING if again else ExtractionState.FAILED
            _set_state(version, state, "" if again else _in_words(error))
            raise
        _set_state(version, ExtractionState.DONE)


@app.task(queue="ingest", pass_context=True, retry=AGAIN)
def read_address(context: JobContext, *, intake_id: int) -> None:
    """Fetch an address and read what is there; the intake says how far this has come."""
    # Loaded when it is needed: every process of the site imports this module at its start.
    from claims import ingest
    from claims.actions.intakes import finish_intake

    intake = Intake.objects.select_related("by").filter(pk=intake_id).first()
    if intake is None or intake.state == IntakeState.DONE:  # discarded, or read before
        return
    row = Intake.objects.filter(pk=intake_id)
    with pghistory.context(task="read_address", job=context.job.id, user=intake.by_id):
        row.update(state=IntakeState.RUNNING)
        try:
            fetched = ingest.fetch(intake.address)
            reading = ingest.read_in_child(fetched.data, media_type=fetched.media_type, address=fetched.address)
            finish_intake(intake=intake, fetched=fetched, reading=reading, by=intake.by)
        except Exception as error:
            if _will_run_again(context, error):
                row.update(state=IntakeState.WAITING)
                raise
            refused = isinstance(error, ingest.IngestError)
            row.update(state=IntakeState.FAILED, failure=str(error) if refused else NOT_READ)
            if not refused:  # a page that is not there is no fault of the worker's
                raise


@app.task(queue="ingest", pass_context=True, retry=MAIL_AGAIN)
def send_mail(context: JobContext, *, message: dict[str, Any] | None = None) -> None:
    """Send a mail. Once it is out the job forgets it, for two reasons: mails hold links that let people in, and a
    worker that is killed right after would make it go out twice."""
    if message is None:
        return
    try:
        mail.from_json(message).send(using="direct")
    except OSError as error:
        if _will_run_again(context, error):
            logger.warning("The mail of job %s could not be sent and is tried again: %s", context.job.id, error)
            raise
        # A job that fails is logged with what it was given, the links included.
        logger.exception("The mail of job %s could not be sent for hours and is given up", context.job.id)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET args = args - 'message' WHERE id = %s", [context.job.id])


@app.task(queue="ingest", pass_context=True, retry=MAIL_AGAIN)
def mail_notifications(context: JobContext, *, user_id: int) -> None:
    """Tell somebody by e-mail what concerns them. It is written now, not when it was asked for: what they may no longer
    read is not in it, and what was mailed already is not there any more."""
    person = User.objects.filter(pk=user_id).first()
    told = list(notification_mail.to_mail(person)) if person else []
    current = notification_mail.without_what_is_over(told)
    try:
        if person and current:
            notification_mail.compose(person, current).send(using="direct")
    except OSError as error:
        if _will_run_again(context, error):
            logger.warning("The notifications of job %s could not be mailed yet: %s", context.job.id, error)
            raise
        logger.exception(
            "The notifications of job %s could not be mailed for hours; they stand in the site", context.job.id
        )
    Notification.objects.filter(pk__in=[row.pk for row in told]).update(mailed_at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="ingest", queueing_lock="mail_what_is_due")
def mail_what_is_due(timestamp: int) -> None:  # noqa: ARG001  # procrastinate's signature
    """Warn whose holds lapse, and have everybody mailed whose time has come: at once or daily, as they like it."""
    notify_of_lapsing_holds()
    for person in notification_mail.people_due():
        # One job a person waits, also for its next attempt; and never do two of one person's run at the same time.
        job = mail_notifications.configure(queueing_lock=f"mail {person.pk}", lock=f"mail {person.pk}")
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(user_id=person.pk)


@app.periodic(cron="* * * * *")
@app.task(queue="ingest", queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # procrastinate's signature
    """Take up jobs whose worker was killed in the middle; give up those that were too often."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        if job.attempts + 1 < MOST_ATTEMPTS:
            logger.warning("Job %s was left unfinished by its worker and is taken up again", job.call_string)
            await _let_wait(job)  # first: the next worker may be quick
            await manager.retry_job(job)
        else:
            logger.error("Job %s was left unfinished by its worker too often and is given up", job.call_string)
            await manager.finish_job(job, Status.FAILED, delete_job=False)
            await _give_up(job)


@app.periodic(cron="17 4 * * *")
@app.task(queue="ingest", queueing_lock="remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # procrastinate's signature
    """Keep the table of jobs small; failed ones are kept for whoever looks after the installation."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)


@app.periodic(cron="47 4 * * *")
@app.task(queue="ingest", queueing_lock="discard_old_intakes")
def discard_old_intakes(timestamp: int) -> None:  # noqa: ARG001  # procrastinate's signature
    """Files and addresses that nobody made an article of do not fill the database."""
    from claims.actions import intakes

    with pghistory.context(task="discard_old_intakes"):
        intakes.discard_old_intakes()


async def _let_wait(job: Job) -> None:
    """Nobody works on it until the next worker takes it up, and its page says so."""
    if job.task_name == extract_article.name:
        articles = Article.objects.filter(versions__pk=str(job.task_kwargs["version_id"]))
        await articles.filter(extraction_state=ExtractionState.RUNNING).aupdate(
            extraction_state=ExtractionState.WAITING
        )
    elif job.task_name == read_address.name:
        intakes = Intake.objects.filter(pk=str(job.task_kwargs["intake_id"]), state=IntakeState.RUNNING)
        await intakes.aupdate(state=IntakeState.WAITING)


async def _give_up(job: Job) -> None:
    if job.task_name == extract_article.name:
        articles = Article.objects.filter(versions__pk=str(job.task_kwargs["version_id"]))
        await articles.aupdate(extraction_state=ExtractionState.FAILED, extraction_failure=STOPPED)
    elif job.task_name == read_address.name:
        intakes = Intake.objects.filter(pk=str(job.task_kwargs["intake_id"])).exclude(state=IntakeState.DONE)
        await intakes.aupdate(state=IntakeState.FAILED, failure=STOPPED_READING)


def _will_run_again(context: JobContext, error: Exception) -> bool:
    return context.task.get_retry_exception(error, context.job) is not None


def _set_state(version: ArticleVersion, state: ExtractionState, failure: str = "") -> None:
    Article.objects.filter(pk=version.article_id).update(extraction_state=state, extraction_failure=failure)


def _in_words(error: Exception) -> str:
    """A failure as people can read it; the traceback is in the worker's log."""
    if isinstance(error, nlp.ExtractionError):
        return str(error)
    if isinstance(error, MemoryError):
        return "The worker ran out of memory."
    return f"The extractor failed: {str(error).strip() or type(error).__name__}"
