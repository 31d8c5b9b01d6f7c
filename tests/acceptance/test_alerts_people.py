"""Alerts and people with the real programs: whose case, whose turn, and a key that opens too much."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bot import auditing
from bot.auditing import Done
from bot.settings import Places, read_settings
from protocol.audit import Act
from storage.database import Database
from tests.acceptance.rig import until
from tests.acceptance.test_alerts import Line, hurried, opened, quiet, somebody
from tests.acceptance.test_regrades import DANGER, RUNNING, press
from tests.acceptance.test_the_whole_path import agree


def in_other_hours() -> str:
    """Hours of every day that do not hold now, nor soon."""
    begins = datetime.now(UTC) + timedelta(hours=6)
    ends = begins + timedelta(hours=6)
    return f"hours: [{{from: '{begins:%H:%M}', to: '{ends:%H:%M}', zone: UTC}}]"


def destinations(line: Line, **more: str) -> None:
    """Write the alerts file anew: pushes to topics of these names, and what else is said of each."""
    rows = [
        f"  - {{name: {name}, kind: ntfy, url: '{line.here.url('/' + name)}'{said and ', ' + said}}}"
        for name, said in more.items()
    ]
    Path(line.rig.settings["WAYOUT_ALERTS_FILE"]).write_text("\n".join(["destinations:", *rows]))


async def test_whoever_holds_a_case_is_paged_first_and_who_sleeps_is_not(tmp_path: Path) -> None:
    """Rosa's own phone rings for a danger in her case; the others' once she has not looked; no name is in any of it."""
    folder = hurried(tmp_path, lambda text: text.replace("unheeded: 10", "unheeded: 0.05"))
    async with opened(tmp_path, WAYOUT_DEFINITIONS_DIR=str(folder)) as line, aiohttp.ClientSession() as http:
        destinations(line, phone="for: Rosa, language: es", sleeper=in_other_hours(), staff="")
        worker = await line.rig.start()
        ana = await somebody(line)
        await agree(ana)
        await press(ana, DANGER)

        async def both() -> bool:
            return (len(line.here.of("/phone")), len(line.here.of("/staff"))) == (1, 1)

        await until(both, within=30)
        await line.rig.desk(worker, http).next()
        await press(ana, RUNNING)

        async def all_told() -> bool:
            return (len(line.here.of("/phone")), len(line.here.of("/staff"))) == (2, 2)

        await until(all_told, within=60)
        assert [each.path for each in line.here.asked[2:]] == ["/phone", "/staff"]
        await quiet(worker, 1.5)
        assert line.here.of("/sleeper") == []
        assert "Alguien tiene este caso" in line.here.of("/phone")[1].body.decode()
        assert "Rosa" not in str([each.body for each in line.here.asked]) + str(line.rig.logs())
        code, printed = await line.program("alerts", "list", "--json")
        places = {each["destination"]: each for each in json.loads(printed)["destinations"]}
        assert code == 0
        assert {name: each["on_call"] for name, each in places.items()} == {
            "phone": True, "sleeper": False, "staff": True,
        }  # fmt: skip
        assert (places["sleeper"]["reached_at"], places["staff"]["stuck"]) == (None, 0)
        _, printed = await line.program("check")
        assert "alerts: critical cases page organisation: phone, staff (not now: sleeper)" in printed


async def test_a_destination_of_somebody_who_is_not_enrolled_is_told_with_its_line(tmp_path: Path) -> None:
    """The check fails; the bot starts all the same, says so in its log, and pages the others."""
    async with opened(tmp_path) as line:
        destinations(line, staff="", gone="for: Carl")
        await line.rig.start()
        code, printed = await line.program("check")
        assert code == 1
        assert "alerts.yaml:3: gone: nobody is enrolled as Carl" in printed
        ana = await somebody(line)
        await agree(ana)
        await press(ana, DANGER)

        async def told() -> bool:
            return len(line.here.of("/staff")) == 1

        await until(told, within=30)
        assert line.here.of("/gone") == []
        logs = str(line.rig.logs())
        assert "alerts.strangers" in logs
        assert "Carl" not in logs


async def opens_many(line: Line) -> None:
    """Rosa's key has opened twelve cases within the last minute, by what the audit says."""
    database = Database(read_settings(Places, line.rig.settings).database)
    async with database.write() as tx:
        for number in range(12):
            await auditing.write(tx, Done(line.rig.card, Act.OPENED, f"{number:032x}"), now=datetime.now(UTC))
    await database.close()


async def test_a_key_that_opens_too_much_pages_everybody_else_once_also_after_a_kill(tmp_path: Path) -> None:
    """By mail and push, with the number of an entry; never whoever has the key, and no name or key is in it."""
    async with opened(tmp_path) as line:
        destinations(line, phone="for: Rosa", staff="", other="class: second_organisation")
        await (await line.rig.start()).stop()
        await opens_many(line)
        line.here.trouble["/staff"] = 503
        killed = await line.rig.start()

        async def is_raised() -> bool:
            return "page.missed" in str(line.rig.logs())

        await until(is_raised, within=60)
        await killed.kill()
        line.here.trouble.clear()
        await line.rig.start()

        async def told() -> bool:
            return len(line.here.of("/staff")) == 1

        await until(told, within=60)
        (asked,) = line.here.asked
        assert asked.headers["Title"] == "Wayout: an alarm"
        assert (asked.headers["Priority"], asked.path) == ("5", "/staff")
        assert "Audit entry" in asked.body.decode()
        whole = asked.body.decode() + str(line.rig.logs())
        assert "Rosa" not in whole
        assert line.rig.card not in whole
        code, printed = await line.program("alerts", "list")
        assert code == 0
        assert "critical  opening_rate  staff: sent http_200" in printed
