"""Files on their way in: the name that one is kept under, and what is written down of it with its turn."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from bot.fronts import MAIN
from bot.media import File
from bot.record import Held, Record
from bot.updates import Given, Sent
from flows.session import Attached, Session
from protocol.attachment import AttachmentSeal, Missing
from protocol.audience import RecipientClass
from storage.attachments import Noted
from storage.box import DataKey, Spot

_ID_BYTES = 16
_SECRET_BYTES = 24


class Wanted(msgspec.Struct, frozen=True, tag="wanted"):
    """A file until it is sealed: what a bot fetches it by, in which message it came, and what it is."""

    file: str
    message: int
    kind: str
    size: int = 0
    name: str = ""
    mime: str = ""
    bot: int = MAIN
    """The front that it came to: no other can fetch it."""
    chat: bytes = b""
    """The key of the chat that it came in, which may lead elsewhere once it is fetched."""

    def __repr__(self) -> str:
        """Nothing of what a person sent."""
        return "Wanted()"


class Sealed(msgspec.Struct, frozen=True, tag="sealed"):
    """A file that only responders can open: what they check it by."""

    seal: AttachmentSeal


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """A file that will not come."""

    why: Missing


About = Wanted | Sealed | Lost
_about: msgspec.msgpack.Decoder[About] = msgspec.msgpack.Decoder(About)
_encode = msgspec.msgpack.Encoder().encode


def seal_about(about: About, key: DataKey, attachment: str) -> bytes:
    """What is known of a file, as it lies in the database."""
    return key.seal(_encode(about), Spot("attachments", attachment, "about"))


def open_about(sealed: bytes, key: DataKey, attachment: str) -> About:
    """What is known of a file again."""
    return _about.decode(key.open(sealed, Spot("attachments", attachment, "about")))


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came with a turn, and the id that it is kept under."""

    id: str
    file: File = field(repr=False)
    message: int


def keyed(record: Record, given: Given) -> Record:
    """The record, with the secret that names its files once the first has come."""
    if record.files or not isinstance(given, Sent) or given.file is None:
        return record
    return replace(record, files=secrets.token_urlsafe(_SECRET_BYTES))


def came(record: Record, given: Given) -> tuple[Came, ...]:
    """The file that came, if one did. Its id follows from message and file: the same however often it is handled."""
    if not isinstance(given, Sent) or given.file is None:
        return ()
    name = f"{given.message} {given.file.unique}".encode()
    identity = hashlib.blake2b(name, key=record.files.encode(), digest_size=_ID_BYTES).hexdigest()
    return (Came(identity, given.file, given.message),)


def attached(record: Record, given: Given) -> Attached | None:
    """The same, as the note has it."""
    return next((Attached(each.id, each.file.size, each.file.name) for each in came(record, given)), None)


def named(session: Session) -> tuple[str, ...]:
    """The files of a session, each once."""
    return tuple(dict.fromkeys(note.attached.id for note in session.words if note.attached is not None))


def noted(files: Iterable[Came], held: Held) -> list[Noted]:
    """Files that came to a conversation, as they are written down to be fetched."""
    return [
        Noted(
            each.id,
            held.id,
            RecipientClass.ORGANISATION,
            seal_about(_wanted(each, held), held.key, each.id),
        )
        for each in files
    ]


def _wanted(each: Came, held: Held) -> Wanted:
    file, bot = each.file, held.place.bot
    return Wanted(file.file, each.message, file.kind, file.size, file.name, file.mime, bot, held.chat)
