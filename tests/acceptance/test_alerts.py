"""Alerts with the real programs: a chat, mail, a webhook and a push, on servers that really answer."""

import asyncio
import email
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Places, read_settings
from flows.loading import FOLDER
from protocol.desk import CaseState, Duty
from sandbox.client import Person, Sandbox
from sandbox.server import Server
from tests.acceptance.rig import BIN, Rig, Worker, new_token, until
from tests.acceptance.test_regrades import DANGER, RUNNING, press
from tests.acceptance.test_the_whole_path import agree
from tests.staff import Staff, destinations, staff

NAME, WORDS = "Canaryname", "canarywords they locked the door"


@dataclass
class Line:
    """A hotline whose staff is reachable by four channels."""

    rig: Rig
    here: Staff
    duty: Person

    async def mail(self) -> list[str]:
        """Subjects and texts of all letters."""
        read = [email.message_from_string(each) for each in self.here.letters]
        return [f"{each['Subject']}\n{each.get_payload()}" for each in read]

    async def chat(self) -> list[str]:
        """What stands in the chat of staff."""
        return [bubble.text for bubble in (await self.duty.screen()).theirs]

    async def counts(self) -> list[int]:
        """How many pages each channel has brought: chat, mail, webhook, push."""
        here = self.here
        return [len(await self.chat()), len(here.letters), len(here.of("/hook")), len(here.of("/duty"))]

    async def arrived(self, at_least: int, within: float = 15) -> None:
        """Return when every channel has brought so many."""

        async def all_here() -> bool:
            return min(await self.counts()) >= at_least

        await until(all_here, within=within)

    async def program(self, *words: str) -> tuple[int, str]:
        """Run a command of the operator's; its exit code and what it prints."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYOUT_")}
        process = await asyncio.create_subprocess_exec(
            BIN / "wayout", *words, env=kept | self.rig.settings, stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()


def hurried(folder: Path, change: Callable[[str], str]) -> Path:
    """Our definitions with other times."""
    copied = Path(shutil.copytree(FOLDER, folder / "definitions"))
    service = copied / "service.yaml"
    service.write_text(change(service.read_text()))
    return copied


async def staff_chat(server: Server, sandbox: Sandbox, token: str) -> Person:
    """Somebody on duty who has written to the staff's own bot, so that it may write to them."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.url.rstrip('/')}/bot{token}/getMe") as answer,
    ):
        assert answer.status == 200
    duty = await sandbox.person("Duty", bot=int(token.split(":", maxsplit=1)[0]))
    await duty.say("hello")
    return duty


@asynccontextmanager
async def opened(folder: Path, **settings: str) -> AsyncIterator[Line]:
    """The hotline; no process runs yet."""
    token, own = new_token(), new_token()
    async with (
        staff() as here,
        Server(folder / "sandbox", retry_seconds=0.05) as server,
        Sandbox(server.url) as sandbox,
    ):
        duty = await staff_chat(server, sandbox, token)
        (folder / "token").write_text(token)
        chat = f"  - {{name: chat, kind: telegram, chat: {duty.id}, token_file: token}}\n"
        (folder / "alerts.yaml").write_text(destinations(here) + chat)
        rig = await Rig.build(
            folder, server, sandbox, own, WAYOUT_ALERTS_FILE=str(folder / "alerts.yaml"), **settings
        )
        yield Line(rig, here, duty)
        await rig.close()


async def somebody(line: Line, name: str = "Ana") -> Person:
    """A person who writes to the hotline's bot."""
    bot = int(line.rig.token.split(":")[0])

    async def there() -> bool:
        return bot in {each["id"] for each in await line.rig.sandbox.bots()}

    await until(there)
    return await line.rig.sandbox.person(name, language="en", bot=bot)


async def test_danger_pages_by_every_channel_with_an_urgency_and_a_case_alone(tmp_path: Path) -> None:
    """Within seconds; and no name, word, number or id of theirs is in any of it."""
    async with opened(tmp_path) as line:
        worker = await line.rig.start()
        ana = await somebody(line, NAME)
        await agree(ana)
        await ana.say(WORDS)
        await ana.expect(lambda screen: DANGER in screen.labels)
        await press(ana, DANGER)
        await line.arrived(1, within=6)

        async with aiohttp.ClientSession() as http:
            (header,) = await line.rig.desk(worker, http).cases()
        told = f"Critical. Nobody has this case.\nCase {header.id}"
        title = f"Wayout: Critical, {header.id[:8]}"
        assert await line.chat() == [told]
        assert [each.replace("\r", "").strip() for each in await line.mail()] == [f"{title}\n{told}"]
        (hook,), (push,) = line.here.of("/hook"), line.here.of("/duty")
        asked = json.loads(hook.body)
        assert asked.pop("id")
        assert asked == {"schema": "alert/1", "case": header.id, "urgency": "critical", "reason": "waiting"}
        assert (push.headers["Title"], push.body.decode()) == (title, told)
        whole = str([*line.here.letters, *line.here.asked]) + str(line.rig.logs())
        for mark in (NAME, "canarywords", str(ana.id), "locked"):
            assert mark not in whole
        assert (header.due, header.due_at and header.due_at > header.received_at) == (Duty.CLAIM, True)


