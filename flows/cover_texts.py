"""Cover texts: all that the covers know and say, each text with its place in the catalogues."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property


class Tool(StrEnum):
    """What the bot can play; the words are stable, and are ids of buttons too."""

    UNITS = "units"
    PHRASES = "phrases"


class Use(StrEnum):
    """What a text of a cover is for."""

    SCREEN = "screen"
    LABEL = "label"
    WORDS = "words"
    """Between commas, as people type them."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text by its catalogue context, in English."""

    context: str
    source: str
    use: Use = Use.SCREEN


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: `(value + shift) * factor` is the value in its family's base, exactly."""

    id: str
    label: Text
    words: Text
    symbols: tuple[str, ...]
    factor: Fraction
    shift: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Family:
    """Units that turn into one another, in the order in which an answer shows them."""

    id: str
    label: Text
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Cover:
    """Everything that the covers know and say; `said` are single texts by the last parts of their contexts."""

    families: tuple[Family, ...]
    phrases: tuple[Text, ...]
    said: Mapping[str, Text]
    numbers: tuple[int, ...]
    """What can be tapped instead of typing a number."""

    @cached_property
    def units(self) -> Mapping[str, tuple[Family, Unit]]:
        """Every unit with its family, by id."""
        return {unit.id: (family, unit) for family in self.families for unit in family.units}

    @cached_property
    def by_id(self) -> Mapping[str, Family]:
        """The families by id."""
        return {family.id: family for family in self.families}

    def texts(self) -> Iterator[Text]:
        """Every text, in the order in which a translator should read them."""
        yield from self.said.values()
        for family in self.families:
            yield family.label
            for unit in family.units:
                yield unit.label
                yield unit.words
        yield from self.phrases
