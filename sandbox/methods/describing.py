"""Methods by which a bot describes itself: name, descriptions, commands and menu button, per language; its picture."""

import re
from functools import partial

from sandbox.methods.call import Answer, Call, Method
from sandbox.records import Json, Profile
from sandbox.refusals import BadRequest

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_TEXTS = {"name": 64, "description": 512, "short_description": 120}
MOST_COMMANDS = 100
COMMAND_TEXT = 256


def _language(call: Call) -> str:
    code = call.parameters.text("language_code")
    if code and not _LANGUAGE.fullmatch(code):
        raise BadRequest("invalid language code specified")
    return code


def _scope(call: Call) -> str:
    scope = call.parameters.json("scope") or {"type": "default"}
    if scope.get("type") == "chat":
        return f"chat:{scope.get('chat_id')}"
    return str(scope.get("type", "default"))


async def set_text(call: Call, kind: str) -> Answer:
    """Set name, description or short description; an empty one removes it for that language."""
    text = call.parameters.text(kind).strip()
    if len(text) > _TEXTS[kind]:
        raise BadRequest(f"bot {kind.replace('_', ' ')} is too long")
    call.world.save(Profile(call.bot.id, kind, "", _language(call), text or None))
    call.exchange.tell_profile(call.bot.id)
    return Answer(result=True)


async def get_text(call: Call, kind: str) -> Answer:
    """Return the text for a language, or the one for all."""
    texts = (call.world.profile(call.bot.id, kind, "", code) for code in (_language(call), ""))
    fallback = call.bot.name if kind == "name" else ""
    return Answer({kind: next((text for text in texts if text), fallback)})


async def set_commands(call: Call) -> Answer:
    """Set the menu of commands for a scope and a language."""
    given = call.parameters.json("commands")
    if not isinstance(given, list):
        raise BadRequest("expected an Array of BotCommand")
    if len(given) > MOST_COMMANDS:
        raise BadRequest("BOT_COMMANDS_TOO_MUCH")
    commands = [_command(command) for command in given]
    call.world.save(Profile(call.bot.id, "commands", _scope(call), _language(call), commands))
    call.exchange.tell_profile(call.bot.id)
    return Answer(result=True)


def _command(command: Json) -> Json:
    name = str(command.get("command", "")).removeprefix("/").lower()
    text = str(command.get("description", "")).strip()
    if not _COMMAND.fullmatch(name):
        raise BadRequest("BOT_COMMAND_INVALID")
    if not 1 <= len(text) <= COMMAND_TEXT:
        raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": text}


async def get_commands(call: Call) -> Answer:
    """Return the commands of exactly this scope and language."""
    return Answer(call.world.profile(call.bot.id, "commands", _scope(call), _language(call)) or [])


async def delete_commands(call: Call) -> Answer:
    """Remove the commands of exactly this scope and language."""
    call.world.save(Profile(call.bot.id, "commands", _scope(call), _language(call), None))
    call.exchange.tell_profile(call.bot.id)
    return Answer(result=True)


async def set_menu_button(call: Call) -> Answer:
    """Set what the button beside the input line does, in one chat or everywhere."""
    chat = call.parameters.text("chat_id")
    button = call.parameters.json("menu_button") or {"type": "default"}
    call.world.save(Profile(call.bot.id, "menu_button", chat, "", button))
    return Answer(result=True)


async def get_menu_button(call: Call) -> Answer:
    """Return what the button beside the input line does."""
    chat = call.parameters.text("chat_id")
    found = call.world.profile(call.bot.id, "menu_button", chat)
    return Answer(found or call.world.profile(call.bot.id, "menu_button") or {"type": "commands"})


async def set_picture(call: Call) -> Answer:
    """Set the bot's profile picture: a JPEG that is uploaded with the call."""
    given = call.parameters.json("photo") or {}
    if given.get("type") != "static":
        raise BadRequest("expected a static profile photo")
    upload = call.parameters.uploads.get(str(given.get("photo", "")).removeprefix("attach://"))
    if upload is None or not upload.content.startswith(b"\xff\xd8"):
        raise BadRequest("PHOTO_EXT_INVALID")
    call.world.save(Profile(call.bot.id, "picture", "", "", [len(upload.content)]))
    return Answer(result=True)


async def get_pictures(call: Call) -> Answer:
    """Count the profile pictures of the bot itself; nobody else here has one."""
    own = call.parameters.text("user_id") == str(call.bot.id)
    there = bool(own and call.world.profile(call.bot.id, "picture"))
    return Answer({"total_count": int(there), "photos": []})


def _text_methods(kind: str, word: str) -> tuple[Method, Method]:
    return (
        Method(f"setMy{word}", (kind, "language_code"), partial(set_text, kind=kind)),
        Method(f"getMy{word}", ("language_code",), partial(get_text, kind=kind)),
    )


METHODS = (
    *_text_methods("name", "Name"),
    *_text_methods("description", "Description"),
    *_text_methods("short_description", "ShortDescription"),
    Method("setMyProfilePhoto", ("photo",), set_picture),
    Method("getUserProfilePhotos", ("user_id", "offset", "limit"), get_pictures),
    Method("setMyCommands", ("commands", "scope", "language_code"), set_commands),
    Method("getMyCommands", ("scope", "language_code"), get_commands),
    Method("deleteMyCommands", ("scope", "language_code"), delete_commands),
    Method("setChatMenuButton", ("chat_id", "menu_button"), set_menu_button),
    Method("getChatMenuButton", ("chat_id",), get_menu_button),
)
