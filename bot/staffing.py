"""Staffing: when our desk was last open and how long people wait, said truthfully and of nobody in particular.

Whether one case was read follows from nothing here. When the desk was open rests on responders' keys and not on cases,
and a page that asks for the queue by itself counts. How long people wait is worked out over seven whole days that are
over, and so changes once a day; that several people were read, once an hour.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.voice import Voice
from flows.staffing import FEWEST, Pace, Seen, pace_of, seen_of
from storage import staffing
from storage.database import Database
from storage.staffing import Wait

STAFFING, DUTY = "{staffing}", "{duty}"
"""In a phrase: all of it; or only that nobody is here, when that is so."""
LOOK_EVERY = timedelta(minutes=10)
_WEEK = timedelta(days=7)
_MOST = 2000


@dataclass(frozen=True, slots=True)
class Staffing:
    """What can be said; None where it is not known well enough.

    `desk` was last open, and within `several` so many people were read that none of them is told. `read`, `answered`:
    within what time most people were. `nobody`: the desk was closed for too long.
    """

    desk: Seen | None = None
    several: Seen | None = None
    read: Pace | None = None
    answered: Pace | None = None
    nobody: bool = False

    def lines(self, voice: Voice) -> Iterator[str]:
        """Two lines at most: whether anybody is here, and what one may expect."""
        if self.nobody:
            yield from self.warning(voice)
        elif self.desk is not None:
            yield voice.phrase(f"staff_desk_{self.desk}")
        if self.answered is not None:
            yield voice.phrase(f"staff_answered_{self.answered}")
        elif self.read is not None:
            yield voice.phrase(f"staff_read_{self.read}")
        elif self.several is not None:
            yield voice.phrase(f"staff_several_{self.several}")

    def warning(self, voice: Voice) -> Iterator[str]:
        """That nobody is here, when that is so."""
        if self.nobody:
            yield voice.phrase("staff_nobody")


UNKNOWN = Staffing()


def tells(text: str) -> bool:
    """Whether a text has room for any of this."""
    return STAFFING in text or DUTY in text


def within(text: str, known: Staffing, voice: Voice) -> str:
    """The text with what is known in its places; a place for which nothing is known goes, with its line."""
    if not tells(text):
        return text
    said = {STAFFING: tuple(known.lines(voice)), DUTY: tuple(known.warning(voice))}
    lines = [line for old in text.split("\n") for line in said.get(old.strip(), (old,))]
    return "\n".join(_without_gaps(lines)).strip()


def _without_gaps(lines: Iterable[str]) -> Iterator[str]:
    """Where a line went, its empty neighbour goes too."""
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line


@dataclass(frozen=True, slots=True)
class Known:
    """What is known: when each desk was open, of some cases how they fared until a moment, and the last reads."""

    desks: Sequence[datetime]
    waits: Sequence[Wait]
    until: datetime
    reads: Sequence[datetime]


def staffing_of(known: Known, *, now: datetime, nobody_after: timedelta) -> Staffing:
    """What can be said at `now`."""
    answers = [each.answered_at for each in known.waits if each.answered_at is not None]
    # Where nobody is ever answered in writing, there is nothing to say about it.
    answers_at_all = sum(at <= known.until for at in answers) >= FEWEST
    read = [(each.received_at, each.read_at) for each in known.waits]
    answered = [(each.received_at, each.answered_at) for each in known.waits]
    last = max(known.desks, default=None)
    return Staffing(
        seen_of(last, now),
        seen_of(known.reads[FEWEST - 1], now) if len(known.reads) >= FEWEST else None,
        pace_of(read, known.until),
        pace_of(answered, known.until) if answers_at_all else None,
        last is None or now - last > nobody_after,
    )


class Staff:
    """What is said now; looked at again once in a while."""

    def __init__(self, database: Database, nobody_after: timedelta) -> None:
        """Nothing is known yet. `nobody_after`: see WAYOUT_DUTY_HOURS."""
        self._database = database
        self._nobody_after = nobody_after
        self._looked_at: datetime | None = None
        self.now = UNKNOWN

    async def look(self, cards: Collection[str], now: datetime) -> None:
        """Work it out again, where it is time for that; `cards` are those that are enrolled."""
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        hour = now.replace(minute=0, second=0, microsecond=0)
        day = hour.replace(hour=0)
        async with self._database.read() as tx:
            desks = [at for card, at in (await staffing.shifts(tx)).items() if card in cards]
            waits = await staffing.waits(tx, since=day - _WEEK, until=day, most=_MOST)
            reads = await staffing.last_reads(tx, until=hour, most=FEWEST)
        self._looked_at = now
        self.now = staffing_of(Known(desks, waits, day, reads), now=now, nobody_after=self._nobody_after)
