"""What a given thing means to the engine, and what it leaves behind: in words for a note, and on the screen."""

from datetime import datetime

from bot.attaching import attached
from bot.number import Returned
from bot.place import Mark
from bot.record import Record
from bot.updates import Given, Incoming, Located, Pressed, Said, Sent, Started, Unreadable
from flows.turn import Command, Control, Input, LocationInput, MediaInput, TextInput


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


def meaning(record: Record, given: Given) -> Input:
    """The engine's input, of all that is not a button."""
    match given:
        case Started():
            return Command(Control.RESUME)
        case Said(text, message, edited):
            return TextInput(text, message, edited)
        case Sent(kind, message, caption):
            return MediaInput(kind, message, caption, attached=attached(record, given))
        case Located(latitude, longitude, message, _, moved):
            return LocationInput(latitude, longitude, message, moved)
        case _:
            return MediaInput("unreadable")


def removed(given: Given) -> tuple[int, ...]:
    """Typed words leave the screen as soon as they are durable; files once they are kept.

    A live location does once it is over: to take it away would end it.
    """
    match given:
        case (
            Said(_, message, _) | Located(message=message, live=False) | Started(message) | Returned(message)
        ):
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


def staying(incoming: Incoming, now: datetime, *, keeps: bool = False) -> tuple[Mark, ...]:
    """What is left on the screen for now: it is only noted that it came. `keeps`: also what was typed."""
    match incoming.given:
        case Said(message=message):
            left = message if keeps else 0
        case Sent(message=message) | Unreadable(message) | Located(message=message, live=True):
            left = message
        case _:
            left = 0
    at = int(now.timestamp())
    return (Mark(left, min(incoming.at or at, at)),) if left else ()


def callback(given: Given) -> str | None:
    """The press that waits for an answer."""
    return given.callback if isinstance(given, Pressed) else None
