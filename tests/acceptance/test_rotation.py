"""Rotating the server's key with the real programs: all that was there is there after, also after a kill."""

import asyncio
import os
import secrets
import shutil
import signal
from pathlib import Path

import aiohttp
import msgspec
from sqlalchemy import delete, insert, select, text

from bot.keyring import load
from bot.settings import Places, read_settings
from responder.linkage import linkage_key
from storage.box import KEY_ID_BYTES, DataKey
from storage.database import Database
from storage.resealing import CLOSED
from storage.tables import conversations, workers
from tests.acceptance.colleagues import countersigned, in_force, newcomer, operator, ran, rosa
from tests.acceptance.rig import BIN, Build, Rig, until
from tests.acceptance.test_regrades import in_danger
from tests.conftest import Postgres

MANY = 3000
BUSY = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
)


def places(rig: Rig) -> Places:
    """Where everything lies."""
    return read_settings(Places, rig.settings)


def clean() -> dict[str, str]:
    """An environment without settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("WAYOUT_")}


def ids(keyring: Path) -> list[str]:
    """The ids of the keys at rest, the newest last."""
    return [each["id"] for each in msgspec.json.decode(keyring.read_bytes())["at_rest"]]


async def under(rig: Rig) -> dict[str, set[str]]:
    """By table, the ids of the keys that something lies under."""
    database = Database(places(rig).database)
    found = {}
    async with database.read() as tx:
        for closed in CLOSED:
            rows = await tx.execute(select(closed.column).where(closed.column.is_not(None)))
            found[closed.column.table.name] = {bytes(sealed[:KEY_ID_BYTES]).hex() for (sealed,) in rows}
    await database.close()
    return found


async def test_everything_is_there_after_a_rotation(
    build: Build, http: aiohttp.ClientSession, database_url: str
) -> None:
    """A case, a conversation in progress, the roster with what is pending, a stopped key, a linkage key."""
    rig = await build(WAYOUT_DATABASE_URL=database_url)
    worker = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    pending = await newcomer(rig, worker, "Chen")
    await countersigned(first, pending.card)
    secret = (await linkage_key(first.desk(http))).secret
    await first.run("suspend", sami.card, "--reason", "lost")
    await in_danger(rig)
    case = (await first.desk(http).next()).header.id
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")
    await ana.hear()
    await ana.press("English")
    await ana.expect(lambda screen: "It is safe. I agree" in screen.labels)

    code, _, problem = await ran("wayout", rig.settings, "keys", "rotate")
    assert code == 1
    assert "another process works on" in problem or "a bot is running" in problem
    await worker.stop()
    (old,) = ids(places(rig).keyring)
    before = await under(rig)
    shutil.copy(places(rig).keyring, rig.folder / "old.json")
    (rig.folder / "old.json").chmod(0o600)
    assert all(before[name] == {old} for name in ("roster_changes", "conversations", "flows", "linkage"))
    assert before["countersignatures"] == before["suspensions"] == {old}

    told = await operator(rig, "keys", "rotate")

    (new,) = ids(places(rig).keyring)
    assert "the old key is gone" in told
    assert {name: {new} for name, keys in before.items() if keys} == {
        name: keys for name, keys in (await under(rig)).items() if keys
    }
    again = await rig.start()
    await ana.press("It is safe. I agree")
    await ana.expect(lambda screen: "None of these" in screen.labels and len(screen.bubbles) == 1)
    here = rosa(rig, again)
    here.worker = again
    assert (await here.desk(http).open(case)).sessions
    assert (await linkage_key(here.desk(http))).secret == secret
    assert await in_force(rig) == {"Rosa": "in_force", "Sami": "suspended", "Chen": "proposed"}
    assert '"whole":true' in await operator(rig, "audit", "verify", "--json")
    await again.stop()
    environment = {**clean(), **rig.settings, "WAYOUT_KEYRING_FILE": str(rig.folder / "old.json")}
    stale = await asyncio.create_subprocess_exec(
        BIN / "wayout", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await stale.communicate()
    assert stale.returncode == 1
    assert b"copy the newest keyring" in said


async def test_a_kill_in_the_middle_loses_no_key(build: Build, database_url: str) -> None:
    """As a power cut between two batches: the bot starts with both keys, and the next call finishes."""
    rig = await build(WAYOUT_DATABASE_URL=database_url)
    await (await rig.start()).stop()
    keys = await many_conversations(rig)
    process = await asyncio.create_subprocess_exec(
        BIN / "wayout", "keys", "rotate", env=clean() | rig.settings, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    assert (await process.stderr.readline()).startswith(b"conversations: ")
    process.kill()
    await process.wait()

    between = ids(places(rig).keyring)
    assert len(between) == 2
    assert (await under(rig))["conversations"] == set(between)
    assert await opened(rig) == keys
    _, checked, _ = await ran("wayout", rig.settings, "check")
    assert "a rotation is not finished" in checked
    worker = await rig.start()
    if database_url.startswith("postgresql"):
        await operator(rig, "keys", "rotate")
        await worker.stop()
    else:
        await worker.stop()
        await operator(rig, "keys", "rotate")

    assert ids(places(rig).keyring) == between[1:]
    assert await opened(rig) == keys
    await rig.start()


async def test_a_process_that_slept_through_a_rotation_stops(build: Build, postgres: Postgres) -> None:
    """Believed dead, as a machine whose network went: it comes back with the old keyring, and writes nothing."""
    rig = await build(WAYOUT_DATABASE_URL=postgres.create())
    worker = await rig.start()
    database = Database(places(rig).database)

    async def asleep() -> bool:
        """Stopped between two transactions, so that it holds no lock."""
        worker.process.send_signal(signal.SIGSTOP)
        async with database.read() as tx:
            if (await tx.execute(BUSY)).scalar_one() == 0:
                return True
        worker.process.send_signal(signal.SIGCONT)
        return False

    await until(asleep)
    async with database.write() as tx:
        await tx.execute(delete(workers))
    await database.close()

    await operator(rig, "keys", "rotate")
    worker.process.send_signal(signal.SIGCONT)

    assert await worker.process.wait() == 1
    assert "copy the newest keyring" in worker.log.read_text()
    assert {key for keys in (await under(rig)).values() for key in keys} == set(ids(places(rig).keyring))


async def many_conversations(rig: Rig) -> dict[str, bytes]:
    """Data keys for more than some batches; each conversation looks as one in which a worker died."""
    box, keys = (
        load(places(rig).keyring).box,
        {secrets.token_hex(16): DataKey.generate() for _ in range(MANY)},
    )
    database = Database(places(rig).database)
    async with database.write() as tx:
        rows = [
            {"id": name, "data_key": box.wrap(key, name), "version": 0, "worker": "somebody"}
            for name, key in keys.items()
        ]
        await tx.execute(insert(conversations), rows)
    await database.close()
    return {name: key.secret for name, key in keys.items()}


async def opened(rig: Rig) -> dict[str, bytes]:
    """Every data key, with the keyring as it is."""
    box = load(places(rig).keyring).box
    database = Database(places(rig).database)
    async with database.read() as tx:
        rows = (await tx.execute(select(conversations.c.id, conversations.c.data_key))).all()
    await database.close()
    return {name: box.unwrap(wrapped, name).secret for name, wrapped in rows}
