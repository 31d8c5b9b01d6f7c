"""Answers: what a contact may have said to one question, as values that are stored and sealed."""

from enum import StrEnum
from typing import assert_never

import msgspec

from flows.ids import ChoiceId


class Decline(StrEnum):
    """The two ways not to answer; neither is ever a 'no'."""

    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Chosen(msgspec.Struct, frozen=True, tag="chosen", array_like=True, gc=False):
    """One or several choices of the question, in the order they were tapped."""

    choices: tuple[ChoiceId, ...]


class Wrote(msgspec.Struct, frozen=True, tag="wrote", array_like=True, gc=False, repr_omit_defaults=True):
    """The contact's own words, and what a program can tell of them."""

    text: str
    reads_as: str | None = None
    """A telephone number in E.164, a wallet's address, or `zawgyi`; None for plain words."""
    network: str | None = None
    """Of a wallet: bitcoin, ethereum or tron."""
    sound: bool | None = None
    """Whether its checksum is right; None where it has none."""


class Counted(msgspec.Struct, frozen=True, tag="counted", array_like=True, gc=False):
    """A whole number, such as people."""

    number: int


class Amount(msgspec.Struct, frozen=True, tag="amount", array_like=True, gc=False, repr_omit_defaults=True):
    """A sum as a decimal string, with its currency when that was said."""

    amount: str
    currency: str | None = None


class When(msgspec.Struct, frozen=True, tag="when", array_like=True, gc=False, repr_omit_defaults=True):
    """A moment: ISO 8601, or days from when it was said; `zone_known` tells if the clock is certain."""

    at: str | None = None
    relative_days: int | None = None
    zone_known: bool = False
    hours: tuple[int, int] | None = None
    """How far it was from when it was said, at least and at most, whatever the time zone; negative is ago."""
    text: str | None = None
    """The contact's own words, where they could not be read."""


class Place(msgspec.Struct, frozen=True, tag="place", array_like=True, gc=False, repr_omit_defaults=True):
    """A place in words, as a point in degrees, or by country (ISO 3166 alpha-2)."""

    text: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    country: str | None = None
    sites: tuple[str, ...] = ()
    """Known sites that it may be, by id, likeliest first; several where a border is near."""
    on_route: bool = False
    """One of them is on a known way to the compounds."""


class Leg(msgspec.Struct, frozen=True, array_like=True, repr_omit_defaults=True):
    """One part of a repeated answer, such as a leg of a route."""

    place: Place
    when: When | None = None
    means: str | None = None


class Repeated(msgspec.Struct, frozen=True, tag="repeated", array_like=True, gc=False):
    """Several parts of one kind, in their order."""

    items: tuple[Leg, ...]


class Declined(msgspec.Struct, frozen=True, tag="declined", array_like=True, gc=False):
    """The question was shown and not answered."""

    how: Decline


UNREMARKABLE = ("on_route", False)

Answer = Chosen | Wrote | Counted | Amount | When | Place | Repeated | Declined


def to_contract(answer: Answer, *, many: bool = False) -> object:
    """Give the JSON value of an answer in `answers/1`.

    `many` tells that the question takes several choices, which are then always a list.
    """
    match answer:
        case Chosen(choices):
            return list(choices) if many or len(choices) != 1 else choices[0]
        case Wrote(text):
            return text
        case Counted(number):
            return number
        case Declined():
            return None
        case Amount() | When() | Place() | Repeated():
            return _structured(answer)
        case _:
            assert_never(answer)


def _structured(answer: Amount | When | Place | Repeated) -> object:
    match answer:
        case Amount(amount, currency):
            return {"amount": amount, "currency": currency}
        case When():
            return {"when": _present(answer)}
        case Place(text, None, None, None, (), False) if text is not None:
            return {"place": text}
        case Place():
            return {"place": _present(answer)}
        case Repeated(items):
            return [_leg(item) for item in items]
        case _:
            assert_never(answer)


def _present(value: When | Place) -> dict[str, object]:
    """The fields that were said, and no others."""
    fields = msgspec.structs.asdict(value).items()
    return {key: field for key, field in fields if field not in (None, ()) and (key, field) != UNREMARKABLE}


def _leg(item: Leg) -> dict[str, object]:
    leg: dict[str, object] = {"place": _present(item.place)}
    if item.when is not None:
        leg["when"] = _present(item.when)
    if item.means is not None:
        leg["means"] = item.means
    return leg
