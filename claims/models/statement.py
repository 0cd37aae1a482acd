"""Attributions filed for an article version, and under whom."""

from typing import Any, Self

import pgtrigger
from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Greatest, TruncDate
from django.utils import timezone

from claims.fields import FoldedNameField
from claims.models.article import ArticleVersion
from claims.models.base import Versioned, VersionedQuerySet, tracked
from claims.models.extraction import Extraction
from claims.models.review import Review
from claims.models.source import Kind, refresh_kinds_of
from claims.texts import is_redacted
from claims.workflow import NO_LONGER_FOUND, DismissalReason, State


class Form(models.TextChoices):
    DIRECT = "direct", "Direct"
    INDIRECT = "indirect", "Indirect"
    MIXED = "mixed", "Mixed"


class Act(models.TextChoices):
    """What speech does. The values are the verbs."""

    STATE = "state", "States"
    DENY = "deny", "Denies"
    ACCUSE = "accuse", "Accuses"
    PROMISE = "promise", "Promises"
    PREDICT = "predict", "Predicts"
    ASK = "ask", "Asks"
    ORDER = "order", "Orders"
    PRAISE = "praise", "Praises"
    CRITICISE = "criticise", "Criticises"


# What people dismissed, and what they dismissed as not being a statement.
DISMISSED = Q(claim__state=State.DISMISSED) & ~Q(claim__dismissal_note__startswith=NO_LONGER_FOUND)
NOT_A_STATEMENT = DISMISSED & Q(claim__dismissal_reason=DismissalReason.NOT_A_STATEMENT)
EDITED = Q(edited_by__isnull=False)
JUDGEMENTS = {
    "looked_at": Count("pk"),
    "kept": Count("pk", filter=~NOT_A_STATEMENT & ~EDITED),
    "corrected": Count("pk", filter=~NOT_A_STATEMENT & EDITED),
    "dismissed": Count("pk", filter=NOT_A_STATEMENT),
}


class FoldedWords(models.Func):
    """The words of a text's spans in lower case, with single spaces and straight apostrophes."""

    template = r"""(
        SELECT lower(regexp_replace(translate(
            string_agg(substr(t.text, (span->>0)::int + 1, (span->>1)::int - (span->>0)::int), ' ' ORDER BY number),
        '’', ''''), '\s+', ' ', 'g'))
        FROM (SELECT %(expressions)s) AS t(text, spans), jsonb_array_elements(t.spans) WITH ORDINALITY AS s(span, number)
    )"""
    output_field = models.TextField()


