"""Partners through the real programs: what an embassy reads, what police never see, what goes, what is released."""

import asyncio
import json
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.enrolment import enrol
from bot.settings import Places, read_settings
from protocol.audience import RecipientClass
from protocol.card import CardId, card_id, encode_card
from protocol.desk import Header
from protocol.revision import CaseId
from responder.desk import Desk
from responder.failures import Refused
from responder.home import Home
from responder.keyfile import ResponderKeys, generate_keys, lock, make_card
from sandbox.client import Person
from storage.audience import open_later
from storage.database import Database
from storage.tables import duty
from tests.acceptance.rig import BIN, Build, Rig, Worker, until
from tests.acceptance.test_the_whole_path import agree

NOBODY = CardId("")
PASSPHRASE = "correct horse staple"
BEGIN = 1_767_225_600
SECRET = "the-place-by-the-river"
TOLD = {
    "Which country are you in now?": "Myanmar",
    "Which country is your home?": "Uganda",
    "What do people call the place": SECRET,
    "May we tell the embassy": "Yes",
    "May we tell the police of your home country?": "No",
    "May we tell the police of the place": "No",
}
LAST = "May we count your answers"


@dataclass
class Colleague:
    """Somebody beside Rosa who is enrolled, with a desk over HTTP and a folder for the programs."""

    rig: Rig
    name: str
    kind: RecipientClass
    country: str | None = None
    keys: ResponderKeys = field(default_factory=generate_keys, repr=False)
    invite: str = ""
    card: CardId = NOBODY

    def enrol(self) -> "Colleague":
        """On the roster; Rosa is there already."""
        is_rosa = self.keys is self.rig.keys
        unit = None if self.country is None else "Desk 1"
        made = make_card(
            self.keys,
            name="Rosa" if is_rosa else self.name,
            now=BEGIN,
            recipient_class=self.kind,
            country=self.country,
            unit=unit,
        )
        encoded = encode_card(made).encode()
        places = read_settings(Places, self.rig.settings)
        self.invite = self.rig.invite if is_rosa else enrol(places, encoded, "http://127.0.0.1:1").invite
        self.card = card_id(made)
        home = Home(self.rig.folder / self.name)
        home.keep_identity(lock(self.keys, PASSPHRASE, work_factor=4), encoded)
        home.keep_invite(self.invite.encode())
        (home.folder / "passphrase").write_text(PASSPHRASE)
        return self

    def desk(self, rosa: Desk) -> Desk:
        """At work."""
        client = replace(rosa.client, card=self.card, key=self.keys.signing_key)
        return Desk(client, self.keys.identity, rosa.server_keys)

    async def program(self, worker: Worker, *words: str, fails: bool = False) -> Any:
        """Run the responder's program as this colleague; what it prints."""
        code, out, err = await self._run(worker, *words)
        assert code == (1 if fails else 0), (words, err)
        return err if fails else json.loads(out)

    async def screen(self, worker: Worker, *words: str) -> str:
        """The same for people; line ends are no matter."""
        code, out, err = await self._run(worker, *words)
        assert code == 0, err
        return " ".join(out.split())

    async def _run(self, worker: Worker, *words: str) -> tuple[int | None, str, str]:
        folder = self.rig.folder / self.name
        environment = {
            "WAYOUT_RESPONDER_DIR": str(folder),
            "WAYOUT_PASSPHRASE_FILE": str(folder / "passphrase"),
            "WAYOUT_SERVER_URL": worker.url,
        }
        environment |= {name: value for name, value in os.environ.items() if name == "PYTHONPATH"}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            BIN / "wayout-responder", *words, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
        out, err = await process.communicate(b"")
        return process.returncode, out.decode(), err.decode()


async def tell(person: Person, told: dict[str, str], until_text: str) -> None:
    """Answer these questions, skip all others, and stop where one of this text stands."""
    for _ in range(90):
        screen = await person.screen()
        if until_text in screen.text:
            return
        given = next((answer for asked, answer in told.items() if asked in screen.text), None)
        if given is None:
            await person.press("Skip")
        elif given in screen.labels:
            await person.press(given)
        else:
            await person.say(given)
        await person.expect(lambda now, before=screen.text: now.text != before)
    raise AssertionError((await person.screen()).text)


