"""The Bot API's JSON of attachments: photo, voice, document and the rest, from a stored file."""

from sandbox.records import File, Json

KINDS = ("photo", "voice", "document", "audio", "video", "video_note", "animation", "sticker")
CAPTIONED = frozenset({"photo", "voice", "document", "audio", "video", "animation"})
_SIDE = 512


def body(  # noqa: PLR0911 - one kind of file, one shape
    file: File, *, duration: int = 0, emoji: str = "", title: str = "", performer: str = ""
) -> Json:
    """Return the message field of this file's kind; duration is in seconds."""
    base: Json = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
    shown = {"width": file.width or _SIDE, "height": file.height or _SIDE}
    named = {"file_name": file.name, "mime_type": file.mime_type}
    match file.kind:
        case "photo":
            return {"photo": [base | shown]}
        case "voice":
            return {"voice": base | {"duration": duration, "mime_type": file.mime_type}}
        case "audio":
            told = {key: value for key, value in (("title", title), ("performer", performer)) if value}
            return {"audio": base | named | {"duration": duration} | told}
        case "video":
            return {"video": base | named | shown | {"duration": duration}}
        case "video_note":
            return {"video_note": base | {"length": 240, "duration": duration}}
        case "animation":
            moving = base | named | shown | {"duration": duration}
            return {"animation": moving, "document": base | named}
        case "sticker":
            fixed = {"type": "regular", "is_animated": False, "is_video": False}
            return {"sticker": base | shown | fixed | ({"emoji": emoji} if emoji else {})}
        case _:
            return {"document": base | named}
