"""Returns: a number leads another chat to the conversation, and whoever guesses learns nothing, however often."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.number import new_number, read_number
from bot.returns import MOST_A_CHAT, MOST_A_LOCATOR, MOST_IN_ALL, MOST_MADE
from flows.definition import Own
from flows.session import Session, decode_session
from storage import tries
from storage.tables import cases, codes, inbox, outbox
from tests.unit.bot.phone import PowerCut
from tests.unit.bot.test_leaving import ANA, BEN, Chat

EVE = 9
SHOWN = re.compile(r"\d{4} \d{4} \d{4}")


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    """A worker on an empty database."""
    built = await Chat.open(tmp_path)
    yield built
    await built.database.close()


def session(chat: Chat, who: int) -> Session:
    """The session of a chat."""
    return decode_session(chat.held(who).record.session)


def bubble(chat: Chat, who: int = ANA) -> str:
    """What the bot's message says."""
    (shown,) = [each.text for each in chat.phone.of(who).values() if each.ours]
    return shown


async def begin(chat: Chat) -> str:
    """Ana answers, asks for a number and reads it; it is gone from the screen with her next tap."""
    await chat.say("/start")
    await chat.press("English")
    await chat.press("Someone may look. I agree")
    await chat.press("I am hurt or threatened now")
    await chat.press("Done")
    return await number(chat)


async def number(chat: Chat) -> str:
    """Ana asks for a number."""
    chat.now += timedelta(seconds=1)
    await chat.say("code")
    found = SHOWN.search(bubble(chat))
    assert found is not None
    return found[0]


async def test_a_number_is_shown_once_and_goes_with_the_next_tap(chat: Chat) -> None:
    """The question that was due is there again, and nothing in the database has a digit of it."""
    shown = await begin(chat)
    digits = shown.replace(" ", "")
    assert bubble(chat).index(digits[:4]) < 3
    await chat.press("Go on")

    assert not SHOWN.search(bubble(chat))
    async with chat.database.read() as tx:
        stored = [bytes(str(row), "utf-8", "replace") for row in await tx.execute(select(codes))]
        bodies = [row.body for row in await tx.execute(select(inbox))] + list(
            await tx.execute(select(outbox))
        )
    assert not any(digits.encode() in each for each in stored)
    assert [each for each in bodies if each] == []


async def test_a_number_goes_by_itself_after_a_minute(chat: Chat) -> None:
    """By an edit, and nothing is sent."""
    await begin(chat)
    before = len(chat.phone.calls)
    chat.now += timedelta(seconds=61)
    await chat.look()

    assert not SHOWN.search(bubble(chat))
    assert "sendMessage" not in [method for method, _ in chat.phone.calls[before:]]


async def test_another_chat_goes_on_and_the_first_is_empty(chat: Chat) -> None:
    """With the same session and question, veiled; the first meets what a stranger meets."""
    shown = await begin(chat)
    before, conversation = session(chat, ANA), chat.held(ANA).id
    await chat.say(shown, chat=BEN)
    await chat.settle(12)

    assert chat.held(BEN).id == conversation
    after = session(chat, BEN)
    assert (after.id, after.log, after.waiting_for) == (before.id, before.log, before.waiting_for)
    assert (after.returned, after.trail, after.ticked) == (1, (), ())
    assert chat.phone.of(ANA) == {}
    assert chat.held(ANA).id != conversation
    assert chat.held(ANA).record.session is None
    assert len(chat.phone.of(BEN)) == 1
    assert "Back" not in [label for each in chat.phone.of(BEN).values() for label, _ in each.buttons]
    await chat.say("/start")
    assert "English" in chat.tokens()


async def test_after_a_restart_everything_is_as_it_was_moved(chat: Chat) -> None:
    """Both places are under the right keys."""
    shown = await begin(chat)
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    waited = session(chat, BEN).waiting_for
    await chat.restart()
    await chat.say("/start", chat=BEN)
    await chat.say("/start")

    assert session(chat, BEN).waiting_for == waited
    assert session(chat, ANA).log == ()


