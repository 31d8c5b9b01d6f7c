"""The sandbox against a client that was written for the real Bot API: names, shapes, and words of refusal."""

import inspect
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from sandbox.client import Person, Sandbox
from sandbox.methods import METHODS
from sandbox.methods.call import Method
from sandbox.server import Server

TOKEN = "123456789:sandbox-test-token"
CALLER = {"self", "read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Run a sandbox with one bot."""
    async with Server(tmp_path / "sandbox", token=TOKEN, bot_name="Questions") as server:
        yield server


@pytest.fixture
async def sandbox(server: Server) -> AsyncIterator[Sandbox]:
    """Steer it."""
    async with Sandbox(server.url) as sandbox:
        yield sandbox


@pytest.fixture
async def amina(sandbox: Sandbox) -> Person:
    """Invent a person who has written once, so that the bot may answer; her message has the id 1."""
    amina = await sandbox.person("Amina", language="sw", username="amina_test")
    await amina.say("/start")
    return amina


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[telegram.Bot]:
    """Make python-telegram-bot's own client."""
    bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with bot:
        yield bot


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    """Make an inline keyboard of one row."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=label) for label in labels]])


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_parameters_are_those_of_the_real_client(method: Method) -> None:
    """Every parameter that is read is one that the client can send, and what it must send is read."""
    known = inspect.signature(getattr(telegram.Bot, method.name)).parameters
    assert set(method.accepts) <= known.keys() - CALLER
    empty = inspect.Parameter.empty
    required = {name for name, one in known.items() if one.default is empty and name not in CALLER}
    assert required - {"args", "kwargs"} <= set(method.accepts)


async def test_every_method_answers_in_shapes_the_client_reads(
    bot: telegram.Bot, amina: Person, sandbox: Sandbox
) -> None:
    """Each method is called once through the real client, which parses what comes back."""
    await call_them_all(bot, amina)
    called = {call["method"].lower() for call in await sandbox.calls() if call["status"] == 200}
    assert METHODS.keys() - called == set()


async def call_them_all(bot: telegram.Bot, amina: Person) -> None:
    """Call every method with everything the sandbox understands of it."""
    chat = amina.id
    assert (await bot.get_me()).username == "sandbox_123456789_bot"
    asked = await bot.send_message(chat, "Hello", reply_markup=keyboard("Yes"), disable_notification=True)
    photo = await bot.send_photo(chat, b"\xff\xd8\xff", caption="*a*", parse_mode="MarkdownV2")
    voice = await bot.send_voice(chat, b"OggS", duration=timedelta(seconds=3))
    audio = await bot.send_audio(chat, b"ID3", title="Song", performer="Somebody", duration=9)
    sent = [
        asked,
        photo,
        voice,
        audio,
        await bot.send_document(chat, b"%PDF", filename="a.pdf", protect_content=True),
        await bot.send_video(chat, b"video", has_spoiler=True),
        await bot.send_animation(chat, b"GIF89a", show_caption_above_media=True, caption="x"),
        await bot.send_video_note(chat, b"video"),
        await bot.send_sticker(chat, b"RIFF", emoji="🙂"),
        await bot.send_location(chat, 16.7, 98.5, horizontal_accuracy=20),
        await bot.send_contact(chat, "+12025550143", "Amina", last_name="Test"),
        await bot.forward_message(chat, chat, asked.message_id),
        await bot.edit_message_text("Hello!", chat, asked.message_id, reply_markup=keyboard("Yes", "No")),
        await bot.edit_message_caption(chat, photo.message_id, caption="b"),
        await bot.edit_message_reply_markup(chat, asked.message_id, reply_markup=keyboard("Yes")),
    ]
    assert all(isinstance(message, telegram.Message) for message in sent)
    assert photo.photo
    assert voice.voice
    assert isinstance(await bot.copy_message(chat, chat, photo.message_id, caption="c"), telegram.MessageId)
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"\xff\xd8\xff"
    assert await bot.send_chat_action(chat, "typing")
    assert await bot.set_message_reaction(chat, 1, "👍")
    assert await bot.pin_chat_message(chat, asked.message_id)
    assert (await bot.get_chat(chat)).pinned_message is not None
    assert await bot.unpin_chat_message(chat)
    assert await bot.unpin_all_chat_messages(chat)
    await amina.press("Yes")
    *_, update = await bot.get_updates()
    assert update.callback_query is not None
    assert await bot.answer_callback_query(update.callback_query.id, "Thank you", show_alert=True)
    assert await bot.delete_message(chat, asked.message_id)
    assert await bot.delete_messages(chat, [photo.message_id, voice.message_id, 999_999])
    await describe(bot, chat)
    await name_webhooks(bot)


async def describe(bot: telegram.Bot, chat: int) -> None:
    """Set and read everything a bot says of itself."""
    assert await bot.set_my_name("Preguntas", language_code="es")
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 0
    assert await bot.set_my_profile_photo(telegram.InputProfilePhotoStatic(b"\xff\xd8\xff"))
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 1
    assert (await bot.get_my_name("es")).name == "Preguntas"
    assert (await bot.get_my_name()).name == "Questions"
    assert await bot.set_my_description("Short questions")
    assert (await bot.get_my_description("es")).description == "Short questions"
    assert await bot.set_my_short_description("Questions")
    assert (await bot.get_my_short_description()).short_description == "Questions"
    scope = telegram.BotCommandScopeAllPrivateChats()
    assert await bot.set_my_commands([("start", "Begin")], scope=scope, language_code="es")
    assert [one.command for one in await bot.get_my_commands(scope, "es")] == ["start"]
    assert await bot.get_my_commands() == ()
    assert await bot.delete_my_commands(scope, "es")
    assert await bot.set_chat_menu_button(chat, telegram.MenuButtonCommands())
    assert (await bot.get_chat_menu_button(chat)).type == "commands"


async def name_webhooks(bot: telegram.Bot) -> None:
    """Name a webhook, look at it, and take it back."""
    assert await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s", max_connections=3)
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections) == ("http://127.0.0.1:9/hook", 3)
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.close()
    assert await bot.log_out()


async def test_everything_a_person_can_send_is_read(bot: telegram.Bot, amina: Person) -> None:
    """Each kind of message, an edit, a press, a block and its end arrive in the shapes the client knows."""
    await amina.photo(b"\xff\xd8\xff", caption="caption")
    await amina.voice(b"OggS", seconds=4)
    await amina.document(b"%PDF", name="contract.pdf")
    await amina.sticker(b"RIFF", emoji="🙂")
    await amina.location(16.7, 98.5)
    await amina.contact("+12025550143", "Amina", own=True)
    await amina.forward("an offer", hidden_name="Recruiter")
    said = await amina.say("see https://example.org")
    await amina.edit(said, "changed")
    await amina.block()
    await amina.unblock()
    updates = await bot.get_updates(allowed_updates=telegram.Update.ALL_TYPES)
    messages = [update.message for update in updates if update.message]
    filled = [message.effective_attachment is not None for message in messages]
    assert filled == [False] + [True] * 6 + [False, False]
    assert isinstance(messages[7].forward_origin, telegram.MessageOriginHiddenUser)
    assert messages[6].contact is not None
    assert messages[6].contact.user_id == amina.id
    assert [update.edited_message.text for update in updates if update.edited_message] == ["changed"]
    statuses = [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member]
    assert statuses == ["kicked", "member"]
    assert messages[0].from_user is not None
    assert (messages[0].from_user.language_code, messages[0].chat.username) == ("sw", "amina_test")


async def test_reactions_arrive_only_on_request(bot: telegram.Bot, amina: Person) -> None:
    """By default Telegram leaves reactions out; what is asked for once stays asked for."""
    await amina.react(1, "👍")
    assert len(await bot.get_updates()) == 1
    await bot.get_updates(offset=-1, allowed_updates=["message_reaction"])
    await amina.react(1, "👍")
    await amina.say("not asked for")
    (update,) = (await bot.get_updates())[1:]
    assert update.message_reaction is not None


Act = Callable[[telegram.Bot, int], Awaitable[Any]]

REFUSED: dict[str, tuple[Act, str]] = {
    "unknown chat": (lambda bot, _: bot.send_message(1, "x"), "Chat not found"),
    "no chat": (lambda bot, _: bot.send_message("", "x"), "Chat_id is empty"),
    "no text": (lambda bot, chat: bot.send_message(chat, " \n"), "Message text is empty"),
    "long text": (lambda bot, chat: bot.send_message(chat, "x" * 4097), "Message is too long"),
    "long text in UTF-16": (lambda bot, chat: bot.send_message(chat, "😀" * 2049), "Message is too long"),
    "long caption": (
        lambda bot, chat: bot.send_photo(chat, b"x", caption="x" * 1025),
        "Message caption is too long",
    ),
    "data over 64 bytes": (
        lambda bot, chat: bot.send_message(chat, "x", reply_markup=keyboard("x" * 65)),
        "Button_data_invalid",
    ),
    "edit nothing": (lambda bot, chat: bot.edit_message_text("x", chat, 99), "Message to edit not found"),
    "edit the person's": (lambda bot, chat: bot.edit_message_text("x", chat, 1), "Message can't be edited"),
    "delete nothing": (lambda bot, chat: bot.delete_message(chat, 99), "Message to delete not found"),
    "delete none": (lambda bot, chat: bot.delete_messages(chat, []), "Message identifiers are not specified"),
    "delete many": (
        lambda bot, chat: bot.delete_messages(chat, list(range(1, 102))),
        "Too many message identifiers specified",
    ),
    "reply to nothing": (
        lambda bot, chat: bot.send_message(chat, "x", reply_parameters=ReplyParameters(99)),
        "Message to be replied not found",
    ),
    "answer nothing": (
        lambda bot, _: bot.answer_callback_query("99"),
        "Query is too old and response timeout expired or query id is invalid",
    ),
    "unknown file": (
        lambda bot, _: bot.get_file("x"),
        "Wrong file_id or the file is temporarily unavailable",
    ),
    "unknown file sent": (
        lambda bot, chat: bot.send_photo(chat, "AgACunknown"),
        "Wrong file identifier/http url specified",
    ),
    "wrong place": (
        lambda bot, chat: bot.send_location(chat, 91, 0),
        "Wrong latitude or longitude specified",
    ),
    "wrong command": (lambda bot, _: bot.set_my_commands([("Not Me", "x")]), "Bot_command_invalid"),
    "wrong secret": (
        lambda bot, _: bot.set_webhook("http://127.0.0.1:9/", secret_token="no spaces"),
        "Secret token contains unallowed characters",
    ),
}


@pytest.mark.parametrize(("act", "text"), REFUSED.values(), ids=REFUSED.keys())
async def test_refusals_are_worded_as_telegrams(
    bot: telegram.Bot, amina: Person, act: Act, text: str
) -> None:
    """The client gets the sentence it would get from Telegram (it changes case itself)."""
    with pytest.raises(BadRequest) as refused:
        await act(bot, amina.id)
    assert refused.value.message.lower() == text.lower()


async def test_an_edit_that_changes_nothing_is_refused(bot: telegram.Bot, amina: Person) -> None:
    """Same text and same keyboard: Telegram says so at length."""
    sent = await bot.send_message(amina.id, "Hello", reply_markup=keyboard("Yes"))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content and reply"):
        await sent.edit_text("Hello", reply_markup=keyboard("Yes"))


async def test_an_edit_without_a_keyboard_takes_it_away(bot: telegram.Bot, amina: Person) -> None:
    """A keyboard stays only if the edit names it again."""
    sent = await bot.send_message(amina.id, "Hello", reply_markup=keyboard("Yes"))
    edited = await sent.edit_text("Hello again")
    assert isinstance(edited, telegram.Message)
    assert edited.reply_markup is None
    assert (await amina.screen()).labels == []


async def test_a_reply_keyboard_belongs_to_the_chat(bot: telegram.Bot, amina: Person) -> None:
    """It is not part of the message; it lies in the chat until it is removed or used once."""
    sent = await bot.send_message(
        amina.id, "?", reply_markup=ReplyKeyboardMarkup([["Go"]], one_time_keyboard=True)
    )
    assert sent.reply_markup is None
    assert (await amina.screen()).keys == ["Go"]
    await amina.press("Go")
    await amina.expect(lambda screen: screen.keys == [] and screen.own[-1].text == "Go")


async def test_messages_can_be_deleted_for_48_hours(
    bot: telegram.Bot, amina: Person, sandbox: Sandbox
) -> None:
    """The bot's and the person's alike; one that is too old refuses the whole call."""
    old = await bot.send_message(amina.id, "old")
    await sandbox.advance(hours=47)
    assert await bot.delete_message(amina.id, 1)
    await sandbox.advance(hours=1)
    young = await bot.send_message(amina.id, "young")
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(amina.id, old.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_messages(amina.id, [old.message_id, young.message_id])
    await amina.expect(lambda screen: [bubble.text for bubble in screen.bubbles] == ["old", "young"])


async def test_a_blocked_bot_is_forbidden_to_write(bot: telegram.Bot, amina: Person) -> None:
    """Until the person lets it back."""
    await amina.block()
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(amina.id, "x")
    await amina.unblock()
    await bot.send_message(amina.id, "x")


async def test_a_press_can_be_answered_once_and_soon(
    bot: telegram.Bot, amina: Person, sandbox: Sandbox
) -> None:
    """The text is shown as a toast; a late or second answer is refused."""
    await bot.send_message(amina.id, "?", reply_markup=keyboard("Yes", "No"))
    await amina.press("Yes")
    await amina.press("No")
    first, second = (update.callback_query for update in (await bot.get_updates())[-2:])
    assert first is not None
    assert second is not None
    await first.answer("Noted")
    assert (await amina.expect(lambda screen: screen.toasts)).toasts == ("Noted",)
    with pytest.raises(BadRequest, match="Query is too old"):
        await first.answer()
    await sandbox.advance(hours=1)
    with pytest.raises(BadRequest, match="Query is too old"):
        await second.answer()


async def test_a_file_over_20_mb_cannot_be_fetched(bot: telegram.Bot, amina: Person) -> None:
    """A person may send it, a bot may not have it."""
    await amina.document(bytes(20 * 1024 * 1024 + 1))
    *_, update = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await update.message.document.get_file()


async def test_a_flood_is_stopped_with_the_seconds_to_wait(
    bot: telegram.Bot, amina: Person, sandbox: Sandbox
) -> None:
    """Off by default; asked for, a chat's burst ends in 429."""
    os.environ["PTB_TIMEDELTA"] = "true"
    await sandbox.flood_limits(chat_burst=2)
    await bot.send_message(amina.id, "1")
    await bot.send_message(amina.id, "2")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(amina.id, "3")
    assert refused.value.retry_after == timedelta(seconds=1)


async def test_polling_and_a_webhook_exclude_each_other(bot: telegram.Bot) -> None:
    """A bot that has named a webhook cannot ask for updates itself."""
    await bot.set_webhook("http://127.0.0.1:9/")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()


async def test_another_token_is_unauthorized(server: Server) -> None:
    """With a fixed token no other one is a bot."""
    other = telegram.Bot("987654321:another-token", base_url=f"{server.url}/bot")
    with pytest.raises(InvalidToken):
        await other.initialize()
    await other.shutdown()


async def test_unknown_methods_and_malformed_tokens_are_not_found(server: Server) -> None:
    """As at Telegram, in JSON."""
    expected = {"ok": False, "error_code": 404, "description": "Not Found"}
    async with aiohttp.ClientSession() as http:
        for path in (f"/bot{TOKEN}/doesNotExist", "/botnonsense/getMe"):
            async with http.post(server.url + path) as response:
                assert (response.status, await response.json()) == (404, expected)


async def test_parameters_may_come_in_any_form(server: Server, amina: Person) -> None:
    """Query, urlencoded, JSON and multipart are all the same; method names have no case."""
    values = {"chat_id": str(amina.id), "text": "x"}
    form = aiohttp.FormData(values)
    form.add_field("unused", b"", filename="unused")
    ways: list[dict[str, Any]] = [{"params": values}, {"data": values}, {"json": values}, {"data": form}]
    async with aiohttp.ClientSession() as http:
        for way in ways:
            async with http.post(f"{server.url}/bot{TOKEN}/SENDmessage", **way) as response:
                assert (await response.json())["result"]["text"] == "x"


async def test_message_ids_of_other_chats_lie_between(
    bot: telegram.Bot, amina: Person, sandbox: Sandbox
) -> None:
    """Ids belong to the bot's account, so a bot must not delete what it did not send itself."""
    boris = await sandbox.person("Boris")
    one = await bot.send_message(amina.id, "1")
    between = await boris.say("/start")
    two = await bot.send_message(amina.id, "2")
    assert [one.message_id, between, two.message_id] == [2, 3, 4]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(amina.id, between)


async def test_all_is_there_after_a_restart(bot: telegram.Bot, amina: Person, server: Server) -> None:
    """What was not fetched before the sandbox went down is fetched afterwards."""
    await bot.send_message(amina.id, "before", reply_markup=keyboard("Yes"))
    data, port = server.data, server.port
    await server.__aexit__(None, None, None)
    async with Server(data, port=port, token=TOKEN) as again, Sandbox(again.url) as sandbox:
        same = await sandbox.again(amina.id)
        assert (await same.screen()).labels == ["Yes"]
        assert [update.message.text for update in await bot.get_updates() if update.message] == ["/start"]
    await server.__aenter__()
