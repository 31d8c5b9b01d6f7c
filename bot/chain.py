"""The roster's log as the server keeps it: begun at the first start, followed ever after, and who is in force by it."""

import asyncio
from datetime import datetime

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from bot.failures import RecipientsError
from bot.logs import Log
from bot.recipients import RecipientsFile
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id
from protocol.changes import Change, ChangeKind, Circle, begin_roster, follow, propose
from protocol.document import encode_document
from protocol.errors import CardUnknown, ProtocolError
from protocol.roster import find_card, of_class
from protocol.signing import SigningKey
from storage import people, staffing
from storage.box import Box, BoxError, KeyMissingError, Spot
from storage.database import Database, Transaction

LOOK_SECONDS = 2.0
_decoder = msgspec.json.Decoder(Change)


UNUSABLE = (ProtocolError, BoxError, msgspec.DecodeError)
"""What a log raises in which somebody wrote who could not sign."""


def unusable(problem: Exception) -> RecipientsError:
    """The same for an operator."""
    hint = "restore the database from your backup, and find out who wrote in it"
    if isinstance(problem, KeyMissingError):
        hint = f"copy the newest keyring to this machine, if keys were rotated; if they were not, {hint}"
    return RecipientsError(f"the roster's log cannot be followed: {type(problem).__name__}", hint)


async def try_keys(tx: Transaction, box: Box) -> None:
    """Open the log; RecipientsError where keys were rotated without this keyring, which must write nothing then."""
    try:
        for number, body in await people.changes(tx):
            box.open(body, _spot(number))
    except BoxError as problem:
        raise unusable(problem) from None


class Chain:
    """The log of the roster, as far as this process has followed it."""

    def __init__(
        self, database: Database, box: Box, recipients: RecipientsFile, signing_key: SigningKey, log: Log
    ) -> None:
        """`signing_key` is the server's: it signs how a roster begins."""
        self._database = database
        self._box = box
        self._key = signing_key
        self._log = log
        self.recipients = recipients
        self.circle = Circle()

    async def begin(self, now: datetime) -> None:
        """Follow the log. Where nobody of it stands in the file, as at the very first start, begin it anew.

        RecipientsError where it cannot be followed: somebody wrote in it who could not sign.
        """
        try:
            async with self._database.write() as tx:
                await self.follow(tx)
                if not self.circle.members.keys() & self.recipients.file.keys.keys():
                    await self._begin(tx, now)
            await self.look()
        except UNUSABLE as problem:
            raise unusable(problem) from None

    async def _begin(self, tx: Transaction, now: datetime) -> None:
        """The organisation's first card, on first use; of a hotline older than its log, all who worked here."""
        worked = await staffing.shifts(tx)
        file = self.recipients.file.roster
        first = of_class(file, RecipientClass.ORGANISATION).cards[0]
        cards = [each for each in file.cards if each == first or card_id(each) in worked]
        change = begin_roster(self.circle, cards, self._key, now=int(now.timestamp()))
        await self.append(tx, change, now=now)
        self._log.warning("roster.begun", count=len(cards))

    async def look(self) -> None:
        """Follow what was added since, and see whose keys are stopped."""
        async with self._database.read() as tx:
            await self.follow(tx)
            stopped = await people.stopped(tx)
        if self.recipients.stand(frozenset(self.circle.members), stopped):
            self._log.say("roster.changed", count=len(self.recipients.now.keys))

    async def run(self) -> None:
        """Look every two seconds until cancelled; what cannot be followed changes nothing, and is told."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (SQLAlchemyError, OSError, RecipientsError, *UNUSABLE) as problem:
                self._log.bug("roster.unusable", problem)

    async def follow(self, tx: Transaction) -> None:
        """Take in what others have added; raises ProtocolError, BoxError."""
        for number, body in await people.changes(tx, after=self.circle.number):
            self.circle = follow(self.circle, self._open(number, body), {self._key.id: self._key.verify_key})

    async def all(self, tx: Transaction) -> tuple[Change, ...]:
        """The whole log, oldest first."""
        return tuple(self._open(number, body) for number, body in await people.changes(tx))

    async def append(self, tx: Transaction, change: Change, *, now: datetime) -> None:
        """Add a change that is whole; raises what `follow` raises. Where another process was first, its change counts.

        It is taken in by the next look, after the commit.
        """
        follow(self.circle, change, {self._key.id: self._key.verify_key})
        await people.append(
            tx, change.number, self._box.seal(encode_document(change), _spot(change.number)), now=now
        )

    def proposed(self, kind: ChangeKind, card: CardId) -> Change:
        """The change that the operator's file asks for; CardUnknown where it asks for no such one."""
        file, members = self.recipients.file.roster, self.circle.members
        known = {card_id(each) for each in file.cards}
        match kind:
            case ChangeKind.ADD if card in known and card not in members:
                return propose(self.circle, kind, find_card(file, card))
            case ChangeKind.REMOVE if card in members and card not in known:
                return propose(self.circle, kind, members[card])
            case _:
                raise CardUnknown

    def proposals(self) -> list[Change]:
        """Everything that the file asks for and nobody has agreed to yet."""
        file, members = {card_id(each) for each in self.recipients.file.roster.cards}, self.circle.members
        added = [self.proposed(ChangeKind.ADD, each) for each in sorted(file - members.keys())]
        return added + [self.proposed(ChangeKind.REMOVE, each) for each in sorted(members.keys() - file)]

    def _open(self, number: int, body: bytes) -> Change:
        return _decoder.decode(self._box.open(body, _spot(number)))


def _spot(number: int) -> Spot:
    return Spot("roster_changes", str(number), "body")
