"""Hours: when a telephone line is answered, by the clock of the place where it is."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import assert_never
from zoneinfo import ZoneInfo

_DAILY = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d) ([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*)")


@dataclass(frozen=True, slots=True)
class RoundTheClock:
    """Answered at every hour of every day."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Answered every day from `opens` until just before `closes`, which may lie after midnight."""

    opens: time
    closes: time
    zone: ZoneInfo


Hours = RoundTheClock | Daily


def read_hours(text: str) -> Hours:
    """Read `24/7` or `07:30-21:00 Asia/Kuala_Lumpur`; raises ValueError."""
    if text == "24/7":
        return RoundTheClock()
    found = _DAILY.fullmatch(text)
    if found is None:
        raise ValueError("hours are 24/7, or from-to and a zone")
    opens, closes = time.fromisoformat(found[1]), time.fromisoformat(found[2])
    if opens == closes:
        raise ValueError("a line that never closes has 24/7")
    return Daily(opens, closes, read_zone(found[3]))


def read_zone(name: str) -> ZoneInfo:
    """A time zone by its name, as in Asia/Manila; raises ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError):
        # Which of the two an unknown name raises hangs on what the machine has there: nothing, or a folder.
        raise ValueError("there is no such time zone") from None


def is_open(hours: Hours, now: int) -> bool:
    """Tell whether the line is answered at `now` (Unix seconds)."""
    match hours:
        case RoundTheClock():
            return True
        case Daily(opens, closes, zone):
            there = datetime.fromtimestamp(now, zone).time()
            return opens <= there < closes if opens < closes else there >= opens or there < closes
        case _:
            assert_never(hours)
