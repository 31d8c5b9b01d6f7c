"""The records the sandbox keeps: accounts, chats, messages, updates, files; each a line of the journal."""

from typing import Any, NewType

import msgspec

Json = dict[str, Any]
"""A fragment of Bot API JSON, kept exactly as it goes over the wire."""

JsonValue = Any
"""Whatever a call has sent, before it was looked at."""

BotId = NewType("BotId", int)
PersonId = NewType("PersonId", int)
MessageId = NewType("MessageId", int)
UpdateId = NewType("UpdateId", int)
FileId = NewType("FileId", str)
QueryId = NewType("QueryId", str)


class ClockSet(msgspec.Struct, frozen=True, tag="clock"):
    """How many seconds the sandbox's clock runs ahead of the machine's."""

    ahead: float


class Person(msgspec.Struct, frozen=True, tag="person"):
    """One invented person with a Telegram account."""

    id: PersonId
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Bot(msgspec.Struct, frozen=True, tag="bot"):
    """One bot account; `secret` is the SHA-256 of its token, in hex."""

    id: BotId
    secret: str
    name: str
    username: str


class Profile(msgspec.Struct, frozen=True, tag="profile"):
    """One text that a bot shows of itself, or its command list, in one language and scope."""

    bot: BotId
    kind: str
    scope: str
    language: str
    value: Any


class Chat(msgspec.Struct, frozen=True, tag="chat"):
    """A private chat of one person with one bot; it exists for the bot once the person has written."""

    bot: BotId
    person: PersonId
    blocked: bool = False
    pinned: MessageId | None = None
    keyboard: Json | None = None
    """The reply keyboard now under the person's input line, or the prompt of a forced reply."""


class Message(msgspec.Struct, frozen=True, tag="message"):
    """One message; ids run through all private chats of one bot account, in both directions."""

    bot: BotId
    id: MessageId
    person: PersonId
    from_bot: bool
    date: int
    body: Json
    """The Bot API fields other than message_id, from, chat and date."""
    edit_date: int | None = None
    silent: bool = False
    hidden: bool = False
    """Removed on the person's side only; the bot cannot know."""
    reactions: tuple[Json, ...] = ()


class MessageGone(msgspec.Struct, frozen=True, tag="gone"):
    """A message was removed for both sides."""

    bot: BotId
    id: MessageId


class Update(msgspec.Struct, frozen=True, tag="update"):
    """One update that waits for its bot; `at` is in seconds of the sandbox's clock."""

    bot: BotId
    id: UpdateId
    person: PersonId
    at: float
    body: Json


class Confirmed(msgspec.Struct, frozen=True, tag="confirmed"):
    """The bot has taken these updates, and they are forgotten."""

    bot: BotId
    ids: tuple[UpdateId, ...]


class Subscription(msgspec.Struct, frozen=True, tag="subscription"):
    """Where and which updates a bot wants; an empty `url` means that it asks for them itself."""

    bot: BotId
    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    allowed: tuple[str, ...] | None = None


class Query(msgspec.Struct, frozen=True, tag="query"):
    """One press of an inline button, until the bot has answered it."""

    id: QueryId
    bot: BotId
    person: PersonId
    message: MessageId
    at: float
    answered: bool = False


class File(msgspec.Struct, frozen=True, tag="file"):
    """One stored file; its bytes lie beside the journal under `path`."""

    id: FileId
    unique_id: str
    path: str
    kind: str
    size: int
    name: str
    mime_type: str
    width: int = 0
    height: int = 0


Record = (
    ClockSet
    | Person
    | Bot
    | Profile
    | Chat
    | Message
    | MessageGone
    | Update
    | Confirmed
    | Subscription
    | Query
    | File
)