class StatementQuerySet(VersionedQuerySet["Statement"]):
    def with_sources(self) -> Self:
        """The sources of each statement in `statement.filed_under`, in two queries for all."""
        links = StatementSource.objects.select_related("source").order_by("position", "pk")
        return self.prefetch_related(Prefetch("statement_sources", links, to_attr="filed_under"))

    def with_texts(self) -> Self:
        """Article, outlet and text; statements of one article share one copy of its text."""
        versions: models.QuerySet[ArticleVersion] = ArticleVersion.objects.select_related("article__outlet")
        return self.prefetch_related(Prefetch("article_version", versions))

    def in_text_order(self) -> Self:
        return self.order_by("start", "pk")

    def newest_first(self) -> Self:
        """By the time the article was published, or was added where that is not known."""
        return self.order_by("-reported_at", "-pk")

    def of_source(self, *sources: Any) -> Self:
        """Statements filed under one of these sources."""
        return self.filter(Exists(_links(source__in=sources)))

    def unresolved(self) -> Self:
        """With a name, but under no source, and nobody has decided that this is right."""
        return self.filter(~Q(speaker_folded=""), ~Exists(_links()), sources_set_by=None)

    def unresolved_names(self) -> models.QuerySet["Statement", Any]:
        """The librarian's list: `speaker_folded`, `speaker_kind`, `name`, `count`; often first."""
        return (
            self.unresolved()
            .order_by()
            .values("speaker_folded", "speaker_kind")
            .annotate(name=models.Min("speaker"), count=Count("pk"))
            .order_by("-count", "speaker_folded", "speaker_kind")
        )

    def corrected(self) -> Self:
        """Corrected or added by people, or dismissed by them as no statement; when that was last, in `corrected_at`."""
        edited = Case(When(EDITED, then="updated_at"))
        dismissed = Case(When(NOT_A_STATEMENT, then="claim__updated_at"))
        return self.filter(EDITED | NOT_A_STATEMENT).annotate(corrected_at=Greatest(edited, dismissed))

    def that_stand(self) -> Self:
        """Without those that were dismissed as no statement, whoever did that."""
        return self.exclude(claim__state=State.DISMISSED, claim__dismissal_reason=DismissalReason.NOT_A_STATEMENT)

    def looked_at(self) -> Self:
        """What the extractor found and people have judged: corrected its words, decided or dismissed its claim."""
        reviewed = Exists(Review.objects.submitted().filter(claim=OuterRef("claim")))
        return self.filter(EDITED | DISMISSED | reviewed, extraction__isnull=False)

    def judgements(self) -> dict[str, int]:
        """How many were looked at and what became of them, by the names of `JUDGEMENTS`."""
        return self.looked_at().aggregate(**JUDGEMENTS)

    def judgements_by_outlet(self) -> models.QuerySet["Statement", Any]:
        """Rows of `name` (None: no outlet) with the counts of `JUDGEMENTS`; often first."""
        outlet = F("article_version__article__outlet")
        rows = self.looked_at().order_by().values(outlet=outlet, name=F("article_version__article__outlet__name"))
        return rows.annotate(**JUDGEMENTS).order_by(F("looked_at").desc(), "name", "outlet")

    def judgements_by_cue(self) -> models.QuerySet["Statement", Any]:
        """The same by cue: `name` is the one that the extractor found, folded, whatever people made of it since."""
        rows = self.looked_at().with_found_cue().order_by().values(name=F("found_cue"))
        return rows.annotate(**JUDGEMENTS).order_by(F("looked_at").desc(), "name")

    def with_found_cue(self) -> Self:
        """Annotate `found_cue`: the folded words of the cue as the extractor found it."""
        cue = models.Func(
            *(F("extraction__output"), F("position"), Value("cue")), template="(%(expressions)s)", arg_joiner=" -> "
        )
        return self.annotate(found_cue=FoldedWords(F("article_version__text"), cue))

    def with_traces_of_people(self) -> Self:
        """Annotate `claim_judged` (reviewed, even in a draft, or dismissed) and `claim_changed` (in any other way)."""
        events: Any = apps.get_model("claims", "ClaimEvent")
        by_people = events.objects.filter(
            pgh_obj=OuterRef("claim"), pgh_label="update", pgh_context__metadata__has_key="user"
        )
        for action in ("file_extraction", "file_reextraction"):  # these are the machine's, whoever asked for them
            by_people = by_people.exclude(pgh_context__metadata__contains={"action": action})
        judged = DISMISSED | Q(Exists(Review.objects.filter(claim=OuterRef("claim"))))
        return self.annotate(
            claim_judged=models.ExpressionWrapper(judged, models.BooleanField()), claim_changed=Exists(by_people)
        )

    def left_behind(self) -> Self:
        """Those that a newer extraction did not find again, and whose words and sources nobody has set."""
        newer = Extraction.objects.filter(article_version=OuterRef("article_version"), pk__gt=OuterRef("extraction"))
        return self.filter(Exists(newer), edited_by=None, sources_set_by=None)

    def per_day(self) -> models.QuerySet["Statement", Any]:
        """`day` in the desk's time zone, `count`, and `articles`: in how many of them; oldest first."""
        days = self.order_by().values(day=TruncDate("reported_at"))
        return days.annotate(count=Count("pk"), articles=Count("article_version__article", distinct=True)).order_by(
            "day"
        )


def _links(**conditions: Any) -> "models.QuerySet[StatementSource]":
    return StatementSource.objects.filter(statement=OuterRef("pk"), **conditions)


