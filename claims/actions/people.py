"""Who belongs to the desk: invitations, and accounts that are closed and opened again."""

import secrets
from collections.abc import Callable
from hashlib import sha256
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone

from claims.actions import action, take_turns
from claims.actions.holding import release_all
from claims.models import Invitation, User
from claims.roles import Role, give_role


def hash_of(token: str) -> str:
    """What is stored of an invitation's token. It is random and long, so a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


# --- Invitations ------------------------------------------------------------------------------------------


@action
def invite(*, email: str, role: Role, link: Callable[[str], str], by: User) -> Invitation:
    """Ask somebody in by e-mail; an earlier invitation of the same address is void from now on.

    `link` makes the address out of the token. Mail that is refused leaves no invitation behind.
    """
    take_turns("invite")
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": "Somebody at this desk has this e-mail address already."})
    Invitation.objects.waiting().filter(email__iexact=email).update(withdrawn_at=timezone.now())
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(email=email, role=role, token_hash=hash_of(token), invited_by=by)
    words = render_to_string("invitation_mail.txt", {"invitation": invitation, "link": link(token)})
    try:
        send_mail(f"{by.display_name} invites you to the fact-checking desk", words, None, [email])
    except (OSError, SMTPException) as error:
        raise ValidationError(f"The invitation could not be sent: {error}. Nobody was invited.") from error
    return invitation


@action
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make the link of an invitation void."""
    if not Invitation.objects.waiting().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        raise ValidationError("This invitation was accepted or withdrawn already.")


def find_invitation(token: str) -> Invitation:
    """The invitation of a link; `ValidationError` says what is wrong with one that cannot be accepted."""
    invitation = Invitation.objects.select_related("invited_by").filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise ValidationError("This link is not one of ours: perhaps a part of it got lost. Copy it whole.")
    _check_open(invitation)
    return invitation


def _check_open(invitation: Invitation) -> None:
    who = invitation.invited_by.display_name
    if invitation.accepted_at:
        raise ValidationError("This invitation was used already. Sign in with the password that you set then.")
    if invitation.withdrawn_at:
        raise ValidationError(f"This invitation was withdrawn. Is there a newer mail? Otherwise ask {who}.")
    if invitation.is_expired:
        raise ValidationError(f"This invitation has expired. Ask {who} for a new one.")
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise ValidationError(f"There is an account for {invitation.email} already. Sign in with it.")


@action
def accept_invitation(*, invitation: Invitation, person: User) -> User:
    """Make the account of somebody who was invited: `person` is not saved yet, and has name and password."""
    take_turns("invite")
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    _check_open(invitation)
    person.email = invitation.email
    person.save()
    vouch_for_email(person)  # the link came by it
    take_up(invitation=invitation, person=person)
    return person


@action
def take_up(*, invitation: Invitation, person: User) -> None:
    """Give an account that was just made the role of its invitation, which is used with that."""
    taken = Invitation.objects.open().filter(pk=invitation.pk)
    if not taken.update(accepted_at=timezone.now(), accepted_by=person):
        raise ValidationError("This invitation was used or withdrawn in the meantime.")
    give_role(person, Role(invitation.role))


def vouch_for_email(user: User) -> None:
    """Note that the address is known to be the person's: who has it at the desk's provider signs in to the account."""
    EmailAddress.objects.filter(email__iexact=user.email).exclude(user=user).delete()  # a former holder's
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


# --- Closing accounts -------------------------------------------------------------------------------------


@action
def deactivate(*, person: User, by: User) -> None:
    """Close an account. Whatever its person has done stays, drafts too; the claims that they have taken are free again."""
    if person == by:
        raise ValidationError("You cannot close your own account. Another administrator can.")
    if person.is_superuser and not by.is_superuser:
        raise ValidationError("Only a superuser can close a superuser's account.")
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    release_all(of=person)


@action
def reactivate(*, person: User, by: User) -> None:
    """Open an account again, with the roles that it had."""
    person.is_active = True
    person.save(update_fields=["is_active"])


@action
def forget_second_factors(*, person: User, by: User) -> None:
    """Let somebody in by password alone who has lost telephone, key and codes."""
    if person == by:
        raise ValidationError("Change your own second factors on the page “Two-factor sign-in”.")
    if person.is_superuser and not by.is_superuser:
        raise ValidationError("Only a superuser can take away a superuser's second factors.")
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)


def end_sessions(person: User) -> None:
    """Sign somebody out everywhere."""
    for session in UserSession.objects.filter(user=person):
        session.end()
