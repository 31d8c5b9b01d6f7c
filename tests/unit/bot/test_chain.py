"""The roster's log on the server: how it begins, whom it has, and a database in which somebody wrote."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.chain import Chain
from bot.failures import RecipientsError
from bot.logs import Log
from bot.recipients import RecipientsFile
from protocol.audience import RecipientClass
from protocol.changes import ChangeKind
from protocol.errors import CardUnknown
from protocol.roster import Roster, encode_roster
from storage import people, schema, staffing
from storage.box import Box
from storage.database import Database
from storage.people_tables import roster_changes
from tests.conftest import NOON
from tests.unit.protocol.test_changes import EMBASSY, LIN, ROSA, SAMI, SERVER, Somebody

BOX = Box({"00000001": secrets.token_bytes(32)})


class Hotline:
    """A database and a recipients file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "recipients.json"
        self.database = Database(f"sqlite+aiosqlite:///{folder}/wayout.db")

    def write(self, *cards: Somebody) -> None:
        """The operator's file."""
        self.file.write_text(encode_roster(Roster(tuple(each.card for each in cards))))

    async def start(self, *cards: Somebody) -> Chain:
        """A process that begins with this file."""
        if cards:
            self.write(*cards)
        await schema.migrate(self.database)
        chain = Chain(self.database, BOX, RecipientsFile(self.file), SERVER, Log())
        await chain.begin(NOON)
        return chain


@pytest.fixture
def hotline(tmp_path: Path) -> Hotline:
    """A new one."""
    return Hotline(tmp_path)


async def test_the_first_card_of_the_organisation_begins_it(hotline: Hotline) -> None:
    """Everybody else is proposed, also those who were enrolled before the first start."""
    chain = await hotline.start(EMBASSY, ROSA, SAMI)

    assert set(chain.recipients.now.keys) == {ROSA.id}
    assert {each.cards[0] for each in chain.proposals()} == {EMBASSY.card, SAMI.card}
    assert [each.kind for each in chain.proposals()] == [ChangeKind.ADD] * 2
    assert set((await hotline.start()).circle.members) == {ROSA.id}
    await hotline.database.close()


async def test_whoever_worked_here_before_there_was_a_log_stays(hotline: Hotline) -> None:
    """An upgrade locks no colleague out."""
    await schema.migrate(hotline.database)
    async with hotline.database.write() as tx:
        await staffing.seen(tx, SAMI.id, now=NOON - timedelta(days=1))

    chain = await hotline.start(ROSA, SAMI, LIN)

    assert set(chain.recipients.now.keys) == {ROSA.id, SAMI.id}
    await hotline.database.close()


async def test_where_file_and_log_share_nobody_it_begins_anew(hotline: Hotline) -> None:
    """As after everybody's key was lost; the old log stays in front, so that whoever saw it notices."""
    await hotline.start(ROSA)

    chain = await hotline.start(LIN)

    assert (set(chain.circle.members), chain.circle.number, chain.circle.begun) == ({LIN.id}, 1, 1)
    await hotline.database.close()


@pytest.mark.parametrize("written", [b"", b"0000" * 20])
async def test_whoever_writes_the_database_adds_nobody(hotline: Hotline, written: bytes) -> None:
    """A row that the keyring did not close stops the start."""
    await hotline.start(ROSA, SAMI)
    async with hotline.database.write() as tx:
        await tx.execute(update(roster_changes).values(body=written))

    with pytest.raises(RecipientsError, match="cannot be followed"):
        await hotline.start()
    await hotline.database.close()


async def test_a_log_that_was_deleted_brings_in_nobody_who_is_not_in_the_file(hotline: Hotline) -> None:
    """It begins anew with the file's first card, which rings on responders' computers."""
    await hotline.start(ROSA)
    async with hotline.database.write() as tx:
        await tx.execute(delete(roster_changes))

    assert set((await hotline.start()).circle.members) == {ROSA.id}
    await hotline.database.close()


async def test_a_card_that_left_the_file_is_out_at_once(hotline: Hotline) -> None:
    """Its removal waits for a yes all the same; what nobody proposed cannot be agreed to."""
    await hotline.start(ROSA)
    chain = await hotline.start(ROSA, SAMI)
    change = ROSA.agrees(chain.proposed(ChangeKind.ADD, SAMI.id))
    async with hotline.database.write() as tx:
        await chain.append(tx, change, now=NOON)
    await chain.look()
    assert set(chain.recipients.now.keys) == {ROSA.id, SAMI.id}
    assert change.number == chain.circle.number

    hotline.write(ROSA)
    assert chain.recipients.refresh()

    assert set(chain.recipients.now.keys) == {ROSA.id}
    assert [each.kind for each in chain.proposals()] == [ChangeKind.REMOVE]
    for kind, card in ((ChangeKind.ADD, SAMI), (ChangeKind.REMOVE, ROSA), (ChangeKind.BEGIN, ROSA)):
        with pytest.raises(CardUnknown):
            chain.proposed(kind, card.id)
    await hotline.database.close()


async def test_nobody_left_keeps_the_last_in_force(hotline: Hotline) -> None:
    """A person's case must be sealed to somebody."""
    chain = await hotline.start(ROSA)
    async with hotline.database.write() as tx:
        await people.stop(tx, ROSA.id, b"boxed", now=NOON)

    with pytest.raises(RecipientsError, match="nobody"):
        await chain.look()

    assert chain.recipients.now.reading(RecipientClass.ORGANISATION)
    await hotline.database.close()
