"""Statistics for the operator, by header columns alone; nothing in them tells of a group of 1 to 10 people.

Totals are exact. Where a total is broken down, a number from 1 to 10 is hidden, and so is the next smallest while all
that is hidden comes to fewer than eleven together: what the total leaves over for them says no more then than that
they are eleven or more. All hidden cells look alike, whether they are small or hide a small one. Where the total itself
is small, its whole breakdown is hidden, zeros too. No two columns are crossed, so no second breakdown fills a gap of
the first. Which languages are rare is not said either. Times are told only of eleven cases or more.

Whoever takes the figures every hour can still see them move by one: they are for whoever runs the server, and for
reports, not for a public page.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil

import msgspec

from bot.news import URGENCIES
from bot.settings import Places
from bot.store import opened
from protocol.document import Moment
from storage import figures, staffing
from storage.case import State
from storage.figures import Cases, Rest
from storage.staffing import Wait

FEWEST = 11
"""The smallest number of people that is told of in a breakdown."""
OTHERS = "others"
"""All rare languages together."""
_MOST_WAITS = 100_000
_TOLD_IN_MINUTES = 120
Cells = dict[str, int | None]
"""A breakdown; None is hidden."""


class CaseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Cases that are kept, and of these how many came in the last days."""

    total: int
    received: int
    by_state: Cells
    by_urgency: Cells
    by_flow: Cells
    by_language: Cells


class Delay(msgspec.Struct, frozen=True, kw_only=True):
    """How long half of the cases waited at most, and nine in ten of them."""

    median_minutes: int
    p90_minutes: int


class Stats(msgspec.Struct, frozen=True, tag_field="schema", tag="stats/1", kw_only=True):
    """Everything. `first_read` and `first_word` are of cases of the last days; None of fewer than eleven."""

    at: Moment
    days: int
    cases: CaseFigures
    first_read: Delay | None
    first_word: Delay | None
    conversations: int
    files: int
    file_bytes: int
    pages_due: int
    pages_failed: int


async def count(settings: Places, now: datetime, days: int) -> Stats:
    """Count; SetupError where there is no database of this version."""
    since = now - timedelta(days=days)
    async with opened(settings) as database, database.read() as tx:
        found = await figures.count_cases(tx, now=now, since=since)
        waits = await staffing.waits(tx, since=since, until=now, most=_MOST_WAITS)
        return _stats(found, waits, await figures.rest(tx), now, days)


def _stats(found: Cases, waits: Sequence[Wait], rest: Rest, now: datetime, days: int) -> Stats:
    return Stats(
        at=now,
        days=days,
        cases=_cases(found),
        first_read=delay(each.read_at - each.received_at for each in waits if each.read_at),
        first_word=delay(each.answered_at - each.received_at for each in waits if each.answered_at),
        conversations=rest.sessions,
        files=rest.files,
        file_bytes=rest.file_bytes,
        pages_due=rest.pages_due,
        pages_failed=rest.pages_failed,
    )


def _cases(found: Cases) -> CaseFigures:
    urgencies = {URGENCIES[number]: count for number, count in found.urgencies.items()}
    return CaseFigures(
        total=found.total,
        received=found.received,
        by_state=hide({each.value: found.states.get(each, 0) for each in State}),
        by_urgency=hide({name: urgencies.get(name, 0) for name in reversed(URGENCIES)}),
        by_flow=hide(dict(sorted(found.flows.items()))),
        by_language=gather(hide(dict(sorted(found.languages.items())))),
    )


def hide(counts: Mapping[str, int]) -> Cells:
    """Hide what is small, and what would tell it."""
    hidden: list[str] = [name for name, count in counts.items() if 0 < count < FEWEST]
    for name in sorted(counts, key=lambda each: counts[each]):
        if hidden and name not in hidden and counts[name] and sum(counts[each] for each in hidden) < FEWEST:
            hidden.append(name)
    if 0 < sum(counts.values()) < FEWEST:
        hidden = list(counts)
    return {name: None if name in hidden else count for name, count in counts.items()}


def gather(cells: Cells) -> Cells:
    """The same, with what is hidden under one name: that there is one at all can point at a person."""
    shown: Cells = {name: count for name, count in cells.items() if count is not None}
    return shown if len(shown) == len(cells) else shown | {OTHERS: None}


def delay(waits: Iterable[timedelta]) -> Delay | None:
    """Median and ninth decile by nearest rank, in whole minutes; None of fewer than eleven."""
    minutes = sorted(int(each.total_seconds()) // 60 for each in waits)
    if len(minutes) < FEWEST:
        return None
    return Delay(median_minutes=_rank(minutes, 0.5), p90_minutes=_rank(minutes, 0.9))


def _rank(ordered: Sequence[int], share: float) -> int:
    return ordered[ceil(share * len(ordered)) - 1]


def table(stats: Stats) -> list[str]:
    """The same for a terminal."""
    cases = stats.cases
    lines = [
        ("cases", f"{cases.total}; {cases.received} in the last {stats.days} days"),
        *((f"  by {name}", _told(cells)) for name, cells in _breakdowns(cases)),
        ("first read after", _waited(stats.first_read)),
        ("first word after", _waited(stats.first_word)),
        ("conversations", f"{stats.conversations} in progress"),
        ("files", f"{stats.files}, {stats.file_bytes / 2**20:.1f} MB"),
        ("pages", f"{stats.pages_due} on their way, {stats.pages_failed} not delivered"),
    ]
    return [f"{name:<18}{text}" for name, text in lines]


def _breakdowns(cases: CaseFigures) -> list[tuple[str, Cells]]:
    return [
        ("state", cases.by_state),
        ("urgency", cases.by_urgency),
        ("flow", cases.by_flow),
        ("language", cases.by_language),
    ]


def _told(cells: Cells) -> str:
    return ", ".join(f"{name} {'hidden' if count is None else count}" for name, count in cells.items()) or "-"


def _waited(delay: Delay | None) -> str:
    if delay is None:
        return f"not told of fewer than {FEWEST} cases"
    return f"{_span(delay.median_minutes)} half of them, {_span(delay.p90_minutes)} nine in ten"


def _span(minutes: int) -> str:
    return f"{minutes} min" if minutes < _TOLD_IN_MINUTES else f"{minutes / 60:.1f} h"
