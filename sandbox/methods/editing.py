"""Methods that change a message already sent; an edit that names no keyboard takes the old one away."""

from typing import Any

from sandbox import markup, media, wire
from sandbox.methods import content
from sandbox.methods.call import Answer, Call, Method
from sandbox.records import Json, Message
from sandbox.refusals import NOT_MODIFIED, NOTHING_TO_EDIT, BadRequest

_TARGET = ("chat_id", "message_id", "reply_markup")
_TEXT_FIELDS = ("text", "entities", "link_preview_options")
_CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media")


async def edit_text(call: Call) -> Answer:
    """Replace text and keyboard of the bot's own message."""
    body = content.text_body(call)
    message = _own_message(call)
    if "text" not in message.body:
        raise BadRequest("there is no text in the message to edit")
    return _replace(call, message, _TEXT_FIELDS, body)


async def edit_caption(call: Call) -> Answer:
    """Replace caption and keyboard of the bot's own attachment."""
    body = content.caption_body(call)
    message = _own_message(call)
    if not media.CAPTIONED & message.body.keys():
        raise BadRequest("there is no caption in the message to edit")
    return _replace(call, message, _CAPTION_FIELDS, body)


async def edit_markup(call: Call) -> Answer:
    """Replace or remove the keyboard alone; people see no 'edited' for it."""
    message = _own_message(call)
    return _replace(call, message, (), {}, edited=False)


def _own_message(call: Call) -> Message:
    chat = call.open_chat()
    message = call.message(chat, NOTHING_TO_EDIT)
    if not message.from_bot:
        raise BadRequest("message can't be edited")
    return message


def _replace(
    call: Call, message: Message, fields: tuple[str, ...], new: Json, *, edited: bool = True
) -> Answer:
    keyboard = markup.read(call.parameters.json("reply_markup"))
    kept: dict[str, Any] = {
        name: value for name, value in message.body.items() if name not in (*fields, "reply_markup")
    }
    body = kept | new | ({"reply_markup": keyboard} if markup.is_inline(keyboard) else {})
    if body == message.body:
        raise BadRequest(NOT_MODIFIED)
    changed = call.exchange.change(message, body=body, edited=edited)
    return Answer(wire.message(call.world, changed))


METHODS = (
    Method("editMessageText", (*_TARGET, *content.TEXT), edit_text),
    Method("editMessageCaption", (*_TARGET, *content.CAPTION), edit_caption),
    Method("editMessageReplyMarkup", _TARGET, edit_markup),
)
