"""The conversations that this process works on: taken from the database, kept while they are talked in, given back."""

import asyncio
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.record import Held, Place, Record, open_place, open_record, seal_place, seal_record
from storage import conversations
from storage.box import Box, DataKey
from storage.conversations import Stored
from storage.database import Transaction
from storage.inbox import Waiting


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

    async def take(self, tx: Transaction, ids: Iterable[str]) -> None:
        """Hold these conversations as well, except those that a living worker has."""
        wanted = [each for each in dict.fromkeys(ids) if each not in self._by_id]
        if not wanted:
            return
        taken = await conversations.take(tx, wanted, me=self.me)
        for stored in await conversations.load(tx, taken):
            self._keep(self._open(stored))

    async def begin(self, tx: Transaction, chat: bytes, place: Place) -> None:
        """Hold a conversation with somebody who writes for the first time."""
        new, key = secrets.token_hex(16), DataKey.generate()
        record = Record()
        stored = Stored(
            new, chat, self.box.wrap(key, new), seal_record(record, key, new), 0, seal_place(place, key, new)
        )
        if await conversations.create(tx, stored, me=self.me):
            self._keep(Held(new, chat, key, record, 0, place))

    def _open(self, stored: Stored) -> Held:
        key = self.box.unwrap(stored.data_key, stored.id)
        record = Record() if stored.state is None else open_record(stored.state, key, stored.id)
        return Held(
            stored.id, stored.chat, key, record, stored.version, open_place(stored.place, key, stored.id)
        )

    def _keep(self, held: Held) -> None:
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

    def clear(self) -> None:
        """Hold nothing: another worker has taken over."""
        self._by_id.clear()
        self._by_chat.clear()


def strangers(waiting: Sequence[Waiting], holdings: Holdings) -> list[str]:
    """Known conversations among what waits that are not held yet."""
    return [
        each.conversation
        for each in waiting
        if each.conversation and holdings.of_id(each.conversation) is None
    ]
