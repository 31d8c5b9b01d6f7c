"""Webhooks as Telegram's: the secret header, order per person, again until taken, calls in the answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import telegram
from aiohttp import web

from sandbox.client import Person, Sandbox
from sandbox.server import Server

TOKEN = "123456789:sandbox-test-token"
SECRET = "a_secret-token"


class Hook:
    """A bot's own address: what came, and how it answers."""

    def __init__(self) -> None:
        """Take everything, until told otherwise."""
        self.came: list[dict[str, Any]] = []
        self.headers: list[str | None] = []
        self.answers: Callable[[dict[str, Any]], web.Response] = lambda _: web.Response()
        self.gate: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Condition()

    async def handle(self, request: web.Request) -> web.Response:
        """Note an update; one whose text has a gate waits at it."""
        update = await request.json()
        async with self.changed:
            self.came.append(update)
            self.headers.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
            self.changed.notify_all()
        if gate := self.gate.get(update.get("message", {}).get("text")):
            await gate.wait()
        return self.answers(update)

    async def until(self, seen: Callable[[list[str]], bool]) -> list[str]:
        """Wait until what came is as wanted: the texts of messages and the data of presses."""
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: seen(self.texts))
        return self.texts

    @property
    def texts(self) -> list[str]:
        """Return what came, in order."""
        return [
            update["message"]["text"] if "message" in update else update["callback_query"]["data"]
            for update in self.came
        ]


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    """Listen at an address."""
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield hook, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    for gate in hook.gate.values():
        gate.set()
    await runner.cleanup()


@pytest.fixture
async def bot(tmp_path: Path, hook: tuple[Hook, str]) -> AsyncIterator[telegram.Bot]:
    """Run a sandbox that retries quickly, with a bot that has named its address."""
    async with Server(tmp_path / "sandbox", token=TOKEN, retry_seconds=0.01) as server:
        bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot")
        async with bot:
            await bot.set_webhook(hook[1], secret_token=SECRET)
            yield bot


@pytest.fixture
async def sandbox(bot: telegram.Bot) -> AsyncIterator[Sandbox]:
    """Steer the sandbox."""
    async with Sandbox(bot.base_url.rsplit("/bot", 1)[0]) as sandbox:
        yield sandbox


@pytest.fixture
async def amina(sandbox: Sandbox) -> Person:
    """Invent a person."""
    return await sandbox.person("Amina")


async def test_updates_come_with_the_secret(hook: tuple[Hook, str], amina: Person) -> None:
    """The header by which a bot knows that it is Telegram."""
    await amina.say("x")
    await hook[0].until(lambda texts: texts == ["x"])
    assert hook[0].headers == [SECRET]


async def test_an_update_comes_again_until_it_is_taken(
    hook: tuple[Hook, str], amina: Person, bot: telegram.Bot
) -> None:
    """Errors are retried and told in getWebhookInfo; the next update of this person waits."""
    refusals = iter([500, 403, 503])

    def answer(_: dict[str, Any]) -> web.Response:
        return web.Response(status=next(refusals, 200))

    hook[0].answers = answer
    await amina.say("first")
    await amina.say("second")
    assert await hook[0].until(lambda texts: "second" in texts) == ["first"] * 4 + ["second"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_one_person_does_not_wait_for_another(
    hook: tuple[Hook, str], amina: Person, sandbox: Sandbox
) -> None:
    """While the bot works on one person's message, others come, and that person's own next does not."""
    hook[0].gate["slow"] = asyncio.Event()
    boris = await sandbox.person("Boris")
    await amina.say("slow")
    await amina.say("after")
    await boris.say("other")
    assert "after" not in await hook[0].until(lambda texts: "other" in texts)
    hook[0].gate["slow"].set()
    await hook[0].until(lambda texts: "after" in texts)


async def test_a_press_does_not_wait_for_a_message(
    hook: tuple[Hook, str], amina: Person, bot: telegram.Bot
) -> None:
    """Presses have a lane of their own at Telegram: a bot has to keep the order of one person itself."""
    await amina.say("hello")
    await hook[0].until(lambda texts: texts == ["hello"])
    button = telegram.InlineKeyboardButton("Yes", callback_data="pressed")
    await bot.send_message(amina.id, "?", reply_markup=telegram.InlineKeyboardMarkup([[button]]))
    hook[0].gate["slow"] = asyncio.Event()
    await amina.say("slow")
    await amina.expect(lambda screen: screen.labels)
    await amina.press("Yes")
    await hook[0].until(lambda texts: "pressed" in texts)


async def test_max_connections_is_kept(
    hook: tuple[Hook, str], amina: Person, sandbox: Sandbox, bot: telegram.Bot
) -> None:
    """With one connection the second person waits for the first."""
    await bot.set_webhook(hook[1], max_connections=1)
    hook[0].gate["slow"] = asyncio.Event()
    boris = await sandbox.person("Boris")
    await amina.say("slow")
    await hook[0].until(lambda texts: texts == ["slow"])
    await boris.say("other")
    assert hook[0].texts == ["slow"]
    assert (await bot.get_webhook_info()).pending_update_count == 2
    hook[0].gate["slow"].set()
    await hook[0].until(lambda texts: texts == ["slow", "other"])


async def test_a_call_in_the_answer_is_carried_out(hook: tuple[Hook, str], amina: Person) -> None:
    """A bot may answer the webhook with a method to call."""

    def answer(update: dict[str, Any]) -> web.Response:
        chat = update["message"]["chat"]["id"]
        return web.json_response({"method": "sendMessage", "chat_id": chat, "text": "done"})

    hook[0].answers = answer
    await amina.say("x")
    await amina.hear(lambda screen: screen.text == "done")


async def test_updates_can_come_twice_and_out_of_order(
    hook: tuple[Hook, str], amina: Person, sandbox: Sandbox
) -> None:
    """On order, as it happens on bad days."""
    await sandbox.disturb(duplicate=1)
    await amina.say("one")
    await hook[0].until(lambda texts: texts == ["one", "one"])
    await sandbox.disturb(reorder=1)
    await amina.say("two")
    await amina.say("three")
    assert (await hook[0].until(lambda texts: "two" in texts))[2:] == ["three", "two"]


async def test_what_waits_can_be_dropped_or_fetched_later(
    hook: tuple[Hook, str], amina: Person, bot: telegram.Bot
) -> None:
    """Without a webhook updates wait again; dropping them is a choice."""
    hook[0].answers = lambda _: web.Response(status=500)
    await amina.say("x")
    await hook[0].until(bool)
    await bot.delete_webhook()
    assert [update.message.text for update in await bot.get_updates() if update.message] == ["x"]
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
