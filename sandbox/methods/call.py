"""One call of a Bot API method: who calls, with what, and the chat or message it speaks of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.exchange import Exchange
from sandbox.parameters import Parameters
from sandbox.records import Bot, Chat, Message, MessageId, PersonId
from sandbox.refusals import BLOCKED, CHAT_NOT_FOUND, BadRequest, Forbidden
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a call; a few methods add a sentence to it."""

    result: Any
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call under way."""

    exchange: Exchange
    bot: Bot
    parameters: Parameters

    @property
    def world(self) -> World:
        """Return the world in which the call acts."""
        return self.exchange.world

    def chat(self, name: str = "chat_id", *, missing: str = "chat_id is empty") -> Chat:
        """Return the chat the call names; a person who never wrote to this bot cannot be found."""
        given = self.parameters.text(name).strip()
        if not given:
            raise BadRequest(missing)
        try:
            chat = self.world.chats.get((self.bot.id, PersonId(int(given))))
        except ValueError:
            chat = None
        if chat is None:
            raise BadRequest(CHAT_NOT_FOUND)
        return chat

    def open_chat(self) -> Chat:
        """Return the chat the call writes to, unless the person has blocked the bot."""
        chat = self.chat()
        if chat.blocked:
            raise Forbidden(BLOCKED)
        return chat

    def message(self, chat: Chat, missing: str, name: str = "message_id") -> Message:
        """Return the message of this chat the call names; `missing` is the refusal's text."""
        number = self.parameters.integer(name)
        if number <= 0:
            raise BadRequest("message identifier is not specified")
        found = self.world.messages.get((self.bot.id, MessageId(number)))
        if found is None or found.person != chat.person:
            raise BadRequest(missing)
        return found


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Bot API: its name, the parameters it reads, and what it does."""

    name: str
    accepts: tuple[str, ...]
    run: Handler