async def ready(desk: Desk) -> None:
    """Return when the server has read the recipients file with this card on it."""

    async def known() -> bool:
        try:
            await desk.cases()
        except Refused:
            return False
        return True

    await until(known)


async def seen(desk: Desk) -> list[Header]:
    """What stands in the queue."""
    return list(await desk.cases())


async def refused(act: Any) -> str:
    """The code with which the server says no."""
    with pytest.raises(Refused) as said:
        await act
    return str(said.value.code)


@dataclass
class Scene:
    """Everybody who is enrolled, and a Ugandan held in Myanmar who says yes to the embassy alone."""

    rig: Rig
    worker: Worker
    rosa: Desk
    people: dict[str, Colleague]
    ana: Person
    case: CaseId

    def desk(self, name: str) -> Desk:
        """Somebody at work."""
        return self.people[name].desk(self.rosa)

    async def run(self, name: str, *words: str, fails: bool = False) -> Any:
        """A command of theirs."""
        return await self.people[name].program(self.worker, *words, fails=fails)


async def scene(rig: Rig, http: aiohttp.ClientSession) -> Scene:
    """Up to where the embassy sees the case."""
    kinds = {
        "juma": (RecipientClass.EMBASSY, "UG"),
        "wanjiru": (RecipientClass.EMBASSY, "KE"),
        "okello": (RecipientClass.POLICE, "UG"),
        "thiha": (RecipientClass.POLICE, "MM"),
        "kofi": (RecipientClass.SECOND_ORGANISATION, None),
        "amina": (RecipientClass.ORGANISATION, None),
        "rosa": (RecipientClass.ORGANISATION, None),
    }
    people = {name: Colleague(rig, name, *kind) for name, kind in kinds.items()}
    people["rosa"].keys = rig.keys
    for each in people.values():
        each.enrol()
    worker = await rig.start()
    rosa = people["rosa"].desk(rig.desk(worker, http))
    await ready(rosa)
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana)
    await ana.press("I am running or hiding now")
    await ana.expect(lambda screen: "✓ I am running or hiding now" in screen.labels)
    await ana.press("Done")
    await tell(ana, TOLD, LAST)
    embassy = people["juma"].desk(rosa)

    async def open_to_the_embassy() -> bool:
        return bool(await seen(embassy))

    await until(open_to_the_embassy)
    (shown,) = await seen(embassy)
    return Scene(rig, worker, rosa, people, ana, shown.id)


async def sees_nothing(desk: Desk, case: CaseId) -> None:
    """On no route."""
    client = desk.client
    assert await seen(desk) == []
    for act in (
        client.header(case),
        client.sealed(case),
        client.sealed_again(case),
        client.claim(case),
        client.renew(case),
        client.release(case),
        client.attachments(case),
        client.messages(case),
        client.regrades(case),
        client.disclosures(case),
    ):
        assert await refused(act) == "case_unknown"


