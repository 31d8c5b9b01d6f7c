"""Edits and deletions: what is done to messages that are on a screen already. All of it may be repeated."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
from telegram.error import BadRequest

from bot.logs import Log
from bot.place import Mark
from bot.record import Held
from bot.screen import Show

_MOST_DELETES = 100
_MOST_COPIES = 15
encode = msgspec.json.Encoder().encode


class Calls(Protocol):
    """One Bot API method: JSON parameters in, raw result out, PTB's errors otherwise."""

    async def __call__(self, method: str, parameters: bytes) -> msgspec.Raw:
        """Call it."""
        ...


class Wiper:
    """Takes off the screen what must not stay there."""

    def __init__(self, call: Calls, log: Log, *, blank: str, move: Callable[..., None]) -> None:
        """`move` writes down how a place has changed.

        `blank` is all that a message of ours says when it is about to go, and for good where Telegram keeps it.
        """
        self._call = call
        self._log = log
        self._blank = blank
        self._move = move

    async def wipe(self, held: Held) -> tuple[int, int]:
        """Take off the screen what must go, first its words and then the message: how many went, how many did not."""
        chat = held.place.chat
        for span in held.place.unsure:
            await self._find_copies(held, *span)
            self._move(held, unsure=tuple(each for each in held.place.unsure if each != span))
        alone = held.place.bubble is None
        if alone and held.place.doubt is not None:
            await self._find_copies(held, held.place.doubt, 0)
        marks = held.place.doomed
        if alone:
            for mark in marks:
                if mark.ours:
                    await self._cover(chat, mark.message)
        stuck = await self.delete(chat, marks)
        self._move(held, doomed=tuple(mark for mark in held.place.doomed if mark not in marks))
        # That a bubble went because a newer one stands below it is nothing to tell.
        told = sum(alone or not mark.ours for mark in marks)
        return max(told - stuck, 0), stuck

    async def _find_copies(self, held: Held, since: int, until: int) -> None:
        """Our messages between the last that we knew of and another (0: not known), to be wiped as well.

        sendMessage has no idempotency key: a call whose answer was lost may have left the same bubble there. Ids run
        through all chats of an account, and a person's own message must not go: only what we can edit is ours.
        """
        # The copy lies just above the last that we knew, or, after further tries, just below the next.
        until = until or max(held.place.seen, since + _MOST_COPIES) + 1
        first = range(since + 1, min(until, since + 1 + _MOST_COPIES))
        last = range(max(first.stop, until - _MOST_COPIES), until)
        known = {held.place.bubble, *(mark.message for mark in held.place.doomed)}
        for message in (*first, *last):
            if message not in known and await self._is_ours(held.place.chat, message):
                self._move(held, doomed=(*held.place.doomed, Mark(message, 0, ours=True)))

    async def _is_ours(self, chat: int, message: int) -> bool:
        bare = {"chat_id": chat, "message_id": message, "reply_markup": {"inline_keyboard": []}}
        try:
            await self._call("editMessageReplyMarkup", encode(bare))
        except BadRequest as refused:
            return "not modified" in refused.message
        return True

    async def edit(self, chat: int, message: int, show: Show) -> bool:
        """Make a message of ours this; False where it is not there any more."""
        parameters = form(chat, show) | {"message_id": message}
        del parameters["disable_notification"]
        try:
            await self._call("editMessageText", encode(parameters))
        except BadRequest as refused:
            return "not modified" in refused.message
        return True

    async def _cover(self, chat: int, message: int) -> None:
        await self.edit(chat, message, Show(self._blank))

    async def delete(self, chat: int, marks: Sequence[Mark]) -> int:
        """Delete messages on both sides; how many Telegram would not let go."""
        stuck = 0
        for start in range(0, len(marks), _MOST_DELETES):
            batch = marks[start : start + _MOST_DELETES]
            ids = [mark.message for mark in batch]
            try:
                await self._call("deleteMessages", encode({"chat_id": chat, "message_ids": ids}))
            except BadRequest:
                for mark in batch:
                    stuck += not await self._delete_one(chat, mark)
        return stuck

    async def _delete_one(self, chat: int, mark: Mark) -> bool:
        """Whether it is gone. What Telegram keeps, because it is too old, says nothing any more if it is ours."""
        try:
            await self._call("deleteMessage", encode({"chat_id": chat, "message_id": mark.message}))
        except BadRequest as refused:
            if "not found" in refused.message:
                return True
            self._log.warning("send.refused", kind=kind_of(refused.message))
            if mark.ours:
                await self._cover(chat, mark.message)
            return False
        return True


def form(chat: int, show: Show) -> dict[str, object]:
    """A screen as Telegram's parameters."""
    keyboard = [[{"text": each.label, "callback_data": each.token} for each in row] for row in show.rows]
    return {
        "chat_id": chat,
        "text": show.text,
        "disable_notification": True,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": keyboard},
    }


def kind_of(message: str) -> str:
    """Which of Telegram's known refusals it was; its own words could quote ours."""
    known = (
        "not found",
        "can't be deleted",
        "can't be edited",
        "too long",
        "empty",
        "BUTTON_DATA_INVALID",
        "chat not found",
    )
    return next((each for each in known if each in message), "other")
