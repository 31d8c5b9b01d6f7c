"""From a summary's parts to sealed revisions that only responders can open, boxed for the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bot.recipients import RecipientsFile
from protocol.audience import RecipientClass, Tier
from protocol.revision import CaseId, SealedRevision, seal_revision
from protocol.signing import SigningKey
from storage.box import DataKey, Spot
from storage.case import Revision

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(SealedRevision)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be sealed: a part of a case, and which class of which country may read it ('': of any)."""

    tier: Tier
    recipient_class: RecipientClass
    country: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals for those who are enrolled now."""

    recipients: RecipientsFile = field(repr=False)
    signing_key: SigningKey = field(repr=False)

    def seal(
        self,
        case: str,
        number: int,
        sheets: Iterable[Sheet],
        key: DataKey,
        *,
        session: str,
        now: datetime,
    ) -> tuple[Revision, ...]:
        """One age file for each tier and class."""
        known = self.recipients.now
        sealed = [
            seal_revision(
                case=CaseId(case),
                revision=number,
                tier=each.tier,
                recipient_class=each.recipient_class,
                body=each.body,
                recipients=known.reading(each.recipient_class, each.country),
                signing_key=self.signing_key,
                now=int(now.timestamp()),
            )
            for each in sheets
        ]
        return tuple(box_revision(each, key, session=session, now=now) for each in sealed)


def _spot(case: str, number: int, tier: str, recipient_class: str) -> Spot:
    return Spot("revisions", f"{case}/{number}/{tier}/{recipient_class}", "body")


def box_revision(sealed: SealedRevision, key: DataKey, *, session: str, now: datetime) -> Revision:
    """A sealed file closed once more under the conversation's key: a database and a stolen identity open nothing."""
    spot = _spot(sealed.case, sealed.revision, sealed.tier, sealed.recipient_class)
    boxed = key.seal(_encode(sealed), spot)
    return Revision(sealed.case, sealed.revision, sealed.tier, sealed.recipient_class, boxed, now, session)


def unbox_revision(revision: Revision, key: DataKey) -> SealedRevision:
    """The sealed file again, for a responder."""
    spot = _spot(revision.case, revision.number, revision.tier, revision.recipient_class)
    return _decoder.decode(key.open(revision.body, spot))
