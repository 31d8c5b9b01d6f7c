"""The directory's form: how authors write down a line, what must hold, and the values that come of it."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, StringConstraints

from flows.checks import Trouble
from flows.directory import Confidence, Directory, Line, LineKind
from flows.forms import Form, Id
from flows.hours import read_hours
from flows.problems import Code

FILE = "hotlines.yaml"

Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Source = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]+$")]
Remark = Annotated[str, StringConstraints(min_length=1)]


class LineForm(Form):
    """One line."""

    id: Id
    country: str
    kind: LineKind
    inside: Number | None = None
    abroad: Number | None = None
    hours: str | None = None
    languages: tuple[Language, ...] = ()
    source: tuple[Source, ...] = Field(min_length=1)
    verified_on: date | None
    confidence: Confidence
    at: str | None = None
    anyone: bool = False
    note: Remark | None = None
    warning: Remark | None = None


class DirectoryForm(Form):
    """All lines."""

    hotlines: tuple[LineForm, ...]


def check_directory(form: DirectoryForm) -> Iterator[Trouble]:
    """Find what is wrong with the lines; a number that nobody has looked at for long is no mistake."""
    seen: set[str] = set()
    for row, line in enumerate(form.hotlines):
        if line.id in seen:
            yield Trouble(Code.DUPLICATE_ID, FILE, ("hotlines", row, "id"), f"the id {line.id} is taken")
        seen.add(line.id)
        yield from _country(row, "country", line, line.country)
        yield from _country(row, "at", line, line.at)
        yield from _numbers(row, line)
        yield from _hours(row, line)


def _country(row: int, key: str, line: LineForm, code: str | None) -> Iterator[Trouble]:
    if code is not None and code not in SUPPORTED_REGIONS:
        yield Trouble(
            Code.UNKNOWN_COUNTRY, FILE, ("hotlines", row, key), f"{line.id} is of a country that is not known"
        )


def _numbers(row: int, line: LineForm) -> Iterator[Trouble]:
    if line.inside is None and line.abroad is None:
        yield Trouble(Code.NO_NUMBER, FILE, ("hotlines", row), f"{line.id} cannot be called")
    if line.abroad is not None and not line.abroad.startswith("+"):
        yield Trouble(
            Code.NO_PREFIX, FILE, ("hotlines", row, "abroad"), f"{line.id} cannot be called from abroad"
        )


def _hours(row: int, line: LineForm) -> Iterator[Trouble]:
    try:
        read_hours(line.hours or "24/7")
    except ValueError as error:
        yield Trouble(Code.UNREADABLE_HOURS, FILE, ("hotlines", row, "hours"), f"{line.id}: {error}")


def build_directory(form: DirectoryForm) -> Directory:
    """Give the directory of a form without troubles."""
    return Directory(tuple(map(_line, form.hotlines)))


def _line(form: LineForm) -> Line:
    return Line(
        id=form.id,
        country=form.country,
        kind=form.kind,
        inside=form.inside,
        abroad=form.abroad,
        hours=read_hours(form.hours) if form.hours is not None else None,
        languages=form.languages,
        source=form.source,
        verified_on=form.verified_on,
        confidence=form.confidence,
        at=form.at,
        anyone=form.anyone,
        note=form.note,
        warning=form.warning,
    )
