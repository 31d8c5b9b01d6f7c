"""What is left when nothing can be written down: one message that says so, with numbers to call, and no state."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from telegram.error import TelegramError

from bot.library import Library
from bot.updates import Left, hinted, number_of, read_update
from bot.wiper import Calls

AGAIN_AFTER = timedelta(minutes=10)
_MOST_REMEMBERED = 10_000
_encode = msgspec.json.Encoder().encode


class Apology:
    """Answers whoever writes while the disk is full or the database away; their updates stay with Telegram."""

    def __init__(
        self, call: Calls, library: Library, *, clock: Callable[[], datetime], silent: bool = False
    ) -> None:
        """`call` sends. `silent`: a covered front says nothing, for numbers to call would tell what it is."""
        self._silent = silent
        self._call = call
        self._library = library
        self._clock = clock
        self._told: dict[int, tuple[int, datetime]] = {}

    async def say(self, updates: Sequence[bytes]) -> None:
        """Tell each chat once in a while; best effort."""
        if self._silent:
            return
        due = {}
        for raw in updates:
            incoming = read_update(raw)
            if incoming is not None and not isinstance(incoming.given, Left):
                due[incoming.chat] = (number_of(raw), incoming.language)
        tells = [
            self._tell(chat, language)
            for chat, (number, language) in due.items()
            if self._is_due(chat, number)
        ]
        await asyncio.gather(*tells)

    def _is_due(self, chat: int, number: int) -> bool:
        """Whether they wrote something new, and not a moment ago: Telegram gives us the same update again and again."""
        now = self._clock()
        known, at = self._told.get(chat, (-1, now - AGAIN_AFTER))
        if number <= known or now - at < AGAIN_AFTER:
            return False
        if len(self._told) >= _MOST_REMEMBERED:
            self._told.clear()
        self._told[chat] = number, now
        return True

    async def _tell(self, chat: int, language: str | None) -> None:
        voice = self._library.newest.voice(hinted(language), self._library.default_language)
        numbers = self._library.telephones.anywhere(voice, int(self._clock().timestamp()))
        text = f"{voice.phrase('unavailable')}\n\n{numbers}"
        try:
            await self._call(
                "sendMessage", _encode({"chat_id": chat, "text": text, "disable_notification": True})
            )
        except TelegramError:
            return
