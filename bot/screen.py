"""What a contact sees: one bubble of text with buttons, and how it is written down until it is shown."""

import msgspec


class Button(msgspec.Struct, frozen=True, array_like=True):
    """A label and the meaningless token that comes back when it is pressed."""

    label: str
    token: str


class Show(msgspec.Struct, frozen=True, tag="show"):
    """Put this on the screen: by editing the bubble, or, when `fresh`, below everything else.

    `since`: the newest message of the chat when this, or an unsent screen that it replaces, was written.
    `quiet` was for screens that nobody asked for; none are written any more, and one that was left is not shown.
    `note`: the reply of which this says that it is there or, where it `opens` it, whose words this shows.
    `edits_only`: nobody asked for it, so no message is sent for it; the bubble that is there becomes this.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    fresh: bool = False
    since: int = 0
    quiet: bool = False
    edits_only: bool = False
    note: str = ""
    opens: bool = False


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """Take these messages off the screen, on both sides; of a chat with `bot`, where that is known."""

    messages: tuple[int, ...]
    bot: int | None = None


class Wipe(msgspec.Struct, frozen=True, tag="wipe"):
    """Take off the screen what the chat's place says must go (place.py)."""


Task = Show | Remove | Wipe
_decoder: msgspec.msgpack.Decoder[Task] = msgspec.msgpack.Decoder(Task)
_encode = msgspec.msgpack.Encoder().encode


def encode_task(task: Task) -> bytes:
    """The task as it is sealed into the outbox."""
    return _encode(task)


def decode_task(encoded: bytes) -> Task:
    """The task again."""
    return _decoder.decode(encoded)
