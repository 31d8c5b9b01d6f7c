"""The responder API about people: the roster's log, a yes to a change of it, and stopping a colleague's key."""

from collections.abc import Callable

import msgspec

from bot.asked import Asked
from bot.chain import Chain
from bot.errands import Door, TakeBack
from bot.logs import Log
from bot.refusals import RefusedError
from bot.route import Route, get, post
from protocol.audience import RecipientClass
from protocol.audit import Act
from protocol.card import Card, CardId, card_id, card_verify_key
from protocol.changes import Change, check_countersignature
from protocol.desk import RefusalCode
from protocol.document import encode_document
from protocol.errors import CardUnknown, ProtocolError
from protocol.people import Agreed, People, Proposal, Suspended
from protocol.roster import of_class
from protocol.suspension import OPERATOR, Lift, Suspension, check_lift, check_suspension
from storage import conversations, inbox, people
from storage.box import Box, Spot
from storage.database import Database, Transaction
from storage.messages import Message
from storage.people import Stop, Yes
from storage.way import way_to

LIFTERS = 2
"""How many must agree to let a stopped key go; the operator, at the server itself, may be one of them."""


class PeopleApi:
    """What responders can do about who may open cases, over HTTP."""

    def __init__(
        self, database: Database, box: Box, chain: Chain, log: Log, *, wake: Callable[[], None]
    ) -> None:
        """`wake` starts a round: what was frozen leaves the contact's screen with it."""
        self._database = database
        self._box = box
        self._chain = chain
        self._log = log
        self._wake = wake

    def routes(self) -> list[Route]:
        """Every path."""
        return [
            get("/v1/roster", Act.ROSTER_READ, self._people, People, polled=True),
            post("/v1/roster/countersign", Act.COUNTERSIGNED, self._countersign, People, body=Agreed),
            post("/v1/roster/suspend", Act.SUSPENDED, self._suspend, People, body=Suspension),
            post("/v1/roster/lift", Act.LIFTED, self._lift, People, body=Lift),
        ]

    async def _people(self, asked: Asked) -> People:  # noqa: ARG002 - every enrolled card may look
        chain = self._chain
        async with self._database.read() as tx:
            await chain.follow(tx)
            yeses = await people.agreed(tx, chain.circle.number + 1)
            return People(
                changes=await chain.all(tx),
                enrolled=tuple(chain.recipients.now.keys),
                proposals=tuple(self._proposal(each, yeses) for each in chain.proposals()),
                suspended=tuple(open_stop(self._box, each) for each in await people.stops(tx)),
            )

    def _proposal(self, change: Change, yeses: list[Yes]) -> Proposal:
        (card,) = change.cards
        name = card_id(card)
        its = [each for each in yeses if (each.kind, each.card) == (change.kind, name)]
        by = tuple(open_yes(self._box, each).countersignature for each in its)
        return Proposal(change.kind, card, self._chain.circle.needed(name), by)

    async def _countersign(self, asked: Asked) -> People:
        """A yes to a change that the operator's file asks for; the last that it needs puts it into force."""
        yes, chain = asked.told(Agreed), self._chain
        _refuse_other_classes(asked)
        async with self._database.write() as tx:
            await chain.follow(tx)
            change = self._agreed(yes, asked)
            row = Yes(change.number, yes.kind, yes.card, yes.countersignature.by, b"")
            await people.agree(tx, close_yes(self._box, row, yes))
            found = self._proposal(change, await people.agreed(tx, change.number))
            if len(found.by) >= found.needed:
                whole = msgspec.structs.replace(change, by=found.by)
                await chain.append(tx, whole, now=asked.now)
        await chain.look()
        self._log.say("roster.countersigned", kind=yes.kind)
        return await self._people(asked)

    def _agreed(self, yes: Agreed, asked: Asked) -> Change:
        """The change that this is a yes to; RefusedError unless it is the asker's own, to what is proposed now."""
        if yes.countersignature.by != asked.responder:
            raise RefusedError(RefusalCode.BODY_BAD)
        try:
            change = self._chain.proposed(yes.kind, yes.card)
            check_countersignature(self._chain.circle, change, yes.countersignature)
        except CardUnknown:
            raise RefusedError(RefusalCode.CARD_UNKNOWN) from None
        except ProtocolError:
            raise RefusedError(RefusalCode.CHANGE_UNFIT) from None
        return change

    async def _suspend(self, asked: Asked) -> People:
        """Stop a key at once, in every process: its requests, what it wrote, what is sealed from now on."""
        new, chain = asked.told(Suspension), self._chain
        card = self._colleague(asked, new.card)
        if new.by != asked.responder or not _holds(lambda: check_suspension(new, chain.recipients.now.keys)):
            raise RefusedError(RefusalCode.BODY_BAD)
        if not self._others(new.card):
            raise RefusedError(RefusalCode.NOBODY_LEFT)
        async with self._database.write() as tx:
            name = card_id(card)
            body = self._box.seal(encode_document(new), _stop_spot(name))
            frozen = await people.stop(tx, name, body, now=asked.now)
            for each in frozen:
                await self._take_back(tx, each, asked)
        await chain.look()
        self._wake()
        self._log.warning("key.suspended", count=len(frozen), kind=new.reason)
        return await self._people(asked)

    async def _take_back(self, tx: Transaction, message: Message, asked: Asked) -> None:
        """Keep a reply from its contact; whoever is reading it at this moment has read it."""
        conversation = await conversations.of_case(tx, message.case)
        way = None if conversation is None else await way_to(tx, conversation)
        if conversation is not None and way is not None and way.chat is not None:
            door = Door(way.chat, self._box.unwrap(way.data_key, conversation))
            await inbox.journal(tx, [door.arrival(TakeBack(message.id), now=asked.now)])

    async def _lift(self, asked: Asked) -> People:
        """A yes to letting a stopped key go, by somebody else than whose it is; two of them do it."""
        new, chain = asked.told(Lift), self._chain
        _refuse_other_classes(asked)
        self._colleague(asked, new.card)
        async with self._database.write() as tx:
            stop = next((each for each in await people.stops(tx) if each.card == new.card), None)
            if stop is None:
                raise RefusedError(RefusalCode.CARD_UNKNOWN)
            suspension, key = open_stop(self._box, stop).suspension, card_verify_key(asked.card)
            fits = new.by == asked.responder and _holds(lambda: check_lift(new, suspension, key))
            if not fits:
                raise RefusedError(RefusalCode.BODY_BAD)
            gone = await agree_to_lift(tx, self._box, new, others=self._others(new.card))
        await chain.look()
        self._log.warning("key.lifted" if gone else "key.lift_asked")
        return await self._people(asked)

    def _colleague(self, asked: Asked, card: CardId) -> Card:
        """The card of a colleague: anybody's for the organisation, of their own class for everybody else."""
        found = self._chain.circle.members.get(card)
        ours = asked.card.recipient_class is RecipientClass.ORGANISATION
        if found is None or not (ours or found.recipient_class is asked.card.recipient_class):
            raise RefusedError(RefusalCode.CARD_UNKNOWN)
        return found

    def _others(self, card: CardId) -> frozenset[str]:
        """Who of the organisation is in force beside this card."""
        ours = of_class(self._chain.recipients.now.roster, RecipientClass.ORGANISATION).cards
        return frozenset(map(card_id, ours)) - {card}


