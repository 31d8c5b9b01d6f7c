"""Sealing again, a new key for an old one, a case from a file, what a thief has of half of it; the real programs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import msgspec
import pytest
from sqlalchemy import select

from bot.keyring import load
from bot.sealing import unbox_revision
from bot.settings import Places, read_settings
from protocol.desk import Urgency
from protocol.errors import NoMatch
from protocol.rewrap import Rewrapped, rewrap_revision
from protocol.seal import seal
from responder.failures import CaseUnreadable
from responder.keyfile import generate_keys
from responder.unseal import unseal
from storage import cases, conversations, rewraps
from storage.audience import ALL, Reader
from storage.case import Revision
from storage.database import Database
from storage.tables import metadata
from tests.acceptance.colleagues import (
    PASSPHRASE,
    Colleague,
    code_of,
    countersigned,
    in_force,
    newcomer,
    openers,
    operator,
    ran,
    rosa,
    served,
)
from tests.acceptance.rig import Build, Rig
from tests.acceptance.test_regrades import in_danger


async def settled(rig: Rig) -> None:
    """Let the week be over."""
    database = Database(read_settings(Places, rig.settings).database)
    async with database.write() as tx:
        await rewraps.settle(tx, made_before=datetime.now(UTC) + timedelta(days=1), most=500)
    await database.close()


async def test_the_lost_key_drill(build: Build, http: aiohttp.ClientSession) -> None:
    """As RUNNING.md has it: a laptop is gone, its key is stopped and removed, a new one opens the old case."""
    rig = await build()
    worker = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    lost = sami.desk(http)
    await served(lost)
    await in_danger(rig)
    case = (await lost.next()).header.id

    # 1. Stop the key. 2. Remove the card. 3. Countersign the removal.
    await first.run("suspend", sami.card, "--reason", "lost")
    await operator(rig, "recipients", "remove", sami.card)
    await countersigned(first, sami.card)
    # 4. A new identity and card. 5. Countersign it.
    new = await newcomer(rig, worker, "Sami-2")
    await countersigned(first, new.card)
    await served(new.desk(http))
    with pytest.raises(CaseUnreadable):
        await new.desk(http).open(case)
    await new.desk(http).release(case)
    # 6. A colleague seals the old cases again. 7. The new key opens them.
    done = await first.told("rewrap", "--to", new.card[:8])
    assert [(each["case"], each["left"]) for each in done["cases"]] == [(case, 0)]

    opened = await new.told("open", case)
    assert opened["summary"]["assessment"]["urgency"] == "critical"
    assert opened["resealed_by"] == ["Rosa"]
    assert "Sealed again by Rosa." in await new.run("open", case)
    assert (await in_force(rig)) == {"Rosa": "in_force", "Sami-2": "in_force"}

    # What the lost key opens ends with the week for which the former files are kept.
    keys = (first.desk(http), new.desk(http), lost)
    assert {tuple(each) for each in await openers(rig, *keys)} == {(True, False, True)}
    await settled(rig)
    assert {tuple(each) for each in await openers(rig, *keys)} == {(True, True, False)}
    assert (await new.told("open", case))["resealed_by"] == ["Rosa"]


async def test_what_is_sealed_again_is_checked(build: Build, http: aiohttp.ClientSession) -> None:
    """By the holder's own key, of this case, for as many keys as there are cards, and never a colleague's case."""
    rig = await build()
    worker = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    mine, his = first.desk(http), sami.desk(http)
    await served(his)
    await in_danger(rig)
    case = (await mine.next()).header.id

    assert await code_of(his.client.sealed_to_rewrap(case)) == "not_holder"
    assert await his.client.to_rewrap() == ()
    await first.run("rewrap", case)
    former, *others = (await mine.client.sealed_to_rewrap(case)).revisions
    again = [each for each in others if each.key != former.key]
    assert again

    plaintext = unseal(former.sealed, [mine.identity])
    alone = rewrap_revision(former, plaintext, [mine.identity.recipient], mine.client.key)
    elsewhere = msgspec.structs.replace(former, revision=999)
    both = [mine.identity.recipient, his.identity.recipient]
    unknown = rewrap_revision(elsewhere, plaintext, both, mine.client.key)
    forged = rewrap_revision(former, plaintext, both, his.client.key)
    for revision in (former, alone, unknown, forged):
        assert await code_of(mine.client.rewrap(case, Rewrapped((revision,)))) == "body_bad"
    assert await code_of(his.client.rewrap(case, Rewrapped(tuple(again)))) == "body_bad"
    assert await code_of(his.client.rewrap(case, Rewrapped((forged,)))) == "not_holder"
    await mine.release(case)
    assert [each.id for each in await his.client.to_rewrap()] == [case]


async def test_a_new_key_signed_by_the_old_one(build: Build, http: aiohttp.ClientSession) -> None:
    """Rotation: the operator sees whose it is, colleagues countersign it as any other."""
    rig = await build()
    worker = await rig.start()
    first, sami = rosa(rig, worker), await newcomer(rig, worker, "Sami")
    await countersigned(first, sami.card)
    await served(sami.desk(http))
    folder = rig.folder / "sami-new"
    await sami.run("rotate", str(folder))
    (rig.folder / "sami-new.pass").write_text(PASSPHRASE)
    new = Colleague(rig, folder, worker)

    words = ("recipients", "add", str(folder / "succession.json"), "--server-url", worker.url)
    code, invite, said = await ran("wayout", rig.settings, *words)
    assert (code, "which follows Sami" in said) == (0, True)
    await new.run("enrol", invite.strip())
    await countersigned(first, new.card)
    await sami.run("roster", "--countersign", new.card, "--method", "other")
    await served(new.desk(http))


async def test_a_case_opens_from_a_file_with_no_server(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Sealed to one's own card, checked as ever; and any age file for the card."""
    rig = await build()
    worker = await rig.start()
    first = rosa(rig, worker)
    await in_danger(rig)
    case = (await first.desk(http).next()).header.id
    file, plain = tmp_path / "case.age", tmp_path / "plain.age"
    await first.run("rewrap", case)
    await first.run("open", case, "--save", str(file))
    await worker.stop()

    opened = await first.told("open", str(file))
    assert opened["summary"]["assessment"]["urgency"] == "critical"
    assert (opened["header"]["id"], opened["resealed_by"], opened["unread"]) == (case, ["Rosa"], [])
    plain.write_bytes(seal(b"as it was", [rig.keys.identity.recipient]))
    assert await first.run("open", str(plain)) == "as it was"
    plain.write_bytes(seal(b"for another", [generate_keys().identity.recipient]))
    assert "not sealed to this identity" in await first.run("open", str(plain), fails=True)


