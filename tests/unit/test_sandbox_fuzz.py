"""Whatever a bot sends, the sandbox answers in the Bot API's envelope."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.bot_api import BotApi
from sandbox.exchange import Exchange
from sandbox.methods import METHODS
from sandbox.methods.call import Method
from sandbox.parameters import Parameters, Upload
from sandbox.phone import Phone
from sandbox.records import BotId, Json, Person, PersonId
from sandbox.world import World

BOT, AMINA = BotId(123456789), PersonId(5_000_000_001)
TOKEN = f"{BOT}:sandbox-test-token"
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "keyboard", "inline_keyboard", "offset"]), inner)
    ),
    max_leaves=6,
)
LIKELY = st.fixed_dictionaries(
    {"chat_id": st.sampled_from([AMINA, str(AMINA), "1"]), "message_id": st.integers(0, 3), "text": st.text()}
)


async def answer(method: str, values: dict[str, Any]) -> Json:
    """Make one call in a new world where one message has been sent either way."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.save(Person(AMINA, "Amina"))
        exchange = Exchange(world)
        api = BotApi(exchange, token=TOKEN)
        Phone(exchange, BOT, AMINA).say("x")
        exchange.add_message(BOT, AMINA, {"text": "x"}, from_bot=True)
        uploads = {"photo": Upload("a.jpg", "", b"x"), "document": Upload("", "", b"x")}
        try:
            return await api.call(world.bots[BOT], method, Parameters(values, uploads))
        finally:
            world.close()


@settings(max_examples=400, deadline=None)
@given(data=st.data(), method=st.sampled_from(list(METHODS.values())), likely=LIKELY)
def test_any_parameters_get_an_answer(data: st.DataObject, method: Method, likely: dict[str, Any]) -> None:
    """Either a result, or an error with code and description; never a crash of the server."""
    own = sorted(set(method.accepts) - {"timeout"}) or ["unused"]
    odd = data.draw(st.dictionaries(st.sampled_from(own), ANY, max_size=4))
    body = asyncio.run(answer(method.name, likely | odd))
    if body["ok"]:
        assert "result" in body
    else:
        assert body["error_code"] in range(400, 430)
        assert body["description"]
