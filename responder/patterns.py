"""Patterns: how many cases take which way in which month, what is new against the months before, and plain counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from protocol.extract import Extract

MONTHS_BEFORE = 6
"""Months with which the newest is compared."""
LEAST_MONTHS, LEAST_CASES = 3, 10
"""Without so many months and cases before it, nothing is called new: everything would be."""
NEW = {"country": 2, "site": 3}
"""Cases in one month from which a place is called new that none of the months before had."""
RISING = 3
RARE = 0.001
"""How unlikely a month must be, at the share of the months before, to be called a rise."""
REPLIES = ((60, "under_1h"), (360, "under_6h"), (1440, "under_1d"), (4320, "under_3d"))
"""Minutes, and what a first reply within them is called."""
LATER, NONE_YET, UNKNOWN = "later", "no_reply", "unknown"

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A step of a way, from one country to another, and in how many cases it was taken."""

    start: str
    end: str
    cases: int


@dataclass(frozen=True, slots=True)
class Surprise:
    """A place that stands out in a month. `before` are its cases in each month before, oldest first.

    `expected` is what its share of those months would have given; `is_new` that they had none of it.
    """

    kind: str
    place: str
    month: str
    cases: int
    before: tuple[int, ...]
    expected: float
    is_new: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """What many cases show together. Everything but `total` counts those alone who agreed to be counted."""

    total: int
    counted: int
    months: Counts
    passages: tuple[Passage, ...]
    by_month: tuple[tuple[str, tuple[Passage, ...]], ...]
    sites: Counts
    surprises: tuple[Surprise, ...]
    charts: tuple[tuple[str, Counts], ...]


def see_patterns(extracts: Sequence[Extract]) -> Patterns:
    """Return what the extracts show together."""
    counted = [each for each in extracts if each.counted]
    months = _months(counted)
    by_month = {month: [each for each in counted if each.month == month] for month in months}
    return Patterns(
        total=len(extracts),
        counted=len(counted),
        months=tuple((month, len(found)) for month, found in by_month.items()),
        passages=_passages(counted),
        by_month=tuple((month, _passages(found)) for month, found in by_month.items()),
        sites=_ordered(Counter(site for each in counted for site in set(each.sites))),
        surprises=tuple(_surprises(by_month)),
        charts=_charts(counted),
    )


def _months(extracts: Iterable[Extract]) -> list[str]:
    """Return every month from the first to the last, also those without a case."""
    known = sorted({each.month for each in extracts})
    months = known[:1]
    while known and months[-1] < known[-1]:
        months.append(_next(months[-1]))
    return months


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1:04}-01" if number == MONTHS_A_YEAR else f"{year:04}-{number + 1:02}"


MONTHS_A_YEAR = 12


def steps(extract: Extract) -> Iterator[tuple[str, str]]:
    """Give the steps of the way, from the country of origin through others to where somebody was taken."""
    stops = [country for country in (extract.home, *extract.through, extract.to) if country]
    yield from ((start, end) for start, end in pairwise(stops) if start != end)


def _passages(extracts: Iterable[Extract]) -> tuple[Passage, ...]:
    found = Counter(step for each in extracts for step in set(steps(each)))
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Passage(start, end, cases) for (start, end), cases in ordered)


def _ordered(counter: Mapping[str, int]) -> Counts:
    return tuple(sorted(counter.items(), key=lambda each: (-each[1], each[0])))


# --- what is new


def _surprises(by_month: Mapping[str, Sequence[Extract]]) -> Iterator[Surprise]:
    """Give the places that stand out in the newest month; new ones first, the plainest first."""
    months = list(by_month)
    before, newest = months[-MONTHS_BEFORE - 1 : -1], months[-1:]
    past = [len(by_month[month]) for month in before]
    if len(before) < LEAST_MONTHS or sum(past) < LEAST_CASES:
        return
    found = [
        surprise
        for kind in NEW
        for place in sorted({each for extract in by_month[newest[0]] for each in _named(kind, extract)})
        if (surprise := _surprise(kind, place, newest[0], before, by_month)) is not None
    ]
    yield from sorted(found, key=lambda each: (not each.is_new, -each.cases, each.kind, each.place))


def _surprise(
    kind: str, place: str, month: str, before: Sequence[str], by_month: Mapping[str, Sequence[Extract]]
) -> Surprise | None:
    counts = tuple(_count(kind, place, by_month[each]) for each in before)
    now, all_before = _count(kind, place, by_month[month]), sum(len(by_month[each]) for each in before)
    expected = (sum(counts) + 0.5) / (all_before + 1) * len(by_month[month])
    is_new = not sum(counts) and now >= NEW[kind]
    is_rising = bool(sum(counts)) and now >= RISING and at_least(now, expected) < RARE
    return Surprise(kind, place, month, now, counts, expected, is_new) if is_new or is_rising else None


def at_least(cases: int, expected: float) -> float:
    """Return how likely so many cases or more are where so many are expected, and each comes by itself (Poisson)."""
    term = exp(-expected)
    below = 0.0
    for number in range(cases):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)


def _count(kind: str, place: str, extracts: Iterable[Extract]) -> int:
    return sum(place in _named(kind, each) for each in extracts)


def _named(kind: str, extract: Extract) -> frozenset[str]:
    """Return the countries to which somebody was taken, or the sites that they named."""
    if kind == "site":
        return frozenset(extract.sites)
    return frozenset({extract.to} if extract.to else ())


# --- counts


def _charts(extracts: Sequence[Extract]) -> tuple[tuple[str, Counts], ...]:
    fields = {
        "stage": Counter(each.stage for each in extracts),
        "to": Counter(each.to or UNKNOWN for each in extracts),
        "home": Counter(each.home or UNKNOWN for each in extracts),
        "language": Counter(each.language or UNKNOWN for each in extracts),
        "urgency": Counter(each.urgency for each in extracts),
    }
    replies = Counter(_reply(each.first_reply_minutes) for each in extracts)
    order = (*(name for _, name in REPLIES), LATER, NONE_YET)
    waits = tuple((name, replies[name]) for name in order if replies[name])
    return (*((name, _ordered(counter)) for name, counter in fields.items()), ("first_reply", waits))


def _reply(minutes: int | None) -> str:
    if minutes is None:
        return NONE_YET
    return next((name for below, name in REPLIES if minutes < below), LATER)