async def test_a_thief_opens_nothing_with_half_of_it(build: Build, http: aiohttp.ClientSession) -> None:
    """Neither database and a responder's identity, nor database and keyring, open anything; all three do."""
    rig = await build()
    worker = await rig.start()
    desk = rig.desk(worker, http)
    await in_danger(rig)
    case = (await desk.next()).header.id
    await desk.regrade(case, Urgency.CRITICAL, "seen")
    await worker.stop()
    places = read_settings(Places, rig.settings)
    keyring, database = load(places.keyring), Database(places.database)

    blobs = []
    async with database.read() as tx:
        for table in metadata.sorted_tables:
            for row in await tx.execute(select(table)):
                blobs += [value for value in row if isinstance(value, bytes)]
        files = [Revision(*row) for row in await tx.execute(select(metadata.tables["revisions"]))]
        found = await cases.find(
            tx, case, reader=Reader(rig.card, (("organisation", ALL),), datetime.now(UTC))
        )
        wrapped = await conversations.data_key(tx, found.conversation)
    await database.close()
    assert files
    # The identity alone, on every sealed value there is: none is an age file before the keyring has opened its box.
    assert not any(b"age-encryption.org" in blob for blob in blobs)
    # The keyring alone: it gets as far as the age files.
    assert wrapped is not None
    key = keyring.box.unwrap(wrapped, found.conversation)
    stranger = generate_keys().identity
    for each in (unbox_revision(one, key) for one in files):
        with pytest.raises(NoMatch):
            unseal(each.sealed, [stranger])
        assert unseal(each.sealed, [desk.identity])
