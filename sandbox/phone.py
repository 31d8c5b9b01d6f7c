"""What a person does on the phone: write, press, send, edit, block; as Telegram passes it on."""

import re

import msgspec

from sandbox import entities, markup, media, storeroom, wire
from sandbox.exchange import Exchange
from sandbox.parameters import Upload
from sandbox.records import Bot, BotId, Chat, Json, Message, MessageId, PersonId, Query

_UNITS = 4096
_EDITABLE_SECONDS = 48 * 3600
_CHUNK = re.compile(r".{1,4000}", re.DOTALL)


class Impossible(Exception):
    """The person cannot do this here; the text says why and holds nothing that was written."""


class Phone:
    """One person's chat with one bot."""

    def __init__(self, exchange: Exchange, bot: BotId, person: PersonId) -> None:
        """Take this person's phone with the chat with this bot open."""
        self._exchange = exchange
        self._world = exchange.world
        self.bot = bot
        self.person = person

    def say(self, text: str, *, reply_to: MessageId | None = None) -> list[Message]:
        """Write a text; one that is too long for a message is sent in several, as phones do."""
        pieces = [text] if entities.utf16_length(text) <= _UNITS else _CHUNK.findall(text)
        bodies = []
        for piece in pieces:
            bare, found = entities.complete(piece, [])
            if not bare:
                raise Impossible("there is nothing to send")
            bodies.append({"text": bare} | ({"entities": found} if found else {}))
        return [self._post(body, reply_to) for body in bodies]

    def send_file(
        self,
        kind: str,
        upload: Upload,
        *,
        caption: str = "",
        duration: int = 0,
        emoji: str = "",
        told_size: int = 0,
    ) -> Message:
        """Send a photo, voice note, document or other file; duration is in seconds.

        `told_size` in bytes is what the bot is told instead of the truth: sizes in messages are not to be trusted.
        """
        if kind not in media.KINDS:
            raise Impossible("no such kind of file")
        file = storeroom.keep(self._world, kind, upload)
        if told_size:
            file = msgspec.structs.replace(file, size=told_size)
            self._world.save(file)
        body = media.body(file, duration=duration, emoji=emoji)
        bare, found = entities.complete(caption, [])
        if bare and kind in media.CAPTIONED:
            body |= {"caption": bare} | ({"caption_entities": found} if found else {})
        return self._post(body, None)

    def share_location(self, latitude: float, longitude: float, *, live_period: int = 0) -> Message:
        """Share a point on the map, in degrees; for `live_period` seconds the phone goes on telling where it is."""
        return self._post({"location": _point(latitude, longitude, live_period)}, None)

    def move(self, number: MessageId, latitude: float, longitude: float, *, is_over: bool) -> Message:
        """Tell in a live location where the phone is now; `is_over` ends it."""
        message = self._own(number)
        period = message.body.get("location", {}).get("live_period", 0)
        if not period:
            raise Impossible("this is no live location")
        point = _point(latitude, longitude, 0 if is_over else period)
        changed = self._exchange.change(message, body=message.body | {"location": point})
        self._exchange.tell_bot(changed, "edited_message")
        return changed

    def share_contact(self, phone_number: str, first_name: str, *, own: bool = False) -> Message:
        """Share a contact; the person's own carries the person's id."""
        contact: Json = {"phone_number": phone_number, "first_name": first_name}
        return self._post({"contact": contact | ({"user_id": self.person} if own else {})}, None)

    def forward(self, body: Json, origin: Json) -> Message:
        """Forward a message that came from elsewhere."""
        return self._post({"forward_origin": {"date": self._exchange.now()} | origin} | body, None)

    def _post(self, body: Json, reply_to: MessageId | None) -> Message:
        chat = self._exchange.open_chat(self.bot, self.person)
        if chat.blocked:
            raise Impossible("the person has blocked this bot")
        asked = (chat.keyboard or {}) if (chat.keyboard or {}).get("force_reply") else {}
        replied = self._world.messages.get((self.bot, reply_to or asked.get("message_id", MessageId(0))))
        if replied:
            body = {"reply_to_message": wire.message(self._world, replied, with_reply=False)} | body
        message = self._exchange.add_message(self.bot, self.person, body, from_bot=False)
        self._put_keyboard_away(chat, body.get("text", ""))
        self._exchange.tell_bot(message)
        return message

    def _put_keyboard_away(self, chat: Chat, text: str) -> None:
        keyboard = chat.keyboard or {}
        keys = [key["text"] for row in keyboard.get("keyboard", ()) for key in row]
        if keyboard.get("force_reply") or (keyboard.get("one_time_keyboard") and text in keys):
            self._exchange.set_chat(msgspec.structs.replace(chat, keyboard=None))

    def edit(self, number: MessageId, text: str) -> Message:
        """Change the text or caption of an own message, which phones allow for 48 hours."""
        message = self._own(number)
        if self._world.clock.now() - message.date > _EDITABLE_SECONDS:
            raise Impossible("the message is too old to edit")
        name = "text" if "text" in message.body else "caption"
        marks = "entities" if name == "text" else "caption_entities"
        bare, found = entities.complete(text, [])
        if not bare and name == "text":
            raise Impossible("there is nothing to send")
        kept = {key: value for key, value in message.body.items() if key not in (name, marks)}
        body = kept | {name: bare} | ({marks: found} if found else {})
        changed = self._exchange.change(message, body=body)
        self._exchange.tell_bot(changed, "edited_message")
        return changed

    def delete(self, number: MessageId, *, for_both: bool = True) -> None:
        """Delete a message; the bot is not told."""
        message = self._seen(number)
        if for_both:
            self._exchange.remove(message)
        else:
            self._exchange.hide(message)

    def press(self, number: MessageId, *, row: int, column: int) -> Query | None:
        """Press an inline button; only those with callback data reach the bot."""
        message = self._seen(number)
        places = {(r, c): button for r, c, button in markup.buttons(message.body.get("reply_markup"))}
        button = places.get((row, column))
        if button is None:
            raise Impossible("there is no such button on this message now")
        if "callback_data" not in button:
            return None
        query = self._exchange.ask_bot(message, button["callback_data"])
        self._world.events.tell(
            "pressed", self.bot, self.person, query=query.id, message_id=number, row=row, column=column
        )
        return query

    def react(self, number: MessageId, emoji: str) -> None:
        """Put a reaction on a message, or take it away with an empty one."""
        message = self._seen(number)
        body = {
            "chat": wire.private_chat(self._world.people[self.person]),
            "message_id": message.id,
            "user": wire.user(self._world.people[self.person]),
            "date": self._exchange.now(),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
        }
        self._exchange.mailbox.post(self.bot, self.person, "message_reaction", body)

    def block(self, bot: Bot, *, blocked: bool = True) -> None:
        """Block the bot, or let it back; the bot is told either way."""
        chat = self._exchange.open_chat(self.bot, self.person)
        if chat.blocked != blocked:
            self._exchange.set_chat(msgspec.structs.replace(chat, blocked=blocked))
            self._exchange.tell_membership(bot, self.person, blocked=blocked)

    def clear(self, *, for_both: bool = False) -> None:
        """Delete the whole chat from the person's list; the bot is not told."""
        for message in self._world.thread(self.bot, self.person):
            if for_both:
                self._exchange.remove(message)
            elif not message.hidden:
                self._exchange.hide(message)

    def _seen(self, number: MessageId) -> Message:
        message = self._world.messages.get((self.bot, number))
        if message is None or message.person != self.person or message.hidden:
            raise Impossible("there is no such message on the screen")
        return message

    def _own(self, number: MessageId) -> Message:
        message = self._seen(number)
        if message.from_bot:
            raise Impossible("this message is the bot's")
        return message


def _point(latitude: float, longitude: float, live_period: int) -> Json:
    point: Json = {"latitude": latitude, "longitude": longitude}
    return point | ({"live_period": live_period} if live_period else {})
