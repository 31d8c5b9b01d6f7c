"""Who may read what: the tiers of a case and the classes of those who open cases."""

from enum import StrEnum


class Tier(StrEnum):
    """A part of a case that is sealed by itself, so that agreeing and withdrawing work by part."""

    CORE = "core"
    IDENTITY = "identity"
    LOCATION = "location"
    FORCED_ACTS = "forced_acts"
    WORDS = "words"


class RecipientClass(StrEnum):
    """The kind of body a responder belongs to."""

    ORGANISATION = "organisation"
    EMBASSY = "embassy"
    HOME_POLICE = "home_police"
    HOST_POLICE = "host_police"
    ANALYST = "analyst"
    """Looks across cases at extracts without names; no case is ever sealed to one."""
