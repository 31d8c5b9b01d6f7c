"""The relay's side of the responder API: replies on their way to a contact, and what became of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.asked import Asked
from bot.errands import Bring, Door, TakeBack
from bot.logs import Log
from bot.messaging import box_message, read_say, unbox_message, unbox_text
from bot.recipients import RecipientsFile
from bot.record import Record, open_record
from bot.refusals import RefusedError
from bot.route import Route, get, post
from flows.contract import THEIRS, From, Key, Now, OnceTheyWrite, Verdict, verdict
from flows.definition import TYPED, Flow
from flows.detour import askable
from flows.directory import Directory
from flows.ids import QuestionId
from flows.payment import lines_of
from flows.relay import Relay
from protocol.audit import Act
from protocol.desk import RefusalCode
from protocol.message import Messages, Say, When
from protocol.roster import of_class, sign_roster
from protocol.signing import SigningKey
from storage import cases, clocks, inbox, messages, staffing
from storage.audience import MOVERS
from storage.box import Box, DataKey
from storage.case import Case, CaseUnknownError, NotHolderError, ReadsOnlyError, UnreadError
from storage.database import Database, Transaction
from storage.messages import Fate, Message
from storage.way import way_to


class RelayApi:
    """What responders can do with messages, over HTTP."""

    def __init__(  # noqa: PLR0913 - the parts that it works with, each by name
        self,
        database: Database,
        box: Box,
        recipients: RecipientsFile,
        log: Log,
        *,
        signing_key: SigningKey,
        table: Relay,
        flow: Flow,
        directory: Directory,
        wake: Callable[[], None],
    ) -> None:
        """`table` has the contract's terms, `flow` what can be asked.

        Numbers of the `directory` are none for money; `wake` starts a round.
        """
        self._database = database
        self._box = box
        self._recipients = recipients
        self._log = log
        self._signing_key = signing_key
        self._table = table
        self._flow = flow
        self._known = lines_of(directory)
        self._wake = wake

    def routes(self) -> list[Route]:
        """Every path."""
        every = "/v1/cases/{case}/messages"
        one = f"{every}/{{number}}"
        return [
            get(every, Act.MESSAGES_READ, self._messages, Messages, polled=True),
            post(every, Act.MESSAGE_WRITTEN, self._say, Messages, body=Say),
            post(f"{one}/confirm", Act.MESSAGE_CONFIRMED, self._confirm, Messages),
            post(f"{one}/withdraw", Act.MESSAGE_WITHDRAWN, self._withdraw, Messages),
        ]

    async def _messages(self, asked: Asked) -> Messages:
        """All of them for whoever holds the case or closed it; colleagues see what needs a second look."""
        async with self._database.read() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader)
            if case.read_as not in MOVERS:
                raise ReadsOnlyError
            record, key, _ = await self._reach(tx, case)
            found = await messages.of_case(tx, case.id, recipient_class=asked.card.recipient_class)
        if not asked.may_read(case):
            found = [each for each in found if each.state is Fate.NEEDS_SECOND_LOOK]
        return self._told(found, record, key, asked)

    async def _say(self, asked: Asked) -> Messages:
        """Keep a message of the holder's; a reply goes on its way, unless somebody has to look at it first."""
        say = read_say(asked)
        async with self._database.write() as tx:
            case = await self._held(tx, asked)
            record, key, door = await self._reach(tx, case)
            before = await messages.of_case(tx, case.id, recipient_class=asked.card.recipient_class)
            if say.message.number != len(before):
                raise UnreadError
            if say.question is not None and not self._fits(say.question, record):
                raise RefusedError(RefusalCode.QUESTION_UNFIT)
            waits = timedelta(seconds=self._table.unread_seconds)
            new = box_message(say, key, now=asked.now, waits=waits, known=self._known)
            if new.state is Fate.QUEUED and door is None:
                new = replace(new, state=Fate.BLOCKED)
            await messages.add(tx, new)
            await clocks.look(tx, case.id)
            if new.state is Fate.QUEUED and door is not None:
                await self._send(tx, new, say.text or "", door, asked.now, question=say.question or "")
        self._wake()
        self._log.say("message.kept", case=case.id, kind=new.kind)
        return self._told([*before, new], record, key, asked)

    async def _confirm(self, asked: Asked) -> Messages:
        """A second look at what could take money: a colleague's, or the author's own where there is no colleague."""
        async with self._database.write() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
            record, key, door = await self._reach(tx, case)
            message = await self._message(tx, asked)
            cards = of_class(self._recipients.now.roster, asked.card.recipient_class).cards
            if message.author == asked.responder and len(cards) > 1:
                raise RefusedError(RefusalCode.NEEDS_SECOND_LOOK)
            if message.state is not Fate.NEEDS_SECOND_LOOK or door is None:
                raise messages.TooLateError
            await self._send(tx, message, unbox_text(message, key), door, asked.now)
            await messages.move(tx, message, Fate.QUEUED, now=asked.now)
            found = [await self._message(tx, asked)]
        self._wake()
        self._log.say("message.confirmed", case=case.id)
        return self._told(found, record, key, asked)

    async def _withdraw(self, asked: Asked) -> Messages:
        """Take back what the contact has not been told of."""
        async with self._database.write() as tx:
            case = await self._held(tx, asked)
            record, key, door = await self._reach(tx, case)
            message = await self._message(tx, asked)
            await messages.move(tx, message, Fate.WITHDRAWN, now=asked.now)
            if door is not None:
                await inbox.journal(tx, [door.arrival(TakeBack(message.id), now=asked.now)])
            found = await messages.of_case(tx, case.id, recipient_class=asked.card.recipient_class)
        self._wake()
        self._log.say("message.withdrawn", case=case.id)
        return self._told(found, record, key, asked)

    def _fits(self, question: str, record: Record) -> bool:
        """Whether it can be asked of them: who owns the phone can read what is typed on it."""
        found = self._flow.by_id.get(QuestionId(question))
        if found is None or found.id not in askable(self._flow):
            return False
        return found.kind not in TYPED or record.reach.get(Key.ACCOUNT) != THEIRS

    async def _send(
        self, tx: Transaction, message: Message, text: str, door: Door, now: datetime, *, question: str = ""
    ) -> None:
        await staffing.answered(tx, message.case, now=now)
        errand = Bring(message.id, text, int(message.expires_at.timestamp()), question)
        await inbox.journal(tx, [door.arrival(errand, now=now)])

    async def _held(self, tx: Transaction, asked: Asked) -> Case:
        case = await cases.find(tx, asked.case, reader=asked.reader, to_move=True)
        if not case.held_by(asked.responder, asked.now):
            raise NotHolderError
        return case

    async def _message(self, tx: Transaction, asked: Asked) -> Message:
        if not asked.number.isdecimal() or len(asked.number) > _MOST_DIGITS:
            raise messages.MessageUnknownError
        number = int(asked.number)
        return await messages.find(tx, asked.case, number, recipient_class=asked.card.recipient_class)

    async def _reach(self, tx: Transaction, case: Case) -> tuple[Record, DataKey, Door | None]:
        """What is remembered of the contact, its key, and where to leave an errand, if anything can reach them.

        CaseUnknownError once it was destroyed.
        """
        way = await way_to(tx, case.conversation)
        if way is None:
            raise CaseUnknownError
        key = self._box.unwrap(way.data_key, case.conversation)
        record = Record() if way.state is None else open_record(way.state, key, case.conversation)
        return record, key, None if way.chat is None else Door(way.chat, key)

    def _told(self, found: list[Message], record: Record, key: DataKey, asked: Asked) -> Messages:
        cards = of_class(self._recipients.now.roster, asked.card.recipient_class)
        when, since = _when(
            verdict(
                record.reach,
                self._table.terms,
                now=int(asked.now.timestamp()),
                wrote_at=record.wrote_at // 1000,
            ),
            asked.now,
        )
        return Messages(
            messages=tuple(unbox_message(each, key) for each in found),
            roster=sign_roster(cards, self._signing_key),
            when=when,
            since=since,
            terms=record.reach,
        )


_MOST_DIGITS = 9


def _when(found: Verdict, now: datetime) -> tuple[When, datetime | None]:
    match found:
        case Now():
            return When.NOW, None
        case From(at):
            return When.FROM, datetime.fromtimestamp(at, now.tzinfo)
        case OnceTheyWrite():
            return When.ONCE_THEY_WRITE, None
