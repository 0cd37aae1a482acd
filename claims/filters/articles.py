"""The list of articles."""

import datetime as dt

import django_filters

from claims.filters.lists import ListFilter, choice_filter, date_filter, midnight, page_size_filter, words_filter
from claims.models import (
    Article,
    ExtractionState,
    Outlet,
)
from claims.models.article import ArticleQuerySet


class ArticleFilter(ListFilter):
    """The list of articles."""

    q = words_filter("Words", "with_words", "Words in the title")
    outlet = django_filters.ModelChoiceFilter(label="Outlet", queryset=Outlet.objects.all(), empty_label="Any outlet")
    state = choice_filter("Reading", ExtractionState.choices, "Any", "in_state")
    added = date_filter("Added on", "added_on")
    size = page_size_filter()

    class Meta:
        model = Article
        fields: list[str] = []

    def with_words(self, articles: ArticleQuerySet, _name: str, words: str) -> ArticleQuerySet:
        return articles.search(words)

    def in_state(self, articles: ArticleQuerySet, _name: str, state: str) -> ArticleQuerySet:
        return articles.filter(extraction_state=state)

    def added_on(self, articles: ArticleQuerySet, _name: str, day: dt.date) -> ArticleQuerySet:
        return articles.filter(created_at__gte=midnight(day), created_at__lt=midnight(day + dt.timedelta(days=1)))
