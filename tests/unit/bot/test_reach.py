"""The one place from which an unasked-for message goes: what the contract says there, up to the last moment."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.errands import Bring, Door, Errand
from storage import cases, inbox, messages
from storage.case import Put
from storage.messages import Fate, Message
from storage.tables import inbox as inbox_table
from storage.tables import outbox
from tests.storage.queue import OURS
from tests.unit.bot.hotline import NOON
from tests.unit.bot.test_leaving import ANA, Chat

HERE, WORDS = "A note is here.", "Thank you. We read what you wrote."
USUAL = "green"
ANY_TIME = {"reply": "any_time"}
EVENING = {"reply": "certain_hours", "hours_18_24": "safe", "clock": "+0000"}


@pytest.fixture(autouse=True)
def _telegram_s_next_word_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns of what it will give in a later version."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    """Somebody whose screen was left alone: the tool is there."""
    built = await Chat.open(tmp_path)
    await built.say("/start")
    await built.press("English")
    await built.press("It is safe. I agree")
    built.now += timedelta(seconds=91)
    await built.look()
    yield built
    await built.database.close()


async def agree(chat: Chat, said: dict[str, str]) -> None:
    """What they said about writing back."""
    held = chat.held(ANA)
    held.record = replace(held.record, reach=said, wrote_at=1)


async def errand(chat: Chat, what: Errand) -> None:
    """Something is left for the conversation."""
    held = chat.held(ANA)
    async with chat.database.write() as tx:
        await inbox.journal(tx, [Door(held.chat, held.key).arrival(what, now=chat.now)])
    await chat.settle()


async def reply(chat: Chat, said: dict[str, str]) -> None:
    """A responder's reply, kept beside a case and brought."""
    await agree(chat, said)
    held, until = chat.held(ANA), chat.now + timedelta(days=7)
    case = Put("a", held.id, 1, 0, ("organisation",), "victim", "en", 0, ())
    new = Message(
        "one", "a", "organisation", 0, "reply", "rosa", Fate.QUEUED, b"", None, chat.now, chat.now, until
    )
    async with chat.database.write() as tx:
        await cases.put(tx, [case], now=chat.now)
        await messages.add(tx, new)
    await errand(chat, Bring("one", WORDS, int(until.timestamp())))


async def fate(chat: Chat) -> Fate:
    """What became of it, as the responder is told."""
    async with chat.database.read() as tx:
        (found,) = await messages.of_case(tx, "a", recipient_class="organisation")
    return found.state


async def relay_open(chat: Chat) -> bool:
    """What the case's header says."""
    async with chat.database.read() as tx:
        return (await cases.find(tx, "a", reader=OURS)).relay_open


def sends(chat: Chat) -> int:
    """How many new messages there were."""
    return sum(method == "sendMessage" for method, _ in chat.phone.calls)


async def test_nothing_is_sent_to_whoever_writes_first(chat: Chat) -> None:
    """Not now, not after days; and the clock is not busy meanwhile."""
    before = list(chat.phone.calls)
    await reply(chat, {})
    await chat.wait(hours=20)

    assert [each for each in chat.phone.calls[len(before) :] if each[0] == "sendMessage"] == []
    assert HERE not in "".join(chat.texts())
    assert await fate(chat) is Fate.QUEUED


async def test_one_silent_message_goes_to_whoever_agreed(chat: Chat) -> None:
    """In the place of the tool; it says nothing, makes no sound, and its words are nowhere."""
    before = sends(chat)
    await reply(chat, ANY_TIME)

    assert sends(chat) == before + 1
    assert chat.texts() == [HERE]
    assert chat.phone.calls[-1][0] != "sendMessage"
    (asked,) = [asked for method, asked in chat.phone.calls if method == "sendMessage"][-1:]
    assert asked["disable_notification"] is True
    assert await fate(chat) is Fate.SHOWN_NOTE
    await chat.press("Go on")
    assert WORDS not in "".join(chat.texts())
    assert HERE not in "".join(chat.texts())


async def test_the_hours_are_waited_for_to_the_minute(chat: Chat) -> None:
    """Nothing before them; a restart in between changes nothing."""
    await reply(chat, EVENING)
    await chat.wait(hours=2)
    await chat.restart()
    chat.now = NOON.replace(hour=17, minute=59)
    await chat.look()
    assert HERE not in "".join(chat.texts())
    assert await fate(chat) is Fate.QUEUED

    chat.now = NOON.replace(hour=18)
    await chat.look()
    assert chat.texts() == [HERE]


