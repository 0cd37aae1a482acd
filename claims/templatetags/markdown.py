"""Markdown in templates."""

from django import template

from claims.markdown import to_html

register = template.Library()
register.filter("markdown", to_html)
