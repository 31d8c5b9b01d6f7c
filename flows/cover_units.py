"""Cover units: one measure turned into another, exactly, and which answers read well."""

from collections.abc import Iterator
from fractions import Fraction

from flows.cover_texts import Family, Unit

MOST_SHOWN = 5
"""Lines of an answer."""
LEAST, MOST = Fraction(1, 100), Fraction(100_000)
"""Nobody reads how many millimetres 12 km are: such an answer is given only where it is asked for."""


def convert(value: Fraction, unit: Unit, into: Unit) -> Fraction:
    """Turn a value into another unit of the same family, without rounding."""
    return (value + unit.shift) * unit.factor / into.factor - into.shift


def answers(
    value: Fraction, unit: Unit, family: Family, into: Unit | None
) -> Iterator[tuple[Unit, Fraction]]:
    """Give the value in the unit that was asked for, or in those in which it reads well."""
    if into is not None:
        yield into, convert(value, unit, into)
        return
    others = [(each, convert(value, unit, each)) for each in family.units if each is not unit]
    well = [(each, found) for each, found in others if not found or LEAST <= abs(found) < MOST]
    yield from (well or others)[:MOST_SHOWN]
