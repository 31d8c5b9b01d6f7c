"""Trouble on order, as a real client meets it; and the doors that stay shut."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError, TimedOut

from sandbox.client import NotSeen, Person, Refused, Sandbox
from sandbox.server import Server

TOKEN = "123456789:sandbox-test-token"


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """Run a sandbox with one bot, and steer it."""
    async with Server(tmp_path / "sandbox", token=TOKEN) as server, Sandbox(server.url) as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[telegram.Bot]:
    """Make python-telegram-bot's own client."""
    async with telegram.Bot(TOKEN, base_url=f"{sandbox.url}/bot") as bot:
        yield bot


@pytest.fixture
async def amina(sandbox: Sandbox) -> Person:
    """Invent a person who has written once."""
    amina = await sandbox.person("Amina")
    await amina.say("/start")
    return amina


@pytest.mark.parametrize(
    ("kind", "error", "carried_out"),
    [
        ("server_error", NetworkError, False),
        ("bad_gateway", NetworkError, False),
        ("lost", NetworkError, False),
        ("forbidden", Forbidden, False),
        ("drop", NetworkError, True),
    ],
)
async def test_a_fault_is_felt_once(
    bot: telegram.Bot,
    amina: Person,
    sandbox: Sandbox,
    kind: str,
    error: type[TelegramError],
    carried_out: bool,
) -> None:
    """The client gets the error, the call is carried out or not, and the next one goes well."""
    await sandbox.fault(kind, method="sendMessage")
    with pytest.raises(error):
        await bot.send_message(amina.id, "first")
    await bot.send_message(amina.id, "second")
    expected = ["first", "second"] if carried_out else ["second"]
    await amina.expect(lambda screen: [bubble.text for bubble in screen.theirs] == expected)
    (logged, _) = await sandbox.calls("sendMessage")
    assert logged["fault"] == kind


async def test_a_call_can_hang(bot: telegram.Bot, amina: Person, sandbox: Sandbox) -> None:
    """The client gives up before the answer that never comes."""
    await sandbox.fault("time_out", method="sendMessage", seconds=5)
    with pytest.raises(TimedOut):
        await bot.send_message(amina.id, "x", read_timeout=0.05)


async def test_the_log_keeps_sizes_of_files_only(bot: telegram.Bot, amina: Person, sandbox: Sandbox) -> None:
    """Method, parameters as JSON, status and time of each call; a file is a number of bytes."""
    await bot.send_photo(amina.id, b"\xff\xd8\xff", caption="x")
    (call,) = await sandbox.calls("sendPhoto", chat=amina.id)
    assert (call["status"], call["parameters"]["caption"]) == (200, "x")
    assert [value["bytes"] for value in call["parameters"].values() if isinstance(value, dict)] == [3]
    assert await sandbox.calls("sendPhoto", since=call["number"]) == []


async def test_calm_ends_all_trouble(bot: telegram.Bot, amina: Person, sandbox: Sandbox) -> None:
    """Orders without end, flood limits and disturbed deliveries are all lifted."""
    await sandbox.fault("server_error", times=None)
    await sandbox.flood_limits(chat_burst=0)
    await sandbox.disturb(duplicate=9, reorder=9)
    await sandbox.calm()
    await bot.send_message(amina.id, "x")


async def test_what_a_person_cannot_do_is_refused(bot: telegram.Bot, amina: Person) -> None:
    """A button that is gone, the bot's message to edit, nothing to send, a blocked bot to write to."""
    sent = await bot.send_message(amina.id, "x")
    with pytest.raises(Refused, match="no such button"):
        await amina.press_at(sent.message_id)
    with pytest.raises(Refused, match="this message is the bot's"):
        await amina.edit(sent.message_id, "y")
    with pytest.raises(Refused, match="nothing to send"):
        await amina.say("  ")
    await amina.block()
    with pytest.raises(Refused, match="blocked"):
        await amina.say("x")


async def test_what_is_not_seen_is_told_without_words(bot: telegram.Bot, amina: Person) -> None:
    """The error describes the screen in numbers; the screen itself is on it."""
    await bot.send_message(amina.id, "unmistakable")
    with pytest.raises(NotSeen) as missing:
        await amina.expect(lambda screen: len(screen.bubbles) == 9, within=0.05)
    assert "unmistakable" not in str(missing.value)
    assert missing.value.screen.text == "unmistakable"


