"""Statistics: totals are right, and neither a number nor a difference of two tells of 1 to 10 people."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.cli import main
from bot.settings import Places
from bot.stats import FEWEST, Delay, count, delay, gather, hide, table
from storage import pages, schema, staffing
from storage.database import Database
from storage.tables import attachments, conversations, pieces
from tests.storage.queue import close, fill, put, take

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 12, "b": 0}, {"a": 12, "b": 0}),
        ({"a": 12, "b": 30, "c": 1}, {"a": None, "b": 30, "c": None}),
        ({"a": 12, "b": 6, "c": 6}, {"a": 12, "b": None, "c": None}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 0, "b": 0}, {"a": 0, "b": 0}),
        ({}, {}),
    ],
)
def test_what_is_small_is_hidden_with_what_would_tell_it(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    """Alone it would be what the total leaves over."""
    assert hide(counts) == shown


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40)))
def test_no_breakdown_tells_of_fewer_than_eleven(counts: dict[str, int]) -> None:
    """Neither a cell, nor the total less all that is shown."""
    cells = hide(counts)
    over = sum(counts.values()) - sum(cell or 0 for cell in cells.values())

    assert all(cell is None or cell == 0 or cell >= FEWEST for cell in cells.values())
    assert over == 0 or over >= FEWEST or set(cells.values()) == {None}
    assert all(cell in {None, counts[name]} for name, cell in cells.items())


def test_a_rare_language_is_not_named() -> None:
    """That it occurs can point at the one who speaks it."""
    assert gather(hide({"en": 40, "es": 30, "am": 1})) == {"en": 40, "others": None}
    assert gather(hide({"en": 40})) == {"en": 40}


def test_times_are_told_of_eleven_cases_or_more() -> None:
    """By nearest rank, in whole minutes."""
    waits = [each * MINUTE for each in range(1, 21)]

    assert delay(waits) == Delay(median_minutes=10, p90_minutes=18)
    assert delay(waits[:11]) == Delay(median_minutes=6, p90_minutes=10)
    assert delay(waits[:10]) is None


async def test_the_database_is_counted(database: Database, database_url: str, now: datetime) -> None:
    """Cases by column, a lapsed claim as waiting, waits, files, pages and sessions."""
    old = now - timedelta(days=31)
    await fill(database, old, *(put(f"old{each}", old) for each in range(3)))
    for _ in range(3):
        taken = await take(database, "rosa", old)
        assert taken is not None
        await close(database, taken.id, "rosa", old)
    languages = ["en"] * 12 + ["es"] * 12 + ["am"]
    await fill(
        database, now, *(put(f"n{n}", now, urgency=n % 2, language=at) for n, at in enumerate(languages))
    )
    lapsed = await take(database, "rosa", now - timedelta(hours=2))
    async with database.write() as tx:
        for number in range(11):
            await staffing.read(tx, f"n{number}", now=now + number * MINUTE)
        await tx.execute(
            insert(conversations), {"id": "c", "data_key": b"key", "version": 0, "expires_at": now + MINUTE}
        )
        await tx.execute(insert(conversations), {"id": "over", "data_key": b"key", "version": 0})
        row = {"id": "f", "conversation": "c", "recipient_class": "organisation", "state": 1, "about": b"-"}
        await tx.execute(insert(attachments), row)
        body = {"attachment": "f", "sealed": False, "number": 0, "body": bytes(1000)}
        await tx.execute(insert(pieces), body)
        await pages.add(tx, pages.new("n0", "mail", "new", urgency=4, now=now), instead_of=(), now=now)

    found = await count(Places(database_url=database_url), now + timedelta(minutes=30), 30)

    assert lapsed is not None
    assert (found.cases.total, found.cases.received) == (28, 25)
    assert found.cases.by_state == {"waiting": None, "claimed": 0, "closed": None}
    assert found.cases.by_urgency == {"critical": 0, "high": 0, "medium": 0, "low": 15, "none": 13}
    assert found.cases.by_flow == {"victim": 28}
    assert found.cases.by_language == {"es": 15, "others": None}
    assert found.first_read == Delay(median_minutes=5, p90_minutes=9)
    assert found.first_word is None
    assert (found.conversations, found.files, found.file_bytes) == (1, 1, 1000)
    assert (found.pages_due, found.pages_failed) == (1, 0)


async def test_nothing_is_there_yet(tmp_path: Path, now: datetime) -> None:
    """Zeros, and a table that can be read."""
    settings = Places(data_dir=tmp_path)
    database = Database(settings.database)
    await schema.migrate(database)
    await database.close()

    lines = table(await count(settings, now, 7))

    assert lines[0] == "cases             0; 0 in the last 7 days"
    assert "first word after  not told of fewer than 11 cases" in lines


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    """With the schema's name; and says so where there is no database."""
    settings = {"WAYOUT_DATA_DIR": str(tmp_path)}
    refused = CliRunner().invoke(main, ["stats"], env=settings)
    assert refused.exit_code == 1
    assert "there is no database of this version yet" in refused.stderr
    assert CliRunner().invoke(main, ["migrate"], env=settings).exit_code == 0

    told = CliRunner().invoke(main, ["stats", "--json"], env=settings)
    shown = CliRunner().invoke(main, ["stats"], env=settings)

    assert msgspec.json.decode(told.stdout)["schema"] == "stats/1"
    assert shown.stdout.startswith("cases ")