async def test_what_is_late_waits_for_the_next_hours(chat: Chat) -> None:
    """Telegram was away while it was allowed: it is not caught up with at another time."""
    chat.now = NOON.replace(hour=23, minute=59)
    chat.phone.trouble = _away
    await reply(chat, EVENING)
    chat.now = NOON.replace(day=24, hour=0, minute=1)
    chat.phone.trouble = lambda _method: None
    await chat.look()
    await chat.wait(hours=4)
    assert HERE not in "".join(chat.texts())
    async with chat.database.read() as tx:
        rows = (await tx.execute(select(outbox.c.slot, outbox.c.due_at))).all()
    assert [(slot, due) for slot, due in rows if slot == "nudge"] == [
        ("nudge", NOON.replace(day=24, hour=18))
    ]

    await chat.restart()
    chat.now = NOON.replace(day=24, hour=18, minute=1)
    await chat.look()
    assert chat.texts() == [HERE]


def _away(method: str) -> None:
    if method == "sendMessage":
        raise NetworkError("away")


async def test_whoever_came_back_meanwhile_is_not_told_unasked(chat: Chat) -> None:
    """Their screen says it already: the message that could not be sent is not sent any more."""
    chat.phone.trouble = _away
    await reply(chat, ANY_TIME)
    chat.phone.trouble = lambda _method: None
    await chat.say(USUAL)
    chat.now += timedelta(seconds=40)
    await chat.look()

    assert HERE not in chat.texts()
    assert HERE in chat.tokens()


async def test_an_exit_withdraws_what_was_not_sent(chat: Chat) -> None:
    """What they closed stays closed."""
    chat.phone.trouble = _away
    await reply(chat, ANY_TIME)
    chat.phone.trouble = lambda _method: None
    await chat.say("close")
    before = sends(chat)
    chat.now += timedelta(seconds=40)
    await chat.look()

    assert sends(chat) <= before + 1
    assert all(text == HERE for text in chat.texts())


async def test_a_blocked_bot_is_told_and_so_is_the_way_back(chat: Chat) -> None:
    """By Telegram's word, and by its refusal."""

    def refuses(method: str) -> None:
        if method == "sendMessage":
            raise Forbidden("bot was blocked by the user")

    chat.phone.trouble = refuses
    await reply(chat, ANY_TIME)
    assert (await fate(chat), await relay_open(chat)) == (Fate.BLOCKED, False)

    chat.phone.trouble = lambda _method: None
    await member(chat, "member")
    assert (await fate(chat), await relay_open(chat)) == (Fate.SHOWN_NOTE, True)
    await member(chat, "kicked")
    assert (await fate(chat), await relay_open(chat)) == (Fate.BLOCKED, False)


async def member(chat: Chat, status: str) -> None:
    """They block the bot, or take it back."""
    await chat.update(my_chat_member={"chat": {"id": ANA}, "new_chat_member": {"status": status}})
    await chat.look()


async def test_what_telegram_refuses_has_failed(chat: Chat) -> None:
    """The responder is told; the reply is offered all the same when they come."""

    def refuses(method: str) -> None:
        if method == "sendMessage":
            raise BadRequest("chat not found")

    chat.phone.trouble = refuses
    await reply(chat, ANY_TIME)
    assert await fate(chat) is Fate.FAILED

    chat.phone.trouble = lambda _method: None
    await chat.say(USUAL)
    assert HERE in chat.tokens()


async def test_a_reply_for_somebody_who_was_erased_is_for_nobody(chat: Chat) -> None:
    """It lies there closed by a key that is gone, and is emptied."""
    held = chat.held(ANA)
    arrival = Door(b"z" * 16, held.key).arrival(Bring("two", WORDS, 0), now=chat.now)
    async with chat.database.write() as tx:
        await inbox.journal(tx, [arrival])
    await chat.settle()

    async with chat.database.read() as tx:
        row = (await tx.execute(select(inbox_table).where(inbox_table.c.source == arrival.source))).one()
    assert (row.body, row.handled_at is None) == (None, False)


async def test_the_whole_way_to_read(chat: Chat) -> None:
    """Told, their word, tapped, read, wiped; a restart while the words stand there changes nothing."""
    await reply(chat, ANY_TIME)
    await chat.say(USUAL)
    await chat.press(HERE)
    assert chat.texts() == [WORDS]
    assert await fate(chat) is Fate.SHOWN_NOTE
    await chat.restart()
    await chat.press("Done")

    assert WORDS not in "".join(chat.texts())
    assert await fate(chat) is Fate.READ
