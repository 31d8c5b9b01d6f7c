"""Paging: who is called about a case, and when, by its clocks: a case and a moment in, calls and the next look out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.due import standing_of
from bot.news import URGENCIES
from flows.contract import From, Now, OnceTheyWrite, Verdict
from flows.rule import Urgency
from flows.service import Clocks, Paged, Service, due
from storage.case import Case, State
from storage.clocks import SECOND_ORGANISATION, Clock, Done, is_free

ONCE = OnceTheyWrite()
_NOTHING = Done()
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
    LAPSING = "lapsing"
    DUE = "due"


UNCLAIMED = (Reason.WAITING, Reason.LATE, Reason.SECOND)
HELD = (Reason.DANGER, Reason.UNHEEDED)
OWED = (Reason.LAPSING, Reason.DUE)
"""What only whoever holds the case is told, at a destination of their own."""
FAMILIES = (UNCLAIMED, HELD, (Reason.WINDOW,), (Reason.LAPSING,), (Reason.DUE,))
"""Of a family, a newer page says all that an older one said."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as the pager sees it: `holders_class` is that of whoever holds it, `unanswered`: no word has reached them.

    `may_write` is when the contact may be written to; not asked for somebody who was answered. `own`: whoever holds it
    has a destination of their own. `done` is what was done in the case.
    """

    case: Case
    holders_class: str = ""
    unanswered: bool = False
    may_write: Verdict = ONCE
    own: bool = False
    done: Done = _NOTHING


@dataclass(frozen=True, slots=True)
class Call:
    """Call those who watch over cases of this class; or `only` the card that holds it, or those `besides` that one."""

    reason: Reason
    recipient_class: str
    only: str = ""
    besides: str = ""


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
    owed = _owed(service, found.clock, seen, now)
    opened = _window(service, owed.clock, seen, now)
    clock = opened.clock
    moments = [clock.look_at, *_moments(service, times, clock, case, now)]
    clock = replace(clock, look_at=min(filter(None, moments), default=None))
    return Look(clock, found.calls + owed.calls + opened.calls, found.stale + owed.stale + opened.stale)


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
    return Look(clock, tuple(_to_holder_or_others(reason, clock, seen)), UNCLAIMED)


def _to_holder_or_others(reason: Reason, clock: Clock, seen: Seen) -> Iterator[Call]:
    """A danger goes to whoever holds the case, and where that is nobody who is enrolled, as what was not heeded."""
    holder = seen.case.holder or ""
    if reason is Reason.DANGER and seen.holders_class:
        yield Call(reason, seen.holders_class, only=holder if seen.own else "")
        return
    for each in _watching(clock, seen.case):
        yield Call(reason, each, besides=holder)


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


# --- what whoever holds it owes it


def _owed(service: Service, clock: Clock, seen: Seen, now: datetime) -> Look:
    """The holder is told at the moment that was looked forward to: their claim ends soon, something is due."""
    moments = dict(_looked_forward_to(service, clock, seen, now))
    lapses_at, due_at = (moments.get(each) for each in OWED)
    before = {Reason.LAPSING: clock.lapses_at, Reason.DUE: clock.due_at}
    come = [each for each in OWED if before[each] is not None and before[each] == moments.get(each)]
    calls = tuple(
        Call(each, seen.holders_class, only=seen.case.holder or "") for each in come if moments[each] <= now
    )
    # A moment that moved on, or is none any more, makes what was to be said of it untrue.
    stale = tuple(each for each in OWED if each not in moments or moments[each] > now)
    clock = replace(clock, lapses_at=_ahead(lapses_at, now), due_at=_ahead(due_at, now))
    return Look(clock, calls, stale)


def _looked_forward_to(
    service: Service, clock: Clock, seen: Seen, now: datetime
) -> Iterator[tuple[Reason, datetime]]:
    """When whoever holds the case is to be told of what; nothing where nobody does, or they cannot be told alone."""
    case = seen.case
    if is_free(case, now) or not seen.own:
        return
    if case.lease_until is not None:
        yield Reason.LAPSING, case.lease_until - service.lapsing
    owed = due(service.clocks[URGENCIES[case.urgency]], standing_of(clock.since, None, seen.done))
    if owed is not None:
        yield Reason.DUE, owed.at


def _ahead(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None


# --- the contact's hours


def _window(service: Service, clock: Clock, seen: Seen, now: datetime) -> Look:
    """Somebody is called when the hours begin in which a contact who was not answered may be written to."""
    if not seen.unanswered:
        return Look(replace(clock, opens_at=None, look_at=None, window_at=None), stale=(Reason.WINDOW,))
    clock, calls = _begun(service, clock, seen, now)
    match seen.may_write:
        case From(at):
            moment = datetime.fromtimestamp(at, now.tzinfo)
            return Look(replace(clock, opens_at=moment, look_at=moment), calls)
        case Now():
            return Look(replace(clock, opens_at=None, look_at=now + _LOOK_EVERY), calls)
        case OnceTheyWrite():
            return Look(replace(clock, opens_at=None, look_at=None), calls)


def _begun(service: Service, clock: Clock, seen: Seen, now: datetime) -> tuple[Clock, tuple[Call, ...]]:
    """Whoever holds the case is called first, if they can be alone; others at once where not, or later."""
    case, told_at = seen.case, clock.window_at
    if seen.may_write != Now():
        return replace(clock, window_at=None), ()
    alone = seen.own and not is_free(case, now)
    if clock.opens_at is not None and clock.opens_at <= now:
        if alone:
            call = Call(Reason.WINDOW, seen.holders_class, only=case.holder or "")
            return replace(clock, window_at=now), (call,)
    elif told_at is None or (alone and now < told_at + service.unheeded):
        return clock, ()
    besides = case.holder or "" if told_at is not None and alone else ""
    others = (Call(Reason.WINDOW, each, besides=besides) for each in _watching(clock, case))
    return replace(clock, window_at=None), tuple(others)


def _moments(
    service: Service, times: Clocks, clock: Clock, case: Case, now: datetime
) -> Iterator[datetime | None]:
    """When there may be something to do next."""
    if is_free(case, now):
        yield _page_at(times, clock)
        yield _second_at(times, clock, case)
        return
    yield case.lease_until
    yield clock.lapses_at
    yield clock.due_at
    if clock.danger >= 0 and clock.danger_at is not None:
        yield clock.danger_at + service.unheeded
    if clock.window_at is not None:
        yield clock.window_at + service.unheeded
