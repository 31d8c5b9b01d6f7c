"""Messages on the server: what a responder sent is checked by its signature, boxed and handed on, never read back."""

import secrets
from datetime import datetime, timedelta

import msgspec

from bot.asked import Asked
from bot.refusals import RefusedError
from flows.payment import payments
from protocol.desk import RefusalCode
from protocol.message import (
    LONGEST_MESSAGE,
    Delivery,
    MessageKind,
    MessageState,
    Say,
    SealedMessage,
    check_message,
)
from storage.box import DataKey, Spot
from storage.messages import Fate, Message

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(SealedMessage)


def read_say(asked: Asked) -> Say:
    """A message of this card about this case; RefusedError for what colleagues could not check either."""
    say = asked.signed(Say, lambda told, keys: check_message(told.message, keys))
    about = (say.message.case, say.message.recipient_class)
    if about != (asked.case, asked.card.recipient_class) or not _fits(say):
        raise RefusedError(RefusalCode.BODY_BAD)
    return say


def _fits(say: Say) -> bool:
    if say.message.kind is MessageKind.NOTE:
        return say.text is None and say.question is None
    return say.text is not None and bool(say.text.strip()) and len(say.text) <= LONGEST_MESSAGE


def box_message(say: Say, key: DataKey, *, now: datetime, waits: timedelta, known: frozenset[str]) -> Message:
    """The sealed words closed once more, and what is to become of them.

    A reply with a number for money waits for a second look, with its text boxed; `known` are the digits of numbers
    that are none. `waits` is how long a reply may wait for anything.
    """
    sealed, name = say.message, secrets.token_hex(16)
    state, text = _first_state(say, known), None
    if state is Fate.NEEDS_SECOND_LOOK:
        text = key.seal((say.text or "").encode(), Spot("messages", name, "text"))
    return Message(
        id=name,
        case=sealed.case,
        recipient_class=sealed.recipient_class,
        number=sealed.number,
        kind=sealed.kind,
        author=sealed.card,
        state=state,
        body=key.seal(_encode(sealed), Spot("messages", name, "body")),
        text=text,
        made_at=now,
        changed_at=now,
        expires_at=now + waits,
    )


def _first_state(say: Say, known: frozenset[str]) -> Fate:
    if say.text is None:
        return Fate.KEPT
    return Fate.NEEDS_SECOND_LOOK if payments(say.text, known) else Fate.QUEUED


def unbox_text(message: Message, key: DataKey) -> str:
    """What a contact is to read, of a message that was looked at a second time."""
    return key.open(message.text or b"", Spot("messages", message.id, "text")).decode()


def unbox_message(message: Message, key: DataKey) -> Delivery:
    """The sealed words again, for a responder, and what became of them."""
    sealed = _decoder.decode(key.open(message.body, Spot("messages", message.id, "body")))
    return Delivery(message=sealed, state=MessageState(message.state), changed_at=message.changed_at)
