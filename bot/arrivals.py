"""What lies in the inbox, opened: an update, our clock's word, or something from the responders' side."""

from collections.abc import Callable

from bot.errands import DESK, read_errand
from bot.holdings import Holdings
from bot.journal import CLOCK
from bot.updates import Incoming
from storage.inbox import Arrival

OURS = (CLOCK, DESK)
"""Sources whose words are for conversations that there are; nobody begins one by them."""


def open_arrival(arrival: Arrival, holdings: Holdings, read: Callable[[Arrival], Incoming]) -> Incoming:
    """What an arrival means; raises BoxError, msgspec.DecodeError. `read` opens what is closed by the keyring."""
    held = holdings.of_chat(arrival.chat)
    if held is not None and arrival.source.startswith(DESK):
        return Incoming(0, read_errand(arrival, held.key))
    return read(arrival)