@tracked(exclude=["start", "content_hash"])
class Statement(Versioned):
    """What an article reports somebody as saying, with its exact place in the text."""

    article_version = models.ForeignKey("claims.ArticleVersion", on_delete=models.PROTECT, related_name="statements")
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="statements", db_index=False)
    # Both null when a person added the statement.
    extraction = models.ForeignKey(
        "claims.Extraction",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
    )
    position = models.PositiveIntegerField(null=True, blank=True)
    # {"source": [[start, end], ...], "cue": [...], "content": [...]}: code points into the text.
    spans = models.JSONField()
    # `claims.wording.content_hash`: finds the same words in another article.
    content_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    form = models.CharField(max_length=8, choices=Form)
    speech = models.BooleanField(default=True)
    # Blank: a thought, or not known.
    act = models.CharField(max_length=9, choices=Act, blank=True)
    # Reported not to have come: "declined to say".
    negated = models.BooleanField(default=False)
    check_worthiness = models.FloatField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="nested")
    # The name and kind that the source span resolves to inside its article.
    speaker = models.CharField(max_length=300, blank=True)
    speaker_folded = FoldedNameField(of="speaker", db_index=True, blank=True)
    speaker_kind = models.CharField(max_length=12, choices=Kind, default=Kind.UNKNOWN)
    # Office or affiliation as the article gives it: "US Secretary of State".
    speaker_role = models.CharField(max_length=300, blank=True)
    # When the article was published (or added): copied, so that a source's page needs no joins.
    reported_at = models.DateTimeField(default=timezone.now)
    # Set as soon as a person corrects spans, form or speaker; filing leaves the row alone then.
    edited_by = models.ForeignKey("claims.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Set as soon as a person chooses the sources, even none; filing leaves them alone then.
    sources_set_by = models.ForeignKey("claims.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sources = models.ManyToManyField("claims.Source", through="claims.StatementSource", related_name="statements")
    start = models.GeneratedField(
        expression=Cast(
            KeyTransform("0", KeyTransform("0", KeyTransform("content", "spans"))),
            models.IntegerField(),
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    filed_under: "list[StatementSource]"  # prefetched by `with_sources`
    claim_judged: bool  # both annotated by `with_traces_of_people`
    claim_changed: bool
    outer: "list[Statement]"  # these two are set by `claims.chains`
    inner: "list[Statement]"

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["extraction", "position"], name="statement_attribution_once"),
            models.CheckConstraint(
                condition=Q(extraction=None, position=None, edited_by__isnull=False)
                | Q(extraction__isnull=False, position__isnull=False),
                name="statement_of_extraction_or_person",
            ),
            models.CheckConstraint(condition=Q(spans__content__0__isnull=False), name="statement_has_content"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="statement_form"),
            models.CheckConstraint(condition=Q(speaker_kind__in=Kind.values), name="statement_speaker_kind"),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__range=(0, 1)),
                name="statement_confidence",
            ),
            models.CheckConstraint(condition=Q(act__in=["", *Act.values]), name="statement_act"),
            models.CheckConstraint(condition=Q(speech=True) | Q(act=""), name="statement_thoughts_do_nothing"),
            models.CheckConstraint(
                condition=Q(check_worthiness=None) | Q(check_worthiness__range=(0, 1)),
                name="statement_check_worthiness",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("pk")), name="statement_not_its_own_parent"),
        ]
        indexes = [
            models.Index(fields=["article_version", "start"], name="statement_in_text_order"),
            # Finds the first appearance of a claim by itself; the foreign key needs no other index.
            models.Index(fields=["claim", "reported_at", "id"], name="statement_first_of_claim"),
            models.Index(fields=["-reported_at", "-id"], name="statement_newest_first"),
            # Counts the unresolved names beside the index of the links, without reading statements.
            models.Index(
                fields=["id"],
                include=["speaker_folded", "speaker_kind"],
                condition=~Q(speaker_folded="") & Q(sources_set_by=None),
                name="statement_maybe_unresolved",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="take_links_along",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim"),
                func="""
                    UPDATE claims_statementsource SET claim_id = NEW.claim_id WHERE statement_id = NEW.id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker or 'Somebody'}, statement {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        names = kwargs.get("update_fields")
        if names is not None and "speaker" in names:
            kwargs["update_fields"] = {*names, "speaker_folded"}
        super().save(*args, **kwargs)

    def spans_of(self, role: str) -> list[tuple[int, int]]:
        """The spans of one role, in text order."""
        return [(start, end) for start, end in self.spans.get(role, [])]

    def words_of(self, role: str) -> list[str]:
        """The words of one role as they stand in the article, a string a span."""
        text = self.article_version.text
        return [text[start:end] for start, end in self.spans_of(role)]

    @property
    def content(self) -> str:
        """What was said, as reported; the parts around a cue joined by an ellipsis. Of what was redacted, the notice."""
        if is_redacted(self.article_version.text):
            return self.claim.text
        return " … ".join(self.words_of("content"))

    @property
    def cue(self) -> str:
        return " ".join(self.words_of("cue"))

    @property
    def source_words(self) -> str:
        """Whom the article names, in its own words ("the activists")."""
        return ", ".join(self.words_of("source"))

    @property
    def who(self) -> str:
        """Whom it is filed under, else the name or the words of the article; to be fetched `with_sources`."""
        return ", ".join(link.source.name for link in self.filed_under) or self.speaker or self.source_words


@tracked(exclude=["claim"])
class StatementSource(models.Model):
    """A statement has 0 to n sources: "Clinton and Lavrov said" has two, a passive none."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="statement_sources")
    source = models.ForeignKey(
        "claims.Source", on_delete=models.PROTECT, related_name="statement_sources", db_index=False
    )
    # The statement's, copied by the database whoever writes: finds a source's claims without reading its statements.
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="+", editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    # Null: filed by the machine.
    set_by = models.ForeignKey("claims.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "source"], name="statement_source_once"),
        ]
        indexes = [
            models.Index(fields=["source", "claim"], name="statement_source_claims"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="copy_claim",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    -- Locked, lest the statement is moved to another claim meanwhile.
                    SELECT claim_id INTO NEW.claim_id FROM claims_statement WHERE id = NEW.statement_id FOR SHARE;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="refresh_kinds",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.Update,
                func=refresh_kinds_of("OLD.claim_id, NEW.claim_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.statement_id} under source {self.source_id}"
