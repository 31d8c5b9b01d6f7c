"""Service: how soon somebody has to act on a case, by urgency, and what of that is due next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from flows.checks import Trouble
from flows.forms import Form
from flows.problems import Code
from flows.rule import Urgency

FILE = "service.yaml"
Minutes = Annotated[float, Field(gt=0, le=60 * 24 * 30)]


class Paged(StrEnum):
    """When somebody is called because nobody holds a case."""

    AT_ONCE = "at_once"
    LATE = "late"
    NEVER = "never"


class ClocksForm(Form):
    """The times of one urgency."""

    claim: Minutes | None = None
    first_word: Minutes | None = None
    plan: Minutes | None = None
    page: Paged
    again: Minutes | None = None
    second_organisation: Minutes | None = None


class ServiceForm(Form):
    """The times of every urgency."""

    critical: ClocksForm
    high: ClocksForm
    medium: ClocksForm
    low: ClocksForm
    none: ClocksForm
    unheeded: Minutes
    lapsing: Minutes = 3


@dataclass(frozen=True, slots=True)
class Clocks:
    """How soon each duty is due, and when who is paged; None: not at all. See service.yaml."""

    claim: timedelta | None
    first_word: timedelta | None
    plan: timedelta | None
    page: Paged
    again: timedelta | None
    second: timedelta | None


@dataclass(frozen=True, slots=True)
class Service:
    """The clocks of each urgency, and after what time a new danger is one that the holder did not heed.

    `lapsing`: how long before a claim ends its holder is told.
    """

    clocks: Mapping[Urgency, Clocks]
    unheeded: timedelta
    lapsing: timedelta


class Duty(StrEnum):
    """What is due next."""

    CLAIM = "claim"
    FIRST_WORD = "first_word"
    PLAN = "plan"


class Word(StrEnum):
    """Whether the contact has had a human word. One that waits for their hours stops its clock."""

    NONE = "none"
    WAITS = "waits"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: when its clocks began, since when nobody holds it (None: somebody does), what was done."""

    since: datetime
    free_since: datetime | None
    word: Word = Word.NONE
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """What is due, and when."""

    duty: Duty
    at: datetime


def due(clocks: Clocks, standing: Standing) -> Due | None:
    """Tell what is due next in a case; None where nothing is. Source: domain 9.3, the responder's duty."""
    if standing.free_since is not None and clocks.claim is not None:
        # Given back after its time, it is late from then on, not from before.
        return Due(Duty.CLAIM, max(standing.since + clocks.claim, standing.free_since))
    if standing.word is Word.NONE and clocks.first_word is not None:
        return Due(Duty.FIRST_WORD, standing.since + clocks.first_word)
    if not standing.planned and clocks.plan is not None:
        return Due(Duty.PLAN, standing.since + clocks.plan)
    return None


def check_service(form: ServiceForm) -> Iterator[Trouble]:
    """Find times that cannot all be meant."""
    for urgency in Urgency:
        clocks: ClocksForm = getattr(form, urgency)
        times = [each for each in (clocks.claim, clocks.first_word, clocks.plan) if each is not None]
        if times != sorted(times):
            message = f"{urgency}: a later duty is due before an earlier one"
            yield Trouble(Code.CLOCKS_UNFIT, FILE, (urgency,), message)
        if clocks.page is Paged.LATE and clocks.claim is None:
            message = f"{urgency}: paged when it is late, and nothing says when that is"
            yield Trouble(Code.CLOCKS_UNFIT, FILE, (urgency, "page"), message)
        if clocks.page is Paged.NEVER and (clocks.again or clocks.second_organisation):
            message = f"{urgency}: never paged, and paged again"
            yield Trouble(Code.CLOCKS_UNFIT, FILE, (urgency, "page"), message)
    if form.critical.page is not Paged.AT_ONCE:
        message = "critical: somebody in danger cannot wait until it is late"
        yield Trouble(Code.CLOCKS_UNFIT, FILE, ("critical", "page"), message)


def build_service(form: ServiceForm) -> Service:
    """Compile the times."""
    return Service(
        {each: _clocks(getattr(form, each)) for each in Urgency},
        timedelta(minutes=form.unheeded),
        timedelta(minutes=form.lapsing),
    )


def _clocks(form: ClocksForm) -> Clocks:
    return Clocks(
        _time(form.claim),
        _time(form.first_word),
        _time(form.plan),
        form.page,
        _time(form.again),
        _time(form.second_organisation),
    )


def _time(minutes: float | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)
