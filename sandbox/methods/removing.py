"""Methods that take messages away on both sides, which Telegram lets bots do for 48 hours."""

from sandbox.methods.call import Answer, Call, Method
from sandbox.records import Chat, Message, MessageId
from sandbox.refusals import NOTHING_TO_DELETE, TOO_OLD_TO_DELETE, BadRequest

DELETABLE_SECONDS = 48 * 3600
IDS_PER_CALL = 100


async def delete_message(call: Call) -> Answer:
    """Delete one message, the bot's or the person's."""
    chat = call.chat(missing="chat identifier is not specified")
    message = call.message(chat, NOTHING_TO_DELETE)
    if not _young(call, message):
        raise BadRequest(TOO_OLD_TO_DELETE)
    call.exchange.remove(message)
    return Answer(result=True)


async def delete_messages(call: Call) -> Answer:
    """Delete up to 100 messages; what cannot be found is skipped, one that is too old refuses the call."""
    chat = call.chat()
    given = call.parameters.json("message_ids")
    if not isinstance(given, list) or not given:
        raise BadRequest("message identifiers are not specified")
    if len(given) > IDS_PER_CALL:
        raise BadRequest("too many message identifiers specified")
    found = _found(call, chat, given)
    if not all(_young(call, message) for message in found):
        raise BadRequest(TOO_OLD_TO_DELETE)
    for message in found:
        call.exchange.remove(message)
    return Answer(result=True)


def _found(call: Call, chat: Chat, given: list[int]) -> list[Message]:
    wanted = dict.fromkeys(MessageId(int(number)) for number in given)
    messages = (call.world.messages.get((call.bot.id, number)) for number in wanted)
    return [message for message in messages if message and message.person == chat.person]


def _young(call: Call, message: Message) -> bool:
    return call.world.clock.now() - message.date < DELETABLE_SECONDS


METHODS = (
    Method("deleteMessage", ("chat_id", "message_id"), delete_message),
    Method("deleteMessages", ("chat_id", "message_ids"), delete_messages),
)
