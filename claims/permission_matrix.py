"""Who may do what, asked of the rules themselves: a page that people read, and rows that tests send requests for.

Every `check_x` of `claims/permissions/` is asked for every kind of person about every kind of object that its
arguments can be. The objects are made in memory; no database is needed.
"""

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from claims import desk, permissions, roles
from claims.models import (
    Article,
    ArticleVersion,
    BulkChange,
    Claim,
    Comment,
    DeskSettings,
    Review,
    ReviewsNeeded,
    ReviewState,
    SavedView,
    Statement,
    User,
)
from claims.models.bulk import UNDO_WITHIN
from claims.roles import ADMIN_PERMISSIONS, INCLUDES, Role
from claims.texts import BLOCK
from claims.workflow import REVIEWED_STATES, Move, State

HEAD = """\
# Who may do what

Drawn by `manage.py draw_permissions`, which asks every rule of `claims/permissions/` for every role: change the rules,
then draw again. `make check` fails when the two differ, and `tests/integration/test_permission_matrix.py` sends a request
for every row. What is not said of a case makes no difference to it. Who asks is "oneself": who wrote the claim's
submitted review, this review, comment or view, has taken the claim, or made the change.
"""
ADMIN_HEAD = """\
## In the admin

What `manage.py setup` gives to a role when it makes it (`claims/roles.py`); a superuser may do all of it. Whatever is
given, the admin never writes articles, statements, claims, reviews or citations.
"""

ONESELF, SOMEBODY, NOBODY = "oneself", "somebody else", "nobody"
# Where a claim can stand: its states, and dismissed after it was decided.
DISMISSED_LATER = "Dismissed after the decision"
STANDINGS = {state.label: state for state in State} | {DISMISSED_LATER: State.DISMISSED}
# What can become of undoing a change of many claims.
SOON, LATE, UNDONE = "within ten minutes", "later", "when it was undone"
# Whether who wrote a comment could know a review of its claim.
COULD_KNOW, COULD_NOT_KNOW = "could know a review", "could not"
THERE, DELETED = "there", "deleted"
SHARED, KEPT = "shared with the desk", "kept to its owner"
type Case = dict[str, str]
type Maker = Callable[[User, User], Iterable[tuple[Case, object]]]


# --- People -----------------------------------------------------------------------------------------------


def people() -> dict[str, object]:
    """One of each kind; all of them have the same id, so that what is `oneself`'s is theirs."""
    return {
        "not signed in": AnonymousUser(),
        "no role": _person(frozenset()),
        **{role.label.lower(): _person(INCLUDES[role]) for role in Role},
        "superuser": _person(frozenset(), is_superuser=True),
        "switched off": _person(frozenset(), is_superuser=True, is_active=False),
    }


def _person(given: frozenset[Role], **fields: bool) -> User:
    """Somebody of whom nothing has to be asked of the database: roles, and the desk's settings."""
    person = User(pk=1, username="person", **fields)
    person.__dict__.update({roles.CACHE: given, desk.CACHE: DeskSettings(reviews_needed=ReviewsNeeded.ONE)})
    return person


# --- What rules are asked about ---------------------------------------------------------------------------


def _authors(me: User, other: User) -> list[tuple[str, User]]:
    return [(ONESELF, me), (SOMEBODY, other)]


def _claims(me: User, other: User) -> Iterator[tuple[Case, Claim]]:
    """In every state, the submitted review by this person or another, taken by either or nobody."""
    reviewers, holders = _authors(me, other), [(NOBODY, None), *_authors(me, other)]
    for standing, needed, (whose, author), (holder, held_by) in itertools.product(
        STANDINGS, ReviewsNeeded, reviewers, holders
    ):
        claim = _claim(standing, needed, author)
        if held_by:
            claim.held_by, claim.held_since = held_by, timezone.now()
            claim.held_until = timezone.now() + timedelta(hours=1)
        yield {"claim": standing, "needs": needed.label, "reviewed by": whose, "taken by": holder}, claim


