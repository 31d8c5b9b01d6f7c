"""Paging: who is called about a case, and when, by its clocks: a case and a moment in, calls and the next look out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.news import URGENCIES
from flows.contract import From, Now, OnceTheyWrite, Verdict
from flows.rule import Urgency
from flows.service import Clocks, Paged, Service
from storage.case import Case, State
from storage.clocks import SECOND_ORGANISATION, Clock, is_free

ONCE = OnceTheyWrite()
NOBODY = -1
"""The urgency for which the clocks of a closed case run: whatever it is when it comes back, they begin anew."""
_LOOK_EVERY = timedelta(hours=1)


class Reason(StrEnum):
    """Why somebody is called."""

    WAITING = "waiting"
    LATE = "late"
    SECOND = "second"
    DANGER = "danger"
    UNHEEDED = "unheeded"
    WINDOW = "window"


UNCLAIMED = (Reason.WAITING, Reason.LATE, Reason.SECOND)
HELD = (Reason.DANGER, Reason.UNHEEDED)
FAMILIES = (UNCLAIMED, HELD, (Reason.WINDOW,))
"""Of a family, a newer page says all that an older one said."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as the pager sees it: `holders_class` is that of whoever holds it, `unanswered`: no word has reached them.

    `may_write` is when the contact may be written to; not asked for somebody who was answered.
    """

    case: Case
    holders_class: str = ""
    unanswered: bool = False
    may_write: Verdict = ONCE


@dataclass(frozen=True, slots=True)
class Call:
    """Call everybody who watches over cases of this class."""

    reason: Reason
    recipient_class: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a case came to: its clock from now on, whom to call, and which calls are no longer true."""

    clock: Clock
    calls: tuple[Call, ...] = ()
    stale: tuple[Reason, ...] = ()


def look(service: Service, clock: Clock, seen: Seen, now: datetime) -> Look:
    """Look at a case. Source of the times: domain 9.3, in service.yaml."""
    case = seen.case
    if case.state is State.CLOSED:
        return Look(_ended(clock), stale=tuple(Reason))
    if clock.urgency != case.urgency:
        clock = replace(clock, urgency=case.urgency, since=now, paged_at=None, second_at=None)
    times = service.clocks[URGENCIES[case.urgency]]
    free = is_free(case, now)
    found = _unclaimed(times, clock, seen, now) if free else _claimed(service, clock, seen, now)
    opened = _window(found.clock, seen, now)
    clock = opened.clock
    moments = [clock.look_at, *_moments(service, times, clock, case, now)]
    clock = replace(clock, look_at=min(filter(None, moments), default=None))
    return Look(clock, found.calls + opened.calls, found.stale + opened.stale)


def _ended(clock: Clock) -> Clock:
    return Clock(clock.case, NOBODY, clock.since)


# --- nobody holds it


def _unclaimed(times: Clocks, clock: Clock, seen: Seen, now: datetime) -> Look:
    """Whoever could take it is called: at once or when it is late, again and again, and others from their minute on."""
    case, calls = seen.case, list[Call]()
    lapsed_at = case.lease_until if case.state is State.CLAIMED else None
    clock = replace(clock, free_since=clock.free_since or lapsed_at or now, danger=-1, danger_at=None)
    at = _page_at(times, clock)
    if at is not None and at <= now:
        clock = replace(clock, paged_at=now)
        reason = Reason.LATE if times.page is Paged.LATE else Reason.WAITING
        calls += [Call(reason, each) for each in case.classes if each != SECOND_ORGANISATION]
        if clock.second_at is not None:
            calls.append(Call(reason, SECOND_ORGANISATION))
    second = _second_at(times, clock, case)
    if second is not None and second <= now:
        clock = replace(clock, second_at=now)
        calls.append(Call(Reason.SECOND, SECOND_ORGANISATION))
    return Look(clock, tuple(calls), HELD)


def _page_at(times: Clocks, clock: Clock) -> datetime | None:
    """When somebody is called next because nobody holds it."""
    free_since = clock.free_since
    if free_since is None or times.page is Paged.NEVER:
        return None
    if clock.paged_at is not None:
        return None if times.again is None else clock.paged_at + times.again
    if times.page is Paged.AT_ONCE or times.claim is None:
        return free_since
    return max(free_since, clock.since + times.claim)


def _second_at(times: Clocks, clock: Clock, case: Case) -> datetime | None:
    """When the second organisation may take it; None where it may already, or it is not sealed to one."""
    if times.second is None or clock.second_at is not None or SECOND_ORGANISATION not in case.classes:
        return None
    return clock.since + times.second


# --- somebody holds it


def _claimed(service: Service, clock: Clock, seen: Seen, now: datetime) -> Look:
    """Nobody is called but for a new danger: the holder first, and others once the holder has not acted."""
    ours = seen.holders_class != SECOND_ORGANISATION
    second = None if ours else clock.second_at
    clock = replace(clock, free_since=None, paged_at=None, second_at=second)
    reason = _heeded(service, clock, seen.case, now)
    if reason is None:
        is_over = clock.danger_at is not None and _has_acted(clock, seen.case)
        clock = replace(clock, danger=-1, danger_at=None, danger_lease=None) if is_over else clock
        return Look(clock, stale=UNCLAIMED + (HELD if is_over else ()))
    clock = replace(clock, danger_at=now, danger_lease=seen.case.lease_until)
    classes = (seen.holders_class,) if reason is Reason.DANGER else _watching(clock, seen.case)
    return Look(clock, tuple(Call(reason, each) for each in classes), UNCLAIMED)


def _heeded(service: Service, clock: Clock, case: Case, now: datetime) -> Reason | None:
    if clock.danger < 0 or URGENCIES[case.urgency] is not Urgency.CRITICAL:
        return None
    if clock.danger_at is None:
        return Reason.DANGER
    late = clock.danger_at + service.unheeded <= now
    return Reason.UNHEEDED if late and not _has_acted(clock, case) else None


def _has_acted(clock: Clock, case: Case) -> bool:
    """Whether a person opened what is new, or lengthened the claim, since they were called."""
    return case.opened >= clock.danger or case.lease_until != clock.danger_lease


def _watching(clock: Clock, case: Case) -> tuple[str, ...]:
    return tuple(each for each in case.classes if each != SECOND_ORGANISATION or clock.second_at is not None)


# --- the contact's hours


def _window(clock: Clock, seen: Seen, now: datetime) -> Look:
    """Whoever is on duty is called when the hours begin in which somebody who was not answered may be written to."""
    if not seen.unanswered:
        return Look(replace(clock, opens_at=None, look_at=None), stale=(Reason.WINDOW,))
    begun = clock.opens_at is not None and clock.opens_at <= now and seen.may_write == Now()
    calls = tuple(Call(Reason.WINDOW, each) for each in _watching(clock, seen.case)) if begun else ()
    match seen.may_write:
        case From(at):
            moment = datetime.fromtimestamp(at, now.tzinfo)
            return Look(replace(clock, opens_at=moment, look_at=moment), calls)
        case Now():
            return Look(replace(clock, opens_at=None, look_at=now + _LOOK_EVERY), calls)
        case OnceTheyWrite():
            return Look(replace(clock, opens_at=None, look_at=None), calls)


def _moments(
    service: Service, times: Clocks, clock: Clock, case: Case, now: datetime
) -> Iterator[datetime | None]:
    """When there may be something to do next."""
    if is_free(case, now):
        yield _page_at(times, clock)
        yield _second_at(times, clock, case)
        return
    yield case.lease_until
    if clock.danger >= 0 and clock.danger_at is not None:
        yield clock.danger_at + service.unheeded
