"""Methods that send: text, location, contact, and 'typing'."""

from sandbox import wire
from sandbox.methods import content
from sandbox.methods.call import Answer, Call, Method
from sandbox.refusals import BadRequest

ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
_LATITUDE = 90.0
_LONGITUDE = 180.0


async def send_message(call: Call) -> Answer:
    """Send a text."""
    chat = call.open_chat()
    message = content.post(call, chat, content.text_body(call))
    return Answer(wire.message(call.world, message))


async def send_location(call: Call) -> Answer:
    """Send a point on the map, in degrees."""
    chat = call.open_chat()
    latitude, longitude = call.parameters.number("latitude"), call.parameters.number("longitude")
    if latitude is None or longitude is None:
        raise BadRequest("latitude is empty" if latitude is None else "longitude is empty")
    if abs(latitude) > _LATITUDE or abs(longitude) > _LONGITUDE:
        raise BadRequest("wrong latitude or longitude specified")
    point = {"latitude": latitude, "longitude": longitude}
    accuracy = call.parameters.number("horizontal_accuracy")
    if accuracy:
        point["horizontal_accuracy"] = accuracy
    return Answer(wire.message(call.world, content.post(call, chat, {"location": point})))


async def send_contact(call: Call) -> Answer:
    """Send a name and a phone number."""
    chat = call.open_chat()
    number, name = call.parameters.text("phone_number"), call.parameters.text("first_name")
    if not number or not name:
        raise BadRequest("phone number is empty" if not number else "first name is empty")
    more = {key: value for key in ("last_name", "vcard") if (value := call.parameters.text(key))}
    body = {"contact": {"phone_number": number, "first_name": name} | more}
    return Answer(wire.message(call.world, content.post(call, chat, body)))


async def send_chat_action(call: Call) -> Answer:
    """Show for some seconds what the bot is doing."""
    chat = call.open_chat()
    action = call.parameters.text("action").lower()
    if action not in ACTIONS:
        raise BadRequest("wrong parameter action in request")
    call.world.events.tell("action", call.bot.id, chat.person, action=action)
    return Answer(result=True)


METHODS = (
    Method("sendMessage", (*content.SEND_OPTIONS, *content.TEXT), send_message),
    Method(
        "sendLocation", (*content.SEND_OPTIONS, "latitude", "longitude", "horizontal_accuracy"), send_location
    ),
    Method(
        "sendContact",
        (*content.SEND_OPTIONS, "phone_number", "first_name", "last_name", "vcard"),
        send_contact,
    ),
    Method("sendChatAction", ("chat_id", "action"), send_chat_action),
)
