"""Fetching: what is sent is held until a case may have it, sealed once it may, and never lost on the way."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from telegram.error import NetworkError, RetryAfter

from bot import fetching
from bot.attaching import Lost, Sealed, open_about
from bot.download import TooLargeError, UnavailableError
from bot.fetching import Fetching, piece_spot
from bot.fronts import MAIN
from bot.logs import Log
from bot.media import MOST_BYTES
from protocol.attachment import Missing, check_attachment, open_attachment
from protocol.card import Card
from protocol.roster import Roster, add_card, encode_roster
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.unseal import unseal
from storage import attachments, conversations
from storage.attachments import Attachment, Stage
from storage.tables import attachments as table
from storage.tables import pieces
from tests.unit.bot.house import House

ANA = 7
PHOTO = b"\xff\xd8\xff a picture of a gate"


class Shelf:
    """Telegram's files, by id; `trouble` may raise before one is handed out."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.trouble: Callable[[], None] = lambda: None
        self.before: Callable[[], Awaitable[None]] | None = None

    async def fetch(self, file: str) -> bytes:
        """One file."""
        self.fetched.append(file)
        self.trouble()
        if self.before is not None:
            await self.before()
        if file not in self.files:
            raise UnavailableError
        return self.files[file]


class Desk:
    """A house with somebody who sends files to it."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.shelf, self.folder = house, Shelf(), folder
        self.sealer = house.intake.talk.forwarding.sealer
        self.messages = 0
        self.fetching = self.anew()

    def anew(self) -> Fetching:
        """A process that begins."""
        box = self.house.keyring.box
        return Fetching(
            self.house.database, box, self.sealer, {MAIN: self.shelf}, Log(), me="me", clock=self.house.clock
        )

    async def send(
        self, body: bytes | None = PHOTO, *, unique: str = "u", size: int = 0, chat: int = ANA
    ) -> None:
        """A photo, which Telegram has unless there are no bytes."""
        self.messages += 1
        name = f"file-{self.messages}"
        if body is not None:
            self.shelf.files[name] = body
        photo = {"file_id": name, "file_unique_id": unique, "file_size": size, "width": 1, "height": 1}
        message = {"message_id": 100 + self.messages, "chat": {"id": chat}, "from": {"id": chat}}
        await self.house.update(message=message | {"photo": [photo], "date": 0})
        await self.house.settle()

    async def work(self, *, minutes: float = 0) -> None:
        """All that is due after so many minutes."""
        self.house.now += timedelta(minutes=minutes)
        while await self.fetching.step():
            pass

    async def rows(self) -> list[Attachment]:
        """What is written down."""
        async with self.house.database.read() as tx:
            return [Attachment.of(row) for row in await tx.execute(select(table).order_by(table.c.id))]

    async def stages(self) -> list[Stage]:
        """How far each is."""
        return [each.stage for each in await self.rows()]

    async def about(self, row: Attachment) -> Any:
        """What is known of one."""
        return open_about(row.about, await self.key(row), row.id)

    async def key(self, row: Attachment) -> Any:
        """The key of its conversation."""
        async with self.house.database.read() as tx:
            wrapped = await conversations.data_key(tx, row.conversation)
        assert wrapped is not None
        return self.house.keyring.box.unwrap(wrapped, row.conversation)

    async def opened(self, row: Attachment, reader: ResponderKeys) -> bytes:
        """Its bytes, as a responder gets them."""
        found, key, sealed = await self.about(row), await self.key(row), b""
        async with self.house.database.read() as tx:
            while (
                body := await attachments.piece(tx, row.id, len(sealed) // fetching.PIECE_BYTES, sealed=True)
            ) and (len(sealed) % fetching.PIECE_BYTES == 0):
                number = len(sealed) // fetching.PIECE_BYTES
                sealed += key.open(body, piece_spot(row.id, number, sealed=True))
        assert isinstance(found, Sealed)
        keys = {self.sealer.signing_key.id: self.sealer.signing_key.verify_key}
        check_attachment(found.seal, sealed, keys)
        return open_attachment(unseal(sealed, [reader.identity]), found.seal, keys)[1]

    async def count(self) -> int:
        """How many pieces there are."""
        async with self.house.database.read() as tx:
            return int((await tx.execute(select(func.count()).select_from(pieces))).scalar_one())

    def enrol(self) -> ResponderKeys:
        """Another responder instead of those before."""
        keys = generate_keys()
        card: Card = make_card(keys, name="Bashir", now=1_790_000_000)
        (self.folder / "recipients.json").write_text(encode_roster(add_card(Roster(), card)))
        assert self.sealer.recipients.refresh()
        return keys

    def removed(self) -> list[int]:
        """The person's messages that were taken off the screen."""
        calls = [asked for method, asked in self.house.telegram.calls if method == "deleteMessages"]
        return [each for asked in calls for each in asked["message_ids"] if each < 1000]


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Nobody has sent anything."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    house = await House.build(tmp_path)
    yield Desk(house, tmp_path)
    await house.database.close()


