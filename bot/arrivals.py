"""What lies in the inbox, opened: an update, our clock's word, or something from the responders' side."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from bot.errands import DESK, read_errand
from bot.holdings import Holdings
from bot.journal import CLOCK
from bot.updates import Incoming, Ticked
from storage.box import BoxError
from storage.inbox import Arrival

OURS = (CLOCK, DESK)
"""Sources whose words are for conversations that there are; nobody begins one by them."""


def open_arrival(arrival: Arrival, holdings: Holdings, read: Callable[[Arrival], Incoming]) -> Incoming:
    """What an arrival means; raises BoxError, msgspec.DecodeError. `read` opens what is closed by the keyring."""
    held = holdings.of_chat(arrival.chat)
    if held is None or not arrival.source.startswith(DESK):
        return read(arrival)
    try:
        return Incoming(0, read_errand(arrival, held.key))
    except BoxError:
        # It was for whom this chat led to before: it must not stand in the way of what the person says.
        return Incoming(0, Ticked("void", arrival.number))


def at_least(now: datetime, given: Iterable[Incoming]) -> datetime:
    """The time, by which every moment that the clock has told of has come: each is told once.

    Another machine's clock may be ahead of ours, or ours was set back.
    """
    moments = (each.given.at for each in given if isinstance(each.given, Ticked))
    return max([now, *(datetime.fromtimestamp(at / 1000, UTC) for at in moments)])