async def test_what_the_other_account_had_said_stays_a_case_of_its_own(chat: Chat) -> None:
    """It was forwarded before its conversation ended."""
    shown = await begin(chat)
    await chat.say("they locked the door", chat=BEN)
    own = chat.held(BEN).id
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    async with chat.database.read() as tx:
        found = [row.conversation for row in await tx.execute(select(cases))]

    assert own in found
    assert chat.held(BEN).id != own


async def test_the_same_chat_may_type_its_own_number(chat: Chat) -> None:
    """Its screen is veiled, and nothing moves."""
    shown = await begin(chat)
    conversation = chat.held(ANA).id
    await chat.say(shown)

    assert chat.held(ANA).id == conversation
    assert session(chat, ANA).returned == 1
    assert "Back" not in chat.tokens()


async def test_a_new_number_ends_the_old_one(chat: Chat) -> None:
    """The old one is words like any other."""
    old = await begin(chat)
    new = await number(chat)
    await chat.say(old, chat=BEN)
    assert [note.text for note in session(chat, BEN).words] == [old]
    await chat.say(new, chat=BEN)
    await chat.settle(12)

    assert session(chat, BEN).returned == 1


async def test_a_wrong_number_looks_like_any_number(chat: Chat) -> None:
    """Of a locator that there is, of one that there is not, and one that is mistyped: the same screen."""
    right = read_number(await begin(chat))
    assert right is not None
    near = next(
        each
        for end in range(10**6)
        if (each := read_number(f"{right.locator}{end:06}{0}")) and each.secret != right.secret
    )
    screens = set()
    for who, text in enumerate((near.digits, new_number().digits, "123456789012"), 20):
        await chat.say(text, chat=who)
        screens.add(bubble(chat, who))
        assert [note.text for note in session(chat, who).words] == [text]

    assert len(screens) == 1


async def test_too_many_tries_of_a_chat_are_not_looked_at_for_an_hour(chat: Chat) -> None:
    """Also the right one is words then; an hour later it leads back."""
    right = await begin(chat)
    for _ in range(MOST_A_CHAT):
        await chat.say(new_number().digits, chat=BEN)
    await chat.say(right, chat=BEN)
    assert len(session(chat, BEN).words) == MOST_A_CHAT + 1
    chat.now += timedelta(hours=1, seconds=1)
    await chat.say(right, chat=BEN)
    await chat.settle(12)

    assert session(chat, BEN).returned == 1


@pytest.mark.parametrize(("what", "most"), [("locator", MOST_A_LOCATOR), ("all", MOST_IN_ALL)])
async def test_too_many_tries_of_many_chats_are_not_looked_at(chat: Chat, what: str, most: int) -> None:
    """For one number, and in all."""
    right = read_number(await begin(chat))
    assert right is not None
    locator = chat.keyring.locator_key(right.locator)
    key = chat.keyring.tries_key(what, locator if what == "locator" else b"")
    async with chat.database.write() as tx:
        for _ in range(most):
            await tries.count(tx, key, now=chat.now, since=chat.now - timedelta(hours=1))
    await chat.say(right.digits, chat=BEN)
    assert [note.text for note in session(chat, BEN).words] == [right.digits]
    chat.now += timedelta(hours=1, seconds=1)
    await chat.say(right.digits, chat=EVE)
    await chat.settle(12)

    assert session(chat, EVE).returned == 1


async def test_numbers_are_not_made_without_end(chat: Chat) -> None:
    """The last one stays good."""
    last = await begin(chat)
    for _ in range(MOST_MADE):
        chat.now += timedelta(seconds=1)
        await chat.say("code")
        found = SHOWN.search(bubble(chat))
        last = found[0] if found else last
    assert not SHOWN.search(bubble(chat))
    await chat.say(last, chat=BEN)
    await chat.settle(12)

    assert session(chat, BEN).returned == 1


async def test_what_comes_right_after_the_number_is_kept_there(chat: Chat) -> None:
    """It waits for the move, in its order."""
    shown = await begin(chat)
    await chat.write(shown, chat=BEN)
    await chat.write("they locked the door", chat=BEN)
    await chat.settle(15)

    assert session(chat, BEN).returned == 1
    assert "they locked the door" in [note.text for note in session(chat, BEN).words]


