"""Word forms: the shape in which authors write tables of typed words: sums, moments, clocks, calls for help."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from flows.forms import Country, Form
from flows.spelling import level

Word = Annotated[str, AfterValidator(level), StringConstraints(min_length=1)]
"""A word as people type it; how it is spelled does not matter."""
Words = Annotated[tuple[Word, ...], Field(min_length=1)]


class CurrenciesForm(Form):
    """How people write sums."""

    currencies: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{3,4}$")], Words]
    unclear: Words
    powers: dict[Annotated[int, Field(ge=1, le=9)], Words]
    unclear_powers: Words


class UnitForm(Form):
    """A unit of time: how many minutes it has, at least and at most, and by how many its words are usually off."""

    minutes: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    slack: Annotated[int, Field(ge=0)]
    words: Words


class ZoneForm(Form):
    """The clocks that people go by in some countries, likeliest first."""

    offsets: tuple[Annotated[str, StringConstraints(pattern=r"^[+-](0[0-9]|1[0-4])[0-5][05]$")], ...]
    countries: tuple[Country, ...]


class TimesForm(Form):
    """How people write moments, and the clocks that they go by."""

    units: tuple[UnitForm, ...] = Field(min_length=1)
    days: dict[Annotated[int, Field(ge=-7, le=7)], Words]
    past: Words
    future: Words
    joins: Words
    zones: tuple[ZoneForm, ...] = ()


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class CallsForm(Form):
    """Words by which people call for help."""

    within: tuple[Name, ...] = Field(min_length=1)
    alone: tuple[Name, ...] = ()
