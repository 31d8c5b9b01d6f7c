"""The conversations that this process works on: taken from the database, kept while they are talked in, given back."""

import asyncio
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from bot.logs import Log
from bot.place import Place, open_place, seal_place
from bot.record import Held, Record, open_record, seal_record
from bot.screen import Show, decode_task
from storage import conversations
from storage.box import Box, BoxError, DataKey, Spot
from storage.conversations import Stored
from storage.database import Transaction
from storage.inbox import Waiting
from storage.outbox import SCREEN


@dataclass(slots=True)
class Holdings:
    """Conversations by id and by chat; `me` is this process's name as a worker."""

    me: str
    box: Box = field(repr=False)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held while conversations are taken, worked on or given back, so that none is in two hands."""
    _by_id: dict[str, Held] = field(default_factory=dict, repr=False)
    _by_chat: dict[bytes, Held] = field(default_factory=dict, repr=False)

    def of_chat(self, chat: bytes) -> Held | None:
        """The conversation of a chat, if it is held."""
        return self._by_chat.get(chat)

    def of_id(self, conversation: str) -> Held | None:
        """A conversation, if it is held."""
        return self._by_id.get(conversation)

    async def take(self, tx: Transaction, ids: Iterable[str], log: Log) -> list[Held]:
        """Conversations that are ours from now on; to be kept once this transaction is committed."""
        wanted = [each for each in dict.fromkeys(ids) if each not in self._by_id]
        if not wanted:
            return []
        taken = await conversations.take(tx, wanted, me=self.me)
        return [held for stored in await conversations.load(tx, taken) if (held := self._try(stored, log))]

    async def begin(self, tx: Transaction, chat: bytes, place: Place, record: Record) -> Held | None:
        """A conversation with somebody who writes for the first time; to be kept once this is committed."""
        held = self.stranger(chat, place, record)
        return held if await conversations.create(tx, self.stored(held), me=self.me) else None

    def stranger(self, chat: bytes, place: Place, record: Record) -> Held:
        """A new conversation, in memory alone."""
        return Held(secrets.token_hex(16), chat, DataKey.generate(), record, 0, place)

    def stored(self, held: Held) -> Stored:
        """A conversation as it lies in the database."""
        state = seal_record(held.record, held.key, held.id)
        where = seal_place(held.place, held.key, held.id)
        return Stored(held.id, held.chat, self.box.wrap(held.key, held.id), state, held.version, where)

    async def reload(self, tx: Transaction, log: Log) -> None:
        """Look again at what a failed commit left in doubt; one that is gone is let go."""
        stale = {held.id: held for held in self._by_id.values() if held.is_stale}
        if not stale:
            return
        found = {stored.id: self._try(stored, log) for stored in await conversations.load(tx, list(stale))}
        for held in stale.values():
            now = found.get(held.id)
            if now is None:
                self.drop([held])
            else:
                # The place in memory is the newer one: the sender's outcomes are kept until they are written.
                held.record, held.version, held.is_stale = now.record, now.version, False

    def _try(self, stored: Stored, log: Log) -> Held | None:
        """A conversation that cannot be opened must not keep the others waiting."""
        try:
            return self._open(stored)
        except (BoxError, msgspec.DecodeError) as problem:
            log.bug("conversation.unopened", problem)
            return None

    def _open(self, stored: Stored) -> Held:
        key = self.box.unwrap(stored.data_key, stored.id)
        record = Record() if stored.state is None else open_record(stored.state, key, stored.id)
        place = open_place(stored.place, key, stored.id)
        held = Held(stored.id, stored.chat, key, record, stored.version, place)
        if stored.screen is not None:
            _owe(held, stored.screen, tried=bool(stored.attempts))
        return held

    def keep(self, new: Iterable[Held]) -> None:
        """Hold these as well."""
        for held in new:
            held.touched_at = time.monotonic()
            self._by_id[held.id] = held
            self._by_chat[held.chat] = held

    def idle(self, *, since: float) -> list[Held]:
        """Conversations untouched since then (seconds of a steady clock)."""
        return [held for held in self._by_id.values() if held.touched_at < since]

    def drop(self, gone: Sequence[Held]) -> None:
        """Hold these no longer."""
        for held in gone:
            self._by_id.pop(held.id, None)
            self._by_chat.pop(held.chat, None)


def _owe(held: Held, screen: bytes, *, tried: bool) -> None:
    """A screen that is still to be shown. Whoever wrote it may have sent it and not lived to write that down."""
    show = decode_task(held.key.open(screen, Spot("outbox", f"{held.id}/{SCREEN}", "body")))
    if isinstance(show, Show):
        held.owes_fresh, held.unsent_since = show.fresh, show.since
        if not tried and (show.fresh or held.place.bubble is None):
            held.place = held.place.doubted(show.since)


def strangers(waiting: Sequence[Waiting], holdings: Holdings) -> list[str]:
    """Known conversations among what waits that are not held yet."""
    return [
        each.conversation
        for each in waiting
        if each.conversation and holdings.of_id(each.conversation) is None
    ]