async def test_a_return_after_a_close_begins_anew_in_the_same_case(chat: Chat) -> None:
    """Whoever has the number goes on in their language; nothing of before is shown."""
    shown = await begin(chat)
    conversation = chat.held(ANA).id
    await chat.say("exit")
    await chat.say(shown, chat=BEN)
    await chat.settle(12)

    assert chat.held(BEN).id == conversation
    assert session(chat, BEN).returned == 1
    assert session(chat, BEN).log == ()
    assert session(chat, BEN).language == "en"


@pytest.mark.parametrize("cut", range(8))
async def test_a_power_cut_at_any_call_only_delays_it(chat: Chat, cut: int) -> None:
    """Whichever call of Telegram was the last: the restart ends with one screen there and none here."""
    shown = await begin(chat)
    left = [cut]

    def strike(_method: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise PowerCut

    chat.phone.after = strike
    await chat.say(shown, chat=BEN)
    chat.phone.after = lambda _method: None
    await chat.restart()
    for _ in range(4):
        chat.now += timedelta(seconds=20)
        await chat.look()
        await chat.settle(8)

    assert session(chat, BEN).returned == 1
    assert chat.phone.of(ANA) == {}
    assert len([each for each in chat.phone.of(BEN).values() if each.ours]) == 1


async def test_each_chat_may_be_held_by_another_worker(chat: Chat) -> None:
    """The one that proves the number gives its chat back, and the other leads it to what it holds."""
    shown = await begin(chat)
    conversation = chat.held(ANA).id
    there = await chat.beside()
    await there.say("/start", chat=BEN)
    assert there.held(BEN) is not None
    await there.say(shown, chat=BEN)
    assert chat.held(ANA).id == conversation
    for _ in range(3):
        chat.now += timedelta(seconds=1)
        there.now = chat.now
        await there.look()
        await chat.look()

    assert chat.held(BEN).id == conversation
    assert session(chat, BEN).returned == 1
    assert there.held(BEN) is None
    assert chat.phone.of(ANA) == {}
    assert len([each for each in chat.phone.of(BEN).values() if each.ours]) == 1


async def test_a_close_while_it_waits_cancels_the_move(chat: Chat) -> None:
    """The chat is empty and stays so, and the other conversation where it was."""
    shown = await begin(chat)
    conversation = chat.held(ANA).id
    there = await chat.beside()
    await there.say("/start", chat=BEN)
    await there.say(shown, chat=BEN)
    there._numbers += 100
    await there.say("exit", chat=BEN)
    chat.now += timedelta(seconds=20)
    there.now = chat.now
    for _ in range(3):
        await chat.look()
        await there.look()

    assert chat.held(ANA).id == conversation
    assert session(chat, ANA).returned == 0
    assert chat.phone.of(BEN) == {}


async def test_a_move_that_cannot_be_made_is_given_up(chat: Chat) -> None:
    """After half a minute what the chat brings is handled where it is, and nothing moves later."""
    shown = await begin(chat)
    conversation = chat.held(ANA).id
    there = await chat.beside()
    await there.say("/start", chat=BEN)
    await there.say(shown, chat=BEN)
    chat.now += timedelta(seconds=31)
    there.now = chat.now
    await there.say("they locked the door", chat=BEN)
    await chat.look()

    assert chat.held(ANA).id == conversation
    assert session(chat, ANA).returned == 0
    assert [note.text for note in session(there, BEN).words] == ["they locked the door"]


async def test_behind_the_veil_only_the_own_word_gets_a_new_number(chat: Chat) -> None:
    """Whoever holds the phone could make the one that the person remembers useless."""
    shown = await begin(chat)
    held = chat.held(ANA)
    held.record = replace(held.record, words={Own.WAY_BACK: b"a hash"}, salt="salt")
    await chat.say(shown)
    assert session(chat, ANA).veiled_at > 0
    chat.now += timedelta(seconds=1)
    await chat.say("code")

    assert not SHOWN.search(bubble(chat))
    await chat.say(shown, chat=BEN)
    await chat.settle(12)
    assert session(chat, BEN).returned == 2
