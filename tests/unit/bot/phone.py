"""A phone: what a person sees of their chats with the bot, by Telegram's rules, with a clock that is the test's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from telegram.error import BadRequest

DELETABLE = timedelta(hours=48)


class PowerCut(BaseException):
    """The process is gone in the middle of a call."""


@dataclass(frozen=True)
class Bubble:
    """One message on the screen."""

    chat: int
    text: str
    ours: bool
    at: datetime
    buttons: tuple[tuple[str, str], ...] = ()


class Phone:
    """Messages by id. `trouble` may raise before a call is carried out, `after` once it was."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._last = 0
        self.messages: dict[int, Bubble] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.trouble: Callable[[str], None] = lambda _method: None
        self.after: Callable[[str], None] = lambda _method: None

    async def __call__(self, method: str, parameters: bytes) -> msgspec.Raw:
        """One call."""
        asked = msgspec.json.decode(parameters)
        self.calls.append((method, asked))
        self.trouble(method)
        answer = getattr(self, f"_{method}")(asked)
        self.after(method)
        return msgspec.Raw(msgspec.json.encode(answer))

    def put(self, chat: int, text: str, *, ours: bool = False) -> int:
        """A new message at the bottom."""
        self._last += 1
        self.messages[self._last] = Bubble(chat, text, ours, self._clock())
        return self._last

    def of(self, chat: int) -> dict[int, Bubble]:
        """What a person sees."""
        return {number: each for number, each in self.messages.items() if each.chat == chat}

    def _sendMessage(self, asked: dict[str, Any]) -> dict[str, int]:  # noqa: N802 - Telegram's name
        number = self.put(asked["chat_id"], "", ours=True)
        self._write(number, asked)
        return {"message_id": number}

    def _write(self, number: int, asked: dict[str, Any]) -> None:
        rows = asked.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((each["text"], each["callback_data"]) for row in rows for each in row)
        old = self.messages[number]
        self.messages[number] = replace(old, text=asked.get("text", old.text), buttons=buttons)

    def _own(self, asked: dict[str, Any]) -> int:
        found = self.messages.get(asked["message_id"])
        if found is None or not found.ours or found.chat != asked["chat_id"]:
            raise BadRequest("message to edit not found")
        return int(asked["message_id"])

    def _editMessageText(self, asked: dict[str, Any]) -> bool:  # noqa: N802 - Telegram's name
        self._write(self._own(asked), asked)
        return True

    _editMessageReplyMarkup = _editMessageText  # noqa: N815 - Telegram's name

    def _answerCallbackQuery(self, _asked: dict[str, Any]) -> bool:  # noqa: N802 - Telegram's name
        return True

    def _deleteMessage(self, asked: dict[str, Any]) -> bool:  # noqa: N802 - Telegram's name
        if asked["message_id"] not in self.of(asked["chat_id"]):
            raise BadRequest("message to delete not found")
        return self._deleteMessages({**asked, "message_ids": [asked["message_id"]]})

    def _deleteMessages(self, asked: dict[str, Any]) -> bool:  # noqa: N802 - Telegram's name
        found = [each for each in asked["message_ids"] if each in self.of(asked["chat_id"])]
        if len(asked["message_ids"]) > 100:
            raise BadRequest("too many message identifiers specified")
        if any(self._clock() - self.messages[each].at >= DELETABLE for each in found):
            raise BadRequest("message can't be deleted for everyone")
        for each in found:
            del self.messages[each]
        return True
