"""The admin: sources, outlets, ratings and people are worked on here; the rest is for looking."""

from django.contrib import admin

from claims.admin import desk, settings, sources, tags

__all__ = ["desk", "settings", "sources", "tags"]

admin.site.site_header = "Fact check"
admin.site.site_title = "Fact check"
admin.site.index_title = "Library and settings"
