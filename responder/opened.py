"""An opened case: its header and what was said, put together from the parts that could be opened and believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.summary import CasePart, CaseSummary, merge
from responder.attachments import NO_FILES, Files
from responder.messages import NO_EXCHANGE, Exchange
from responder.regrades import NO_HISTORY, History

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol.audience import Tier
    from protocol.desk import Header
    from responder.jobs import Interpreted
    from responder.releases import Released

Part = tuple[int, CasePart]
"""A revision's number and what was in it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One sealed part that was not opened, and the name of the check that it failed."""

    revision: int
    tier: Tier
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class OpenedCase:
    """A case in clear: its header, what was said session by session, what was not believed, what colleagues gave."""

    header: Header
    sessions: tuple[CaseSummary, ...]
    unread: tuple[Unread, ...] = ()
    history: History = NO_HISTORY
    files: Files = NO_FILES
    exchange: Exchange = NO_EXCHANGE
    resealed_by: tuple[str, ...] = ()
    releases: tuple[Released, ...] = ()
    """What was released of it in an emergency."""
    jobs: tuple[Interpreted, ...] = ()
    """What went to interpreters, and what it came back as."""
    parts: tuple[Part, ...] = ()
    """What the sessions were put together from, tier by tier."""

    @property
    def wiped(self) -> tuple[int, int]:
        """Return how many messages were wiped from the phone, and how many were too old."""
        return sum(each.wiped for each in self.sessions), sum(each.stuck for each in self.sessions)


def merge_sessions(parts: Iterable[Part]) -> tuple[CaseSummary, ...]:
    """Take the newest part of each session and tier, and put each session together, oldest session first."""
    sessions: dict[str, list[CasePart]] = {}
    for part in newest(parts):
        sessions.setdefault(part.session, []).append(part)
    return tuple(merge(tiers) for tiers in sessions.values())


def newest(parts: Iterable[Part]) -> list[CasePart]:
    """Take the newest part of each session and tier, oldest session first."""
    found: dict[tuple[str, str], Part] = {}
    for revision, part in parts:
        place = (part.session, part.tier.value)
        if place not in found or found[place][0] <= revision:
            found[place] = (revision, part)
    return [part for _, part in sorted(found.values(), key=lambda each: each[1].started_at)]
