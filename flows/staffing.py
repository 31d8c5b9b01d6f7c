"""Staffing: when somebody was here and how long people wait, in steps so coarse that they tell of nobody."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

FEWEST = 5
"""Of fewer cases nothing is said, so that nobody learns of one."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Seen(StrEnum):
    """When something was last so."""

    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"
    WEEK = "week"


class Pace(StrEnum):
    """Within what time most people had their turn."""

    HOUR = "hour"
    THREE_HOURS = "three_hours"
    HALF_DAY = "half_day"
    DAY = "day"
    LONGER = "longer"


_AGES = {Seen.HOUR: _HOUR, Seen.HALF_DAY: 12 * _HOUR, Seen.DAY: _DAY, Seen.WEEK: 7 * _DAY}
_STEPS = {Pace.HOUR: _HOUR, Pace.THREE_HOURS: 3 * _HOUR, Pace.HALF_DAY: 12 * _HOUR, Pace.DAY: _DAY}


def seen_of(last: datetime | None, now: datetime) -> Seen | None:
    """Say when something was last so; None where that is long ago, or never was."""
    if last is None:
        return None
    return next((seen for seen, age in _AGES.items() if now - last <= age), None)


def pace_of(turns: Iterable[tuple[datetime, datetime | None]], until: datetime) -> Pace | None:
    """Say within what time most people had their turn; None where too few cases are old enough to tell.

    `turns` are when each case came, and when it had its turn. Of each step only cases count that came at least so
    long before `until`; what happened after it is not looked at.
    """
    known = [(came, _took(came, had, until)) for came, had in turns]
    for pace, step in _STEPS.items():
        taken = [took for came, took in known if came <= until - step]
        if len(taken) < FEWEST:
            return None
        if _most(taken, step):
            return pace
    return Pace.LONGER


def _took(came: datetime, had: datetime | None, until: datetime) -> timedelta:
    return timedelta.max if had is None or had > until else had - came


def _most(taken: Sequence[timedelta], step: timedelta) -> bool:
    return 2 * sum(each <= step for each in taken) > len(taken)
