"""Word forms: the shape of the tables of typed words: sums, moments and calls for help."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from flows.forms import Form
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


class TimesForm(Form):
    """How people write moments."""

    units: tuple[UnitForm, ...] = Field(min_length=1)
    days: dict[Annotated[int, Field(ge=-7, le=7)], Words]
    past: Words
    future: Words
    joins: Words


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class CallsForm(Form):
    """Words by which people call for help."""

    within: tuple[Name, ...] = Field(min_length=1)
    alone: tuple[Name, ...] = ()
