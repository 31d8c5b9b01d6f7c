"""Rotation of the key at rest: cut off anywhere it goes on, no key is lost, and nobody writes under the old one."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, func, insert, select

from bot.chain import Chain, try_keys
from bot.failures import KeyringError, RecipientsError, SetupError
from bot.keyring import add_key, create, drop_old_keys, load
from bot.lockfile import lock
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.rotation import rotate
from bot.settings import Places
from protocol.audit import Act
from protocol.roster import Roster, encode_roster
from protocol.signing import SigningKey
from storage import schema, workers
from storage.audit_tables import audit
from storage.box import DataKey, Spot
from storage.database import Database
from storage.tables import conversations
from tests.unit.protocol.test_changes import ROSA

ROWS = 7


class CutError(Exception):
    """The power went."""


class House:
    """A server's folder: keyring, recipients, and a database with some conversations."""

    def __init__(self, folder: Path, url: str, now: datetime) -> None:
        self.settings = Places(data_dir=folder, database_url=url)
        self.now = now
        self.keys = {f"c{number}": DataKey.generate() for number in range(ROWS)}

    async def fill(self) -> None:
        """As a bot leaves it that began and was stopped."""
        create(self.settings.keyring)
        self.settings.recipients.write_text(encode_roster(Roster((ROSA.card,))))
        box = load(self.settings.keyring).box
        database = Database(self.settings.database)
        await schema.migrate(database)
        await self.begin(database)
        async with database.write() as tx:
            for name, key in self.keys.items():
                row = {"id": name, "data_key": box.wrap(key, name), "version": 0}
                await tx.execute(insert(conversations), row)
        await database.close()

    async def begin(self, database: Database) -> None:
        """What every process does first."""
        keyring = load(self.settings.keyring)
        recipients = RecipientsFile(self.settings.recipients)
        chain = Chain(database, keyring.box, recipients, SigningKey(keyring.signing), Log())
        await chain.begin(self.now)

    async def everything_opens(self) -> bool:
        """Whether a process that starts now could read all of it."""
        box = load(self.settings.keyring).box
        database = Database(self.settings.database)
        try:
            await self.begin(database)
            async with database.read() as tx:
                rows = await tx.execute(select(conversations.c.id, conversations.c.data_key))
                return {name: box.unwrap(wrapped, name) for name, wrapped in rows} == self.keys
        finally:
            await database.close()

    def ids(self) -> list[str]:
        """The ids of the keys at rest, the newest last."""
        return [each["id"] for each in msgspec.json.decode(self.settings.keyring.read_bytes())["at_rest"]]


@pytest.fixture
async def house(tmp_path: Path, database_url: str, now: datetime) -> House:
    """On each database."""
    made = House(tmp_path, database_url, now)
    await made.fill()
    return made


def nothing(_table: str, _count: int) -> None:
    """Whoever does not listen."""


async def test_a_new_key_takes_the_old_ones_place(house: House) -> None:
    """All is readable, the old key is nowhere, the file is the owner's alone, and the audit says so."""
    (old,) = house.ids()
    told: list[tuple[str, int]] = []

    done = await rotate(house.settings, house.now, lambda *each: told.append(each), most=3)

    (new,) = house.ids()
    assert new != old
    assert done == ROWS + 1
    assert told == [("conversations", 3), ("conversations", 6), ("conversations", 7)]
    assert await house.everything_opens()
    assert house.settings.keyring.stat().st_mode & 0o777 == 0o600
    assert not list(house.settings.data_dir.glob(".*.new"))
    database = Database(house.settings.database)
    async with database.read() as tx:
        wanted = select(func.count()).select_from(audit).where(audit.c.act == Act.KEYS_ROTATED)
        assert (await tx.execute(wanted)).scalar_one() == 1
    await database.close()


@pytest.mark.parametrize("batch", range(3))
async def test_cut_off_after_any_batch_it_goes_on(house: House, batch: int) -> None:
    """Both keys are in the file meanwhile, a bot can run with them, and the next call finishes."""
    batches: list[int] = []

    def cut(_table: str, count: int) -> None:
        batches.append(count)
        if len(batches) > batch:
            raise CutError

    with pytest.raises(CutError):
        await rotate(house.settings, house.now, cut, most=3)
    between = house.ids()
    assert len(between) == 2
    assert await house.everything_opens()

    rest = await rotate(house.settings, house.now, nothing, most=3)

    assert rest == ROWS - batches[-1]
    assert house.ids() == between[1:]
    assert await house.everything_opens()


