"""A copy of a running hotline, opened with age elsewhere, and the hotline that goes on from it."""

import shutil
from pathlib import Path

import aiohttp
import pyrage

from bot.settings import Places, read_settings
from tests.acceptance.colleagues import operator, ran
from tests.acceptance.rig import Build
from tests.acceptance.test_regrades import in_danger
from tests.vectors.conftest import program, run


async def test_a_hotline_goes_on_from_a_copy(
    build: Build, http: aiohttp.ClientSession, database_url: str, tmp_path: Path
) -> None:
    """The bot runs while it is made; on the new machine the case is there, and so is the question that was due."""
    rig = await build(WAYOUT_DATABASE_URL=database_url)
    worker = await rig.start()
    await in_danger(rig)
    (header,) = await rig.desk(worker, http).cases()
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")
    await ana.hear()
    await ana.press("English")
    await ana.expect(lambda screen: "It is safe. I agree" in screen.labels)
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "offline.key").write_text(str(key))

    await operator(rig, "backup", str(tmp_path / "copy.age"), "--to", str(key.to_public()))
    await worker.stop()
    opened = run([program("age"), "-d", "-i", str(tmp_path / "offline.key"), str(tmp_path / "copy.age")])

    assert b"It is safe" not in opened
    (tmp_path / "copy").write_bytes(opened)
    old, new = read_settings(Places, rig.settings), tmp_path / "new"
    new.mkdir()
    shutil.copy(old.keyring, new)
    shutil.copy(old.recipients, new)
    rig.settings |= {"WAYOUT_DATA_DIR": str(new), "WAYOUT_DATABASE_URL": ""}
    told = await operator(rig, "restore", str(tmp_path / "copy"))
    assert "rows" in told
    again = await rig.start()
    assert (await rig.desk(again, http).open(header.id)).sessions
    await ana.press("It is safe. I agree")
    await ana.expect(lambda screen: "None of these" in screen.labels and len(screen.bubbles) == 1)
    code, _, problem = await ran("wayout", rig.settings, "restore", str(tmp_path / "copy"))
    assert (code, "another process works on" in problem) == (1, True)
