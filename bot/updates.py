"""From Telegram's update to what it means for one conversation: read only as far as needed, and never failing."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.errands import Bring, Errand, TakeBack
from bot.media import Contact, File, Location, Venue, read_file
from bot.number import Returned


class _Chat(msgspec.Struct):
    id: int
    type: str = "private"


class _Person(msgspec.Struct):
    id: int
    language_code: str | None = None


class _Message(msgspec.Struct):
    message_id: int
    chat: _Chat
    date: int = 0
    sender: _Person | None = msgspec.field(default=None, name="from")
    text: str | None = None
    caption: str | None = None
    location: Location | None = None
    photo: Any = None
    voice: Any = None
    audio: Any = None
    video: Any = None
    video_note: Any = None
    animation: Any = None
    document: Any = None
    sticker: Any = None
    contact: Contact | None = None
    venue: Venue | None = None
    poll: Any = None
    dice: Any = None


class _Callback(msgspec.Struct):
    id: str
    sender: _Person = msgspec.field(name="from")
    message: _Message | None = None
    data: str = ""


class _Member(msgspec.Struct):
    status: str


class _MemberChange(msgspec.Struct):
    chat: _Chat
    new_chat_member: _Member


class _Numbered(msgspec.Struct):
    update_id: int


class _Update(msgspec.Struct):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Callback | None = None
    my_chat_member: _MemberChange | None = None


# A venue or an animation also carries a location or a document; the first that fits names the kind.
MEDIA = (
    "photo",
    "voice",
    "video_note",
    "video",
    "audio",
    "animation",
    "document",
    "sticker",
    "poll",
    "dice",
)
KINDS = (*MEDIA, "contact", "venue")
# A command that stands alone, or the start command with what a link puts behind it; with anything else they are words.
_COMMAND = re.compile(r"/(?:start(?:@\w+)?(?: [\w-]{1,64})?|(\w{1,32})(?:@\w+)?)")
_MOST_ID = 2**53
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, by the token that we put on it."""

    token: str
    callback: str
    message: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """Typed words. `edited`: they replace what the message said before."""

    text: str = field(repr=False)
    message: int
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Anything that is not words, by its kind."""

    kind: str
    message: int
    caption: str | None = field(default=None, repr=False)
    file: File | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Located:
    """A position in degrees. `live`: more will come of the same message, `moved`: this is one of them."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)
    message: int
    live: bool = False
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """A command: a fresh screen is wanted, unless its word says otherwise."""

    message: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """The contact blocked the bot (`True`) or came back."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class Ticked:
    """Our own clock.

    One of a record's moments has come (`clock`; `silence` in older ticks), the time of the session is over (`expiry`),
    or the screen's (`wipe`).
    `at` (unix milliseconds) is when it was set to ring: a clock that was set anew since then is not this one.
    `slip`, `move`, `back` are of return codes (returns.py), and carry what belongs to them.
    """

    what: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that we could not make sense of; that it came is still kept. `message` is 0 where none was found."""

    message: int = 0


Ours = Ticked | Bring | TakeBack
"""What did not come from the contact."""
Given = Pressed | Said | Sent | Located | Started | Returned | Left | Ticked | Unreadable | Errand


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update: whose chat, what, Telegram's hint of their language, when sent (unix seconds), to which front."""

    chat: int
    given: Given
    language: str | None = None
    at: int = 0
    bot: int = 0


_update = msgspec.json.Decoder(_Update)
_numbered = msgspec.json.Decoder(_Numbered)
_anything = msgspec.json.Decoder(dict[str, Any])


def number_of(raw: bytes) -> int:
    """The update's id, even of an update that we cannot read otherwise."""
    return _numbered.decode(raw).update_id


def tidy(raw: bytes) -> bytes:
    """The same JSON with what is no Unicode replaced; raises ValueError where it is no JSON at all."""
    return json.dumps(json.loads(raw), ensure_ascii=False).encode("utf-8", "replace")


def read_update(raw: bytes) -> Incoming | None:
    """What an update means; None where it is not for a private conversation."""
    try:
        update = _update.decode(raw)
    except msgspec.ValidationError:
        found = _anything.decode(raw)
        chat = _find_chat(found)
        return None if chat is None else Incoming(chat, Unreadable(_find_message(found)))
    incoming = _read(update)
    return incoming if incoming is None or incoming.chat > 0 else None


def _read(update: _Update) -> Incoming | None:
    if update.callback_query is not None:
        return _read_callback(update.callback_query)
    if update.message is not None:
        return _read_message(update.message, edited=False)
    if update.edited_message is not None:
        return _read_message(update.edited_message, edited=True)
    if update.my_chat_member is not None:
        change = update.my_chat_member
        return Incoming(change.chat.id, Left(blocked=change.new_chat_member.status == "kicked"))
    return None


def _read_callback(callback: _Callback) -> Incoming:
    chat = callback.sender.id if callback.message is None else callback.message.chat.id
    message = None if callback.message is None else callback.message.message_id
    return Incoming(chat, Pressed(callback.data, callback.id, message), callback.sender.language_code)


def _read_message(message: _Message, *, edited: bool) -> Incoming:
    language = None if message.sender is None else message.sender.language_code
    return Incoming(message.chat.id, _given(message, edited=edited), language, message.date)


def _given(message: _Message, *, edited: bool) -> Given:
    number = message.message_id
    if message.text is not None:
        command = None if edited else _COMMAND.fullmatch(message.text)
        return Started(number, command[1] or "") if command else Said(message.text, number, edited)
    for shared, told in (("contact", message.contact), ("venue", message.venue)):
        if told is not None:
            return Sent(shared, number, told.told())
    for kind in MEDIA:
        if (body := getattr(message, kind)) is not None:
            return Sent(kind, number, message.caption, read_file(kind, body))
    if (place := message.location) is not None:
        return Located(place.latitude, place.longitude, number, place.live_period > 0, edited)
    return Sent("other", number, message.caption)


def _find_chat(update: dict[str, Any]) -> int | None:
    """The private chat that an unreadable update most likely came from."""
    for part in update.values():
        for place in (part, _inner(part, "message")):
            chat = _inner(_inner(place, "chat") or _inner(place, "from"), "id")
            if isinstance(chat, int) and chat > 0:
                return chat
    return None


def _find_message(update: dict[str, Any]) -> int:
    """The person's message in an unreadable update, so that it can be taken away later."""
    found = next((_inner(update.get(name), "message_id") for name in WANTED[:2] if name in update), 0)
    return found if isinstance(found, int) and 0 < found < _MOST_ID else 0


def _inner(part: object, name: str) -> object:
    return part.get(name) if isinstance(part, dict) else None


def hinted(language_code: str | None) -> str | None:
    """Telegram's IETF tag as one of our names: Chinese is written in two ways, the rest by its first part."""
    if not language_code:
        return None
    tag = language_code.lower()
    if tag.startswith("zh"):
        return "zh_Hant" if any(each in tag for each in ("hant", "tw", "hk", "mo")) else "zh_Hans"
    return tag.split("-", 1)[0]
