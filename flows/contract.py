"""The contract: when a contact may be written to, by what they said about it and by their own clock.

Every doubt is read as the safer: what was not said, or not understood, waits until they write themselves.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.definition import Flow
from flows.session import Session, current, standing
from flows.standing import chosen
from flows.writing import contact_safety


class Key(StrEnum):
    """What of the answers about safety the contract goes by; hours have keys of their own (`Terms`)."""

    REPLY = "reply"
    ACCOUNT = "account"
    CLOCK = "clock"
    IN_HOURS = "in_hours"
    """In how many hours, and not at another time."""
    SIGNAL = "signal"
    """The signal by which they want to be told; it counts only with the answer that asks for one."""
    SAID_AT = "in_hours_from"
    """When that was said (Unix seconds); no answer, but the time of one."""


ANY_TIME, CERTAIN_HOURS, WITH_SIGNAL = "any_time", "certain_hours", "with_signal"
"""The answers to `reply` that let us write first. Every other, and none, means: they write first."""
THEIRS = "theirs"
"""The answer to `account` of somebody who writes on what belongs to those who hold them."""
MINE = "mine"
"""The answer to `account` that sets no bounds; where it was not asked, neither does that."""
_CLOCK = re.compile(r"([+-])(\d\d)(\d\d)")
_FURTHEST = range(-12 * 60, 14 * 60 + 1)
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Terms:
    """What the answers mean in time; the same for everybody."""

    hours: Mapping[str, tuple[int, int]]
    """Keys of the answers, and the hours that each names: from, until just before, by the contact's clock."""
    theirs_seconds: int
    """How long after the contact's last input an account that is not their own may be written to."""
    late_seconds: int = 3600
    """How much later than in the hours that they named is not too late."""
    signals: Mapping[str, str] = field(default_factory=dict)
    """Keys of the answers, and the signal that each stands for, as it is sent."""


@dataclass(frozen=True, slots=True)
class Now:
    """They may be written to."""


@dataclass(frozen=True, slots=True)
class From:
    """They may be written to, but not before `at` (Unix seconds)."""

    at: int


@dataclass(frozen=True, slots=True)
class OnceTheyWrite:
    """They are not written to. What waits is offered on the next screen that they ask for."""


Verdict = Now | From | OnceTheyWrite


def verdict(said: Mapping[str, str], terms: Terms, *, now: int, wrote_at: int) -> Verdict:
    """Tell when somebody may be written to unasked.

    `said` are their answers about safety, `wrote_at` is when they last wrote or tapped (0: never); both times in Unix
    seconds.
    """
    match said.get(Key.REPLY):
        case "any_time":
            found: Verdict = Now()
        case "certain_hours":
            found = _within(said, terms, now)
        case "with_signal" if said.get(Key.SIGNAL) in terms.signals:
            found = Now()
        case _:
            return OnceTheyWrite()
    if said.get(Key.ACCOUNT, MINE) == MINE:
        return found
    at = found.at if isinstance(found, From) else now
    return found if wrote_at <= now and at - wrote_at <= terms.theirs_seconds else OnceTheyWrite()


def signal(said: Mapping[str, str], terms: Terms) -> str | None:
    """Give the signal that is sent in place of any words; None for whoever asked for none."""
    return terms.signals.get(said.get(Key.SIGNAL, "")) if said.get(Key.REPLY) == WITH_SIGNAL else None


def _within(said: Mapping[str, str], terms: Terms, now: int) -> Verdict:
    if Key.IN_HOURS not in said:
        return _by_day(said, terms, now)
    found = _by_span(said, terms, now)
    if not any(key in said for key in terms.hours):
        return found
    # Both were said, one after the other, and which of them stands is not known: so only where both agree.
    at = found.at if isinstance(found, From) else now
    return found if _by_day(said, terms, at) == Now() else OnceTheyWrite()


def _by_span(said: Mapping[str, str], terms: Terms, now: int) -> Verdict:
    hours, since = said[Key.IN_HOURS], said.get(Key.SAID_AT, "")
    if not (hours.isdecimal() and since.isdecimal()):
        return OnceTheyWrite()
    first = int(since) + int(hours) * 3600
    if now < first:
        return From(first)
    return Now() if now <= first + terms.late_seconds else OnceTheyWrite()


def _by_day(said: Mapping[str, str], terms: Terms, now: int) -> Verdict:
    offset = read_clock(said.get(Key.CLOCK, ""))
    hours = [hours for key, hours in terms.hours.items() if key in said]
    if offset is None or not hours:
        return OnceTheyWrite()
    minute = (now // 60 + offset) % DAY
    if any(first * 60 <= minute < last * 60 for first, last in hours):
        return Now()
    wait = min((first * 60 - minute) % DAY for first, _ in hours)
    return From((now // 60 + wait) * 60)


def read_clock(text: str) -> int | None:
    """Read how many minutes a clock is ahead of UTC, written `+0630`; None for what is none, such as `unknown`."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    offset = -minutes if found[1] == "-" else minutes
    return offset if int(found[3]) < 60 and offset in _FURTHEST else None  # noqa: PLR2004 - minutes of an hour


def agreed(flow: Flow, session: Session, before: Mapping[str, str]) -> dict[str, str]:
    """Give what was said last about writing back, in this session or in those `before`.

    An answer of an earlier session stands until its question is asked again: who then declines takes it back.
    """
    asked = {
        key
        for name in standing(session)
        if name in flow.by_id
        for choice in flow.by_id[name].choices
        for key in choice.safety
    }
    asked |= {Key.SAID_AT} if Key.IN_HOURS in asked else set()
    kept = {key: value for key, value in before.items() if key not in asked}
    return kept | dict(contact_safety(flow, session)) | _span(flow, session)


def _span(flow: Flow, session: Session) -> dict[str, str]:
    """From when the hours are counted in which they may be written to."""
    places = standing(session)
    said = [
        session.log[places[question]].at
        for question, choice in chosen(flow, current(session))
        if Key.IN_HOURS in choice.safety
    ]
    return {Key.SAID_AT: str(max(said))} if said else {}


def local(at: int, said: Mapping[str, str]) -> int | None:
    """Give a moment by the contact's clock, as the minute of their day; None where their clock is not known."""
    offset = read_clock(said.get(Key.CLOCK, ""))
    return None if offset is None else (at // 60 + offset) % DAY


def windows(said: Mapping[str, str], terms: Terms) -> Iterable[tuple[int, int]]:
    """Give the hours that were named, from and until, by the contact's clock."""
    return sorted(hours for key, hours in terms.hours.items() if key in said)
