"""What a given thing leaves behind: in words for a note, and on the screen of the chat."""

from datetime import datetime

from bot.number import Returned
from bot.place import Mark
from bot.updates import Given, Incoming, Located, Pressed, Said, Sent, Started, Unreadable


def plainly(given: Given) -> tuple[str, str | None, int | None]:
    """Kind, words and message of anything, as a note has them."""
    match given:
        case Said(text, message):
            return "text", text, message
        case Sent(kind, message, caption):
            return kind, caption, message
        case Located(latitude, longitude, message):
            return "location", f"{latitude:.6f} {longitude:.6f}", message
        case _:
            return "unreadable", None, None


def removed(given: Given) -> tuple[int, ...]:
    """Typed words leave the screen as soon as they are durable; media stay until they can be kept."""
    match given:
        case Said(_, message, _) | Located(_, _, message) | Started(message) | Returned(message):
            return (message,)
        case _:
            return ()


def seen(given: Given) -> int:
    """The message that it came in."""
    match given:
        case Said(message=message) | Located(message=message) | Sent(message=message):
            return message
        case Started(message) | Returned(message) | Unreadable(message):
            return message
        case _:
            return 0


def staying(incoming: Incoming, now: datetime) -> tuple[Mark, ...]:
    """What is left on the screen for now: it is only noted that it came."""
    match incoming.given:
        case Sent(message=message) | Unreadable(message) if message:
            at = int(now.timestamp())
            return (Mark(message, min(incoming.at or at, at)),)
        case _:
            return ()


def callback(given: Given) -> str | None:
    """The press that waits for an answer."""
    return given.callback if isinstance(given, Pressed) else None
