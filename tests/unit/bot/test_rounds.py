"""Rounds: what goes wrong in one conversation, or once in the database, costs nobody else anything."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from telegram.error import BadRequest, NetworkError

from bot.intake import Intake, Step
from bot.record import Record
from bot.updates import Incoming, Said
from flows.session import decode_session
from storage import conversations
from storage.outbox import Intent
from storage.tables import conversations as table
from storage.tables import inbox, outbox
from tests.unit.bot.house import House

ANA, BEN = 7, 8


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A worker on an empty database."""
    built = await House.build(tmp_path)
    yield built
    await built.database.close()


async def waiting(house: House) -> int:
    """How many updates nobody has handled."""
    async with house.database.read() as tx:
        counted = await tx.execute(
            select(func.count()).select_from(inbox).where(inbox.c.handled_at.is_(None))
        )
        return int(counted.scalar_one())


def words(house: House, chat: int) -> list[str | None]:
    """What a conversation has kept."""
    return [note.text for note in decode_session(house.held(chat).record.session).words]


async def test_a_state_that_changed_behind_us_is_read_again(house: House) -> None:
    """A commit whose outcome is unknown: the next turn goes on from what is there, and nothing is overwritten."""
    await house.receive(ANA, "first")
    await house.settle()
    held = house.held(ANA)
    before, version = held.record, held.version
    await house.receive(ANA, "second")
    await house.settle()
    held.record, held.version = before, version  # as if we had never learned that the second was committed
    await house.receive(ANA, "third")
    await house.settle()

    assert words(house, ANA) == ["first", "second", "third"]


async def test_who_is_erased_while_something_is_sent_stops_nobody(house: House) -> None:
    """The removal of an old bubble has nowhere to go any more, and is let go."""
    await house.receive(ANA, "first")
    await house.settle()
    await house.receive(ANA, "/start")
    await house.rounds.round()
    async with house.database.write() as tx:
        await conversations.erase(tx, house.held(ANA).id)
    await house.sender.drain()
    await house.receive(BEN, "help")
    await house.settle()

    assert words(house, BEN) == ["help"]
    assert await waiting(house) == 0


async def test_a_clock_of_somebody_erased_begins_nothing(house: House) -> None:
    """Nobody is called chat 0; a person who comes back is answered."""
    await house.receive(ANA, "first")
    await house.settle()
    held = house.held(ANA)
    tick = house.journal.tick(held.id, held.chat, "silence", house.now)
    async with house.database.write() as tx:
        await conversations.erase(tx, held.id)
    house.holdings.drop([held])
    await house.journal.add([tick])
    await house.settle()
    await house.receive(ANA, "again")
    await house.settle()

    assert house.telegram.sent_to(0) == []
    assert words(house, ANA) == ["again"]


