"""Sealing again, on the server's side: which cases a responder may seal to the cards of now, and what they bring."""

from collections.abc import Sequence

from bot.asked import Asked
from bot.auditing import handed_out
from bot.chain import Chain
from bot.data_keys import key_of
from bot.header import header
from bot.logs import Log
from bot.refusals import RefusedError
from bot.route import Route, get, post
from bot.sealing import box_revision, unbox_revision
from protocol.audience import RecipientClass
from protocol.audit import Act
from protocol.card import CardId, card_verify_key, is_partner
from protocol.desk import Cases, RefusalCode, SealedCase
from protocol.errors import ProtocolError
from protocol.revision import SealedRevision
from protocol.rewrap import Rewrapped, check_rewrap, count_recipients
from storage import cases, rewraps
from storage.audience import DISCLOSED
from storage.box import Box, DataKey
from storage.case import Case
from storage.database import Database, Transaction

_MOST_LISTED = 500


class RewrapApi:
    """What responders can do so that others, or fewer, can open a case; over HTTP."""

    def __init__(self, database: Database, box: Box, chain: Chain, log: Log) -> None:
        """`chain` says who is in force."""
        self._database = database
        self._box = box
        self._chain = chain
        self._log = log

    def routes(self) -> list[Route]:
        """Every path."""
        case = "/v1/cases/{case}/rewrap"
        return [
            get("/v1/rewrap", Act.REWRAP_LISTED, self._list, Cases),
            get(case, Act.REWRAP_OPENED, self._sealed, SealedCase, gives=handed_out),
            post(case, Act.REWRAPPED, self._keep, SealedCase, body=Rewrapped),
        ]

    @property
    def _here(self) -> tuple[CardId, ...]:
        return tuple(self._chain.recipients.now.keys)

    async def _list(self, asked: Asked) -> Cases:
        async with self._database.read() as tx:
            found = await rewraps.open_to(
                tx,
                reader=asked.reader,
                here=self._here,
                now=asked.now,
                most=_MOST_LISTED,
            )
        return Cases(tuple(header(each, asked.now) for each in found))

    async def _sealed(self, asked: Asked) -> SealedCase:
        """The files to be opened and sealed again; the log says that they were given out."""
        async with self._database.write() as tx:
            case, key = await self._open(tx, asked)
            found = await rewraps.sealed(tx, case.id, recipient_class=case.read_as)
        self._log.say("case.given_to_rewrap", case=case.id)
        return SealedCase(header(case, asked.now), tuple(unbox_revision(each, key) for each in found))

    async def _keep(self, asked: Asked) -> SealedCase:
        """Keep what was sealed again, beside what there is until that goes."""
        again = _read(asked)
        async with self._database.write() as tx:
            case, key = await self._open(tx, asked)
            if not self._are_whole(again, case, asked):
                raise RefusedError(RefusalCode.BODY_BAD)
            boxed = [box_revision(each, key, session="", now=asked.now) for each in again]
            if await rewraps.put(tx, boxed, now=asked.now) != len(again):
                raise RefusedError(RefusalCode.BODY_BAD)
        self._log.say("case.rewrapped", case=case.id, count=len(again))
        return SealedCase(header(case, asked.now), ())

    def _are_whole(self, again: Sequence[SealedRevision], case: Case, asked: Asked) -> bool:
        """Whether each is of this case, of the class that they read it as, and for as many keys as there are cards."""
        country = (asked.card.country or "") if is_partner(asked.card) else ""
        cards = len(self._chain.recipients.now.reading(RecipientClass(case.read_as), country))
        return all(
            (each.case, each.recipient_class) == (case.id, case.read_as)
            and count_recipients(each.sealed) == cards
            for each in again
        )

    async def _open(self, tx: Transaction, asked: Asked) -> tuple[Case, DataKey]:
        case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
        if case.read_as == DISCLOSED or not rewraps.may_rewrap(
            case, responder=asked.responder, here=self._here, now=asked.now
        ):
            raise RefusedError(RefusalCode.NOT_HOLDER, 403)
        return case, await key_of(tx, self._box, case)


def _read(asked: Asked) -> Sequence[SealedRevision]:
    """What was brought, each signed by the asker's own key."""
    try:
        again = asked.told(Rewrapped).revisions
        key = card_verify_key(asked.card)
        for each in again:
            check_rewrap(each, {key.id: key})
    except ProtocolError:
        raise RefusedError(RefusalCode.BODY_BAD) from None
    return again
