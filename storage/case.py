"""A case as the queue knows it: its states, its small header, its sealed files, and the moves that are refused."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.engine import RowMapping


class State(StrEnum):
    """Where a case is in the queue."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    CLOSED = "closed"


class QueueError(Exception):
    """A move that the queue does not have."""


class CaseUnknownError(QueueError):
    """There is no such case, or not for this reader."""


class NotWaitingError(QueueError):
    """Somebody else holds this case, or it is closed."""


class NotHolderError(QueueError):
    """Only the holder of the claim may do this."""


class ReadsOnlyError(QueueError):
    """A partner reads a case, and moves none."""


class UnreadError(QueueError):
    """The case is not as the holder has seen it; none is closed or lowered unread."""


class NotOfferedError(QueueError):
    """This case is not offered to whoever would take or decline it, or to nobody."""


class NotClosedError(QueueError):
    """Only a closed case can be reopened."""


class LoadFullError(QueueError):
    """They hold as many cases as one responder may; critical ones are given all the same."""


CRITICAL = 4
"""The highest urgency."""


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the queue: all that the server may know of a case.

    `urgency` is 4 critical .. 0 none. `rank` orders inside one urgency, lowest first. `classes` are the recipient
    classes that can open something of it. `amended` counts the revisions after the first, `opened` is the
    last of them that a holder was given (-1: none). A claim is `holder` until `lease_until`, and may be `offered_to`
    another. `regraded` is the last revision that there was when a responder gave the urgency (-1: none did).
    """

    id: str
    conversation: str
    urgency: int
    urgency_from: str
    rank: int
    classes: tuple[str, ...]
    flow: str
    language: str
    received_at: datetime
    state: State
    holder: str | None
    lease_until: datetime | None
    amended: int
    opened: int
    closed_at: datetime | None
    outcome: str | None
    relay_open: bool
    regraded: int
    offered_to: str | None = None
    read_as: str = ""
    """The class that whoever looked at it reads it as."""

    @classmethod
    def from_row(cls, row: RowMapping) -> "Case":
        """The value of one row."""
        fields = dict(row)
        return cls(**fields | {"classes": tuple(row["classes"].split()), "state": State(row["state"])})

    def held_by(self, responder: str, now: datetime) -> bool:
        """Whether this responder holds a claim that has not lapsed."""
        return self.state is State.CLAIMED and self.holder == responder and (self.lease_until or now) > now


@dataclass(frozen=True, slots=True)
class Revision:
    """One sealed file of a case. `body` is boxed under the conversation's data key."""

    case: str
    number: int
    tier: str
    recipient_class: str
    body: bytes = field(repr=False)
    sealed_at: datetime
    session: str


@dataclass(frozen=True, slots=True)
class Regrade:
    """Another urgency by the holder. `body` is boxed under the conversation's data key, `number` counts from 0."""

    case: str
    recipient_class: str
    number: int
    before: int
    after: int
    body: bytes = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Put:
    """A case as the conversation sees it now, with what was sealed for it in this turn.

    `urgency` is the highest so far. `news` are pairs of a revision and an urgency: what was said in that
    revision or later gives that much by itself. `attachments` are the files that its readers may have from now on.
    `audience` is whom it is open to beside the organisation: pairs of a class and a country. `withdrawn`: pairs of a
    class and a tier whose files go before anything is added; without a tier all, and that class no longer sees it.
    """

    id: str
    conversation: str
    urgency: int
    rank: int
    classes: tuple[str, ...]
    flow: str
    language: str
    number: int
    revisions: tuple[Revision, ...]
    news: tuple[tuple[int, int], ...] = ()
    attachments: tuple[str, ...] = ()
    audience: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()

    def since(self, revision: int) -> int:
        """The urgency that was given after this revision; -1 is before them all."""
        return self.urgency if revision < 0 else max((up for at, up in self.news if at > revision), default=0)