async def refuse(desk: Desk) -> None:
    """They choose a language and do not agree: from then on a photo asks for nothing."""
    for label in ("English", "I do not agree"):
        await press(desk, label)


async def press(desk: Desk, label: str) -> None:
    """Press a button of the newest screen."""
    shown = [asked for _, asked in desk.house.telegram.calls if "reply_markup" in asked and "text" in asked][
        -1
    ]
    buttons = [each for row in shown["reply_markup"]["inline_keyboard"] for each in row]
    data = next(each["callback_data"] for each in buttons if each["text"] == label)
    person, message = {"id": ANA}, {"message_id": 1001, "chat": {"id": ANA}}
    await desk.house.update(callback_query={"id": "1", "from": person, "message": message, "data": data})
    await desk.house.settle()


async def test_what_is_sent_is_sealed_and_leaves_the_screen(desk: Desk) -> None:
    """A photo asks for help: it goes straight into an age file, and only then off the phone."""
    reader = desk.enrol()
    await desk.send()
    assert (await desk.stages(), desk.removed()) == ([Stage.NOTED], [])
    kept = desk.house.held(ANA).place.kept
    assert [mark.message for mark in kept] == [101]

    await desk.work()
    await desk.house.sweep()
    await desk.house.settle()

    (row,) = await desk.rows()
    assert row.stage is Stage.SEALED
    assert await desk.opened(row, reader) == PHOTO
    assert desk.removed() == [101]
    assert desk.house.held(ANA).place.kept == ()


async def test_what_no_case_may_have_is_held(desk: Desk) -> None:
    """Under the conversation's key; sealed in its place as soon as they agree."""
    reader = desk.enrol()
    await desk.house.receive(ANA, "/start")
    await desk.house.settle()
    await refuse(desk)
    await desk.send()
    await desk.work()
    (row,) = await desk.rows()
    assert (row.stage, row.case) == (Stage.HELD, None)

    await desk.house.receive(ANA, "help me please")
    await desk.house.settle()
    await desk.work()

    (row,) = await desk.rows()
    assert row.stage is Stage.SEALED
    assert await desk.opened(row, reader) == PHOTO
    assert await desk.count() == 1


async def test_what_no_case_may_have_goes_with_its_session(desk: Desk) -> None:
    """They close the chat and never agreed: nothing is left of it."""
    await desk.house.receive(ANA, "/start")
    await desk.house.settle()
    await refuse(desk)
    await desk.send()
    await desk.work()
    assert await desk.count() == 1

    await desk.house.receive(ANA, "exit")
    await desk.house.settle()
    desk.house.now += timedelta(minutes=5)
    await desk.house.sweep()
    await desk.house.settle()

    assert await desk.rows() == []
    assert await desk.count() == 0


async def test_the_same_file_twice_is_two_of_the_case(desk: Desk) -> None:
    """Each message is told and taken away by itself; one update that comes twice is one."""
    await desk.send(unique="same")
    await desk.send(unique="same")
    await desk.work()
    await desk.house.sweep()
    await desk.house.settle()

    assert await desk.stages() == [Stage.SEALED] * 2
    assert sorted(desk.removed()) == [101, 102]


async def test_they_are_sealed_for_those_who_are_enrolled_then(desk: Desk) -> None:
    """Whoever was struck off while it was fetched cannot open it; whoever came can."""
    before = desk.enrol()
    await desk.send()
    now: list[ResponderKeys] = []

    async def change() -> None:
        now.append(desk.enrol())

    desk.shelf.before = change
    await desk.work()

    (row,) = await desk.rows()
    assert await desk.opened(row, now[0]) == PHOTO
    with pytest.raises(Exception, match="not sealed to this identity"):
        await desk.opened(row, before)


@pytest.mark.parametrize("trouble", [NetworkError, partial(RetryAfter, 7), UnavailableError, OSError])
async def test_trouble_passes(desk: Desk, trouble: Callable[..., Exception]) -> None:
    """It is tried again later, and meanwhile nothing is lost."""
    given = ("x",) if trouble is NetworkError else ()
    fails = [trouble(*given), trouble(*given)]

    def once() -> None:
        if fails:
            raise fails.pop()

    desk.shelf.trouble = once
    await desk.send()
    await desk.work()
    assert await desk.stages() == [Stage.NOTED]

    await desk.work(minutes=1)
    await desk.work(minutes=1)

    assert await desk.stages() == [Stage.SEALED]


