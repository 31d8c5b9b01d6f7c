"""Copies of the database: whole, of one moment, sealed to a key elsewhere; put back into an empty one alone."""

import asyncio
import io
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import Table, insert, select

from bot import auditor
from bot.backup import back_up, restore
from bot.cli import main
from bot.failures import RecipientsError, SetupError
from bot.keyring import create
from bot.settings import Places
from protocol.audit import Act
from protocol.card import encode_card
from responder.identity import generate_identity
from responder.keyfile import generate_keys, make_card
from responder.unseal import unseal
from storage import dump, schema
from storage.audit_tables import audit, audit_end
from storage.database import Database
from storage.tables import attachments, conversations, newcomers, nonces, pieces, workers
from tests.conftest import Postgres
from tests.storage.queue import fill, put
from tests.unit.bot.test_rotation import House

OFFLINE = generate_identity()


@pytest.fixture
async def house(tmp_path: Path, database_url: str, now: datetime) -> House:
    """A server with conversations, cases, a file in many pieces, and processes that are alive."""
    made = House(tmp_path, database_url, now)
    await made.fill()
    database = Database(database_url)
    await fill(database, now, *(put(f"case{each}", now) for each in range(3)))
    async with database.write() as tx:
        row = {"id": "f", "conversation": "c1", "recipient_class": "organisation", "state": 1, "about": b"-"}
        await tx.execute(insert(attachments), row)
        for number in range(20):
            body = {"attachment": "f", "sealed": False, "number": number, "body": bytes([number]) * 20_000}
            await tx.execute(insert(pieces), body)
        await tx.execute(insert(workers), {"id": "me", "alive_until": now})
    await database.close()
    return made


async def plaintext(house: House) -> bytes:
    """A copy, opened where its key is."""
    written: list[bytes] = []
    await back_up(house.settings, [OFFLINE.recipient], written.append, house.now)
    assert max(map(len, written)) < 2**20
    return unseal(b"".join(written), [OFFLINE])


def empty(house: House, folder: Path, url: str) -> Places:
    """A new machine with the same keyring."""
    return Places(data_dir=folder, database_url=url, keyring_file=house.settings.keyring)


