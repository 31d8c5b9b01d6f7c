"""How the files of a case read: a title, a size in the reader's words, and what has become of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol.attachment import Where
from responder.lines import clean, kind, moment
from responder.reading import FileLine, Text

if TYPE_CHECKING:
    from responder.attachments import Filed
    from responder.wording import Wording

SHOWN = {
    "photo": "image",
    "sticker": "image",
    "voice": "audio",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
}
KILO = 1000


def file_line(filed: Filed, wording: Wording) -> FileLine:
    """Return one file as it is listed."""
    here = filed.where is Where.SEALED
    parts = (kind(filed.kind, wording), size(filed.size), wording("attachment", number=filed.number))
    return FileLine(
        filed.id,
        ", ".join(part for part in parts if part),
        Text(clean(filed.name)),
        moment(filed.at) if filed.at else None,
        wording("attachment_later") if filed.later else "",
        _note(filed, wording),
        here,
        SHOWN.get(filed.kind, "") if here else "",
    )


def size(count: int) -> str:
    """Return a number of bytes in a unit that people read."""
    if count >= KILO * KILO:
        return f"{count / KILO / KILO:.1f} MB"
    return f"{max(1, round(count / KILO))} kB" if count else ""


def _note(filed: Filed, wording: Wording) -> str:
    if filed.missing is not None:
        return wording(f"attachment_{filed.missing}")
    return wording("attachment_waiting") if filed.where is Where.WAITING else ""