async def test_what_telegram_does_not_have_is_told(desk: Desk) -> None:
    """After an hour or so of asking."""
    await desk.send(None)
    for _ in range(fetching.MOST_REFUSALS):
        await desk.work(minutes=16)

    (row,) = await desk.rows()
    assert (row.stage, await desk.about(row)) == (Stage.MISSING, Lost(Missing.GONE))
    assert len(desk.shelf.fetched) == fetching.MOST_REFUSALS
    await desk.work(minutes=60)
    assert len(desk.shelf.fetched) == fetching.MOST_REFUSALS


async def test_what_is_said_to_be_too_large_is_not_asked_for(desk: Desk) -> None:
    """And stays on the screen, where the only copy is."""
    await desk.send(b"", size=MOST_BYTES + 1)
    await desk.work()
    await desk.house.sweep()
    await desk.house.settle()

    (row,) = await desk.rows()
    assert await desk.about(row) == Lost(Missing.TOO_LARGE)
    assert (desk.shelf.fetched, desk.removed()) == ([], [])


async def test_what_is_larger_than_it_was_said_to_be(desk: Desk) -> None:
    """The source stops reading; and what comes is measured once more."""

    def refuse() -> None:
        raise TooLargeError

    desk.shelf.trouble = refuse
    await desk.send(size=10)
    await desk.work()
    desk.shelf.trouble = lambda: None
    await desk.send(bytes(MOST_BYTES + 1), size=10, unique="v")
    await desk.work()

    assert [await desk.about(row) for row in await desk.rows()] == [Lost(Missing.TOO_LARGE)] * 2


async def test_a_conversation_has_an_allowance(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond it is told as such, whatever size was claimed; another's is not touched by it."""
    monkeypatch.setattr(fetching, "ALLOWANCE_BYTES", 20_000)
    await desk.send(bytes(9000), unique="a")
    await desk.work()
    await desk.send(bytes(9000), unique="b", size=1)
    await desk.send(bytes(9000), unique="c", chat=8)
    await desk.work()

    by_chat: dict[str, list[Stage]] = {each.conversation: [] for each in await desk.rows()}
    for row in await desk.rows():
        by_chat[row.conversation].append(row.stage)
    assert sorted(map(sorted, by_chat.values())) == [[Stage.SEALED], [Stage.SEALED, Stage.MISSING]]
    lost = [row for row in await desk.rows() if row.stage is Stage.MISSING]
    assert await desk.about(lost[0]) == Lost(Missing.ALLOWANCE)


async def test_whoever_sends_many_keeps_nobody_waiting(desk: Desk) -> None:
    """One of each conversation comes first."""
    for number in range(5):
        await desk.send(unique=str(number))
    await desk.send(unique="other", chat=8)
    await desk.fetching.step()
    await desk.fetching.step()

    done = [row for row in await desk.rows() if row.stage is Stage.SEALED]
    assert len({row.conversation for row in done}) == 2


async def test_a_process_that_died_leaves_its_work_to_the_next(desk: Desk) -> None:
    """Taken, and half written: the next one begins it anew."""

    def die() -> None:
        raise KeyboardInterrupt

    desk.shelf.trouble = die
    await desk.send()
    with pytest.raises(KeyboardInterrupt):
        await desk.fetching.step()
    desk.shelf.trouble = lambda: None
    desk.fetching = desk.anew()
    await desk.work()

    assert await desk.stages() == [Stage.SEALED]
    assert await desk.count() == 1


async def test_a_file_of_somebody_who_was_erased_meanwhile(desk: Desk) -> None:
    """Nothing is written after the key is gone."""
    await desk.send()
    conversation = desk.house.held(ANA).id

    async def erase() -> None:
        async with desk.house.database.write() as tx:
            await conversations.erase(tx, conversation)

    desk.shelf.before = erase
    await desk.work()

    assert (await desk.rows(), await desk.count()) == ([], 0)


async def test_a_large_file_lies_in_pieces(desk: Desk) -> None:
    """Each of a mebibyte at most, in their order."""
    reader = desk.enrol()
    body = bytes(range(256)) * 12_000
    await desk.send(body)
    await desk.work()

    (row,) = await desk.rows()
    assert await desk.count() == 4
    assert await desk.opened(row, reader) == body


async def test_the_rest_of_the_disk_is_kept_for_words(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files wait until there is room again; what is written goes on."""
    with monkeypatch.context() as full:
        full.setattr(fetching, "KEEP_FREE_BYTES", 2**62)
        await desk.send()
        await desk.work()
        assert await desk.stages() == [Stage.NOTED]

    await desk.work()
    assert await desk.stages() == [Stage.SEALED]
