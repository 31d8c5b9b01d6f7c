"""The queue as a responder sees it: a few short lists with their clocks, from headers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from protocol.desk import CaseState
from responder.releases import only_reads
from responder.wording import language_name, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from protocol.card import CardId
    from protocol.desk import ClosedCase, Header
    from responder.wording import Wording


SHORT = 8
"""Characters of an id that people see and type."""


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the queue: what its header tells, in words."""

    case: str
    urgency: str
    urgency_word: str
    flow: str
    language: str
    language_name: str
    received_at: datetime
    until: datetime | None
    clock: str
    late: bool
    amended: int
    duty: str = ""
    """What is due next: the end of the words for it, `due.…` and `late.…`."""
    due_at: datetime | None = None
    word_waits: bool = False
    """A reply waits for the contact's hours, and that clock with it."""
    opens_at: datetime | None = None
    """When the contact's safe hours begin."""
    links: int = 0
    offered: bool = False

    @property
    def short(self) -> str:
        """Return the beginning of the id, enough to name a case by."""
        return self.case[:SHORT]


@dataclass(frozen=True, slots=True)
class View:
    """The whole queue at one moment; while the server does not answer, it is stale and says why."""

    mine: tuple[Row, ...] = ()
    waiting: tuple[Row, ...] = ()
    others: tuple[Row, ...] = ()
    stale_since: datetime | None = None
    trouble: str = ""
    offered: tuple[Row, ...] = ()
    """What colleagues would hand over to you."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return every row, what is offered to you first, then yours."""
        return (*self.offered, *self.mine, *self.waiting, *self.others)

    @property
    def windows(self) -> tuple[Row, ...]:
        """Return the cases whose contacts have safe hours to come, the next first."""
        known = ((row.opens_at, row) for row in self.rows if row.opens_at is not None)
        return tuple(row for _, row in sorted(known, key=lambda each: each[0]))


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """One closed case: what its header tells, when it was closed, and what came of it."""

    case: str
    urgency: str
    urgency_word: str
    language: str
    language_name: str
    closed_at: datetime
    outcome: str

    @property
    def short(self) -> str:
        """Return the beginning of the id, enough to name a case by."""
        return self.case[:SHORT]


def see_closed(found: Iterable[ClosedCase], *, wording: Wording) -> tuple[ClosedRow, ...]:
    """Return closed cases in words, in the order in which they came."""
    return tuple(
        ClosedRow(
            case=each.header.id,
            urgency=each.header.urgency.value,
            urgency_word=wording.urgency(each.header.urgency.value),
            language=tag(each.header.language),
            language_name=language_name(each.header.language, wording.language),
            closed_at=each.closed_at,
            outcome=each.outcome.value,
        )
        for each in found
    )


def see_queue(headers: Iterable[Header], *, me: CardId, now: float, wording: Wording) -> View:
    """Sort headers, which come most urgent first, into the lists. `now` is Unix seconds."""
    at = datetime.fromtimestamp(now, UTC)
    lists: dict[str, list[Row]] = {"offered": [], "mine": [], "waiting": [], "others": []}
    for header in headers:
        place = _place(header, me)
        if place is not None:
            lists[place].append(_row(header, at, wording))
    return View(
        tuple(lists["mine"]),
        tuple(lists["waiting"]),
        tuple(lists["others"]),
        offered=tuple(lists["offered"]),
    )


def _place(header: Header, me: CardId) -> str | None:
    if header.offered_to == me:
        return "offered"
    match header.state:
        case CaseState.WAITING | CaseState.CLAIMED if only_reads(header):
            return "mine"  # nobody's claim keeps a partner from reading
        case CaseState.WAITING:
            return "waiting"
        case CaseState.CLAIMED:
            return "mine" if header.claimed_by == me else "others"
        case CaseState.CLOSED:
            return None


def _row(header: Header, now: datetime, wording: Wording) -> Row:
    waiting = header.state is CaseState.WAITING
    until = header.due_at if waiting else header.lease_until
    first = wording("waits", age=wording.age((now - header.received_at).total_seconds()))
    lines = (first if waiting else _held(header, until, now, wording), *_due(header, now, wording))
    return Row(
        case=header.id,
        urgency=header.urgency.value,
        urgency_word=wording.urgency(header.urgency.value),
        flow=wording.flow(header.flow),
        language=tag(header.language),
        language_name=language_name(header.language, wording.language),
        received_at=header.received_at,
        until=until,
        clock=" · ".join(filter(None, lines)),
        late=until is not None and until < now,
        amended=header.amended,
        duty=header.due or "",
        due_at=header.due_at,
        word_waits=header.word_waits,
        opens_at=header.opens_at,
        links=header.links,
        offered=header.offered_to is not None and not waiting,
    )


def _due(header: Header, now: datetime, wording: Wording) -> Iterator[str]:
    """What is due next, how long there is for it or how late it is, and whether a clock stands still."""
    if header.due_at is not None:
        left = (header.due_at - now).total_seconds()
        duty = f".{header.due}" if header.due else ""
        key = (f"due{duty}" if duty else "due_in") if left >= 0 else f"late{duty}"
        yield wording(key, age=wording.age(abs(left)))
    if header.word_waits:
        yield wording("word_waits")


def _held(header: Header, until: datetime | None, now: datetime, wording: Wording) -> str:
    lease = _lease(until, now, wording)
    return f"{lease} · {wording('offered_mark')}" if header.offered_to is not None else lease


def _lease(until: datetime | None, now: datetime, wording: Wording) -> str:
    if until is None:
        return ""
    left = (until - now).total_seconds()
    return wording("lease_left", age=wording.age(left)) if left >= 0 else wording("lease_over")
