"""The desk's settings as one request sees them."""

from claims.models import Claim, DeskSettings, User

# Where the settings are kept on the user, who lives as long as the request; see `roles.roles_of`.
CACHE = "_desk_settings"


def desk_settings(user: object) -> DeskSettings:
    """One query a request."""
    if not isinstance(user, User):
        return DeskSettings.current()
    if CACHE not in user.__dict__:
        user.__dict__[CACHE] = DeskSettings.current()
    settings: DeskSettings = user.__dict__[CACHE]
    return settings


def reviews_needed(user: object, claim: Claim) -> int:
    """How many reviews decide this claim: its own number, else the desk's, which may have come with it."""
    if claim.reviews_needed is None and "desk_needs" in claim.__dict__:
        return claim.desk_needs
    return claim.reviews_needed or desk_settings(user).reviews_needed