async def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows that are copied, but for what the commands wrote into the audit."""
    database = Database(url)
    found = {}
    async with database.read() as tx:
        for name, table in dump.tables().items():
            wanted = select(table).order_by(*table.primary_key)
            if table is audit:
                wanted = wanted.where(audit.c.act != Act.RESTORED)
            if table is not audit_end:
                found[name] = [tuple(row) for row in await tx.execute(wanted)]
    await database.close()
    return found


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_a_copy_is_put_back_whole(house: House, to: str, tmp_path: Path, postgres: Postgres) -> None:
    """Into either database; the audit goes on behind it, and no process is alive there."""
    opened = await plaintext(house)
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db" if to == "sqlite" else postgres.create()
    settings = empty(house, tmp_path / "new", url)

    await restore(settings, io.BytesIO(opened), house.now)

    assert await everything(url) == await everything(house.settings.database)
    assert (await auditor.verify(settings, [], "")).whole
    database = Database(url)
    async with database.read() as tx:
        assert (await tx.execute(select(workers.c.id))).all() == []
        acts = (await tx.execute(select(audit.c.act).order_by(audit.c.number))).scalars().all()
    await database.close()
    assert acts[-2:] == [Act.BACKED_UP, Act.RESTORED]


async def test_only_an_empty_database_is_filled(house: House) -> None:
    """What is there is never mixed with what was."""
    opened, before = await plaintext(house), await everything(house.settings.database)

    with pytest.raises(SetupError, match="not empty"):
        await restore(house.settings, io.BytesIO(opened), house.now)

    assert await everything(house.settings.database) == before


@pytest.mark.parametrize("spoil", ["cut", "frame", "row", "more", "sealed", "nothing"])
async def test_what_is_not_whole_changes_nothing(house: House, tmp_path: Path, spoil: str) -> None:
    """All of it or nothing; it can be tried again."""
    opened = await plaintext(house)
    spoiled = {
        "cut": opened[:-1],
        "frame": opened[: len(opened) // 2],
        "row": opened.replace(b"case1", b"case0"),
        "more": opened + opened[-10:],
        "sealed": b"age-encryption.org/v1\n" + opened,
        "nothing": b"",
    }[spoil]
    settings = empty(house, tmp_path, f"sqlite+aiosqlite:///{tmp_path}/new.db")

    with pytest.raises(SetupError) as problem:
        await restore(settings, io.BytesIO(spoiled), house.now)

    assert str(problem.value).startswith(
        "this copy is still sealed" if spoil == "sealed" else "this is no whole copy"
    )
    await restore(settings, io.BytesIO(opened), house.now)


async def test_another_version_or_another_keyring_is_refused(house: House, tmp_path: Path) -> None:
    """It says which version made it; a copy without its keyring is worth nothing."""
    opened = await plaintext(house)
    version = msgspec.msgpack.encode(schema.newest())
    settings = empty(house, tmp_path, f"sqlite+aiosqlite:///{tmp_path}/new.db")

    with pytest.raises(SetupError, match="this copy is of schema"):
        await restore(settings, io.BytesIO(opened.replace(version, version[:-1] + b"x", 1)), house.now)
    create(tmp_path / "other.json")
    other = settings.model_copy(update={"keyring_file": tmp_path / "other.json"})
    with pytest.raises(RecipientsError, match="KeyMissingError"):
        await restore(other, io.BytesIO(opened), house.now)

    await restore(settings, io.BytesIO(opened), house.now)


async def test_every_column_is_in_it(house: House) -> None:
    """A table that is not copied is one about processes that run."""
    assert set(dump.metadata.tables) - set(dump.tables()) == {"workers", "leases"}
    copied = await plaintext(house)
    assert all(name.encode() in copied for name in dump.tables())


async def test_a_batch_ends_anywhere(database: Database, now: datetime) -> None:
    """More rows than one batch, by a name, a time, and two columns; each comes once."""
    filled: dict[Table, list[dict[str, object]]] = {
        conversations: [{"id": f"c{number:05}", "data_key": b"k", "version": 0} for number in range(1201)],
        newcomers: [{"since": now + number * timedelta(minutes=10), "count": 1} for number in range(1201)],
        nonces: [{"key": f"{n % 3}", "nonce": f"{n:05}", "seen_at": now} for n in range(1201)],
    }
    for table, rows in filled.items():
        async with database.write() as tx:
            await tx.execute(insert(table), rows)
        async with database.read() as tx:
            await dump.hold_still(tx)
            batches = [batch async for batch in dump.rows(tx, table)]

        assert [len(batch) for batch in batches] == [500, 500, 201]
        assert len({str(row) for batch in batches for row in batch}) == len(rows)


async def test_the_commands(house: House, tmp_path: Path) -> None:
    """`backup` writes a file for its owner alone and never over another; `restore` takes what was opened."""
    environment = {"WAYOUT_DATA_DIR": str(tmp_path), "WAYOUT_DATABASE_URL": house.settings.database}
    file, card = tmp_path / "copy.age", tmp_path / "card.json"
    keys = generate_keys()
    card.write_text(encode_card(make_card(keys, name="Offline", now=1)))

    async def run(*words: str, given: bytes = b"", **settings: str) -> tuple[int, str]:
        invoke = partial(CliRunner().invoke, main, list(words), input=given, env=environment | settings)
        done = await asyncio.to_thread(invoke)
        return done.exit_code, done.stdout + done.stderr

    to = ("--to", str(OFFLINE.recipient), "--to", str(card))
    assert (await run("backup", str(file), *to))[0] == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert "exists" in (await run("backup", str(file), *to))[1]
    assert "give age1" in (await run("backup", str(tmp_path / "b.age"), "--to", "nobody.json"))[1]
    nowhere = {"WAYOUT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/nowhere.db"}
    assert (await run("backup", str(tmp_path / "b.age"), *to, **nowhere))[0] == 1
    assert not (tmp_path / "b.age").exists()

    code, said = await run("restore", str(file), **nowhere)
    assert code == 1
    assert "age -d -i" in said
    opened = unseal(file.read_bytes(), [keys.identity])
    code, said = await run("restore", "-", given=opened, **nowhere)
    assert code == 0, said
    assert "purge them again" in said
