"""Rubric forms: the shape of indicators, flags and rules as authors write them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints

from flows.clauses import read_bar, read_test
from flows.forms import Form, Id
from flows.rule import Bar, Dimension, Likelihood, Strength, Test, Urgency

RuleName = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{1,2}$")]
If = Annotated[Test, PlainValidator(read_test)]


class StrengthForm(Form):
    """The strength for adults and for children."""

    adult: Strength
    child: Strength


class ListingForm(Form):
    """How the ILO's list has an item that stands elsewhere here."""

    dimension: Dimension
    adult: Strength
    child: Strength | None = None
    group: Id | None = None


class IndicatorForm(Form):
    """One indicator."""

    id: Id
    text: str
    dimension: Dimension
    group: Id
    strength: StrengthForm
    ilo: ListingForm | Annotated[str, StringConstraints(pattern="^same$")] | None = None
    source: tuple[str, ...] = ()
    asked: dict[Id, tuple[str, ...]] = Field(default_factory=dict)
    htcds: tuple[str, ...] = ()


class IndicatorsForm(Form):
    """All indicators."""

    indicators: tuple[IndicatorForm, ...]


class Origin(StrEnum):
    """What a program itself fires a flag by, where no choice does."""

    SILENCE = "silence"
    CLOCK = "clock"
    WORD = "word"


class FlagForm(Form):
    """One flag."""

    id: Id
    text: str
    deadline_hours: int | None = Field(default=None, ge=0)
    origin: Origin | None = Field(default=None, alias="from")


class FlagsForm(Form):
    """All flags."""

    flags: tuple[FlagForm, ...]


class LikelihoodForm(Form):
    """One rule of likelihood."""

    id: RuleName
    gives: Likelihood
    text: str
    when: If | None = None


class UrgencyForm(Form):
    """One rule of urgency."""

    id: RuleName
    gives: Urgency
    text: str
    when: If | None = None


class StrictForm(Form):
    """The ILO's own combination."""

    adult: If
    child: If


class RubricForm(Form):
    """The rules."""

    minor: Id
    free_text: Id
    positive: tuple[Annotated[Bar, PlainValidator(read_bar)], ...] = Field(min_length=1)
    also_positive: dict[Dimension, If] = Field(default_factory=dict)
    strict: StrictForm
    likelihood: tuple[LikelihoodForm, ...] = Field(min_length=1)
    urgency: tuple[UrgencyForm, ...] = Field(min_length=1)
