"""The operator's side of the audit: signing, exporting, verifying, and what a key had opened."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click.testing
import msgspec
import pytest

from bot import auditing
from bot.auditing import Done
from bot.bookkeeping import Bookkeeping
from bot.cli import main
from bot.doctor import examine
from bot.enrolment import enrol
from bot.keyring import create, load
from bot.logs import Log
from bot.opening_rate import Alarm
from bot.recipients import RecipientsFile
from bot.settings import Places, read_settings
from protocol.audit import OPERATOR, Act, Head
from protocol.card import card_id, encode_card
from protocol.document import decode_document
from protocol.signing import SigningKey
from responder.keyfile import generate_keys, make_card
from storage import audit, schema
from storage.database import Database
from tests.unit.bot.hotline import NOON as NOW
from tests.watch import watching

CASE, OTHER, FILE = "a" * 32, "b" * 32, "c" * 32
ROSA = "abcdefgh23456777"
DAY = timedelta(days=1)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """An operator's machine with keys."""
    monkeypatch.setenv("WAYOUT_DATA_DIR", str(tmp_path))
    found = read_settings(Places, {"WAYOUT_DATA_DIR": str(tmp_path)})
    create(found.keyring)
    return found


@pytest.fixture
async def database(places: Places) -> Database:
    """With a few entries."""
    made = Database(places.database)
    await schema.migrate(made)
    opened = {"tiers": "core words", "classes": "organisation", "revision": 2}
    done = [
        Done(ROSA, Act.LISTED),
        Done(ROSA, Act.OPENED, CASE, opened),
        Done(ROSA, Act.ATTACHMENT_FETCHED, CASE, {"attachment": FILE}),
        Done(ROSA, Act.OPENED, OTHER, {"refused": "not_holder"}),
        Done("another234567777", Act.OPENED, OTHER, opened),
        Done(OPERATOR, Act.PURGED, OTHER),
    ]
    async with made.write() as tx:
        for minute, each in enumerate(done):
            await auditing.write(tx, each, now=NOW + timedelta(minutes=minute))
    await made.close()
    return made


def run(*words: str, code: int = 0) -> click.testing.Result:
    """What `wayout audit` says."""
    result = click.testing.CliRunner().invoke(main, ["audit", *words])
    assert result.exit_code == code, result.output
    return result


def verified(*words: str, code: int = 0) -> tuple[bool, list[tuple[int, str]]]:
    """What `verify --json` found."""
    told = msgspec.json.decode(run("verify", *words, "--json", code=code).stdout)
    assert told["schema"] == "audit-verify/1"
    return told["whole"], [(fault["number"], fault["kind"]) for fault in told["faults"]]


def test_an_untouched_audit_is_whole(database: Database) -> None:
    """Without a head, and with one; the words say how far it is signed."""
    assert verified() == (True, [])
    run("head")
    assert run("verify").stdout == "6 entries; signed up to 6\n"


def test_a_head_is_printed_for_people_and_for_programs(database: Database, places: Places) -> None:
    """The number, the hash, the time and the key's id; the document is what `--head` takes."""
    head = decode_document(run("head", "--json").stdout.strip(), Head)
    number, last_hash, _, key = run("head").stdout.split()
    assert (int(number), last_hash) == (head.number, head.hash) == (6, head.hash)
    assert key == SigningKey(load(places.keyring).signing).id


@pytest.fixture
def tamper(database: Database, places: Places) -> Iterator[Callable[..., None]]:
    """Write into the database as somebody does who owns the machine."""
    file = sqlite3.connect(str(database.url.database))
    for event in ("UPDATE", "DELETE"):
        file.execute(f"DROP TRIGGER audit_no_{event}")

    def change(statement: str, *values: object) -> None:
        file.execute(statement, values)
        file.commit()

    yield change
    file.close()


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("UPDATE audit SET who = 'x' WHERE number = 2", [(2, "changed")]),
        ("UPDATE audit SET at = at + 1 WHERE number = 2", [(2, "changed")]),
        ("UPDATE audit SET \"case\" = '' WHERE number = 2", [(2, "changed")]),
        ("UPDATE audit SET facts = '{}' WHERE number = 2", [(2, "changed")]),
        ("UPDATE audit SET facts = 'none' WHERE number = 2", [(2, "changed"), (2, "missing")]),
        ("UPDATE audit SET hash = previous WHERE number = 2", [(2, "changed"), (3, "unlinked")]),
        ("DELETE FROM audit WHERE number = 3", [(3, "missing")]),
        ("DELETE FROM audit WHERE number > 3", [(6, "cut")]),
        ("DELETE FROM audit", [(6, "cut")]),
        ("DELETE FROM audit_heads", []),
    ],
)
def test_whatever_was_done_to_the_database_is_found(
    tamper: Callable[..., None], statement: str, faults: list[tuple[int, str]]
) -> None:
    """At its number and by its name; without a head of its own the chain alone speaks."""
    run("head")
    tamper(statement)
    assert verified(code=1 if faults else 0) == (not faults, faults)