def _claim(standing: str, needed: ReviewsNeeded, author: User) -> Claim:
    """Its submitted review is the author's; where the state is about two reviews, it needs two whatever is asked."""
    state = STANDINGS[standing]
    about_two = state in (State.AWAITING_SECOND, State.DISPUTED)
    claim = Claim(pk=1, text="So.", state=state, reviews_needed=ReviewsNeeded.TWO if about_two else needed)
    review = Review(pk=1, claim=claim, reviewer=author, state=ReviewState.SUBMITTED)
    reviewed = state in REVIEWED_STATES or standing == DISMISSED_LATER
    claim.__dict__["_prefetched_objects_cache"] = {"reviews": [review] if reviewed else []}
    if state == State.DECIDED or standing == DISMISSED_LATER:
        claim.decided_review = review
    return claim


def _versions(_me: User, _other: User) -> Iterator[tuple[Case, ArticleVersion]]:
    yield {"text": "as it was"}, ArticleVersion(pk=1, text="The dam holds.")
    yield {"text": "redacted"}, ArticleVersion(pk=1, text=BLOCK * 14)


def _statements(me: User, other: User) -> Iterator[tuple[Case, Statement]]:
    for (case, claim), (text, version) in itertools.product(_claims(me, other), _versions(me, other)):
        yield case | text, Statement(pk=1, claim=claim, article_version=version)


def _reviews(me: User, other: User) -> Iterator[tuple[Case, Review]]:
    """In every state, of a claim in every state; what else was submitted of it is a third person's."""
    third = User(pk=3, username="third")
    for state, (whose, author), standing, needed in itertools.product(
        ReviewState, _authors(me, other), STANDINGS, ReviewsNeeded
    ):
        review = Review(pk=2, claim=_claim(standing, needed, third), reviewer=author, state=state)
        yield {"review": state.label, "review by": whose, "claim": standing, "needs": needed.label}, review


def _comments(me: User, other: User) -> Iterator[tuple[Case, Comment]]:
    """There or deleted, on a claim in every state, whose submitted review is a third person's."""
    third = User(pk=3, username="third")
    for comment, (whose, author), knowledge, standing, needed in itertools.product(
        (THERE, DELETED), _authors(me, other), (COULD_NOT_KNOW, COULD_KNOW), STANDINGS, ReviewsNeeded
    ):
        made = Comment(pk=1, claim=_claim(standing, needed, third), author=author, informed=knowledge == COULD_KNOW)
        made.deleted_at = timezone.now() if comment == DELETED else None
        case = {"comment": comment, "comment by": whose, "its author": knowledge, "claim": standing}
        yield case | {"needs": needed.label}, made


def _saved_views(me: User, other: User) -> Iterator[tuple[Case, SavedView]]:
    for (whose, owner), reach in itertools.product(_authors(me, other), (KEPT, SHARED)):
        yield {"view of": whose, "view": reach}, SavedView(pk=1, owner=owner, shared=reach == SHARED)


def _other_claims(_me: User, _other: User) -> Iterator[tuple[Case, Claim]]:
    yield {"other": "another claim"}, Claim(pk=2, text="So, too.")
    yield {"other": "one that was joined itself"}, Claim(pk=3, text="So, too.", duplicate_of_id=2)
    yield {"other": "the same claim"}, Claim(pk=1, text="So.")


def _bulk_changes(me: User, other: User) -> Iterator[tuple[Case, BulkChange]]:
    now = timezone.now()
    for (whose, by), when in itertools.product(_authors(me, other), (SOON, LATE, UNDONE)):
        since = now - 2 * UNDO_WITHIN if when == LATE else now
        change = BulkChange(by=by, created_at=since, undone_at=now if when == UNDONE else None)
        yield {"done by": whose, "undone": when}, change


# How to make what a rule is asked about: by the name of its argument where that says more, else by its type. A line
# for whatever is new: each case with its words, and the object. It is made for the person who asks and for another.
MAKERS: dict[object, Maker] = {
    "other": _other_claims,
    "needed": lambda _me, _other: [({"asked for": needed.label}, needed.value) for needed in ReviewsNeeded],
    Article: lambda _me, _other: [({}, Article(pk=1, title="The dam"))],
    ArticleVersion: _versions,
    BulkChange: _bulk_changes,
    Claim: _claims,
    Comment: _comments,
    Move: lambda _me, _other: [({"move": move.value}, move) for move in Move],
    Review: _reviews,
    SavedView: _saved_views,
    Statement: _statements,
}