async def agree_to_lift(tx: Transaction, box: Box, new: Lift, *, others: frozenset[str]) -> bool:
    """Keep a yes, and let the key go once there are enough; whether it is gone. `others`: whose yes counts now."""
    await people.would_lift(tx, new.card, new.by, box.seal(encode_document(new), _lift_spot(new.card)))
    (stop,) = [each for each in await people.stops(tx) if each.card == new.card]
    yeses = {each.by for each in open_stop(box, stop).lifts} & (others | {OPERATOR})
    enough = len(yeses) >= LIFTERS or (OPERATOR in yeses and not others)
    if enough:
        await people.lift(tx, new.card)
    return enough


def open_stop(box: Box, stop: Stop) -> Suspended:
    """A stopped key as its colleagues signed it."""
    suspension = msgspec.json.decode(box.open(stop.body, _stop_spot(stop.card)), type=Suspension)
    lifts = [msgspec.json.decode(box.open(each, _lift_spot(stop.card)), type=Lift) for each in stop.lifts]
    its = tuple(each for each in lifts if each.suspended_at == suspension.made_at)
    return Suspended(suspension, its)


def close_yes(box: Box, row: Yes, yes: Agreed) -> Yes:
    """The row with its sealed body."""
    return Yes(row.number, row.kind, row.card, row.by, box.seal(msgspec.json.encode(yes), _yes_spot(row)))


def open_yes(box: Box, row: Yes) -> Agreed:
    """The yes that a row holds."""
    return msgspec.json.decode(box.open(row.body, _yes_spot(row)), type=Agreed)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except ProtocolError:
        return False


def _refuse_other_classes(asked: Asked) -> None:
    """Who comes in, and who is let go again, is for the organisation's own people."""
    if asked.card.recipient_class is not RecipientClass.ORGANISATION:
        raise RefusedError(RefusalCode.CLASS_NOT_SERVED, 403)


def _yes_spot(row: Yes) -> Spot:
    return Spot("countersignatures", f"{row.number}/{row.kind}/{row.card}/{row.by}", "body")


def _stop_spot(card: str) -> Spot:
    return Spot("suspensions", card, "body")


def _lift_spot(card: str) -> Spot:
    return Spot("lifts", card, "body")