class Poisoned:
    """An intake with a bug that one message brings out."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def handle(self, record: Record, incoming: Incoming, **rest: Any) -> Step:
        """Fail on that message."""
        if isinstance(incoming.given, Said) and incoming.given.text == "poison":
            raise ZeroDivisionError
        return self._intake.handle(record, incoming, **rest)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._intake, name)


async def test_a_turn_that_always_fails_keeps_its_words_and_stops_nobody(house: House) -> None:
    """After a few attempts the words are kept without being understood; the others have long gone on."""
    house.rounds.intake = Poisoned(house.intake)
    await house.receive(ANA, "poison")
    await house.receive(BEN, "help")
    for _ in range(5):
        await house.settle(rounds=1)
        house.rounds.rests.clear()

    assert words(house, BEN) == ["help"]
    assert words(house, ANA) == ["poison"]
    assert await waiting(house) == 0


async def test_an_update_that_cannot_be_opened_stops_nobody(house: House) -> None:
    """A broken row waits; everybody else is served."""
    await house.receive(ANA, "first")
    house.journal.forget()
    async with house.database.write() as tx:
        await tx.execute(update(inbox).values(body=b"broken"))
    await house.receive(BEN, "help")
    await house.settle()

    assert words(house, BEN) == ["help"]
    assert await waiting(house) == 1


async def test_a_lost_answer_leaves_one_bubble_even_when_they_write_meanwhile(house: House) -> None:
    """The copy is found and taken away, whatever came in between."""
    lost = [True]

    def lose_the_first(method: str, _asked: dict[str, Any]) -> None:
        if method == "sendMessage" and lost:
            lost.clear()
            raise NetworkError("the answer was lost")

    house.telegram.trouble = lose_the_first
    await house.receive(ANA, "first")
    await house.settle(rounds=2)
    await house.receive(ANA, "second")
    await house.settle()

    place = house.held(ANA).place
    looked_at = [
        asked["message_id"] for method, asked in house.telegram.calls if method == "editMessageReplyMarkup"
    ]
    assert place.doubt is None
    assert place.bubble is not None
    assert looked_at[0] == 2
    assert looked_at[-1] == place.bubble - 1


async def test_an_older_screen_never_comes_after_a_newer_one(house: House) -> None:
    """An intent that was read before a newer one was sent is passed over."""
    await house.receive(ANA, "first")
    await house.rounds.round()
    async with house.database.read() as tx:
        (old,) = [row for row in await tx.execute(select(outbox)) if row.slot == "screen"]
    await house.sender.drain()
    await house.receive(ANA, "second")
    await house.settle()
    shown = house.held(ANA).shown
    house.sender.push(house.held(ANA), [Intent(*old)])
    before = len(house.telegram.calls)
    await house.sender.drain()

    assert house.held(ANA).shown == shown
    assert len(house.telegram.calls) == before


async def test_nobody_is_remembered_twice(house: House) -> None:
    """One conversation a chat, however many rounds."""
    for text in ("one", "two", "three"):
        await house.receive(ANA, text)
        await house.settle()

    async with house.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(table))).scalar_one() == 1


async def test_half_an_emoji_holds_up_nobody(house: House) -> None:
    """No Unicode: kept with a replacement sign, and the next update is read."""
    message = b'{"message_id": 1, "chat": {"id": 7}, "from": {"id": 7}, "text": "help \\ud83d"}'
    await house.journal.write([b'{"update_id": 77, "message": ' + message + b"}"])
    await house.receive(BEN, "help")
    await house.settle()

    assert words(house, ANA) == ["help ?"]
    assert words(house, BEN) == ["help"]


async def test_who_is_forgotten_keeps_no_question_on_the_phone(house: House) -> None:
    """The bubble is made neutral and taken away before nothing is known of it any more."""
    await house.receive(ANA, "/start")
    await house.settle()
    held = house.held(ANA)
    bubble, at = held.place.bubble, datetime.fromtimestamp(held.record.expires_at / 1000, UTC)
    await house.journal.add([house.journal.tick(held.id, held.chat, "expiry", at)])
    await house.settle()

    (covered, said), (deleted, asked) = house.telegram.calls[-2:]
    assert (covered, said["message_id"], said["text"]) == ("editMessageText", bubble, "Notes")
    assert said["reply_markup"] == {"inline_keyboard": []}
    assert (deleted, asked["message_ids"]) == ("deleteMessages", [bubble])


async def test_the_clock_never_writes_first(house: House) -> None:
    """When the bubble is gone from the phone, the end of a session sends nothing."""
    await house.receive(ANA, "help")
    await house.settle()

    def cleared(method: str, _asked: dict[str, Any]) -> None:
        if method == "editMessageText":
            raise BadRequest("message to edit not found")

    house.telegram.trouble = cleared
    held, known = house.held(ANA), len(house.telegram.calls)
    at = datetime.fromtimestamp(held.record.expires_at / 1000, UTC)
    await house.journal.add([house.journal.tick(held.id, held.chat, "expiry", at)])
    await house.settle()

    assert held.record.session is None
    assert "sendMessage" not in [method for method, _ in house.telegram.calls[known:]]
