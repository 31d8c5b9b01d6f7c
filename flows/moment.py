"""Moment: a typed date or span of time, read into the hours from now in which it must lie wherever the writer is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flows.spelling import LATIN, any_of, level

MINUTE, HOUR = 60, 3600
DAY_HOURS = 24
EASTMOST, WESTMOST = 14, 12
"""A day begins so many hours before it does in UTC, and ends so many after, somewhere on Earth."""
YEARS = 100
"""A date further away than this is a number of something else, or of another calendar."""
BUDDHIST, BUDDHIST_FROM = 543, 2400
CENTURY, BUDDHIST_CENTURY = 2000, 2500
SHORT_YEAR = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is: the date if one was said, and the hours from now, first and last, between which it lies.

    Hours before now are negative. The range is wide where the words are, or the writer's clock is not known.
    """

    at: str | None
    hours: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """The minutes of a unit, at least and at most, and how far off people are who count in it."""

    least: int
    most: int
    slack: int


@dataclass(frozen=True, slots=True)
class Times:
    """How moments are written, as patterns."""

    units: Mapping[str, Unit]
    days: Mapping[str, int]
    past: frozenset[str]
    span: re.Pattern[str]
    day: re.Pattern[str]


def compile_times(
    *,
    units: Mapping[str, Unit],
    days: Mapping[str, int],
    past: Iterable[str],
    future: Iterable[str],
    joins: Iterable[str],
) -> Times:
    """Make the patterns once; words are levelled."""
    ways = any_of((*past, *future))
    return Times(
        units,
        days,
        frozenset(past),
        span=re.compile(
            rf"(?:(?<!{LATIN})(?P<before>{ways}) ?)?(?<![\d+])(?<!\d[.,/:-])(?P<first>{COUNT})"
            rf"(?: ?(?:[-~\u2013\u2014]|{any_of(joins)}) ?(?P<second>{COUNT}))?"
            rf" ?(?P<unit>{any_of(units)})(?!{LATIN})(?: ?(?P<after>{ways})(?!{LATIN}))?"
        ),
        day=re.compile(rf"(?<!{LATIN})({any_of(days)})(?!{LATIN})"),
    )


COUNT = r"\d{1,4}(?:[.,]\d{1,2})?"
DATES = tuple(
    re.compile(rf"(?<![\d+])(?<!\d[.,/:-]){shape}(?![\d:/]|[.,-]\d)")
    for shape in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?:(?P<year>\d{4}|\d{2})\u5e74 ?)?(?P<month>\d{1,2}) ?\u6708 ?(?P<day>\d{1,2})(?: ?[\u65e5\u53f7\u865f])?",
        r"(?P<day>\d{1,2})(?P<mark>[-/.]) ?(?P<month>\d{1,2})(?P=mark) ?(?P<year>\d{4}|\d{2})",
        r"(?!24/7)(?P<day>\d{1,2})(?P<mark>[-/.]) ?(?P<month>\d{1,2})(?P<year>)(?:(?<=\d)\.)?",
    )
)
Hours = tuple[int, int]


def read_moment(text: str, now: int, times: Times, *, past: bool = False) -> Moment | None:
    """Give the moment that the text names, `now` in unix seconds; None when it names none.

    Where it names several, the hours reach over all. `past` tells that the question asks of what was: a bare
    '3 days' is then 3 days ago.
    """
    plain = level(text)
    spans = [_span(found, times, past=past) for found in times.span.finditer(plain)]
    rest = times.span.sub(" ", plain)
    days = [_around(times.days[found[1]]) for found in times.day.finditer(rest)]
    dates = list(_dates(rest, datetime.fromtimestamp(now, UTC).date()))
    hours = [*spans, *days, *(_whole_day(each, now) for each, _ in dates)]
    if not hours:
        return None
    at = dates[0][0].isoformat() if len(hours) == 1 and dates and dates[0][1] else None
    return Moment(at, (min(first for first, _ in hours), max(last for _, last in hours)))


def _span(found: re.Match[str], times: Times, *, past: bool) -> Hours:
    unit = times.units[found["unit"]]
    counts = [float(count.replace(",", ".")) for count in (found["first"], found["second"]) if count]
    least = round(min(counts) * unit.least - unit.slack)
    most = round(max(counts) * unit.most + unit.slack)
    ways = [way for way in (found["before"], found["after"]) if way]
    if any(way in times.past for way in ways) or (past and not ways):
        least, most = -most, -least
    return least // MINUTE, -(-most // MINUTE)


def _around(day: int) -> Hours:
    """The hours of a day so many days from today, whatever time it is there."""
    return (day - 1) * DAY_HOURS, (day + 1) * DAY_HOURS


def _whole_day(day: date, now: int) -> Hours:
    begins = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    first, last = begins - EASTMOST * HOUR, begins + (DAY_HOURS + WESTMOST) * HOUR
    return (first - now) // HOUR, -(-(last - now) // HOUR)


def _dates(text: str, today: date) -> Iterator[tuple[date, bool]]:
    """Every different date, and whether it can be no other; what one shape has read is not read by the next."""
    seen = set()
    for shape in DATES:
        for found in shape.finditer(text):
            days = _readings(found, today)
            day = min(days, key=lambda each: abs(each - today), default=None)
            if day is not None and day not in seen:
                seen.add(day)
                yield day, len(days) == 1
        text = shape.sub(" ", text)


def _readings(found: re.Match[str], today: date) -> frozenset[date]:
    """The dates that may be meant: 12/3 is in March or in December, as half the world writes the month first."""
    parts = found.groupdict()
    day, month = int(parts["day"]), int(parts["month"])
    orders = [(day, month), (month, day)] if parts.get("mark") in {"-", "/"} else [(day, month)]
    return frozenset(each for order in orders if (each := _date(*order, parts["year"], today)))


def _date(day: int, month: int, year: str | None, today: date) -> date | None:
    days = [each for written in _years(year, today.year) if (each := _valid(written, month, day))]
    return min(days, key=lambda each: abs(each - today), default=None)


def _years(written: str | None, current: int) -> Iterable[int]:
    """The years that may be meant: this one or one near it if none was written."""
    if not written:
        return range(current - 4, current + 5)
    year = int(written)
    if len(written) == SHORT_YEAR:
        return CENTURY + year, BUDDHIST_CENTURY + year - BUDDHIST
    year -= BUDDHIST if year >= BUDDHIST_FROM else 0
    return (year,) if abs(year - current) <= YEARS else ()


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