async def test_each_body_sees_what_a_person_agreed_to_and_nothing_else(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """The embassy of home reads without a claim; no other embassy, no police, no second organisation sees it."""
    now = await scene(await build(), http)
    for name in ("wanjiru", "okello", "thiha", "kofi"):
        await sees_nothing(now.desk(name), now.case)
    embassy = now.desk("juma")

    whole = await now.rosa.next()
    theirs = await now.run("juma", "open", now.case, "--json")

    (shown,) = await seen(embassy)
    assert (shown.classes, shown.claimed_by) == ((RecipientClass.EMBASSY,), None)
    assert all(session.watchword for session in whole.sessions)
    assert theirs["watchword"] == []
    assert theirs["summary"]["consents"] == {"embassy": True}
    assert SECRET in json.dumps(theirs)
    assert {part.tier.value for part in await embassy.parts(now.case)} == {"core", "identity", "location"}
    assert await refused(embassy.client.claim(now.case)) == "reads_only"
    assert await refused(embassy.client.next()) == "reads_only"
    assert await refused(embassy.client.messages(now.case)) == "reads_only"
    assert await refused(embassy.client.renew(now.case)) == "not_holder"
    assert await refused(embassy.client.release(now.case)) == "not_holder"
    assert [each.claimed_by for each in await seen(now.rosa)] == [now.people["rosa"].card]

    # People are told when those who can answer were there, not when an embassy was.
    database = Database(f"sqlite+aiosqlite:///{now.rig.settings['WAYOUT_DATA_DIR']}/wayout.db")
    async with database.read() as tx:
        there = {each for (each,) in await tx.execute(select(duty.c.card))}
    assert there == {now.people[name].card for name in ("rosa", "kofi")}
    # Nobody here answers: from its moment on the second organisation has all that the first has, and takes the case.
    async with database.write() as tx:
        await open_later(tx, now.case, "second_organisation", at=datetime.now(UTC))
    await database.close()
    await now.rosa.release(now.case)
    second = await now.desk("kofi").next()
    (ours,), (read,) = whole.sessions, second.sessions
    assert (read.tiers, read.watchword) == (ours.tiers, ours.watchword)
    assert [each.claimed_by for each in await seen(now.rosa)] == [now.people["kofi"].card]
    assert len(await seen(embassy)) == 1
    await now.desk("kofi").release(now.case)
    await now.rosa.take(now.case)

    await now.ana.press("Back")
    await now.ana.expect(lambda screen: LAST not in screen.text)
    await tell(now.ana, {"May we tell the police": "Back"}, "May we tell the embassy")
    await now.ana.press("No")

    async def closed_to_the_embassy() -> bool:
        return not await seen(embassy)

    await until(closed_to_the_embassy)
    await sees_nothing(embassy, now.case)
    assert (await now.rosa.read(now.case)).sessions


async def test_two_responders_release_one_part_to_one_card(build: Build, http: aiohttp.ClientSession) -> None:
    """Proposed by the holder, confirmed by another; the card reads that part, and everybody sees that it does."""
    now = await scene(await build(), http)
    case, okello = now.case, now.people["okello"]
    await now.rosa.next()
    words = ("emergency-release", "propose", case, "--tier", "location", "--reason", "Unconscious.", "--json")

    assert "names no one" in await now.run("rosa", *words, "--to", now.people["amina"].card, fails=True)
    (proposed,) = (await now.run("rosa", *words, "--to", okello.card))["releases"]
    assert (proposed["tiers"], proposed["second"], proposed["reason"]) == (["location"], None, "Unconscious.")
    await sees_nothing(now.desk("okello"), case)
    own = await now.run("rosa", "emergency-release", "confirm", case, "0", fails=True)
    assert "nothing of that number" in own
    (waiting,) = (await now.run("amina", "emergency-release", "list", case, "--json"))["releases"]
    assert waiting["reason"] == "Unconscious."
    (made,) = (await now.run("amina", "emergency-release", "confirm", case, "0", "--json"))["releases"]
    assert (made["by"], made["second"]) == ("Rosa", "amina")

    (shown,) = await seen(now.desk("okello"))
    assert shown.classes == (RecipientClass.DISCLOSED,)
    read = await now.run("okello", "open", case, "--json")
    assert SECRET in json.dumps(read)
    assert [each["tiers"] for each in read["releases"]] == [["location"]]
    opened = await now.desk("okello").read(case)
    assert {tier.value for session in opened.sessions for tier in session.tiers} == {"location"}
    assert "read of this case: Where they are" in await now.people["okello"].screen(now.worker, "open", case)
    ours = await now.run("rosa", "open", case, "--json")
    assert [each["to"] for each in ours["releases"]] == [okello.card]
    assert "let okello" in await now.people["rosa"].screen(now.worker, "open", case)
    for name in ("thiha", "kofi", "wanjiru"):
        await sees_nothing(now.desk(name), case)
    logs = "".join(each.log.read_text() for each in now.rig.workers)
    assert "disclosure.confirmed" in logs
    assert not any(word in logs for word in (SECRET, "Unconscious"))
