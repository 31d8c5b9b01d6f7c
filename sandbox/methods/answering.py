"""Methods that answer what a person did without a message: a pressed button, a reaction."""

import msgspec

from sandbox.entities import utf16_length
from sandbox.methods.call import Answer, Call, Method
from sandbox.records import QueryId
from sandbox.refusals import STALE_QUERY, BadRequest

ANSWERABLE_SECONDS = 15 * 60
"""Telegram does not say how long a press can be answered; a quarter of an hour is on the long side."""
TOAST_UNITS = 200


async def answer_callback_query(call: Call) -> Answer:
    """Stop the button's progress mark and maybe show a line or an alert."""
    query = call.world.queries.get(QueryId(call.parameters.text("callback_query_id")))
    if query is None or query.bot != call.bot.id or query.answered:
        raise BadRequest(STALE_QUERY)
    if call.world.clock.now() - query.at > ANSWERABLE_SECONDS:
        raise BadRequest(STALE_QUERY)
    text = call.parameters.text("text")
    if utf16_length(text) > TOAST_UNITS:
        raise BadRequest("MESSAGE_TOO_LONG")
    call.world.save(msgspec.structs.replace(query, answered=True))
    alert = call.parameters.truth("show_alert")
    call.world.events.tell(
        "answered",
        query.bot,
        query.person,
        query=query.id,
        message_id=query.message,
        text=text,
        alert=alert,
        url=call.parameters.text("url"),
    )
    return Answer(result=True)


async def set_message_reaction(call: Call) -> Answer:
    """Put the bot's reaction on a message, or take it away."""
    chat = call.open_chat()
    message = call.message(chat, "message to react not found")
    given = call.parameters.json("reaction") or []
    if len(given) > 1:
        raise BadRequest("REACTIONS_TOO_MANY")
    call.exchange.change(message, edited=False, reactions=tuple(given))
    return Answer(result=True)


METHODS = (
    Method("answerCallbackQuery", ("callback_query_id", "text", "show_alert", "url"), answer_callback_query),
    Method("setMessageReaction", ("chat_id", "message_id", "reaction"), set_message_reaction),
)
