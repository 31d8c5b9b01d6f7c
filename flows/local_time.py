"""Local time: which clock a contact goes by, found by asking what time it is there; and hours said in two clocks."""

import re
from collections.abc import Iterable, Mapping, Sequence

from flows.definition import Choice
from flows.ids import ChoiceId
from flows.turn import Hours, Time
from flows.vocabulary import normal

HOUR, DAY = 60, 24 * 60
SLACK = 12
"""Minutes by which a clock on a wall is wrong, or a thumb slow."""
MOST = 10
"""Times that are offered at once."""
USUAL = ("+0630", "+0700", "+0800", "+0400", "+0530", "+0300")
"""Offered where no country is known: where most people are held, or come from."""
UNKNOWN = "unknown"
SHIFTED: Mapping[str, int] = {"ET": 6 * HOUR}
"""Where hours are counted from sunrise: so many minutes behind the clock of everybody else, on a dial of twelve."""
TYPED = re.compile(r"(?<!\d)(\d{1,2})(?:\s*[:.h\u6642\u65f6\u70b9\u9ede]\s*(\d{2})|(\d{2}))?(?!\d)")
AFTERNOON = re.compile(r"p\.?\s?m\b|\u4e0b\u5348|\u665a\u4e0a", re.IGNORECASE)


def minutes(offset: str) -> int:
    """Give the minutes that a clock is ahead of UTC, from `+0630`."""
    size = int(offset[1:3]) * HOUR + int(offset[3:5])
    return -size if offset.startswith("-") else size


def clocks(offsets: Iterable[str]) -> tuple[Choice, ...]:
    """Give every clock as a choice, from west to east; tapping it tells how to count hours."""
    known = sorted({*offsets, *USUAL}, key=minutes)
    return tuple(Choice(ChoiceId(each), spoken(each), safety={"clock": each}) for each in known)


def spoken(offset: str) -> str:
    """Give an offset as people write it: `UTC+06:30`."""
    return f"UTC{offset[:3]}:{offset[3:]}"


def times(
    zones: Mapping[str, Sequence[str]], choices: Iterable[Choice], country: str | None, now: int
) -> tuple[Time, ...]:
    """Give the clocks of a country with the time that each shows; `now` in unix seconds."""
    known = {choice.id for choice in choices}
    offered = [ChoiceId(each) for each in zones.get(country or "", USUAL)[:MOST]]
    return tuple(Time(each, shown(_at(now, each), country)) for each in offered if each in known)


def _at(now: int, offset: str) -> int:
    """The minute of the day that a clock shows."""
    return (now // 60 + minutes(offset)) % DAY


def shown(minute: int, country: str | None) -> str:
    """Give a minute of the day as a time; where hours are counted in another way, in both."""
    shift = SHIFTED.get(country or "")
    if shift is None:
        return _clock(minute)
    other = (minute - shift) % (DAY // 2)
    return f"{_clock(minute)} ({other // HOUR or DAY // 2 // HOUR}:{other % HOUR:02d})"


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02d}:{minute % HOUR:02d}"


def read(
    text: str, *, offered: Sequence[Time], choices: Iterable[Choice], country: str | None, now: int
) -> ChoiceId | None:
    """Give the clock that shows the typed time; None where none does, or where it may be several.

    The clocks that are offered come first, by whichever reading of the hour; others only by an hour that has one.
    """
    readings = _readings(text, country)
    near = [time.choice for time in offered if any(_is(now, time.choice, each) for each in readings)]
    if near:
        return near[0]
    far = [choice.id for choice in choices if any(_is(now, choice.id, each) for each in readings)]
    return far[0] if len(far) == 1 else None


def _is(now: int, offset: str, minute: int) -> bool:
    away = abs(_at(now, offset) - minute)
    return min(away, DAY - away) <= SLACK


def _readings(text: str, country: str | None) -> Sequence[int]:
    """The minutes of the day that a typed time may be."""
    plain = normal(text).strip()
    found = TYPED.search(plain)
    if found is None:
        return ()
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    if hour >= DAY // HOUR or minute >= HOUR:
        return ()
    said = hour * HOUR + minute
    half = DAY // 2
    if hour > half // HOUR:
        return (said,)
    if AFTERNOON.search(plain):
        return (said % half + half,)
    shift = SHIFTED.get(country or "")
    counted = () if shift is None else ((said + shift) % half, (said + shift) % half + half)
    return tuple(dict.fromkeys((said, said % half, said % half + half, *counted)))


WINDOW = re.compile(r"hours_(\d\d)_(\d\d)")


def hours(safety: Mapping[str, str], country: str | None) -> Hours | None:
    """Say the hours that were agreed in both clocks; None where they or the clock are not known."""
    offset = safety.get("clock", UNKNOWN)
    windows = sorted((int(found[1]), int(found[2])) for key in safety if (found := WINDOW.fullmatch(key)))
    if offset == UNKNOWN or not windows:
        return None
    joined = _joined(windows)
    ahead = minutes(offset)
    return Hours(
        ", ".join(_span(first, last, country) for first, last in joined),
        ", ".join(_span(first - ahead, last - ahead, None) for first, last in joined),
    )


def _joined(windows: Iterable[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Windows in minutes, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for first, last in ((first * HOUR, last * HOUR) for first, last in windows):
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    if len(joined) > 1 and joined[0][0] == 0 and joined[-1][1] == DAY:
        return (*joined[1:-1], (joined[-1][0], joined[0][1]))  # over midnight
    return joined


def _span(first: int, last: int, country: str | None) -> str:
    return f"{shown(first % DAY, country)}\u2013{shown(last % DAY, country)}"
