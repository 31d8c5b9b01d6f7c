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
    """The kind of body a responder belongs to.

    A card says POLICE; whether that is HOME_POLICE or HOST_POLICE follows for each case from the countries in it.
    DISCLOSED reads what two responders disclosed to one card, and nothing else. Neither ever is the class of a file.
    """

    ORGANISATION = "organisation"
    EMBASSY = "embassy"
    HOME_POLICE = "home_police"
    HOST_POLICE = "host_police"
    ANALYST = "analyst"
    """Looks across cases at extracts without names; no case is ever sealed to one."""
    INTERPRETER = "interpreter"
    """Puts chosen texts into another language; no case is ever sealed to one, and none is shown."""
    SECOND_ORGANISATION = "second_organisation"
    POLICE = "police"
    DISCLOSED = "disclosed"


CARD_KINDS = (
    RecipientClass.ORGANISATION,
    RecipientClass.SECOND_ORGANISATION,
    RecipientClass.EMBASSY,
    RecipientClass.POLICE,
    RecipientClass.ANALYST,
    RecipientClass.INTERPRETER,
)
"""What a new card can be. An older one may still say which police it was meant for."""
ORGANISATIONS = (RecipientClass.ORGANISATION, RecipientClass.SECOND_ORGANISATION)
"""They take cases and move them. All others are partners, which only read."""
