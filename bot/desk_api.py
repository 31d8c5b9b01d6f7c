"""The responder API: signed requests in, headers and sealed revisions out. It can open nothing of what it serves."""

from bot.asked import Answer, Asked
from bot.auditing import handed_out
from bot.data_keys import find_key, key_of
from bot.desk_files import files_of, hand_out, is_sealed, listed
from bot.header import header
from bot.lease import Terms
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.refusals import RefusedError
from bot.regrading import box_regrade, read_regrade, unbox_regrade
from bot.route import Route, get, post
from bot.sealing import unbox_revision
from bot.takers import taker_of
from protocol.attachment import Attachments
from protocol.audience import RecipientClass
from protocol.audit import Act, Facts
from protocol.desk import Cases, Claim, Close, Header, RefusalCode, SealedCase
from protocol.regrade import Regrades, SealedRegrade
from protocol.roster import of_class, sign_roster
from protocol.signing import SigningKey
from storage import attachments, cases, regrades, rewraps, staffing
from storage.audience import MOVERS
from storage.box import Box
from storage.case import Case
from storage.database import Database, Transaction
from storage.extracts import links

_MOST_LISTED = 500


class DeskApi:
    """The queue's moves over HTTP."""

    def __init__(
        self,
        database: Database,
        box: Box,
        recipients: RecipientsFile,
        log: Log,
        *,
        signing_key: SigningKey,
        terms: Terms,
    ) -> None:
        """`signing_key` is the server's, which responders know from their invite.

        `terms`: how long claims last, how many one may hold.
        """
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key
        self._terms = terms

    def routes(self) -> list[Route]:
        """Every path."""
        case = "/v1/cases/{case}"
        files = f"{case}/attachments"
        return [
            get("/v1/cases", Act.LISTED, self._list, Cases, polled=True),
            post("/v1/next", Act.CLAIMED, self._next, Claim, may_be_empty=True, gives=_which),
            get(case, Act.HEADER_READ, self._header, Header, polled=True),
            get(f"{case}/sealed", Act.OPENED, self._sealed, SealedCase, gives=handed_out),
            get(f"{case}/sealed/again", Act.COMPARED, self._again, SealedCase, gives=handed_out),
            get(f"{case}/regrades", Act.REGRADES_READ, self._regrades, Regrades),
            get(files, Act.ATTACHMENTS_LISTED, self._attachments, Attachments),
            get(f"{files}/{{attachment}}", Act.ATTACHMENT_FETCHED, self._attachment, bytes),
            post(f"{case}/claim", Act.CLAIMED, self._claim, Claim),
            post(f"{case}/renew", Act.RENEWED, self._renew, Claim),
            post(f"{case}/regrade", Act.REGRADED, self._regrade, Header, body=SealedRegrade),
            post(f"{case}/release", Act.RELEASED, self._release, Header),
            post(f"{case}/close", Act.CLOSED, self._close, Header, body=Close),
        ]

    async def _find(self, tx: Transaction, asked: Asked, *, to_move: bool = True) -> Case:
        return await cases.find(tx, asked.case, reader=asked.reader, to_move=to_move)

    async def _list(self, asked: Asked) -> Answer:
        async with self._database.read() as tx:
            queue = await cases.queue(tx, reader=asked.reader, most=_MOST_LISTED)
            like = await links(tx, [each.id for each in queue], recipient_class=asked.card.recipient_class)
        return Cases(tuple(header(each, asked.now, like.get(each.id, 0)) for each in queue))

    async def _header(self, asked: Asked) -> Answer:
        async with self._database.read() as tx:
            case = await self._find(tx, asked, to_move=False)
            found = await links(tx, [case.id], recipient_class=asked.card.recipient_class)
        return header(case, asked.now, found.get(case.id, 0))

    async def _next(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            taker = await taker_of(tx, asked, self._recipients.now.roster, most=self._terms.most)
            claimed = await cases.claim_next(
                tx,
                responder=asked.responder,
                reader=asked.reader,
                now=asked.now,
                leases=self._terms.ends(asked.now),
                taker=taker,
            )
        return None if claimed is None else self._claimed(claimed, asked)

    async def _claim(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            leases, most = self._terms.ends(asked.now), self._terms.most
            claimed = await cases.claim(
                tx, case, responder=asked.responder, now=asked.now, leases=leases, most=most
            )
        return self._claimed(claimed, asked)

    async def _renew(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            leases = self._terms.ends(asked.now)
            held = await cases.renew(tx, case, responder=asked.responder, now=asked.now, leases=leases)
        return self._claimed(held, asked)

    def _claimed(self, case: Case, asked: Asked) -> Claim:
        self._log.say("case.claimed", case=case.id)
        return Claim(header(case, asked.now), case.lease_until or asked.now)

    async def _release(self, asked: Asked) -> Answer:
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            released = await cases.release(tx, case, responder=asked.responder, now=asked.now)
        return header(released, asked.now)

    async def _close(self, asked: Asked) -> Answer:
        outcome = asked.told(Close).outcome
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            closed = await cases.close(tx, case, responder=asked.responder, now=asked.now, outcome=outcome)
        self._log.say("case.closed", case=closed.id)
        return header(closed, asked.now)

    async def _sealed(self, asked: Asked) -> Answer:
        return await self._open(asked, counts=True)

    async def _again(self, asked: Asked) -> Answer:
        """The same for a program that compares without showing: nothing counts as read."""
        return await self._open(asked, counts=False)

    async def _open(self, asked: Asked, *, counts: bool) -> Answer:
        async with self._database.write() as tx:
            case = await self._readable(tx, asked)
            if counts and case.read_as in MOVERS:
                await cases.mark_opened(tx, case)
                await staffing.read(tx, case.id, now=asked.now)
            key = await find_key(tx, self._box, case)
            found = await rewraps.sealed(tx, case.id, recipient_class=case.read_as)
            like = await links(tx, [case.id], recipient_class=asked.card.recipient_class)
        shown = header(case, asked.now, like.get(case.id, 0))
        return SealedCase(shown, tuple(unbox_revision(each, key) for each in found if key))

    async def _regrades(self, asked: Asked) -> Answer:
        """What colleagues said, and whom to seal to; it reads nothing of what the contact said."""
        async with self._database.write() as tx:
            case = await self._readable(tx, asked)
            key = await find_key(tx, self._box, case)
            found = await regrades.of_case(tx, case.id, recipient_class=case.read_as)
        read_as = RecipientClass(case.read_as)
        roster = sign_roster(of_class(self._recipients.now.roster, read_as), self._signing_key)
        made = (unbox_regrade(case.id, read_as, *each, key) for each in found if key)
        return Regrades(tuple(made), roster)

    async def _attachments(self, asked: Asked) -> Answer:
        """Which files there are; they count as read with the revisions that name them."""
        async with self._database.read() as tx:
            case = await self._readable(tx, asked, to_move=False)
            key = await find_key(tx, self._box, case)
            found = await attachments.of_case(tx, case.id, recipient_class=files_of(case))
        return Attachments(tuple(listed(each, key) for each in found if key))

    async def _attachment(self, asked: Asked) -> Answer:
        async with self._database.read() as tx:
            case = await self._readable(tx, asked, to_move=False)
            key = await find_key(tx, self._box, case)
            found = await attachments.of_case(tx, case.id, recipient_class=files_of(case))
        if key is None or not any(each.id == asked.attachment and is_sealed(each) for each in found):
            raise RefusedError(RefusalCode.ATTACHMENT_UNKNOWN)
        return hand_out(self._database, asked.attachment, key)

    async def _regrade(self, asked: Asked) -> Answer:
        sealed = read_regrade(asked)
        async with self._database.write() as tx:
            case = await self._find(tx, asked)
            key = await key_of(tx, self._box, case)
            new = box_regrade(sealed, key, now=asked.now)
            leases = self._terms.ends(asked.now)
            moved = await cases.regrade(
                tx, case, new, responder=asked.responder, now=asked.now, leases=leases
            )
        self._log.say("case.regraded", case=moved.id, urgency=moved.urgency)
        return header(moved, asked.now)

    async def _readable(self, tx: Transaction, asked: Asked, *, to_move: bool = True) -> Case:
        case = await self._find(tx, asked, to_move=to_move)
        if not asked.may_read(case):
            raise RefusedError(RefusalCode.NOT_HOLDER, 403)
        return case


def _which(claim: Claim) -> Facts:
    """For the audit: which case was claimed."""
    return {"case": claim.header.id}
