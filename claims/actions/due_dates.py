"""Until when a claim is to be decided. It says nothing of the claim itself, whose version stays."""

import datetime as dt

from claims import permissions
from claims.actions import action
from claims.models import Claim, User


@action
def set_due(*, claim: Claim, due_on: dt.date | None, by: User) -> Claim:
    """Say until when, or with None that there is no such day."""
    claim = Claim.locked(claim.pk)
    permissions.check_set_due(by, claim)
    if claim.due_on != due_on:
        Claim.objects.filter(pk=claim.pk).update(due_on=due_on)
        claim.due_on = due_on
    return claim