# --- The rows ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A rule's answers about like cases: for each axis the values that it stands for."""

    rule: str
    cases: dict[str, tuple[str, ...]]
    answers: dict[str, bool]

    @property
    def anybody(self) -> bool:
        return any(self.answers.values())


def rules() -> dict[str, Callable[..., None]]:
    """The rules by their names without `check_`, as the file has them."""
    return {name.removeprefix("check_"): rule for name, rule in vars(permissions).items() if name.startswith("check_")}


def rows_of(rule: str) -> list[Row]:
    """A rule's answers, cases that make no difference put together."""
    makers = [_maker(rule, parameter) for parameter in _arguments(rule)]
    can = getattr(permissions, f"can_{rule}")
    me, other = User(pk=1, username="me"), User(pk=2, username="other")
    rows = []
    for chosen in itertools.product(*(list(maker(me, other)) for maker in makers)):
        case: dict[str, tuple[str, ...]] = {axis: (value,) for values, _ in chosen for axis, value in values.items()}
        about = [made for _, made in chosen]
        rows.append(Row(rule, case, {name: can(person, *about) for name, person in people().items()}))
    return _together(rows)


def _arguments(rule: str) -> list[inspect.Parameter]:
    return list(inspect.signature(rules()[rule]).parameters.values())[1:]


def _maker(rule: str, parameter: inspect.Parameter) -> Maker:
    for key in (parameter.name, parameter.annotation):
        if key in MAKERS:
            return MAKERS[key]
    kind = getattr(parameter.annotation, "__name__", parameter.annotation)
    raise LookupError(
        f"check_{rule} takes `{parameter.name}: {kind}`: say in MAKERS of claims/permission_matrix.py how to make one."
    )


def _together(rows: list[Row]) -> list[Row]:
    """Rows that differ in one axis only, and not in their answers, become one."""
    before = 0
    while len(rows) != before:
        before = len(rows)
        for axis in reversed(rows[0].cases):
            merged: dict[str, Row] = {}
            for row in rows:
                rest = {name: values for name, values in row.cases.items() if name != axis}
                key = repr((rest, row.answers))
                values = (*merged[key].cases[axis], *row.cases[axis]) if key in merged else row.cases[axis]
                merged[key] = replace(row, cases={**row.cases, axis: values})
            rows = list(merged.values())
    return rows


# --- The page ---------------------------------------------------------------------------------------------


def permissions_page() -> str:
    """The text of docs/permissions.md."""
    names = list(people())
    lines = [HEAD, _line("rule", "what it allows", "when", *names), _line(*["---"] * (len(names) + 3))]
    for rule, check in rules().items():
        found = rows_of(rule)
        told = [row for row in found if row.anybody]
        texts = [(_when(row, found), row) for row in told]
        if len(told) < len(found):
            texts.append(("otherwise" if told else "", next(row for row in found if not row.anybody)))
        does = _first_sentence(check)
        for number, (when, row) in enumerate(texts):
            answers = ["yes" if row.answers[name] else "–" for name in names]
            lines.append(_line(*((f"`{rule}`", does) if number == 0 else ("", "")), when, *answers))
    return "\n".join([*lines, "", *_admin_lines(), ""])


def _when(row: Row, rows: list[Row]) -> str:
    """The axes that make a difference, with their values."""
    parts = []
    for axis, values in row.cases.items():
        every = {value for other in rows for value in other.cases[axis]}
        if set(values) != every:
            parts.append(f"{axis}: {', '.join(value.lower() for value in values)}")
    return "; ".join(parts)


def _first_sentence(check: Callable[..., None]) -> str:
    if not check.__doc__:
        raise LookupError(f"{check.__name__} has no docstring to say what it allows.")
    text = " ".join(check.__doc__.split())
    return text.split(". ")[0].rstrip(".")


def _admin_lines() -> list[str]:
    given = list(ADMIN_PERMISSIONS)
    models = dict.fromkeys(model for verbs in ADMIN_PERMISSIONS.values() for model in verbs)
    rows = [
        _line(model, *(", ".join(ADMIN_PERMISSIONS[role].get(model, ())) or "–" for role in given)) for model in models
    ]
    heads = [_line("model", *(role.label.lower() for role in given)), _line(*["---"] * (len(given) + 1))]
    return [ADMIN_HEAD, *heads, *rows]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
