"""Asking people in, and how they accept."""

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm

from claims.models import Invitation, User
from claims.roles import Role


class InvitationForm(forms.Form):
    """Whom to ask in, and as what."""

    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=Role, initial=Role.REVIEWER)


class AcceptForm(UserCreationForm[User]):
    """Name and password of somebody who was invited; the address is the invitation's."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username"]
        labels = {"username": "User name"}
        help_texts = {"username": "For signing in, beside your e-mail address."}

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        kwargs["initial"] = {"username": invitation.email.partition("@")[0]}
        # On the instance, so that the rules for passwords know it.
        kwargs["instance"] = User(email=invitation.email)
        super().__init__(*args, **kwargs)
        for name, value in {"first_name": "given-name", "last_name": "family-name", "username": "username"}.items():
            self.fields[name].widget.attrs |= {"autocomplete": value, "autofocus": False}
        self.fields["first_name"].required = True
        self.fields["last_name"].required = True
