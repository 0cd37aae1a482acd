"""In words: what a statement does, how well it is worth checking, until when its claim is due, and why that stands where
it stands in the queue."""

from django.utils import timezone
from django.utils.formats import date_format

from claims.models import Act, Claim, Statement
from claims.workflow import UNDECIDED_STATES

# So many days can be counted at a glance; after them, the day itself says more.
SOON = 7
WORTH = ((0.7, "Well worth checking"), (0.4, "Worth checking"), (0, "Hardly worth checking"))


def doing(said: Claim | Statement) -> str:
    """What the speech does ("Denies"); a thought does nothing, and of older statements it is not known."""
    if not said.negated:
        return said.get_act_display()
    if not said.speech:
        return "Does not think so"
    return f"Does not {said.act if said.act not in ('', Act.STATE) else 'say'}"


def worth(check_worthiness: float | None) -> str:
    """How well it is worth checking; nothing where nobody looked."""
    if check_worthiness is None:
        return ""
    return next(words for limit, words in WORTH if check_worthiness >= limit)


def due(claim: Claim) -> str:
    """Until when it is to be decided, as one says it; of a claim that is decided or dismissed, what was asked for."""
    if claim.due_on is None:
        return ""
    today = timezone.localdate()
    day = date_format(claim.due_on, "j M" if claim.due_on.year == today.year else "j M Y")
    if claim.state not in UNDECIDED_STATES:
        return f"Was due {day}"
    days = (claim.due_on - today).days
    if days < 0:
        return f"{-days:,} day{'' if days == -1 else 's'} overdue"
    soon = {0: "today", 1: "tomorrow"}
    return f"Due {soon.get(days) or (f'in {days} days' if days <= SOON else day)}"


def why_here(claim: Claim) -> list[str]:
    """Sentences that say what gives a claim its place in the queue's own order."""
    why = f"{_worth_in_figures(claim)} and {_sureness_in_figures(claim)}"
    days = (claim.pressing_at - claim.reported_at).total_seconds() / 86_400
    counts_as = date_format(timezone.localtime(claim.pressing_at), "j M Y, H:i")
    reported = date_format(timezone.localtime(claim.reported_at), "j M Y, H:i")
    return [
        "Speech: before all thoughts." if claim.speech else "A thought: after all speech.",
        f"Priority {claim.priority}: higher ones come first." if claim.priority else "No special priority.",
        f"Reported {reported}.",
        f"{why} add {days:.1f} of at most 7 days: it counts as of {counts_as}.",
    ]


def _worth_in_figures(claim: Claim) -> str:
    known = claim.check_worthiness
    return "Check-worthiness (not known: as 50%)" if known is None else f"Check-worthiness ({known:.0%})"


def _sureness_in_figures(claim: Claim) -> str:
    known = claim.confidence
    return "confidence (added by hand: 100%)" if known is None else f"confidence ({known:.0%})"
