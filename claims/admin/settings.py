"""What a desk is set up with: its settings, outlets, the rating scale, people and their roles."""

from typing import Any

import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401  (these register, so that it can be taken back)
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims import permissions
from claims.actions.people import vouch_for_email
from claims.forms.account import OneEmailEach, forget_former_emails
from claims.models import DeskSettings, Outlet, Rating, User
from claims.models.rating import WHAT_IT_SAYS
from claims.roles import STAFF, Role

# Roles and what they may do are written by `manage.py setup`.
admin.site.unregister(Group)
# Secrets of people, and sessions that deleting here would not end: `/people/` and people's own pages are for them.
admin.site.unregister([Authenticator, SocialApp, SocialToken, UserSession])


@admin.register(Outlet)
class OutletAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "domain", "home_page", "articles"]
    search_fields = ["name", "sort_name", "domain"]
    ordering = ["sort_name", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outlet]:
        return Outlet.objects.annotate(article_count=Count("articles"))

    @admin.display(ordering="article_count")
    def articles(self, outlet: Any) -> int:
        count: int = outlet.article_count
        return count


@admin.register(DeskSettings)
class DeskSettingsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The one row that `manage.py setup` writes."""

    list_display = ["__str__", "reviews_needed"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Rating)
class RatingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A rating that reviews use keeps what it says: it is retired, and a new one takes its place."""

    list_display = ["swatch", "meaning", "number", "position", "equals_next", "used", "retired_at"]
    list_display_links = ["swatch"]
    fields = ["label", "meaning", "number", "colour", "position", "equals_next", "retired_at"]
    actions = ["retire", "offer_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rating]:
        """The number must not tell what somebody's first review says either."""
        readable = Q(reviews__in=permissions.readable_reviews(request.user).values("pk"))
        return Rating.objects.annotate(review_count=Count("reviews", filter=readable))

    def get_readonly_fields(self, request: HttpRequest, obj: Rating | None = None) -> tuple[str, ...]:
        return WHAT_IT_SAYS if obj and obj.in_use else ()

    def has_delete_permission(self, request: HttpRequest, obj: Rating | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.in_use)

    @admin.display(description="rating", ordering="position")
    def swatch(self, rating: Rating) -> SafeString:
        return format_html('<span class="swatch" data-colour="{}">{}</span>', rating.colour, rating.label)

    @admin.display(description="reviews")
    def used(self, rating: Any) -> int:
        count: int = rating.review_count
        return count

    @admin.action(description="Retire: offer it no longer", permissions=["change"])
    def retire(self, request: HttpRequest, chosen: QuerySet[Rating]) -> None:
        count = chosen.filter(retired_at=None).update(retired_at=timezone.now())
        self.message_user(request, f"{count} retired. Claims that have them keep them.")

    @admin.action(description="Offer again", permissions=["change"])
    def offer_again(self, request: HttpRequest, chosen: QuerySet[Rating]) -> None:
        for rating in chosen.exclude(retired_at=None):
            if Rating.objects.offered().filter(label__iexact=rating.label).exists():
                self.message_user(request, f"A rating “{rating}” is offered already.", "warning")
                continue
            rating.retired_at = None
            rating.save(update_fields=["retired_at"])


class PersonForm(OneEmailEach, UserChangeForm):  # type: ignore[type-arg]
    """An account, with its roles."""


class NewPersonForm(OneEmailEach, AdminUserCreationForm):  # type: ignore[type-arg]
    """A new account, with its roles."""


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]
    """People are never deleted, since the history names them: their accounts are closed, on the page `/people/`."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ["username", "display_name", "email", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "groups"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("At this desk", {"fields": ["groups", "is_active"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("At this desk", {"fields": ["groups"]}),
    ]
    readonly_fields = ["is_active", "last_login", "date_joined"]
    filter_horizontal = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever could set a superuser's password would be one."""
        safe = obj is None or not obj.is_superuser or request.user.is_superuser
        return safe and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles to tick."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return forms.ModelMultipleChoiceField(
            queryset=Group.objects.filter(name__in=Role.values).order_by("pk"),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label="Roles",
            help_text="Librarians keep sources and outlets; editors may do whatever reviewers may, and more.",
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let into the admin whose roles belong there; forget a former e-mail address, too."""
        super().save_related(request, form, formsets, change)
        person = form.instance
        names = set(person.groups.values_list("name", flat=True))
        person.is_staff = person.is_superuser or bool(names & {role.value for role in STAFF})
        person.save(update_fields=["is_staff"])
        forget_former_emails(person)
        if person.email and "email" in form.changed_data:
            vouch_for_email(person)

    @admin.display(description="roles")
    def roles(self, person: User) -> str:
        names = {group.name for group in person.groups.all()}
        given = ", ".join(role.label for role in Role if role.value in names)
        return "Superuser" if person.is_superuser else given
