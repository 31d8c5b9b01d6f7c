"""What is remembered of one conversation between two updates, and the conversation as this process holds it."""

from dataclasses import dataclass, field

import msgspec

from storage.box import DataKey, Spot


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's state, sealed at rest under its data key.

    `session` is the encoded passage through a flow, None once it is over. `screen` names what is on the phone and
    `nonce` its buttons. `language` was chosen, `hint` is Telegram's guess. `case` is set once something was forwarded:
    `revision` is the last sealed, `since` when the first was (unix milliseconds), `urgency` (4 critical .. 0 none) the
    highest so far.
    """

    schema: int = 1
    session: bytes | None = None
    screen: str = ""
    nonce: str = ""
    language: str | None = None
    hint: str | None = None
    case: str | None = None
    revision: int = 0
    urgency: int = 0
    since: int = 0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chat is and what is on its screen: ids of the bubble and of the newest message that we know of."""

    chat: int
    bubble: int | None = None
    seen: int = 0
    blocked: bool = False


_record = msgspec.msgpack.Decoder(Record)
_place = msgspec.msgpack.Decoder(Place)
_encode = msgspec.msgpack.Encoder().encode


def seal_record(record: Record, key: DataKey, conversation: str) -> bytes:
    """The state as it lies in the database."""
    return key.seal(_encode(record), Spot("conversations", conversation, "state"))


def open_record(sealed: bytes, key: DataKey, conversation: str) -> Record:
    """The state again."""
    return _record.decode(key.open(sealed, Spot("conversations", conversation, "state")))


def seal_place(place: Place, key: DataKey, conversation: str) -> bytes:
    """The place as it lies in the database."""
    return key.seal(_encode(place), Spot("chats", conversation, "place"))


def open_place(sealed: bytes, key: DataKey, conversation: str) -> Place:
    """The place again."""
    return _place.decode(key.open(sealed, Spot("chats", conversation, "place")))


@dataclass(slots=True)
class Held:
    """A conversation that this process works on. Changed only after the change is committed."""

    id: str
    chat: bytes
    key: DataKey = field(repr=False)
    record: Record = field(repr=False)
    version: int
    place: Place = field(repr=False)
    touched_at: float = 0.0
