"""A person's own settings."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction

from claims.models import User


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
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

    def clean_email(self) -> str:
        """People sign in by their e-mail, so no two share one."""
        email: str = self.cleaned_data["email"]
        if email and User.objects.exclude(pk=self.instance.pk).filter(email__iexact=email).exists():
            raise forms.ValidationError("Somebody else at this desk has this e-mail address.")
        return email

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Forget the former address, too: allauth keeps those it has written to, and would let them sign in."""
        user = super().save(commit)
        EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
        return user
