"""Handing cases over, over HTTP: to a colleague, back to the queue at the end of a shift, and open again."""

from datetime import datetime

from bot.asked import Asked
from bot.header import header
from bot.lease import Terms
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.refusals import RefusedError
from bot.route import Route, get, post
from protocol.audit import Act
from protocol.card import CardId, card_id
from protocol.desk import Cases, Claim, ClosedCase, ClosedCases, HandOver, Header, Offer, Outcome, RefusalCode
from protocol.roster import Roster, of_class, sign_roster
from protocol.signing import SigningKey
from storage import cases, closed, handover
from storage.audience import MOVERS
from storage.case import Case, QueueError, ReadsOnlyError
from storage.database import Database, Transaction

_MOST_LISTED = 500


class HandoverApi:
    """What responders can do with cases that change hands."""

    def __init__(
        self,
        database: Database,
        recipients: RecipientsFile,
        log: Log,
        *,
        signing_key: SigningKey,
        terms: Terms,
    ) -> None:
        """`signing_key` is the server's, with which it says who is a colleague."""
        self._database = database
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key
        self._terms = terms

    def routes(self) -> list[Route]:
        """Every path."""
        case = "/v1/cases/{case}"
        return [
            get("/v1/colleagues", Act.COLLEAGUES_READ, self._colleagues, Roster),
            get("/v1/closed", Act.LISTED, self._closed, ClosedCases),
            post("/v1/hand-over", Act.HANDED_OVER, self._all, Cases, body=HandOver),
            post(f"{case}/offer", Act.OFFERED, self._offer, Header, body=Offer),
            post(f"{case}/accept", Act.ACCEPTED, self._accept, Claim),
            post(f"{case}/decline", Act.DECLINED, self._decline, Header),
            post(f"{case}/revoke", Act.REVOKED, self._revoke, Header),
            post(f"{case}/reopen", Act.REOPENED, self._reopen, Header),
        ]

    async def _colleagues(self, asked: Asked) -> Roster:
        """The cards of their own class: to whom a case can be offered."""
        return sign_roster(
            of_class(self._recipients.now.roster, asked.card.recipient_class), self._signing_key
        )

    async def _closed(self, asked: Asked) -> ClosedCases:
        async with self._database.read() as tx:
            found = await closed.closed(tx, reader=asked.reader, most=_MOST_LISTED)
        return ClosedCases(tuple(_told(each, asked.now) for each in found))

    async def _offer(self, asked: Asked) -> Header:
        to = self._colleague(asked, asked.told(Offer).to)
        async with self._database.write() as tx:
            offered = await self._give(tx, asked, asked.case, to)
        return header(offered, asked.now)

    async def _accept(self, asked: Asked) -> Claim:
        now, terms = asked.now, self._terms
        async with self._database.write() as tx:
            case = await _find(tx, asked, asked.case)
            ends = terms.ends(now)
            held = await handover.accept(
                tx, case, responder=asked.responder, now=now, leases=ends, most=terms.most
            )
        self._log.say("case.accepted", case=held.id)
        return Claim(header(held, now), held.lease_until or now)

    async def _decline(self, asked: Asked) -> Header:
        async with self._database.write() as tx:
            case = await _find(tx, asked, asked.case)
            kept = await handover.decline(tx, case, responder=asked.responder)
        self._log.say("case.declined", case=kept.id)
        return header(kept, asked.now)

    async def _revoke(self, asked: Asked) -> Header:
        async with self._database.write() as tx:
            case = await _find(tx, asked, asked.case)
            kept = await handover.revoke(tx, case, responder=asked.responder, now=asked.now)
        self._log.say("case.revoked", case=kept.id)
        return header(kept, asked.now)

    async def _reopen(self, asked: Asked) -> Header:
        async with self._database.write() as tx:
            waits = await closed.reopen(tx, await _find(tx, asked, asked.case))
        self._log.say("case.reopened", case=waits.id)
        return header(waits, asked.now)

    async def _all(self, asked: Asked) -> Cases:
        """All that they hold, each in a transaction of its own; what lapsed meanwhile is left out, it waits already."""
        to = asked.told(HandOver).to
        to = None if to is None else self._colleague(asked, to)
        async with self._database.read() as tx:
            held = await handover.held(tx, responder=asked.responder, now=asked.now)
        given = []
        for each in held:
            try:
                async with self._database.write() as tx:
                    given.append(await self._give(tx, asked, each.id, to))
            except QueueError:
                continue
        return Cases(tuple(header(each, asked.now) for each in given))

    async def _give(self, tx: Transaction, asked: Asked, name: str, to: CardId | None) -> Case:
        case, who, now = await _find(tx, asked, name), asked.responder, asked.now
        if to is None:
            given = await cases.release(tx, case, responder=who, now=now)
        else:
            given = await handover.offer(tx, case, to=to, responder=who, now=now)
        self._log.say("case.released" if to is None else "case.offered", case=given.id)
        return given

    def _colleague(self, asked: Asked, to: CardId) -> CardId:
        """RefusedError unless this is another card of their class."""
        cards = of_class(self._recipients.now.roster, asked.card.recipient_class).cards
        if to == asked.responder or to not in map(card_id, cards):
            raise RefusedError(RefusalCode.COLLEAGUE_UNKNOWN)
        return to


async def _find(tx: Transaction, asked: Asked, name: str) -> Case:
    case = await cases.find(tx, name, reader=asked.reader, to_move=True)
    if case.read_as not in MOVERS:
        raise ReadsOnlyError
    return case


def _told(case: Case, now: datetime) -> ClosedCase:
    return ClosedCase(
        header=header(case, now),
        closed_at=case.closed_at or now,
        outcome=Outcome(case.outcome or Outcome.OTHER),
    )
