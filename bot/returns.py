"""Return codes at work: numbers are made for those who ask, and those that are typed are proved, away from the rounds.

A number that is right leads its chat to the conversation that it is for (moving.py). One that is not is a number like
any other: it stays what was typed, after the same time, and nothing tells whether it was nearly right.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.draft import Draft
from bot.entrance import SLIP
from bot.holdings import Holdings
from bot.journal import CLOCK, Journal
from bot.keyring import Keyring
from bot.logs import Log
from bot.moving import MOVE, Mover
from bot.number import (
    COST,
    Cost,
    Number,
    Returned,
    Verifier,
    decode_verifier,
    encode_verifier,
    new_number,
    new_verifier,
    read_number,
)
from bot.record import Held, Record
from bot.updates import Given, Incoming, Said, Ticked
from bot.wishes import Move, NewNumber
from storage import codes, conversations, inbox, tries
from storage.codes import Code
from storage.database import Database, Transaction
from storage.inbox import Arrival, Waiting

Found = tuple[Waiting, Incoming]

WINDOW = timedelta(hours=1)
MOST_A_CHAT, MOST_A_LOCATOR, MOST_IN_ALL = 5, 10, 300
"""Tries in an hour: by one chat, for one conversation, and by everybody who was wrong."""
MOST_MADE = 10
"""Numbers made in an hour for one conversation."""
_MOST_DRAWS = 20
_SOON_SECONDS = 0.1
_AT_ONCE = 2
"""Slow hashes under way, of 32 MiB each."""


@dataclass(slots=True)
class _Look:
    """A number that is being proved, or has been: `code` is where it leads."""

    task: asyncio.Task[None] | None = None
    code: Code | None = None


@dataclass
class Returns:
    """Makes and proves return codes."""

    database: Database
    keyring: Keyring = field(repr=False)
    holdings: Holdings = field(repr=False)
    journal: Journal = field(repr=False)
    mover: Mover = field(repr=False)
    log: Log
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    leaves: Callable[[Record, Given], bool]
    cost: Cost = COST

    def __post_init__(self) -> None:
        """Nothing is under way."""
        self._looks: dict[str, _Look] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._making: set[str] = set()
        self._moving: set[bytes] = set()
        self._slow = asyncio.Semaphore(_AT_ONCE)
        # What a number is measured against that leads nowhere: it takes as long, and nothing fits it.
        self._nobody = Verifier(self.cost, secrets.token_bytes(16), secrets.token_bytes(32))

    async def sift(self, found: Sequence[Found]) -> list[Found]:
        """What can be handled now. Chats that move are moved; one whose number is being proved waits, in its order."""
        ready: list[Found] = []
        stopped: set[bytes] = set()
        now = self.clock()
        for waiting, incoming in found:
            chat = waiting.arrival.chat
            if chat in stopped:
                continue
            if isinstance(incoming.given, Ticked):
                stopped |= await self._ring(waiting, incoming, incoming.given, ready)
            elif self._is_moving(chat, incoming, now) or self._meet(waiting, incoming, ready):
                stopped.add(chat)
        await self._let_go({each.arrival.chat for each, _ in ready})
        return ready

    def _is_moving(self, chat: bytes, incoming: Incoming, now: datetime) -> bool:
        """Whether what this chat brings has to wait; whoever closes it waits for nothing."""
        held = self.holdings.of_chat(chat)
        if held is None or held.record.moving_until <= now.timestamp() * 1000:
            return False
        self._moving.add(chat)
        return not self.leaves(held.record, incoming.given)

    async def _let_go(self, needed: set[bytes]) -> None:
        """Give back what is to move, as soon as nothing is sent to it: whoever holds the other side needs it."""
        held = [self.holdings.of_chat(chat) for chat in self._moving - needed]
        free = [each for each in held if each is not None and not self.mover.waits_for(each)]
        if free:
            async with self.database.write() as tx:
                await conversations.release(tx, [each.id for each in free])
            self.holdings.drop(free)
        self._moving -= {each.chat for each in free}
        if self._moving:
            asyncio.get_running_loop().call_later(_SOON_SECONDS, self.wake)

    async def _ring(
        self, waiting: Waiting, incoming: Incoming, tick: Ticked, ready: list[Found]
    ) -> set[bytes]:
        """A tick; the chats that lead elsewhere after it."""
        held = self.holdings.of_chat(waiting.arrival.chat)
        if held is None or _conversation(waiting.arrival) != held.id:
            # The chat leads elsewhere by now. Where the moment still stands, the clock tells it again to the right one.
            async with self.database.write() as tx:
                await inbox.drop(tx, waiting.arrival)
            return set()
        what, _, rest = tick.what.partition(" ")
        if what != MOVE:
            ready.append((waiting, incoming))
            return set()
        chats = {waiting.arrival.chat, bytes.fromhex(rest)}
        # What came before is handled where it was said.
        is_clear = not any(each.arrival.chat in chats for each, _ in ready)
        if is_clear and await self.mover.move(waiting.arrival, held, bytes.fromhex(rest)):
            self._moving -= chats
            return chats
        asyncio.get_running_loop().call_later(_SOON_SECONDS, self.wake)
        return set()

    def _meet(self, waiting: Waiting, incoming: Incoming, ready: list[Found]) -> bool:
        """Something that was given; whether its chat has to wait after it."""
        given = incoming.given
        number = read_number(given.text) if isinstance(given, Said) and not given.edited else None
        if number is None or not isinstance(given, Said):
            ready.append((waiting, incoming))
            return False
        look = self._looks.get(waiting.arrival.row)
        if look is None:
            look = self._looks[waiting.arrival.row] = _Look()
            look.task = self._spawn(self._prove(look, waiting.arrival, number))
        if look.task is not None:
            return True
        del self._looks[waiting.arrival.row]
        if look.code is None:
            ready.append((waiting, incoming))
            return False
        held = self.holdings.of_chat(waiting.arrival.chat)
        is_here = held is not None and held.id == look.code.conversation
        returned = Returned(given.message, "" if is_here else look.code.conversation, look.code.chat)
        ready.append((waiting, replace(incoming, given=returned)))
        return True

    async def _prove(self, look: _Look, arrival: Arrival, number: Number) -> None:
        try:
            look.code = await self._code(arrival.chat, number)
        except (SQLAlchemyError, OSError) as problem:
            self.log.bug("code.not_proved", problem)
            self._looks.pop(arrival.row, None)  # the next round looks again
        look.task = None
        self.wake()

    async def _code(self, chat: bytes, number: Number) -> Code | None:
        """Where this number leads, if it is right. Tries are counted before it is looked at, so that none is free."""
        locator = self.keyring.locator_key(number.locator)
        limits = self._limits(chat, locator)
        async with self.database.write() as tx:
            if not await self._may_try(tx, limits):
                return None
            code = await codes.find(tx, locator)
        verifier = self._nobody if code is None else decode_verifier(code.verifier)
        peppered = self.keyring.peppered(number.locator, number.secret)
        async with self._slow:
            proved = await asyncio.to_thread(verifier.proves, peppered)
        if not proved:
            return None
        async with self.database.write() as tx:
            for key, _ in limits:
                await tries.forgive(tx, key)
        return code

    def _limits(self, chat: bytes, locator: bytes) -> list[tuple[bytes, int]]:
        key = self.keyring.tries_key
        return [
            (key("chat", chat), MOST_A_CHAT),
            (key("locator", locator), MOST_A_LOCATOR),
            (key("all"), MOST_IN_ALL),
        ]

    async def _may_try(self, tx: Transaction, limits: Sequence[tuple[bytes, int]]) -> bool:
        """Count a try; one that is too many for its chat is none for the others."""
        now = self.clock()
        for key, most in limits:
            if await tries.count(tx, key, now=now, since=now - WINDOW) > most:
                return False
        return True

    async def announce(self, tx: Transaction, drafts: Sequence[Draft], now: datetime) -> None:
        """Tell the conversations to which chats are to lead, in the transaction that decides it."""
        ticks = [
            self.journal.tick(each.conversation, each.chat, f"{MOVE} {draft.held.chat.hex()}", now)
            for draft in drafts
            for each in draft.wishes
            if isinstance(each, Move)
        ]
        if ticks:
            await inbox.journal(tx, ticks)

    def begin(self, draft: Draft) -> None:
        """After the commit: what this step asked for."""
        for each in draft.wishes:
            match each:
                case NewNumber():
                    self.make(draft.held)
                case Move():
                    self._moving.add(draft.held.chat)

    def make(self, held: Held) -> None:
        """Make a number for this conversation, soon; the one that it had leads nowhere from then on."""
        if held.id not in self._making:
            self._making.add(held.id)
            self._spawn(self._make(held.id, held.chat))

    async def _make(self, conversation: str, chat: bytes) -> None:
        try:
            for _ in range(_MOST_DRAWS):
                if await self._draw(conversation, chat):
                    break
        except (SQLAlchemyError, OSError) as problem:
            self.log.bug("code.not_made", problem)
        finally:
            self._making.discard(conversation)
        self.wake()

    async def _draw(self, conversation: str, chat: bytes) -> bool:
        """One number, with the word that it may be shown; False where its locator is taken."""
        number = new_number()
        locator, peppered = (
            self.keyring.locator_key(number.locator),
            self.keyring.peppered(number.locator, number.secret),
        )
        async with self._slow:
            verifier = encode_verifier(await asyncio.to_thread(new_verifier, peppered, self.cost))
        now = self.clock()
        made = self.keyring.tries_key("made", conversation.encode())
        async with self.database.write() as tx:
            if await tries.count(tx, made, now=now, since=now - WINDOW) > MOST_MADE:
                return True
            if not await codes.put(tx, locator, conversation, verifier, made_at=now):
                return False
            await inbox.journal(tx, [self.journal.tick(conversation, chat, f"{SLIP} {number.digits}", now)])
        return True

    def _spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drain(self) -> None:
        """Wait until all that has begun has ended."""
        while self._tasks:
            await asyncio.wait(self._tasks)


def _conversation(tick: Arrival) -> str:
    """Whom a tick is for."""
    return tick.source.removeprefix(f"{CLOCK}:").partition(":")[0]
