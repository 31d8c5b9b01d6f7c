"""The directory: telephone lines beside us, and which of them somebody can call from where they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import IntEnum, StrEnum

from flows.hours import Hours, is_open

MOST = 5
"""Offers at once: a list nobody can take in is no help."""
FRESH_SECONDS = 180 * 24 * 3600
"""How long a line counts as checked."""


class LineKind(StrEnum):
    """Whom a line is for, or who answers it."""

    POLICE = "police"
    TRAFFICKING = "trafficking"
    CONSULAR = "consular"
    EMBASSY = "embassy"
    SUICIDE = "suicide"
    CHILD = "child"
    DOMESTIC_VIOLENCE = "domestic_violence"
    SCAM_VICTIMS = "scam_victims"
    LEGAL_AID = "legal_aid"


class Confidence(StrEnum):
    """How sure we are that the number is right, surest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


NATIONAL = frozenset({LineKind.CONSULAR, LineKind.EMBASSY})
"""Kinds that serve the people of one country alone."""
_SURENESS = tuple(Confidence)


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line of a country; at least one of its two numbers is there."""

    id: str
    country: str
    """Whose line it is (ISO 3166 alpha-2)."""
    kind: LineKind
    inside: str | None
    """What to dial in the country where the line is; a short code works nowhere else."""
    abroad: str | None
    """What to dial from anywhere, with + and the country's code."""
    hours: Hours | None
    """None where the source does not say."""
    languages: tuple[str, ...]
    source: tuple[str, ...]
    verified_on: date | None
    """When the number was last seen published; None where the source has no date."""
    confidence: Confidence
    at: str | None = None
    """Where an embassy is, if that is not its own country."""
    anyone: bool = False
    """It helps people of every country, wherever they are, by its own word."""
    note: str | None = None
    warning: str | None = None

    @property
    def place(self) -> str:
        """The country where the line is, and where its inside number works."""
        return self.at or self.country

    def number_from(self, where: str | None) -> str | None:
        """Give what to dial in `where` (None: unknown); None when it cannot be called from there."""
        return (self.inside or self.abroad) if where == self.place else self.abroad

    def is_open(self, now: int) -> bool:
        """Tell whether it is answered at `now` (Unix seconds), as far as is known."""
        return self.hours is None or is_open(self.hours, now)

    def is_stale(self, now: int) -> bool:
        """Tell whether the number was last checked more than 180 days before `now`, or nobody knows when."""
        if self.verified_on is None:
            return True
        return now - datetime.combine(self.verified_on, time(), UTC).timestamp() > FRESH_SECONDS


@dataclass(frozen=True, slots=True)
class Offer:
    """A line that can be called now, from where they are."""

    line: Line
    number: str
    """What to dial there."""
    stale: bool
    """The number may be out of date."""
    elsewhere: bool
    """The line is not in the country where they are, as far as is known; the call may cost."""


class _Rank(IntEnum):
    HERE = 0
    HOME = 1
    MISSION = 2
    ANYONE = 3
    NOT_THEIRS = 4


@dataclass(frozen=True, slots=True)
class Directory:
    """All lines, in the order of their file."""

    lines: tuple[Line, ...]

    def stale(self, now: int) -> tuple[Line, ...]:
        """Give the lines whose number should be checked again."""
        return tuple(line for line in self.lines if line.is_stale(now))

    def offer(
        self, kinds: Sequence[LineKind], *, where: str | None, home: str | None, now: int
    ) -> tuple[Offer, ...]:
        """Give what to call, best first, at most five and no number twice.

        `where` and `home` are ISO 3166 alpha-2, None where unknown; `now` is in Unix seconds. Only the kinds asked for
        are given: police never stand in for another kind. A line is left out when it is closed, when it cannot be
        called from `where`, or when confidence in it is low. The order is:

        1. lines of the country where they are;
        2. lines of their home country, by the number that works from abroad;
        3. embassies and consular lines of their home country, those in the country where they are first; an embassy
           in a third country only while `where` is unknown;
        4. if there is none of these: lines that help anyone from anywhere.

        Other lines of other countries serve people there, or their own nationals, and are never given. Inside one of
        these: the kinds in the order asked, the surest first, then the order of the file.
        """
        ranked = [
            (rank, line)
            for line in self.lines
            if line.kind in kinds and line.confidence is not Confidence.LOW and line.is_open(now)
            if (rank := _rank(line, where, home)) is not _Rank.NOT_THEIRS
        ]
        ranked.sort(key=lambda each: (each[0], *_order(each[1], kinds, where)))
        better = [line for rank, line in ranked if rank is not _Rank.ANYONE]
        offers = _offers(better, where, now) or _offers([line for _, line in ranked], where, now)
        return offers[:MOST]


def _rank(line: Line, where: str | None, home: str | None) -> _Rank:
    if line.kind in NATIONAL:
        reached = line.at is None or where is None or where == line.at
        return _Rank.MISSION if line.country == home and reached else _Rank.NOT_THEIRS
    if line.country == where:
        return _Rank.HERE
    if line.country == home:
        return _Rank.HOME
    return _Rank.ANYONE if line.anyone else _Rank.NOT_THEIRS


def _order(line: Line, kinds: Sequence[LineKind], where: str | None) -> tuple[bool, int, int]:
    return line.place != where, kinds.index(line.kind), _SURENESS.index(line.confidence)


def _offers(lines: Sequence[Line], where: str | None, now: int) -> tuple[Offer, ...]:
    offers: dict[str, Offer] = {}
    for line in lines:
        number = line.number_from(where)
        if number is not None:
            offers.setdefault(number, Offer(line, number, line.is_stale(now), line.place != where))
    return tuple(offers.values())
