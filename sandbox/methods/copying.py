"""Methods that send a message again: as a forward, with its origin, or as a copy, without; and pinning."""

import msgspec

from sandbox import wire
from sandbox.methods import content
from sandbox.methods.call import Answer, Call, Method
from sandbox.records import Chat, Json, Message
from sandbox.refusals import BadRequest

_KEPT_OUT = ("reply_to_message", "reply_markup", "effect_id", "pinned_message")


async def forward_message(call: Call) -> Answer:
    """Send a message on with where it came from."""
    chat, message = _source(call, "message to forward not found")
    body = _bare(message) | {"forward_origin": origin(call, message)}
    return Answer(wire.message(call.world, content.post(call, chat, body)))


async def copy_message(call: Call) -> Answer:
    """Send a message on as if it were new; a caption given replaces the old one."""
    chat, message = _source(call, "message to copy not found")
    body = _bare(message)
    if call.parameters.values.get("caption") is not None:
        body = {key: value for key, value in body.items() if not key.startswith("caption")}
        body |= content.caption_body(call)
    sent = content.post(call, chat, body)
    return Answer({"message_id": sent.id})


def _source(call: Call, missing: str) -> tuple[Chat, Message]:
    message = call.message(call.chat("from_chat_id"), missing)
    if message.body.get("has_protected_content"):
        raise BadRequest("message can't be forwarded" if "forward" in missing else "message can't be copied")
    return call.open_chat(), message


def _bare(message: Message) -> Json:
    return {key: value for key, value in message.body.items() if key not in _KEPT_OUT}


def origin(call: Call, message: Message) -> Json:
    """Return where a forwarded message came from, the first sender if it was forwarded before."""
    known: Json | None = message.body.get("forward_origin")
    if known:
        return known
    sender = wire.bot_user(call.world, call.world.bots[message.bot]) if message.from_bot else None
    return {
        "type": "user",
        "sender_user": sender or wire.user(call.world.people[message.person], with_language=False),
        "date": message.date,
    }


async def pin_chat_message(call: Call) -> Answer:
    """Pin a message at the top of the chat."""
    chat = call.open_chat()
    message = call.message(chat, "message to pin not found")
    call.exchange.set_chat(msgspec.structs.replace(chat, pinned=message.id))
    return Answer(result=True)


async def unpin_chat_message(call: Call) -> Answer:
    """Take the pinned message down."""
    call.exchange.set_chat(msgspec.structs.replace(call.open_chat(), pinned=None))
    return Answer(result=True)


_COPY = (*content.SEND_OPTIONS, "from_chat_id", "message_id")
METHODS = (
    Method(
        "forwardMessage",
        (
            "chat_id",
            "from_chat_id",
            "message_id",
            "disable_notification",
            "protect_content",
            "message_effect_id",
        ),
        forward_message,
    ),
    Method("copyMessage", (*_COPY, *content.CAPTION), copy_message),
    Method("pinChatMessage", ("chat_id", "message_id"), pin_chat_message),
    Method("unpinChatMessage", ("chat_id",), unpin_chat_message),
    Method("unpinAllChatMessages", ("chat_id",), unpin_chat_message),
)
