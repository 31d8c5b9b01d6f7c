"""The files that were sent: their bytes in a folder, their kind, name and size in the world."""

import hashlib
import mimetypes
import secrets
import struct

from sandbox.parameters import Upload
from sandbox.records import File, FileId
from sandbox.world import World

_FOLDERS = {
    "photo": "photos", "voice": "voice", "audio": "music", "video": "videos", "video_note": "video_notes",
    "animation": "animations", "sticker": "stickers",
}  # fmt: skip
_ENDINGS = {"photo": ".jpg", "voice": ".oga", "video": ".mp4", "video_note": ".mp4", "sticker": ".webp"}
_MIME = {"photo": "image/jpeg", "voice": "audio/ogg", "video": "video/mp4", "video_note": "video/mp4"}


def keep(world: World, kind: str, upload: Upload) -> File:
    """Write an upload to disk and return what is known of it."""
    number = len(world.files)
    ending = "." + upload.name.rsplit(".", 1)[1] if "." in upload.name else _ENDINGS.get(kind, "")
    if not ending.removeprefix(".").isalnum():
        ending = ""
    path = f"{_FOLDERS.get(kind, 'documents')}/file_{number}{ending}"
    target = world.files_dir / path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(upload.content)
    guessed = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    sent = upload.mime_type if upload.mime_type not in ("", "application/octet-stream") else guessed
    width, height = picture_size(upload.content)
    file = File(
        id=FileId("AgAC" + secrets.token_urlsafe(32)),
        unique_id="AQAD" + hashlib.sha256(upload.content).hexdigest()[:12],
        path=path,
        kind=kind,
        size=len(upload.content),
        name=upload.name,
        mime_type=sent if kind != "voice" or sent.startswith("audio/") else _MIME.get(kind, guessed),
        width=width,
        height=height,
    )
    world.save(file)
    return file


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG, GIF or JPEG, or zeros for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:  # noqa: PLR2004 - signature and IHDR
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= 10:  # noqa: PLR2004 - logical screen
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return 0, 0


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every segment begins so
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004 - the frame headers
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0, 0
