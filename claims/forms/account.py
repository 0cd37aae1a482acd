"""A person's own settings."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction
from django.utils import timezone

from claims.models import NotificationMail, User


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
        fields = ["first_name", "last_name", "email", "notification_mail", "theme", "keyboard_shortcuts"]
        widgets = {"theme": forms.RadioSelect, "notification_mail": forms.RadioSelect}
        labels = {"email": "E-mail", "notification_mail": "Notifications by e-mail"}
        help_texts = {
            "email": "For signing in and for a forgotten password. Only the desk sees it.",
            "notification_mail": "When you are mentioned, given a claim and the like. What happens within minutes comes in one mail.",
            "keyboard_shortcuts": "Single keys such as j, k and x. Esc works always.",
        }

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Forget the former address, too. What came while there were no mails is not sent now."""
        user = super().save(commit)
        if self.initial["notification_mail"] == NotificationMail.OFF:
            user.notifications.filter(mailed_at=None).update(mailed_at=timezone.now())
        forget_former_emails(user)
        return user