def test_an_end_that_was_cut_with_all_its_traces_contradicts_a_head_that_was_kept(
    tamper: Callable[..., None], tmp_path: Path
) -> None:
    """Whoever owns the machine leaves a shorter chain in which everything fits."""
    kept = tmp_path / "head.json"
    kept.write_text(run("head", "--json").stdout)
    tamper("DELETE FROM audit WHERE number > 4")
    tamper("DELETE FROM audit_heads")
    tamper("UPDATE audit_end SET number = 4, hash = (SELECT hash FROM audit WHERE number = 4)")
    assert verified() == (True, [])
    assert verified("--head", str(kept), code=1) == (False, [(6, "cut")])


def test_a_head_by_another_key_is_told(database: Database, tmp_path: Path) -> None:
    """Kept, or in the database; and what is no head."""
    kept = tmp_path / "head.json"
    kept.write_text(run("head", "--json").stdout)
    assert verified("--head", str(kept), "--key", "another", code=1)[1] == [(6, "head_forged")] * 2
    kept.write_text("{}")
    assert verified("--head", str(kept), code=1)[1] == [(0, "head_forged")]


def test_an_export_is_verified_without_the_database(database: Database, tmp_path: Path) -> None:
    """Its lines are entries, then heads; it covers its own end."""
    file = tmp_path / "audit.jsonl"
    assert run("export", str(file)).stderr == "6 entries\n"
    assert [line[11:18] for line in file.read_text().splitlines()] == ["audit/1"] * 6 + ["audit-h"]
    assert file.stat().st_mode & 0o077 == 0
    assert verified(str(file)) == (True, [])
    assert run("export", str(file), code=1).stderr.startswith("error: ")
    assert run("export", str(tmp_path / "no" / "where"), code=1).stderr.startswith("error: ")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (lambda lines: [*lines[:1], lines[1].replace(b"words", b"co"), *lines[2:]], [(2, "changed")]),
        (lambda lines: [*lines[:1], b"{}\n", *lines[2:]], [(2, "changed"), (2, "missing")]),
        (lambda lines: [lines[1], lines[0], *lines[2:]], [(1, "missing"), (1, "moved")]),
        (lambda lines: [*lines[:3], *lines[4:]], [(4, "missing")]),
        (lambda lines: [*lines[:5], lines[6]], [(6, "cut")]),
        (lambda lines: lines[:6], [(6, "unsigned")]),
        (lambda lines: [*lines[:3], *lines[2:]], [(3, "moved")]),
    ],
)
def test_whatever_was_done_to_an_export_is_found(
    database: Database,
    tmp_path: Path,
    change: Callable[[list[bytes]], list[bytes]],
    faults: list[tuple[int, str]],
) -> None:
    """Edited, garbled, reordered, taken out, cut, without its head, doubled."""
    file = tmp_path / "audit.jsonl"
    run("export", str(file))
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))
    assert verified(str(file), code=1 if faults else 0) == (not faults, faults)


def test_verify_tells_people_where_it_is(tamper: Callable[..., None]) -> None:
    """A hint for each fault."""
    tamper("UPDATE audit SET who = 'x' WHERE number = 2")
    told = run("verify", code=1)
    assert told.stderr == "error: the audit is not as it was written\nhint: 2: changed\n"


def test_exposure_lists_what_a_key_had_opened(database: Database) -> None:
    """Not what it was refused, and nobody else's."""
    told = msgspec.json.decode(run("exposure", ROSA, "--json").stdout)
    assert told == {
        "schema": "exposure/1",
        "card": ROSA,
        "cases": [
            {
                "case": CASE,
                "first_at": "2026-11-23T12:01:00Z",
                "last_at": "2026-11-23T12:02:00Z",
                "times": 1,
                "tiers": ["core", "words"],
                "classes": ["organisation"],
                "attachments": [FILE],
                "messages": False,
                "exports": [],
                "jobs": [],
            }
        ],
    }
    assert run("exposure", ROSA).stdout.splitlines() == [
        f"{CASE}  2026-11-23 12:01 to 2026-11-23 12:02 UTC",
        "    opened 1 times: core, words (organisation)",
        "    1 attachments",
    ]
    assert run("exposure", "nobody").stdout == "nothing\n"


