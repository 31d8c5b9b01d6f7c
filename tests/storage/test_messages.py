"""Messages of responders: kept in order, moved only forwards, gone with their case."""

from datetime import datetime, timedelta

import pytest

from storage import cases, conversations, messages
from storage.conversations import Stored
from storage.database import Database
from storage.messages import BEFORE, Fate, Message, MessageUnknownError, Told, TooLateError
from storage.way import way_to
from tests.storage.queue import ORGANISATION, fill, find, put

WEEK = timedelta(days=7)


def message(number: int, now: datetime, *, state: Fate = Fate.QUEUED, case: str = "a") -> Message:
    """A reply of Rosa's."""
    text = b"boxed text" if state is Fate.NEEDS_SECOND_LOOK else None
    name = f"{case}{number}"
    return Message(
        name, case, ORGANISATION, number, "reply", "rosa", state, b"boxed", text, now, now, now + WEEK
    )


async def keep(database: Database, *new: Message) -> None:
    """Write messages down."""
    async with database.write() as tx:
        for each in new:
            await messages.add(tx, each)


async def tell(database: Database, now: datetime, *told: tuple[str, Fate]) -> None:
    """What became of them."""
    async with database.write() as tx:
        await messages.tell(tx, [Told(*each) for each in told], now=now)


async def kept(database: Database, case: str = "a") -> list[Message]:
    """All of a case's."""
    async with database.read() as tx:
        return await messages.of_case(tx, case, recipient_class=ORGANISATION)


async def test_messages_come_back_in_order(database: Database, now: datetime) -> None:
    """Of this case and class alone."""
    await fill(database, now, put("a", now), put("b", now))
    await keep(database, message(1, now), message(0, now), message(0, now, case="b"))

    assert await kept(database) == [message(0, now), message(1, now)]
    async with database.read() as tx:
        assert await messages.of_case(tx, "a", recipient_class="embassy") == []


async def test_only_what_can_follow_is_believed(database: Database, now: datetime) -> None:
    """Word that comes late, such as that a note was shown which has been read since, changes nothing."""
    await fill(database, now, put("a", now))
    pairs = [(before, after) for before in Fate for after in BEFORE]
    await keep(database, *(message(number, now, state=before) for number, (before, _) in enumerate(pairs)))
    later = now + timedelta(minutes=1)

    await tell(database, later, *((f"a{number}", after) for number, (_, after) in enumerate(pairs)))

    for found, (before, after) in zip(await kept(database), pairs, strict=True):
        moved = before in BEFORE[after]
        assert (found.state, found.changed_at) == ((after, later) if moved else (before, now))
        assert found.text is None or not moved


async def test_a_move_that_cannot_be_made_is_refused(database: Database, now: datetime) -> None:
    """Taking back what stands on the screen already, say."""
    await fill(database, now, put("a", now))
    await keep(database, message(0, now, state=Fate.SHOWN_NOTE), message(1, now))
    async with database.write() as tx:
        shown = await messages.find(tx, "a", 0, recipient_class=ORGANISATION)
        with pytest.raises(TooLateError):
            await messages.move(tx, shown, Fate.WITHDRAWN, now=now)
        await messages.move(
            tx, await messages.find(tx, "a", 1, recipient_class=ORGANISATION), Fate.WITHDRAWN, now=now
        )

    assert [each.state for each in await kept(database)] == [Fate.SHOWN_NOTE, Fate.WITHDRAWN]


async def test_a_message_that_is_not_there_is_unknown(database: Database, now: datetime) -> None:
    """By number, and for another class."""
    await fill(database, now, put("a", now))
    await keep(database, message(0, now))
    for number, recipient_class in ((1, ORGANISATION), (0, "embassy")):
        async with database.write() as tx:
            with pytest.raises(MessageUnknownError):
                await messages.find(tx, "a", number, recipient_class=recipient_class)


async def test_a_new_case_has_a_way_back_until_the_bot_is_blocked(database: Database, now: datetime) -> None:
    """What waits is told so; what was read stays read; who comes back gets the rest."""
    await fill(database, now, put("a", now), put("b", now))
    states = [Fate.QUEUED, Fate.SHOWN_NOTE, Fate.READ, Fate.NEEDS_SECOND_LOOK]
    await keep(database, *(message(number, now, state=state) for number, state in enumerate(states)))
    await keep(database, message(0, now, case="b"))
    assert (await find(database, "a")).relay_open

    async with database.write() as tx:
        await messages.set_relay(tx, "conversation-a", is_open=False, now=now)
    assert not (await find(database, "a")).relay_open
    assert (await find(database, "b")).relay_open
    blocked = [Fate.BLOCKED, Fate.BLOCKED, Fate.READ, Fate.NEEDS_SECOND_LOOK]
    assert [each.state for each in await kept(database)] == blocked
    assert [each.state for each in await kept(database, "b")] == [Fate.QUEUED]

    async with database.write() as tx:
        await messages.set_relay(tx, "conversation-a", is_open=True, now=now)
    assert (await find(database, "a")).relay_open
    back = [Fate.QUEUED, Fate.QUEUED, Fate.READ, Fate.NEEDS_SECOND_LOOK]
    assert [each.state for each in await kept(database)] == back


async def test_what_nobody_opened_in_its_time_is_given_up(database: Database, now: datetime) -> None:
    """With its text, and not a moment before."""
    await fill(database, now, put("a", now))
    states = [Fate.QUEUED, Fate.NEEDS_SECOND_LOOK, Fate.READ, Fate.KEPT]
    await keep(database, *(message(number, now, state=state) for number, state in enumerate(states)))

    for moment, expected in (
        (now + WEEK - timedelta(seconds=1), states),
        (now + WEEK, [Fate.EXPIRED, Fate.EXPIRED, Fate.READ, Fate.KEPT]),
    ):
        async with database.write() as tx:
            await messages.expire(tx, now=moment)
        assert [each.state for each in await kept(database)] == expected
    assert [each.text for each in await kept(database)] == [None] * 4


async def test_messages_go_with_their_case(database: Database, now: datetime) -> None:
    """Erased at the person's request, and purged after the retention time."""
    await fill(database, now, put("a", now))
    await keep(database, message(0, now))

    async with database.write() as tx:
        await cases.remove(tx, "a")

    assert await kept(database) == []


async def test_the_way_back_is_the_chat(database: Database) -> None:
    """With the key that its words are boxed under; nothing once that was destroyed."""
    new = Stored("c" * 32, b"k" * 16, b"wrapped", b"state", 0, b"place")
    async with database.write() as tx:
        await conversations.create(tx, new, me="me")
        way = await way_to(tx, "c" * 32)
        await conversations.erase(tx, "c" * 32)
        gone = await way_to(tx, "c" * 32)

    assert way is not None
    assert (way.chat, way.data_key, way.state) == (b"k" * 16, b"wrapped", b"state")
    assert gone is None


async def test_where_no_chat_leads_any_more_the_key_is_there_still(database: Database) -> None:
    """They came back to another conversation: colleagues go on reading here."""
    new = Stored("c" * 32, b"k" * 16, b"wrapped", b"state", 0, b"place")
    async with database.write() as tx:
        await conversations.add(tx, new, me="me")
        way = await way_to(tx, "c" * 32)

    assert way is not None
    assert (way.chat, way.data_key) == (None, b"wrapped")
