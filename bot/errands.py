"""Errands: what the responders' side has for a conversation, on its way there through the inbox, in turn and once."""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from storage.box import DataKey, Spot
from storage.inbox import Arrival

DESK = "desk"


class Bring(msgspec.Struct, frozen=True, tag="bring"):
    """A reply for the contact: its message's id, its words, and until when it waits for them (unix seconds).

    `question`: opened, it asks this question.
    """

    id: str
    text: str
    until: int
    question: str = ""

    def __repr__(self) -> str:
        return f"Bring({self.id!r})"


class TakeBack(msgspec.Struct, frozen=True, tag="take_back"):
    """A reply that its author wants back, if nobody has opened it."""

    id: str


Errand = Bring | TakeBack
_decoder: msgspec.msgpack.Decoder[Errand] = msgspec.msgpack.Decoder(Errand)
_encode = msgspec.msgpack.Encoder().encode
# What brings a reply is handled before what takes it back.
_NUMBERS = {Bring: 0, TakeBack: 1}


@dataclass(frozen=True, slots=True)
class Door:
    """Where errands of one conversation are left: its chat, and the key that closes what is left there."""

    chat: bytes
    key: DataKey = field(repr=False)

    def arrival(self, errand: Errand, *, now: datetime) -> Arrival:
        """The errand as it lies in the inbox, closed under the conversation's own key."""
        source, number = f"{DESK}:{errand.id}", _NUMBERS[type(errand)]
        body = self.key.seal(_encode(errand), _spot(f"{source}/{number}"))
        return Arrival(source, number, self.chat, body, now)


def read_errand(arrival: Arrival, key: DataKey) -> Errand:
    """The errand again; raises BoxError, msgspec.DecodeError."""
    return _decoder.decode(key.open(arrival.body, _spot(arrival.row)))


def _spot(row: str) -> Spot:
    return Spot("inbox", row, "body")
