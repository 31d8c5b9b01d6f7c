"""Regrades on the server: what a responder sent is checked by its signature, boxed and handed on, never read."""

from datetime import datetime

import msgspec

from bot.asked import Asked
from bot.header import URGENCIES
from bot.refusals import RefusedError
from protocol.audience import RecipientClass
from protocol.desk import RefusalCode
from protocol.regrade import SealedRegrade, check_regrade
from storage.box import DataKey, Spot
from storage.case import Regrade

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(SealedRegrade)


def read_regrade(asked: Asked) -> SealedRegrade:
    """A regrade of this case by this card; RefusedError for what colleagues could not check either."""
    sealed = asked.signed(SealedRegrade, check_regrade)
    if (sealed.case, sealed.recipient_class) != (asked.case, asked.card.recipient_class):
        raise RefusedError(RefusalCode.BODY_BAD)
    return sealed


def box_regrade(sealed: SealedRegrade, key: DataKey, *, now: datetime) -> Regrade:
    """The sealed reason closed once more under the conversation's key: erasing that erases it too."""
    return Regrade(
        case=sealed.case,
        recipient_class=sealed.recipient_class,
        number=sealed.number,
        before=URGENCIES.index(sealed.before),
        after=URGENCIES.index(sealed.after),
        body=key.seal(_encode(sealed), _spot(sealed.case, sealed.recipient_class, sealed.number)),
        made_at=now,
    )


def unbox_regrade(
    case: str, recipient_class: RecipientClass, number: int, body: bytes, key: DataKey
) -> SealedRegrade:
    """The sealed reason again, for a responder."""
    return _decoder.decode(key.open(body, _spot(case, recipient_class, number)))


def _spot(case: str, recipient_class: str, number: int) -> Spot:
    return Spot("regrades", f"{case}/{recipient_class}/{number}", "body")
