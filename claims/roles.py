"""The roles of the desk: Django groups that `manage.py setup` writes.

Pages ask `permissions`, which goes by these roles; Django's own permissions serve the admin only.
"""

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

if TYPE_CHECKING:
    from claims.models import User


class Role(models.TextChoices):
    """The values are the names of the groups."""

    READER = "reader", "Reader"
    REVIEWER = "reviewer", "Reviewer"
    LIBRARIAN = "librarian", "Librarian"
    EDITOR = "editor", "Editor"
    ADMINISTRATOR = "administrator", "Administrator"


# Who has a role has these too. A superuser has all.
INCLUDES: dict[Role, frozenset[Role]] = {
    Role.READER: frozenset({Role.READER}),
    Role.REVIEWER: frozenset({Role.READER, Role.REVIEWER}),
    Role.LIBRARIAN: frozenset({Role.READER, Role.LIBRARIAN}),
    Role.EDITOR: frozenset({Role.READER, Role.REVIEWER, Role.EDITOR}),
    Role.ADMINISTRATOR: frozenset(Role),
}

# Roles that sign in to the admin.
STAFF = frozenset({Role.LIBRARIAN, Role.ADMINISTRATOR})

# What a role may do in the admin, by model. The rest of the admin is for looking at most.
ALL = ("view", "add", "change", "delete")
TAGS: dict[str, tuple[str, ...]] = {"tag": ALL}
LIBRARY = {"outlet": ALL, "source": ALL, "alias": ALL, "sourcemerge": ("view",), **TAGS}
DESK: dict[str, tuple[str, ...]] = {"desksettings": ("view", "change")}
LOOK = dict.fromkeys(("article", "statement", "claim", "review", "citation", "settlement", "comment"), ("view",))
ADMIN_PERMISSIONS: dict[Role, dict[str, tuple[str, ...]]] = {
    Role.LIBRARIAN: {**LIBRARY, **LOOK},
    Role.ADMINISTRATOR: {**LIBRARY, **LOOK, "rating": ALL, "user": ("view", "add", "change"), **DESK},
}


@transaction.atomic
def write_roles() -> None:
    """Make the groups that are missing; one that is there stays as the administrator has it."""
    for role in Role:
        group, created = Group.objects.get_or_create(name=role.value)
        if created:
            group.permissions.set(_permissions(ADMIN_PERMISSIONS.get(role, {})))


@transaction.atomic
def write_desk_settings() -> None:
    """Write the row where there is none yet; administrators of an older desk may change it from then on."""
    from claims.models import DeskSettings

    _, created = DeskSettings.objects.get_or_create(pk=1)
    if created:
        Group.objects.get(name=Role.ADMINISTRATOR.value).permissions.add(*_permissions(DESK))


@transaction.atomic
def give_tags() -> None:
    """Let the roles of a desk that is older than tags manage them: nobody there can. Later changes are left alone."""
    if not Group.objects.filter(permissions__in=_permissions(TAGS)).exists():
        for role in STAFF:
            Group.objects.get(name=role.value).permissions.add(*_permissions(TAGS))


def _permissions(verbs_by_model: dict[str, tuple[str, ...]]) -> models.QuerySet[Permission]:
    codenames = [f"{verb}_{model}" for model, verbs in verbs_by_model.items() for verb in verbs]
    return Permission.objects.filter(content_type__app_label="claims", codename__in=codenames)


@transaction.atomic
def give_role(user: "User", role: Role) -> None:
    """Put a user in a role's group, and let them into the admin where the role belongs there."""
    user.groups.add(Group.objects.get(name=role.value))
    if role in STAFF and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    user.__dict__.pop(CACHE, None)


def people_with(role: Role) -> "models.QuerySet[User]":
    """Those who have a role, by itself or included in another, by name."""
    from claims.models import User

    groups = [holder.value for holder, included in INCLUDES.items() if role in included]
    in_groups = models.Exists(Group.objects.filter(name__in=groups, user=models.OuterRef("pk")))
    people = User.objects.filter(in_groups | models.Q(is_superuser=True), is_active=True)
    return people.order_by("first_name", "last_name", "username")


# Where `roles_of` keeps its answer on the user, who lives as long as the request.
CACHE = "_desk_roles"


def roles_of(user: object) -> frozenset[Role]:
    """All roles of a user, those included in others too; none for strangers and inactive people.

    One query a request: the answer is kept on the user.
    """
    from claims.models import User

    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(Role)
    if CACHE not in user.__dict__:
        names = user.groups.filter(name__in=Role.values).values_list("name", flat=True)
        user.__dict__[CACHE] = frozenset().union(*(INCLUDES[Role(name)] for name in names))
    roles: frozenset[Role] = user.__dict__[CACHE]
    return roles
