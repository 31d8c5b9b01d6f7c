"""The live stream: what has just happened in the chats, told to every page and person that listens."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.records import BotId, Json, PersonId

_BACKLOG = 10_000


class Events:
    """Numbered events; a listener that falls too far behind is cut off and has to begin anew."""

    def __init__(self) -> None:
        """Begin with no listener."""
        self._numbers = itertools.count(1)
        self.last = 0
        self._listeners: dict[asyncio.Queue[Json | None], PersonId | None] = {}

    def tell(self, kind: str, bot: BotId, person: PersonId, **fields: object) -> None:
        """Tell all listeners that something of this `kind` has happened between this bot and this person."""
        self.last = next(self._numbers)
        event: Json = {"seq": self.last, "kind": kind, "bot": bot, "person": person, **fields}
        for queue, wanted in list(self._listeners.items()):
            if wanted in (None, person):
                self._put(queue, event)

    def _put(self, queue: asyncio.Queue[Json | None], event: Json) -> None:
        if queue.qsize() >= _BACKLOG:
            del self._listeners[queue]
            queue.put_nowait(None)
        else:
            queue.put_nowait(event)

    @contextmanager
    def listen(self, person: PersonId | None = None) -> Iterator[asyncio.Queue[Json | None]]:
        """Give a queue of events from now on, of one person or of all; `None` in it means the end."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._listeners[queue] = person
        try:
            yield queue
        finally:
            self._listeners.pop(queue, None)

    def close(self) -> None:
        """Send every listener home."""
        for queue in self._listeners:
            queue.put_nowait(None)
        self._listeners.clear()
