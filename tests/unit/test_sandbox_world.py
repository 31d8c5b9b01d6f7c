"""The sandbox's memory: what is kept over a restart, ids, and waiting updates."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.exchange import Exchange
from sandbox.mailbox import KEPT_SECONDS, PRESS_KEPT_SECONDS
from sandbox.phone import Impossible, Phone
from sandbox.records import Bot, BotId, ClockSet, MessageId, Person, PersonId
from sandbox.refusals import Conflict
from sandbox.storeroom import picture_size
from sandbox.world import World

BOT = BotId(123456)
AMINA, BORIS = PersonId(5_000_000_001), PersonId(5_000_000_002)


Open = Callable[[], Exchange]


@pytest.fixture
def open_world(tmp_path: Path) -> Iterator[Open]:
    """Open the same world as often as wanted; the one before is closed first."""
    worlds: list[World] = []

    def opened() -> Exchange:
        for world in worlds:
            world.close()
        worlds.append(World(tmp_path))
        return Exchange(worlds[-1])

    yield opened
    for world in worlds:
        world.close()


@pytest.fixture
def exchange(open_world: Open) -> Exchange:
    """Make a world with a bot and two people."""
    exchange = open_world()
    world = exchange.world
    world.save(Bot(BOT, "", "Bot", "some_bot"))
    world.save(Person(AMINA, "Amina"))
    world.save(Person(BORIS, "Boris"))
    return exchange


def test_everything_is_there_after_a_restart(exchange: Exchange, open_world: Open) -> None:
    """Messages, waiting updates and the clock are read back, twice, since the first restart rewrites the file."""
    Phone(exchange, BOT, AMINA).say("one")
    exchange.world.save(ClockSet(99.0))
    before = list(exchange.world.records())
    again = open_world()
    assert list(again.world.records()) == before
    once_more = open_world()
    assert list(once_more.world.records()) == before


def test_a_line_cut_off_by_a_crash_is_dropped(exchange: Exchange, open_world: Open, tmp_path: Path) -> None:
    """Half a record at the end of the journal costs that record only."""
    Phone(exchange, BOT, AMINA).say("one")
    exchange.world.close()
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"type":"message","bot":1')
    assert len(open_world().world.messages) == 1


def test_ids_are_never_given_twice(exchange: Exchange, open_world: Open) -> None:
    """Neither a deleted message nor a confirmed update gives its id free, over a restart too."""
    phone = Phone(exchange, BOT, AMINA)
    (message,) = phone.say("one")
    (update,) = exchange.mailbox.waiting(BOT)
    phone.delete(message.id)
    exchange.mailbox.confirm(BOT, update.id)
    again = open_world()
    (later,) = Phone(again, BOT, AMINA).say("two")
    assert later.id == message.id + 1
    assert again.mailbox.waiting(BOT)[0].id == update.id + 1


def test_message_ids_run_through_all_chats_of_a_bot(exchange: Exchange) -> None:
    """Between two messages of one chat may lie those of another."""
    ids = [Phone(exchange, BOT, person).say("x")[0].id for person in (AMINA, BORIS, AMINA)]
    assert ids == [1, 2, 3]


async def test_an_offset_confirms_all_before_it(exchange: Exchange) -> None:
    """What is not confirmed comes again; a negative offset leaves only the newest."""
    phone = Phone(exchange, BOT, AMINA)
    for text in "abc":
        phone.say(text)
    first = await exchange.mailbox.poll(BOT, 0, 2, 0)
    assert [update["message"]["text"] for update in first] == ["a", "b"]
    assert await exchange.mailbox.poll(BOT, 0, 2, 0) == first
    rest = await exchange.mailbox.poll(BOT, first[0]["update_id"] + 1, 100, 0)
    assert [update["message"]["text"] for update in rest] == ["b", "c"]
    newest = await exchange.mailbox.poll(BOT, -1, 100, 0)
    assert [update["message"]["text"] for update in newest] == ["c"]
    assert len(exchange.mailbox.waiting(BOT)) == 1


async def test_a_second_poller_ends_the_first(exchange: Exchange) -> None:
    """The older poll gets the conflict, the newer one the update."""
    older = asyncio.create_task(exchange.mailbox.poll(BOT, 0, 100, 30))
    await asyncio.sleep(0)
    newer = asyncio.create_task(exchange.mailbox.poll(BOT, 0, 100, 30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    Phone(exchange, BOT, AMINA).say("x")
    assert len(await newer) == 1


async def test_a_duplicate_arrives_once_more(exchange: Exchange) -> None:
    """An update that was confirmed comes again when that was ordered, and only then."""
    exchange.mailbox.to_duplicate = 1
    Phone(exchange, BOT, AMINA).say("x")
    (first,) = await exchange.mailbox.poll(BOT, 0, 100, 0)
    offset = first["update_id"] + 1
    assert await exchange.mailbox.poll(BOT, offset, 100, 0) == [first]
    assert await exchange.mailbox.poll(BOT, offset, 100, 0) == []


async def test_a_reordered_update_arrives_after_its_successor(exchange: Exchange) -> None:
    """It is held back, and comes with its lower id once the next has been taken."""
    exchange.mailbox.to_reorder = 1
    phone = Phone(exchange, BOT, AMINA)
    phone.say("first")
    phone.say("second")
    (got,) = await exchange.mailbox.poll(BOT, 0, 100, 0)
    assert got["message"]["text"] == "second"
    (late,) = await exchange.mailbox.poll(BOT, got["update_id"] + 1, 100, 0)
    assert late["message"]["text"] == "first"


async def test_an_update_held_back_for_nobody_arrives_all_the_same(exchange: Exchange) -> None:
    """The last of a conversation has no successor to wait for, and is not lost for it."""
    exchange.mailbox.to_reorder = 1
    Phone(exchange, BOT, AMINA).say("last")
    (got,) = await exchange.mailbox.poll(BOT, 0, 100, 30)
    assert got["message"]["text"] == "last"


def test_updates_are_forgotten_after_a_day_and_presses_sooner(exchange: Exchange) -> None:
    """A bot that is down for three minutes never learns of a press; after a day, of nothing."""
    phone = Phone(exchange, BOT, AMINA)
    phone.say("x")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    body = {"text": "?", "reply_markup": keyboard}
    asked = exchange.add_message(BOT, AMINA, body, from_bot=True)
    phone.press(asked.id, row=0, column=0)
    assert len(exchange.mailbox.waiting(BOT)) == 2
    exchange.world.clock.ahead += PRESS_KEPT_SECONDS + 1
    assert ["message" in update.body for update in exchange.mailbox.waiting(BOT)] == [True]
    exchange.world.clock.ahead += KEPT_SECONDS
    assert exchange.mailbox.waiting(BOT) == []


def test_a_long_text_is_sent_in_several_messages(exchange: Exchange) -> None:
    """Phones split what is over the limit."""
    assert len(Phone(exchange, BOT, AMINA).say("word " * 1000)) == 2


def test_a_button_that_is_gone_cannot_be_pressed(exchange: Exchange) -> None:
    """Neither on a message without buttons nor on another person's."""
    phone = Phone(exchange, BOT, AMINA)
    (message,) = phone.say("x")
    with pytest.raises(Impossible):
        phone.press(message.id, row=0, column=0)
    with pytest.raises(Impossible):
        Phone(exchange, BOT, BORIS).press(MessageId(1), row=0, column=0)


def test_clearing_a_chat_is_not_told_to_the_bot(exchange: Exchange) -> None:
    """On the person's side alone the messages stay editable for the bot; for both they are gone."""
    phone = Phone(exchange, BOT, AMINA)
    phone.say("x")
    phone.clear()
    assert [message.hidden for message in exchange.world.thread(BOT, AMINA)] == [True]
    phone.clear(for_both=True)
    assert exchange.world.thread(BOT, AMINA) == []
    assert len(exchange.mailbox.waiting(BOT)) == 1


def test_sizes_of_pictures_are_read_from_their_heads() -> None:
    """PNG, GIF and JPEG say how large they are; anything else has no size."""
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    gif = b"GIF89a" + (640).to_bytes(2, "little") + (480).to_bytes(2, "little")
    frame = b"\xff\xc0\x00\x11\x08" + (480).to_bytes(2, "big") + (640).to_bytes(2, "big")
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab" + frame
    assert [picture_size(content) for content in (png, gif, jpeg, b"?")] == [(640, 480)] * 3 + [(0, 0)]
