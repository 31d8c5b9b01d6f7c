"""Methods that only read: the bot itself, a chat, a file."""

from sandbox import wire
from sandbox.methods.call import Answer, Call, Method
from sandbox.records import FileId
from sandbox.refusals import FILE_GONE, BadRequest

DOWNLOAD_BYTES = 20 * 1024 * 1024


async def get_me(call: Call) -> Answer:
    """Return the bot itself."""
    return Answer(wire.me(call.world, call.bot))


async def get_chat(call: Call) -> Answer:
    """Return what is known of a chat."""
    return Answer(wire.full_chat(call.world, call.chat()))


async def get_file(call: Call) -> Answer:
    """Return where a file can be fetched, up to 20 MB."""
    given = call.parameters.text("file_id")
    if not given:
        raise BadRequest("file_id not specified")
    file = call.world.files.get(FileId(given))
    if file is None:
        raise BadRequest(FILE_GONE)
    if file.size > DOWNLOAD_BYTES:
        raise BadRequest("file is too big")
    shape = {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": file.size,
        "file_path": file.path,
    }
    return Answer(shape)


METHODS = (
    Method("getMe", (), get_me),
    Method("getChat", ("chat_id",), get_chat),
    Method("getFile", ("file_id",), get_file),
)
