"""`manage.py setup` may be repeated and keeps what the desk has changed."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command

from claims.models import DeskSettings, Rating


@pytest.mark.django_db
def test_makes_scale_roles_and_cache_and_may_be_repeated() -> None:
    call_command("setup", verbosity=0)
    labels = set(Rating.objects.values_list("label", flat=True))
    assert {"True", "False", "Unproven"} <= labels
    assert Group.objects.filter(name="reviewer").exists()
    administrators = Group.objects.get(name="administrator").permissions
    assert administrators.filter(codename="change_desksettings").exists()
    administrators.clear()
    DeskSettings.objects.update(reviews_needed=2)
    cache.set("kept", 1)
    Rating.objects.filter(label="Half true").update(position=9)
    call_command("setup", verbosity=0)
    assert Rating.objects.count() == len(labels)
    assert Rating.objects.get(label="Half true").position == 9
    assert cache.get("kept") == 1
    assert (DeskSettings.objects.get().reviews_needed, administrators.exists()) == (2, False)


@pytest.mark.django_db
def test_administrators_of_an_older_desk_may_change_its_settings() -> None:
    administrators = Group.objects.create(name="administrator").permissions
    call_command("setup", verbosity=0)
    assert {row.codename for row in administrators.all()} == {"view_desksettings", "change_desksettings"}
