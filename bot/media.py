"""What a message brings beside words: a place, a card, or a file with where it can be fetched and how large it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

# Telegram lets a bot download no larger file.
MOST_BYTES = 20 * 1024 * 1024
_MOST_LETTERS = 255


class Location(msgspec.Struct):
    """A point in degrees; `live_period` in seconds, while it goes on telling where the phone is."""

    latitude: float
    longitude: float
    live_period: int = 0


class Contact(msgspec.Struct):
    """Somebody's card from a phone."""

    phone_number: str = ""
    first_name: str = ""
    last_name: str = ""

    def told(self) -> str:
        """What was shared, as words."""
        return " ".join(each for each in (self.first_name, self.last_name, self.phone_number) if each)


class Venue(msgspec.Struct):
    """A place with a name."""

    location: Location
    title: str = ""
    address: str = ""

    def told(self) -> str:
        """What was shared, as words."""
        point = f"{self.location.latitude:.6f} {self.location.longitude:.6f}"
        return ", ".join(each for each in (self.title, self.address, point) if each)


@dataclass(frozen=True, slots=True)
class File:
    """A file as Telegram names it. `size` in bytes is what Telegram says, 0 where it says nothing.

    `file` is what a bot fetches it by, `unique` is the same for the same file, however often it is sent.
    """

    kind: str
    file: str = field(repr=False)
    unique: str = field(repr=False)
    size: int = 0
    name: str = field(default="", repr=False)
    mime: str = field(default="", repr=False)


def read_file(kind: str, body: object) -> File | None:
    """The file in a message's field of this kind; None where there is none that could be fetched."""
    found = _largest(body) if isinstance(body, list) else body
    if not isinstance(found, Mapping):
        return None
    file, unique = _text(found, "file_id"), _text(found, "file_unique_id")
    if not file:
        return None
    return File(
        kind,
        file,
        unique or file,
        _size(found),
        _text(found, "file_name")[:_MOST_LETTERS],
        _text(found, "mime_type")[:_MOST_LETTERS],
    )


def _largest(sizes: list[object]) -> object:
    """Of a photo in several sizes the largest that can be fetched, else the smallest."""
    known = [each for each in sizes if isinstance(each, Mapping) and _text(each, "file_id")]
    fits = [each for each in known if _size(each) <= MOST_BYTES]
    return max(fits, key=_area, default=None) or min(known, key=_area, default=None)


def _area(size: Mapping[str, object]) -> tuple[int, int]:
    return _whole(size, "width") * _whole(size, "height"), _size(size)


def _size(found: Mapping[str, object]) -> int:
    return _whole(found, "file_size")


def _whole(found: Mapping[str, object], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
