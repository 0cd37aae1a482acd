"""A person's own settings."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction

from claims.models import User


class OneEmailEach(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """People sign in by their e-mail, so no two share one."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and User.objects.exclude(pk=self.instance.pk).filter(email__iexact=email).exists():
            raise forms.ValidationError("Somebody else at this desk has this e-mail address.")
        return email


def forget_former_emails(user: User) -> None:
    """allauth keeps the addresses that it has written to, and would let people sign in by them."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()


class ProfileForm(OneEmailEach):
    """A person's own settings."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "theme", "keyboard_shortcuts"]
        widgets = {"theme": forms.RadioSelect}
        labels = {"email": "E-mail"}
        help_texts = {
            "email": "For signing in and for a forgotten password. Only the desk sees it.",
            "keyboard_shortcuts": "Single keys such as j, k and x. Esc works always.",
        }

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Forget the former address, too."""
        user = super().save(commit)
        forget_former_emails(user)
        return user
