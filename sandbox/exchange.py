"""The exchange between bots and people: what one side does becomes a message, an update and a live event."""

import secrets
from collections.abc import Callable

import msgspec

from sandbox import wire
from sandbox.mailbox import Mailbox
from sandbox.records import (
    Bot,
    BotId,
    Chat,
    Json,
    Message,
    MessageGone,
    PersonId,
    Query,
    QueryId,
)
from sandbox.world import World


class Exchange:
    """The world and its mailboxes, with the few ways in which something passes between two parties."""

    def __init__(self, world: World) -> None:
        """Stand between the bots and people of this world."""
        self.world = world
        self.mailbox = Mailbox(world)
        self.on_subscription: Callable[[BotId], None] = lambda _: None
        self.webhook_trouble: Callable[[BotId], Json] = lambda _: {}

    def now(self) -> int:
        """Return the sandbox's time in whole seconds since 1970, as messages carry it."""
        return int(self.world.clock.now())

    def add_message(
        self, bot: BotId, person: PersonId, body: Json, *, from_bot: bool, silent: bool = False
    ) -> Message:
        """Add a message to a chat, under the next id of the bot's account."""
        message = Message(
            bot=bot,
            id=self.world.next_message_id(bot),
            person=person,
            from_bot=from_bot,
            date=self.now(),
            body=body,
            silent=silent,
        )
        self.world.save(message)
        self._show("message", message)
        return message

    def change(self, message: Message, *, edited: bool = True, **changes: object) -> Message:
        """Replace parts of a message; `edited` says whether people see that it was."""
        when = {"edit_date": self.now()} if edited else {}
        changed = msgspec.structs.replace(message, **changes, **when)
        self.world.save(changed)
        self._show("edited", changed)
        return changed

    def _show(self, kind: str, message: Message) -> None:
        shown = wire.seen_by_person(self.world, message)
        self.world.events.tell(kind, message.bot, message.person, message=shown)

    def remove(self, message: Message) -> None:
        """Remove a message on both sides."""
        self.world.save(MessageGone(message.bot, message.id))
        self.world.events.tell("deleted", message.bot, message.person, message_id=message.id)

    def hide(self, message: Message) -> None:
        """Remove a message on the person's side only; the bot is not told."""
        self.world.save(msgspec.structs.replace(message, hidden=True))
        self.world.events.tell("deleted", message.bot, message.person, message_id=message.id)

    def set_chat(self, chat: Chat) -> None:
        """Replace what is known of a chat, and show it."""
        if self.world.chats.get((chat.bot, chat.person)) != chat:
            self.world.save(chat)
            self.world.events.tell(
                "chat",
                chat.bot,
                chat.person,
                blocked=chat.blocked,
                keyboard=chat.keyboard,
                pinned=chat.pinned,
            )

    def open_chat(self, bot: BotId, person: PersonId) -> Chat:
        """Return the chat of these two; the person's first message opens it."""
        chat = self.world.chats.get((bot, person))
        if chat is None:
            chat = Chat(bot, person)
            self.world.save(chat)
        return chat

    def tell_profile(self, bot: BotId) -> None:
        """Show that a bot has changed its name, descriptions or commands, in every chat it has."""
        for holder, person in list(self.world.chats):
            if holder == bot:
                self.world.events.tell("profile", bot, person)

    def tell_bot(self, message: Message, kind: str = "message") -> None:
        """Put a message that the person sent or edited in the bot's mailbox."""
        self.mailbox.post(message.bot, message.person, kind, wire.message(self.world, message))

    def ask_bot(self, message: Message, data: str) -> Query:
        """Put the press of an inline button in the bot's mailbox."""
        number = QueryId(str(secrets.randbelow(9 * 10**17) + 10**17))
        query = Query(number, message.bot, message.person, message.id, self.world.clock.now())
        self.world.save(query)
        body = {
            "id": number,
            "from": wire.user(self.world.people[message.person]),
            "message": wire.message(self.world, message),
            "chat_instance": str(-(message.bot * 7919 + message.person)),
            "data": data,
        }
        self.mailbox.post(message.bot, message.person, "callback_query", body)
        return query

    def tell_membership(self, bot: Bot, person: PersonId, *, blocked: bool) -> None:
        """Tell the bot that the person has blocked it, or has let it back."""
        member: Json = {"user": wire.bot_user(self.world, bot), "status": "member"}
        kicked = member | {"status": "kicked", "until_date": 0}
        old, new = (member, kicked) if blocked else (kicked, member)
        body = {
            "chat": wire.private_chat(self.world.people[person]),
            "from": wire.user(self.world.people[person]),
            "date": self.now(),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.mailbox.post(bot.id, person, "my_chat_member", body)
