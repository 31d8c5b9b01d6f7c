"""The disclosures' side of the responder API: proposed by the holder of a case, confirmed by another, handed out."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec

from bot.asked import Asked
from bot.data_keys import key_of
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.refusals import RefusedError
from bot.route import Route, get, post
from protocol.audit import Act
from protocol.card import CardId, card_id, is_partner
from protocol.desk import RefusalCode
from protocol.disclosure import (
    Confirmation,
    Disclosed,
    Disclosures,
    SealedDisclosure,
    check_confirmation,
    check_disclosure,
)
from protocol.roster import Roster, sign_roster
from protocol.signing import SigningKey
from storage import cases, disclosures
from storage.audience import MOVERS
from storage.box import Box, DataKey, Spot
from storage.case import Case, NotHolderError, ReadsOnlyError, UnreadError
from storage.database import Database, Transaction
from storage.disclosures import Disclosure, DisclosureUnknownError

_MOST_DIGITS = 9
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(Disclosed)


class DisclosureApi:
    """What responders can do with disclosures, over HTTP."""

    def __init__(
        self,
        database: Database,
        box: Box,
        recipients: RecipientsFile,
        log: Log,
        *,
        signing_key: SigningKey,
    ) -> None:
        """`signing_key` is the server's, which responders know from their invite."""
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key

    def routes(self) -> list[Route]:
        """Every path."""
        every = "/v1/cases/{case}/disclosures"
        confirm = f"{every}/{{number}}/confirm"
        return [
            get(every, Act.DISCLOSURES_READ, self._list, Disclosures),
            post(every, Act.DISCLOSURE_PROPOSED, self._propose, Disclosures, body=SealedDisclosure),
            post(confirm, Act.DISCLOSURE_CONFIRMED, self._confirm, Disclosures, body=Confirmation),
        ]

    async def _list(self, asked: Asked) -> Disclosures:
        """To a partner what is for their card; to whoever holds the case all; to colleagues what they can confirm."""
        async with self._database.read() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader)
            key = await key_of(tx, self._box, case)
            found = await disclosures.of_case(tx, case.id)
        theirs = [each for each in found if _may_read(asked, case, each)]
        if theirs:
            self._record("disclosure.read", case)
        return self._told(theirs, case, key, asked)

    async def _propose(self, asked: Asked) -> Disclosures:
        """Keep a proposal of the holder's."""
        new = self._read(asked)
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            if not case.held_by(asked.responder, asked.now):
                raise NotHolderError
            found = await disclosures.of_case(tx, case.id)
            if new.number != len(found) or new.recipient_class != case.read_as:
                raise UnreadError
            key = await key_of(tx, self._box, case)
            row = _box(Disclosed(disclosure=new), key, asked.now)
            await disclosures.propose(tx, row)
        self._record("disclosure.proposed", case)
        return self._told([*found, row], case, key, asked)

    async def _confirm(self, asked: Asked) -> Disclosures:
        """The second signature: from now on the card sees the case and what it was let read."""
        if not asked.number.isdecimal() or len(asked.number) > _MOST_DIGITS:
            raise DisclosureUnknownError
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            key = await key_of(tx, self._box, case)
            proposal = await disclosures.find(
                tx, case.id, int(asked.number), by=asked.responder, now=asked.now
            )
            made = _unbox(proposal, key).disclosure
            self._check_named(made)
            if made.recipient_class != case.read_as:
                raise DisclosureUnknownError  # whoever cannot open it cannot stand for it
            whole = Disclosed(
                disclosure=made, confirmation=asked.signed(Confirmation, partial(check_confirmation, made))
            )
            row = _box(whole, key, proposal.made_at)
            await disclosures.confirm(tx, proposal, row.body, now=asked.now)
            found = await disclosures.of_case(tx, case.id)
        self._record("disclosure.confirmed", case)
        return self._told([each for each in found if each.number == proposal.number], case, key, asked)

    def _record(self, act: str, case: Case) -> None:
        """Every act on a disclosure is told here: proposed, confirmed, read."""
        self._log.say(act, case=case.id)

    async def _find(self, tx: Transaction, asked: Asked) -> Case:
        case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
        if case.read_as not in MOVERS:
            raise ReadsOnlyError
        return case

    def _read(self, asked: Asked) -> SealedDisclosure:
        """A proposal for this case by this card; RefusedError for what nobody could check either."""
        new = asked.signed(SealedDisclosure, check_disclosure)
        if new.case != asked.case:
            raise RefusedError(RefusalCode.BODY_BAD)
        self._check_named(new)
        return new

    def _check_named(self, made: SealedDisclosure) -> None:
        """Refuse one for a card that is not enrolled, or that takes cases anyway."""
        known = {card_id(each): each for each in self._recipients.now.roster.cards}
        named = known.get(made.to)
        if named is None or not is_partner(named):
            raise RefusedError(RefusalCode.BODY_BAD)

    def _told(self, found: Sequence[Disclosure], case: Case, key: DataKey, asked: Asked) -> Disclosures:
        """Colleagues need every card, to name one; a partner those of whoever signed, and its own."""
        whole = self._recipients.now.roster
        moves = case.read_as in MOVERS
        cards = tuple(each for each in whole.cards if moves or not is_partner(each) or each == asked.card)
        roster = sign_roster(Roster(cards), self._signing_key)
        return Disclosures(disclosures=tuple(_unbox(each, key) for each in found), roster=roster)


def _may_read(asked: Asked, case: Case, found: Disclosure) -> bool:
    if case.read_as not in MOVERS:
        return found.card == asked.responder and found.confirmed_at is not None
    return asked.may_read(case) or found.waits(asked.now)


def _box(whole: Disclosed, key: DataKey, made_at: datetime) -> Disclosure:
    made = whole.disclosure
    body = key.seal(_encode(whole), _spot(made.case, made.number))
    return Disclosure(made.case, made.number, made.to, CardId(made.card), body, made_at)


def _unbox(found: Disclosure, key: DataKey) -> Disclosed:
    return _decoder.decode(key.open(found.body, _spot(found.case, found.number)))


def _spot(case: str, number: int) -> Spot:
    return Spot("disclosures", f"{case}/{number}", "body")
