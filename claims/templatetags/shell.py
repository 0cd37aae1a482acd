"""What the shell around every page needs."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from claims import permissions

register = template.Library()


@register.simple_tag(takes_context=True)
def current_page(context: Context, *names: str) -> SafeString:
    """` aria-current="page"` when the page shown has one of these URL names."""
    match = getattr(context.get("request"), "resolver_match", None)  # error pages have none
    here = match is not None and match.view_name in names
    return mark_safe(' aria-current="page"' if here else "")  # noqa: S308 (both are constants)


@register.simple_tag(takes_context=True)
def can(context: Context, what: str, *objects: object) -> bool:
    """`{% can "dismiss" claim as may_dismiss %}` asks `permissions.can_dismiss(user, claim)`."""
    return bool(getattr(permissions, f"can_{what}")(context.get("user"), *objects))


@register.simple_tag(takes_context=True)
def unread_notifications(context: Context) -> int:
    """How much there is that the person has not read; one query, unless the view has counted already."""
    counted: int | None = context.get("unread_count")
    if counted is not None:
        return counted
    return permissions.readable_notifications(context.get("user")).unread().count()
