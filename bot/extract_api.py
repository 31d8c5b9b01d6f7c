"""Seeing across cases, the server's side: extracts in and out, files of the linkage key, a responder's own cases."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bot.asked import Asked
from bot.data_keys import key_of
from bot.header import header
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.refusals import RefusedError
from bot.route import Route, get, post
from protocol.audience import RecipientClass
from protocol.audit import Act
from protocol.card import CardId
from protocol.desk import Cases, RefusalCode
from protocol.extract import (
    LARGEST_EXTRACT,
    MOST_DIGESTS,
    Extracts,
    Leave,
    Left,
    SealedExtract,
    check_extract,
)
from protocol.linkage import Linkage, SealedLinkage, check_linkage
from protocol.roster import Roster, sign_roster
from protocol.signing import SigningKey, VerifyKey
from storage import cases, extracts
from storage.box import Box, DataKey, Spot
from storage.case import Case
from storage.database import Database, Transaction
from storage.extracts import Extract, Kept, LinkageFile

BEGINNING = "-"
"""Stands in the path where there is nothing yet after which to go on."""
_MOST_LISTED = 500
_MOST_AT_ONCE = 200

_encode = msgspec.msgpack.Encoder().encode
_extract_decoder = msgspec.msgpack.Decoder(SealedExtract)
_linkage_decoder = msgspec.msgpack.Decoder(SealedLinkage)


class ExtractApi:
    """What responders leave of cases, and what analysts get of that, over HTTP."""

    def __init__(
        self,
        database: Database,
        box: Box,
        recipients: RecipientsFile,
        log: Log,
        *,
        signing_key: SigningKey,
    ) -> None:
        """`signing_key` signs the cards that are handed out."""
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key

    def routes(self) -> list[Route]:
        """Every path."""
        return [
            get("/v1/mine", Act.LISTED, self._mine, Cases),
            get("/v1/linkage", Act.LINKAGE_READ, self._linkage, Linkage),
            post("/v1/linkage", Act.LINKAGE_SHARED, self._share, Linkage, body=SealedLinkage),
            get("/v1/extracts/{case}", Act.EXTRACTS_READ, self._extracts, Extracts),
            post("/v1/cases/{case}/extract", Act.EXTRACT_LEFT, self._leave, Left, body=Leave),
        ]

    async def _mine(self, asked: Asked) -> Cases:
        """The cases that they hold or closed: no others can be searched."""
        async with self._database.read() as tx:
            found = await extracts.mine(tx, responder=asked.responder, now=asked.now, most=_MOST_LISTED)
        return Cases(tuple(header(each, asked.now) for each in found))

    async def _linkage(self, asked: Asked) -> Linkage:
        _of_the_organisation(asked)
        async with self._database.read() as tx:
            found = await extracts.linkage_files(tx)
        return Linkage(tuple(self._unbox_linkage(each) for each in found), self._cards())

    async def _share(self, asked: Asked) -> Linkage:
        """Keep another sealing of the newest key, or the next key; refused where somebody else was first."""
        _of_the_organisation(asked)
        sealed = _read_linkage(asked)
        async with self._database.write() as tx:
            known = [each for each in await extracts.linkage_files(tx) if each.number == sealed.number]
            new = self._box_linkage(sealed, len(known), now=asked.now)
            await extracts.add_linkage(tx, new)
        self._log.say("linkage.kept")
        return await self._linkage(asked)

    async def _leave(self, asked: Asked) -> Left:
        """Keep the extract of a case that they hold or closed, and what links it to others."""
        _of_the_organisation(asked)
        leave = _read_leave(asked)
        async with self._database.write() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
            if not asked.may_read(case):
                raise RefusedError(RefusalCode.NOT_HOLDER, 403)
            new = await self._box_extract(tx, case, leave.extract, asked.now)
            await extracts.leave(tx, case.id, new, [bytes.fromhex(each) for each in leave.digests])
            found = await extracts.links(tx, [case.id], recipient_class=asked.card.recipient_class)
        self._log.say("extract.kept", case=case.id)
        return Left(found.get(case.id, 0))

    async def _extracts(self, asked: Asked) -> Extracts:
        """Some extracts, for analysts alone: whoever opens cases looks at their own."""
        if asked.card.recipient_class is not RecipientClass.ANALYST:
            raise RefusedError(RefusalCode.CLASS_NOT_SERVED)
        after = "" if asked.case == BEGINNING else asked.case
        async with self._database.read() as tx:
            found = await extracts.page(tx, after=after, most=_MOST_AT_ONCE)
        more = found[-1].name if len(found) == _MOST_AT_ONCE else None
        return Extracts(tuple(self._unbox_extract(each) for each in found), self._cards(), more)

    def _cards(self) -> Roster:
        """Who makes extracts and who reads them."""
        wanted = (RecipientClass.ORGANISATION, RecipientClass.ANALYST)
        cards = (each for each in self._recipients.now.roster.cards if each.recipient_class in wanted)
        return sign_roster(Roster(tuple(cards)), self._signing_key)

    async def _box_extract(
        self, tx: Transaction, case: Case, sealed: SealedExtract | None, now: datetime
    ) -> Extract | None:
        """The age file closed once more under the conversation's key: erasing that erases it too."""
        key = await key_of(tx, self._box, case)
        if sealed is None:
            return None
        body = key.seal(_encode(sealed), _spot(sealed.case))
        return Extract(case.id, sealed.case, sealed.card, body, now)

    def _unbox_extract(self, kept: Kept) -> SealedExtract:
        key: DataKey = self._box.unwrap(kept.data_key, kept.conversation)
        return _extract_decoder.decode(key.open(kept.body, _spot(kept.name)))

    def _box_linkage(self, sealed: SealedLinkage, serial: int, *, now: datetime) -> LinkageFile:
        body = self._box.seal(_encode(sealed), _linkage_spot(sealed.number, serial))
        return LinkageFile(sealed.number, serial, sealed.key, body, now)

    def _unbox_linkage(self, kept: LinkageFile) -> SealedLinkage:
        return _linkage_decoder.decode(self._box.open(kept.body, _linkage_spot(kept.number, kept.serial)))


