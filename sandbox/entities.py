"""Text as Telegram measures and marks it: UTF-16 lengths, trimming, and what it recognises by itself."""

import re
from collections.abc import Iterable

from sandbox.records import Json

_FOUND = {
    "bot_command": re.compile(r"(?<![\w/@#<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/@#<>])"),
    "email": re.compile(r"(?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?!\w)"),
    "url": re.compile(
        r"(?<![\w@.])(?:https?://[^\s<>\"']+|(?:[\w-]+\.)+(?:com|org|net|info|io|me|eu|uk)(?:/[^\s<>\"']*)?)(?!\w)"
    ),
    "mention": re.compile(r"(?<![\w@])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#\w*[^\W\d]\w*"),
    "phone_number": re.compile(r"(?<![\w+])\+\d[\d ()-]{6,17}\d(?!\w)"),
}


_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})
"""Inside these Telegram looks for nothing."""


_RANK = {
    "blockquote": 0, "expandable_blockquote": 0, "code": 11, "pre": 20, "text_link": 49, "text_mention": 49,
    "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
_MIDDLE_RANK = 50


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)  # noqa: PLR2004 - end of the basic plane


def detect(text: str, taken: Iterable[Json] = ()) -> list[Json]:
    """Return the entities Telegram finds by itself, none overlapping another or one of `taken`."""
    spans = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in taken
        if entity["type"] in _OPAQUE
    ]
    found: list[Json] = []
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group().rstrip(".,;:!?"))
            if all(end <= left or start >= right for left, right in spans):
                spans.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return found


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut white space off both ends and move the entities along; empty ones fall away."""
    text = text.replace("\r", "")
    begin = utf16_length(text) - utf16_length(text.lstrip())
    bare = text.strip()
    end = utf16_length(bare)
    moved = []
    for entity in entities:
        left = max(entity["offset"] - begin, 0)
        right = min(entity["offset"] + entity["length"] - begin, end)
        if right > left:
            moved.append(entity | {"offset": left, "length": right - left})
    return bare, moved


def complete(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Return text and entities as Telegram stores them: trimmed, self-detected ones added, in order."""
    bare, kept = trim(text, entities)
    both = kept + detect(bare, kept)
    return bare, in_order(both)


def in_order(found: list[Json]) -> list[Json]:
    """Sort entities as Telegram does: by place, the longer outside, then by kind (links outside bold, and so on)."""
    return sorted(
        found, key=lambda one: (one["offset"], -one["length"], _RANK.get(one["type"], _MIDDLE_RANK))
    )