async def test_cut_off_before_the_first_batch_or_after_the_last_it_goes_on(house: House) -> None:
    """The key that was added is the one that is gone on with; a file half written beside it is nothing."""
    add_key(house.settings.keyring)
    between = house.ids()
    house.settings.keyring.with_name(".keyring.json.new").write_bytes(b"{")
    before = house.settings.keyring.read_bytes()

    assert await rotate(house.settings, house.now, nothing) == ROWS + 1
    assert house.ids() == between[1:]

    house.settings.keyring.write_bytes(before)
    assert await rotate(house.settings, house.now, nothing) == 0
    assert house.ids() == between[1:]


async def test_while_a_bot_runs_nothing_is_begun(house: House) -> None:
    """It would go on writing under a key that is about to go."""
    before = house.settings.keyring.read_bytes()
    database = Database(house.settings.database)
    held = lock(database)
    async with database.write() as tx:
        await workers.enter(tx, "me", now=await workers.clock(tx, house.now), alone=False)

    with pytest.raises(SetupError, match=r"another process works on|a bot is running"):
        await rotate(house.settings, house.now, nothing)

    assert house.settings.keyring.read_bytes() == before
    if held is not None:
        held.close()
    async with database.write() as tx:
        await workers.leave(tx, "me")
    await database.close()
    await rotate(house.settings, house.now, nothing)
    assert await house.everything_opens()


async def test_what_was_begun_goes_on_beside_a_bot(house: House) -> None:
    """A bot that was started since has both keys: it need not be stopped again."""

    def cut(_table: str, _count: int) -> None:
        raise CutError

    with pytest.raises(CutError):
        await rotate(house.settings, house.now, cut, most=3)
    database = Database(house.settings.database)
    held = lock(database)
    async with database.write() as tx:
        await workers.enter(tx, "me", now=await workers.clock(tx, house.now), alone=False)

    assert await rotate(house.settings, house.now, nothing) == ROWS - 3

    await database.close()
    if held is not None:
        held.close()


async def test_whoever_has_the_old_keyring_neither_starts_nor_rotates(house: House) -> None:
    """On another machine, or restored from a copy: it would write what nobody opens."""
    old = house.settings.data_dir / "old.json"
    shutil.copy(house.settings.keyring, old)
    await rotate(house.settings, house.now, nothing)
    new = house.settings.keyring.read_bytes()
    stale = house.settings.model_copy(update={"keyring_file": old})

    with pytest.raises(RecipientsError, match="KeyMissingError") as problem:
        await rotate(stale, house.now, nothing)
    assert "copy the newest keyring" in problem.value.hint
    house.settings = stale
    with pytest.raises(RecipientsError, match="KeyMissingError"):
        await house.everything_opens()
    assert (house.settings.data_dir / "keyring.json").read_bytes() == new


async def test_a_row_that_was_changed_keeps_the_old_key(house: House) -> None:
    """The operator decides what it is; both keys stay, and everything else goes on opening."""
    box = load(house.settings.keyring).box
    database = Database(house.settings.database)
    async with database.write() as tx:
        moved = box.seal(b"key", Spot("conversations", "elsewhere", "data_key"))
        await tx.execute(insert(conversations), {"id": "moved", "data_key": moved, "version": 0})

    with pytest.raises(KeyringError, match="a row of conversations does not open"):
        await rotate(house.settings, house.now, nothing)
    assert len(house.ids()) == 2

    async with database.write() as tx:
        await tx.execute(delete(conversations).where(conversations.c.id == "moved"))
    await database.close()
    await rotate(house.settings, house.now, nothing)
    assert len(house.ids()) == 1
    assert await house.everything_opens()


def test_a_file_that_cannot_be_replaced_is_as_it_was(tmp_path: Path) -> None:
    """Nothing is in its place before the new one is whole."""
    path = tmp_path / "keyring.json"
    create(path)
    before = path.read_bytes()
    (tmp_path / ".keyring.json.new").mkdir()

    for change in (add_key, drop_old_keys):
        with pytest.raises(KeyringError, match="cannot be replaced"):
            change(path)
    assert path.read_bytes() == before


async def test_a_process_that_was_silent_through_a_rotation_does_not_enter(house: House) -> None:
    """Its keyring is from before: it stops, instead of writing under a key that is gone."""
    box = load(house.settings.keyring).box
    await rotate(house.settings, house.now + timedelta(minutes=1), nothing)
    database = Database(house.settings.database)

    async with database.write() as tx:
        with pytest.raises(RecipientsError):
            await try_keys(tx, box)
        await try_keys(tx, load(house.settings.keyring).box)
    await database.close()