def _of_the_organisation(asked: Asked) -> None:
    """Raise RefusedError for every class but the one whose key links cases."""
    if asked.card.recipient_class is not RecipientClass.ORGANISATION:
        raise RefusedError(RefusalCode.CLASS_NOT_SERVED)


def _read_leave(asked: Asked) -> Leave:
    """What this card leaves of a case; RefusedError for what an analyst could not check either."""
    leave = asked.signed(Leave, _check_leave)
    if len(leave.digests) > MOST_DIGESTS or not _fits(leave.extract):
        raise RefusedError(RefusalCode.BODY_BAD)
    return leave


def _check_leave(leave: Leave, keys: Mapping[CardId, VerifyKey]) -> None:
    if leave.extract is not None:
        check_extract(leave.extract, keys)


def _fits(extract: SealedExtract | None) -> bool:
    if extract is None:
        return True
    is_name = extract.case.isalnum() and extract.case.isascii() and 0 < len(extract.case) <= _LONGEST_NAME
    is_small = len(extract.sealed) <= LARGEST_EXTRACT
    return is_name and is_small and extract.recipient_class is RecipientClass.ANALYST


_LONGEST_NAME = 32


def _read_linkage(asked: Asked) -> SealedLinkage:
    sealed = asked.signed(SealedLinkage, check_linkage)
    if sealed.recipient_class is not RecipientClass.ORGANISATION or len(sealed.key) > _LONGEST_NAME:
        raise RefusedError(RefusalCode.BODY_BAD)
    return sealed


def _spot(name: str) -> Spot:
    return Spot("extracts", name, "body")


def _linkage_spot(number: int, serial: int) -> Spot:
    return Spot("linkage", f"{number}/{serial}", "body")
