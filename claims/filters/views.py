"""Views of the queue: those that every desk has, and those that people saved, with the number of claims in each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import IntegerField, QuerySet, Subquery

from claims import permissions
from claims.models import Claim, User
from claims.models.claim import ClaimQuerySet
from claims.workflow import State

# Nobody reads further, and counting stops there: what is behind costs nothing.
MOST_COUNTED = 999


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A view that every desk has: the queue's query, and the same claims for counting. One test holds them together."""

    key: str
    name: str
    meaning: str
    query: str
    claims: Callable[[User], ClaimQuerySet]
    # Who works on no claims has none that wait.
    for_reviewers: bool = False


BUILT_IN = (
    BuiltIn(
        "mine",
        "Mine",
        "Open claims that you have taken, or that somebody gave you.",
        "held=me",
        lambda user: Claim.objects.held_for(user).open(),
        for_reviewers=True,
    ),
    BuiltIn(
        "waiting",
        "Waiting for me",
        "What you were given, second reviews that you may write, and disputed claims that you may settle.",
        "waiting=me",
        permissions.claims_waiting_for,
        for_reviewers=True,
    ),
    BuiltIn(
        "disputed",
        "Disputed",
        "Two reviews differ: an editor has the last word.",
        "state=disputed",
        lambda _user: Claim.objects.filter(state=State.DISPUTED),
    ),
    BuiltIn(
        "overdue",
        "Overdue",
        "The due date is over, and they are neither decided nor dismissed.",
        "due=overdue&sort=due",
        lambda _user: Claim.objects.overdue(),
    ),
)


def built_in_for(user: User) -> list[BuiltIn]:
    """The built-in views that make sense to somebody."""
    reviews = permissions.can_take_next(user)
    return [view for view in BUILT_IN if reviews or not view.for_reviewers]


class CountOf(Subquery):
    """The number of a query's rows, as far as anybody counts."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    empty_result_set_value = 0

    def __init__(self, claims: QuerySet[Claim]) -> None:
        super().__init__(claims.order_by().values("pk")[: MOST_COUNTED + 1], output_field=IntegerField())


def count_each(claims: Mapping[str, QuerySet[Claim]], user: User) -> dict[str, int]:
    """The number of claims of each query, all of them by one query, which has a row of the user's to stand on."""
    if not claims:
        return {}
    counts = {f"count_{number}": CountOf(queryset) for number, queryset in enumerate(claims.values())}
    row = User.objects.filter(pk=user.pk).annotate(**counts).values_list(*counts).get()
    return dict(zip(claims, row, strict=True))


def count_built_in(views: Iterable[BuiltIn], user: User) -> dict[str, int]:
    return count_each({view.key: view.claims(user) for view in views}, user)


def in_figures(count: int) -> str:
    """ "12", or "999+" where nobody counted on."""
    return f"{count:,}" if count <= MOST_COUNTED else f"{MOST_COUNTED:,}+"
