"""Markdown in templates."""

from django import template
from django.utils.safestring import SafeString

from claims.markdown import to_html, to_plain
from claims.models import Comment

register = template.Library()
register.filter("markdown", to_html)
register.filter("plain", to_plain)


@register.filter
def said(comment: Comment) -> SafeString:
    """What a comment says, with the people whom it mentions by their names."""
    return to_html(comment.text, comment.names)
