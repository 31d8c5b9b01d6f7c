"""What a bot's message is made of: text with its entities, caption, keyboard, reply, and how it is shown."""

from typing import Any

from sandbox import entities, formatting, markup, wire
from sandbox.methods.call import Call
from sandbox.records import Chat, Json, Message, MessageId, PersonId
from sandbox.refusals import CAPTION_TOO_LONG, TEXT_EMPTY, TEXT_TOO_LONG, BadRequest

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
SEND_OPTIONS = (
    "chat_id", "disable_notification", "protect_content", "reply_markup", "reply_parameters", "reply_to_message_id",
    "allow_sending_without_reply", "message_effect_id",
)  # fmt: skip
TEXT = ("text", "parse_mode", "entities", "link_preview_options", "disable_web_page_preview")
CAPTION = ("caption", "parse_mode", "caption_entities", "show_caption_above_media")


def text_body(call: Call) -> Json:
    """Return text, entities and preview options of a call, within Telegram's limits."""
    text, found = _formatted(call, "text", "entities")
    if not text:
        raise BadRequest(TEXT_EMPTY)
    if entities.utf16_length(text) > TEXT_UNITS:
        raise BadRequest(TEXT_TOO_LONG)
    body: Json = {"text": text}
    if found:
        body["entities"] = found
    preview = call.parameters.json("link_preview_options")
    if preview is None and call.parameters.truth("disable_web_page_preview"):
        preview = {"is_disabled": True}
    return body | ({"link_preview_options": preview} if preview else {})


def caption_body(call: Call) -> Json:
    """Return caption and entities of a call, or nothing."""
    text, found = _formatted(call, "caption", "caption_entities")
    if entities.utf16_length(text) > CAPTION_UNITS:
        raise BadRequest(CAPTION_TOO_LONG)
    body: Json = {"caption": text} if text else {}
    if text and found:
        body["caption_entities"] = found
    if text and call.parameters.truth("show_caption_above_media"):
        body["show_caption_above_media"] = True
    return body


def _formatted(call: Call, text_name: str, entities_name: str) -> tuple[str, list[Json]]:
    text = call.parameters.text(text_name)
    mode = call.parameters.text("parse_mode")
    if mode:
        text, found = formatting.parse(text, mode)
    else:
        found = call.parameters.json(entities_name) or []
    return entities.complete(text, [known for entity in found if (known := _named(call, entity))])


def _named(call: Call, entity: Json) -> Json | None:
    """Turn a mention by number into a mention of a person; an unknown one falls away."""
    if entity.get("type") != "text_mention" or "user_id" not in entity:
        return entity
    person = call.world.people.get(PersonId(int(entity["user_id"])))
    if person is None:
        return None
    rest = {key: value for key, value in entity.items() if key != "user_id"}
    return rest | {"user": wire.user(person, with_language=False)}


def reply_body(call: Call, chat: Chat) -> Json:
    """Return the message this one replies to, or nothing; a missing one is refused unless the call allows it."""
    asked: Any = call.parameters.json("reply_parameters") or {}
    number = asked.get("message_id") or call.parameters.integer("reply_to_message_id")
    if not number:
        return {}
    found = call.world.messages.get((call.bot.id, MessageId(int(number))))
    if found and found.person == chat.person:
        return {"reply_to_message": wire.message(call.world, found, with_reply=False)}
    if asked.get("allow_sending_without_reply") or call.parameters.truth("allow_sending_without_reply"):
        return {}
    raise BadRequest("message to be replied not found")


def post(call: Call, chat: Chat, body: Json) -> Message:
    """Send this body to this chat with the call's keyboard and options."""
    keyboard = markup.read(call.parameters.json("reply_markup"))
    body = reply_body(call, chat) | body
    if markup.is_inline(keyboard):
        body["reply_markup"] = keyboard
    if call.parameters.truth("protect_content"):
        body["has_protected_content"] = True
    if effect := call.parameters.text("message_effect_id"):
        body["effect_id"] = effect
    silent = call.parameters.truth("disable_notification")
    message = call.exchange.add_message(call.bot.id, chat.person, body, from_bot=True, silent=silent)
    _set_keyboard(call, chat, keyboard, message)
    return message


def _set_keyboard(call: Call, chat: Chat, keyboard: Json | None, message: Message) -> None:
    """Change what lies under the person's input line; an inline keyboard leaves it alone."""
    if keyboard is None or markup.is_inline(keyboard):
        return
    lying = None if keyboard.get("remove_keyboard") else keyboard | {"message_id": message.id}
    fresh = call.world.chats[chat.bot, chat.person]
    call.exchange.set_chat(type(fresh)(fresh.bot, fresh.person, fresh.blocked, fresh.pinned, lying))
