"""A desk's own words for its claims. What a claim says is not touched by its tags: none of this raises its version."""

import unicodedata

from django.core.exceptions import ValidationError

from claims import permissions
from claims.actions import action
from claims.models import Claim, ClaimTag, Tag, User
from claims.models.tag import LONGEST_TAG
from claims.texts import normalise_text


@action
def add_tag(*, claim: Claim, name: str, by: User) -> Tag:
    """Give a claim a tag, which comes into being by that. Nothing happens where it has it already."""
    permissions.check_tag(by, Claim.locked(claim.pk))
    tag = tag_of(name)
    ClaimTag.objects.bulk_create([ClaimTag(claim=claim, tag=tag)], ignore_conflicts=True)
    return tag


@action
def remove_tag(*, claim: Claim, name: str, by: User) -> None:
    """Take a tag from a claim. The tag itself stays, for others."""
    permissions.check_tag(by, Claim.locked(claim.pk))
    ClaimTag.objects.filter(claim=claim, tag__in=Tag.objects.named(cleaned_name(name))).delete()


@action
def create_tag(*, name: str, by: User) -> Tag:
    """A tag that no claim has yet, to be suggested."""
    permissions.check_manage_tags(by)
    return tag_of(name)


@action
def rename_tag(*, tag: Tag, name: str, by: User) -> Tag:
    """Call a tag otherwise. The name of another one is refused: see `merge_tags`."""
    permissions.check_manage_tags(by)
    name = cleaned_name(name)
    if Tag.objects.named(name).exclude(pk=tag.pk).exists():
        raise ValidationError({"name": f"There is a tag “{name}” already."})
    tag.name = name
    tag.save(update_fields=["name"])
    return tag


@action
def merge_tags(*, tag: Tag, into: Tag, by: User) -> Tag:
    """Make the claims of one tag those of another; the first is gone."""
    permissions.check_manage_tags(by)
    if tag.pk == into.pk:
        raise ValidationError("A tag cannot be merged with itself.")
    # Locked, neither is given to another claim meanwhile.
    list(Tag.objects.filter(pk__in=(tag.pk, into.pk)).order_by("pk").select_for_update())
    both = ClaimTag.objects.filter(tag=into).values("claim")
    ClaimTag.objects.filter(tag=tag).exclude(claim__in=both).update(tag=into)
    tag.delete()
    return into


@action
def delete_tag(*, tag: Tag, by: User) -> None:
    """Take a tag from all claims, and out of the desk's words."""
    permissions.check_manage_tags(by)
    tag.delete()


def tag_of(name: str) -> Tag:
    """The tag of this name, made where there is none; two people may type it at the same moment."""
    name = cleaned_name(name)
    tag = Tag.objects.named(name).first()
    if tag is None:
        Tag.objects.bulk_create([Tag(name=name)], ignore_conflicts=True)
        tag = Tag.objects.named(name).get()
    return tag


def cleaned_name(name: str) -> str:
    """A tag's name as it is stored: on one line, without what cannot be seen at its ends."""
    name = " ".join(unicodedata.normalize("NFC", normalise_text(name)).split())
    if not name:
        raise ValidationError({"name": "A tag needs a name."})
    if len(name) > LONGEST_TAG:
        raise ValidationError({"name": f"A tag has at most {LONGEST_TAG} characters."})
    return name
