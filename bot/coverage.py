"""Coverage: who is called for a critical case now and until when, and when in the week it is nobody's turn."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.alerts import CLASSES, Destination
from bot.rota import gaps, on_call_until
from protocol.audience import RecipientClass
from storage.case import CRITICAL

_SHOWN = 5
"""So many gaps are told of one class."""


def coverage(destinations: Sequence[Destination], now: datetime) -> str:
    """All of it in one line, moments in UTC."""
    by_class = {
        name: [each for each in destinations if each.takes(name, CRITICAL)] for name in sorted(set(CLASSES))
    }
    taken = {name: takers for name, takers in by_class.items() if takers}
    told = [f"critical cases page {'; '.join(_now(name, takers, now) for name, takers in taken.items())}"]
    if RecipientClass.ORGANISATION not in taken:
        told.insert(0, "nobody of the organisation would be paged")
    return "; ".join([*told, *(line for name, takers in taken.items() for line in _gaps(name, takers, now))])


def _now(name: str, takers: Sequence[Destination], now: datetime) -> str:
    here = [_until(each, now) for each in takers if each.is_on_call(now)]
    if not here:
        return f"{name}: nobody is on call, so everybody: {', '.join(each.name for each in takers)}"
    later = [each.name for each in takers if not each.is_on_call(now)]
    return f"{name}: {', '.join(here)}" + (f" (not now: {', '.join(later)})" if later else "")


def _until(to: Destination, now: datetime) -> str:
    until = on_call_until(to.hours, now)
    return to.name if until is None else f"{to.name} until {until:%a %H:%M}"


def _gaps(name: str, takers: Sequence[Destination], now: datetime) -> Iterator[str]:
    found = gaps([each.hours for each in takers], now)
    if found:
        spans = [f"{begins:%a %H:%M}-{ends:%a %H:%M}" for begins, ends in found[:_SHOWN]]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield f"warning: nobody of {name} is on call {', '.join(spans)}{more} UTC, everybody is paged then"