async def test_a_kill_loses_no_page_and_a_dead_channel_is_tried_again(tmp_path: Path) -> None:
    """Killed while mail and webhook are dead: the others had theirs at once, these get theirs, each once."""
    async with opened(tmp_path) as line:
        worker = await line.rig.start()
        line.here.trouble = {"mail": 451, "/hook": 503}
        ana = await somebody(line)
        await agree(ana)
        await press(ana, DANGER)

        async def some_here() -> bool:
            return await line.counts() == [1, 0, 0, 1]

        await until(some_here, within=6)
        await worker.kill()
        line.here.trouble.clear()
        await line.rig.start()
        await line.arrived(1, within=25)
        assert await line.counts() == [1, 1, 1, 1]
        code, printed = await line.program("alerts", "list", "--json")
        states = {each["destination"]: each["state"] for each in json.loads(printed)["pages"]}
        assert (code, states) == (0, dict.fromkeys(("chat", "mail", "hook", "push"), "sent"))


async def killed_before_a_page(line: Line, worker: Worker) -> None:
    """A person in danger, and the power goes as soon as their case is there."""
    ana = await somebody(line)
    await agree(ana)
    await press(ana, DANGER)
    await worker.kill()


async def test_a_kill_right_after_the_danger_loses_no_page(tmp_path: Path) -> None:
    """Whatever had been done by then, every channel has one page in the end, or at most a copy of it."""
    async with opened(tmp_path) as line:
        await killed_before_a_page(line, await line.rig.start())
        await line.rig.start()
        await line.arrived(1)
        ids = {json.loads(each.body)["id"] for each in line.here.of("/hook")}
        assert len(ids) == 1


async def quiet(worker: Worker, seconds: float) -> None:
    """Let time pass."""
    await asyncio.wait([asyncio.ensure_future(worker.process.wait())], timeout=seconds)


async def test_it_is_paged_again_until_somebody_takes_it_and_again_for_a_new_danger(tmp_path: Path) -> None:
    """Every three seconds here; a claim ends it, and a new danger pages the holder, then others."""
    folder = hurried(
        tmp_path,
        lambda text: text.replace("again: 10", "again: 0.05").replace("unheeded: 10", "unheeded: 0.05"),
    )
    async with opened(tmp_path, WAYOUT_DEFINITIONS_DIR=str(folder)) as line, aiohttp.ClientSession() as http:
        worker = await line.rig.start()
        ana = await somebody(line)
        await agree(ana)
        await press(ana, DANGER)
        await line.arrived(2)
        desk = line.rig.desk(worker, http)
        opened_case = await desk.next()
        assert opened_case.header.due is Duty.FIRST_WORD
        await quiet(worker, 1.5)
        before = await line.counts()
        await quiet(worker, 4.5)
        assert await line.counts() == before

        await press(ana, RUNNING)
        await line.arrived(max(before) + 2)
        reasons = [json.loads(each.body)["reason"] for each in line.here.of("/hook")]
        assert reasons[-2:] == ["danger", "unheeded"]
        await desk.read(opened_case.header.id)
        await quiet(worker, 1.5)
        before = await line.counts()
        await quiet(worker, 4.5)
        assert await line.counts() == before
        (header,) = await desk.cases()
        assert header.state is CaseState.CLAIMED


async def test_the_operator_can_try_every_destination(tmp_path: Path) -> None:
    """With one command, which says what came of each; the doctor says who would be paged."""
    async with opened(tmp_path) as line:
        code, printed = await line.program("alerts", "test")
        assert (code, printed.count("ok  ")) == (0, 4)
        assert await line.counts() == [1, 1, 1, 1]
        assert await line.chat() == ["This is a test of this channel. There is no case."]
        line.here.trouble["/duty"] = 403
        code, printed = await line.program("alerts", "test", "--json")
        told = {
            each["destination"]: (each["arrived"], each["outcome"])
            for each in json.loads(printed)["destinations"]
        }
        assert code == 1
        assert told["push"] == (False, "http_403")
        assert told["mail"] == (True, "ok")
        _, printed = await line.program("check")
        assert "alerts: critical cases page organisation: mail, hook, push, chat" in printed


async def test_a_file_with_mistakes_stops_the_start_with_all_of_them(tmp_path: Path) -> None:
    """Nobody finds out at three in the morning that nobody was paged."""
    async with opened(tmp_path) as line:
        file = read_settings(Places, line.rig.settings).alerts_file
        assert file is not None
        file.write_text(
            "destinations:\n  - {name: a, kind: ntfy, url: 'http://example.org'}\n  - {name: a, kind: ntfy, url: 'x'}\n"
        )
        with pytest.raises(AssertionError, match="the bot ended with 1"):
            await line.rig.start()
        assert "WAYOUT_ALERTS_FILE" in line.rig.workers[0].log.read_text()
