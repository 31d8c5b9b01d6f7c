"""Interpreters through the real programs: they get the chosen texts alone, and what they write comes back sealed."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from sqlalchemy import select

from bot.erasure import erase
from bot.settings import Places, read_settings
from locales.catalog import load_catalogs
from protocol.audience import RecipientClass
from protocol.revision import CaseId
from responder.lexicon import own_definitions
from sandbox.client import Person
from storage.database import Database
from storage.interpreting_tables import jobs
from tests.acceptance.colleagues import Colleague, code_of, countersigned, newcomer, operator, rosa
from tests.acceptance.rig import Build, Rig, Worker, let_in, until
from tests.acceptance.test_canary import leaks
from tests.acceptance.test_the_whole_path import agree

PLEA = "يأخذون هواتفنا كل ليلة ولا ننام"
"""Invented: they take our phones every night and we do not sleep."""
MEANING = "They take our phones every night and we do not sleep."
ANSWER = "سنكتب لك غدا"
"""Invented: we shall write to you tomorrow."""
PEOPLE = {
    "Amina": RecipientClass.ORGANISATION,
    "Iman": RecipientClass.INTERPRETER,
    "Ibou": RecipientClass.INTERPRETER,
}


@dataclass
class Scene:
    """A case in Arabic that Rosa holds, with words to choose and words that are nobody else's business."""

    rig: Rig
    worker: Worker
    people: dict[str, Colleague]
    ana: Person
    case: CaseId
    canary: str

    async def run(self, name: str, *words: str) -> Any:
        """A command of theirs, as JSON."""
        return await self.people[name].told("interpret", *words)

    async def refused(self, name: str, *words: str) -> str:
        """What a command of theirs complains of."""
        return await self.people[name].run("interpret", *words, fails=True)

    async def screen(self, name: str, *words: str) -> str:
        """What a command of theirs shows; line ends are no matter."""
        return " ".join((await self.people[name].run(*words)).split())

    async def texts(self) -> dict[str, str]:
        """The ids of the texts that can be chosen, by their words."""
        found = await self.run("Rosa", "texts", self.case)
        return {each["text"]: each["id"] for each in found["texts"]}

    async def send(self, to: str = "Iman") -> str:
        """Hand the plea over; its id."""
        text = (await self.texts())[PLEA]
        sent = await self.run("Rosa", "send", self.case, "--to", to, "--text", text)
        return str(sent["jobs"][-1]["id"])


def arabic(source: str) -> str:
    """What stands on the Arabic screen for an English text."""
    found = own_definitions()
    catalog = load_catalogs(found, ["ar"]).by_code["ar"]
    return next(catalog.text(context, text) for context, text in found.whole.contexts() if text == source)


async def scene(build: Build, http: aiohttp.ClientSession) -> Scene:
    """Everybody is enrolled and countersigned; Ana agrees in Arabic, is in danger, and writes two things."""
    rig = await build()
    worker = await rig.start()
    people = {"Rosa": rosa(rig, worker)}
    for name, kind in PEOPLE.items():
        people[name] = await newcomer(rig, worker, name, kind)
    desk = rig.desk(worker, http)
    await let_in(desk, people["Amina"].card)
    for name in ("Iman", "Ibou"):
        await let_in(desk, people[name].card)
        await countersigned(people["Amina"], people[name].card)
    ana = await rig.sandbox.person("Ana", language="ar")
    danger, canary = arabic("I am hurt or threatened now"), f"canary{secrets.token_hex(6)}"
    await agree(ana, "العربية", arabic("It is safe. I agree"))
    await ana.expect(lambda screen: danger in screen.labels)
    await ana.press(danger)
    await ana.expect(lambda screen: f"✓ {danger}" in screen.labels)
    made = Scene(rig, worker, people, ana, (await desk.take_next()).id, canary)
    await desk.read(made.case)
    await ana.say(PLEA)
    await ana.say(f"اسمي {canary}")

    async def all_here() -> bool:
        texts = await made.texts()
        return PLEA in texts and any(canary in text for text in texts)

    await until(all_here)
    return made


