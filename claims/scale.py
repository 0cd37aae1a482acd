"""The default rating scale, written by `manage.py setup` where a desk has none yet."""

from django.db import transaction

from claims.models import Colour, Rating

DEFAULT_SCALE: tuple[tuple[str, Colour, int | None, str], ...] = (
    ("True", Colour.GREEN, 5, "The statement is accurate and nothing significant is missing."),
    ("Mostly true", Colour.LIME, 4, "The statement is accurate but needs clarification or additional information."),
    ("Half true", Colour.AMBER, 3, "The statement is partly accurate but leaves out important facts or their context."),
    ("Mostly false", Colour.ORANGE, 2, "The statement has an element of truth but gives a misleading impression."),
    ("False", Colour.RED, 1, "The statement is not accurate."),
    ("Unproven", Colour.GRAY, None, "The available evidence neither supports nor refutes the statement."),
)


@transaction.atomic
def write_default_scale() -> None:
    """Write the scale into a desk without any rating; a desk's own scale is never touched."""
    if Rating.objects.exists():
        return
    Rating.objects.bulk_create(
        Rating(label=label, colour=colour, number=number, meaning=meaning, position=position)
        for position, (label, colour, number, meaning) in enumerate(DEFAULT_SCALE, start=1)
    )
