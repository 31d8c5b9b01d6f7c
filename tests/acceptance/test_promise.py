"""A promise, with the real programs: when somebody does not tap, responders are told, and the phone shows nothing."""

import shutil
from pathlib import Path

import aiohttp

from flows.loading import FOLDER
from flows.session import Promise
from protocol.desk import Urgency
from tests.acceptance.rig import Build, until
from tests.acceptance.test_leaving import start_ahead
from tests.acceptance.test_staffing import to_the_end

EARLY = """\
      - id: promise_early
        ref: V22
        kind: choice
        text: Shall we act if you do not tap?
        choices:
          - {id: early_6, text: In six hours, safety: {check_in_hours: "6"}}
          - {id: early_no, text: Never, none: true}

"""


def definitions(folder: Path) -> str:
    """Our own, with that question first of all."""
    shutil.copytree(FOLDER, folder)
    victim = folder / "victim.yaml"
    text = victim.read_text("utf-8")
    first = "      - id: danger\n"
    victim.write_text(text.replace(first, EARLY + first, 1), "utf-8")
    return str(folder)


async def test_who_does_not_tap_is_told_to_responders(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Hours after the answers were destroyed, by what was sealed before; nothing is sent to the phone."""
    rig = await build(
        WAYOUT_DEFINITIONS_DIR=definitions(tmp_path / "definitions"), WAYOUT_SILENCE_SECONDS="2"
    )
    worker = await rig.start()
    ana = await rig.sandbox.person("Ana", language="en")
    await ana.say("/start")
    await ana.expect(lambda screen: "English" in screen.labels)
    await ana.press("English")
    await ana.expect(lambda screen: "It is safe. I agree" in screen.labels)
    await ana.press("It is safe. I agree")
    await ana.expect(lambda screen: "In six hours" in screen.labels)
    await ana.press("In six hours")
    await ana.expect(lambda screen: "None of these" in screen.labels)
    await ana.press("None of these")
    await ana.expect(lambda screen: "None of these" not in screen.labels)
    last = await to_the_end(ana)
    assert "You asked us to act if you do not tap here" in last.text
    desk = rig.desk(worker, http)
    (before,) = await desk.cases()
    assert before.urgency is not Urgency.HIGH
    await ana.expect(lambda screen: not screen.bubbles, within=20)
    assert await worker.stop() == 0
    sent = len(await rig.calls("sendMessage")), len(await rig.calls("editMessageText"))

    late = rig.desk(await start_ahead(rig, 7), http, ahead=7)

    async def told() -> bool:
        (header,) = await late.cases()
        return header.urgency is Urgency.HIGH

    await until(told)
    (header,) = await late.cases()
    (session,) = (await late.open(header.id)).sessions
    assert session.promise is Promise.MISSED
    assert header.id == before.id
    assert header.amended == before.amended + 1
    assert (len(await rig.calls("sendMessage")), len(await rig.calls("editMessageText"))) == sent
    assert not (await ana.screen()).bubbles
