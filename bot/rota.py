"""The rota: in which hours of the week a destination is paged, by the clocks of the places where people sleep.

A span that ends at or before the hour at which it begins ends on the next day. Whoever has no hours is always on call.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from flows.forms import Form
from flows.hours import read_zone

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
Span = tuple[datetime, datetime]
"""From a moment until just before another, both in UTC."""


def read_days(text: str) -> frozenset[int]:
    """Read `mon-fri`, `sat,sun` or `fri-mon` as numbers from Monday, 0; raises ValueError."""
    found = set[int]()
    for part in text.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        begins, ends = _day(first), _day(last if dash else first)
        found |= {(begins + step) % 7 for step in range((ends - begins) % 7 + 1)}
    return frozenset(found)


def _day(name: str) -> int:
    if name not in _DAYS:
        message = f"days are {', '.join(_DAYS)}, as in mon-fri or sat,sun"
        raise ValueError(message)
    return _DAYS.index(name)


def _is_days(text: str) -> str:
    read_days(text)
    return text


def _is_time(text: str) -> str:
    if not _TIME.fullmatch(text):
        message = "write hours as 22:00"
        raise ValueError(message)
    return text


def _is_zone(text: str) -> str:
    read_zone(text)
    return text


Clock = Annotated[str, AfterValidator(_is_time)]


class HoursForm(Form):
    """Some hours of the week. From and to the same: the whole day that begins then."""

    days: Annotated[str, AfterValidator(_is_days)] = "mon-sun"
    from_: Annotated[Clock, Field(alias="from")] = "00:00"
    to: Clock = "00:00"
    zone: Annotated[str, AfterValidator(_is_zone)]


@dataclass(frozen=True, slots=True)
class Weekly:
    """The same, read: `days` count from Monday, 0."""

    days: frozenset[int]
    begins: time
    ends: time
    zone: ZoneInfo

    @classmethod
    def of(cls, form: HoursForm) -> "Weekly":
        """What a checked form says."""
        begins, ends = time.fromisoformat(form.from_), time.fromisoformat(form.to)
        return cls(read_days(form.days), begins, ends, read_zone(form.zone))

    def spans(self, since: datetime, until: datetime) -> Iterator[Span]:
        """The spans that touch the time between two moments, each from when its hours begin to when they end."""
        day = since.astimezone(self.zone).date() - _DAY
        while day <= until.astimezone(self.zone).date():
            span = self._span(day)
            if day.weekday() in self.days and span[0] < until and since < span[1]:
                yield span
            day += _DAY

    def _span(self, day: date) -> Span:
        """The one that begins on this day; where a clock is put back its hour counts once, as it first comes."""
        last = day if self.begins < self.ends else day + _DAY
        begins = datetime.combine(day, self.begins, self.zone)
        return begins.astimezone(UTC), datetime.combine(last, self.ends, self.zone).astimezone(UTC)


Hours = tuple[Weekly, ...]
"""All hours of a destination; none: always."""


def is_on_call(hours: Hours, now: datetime) -> bool:
    """Whether a destination with these hours is paged now."""
    instant = now + timedelta.resolution
    return not hours or any(True for each in hours for _ in each.spans(now, instant))


def on_call_until(hours: Hours, now: datetime) -> datetime | None:
    """Until when it is on call without a break; None: always, or not now."""
    spans = _joined(_of_all([hours], now))
    return next((ends for begins, ends in spans if begins <= now < ends < now + WEEK), None)


def gaps(all_hours: Iterable[Hours], now: datetime) -> list[Span]:
    """The parts of the seven days from now in which none of these destinations is on call."""
    known = list(all_hours)
    if not all(known):
        return []
    end, left, found = now + WEEK, now, list[Span]()
    for begins, ends in _joined(_of_all(known, now)):
        if begins > left:
            found.append((left, begins))
        left = max(left, ends)
    return [*found, (left, end)] if left < end else found


def _of_all(all_hours: Iterable[Hours], now: datetime) -> list[Span]:
    return [span for hours in all_hours for each in hours for span in each.spans(now, now + WEEK)]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order; what touches is one."""
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        elif begins < ends:
            found.append((begins, ends))
    return found