async def test_several_bots_live_side_by_side(tmp_path: Path) -> None:
    """Without a fixed token every token of the right form is a bot; the same id with another secret is not."""
    async with Server(tmp_path / "open") as server, Sandbox(server.url) as sandbox:
        for number in (111111, 222222):
            async with telegram.Bot(f"{number}:a-secret-of-a-bot", base_url=f"{server.url}/bot"):
                pass
        one = await sandbox.person("Amina", bot=111111)
        await one.say("only for the first")
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{server.url}/bot222222:a-secret-of-a-bot/getUpdates") as response:
                assert (await response.json())["result"] == []
            async with http.get(f"{server.url}/bot111111:another-secret/getMe") as response:
                assert response.status == 401


async def test_other_sites_cannot_act_through_a_browser(sandbox: Sandbox) -> None:
    """A request that a page of another origin makes is refused."""
    async with aiohttp.ClientSession() as http:
        headers = {"Origin": "https://evil.example"}
        async with http.post(f"{sandbox.url}/sandbox/people", json={}, headers=headers) as response:
            assert response.status == 403


async def test_nonsense_is_answered_and_not_an_error_of_ours(sandbox: Sandbox) -> None:
    """Unreadable bodies, unknown people, bots and files get a status and a reason."""
    wrong: list[tuple[str, str, bytes, int]] = [
        ("POST", "/sandbox/faults", b"{", 400),
        ("POST", "/sandbox/faults", json.dumps({"kind": "plague"}).encode(), 400),
        ("POST", "/sandbox/clock", b"[]", 400),
        ("GET", "/sandbox/people/1/chat", b"", 409),
        ("GET", "/sandbox/people/x/chat", b"", 409),
        ("GET", "/sandbox/files/none", b"", 404),
        ("GET", f"/file/bot{TOKEN}/photos/none.jpg", b"", 404),
        ("GET", f"/file/bot{TOKEN}/../journal.jsonl", b"", 404),
        ("POST", f"/bot{TOKEN}/sendMessage", b"{", 400),
    ]
    async with aiohttp.ClientSession(headers={"Content-Type": "application/json"}) as http:
        for verb, path, body, status in wrong:
            async with http.request(verb, sandbox.url + path, data=body) as response:
                assert (path, response.status) == (path, status)


async def test_a_file_can_be_gone_for_a_while(bot: telegram.Bot, amina: Person, sandbox: Sandbox) -> None:
    """Its id is refused, or its bytes are not there any more; then it is there again."""
    await amina.photo(b"\xff\xd8\xff")
    message = (await bot.get_updates())[-1].message
    assert message is not None
    await sandbox.fault("gone", method="getFile")
    with pytest.raises(BadRequest, match="temporarily unavailable"):
        await bot.get_file(message.photo[-1].file_id)
    path = (await bot.get_file(message.photo[-1].file_id)).file_path
    assert path is not None
    name = path.rpartition(f"{TOKEN}/")[2] or path
    address = f"{sandbox.url}/file/bot{TOKEN}/{name}"
    await sandbox.fault("gone", method="file")
    async with aiohttp.ClientSession() as http:
        for status in (404, 200):
            async with http.get(address) as answer:
                assert answer.status == status


async def test_a_size_can_be_a_lie(bot: telegram.Bot, amina: Person) -> None:
    """As a client could tell the server, and the server the bot."""
    await amina.file("document", bytes(500), name="a.bin", told_size=7)

    message = (await bot.get_updates())[-1].message

    assert message is not None
    assert message.document is not None
    assert message.document.file_size == 7


async def test_a_live_location_moves_until_it_is_over(
    bot: telegram.Bot, amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step is an edit of the message; a location that is none does not move."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    live = await amina.location(1.0, 2.0, live_period=900)
    await amina.move(live, 3.0, 4.0)
    await amina.move(live, 5.0, 6.0, over=True)
    with pytest.raises(Refused):
        await amina.move(live, 7.0, 8.0)

    moved = [each.edited_message for each in await bot.get_updates() if each.edited_message]

    places = [each.location for each in moved if each.location]
    assert [(each.latitude, bool(each.live_period)) for each in places] == [(3.0, True), (5.0, False)]
