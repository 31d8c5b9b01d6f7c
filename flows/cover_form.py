"""The covers' form: how authors write them down, and the values that come of it."""

import re
from fractions import Fraction
from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints

from flows.cover_texts import Cover, Family, Text, Tool, Unit, Use
from flows.forms import Form, Id

FILE = "cover.yaml"
EXACT = re.compile(r"(\d+(?:\.\d+)?)(?:/(\d+(?:\.\d+)?))?")


def read_exact(given: object) -> Fraction:
    """Read a whole number, or in quotes a decimal or a fraction; ValueError for anything else."""
    found = EXACT.fullmatch(str(given)) if isinstance(given, str | int) else None
    if found is None or not Fraction(found[2] or 1):
        message = "write a whole number, or in quotes a decimal or a fraction such as 5/9"
        raise ValueError(message)
    return Fraction(found[1]) / Fraction(found[2] or 1)


def read_factor(given: object) -> Fraction:
    """Read a factor, which is more than nothing; ValueError for anything else."""
    factor = read_exact(given)
    if not factor:
        message = "a factor is more than 0"
        raise ValueError(message)
    return factor


Symbol = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class UnitForm(Form):
    """One unit."""

    id: Id
    factor: Annotated[Fraction, PlainValidator(read_factor)]
    shift: Annotated[Fraction, PlainValidator(read_exact)] = Fraction(0)
    label: str
    symbols: tuple[Symbol, ...]
    words: str


class FamilyForm(Form):
    """Units that turn into one another."""

    id: Id
    label: str
    units: tuple[UnitForm, ...] = Field(min_length=2)


class UnitsForm(Form):
    """The unit converter."""

    name: str
    home: str
    pick: str
    ask: str
    which: str
    more: str
    lost: str
    too_long: str
    joins: str
    asks: str
    numbers: tuple[Annotated[int, Field(ge=1, le=999_999)], ...] = Field(min_length=1)
    families: tuple[FamilyForm, ...] = Field(min_length=1)


class PhrasesForm(Form):
    """The phrase of the day."""

    name: str
    another: str
    previous: str
    lost: str
    phrases: dict[Id, str] = Field(min_length=2)


class CoverForm(Form):
    """Every tool that the bot can play."""

    units: UnitsForm
    phrases: PhrasesForm


SAID = {
    Tool.UNITS: ("name", "home", "pick", "ask", "which", "more", "lost", "too_long", "joins", "asks"),
    Tool.PHRASES: ("name", "another", "previous", "lost"),
}
USES = dict.fromkeys(("name", "another", "previous"), Use.LABEL) | dict.fromkeys(("joins", "asks"), Use.WORDS)


def build_cover(form: CoverForm) -> Cover:
    """Give the covers of a form without troubles."""
    return Cover(
        families=tuple(map(_family, form.units.families)),
        phrases=tuple(Text(f"cover.phrase.{name}", text) for name, text in form.phrases.phrases.items()),
        said={
            f"{tool}.{name}": Text(
                f"cover.{tool}.{name}", getattr(getattr(form, tool), name), USES.get(name, Use.SCREEN)
            )
            for tool, names in SAID.items()
            for name in names
        },
        numbers=form.units.numbers,
    )


def _family(form: FamilyForm) -> Family:
    label = Text(f"cover.family.{form.id}", form.label, Use.LABEL)
    return Family(form.id, label, tuple(map(_unit, form.units)))


def _unit(form: UnitForm) -> Unit:
    return Unit(
        id=form.id,
        label=Text(f"cover.unit.{form.id}", form.label, Use.LABEL),
        words=Text(f"cover.words.{form.id}", form.words, Use.WORDS),
        symbols=form.symbols,
        factor=form.factor,
        shift=form.shift,
    )
