"""Methods that send a file: uploaded with the call, or sent again by its id."""

from functools import partial

import msgspec

from sandbox import media, storeroom, wire
from sandbox.methods import content
from sandbox.methods.call import Answer, Call, Method
from sandbox.records import File, FileId
from sandbox.refusals import BadRequest, EntityTooLarge

UPLOAD_BYTES = 50 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
_OWN_CAPTION = (*content.SEND_OPTIONS, *content.CAPTION)


async def send_file(call: Call, kind: str) -> Answer:
    """Send a file of this kind."""
    chat = call.open_chat()
    file = _file(call, kind)
    body = media.body(
        file,
        duration=call.parameters.integer("duration"),
        emoji=call.parameters.text("emoji"),
        title=call.parameters.text("title"),
        performer=call.parameters.text("performer"),
    )
    if kind in media.CAPTIONED:
        body |= content.caption_body(call)
    if call.parameters.truth("has_spoiler"):
        body["has_media_spoiler"] = True
    return Answer(wire.message(call.world, content.post(call, chat, body)))


def _file(call: Call, kind: str) -> File:
    """Return the file a call sends; a file sent before may be named by its id and sent as another kind."""
    given = call.parameters.text(kind)
    upload = call.parameters.uploads.get(given.removeprefix("attach://") if given else kind)
    if upload:
        if len(upload.content) > (PHOTO_BYTES if kind == "photo" else UPLOAD_BYTES):
            raise EntityTooLarge
        if not upload.content:
            raise BadRequest("file must be non-empty")
        return storeroom.keep(call.world, kind, upload)
    if not given:
        raise BadRequest(f"there is no {kind.replace('_', ' ')} in the request")
    known = call.world.files.get(FileId(given))
    if known is None:
        raise BadRequest("wrong file identifier/HTTP URL specified")
    if kind not in (known.kind, "document"):
        raise BadRequest(f"can't use file of type {known.kind.title()} as {kind.title()}")
    return msgspec.structs.replace(known, kind=kind)


METHODS = (
    Method("sendPhoto", (*_OWN_CAPTION, "photo", "has_spoiler"), partial(send_file, kind="photo")),
    Method("sendVoice", (*_OWN_CAPTION[:-1], "voice", "duration"), partial(send_file, kind="voice")),
    Method("sendDocument", (*_OWN_CAPTION[:-1], "document"), partial(send_file, kind="document")),
    Method(
        "sendAudio",
        (*_OWN_CAPTION[:-1], "audio", "duration", "performer", "title"),
        partial(send_file, kind="audio"),
    ),
    Method(
        "sendVideo", (*_OWN_CAPTION, "video", "duration", "has_spoiler"), partial(send_file, kind="video")
    ),
    Method(
        "sendAnimation",
        (*_OWN_CAPTION, "animation", "duration", "has_spoiler"),
        partial(send_file, kind="animation"),
    ),
    Method(
        "sendVideoNote",
        (*content.SEND_OPTIONS, "video_note", "duration"),
        partial(send_file, kind="video_note"),
    ),
    Method("sendSticker", (*content.SEND_OPTIONS, "sticker", "emoji"), partial(send_file, kind="sticker")),
)
