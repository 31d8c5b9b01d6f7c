"""The world: every account, chat, message and waiting update, in memory and in the journal at once."""

import itertools
from collections.abc import Iterable
from pathlib import Path

from sandbox.clock import Clock
from sandbox.events import Events
from sandbox.journal import Journal
from sandbox.records import (
    Bot,
    BotId,
    Chat,
    ClockSet,
    Confirmed,
    File,
    FileId,
    Message,
    MessageGone,
    MessageId,
    Person,
    PersonId,
    Profile,
    Query,
    QueryId,
    Record,
    Subscription,
    Update,
    UpdateId,
)


class World:
    """Tables of records; `save` is the only way in, so that what is in memory is in the journal."""

    def __init__(self, data: Path) -> None:
        """Open the world kept in the folder `data`, or begin a new one there."""
        self.files_dir = data / "files"
        self.files_dir.mkdir(parents=True, exist_ok=True)
        self.clock = Clock()
        self.events = Events()
        self.people: dict[PersonId, Person] = {}
        self.bots: dict[BotId, Bot] = {}
        self.profiles: dict[tuple[BotId, str, str, str], Profile] = {}
        self.chats: dict[tuple[BotId, PersonId], Chat] = {}
        self.messages: dict[tuple[BotId, MessageId], Message] = {}
        self.threads: dict[tuple[BotId, PersonId], dict[MessageId, None]] = {}
        self.updates: dict[BotId, dict[UpdateId, Update]] = {}
        self.subscriptions: dict[BotId, Subscription] = {}
        self.queries: dict[QueryId, Query] = {}
        self.files: dict[FileId, File] = {}
        self._last_message: dict[BotId, int] = {}
        self._last_update: dict[BotId, int] = {}
        self._journal = Journal(data / "journal.jsonl")
        for record in self._journal.read():
            self._apply(record)
        self._journal.rewrite(self.records())

    def save(self, record: Record) -> None:
        """Write a record to the journal and let it take effect."""
        self._journal.write(record)
        self._apply(record)

    def _apply(self, record: Record) -> None:  # noqa: C901 - one case for each kind of record
        match record:
            case ClockSet(ahead):
                self.clock.ahead = ahead
            case Person():
                self.people[record.id] = record
            case Bot():
                self.bots[record.id] = record
            case Profile(bot, kind, scope, language):
                self.profiles[bot, kind, scope, language] = record
            case Chat(bot, person):
                self.chats[bot, person] = record
            case Message():
                self._keep(record)
            case MessageGone():
                self._forget(record)
            case Update(bot, number):
                self.updates.setdefault(bot, {})[number] = record
                self._last_update[bot] = max(number, self._last_update.get(bot, 0))
            case Confirmed(bot, numbers):
                self._confirm(bot, numbers)
            case Subscription(bot):
                self.subscriptions[bot] = record
            case Query():
                self.queries[record.id] = record
            case File():
                self.files[record.id] = record

    def _keep(self, message: Message) -> None:
        self.messages[message.bot, message.id] = message
        self.threads.setdefault((message.bot, message.person), {})[message.id] = None
        self._last_message[message.bot] = max(message.id, self._last_message.get(message.bot, 0))

    def _forget(self, gone: MessageGone) -> None:
        self._last_message[gone.bot] = max(gone.id, self._last_message.get(gone.bot, 0))
        message = self.messages.pop((gone.bot, gone.id), None)
        if message:
            self.threads[gone.bot, message.person].pop(gone.id, None)

    def _confirm(self, bot: BotId, numbers: Iterable[UpdateId]) -> None:
        waiting = self.updates.setdefault(bot, {})
        for number in numbers:
            waiting.pop(number, None)
            self._last_update[bot] = max(number, self._last_update.get(bot, 0))

    def records(self) -> Iterable[Record]:
        """Yield the fewest records from which this world can be built again."""
        yield ClockSet(self.clock.ahead)
        tables = (
            self.people, self.bots, self.profiles, self.chats, self.messages, self.subscriptions, self.files,
        )  # fmt: skip
        yield from itertools.chain.from_iterable(table.values() for table in tables)
        yield from (query for query in self.queries.values() if not query.answered)
        yield from (MessageGone(bot, MessageId(last)) for bot, last in self._last_message.items()
                    if (bot, last) not in self.messages)  # fmt: skip
        yield from (Confirmed(bot, (UpdateId(last),)) for bot, last in self._last_update.items()
                    if last not in self.updates.get(bot, {}))  # fmt: skip
        yield from itertools.chain.from_iterable(waiting.values() for waiting in self.updates.values())

    def next_message_id(self, bot: BotId) -> MessageId:
        """Return the next message id of this bot's account; it is the same row for all its private chats."""
        return MessageId(self._last_message.get(bot, 0) + 1)

    def next_update_id(self, bot: BotId) -> UpdateId:
        """Return the next update id of this bot; a bot's first one is large and tells nothing."""
        first = 700_000_000 + bot % 99_999_989
        return UpdateId(self._last_update.get(bot, first) + 1)

    def thread(self, bot: BotId, person: PersonId) -> list[Message]:
        """Return the messages between this bot and this person, oldest first."""
        ids = self.threads.get((bot, person), {})
        return [self.messages[bot, number] for number in ids]

    def profile(self, bot: BotId, kind: str, scope: str = "", language: str = "") -> object:
        """Return what the bot has set for exactly this kind, scope and language, or None."""
        found = self.profiles.get((bot, kind, scope, language))
        return found.value if found else None

    def subscription(self, bot: BotId) -> Subscription:
        """Return where this bot's updates go."""
        return self.subscriptions.get(bot) or Subscription(bot)

    def close(self) -> None:
        """Close the journal and end the live stream."""
        self.events.close()
        self._journal.close()
