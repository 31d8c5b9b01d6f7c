"""What lies in the inbox, opened: an update, our clock's word, or something from the responders' side."""

from bot.errands import DESK, read_errand
from bot.holdings import Holdings
from bot.journal import CLOCK, arrival_spot
from bot.updates import Incoming, Ticked, Unreadable, read_update
from storage.inbox import Arrival

OURS = (CLOCK, DESK)
"""Sources whose words are for conversations that there are; nobody begins one by them."""


def open_arrival(arrival: Arrival, holdings: Holdings) -> Incoming:
    """What an arrival means; raises BoxError, msgspec.DecodeError."""
    held = holdings.of_chat(arrival.chat)
    if held is not None and arrival.source.startswith(DESK):
        return Incoming(0, read_errand(arrival, held.key))
    raw = holdings.box.open(arrival.body, arrival_spot(arrival.row))
    if arrival.source.startswith(CLOCK):
        return Incoming(0, Ticked(raw.decode(), arrival.number))
    return read_update(raw) or Incoming(0, Unreadable())