async def test_an_interpreter_gets_the_chosen_text_and_nothing_else(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """It comes back beside the original; no other answer, no case, no header and no name of anybody gets near them."""
    now = await scene(build, http)
    job = await now.send()

    (waiting,) = (await now.run("Iman", "list"))["jobs"]
    assert waiting.keys() == {"id", "made_at", "expires_at"}
    handed = await now.run("Iman", "open", job[:8])
    assert (handed["texts"], handed["language"], handed["into"], handed["aim"]) == (
        [PLEA],
        "ar",
        "en",
        "read",
    )
    screen = await now.screen("Iman", "interpret", "open", job)
    assert PLEA in screen
    assert "give it back" in screen
    assert (await now.run("Ibou", "list"))["jobs"] == []
    for act in ("open", "answer", "decline"):
        more = (MEANING,) if act == "answer" else ()
        assert "no such job" in await now.refused("Ibou", act, job, *more)

    assert (await now.run("Iman", "answer", job, MEANING))["jobs"] == []
    (read,) = (await now.people["Rosa"].told("open", now.case))["jobs"]
    assert (read["state"], read["name"], read["by"]) == ("answered", "Iman", "Rosa")
    assert (read["texts"], read["interpreted"]) == ([PLEA], [MEANING])
    shown = await now.screen("Rosa", "open", now.case)
    assert (
        shown.count(f"{PLEA} → {MEANING} Interpreted by Iman, not checked") == 2
    )  # beside the words, with the job
    assert "no such job" in await now.refused("Iman", "open", job)

    near = {str(path): path.read_bytes() for path in now.people["Iman"].folder.rglob("*") if path.is_file()}
    told = json.dumps([waiting, handed], ensure_ascii=False) + screen
    private = [each.encode() for each in (now.canary, now.case, "critical", "victim", "Amina", "Ana")]
    assert leaks({**near, "told": told.encode()}, private) == []
    assert leaks(near, [PLEA.encode(), MEANING.encode()]) == []
    logs = "".join(each.log.read_text() for each in now.rig.workers)
    assert leaks({"logs": logs.encode()}, [PLEA.encode(), MEANING.encode(), now.canary.encode()]) == []


async def test_no_route_of_a_case_answers_an_interpreter(build: Build, http: aiohttp.ClientSession) -> None:
    """Not the queue, not a header, not the roster, not a colleague's card; a job names no case either."""
    now = await scene(build, http)
    job = await now.send()
    client = now.people["Iman"].desk(http).client
    for act in (
        client.cases(),
        client.next(),
        client.header(now.case),
        client.claim(now.case),
        client.sealed(now.case),
        client.messages(now.case),
        client.case_jobs(now.case),
        client.attachments(now.case),
        client.people(),
        client.colleagues(),
        client.mine(),
        client.linkage(),
        client.extracts("-"),
    ):
        assert await code_of(act) == "class_not_served"
    handed = await client.job(job)
    assert now.case not in str(handed)
    assert [card.name for card in handed.roster.cards] == ["Rosa"]


async def test_names_and_numbers_ask_for_a_second_step(build: Build, http: aiohttp.ClientSession) -> None:
    """What is recognised is named and stops it; taken out, it goes, and still stands beside its original."""
    now = await scene(build, http)
    told = f"{PLEA}، اتصل على +251 91 123 4567"
    await now.ana.say(told)

    async def here() -> bool:
        return told in await now.texts()

    await until(here)
    name = (await now.texts())[told]
    send = ("send", now.case, "--to", "Iman", "--text", name)
    assert "look at this before it goes: +251911234567" in await now.refused("Rosa", *send)
    await now.run("Rosa", *send, "--leave-out", "+251 91 123 4567")
    job = (await now.run("Iman", "list"))["jobs"][0]["id"]
    assert (await now.run("Iman", "open", job))["texts"] == [f"{PLEA}، اتصل على […]"]
    await now.run("Iman", "answer", job, f"{MEANING} Call […]")
    shown = await now.screen("Rosa", "open", now.case)
    assert f"→ {MEANING} Call […] Interpreted by Iman, not checked" in shown.split("With interpreters")[1]

    await now.run("Rosa", *send, "--despite")
    assert len((await now.run("Iman", "list"))["jobs"]) == 1


async def test_a_draft_comes_back_and_can_be_sent(build: Build, http: aiohttp.ClientSession) -> None:
    """In the contact's language; the message says that an interpreter wrote it."""
    now = await scene(build, http)
    await now.run("Rosa", "send", now.case, "--to", "iman", "--draft", "We will write to you tomorrow.")
    (job,) = (await now.run("Iman", "list"))["jobs"]
    handed = await now.run("Iman", "open", job["id"])
    assert (handed["aim"], handed["language"], handed["into"]) == ("write", "en", "ar")
    await now.run("Iman", "answer", job["id"], ANSWER)
    sent = await now.people["Rosa"].told("reply", now.case, "--interpreted", job["id"][:8])
    assert [each["text"] for each in sent["messages"]] == [ANSWER]
    shown = await now.screen("Rosa", "open", now.case)
    assert "Put into their language by the interpreter Iman, not checked." in shown


async def test_what_was_taken_back_declined_or_stopped_is_not_handed_out(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Withdrawn by whoever sent it; given back by the interpreter; a stopped interpreter, and a stopped sender."""
    now = await scene(build, http)
    job = await now.send()
    assert (await now.run("Rosa", "withdraw", now.case, job[:8]))["jobs"][0]["state"] == "withdrawn"
    assert "no such job" in await now.refused("Iman", "open", job)
    assert "no such job" in await now.refused("Iman", "answer", job, MEANING)
    await now.refused("Rosa", "withdraw", now.case, job)

    declined = await now.send()
    await now.run("Iman", "decline", declined)
    assert [each["state"] for each in (await now.run("Rosa", "list", now.case))["jobs"]] == [
        "withdrawn",
        "declined",
    ]

    left = await now.send()
    await now.screen("Amina", "suspend", now.people["Iman"].card[:10], "--reason", "stolen")
    assert "stopped this key" in await now.refused("Iman", "open", left)
    assert "no such interpreter" in await now.refused(
        "Rosa", "send", now.case, "--to", "Iman", "--draft", "Hello there."
    )

    other = await now.send("Ibou")
    await now.screen("Amina", "suspend", now.people["Rosa"].card[:10], "--reason", "stolen")
    assert "no such job" in await now.refused("Ibou", "open", other)
    assert (await now.run("Ibou", "list"))["jobs"] == []


async def test_the_audit_says_what_an_interpreter_had_and_erasing_takes_it_away(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """`audit exposure` names the case and the job; with the conversation the texts and the answers go."""
    now = await scene(build, http)
    job = await now.send()
    await now.run("Iman", "open", job)
    told = await operator(now.rig, "audit", "exposure", now.people["Iman"].card, "--json")
    (exposed,) = json.loads(told)["cases"]
    assert (exposed["case"], exposed["jobs"]) == (now.case, [job])

    await now.screen("Rosa", "release", now.case)
    places = read_settings(Places, now.rig.settings)
    await erase(places, now.case, datetime.now(UTC))
    database = Database(places.database)
    async with database.read() as tx:
        assert (await tx.execute(select(jobs.c.id))).all() == []
    await database.close()
    assert "no such job" in await now.refused("Iman", "open", job)
    assert (await now.run("Iman", "list"))["jobs"] == []
