"""How states, ratings, kinds and times look wherever they stand."""

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_mini

from claims import standing
from claims.filters.views import in_figures
from claims.models import Act, Article, Claim, Intake, IntakeState, Kind, Rating, Statement
from claims.workflow import State

register = template.Library()
register.filter(in_figures)
register.filter(standing.due)
register.filter(standing.worth)
register.filter(standing.why_here)

KIND_ICONS = {
    Kind.PERSON: "user",
    Kind.ORGANIZATION: "building-office-2",
    Kind.COUNTRY: "flag",
    Kind.GROUP: "user-group",
    Kind.DOCUMENT: "document-text",
    Kind.UNKNOWN: "question-mark-circle",
}


@register.simple_tag
def state_badge(claim: Claim) -> SafeString:
    """Where a claim stands."""
    return _badge(claim.state, claim.get_state_display())


@register.simple_tag
def extraction_badge(article: Article) -> SafeString:
    """How far the worker has come with an article."""
    return _badge(article.extraction_state, article.get_extraction_state_display())


@register.simple_tag
def intake_badge(intake: Intake) -> SafeString:
    """How far the reading of an address or file has come that is not saved yet."""
    return _badge(intake.state, "To be saved" if intake.state == IntakeState.DONE else intake.get_state_display())


def _badge(state: str, words: str) -> SafeString:
    return format_html('<span class="badge" data-state="{}">{}</span>', state, words)


@register.simple_tag
def rating_badge(rating: Rating | None, size: str = "") -> SafeString:
    """A verification status, or that there is none; `size` may be "large"."""
    if rating is None:
        return mark_safe('<span class="rating rating-none">Not rated</span>')
    return format_html(
        '<span class="rating{}" data-colour="{}" title="{}">{}</span>',
        f" rating-{size}" if size else "",
        rating.colour,
        rating.meaning,
        rating.label,
    )


@register.simple_tag
def outcome_badge(claim: Claim) -> SafeString:
    """How true a claim was found to be, or where it stands: one that was dismissed later keeps its review unseen."""
    review = claim.decided_review
    return rating_badge(review.rating) if review and claim.state == State.DECIDED else state_badge(claim)


@register.simple_tag
def kind_icon(kind: str) -> str:
    """The picture of a kind of source; decoration beside its name."""
    attributes: dict[str, Any] = {"class": "icon", "aria_hidden": "true"}
    return heroicon_mini(KIND_ICONS[Kind(kind)], **attributes)


@register.simple_tag
def kind_chip(kind: str) -> SafeString:
    """A kind of source with its picture."""
    return format_html('<span class="chip" data-kind="{}">{}{}</span>', kind, kind_icon(kind), Kind(kind).label)


@register.simple_tag
def doing_chip(said: Claim | Statement) -> SafeString | str:
    """What the speech does; nothing where it merely states something, as most does."""
    words = standing.doing(said)
    return format_html('<span class="chip">{}</span>', words) if words not in ("", Act.STATE.label) else ""


@register.filter
def when(moment: dt.datetime | None) -> SafeString:
    """A time as short as it can be: the hour today, the day this year, else the date; in full on hover."""
    if moment is None:
        return mark_safe('<span class="muted">no date</span>')
    local, now = timezone.localtime(moment), timezone.localtime()
    if local.date() == now.date():
        short = date_format(local, "H:i")
    elif local.hour == local.minute == 0:  # a date without a time is stored as midnight
        short = date_format(local, "j M" if local.year == now.year else "j M Y")
    else:
        short = date_format(local, "j M, H:i" if local.year == now.year else "j M Y")
    full = date_format(local, "l, j F Y, H:i T")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, short)