async def test_exposure_says_of_which_case_an_interpreter_had_texts(
    places: Places, database: Database
) -> None:
    """Their own requests name a job alone; whoever sent it wrote down the case. What was refused is not exposed."""
    job, other = "d" * 32, "e" * 32
    done = [
        Done(ROSA, Act.JOB_SENT, CASE, {"job": job, "to": "iman234567777777"}),
        Done(ROSA, Act.JOB_SENT, OTHER, {"job": other, "to": "iman234567777777"}),
        Done("iman234567777777", Act.JOBS_LISTED),
        Done("iman234567777777", Act.JOB_OPENED, facts={"job": job}),
        Done("iman234567777777", Act.JOB_OPENED, facts={"job": other, "refused": "job_unknown"}),
    ]
    async with (again := Database(places.database)).write() as tx:
        for each in done:
            await auditing.write(tx, each, now=NOW)
    await again.close()
    told = await asyncio.to_thread(run, "exposure", "iman234567777777", "--json")
    (exposed,) = msgspec.json.decode(told.stdout)["cases"]
    assert (exposed["case"], exposed["jobs"], exposed["times"]) == (CASE, [job], 0)
    shown = await asyncio.to_thread(run, "exposure", "iman234567777777")
    assert shown.stdout.splitlines()[1:] == ["    1 jobs for an interpreter"]


@pytest.mark.parametrize("words", [["head"], ["verify"], ["exposure", ROSA], ["export", "nothing.jsonl"]])
def test_without_a_database_it_says_so(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Not a traceback."""
    monkeypatch.chdir(tmp_path)
    assert "error: there is no database of this version yet" in run(*words, code=1).stderr


def enrolled(places: Places, name: str) -> str:
    """One more card in the recipients file."""
    card = make_card(generate_keys(), name=name, now=1_767_225_600)
    enrol(places, encode_card(card).encode(), "http://127.0.0.1:1")
    return card_id(card)


async def entries(database: Database) -> list[tuple[str, dict[str, str | int]]]:
    """Acts and facts of all that the clock wrote."""
    return [(row.act, auditing.facts_of(row)) async for row in audit.rows(database) if row.who == "server"]


async def test_the_clock_keeps_the_audit(places: Places) -> None:
    """Cards that came and went, by whatever hand; looks that were counted; a head a day; unusual rates."""
    rosa = enrolled(places, "Rosa")
    database = Database(places.database)
    await schema.migrate(database)
    alarms: list[Alarm] = []
    recipients = RecipientsFile(places.recipients)
    key = SigningKey(load(places.keyring).signing)
    books = [
        Bookkeeping(
            database,
            recipients,
            watching(),
            Log(),
            signing_key=key,
            alarm=lambda _, alarm: alarms.append(alarm),
        )
        for _ in range(2)
    ]
    for each in (*books, *books):
        await each.look(NOW)
    assert await entries(database) == [("card_added", {"card": rosa})]

    ben = enrolled(places, "Ben")
    recipients.refresh()
    async with database.write() as tx:
        await auditing.count(tx, Done(rosa, Act.LISTED), now=NOW)
        await auditing.count(tx, Done(rosa, Act.LISTED), now=NOW)
        for number in range(12):
            await auditing.write(tx, Done(ben, Act.OPENED, f"{number:032x}"), now=NOW)
    for each in books:
        await each.look(NOW + timedelta(minutes=11))

    assert (await entries(database))[1:] == [
        ("card_added", {"card": ben}),
        ("opening_rate", {"card": ben, "opened": 12, "usual": 0}),
    ]
    assert [replace(each, entry=0) for each in alarms] == [Alarm(ben, 12, 0)]
    looks = [row async for row in audit.rows(database) if row.act == Act.LISTED]
    assert [auditing.facts_of(row) for row in looks] == [{}, {"more": 1, "since": int(NOW.timestamp())}]
    async with database.read() as tx:
        assert len(await audit.heads(tx)) == 1
    await books[1].look(NOW + DAY)
    async with database.read() as tx:
        assert await audit.last_signed(tx) == NOW + DAY
    await database.close()
    (finding,) = [each for each in await examine(places, int(NOW.timestamp()) + 700) if each.name == "audit"]
    assert not finding.fit
    assert ben in finding.detail
    later = await examine(places, int((NOW + 2 * DAY).timestamp()))
    assert [each.detail for each in later if each.name == "audit"] == [
        "17 entries; signed 2026-11-24 12:00 UTC"
    ]


async def test_looks_of_a_later_step_bring_the_count_of_the_one_before(database: Database) -> None:
    """When the same card looks again before the clock came by."""
    again = Database(str(database.url))
    for minute in (0, 1, 2, 11):
        async with again.write() as tx:
            await auditing.count(tx, Done(ROSA, Act.LISTED), now=NOW + timedelta(minutes=minute))
    looks = [auditing.facts_of(row) async for row in audit.rows(again, after=6)]
    assert looks == [{}, {"more": 2, "since": int(NOW.timestamp())}, {}]
    await again.close()
