"""A responder gives a case another urgency: the reason reaches colleagues, and nobody else; new danger still rises."""

import asyncio
import json
import os
import secrets
from dataclasses import replace
from pathlib import Path

import aiohttp
import msgspec
import pytest
from sqlalchemy import func, select

from bot.app import utc_now
from bot.enrolment import enrol
from bot.erasure import erase
from bot.settings import Places, read_settings
from protocol.card import CardId, card_id, encode_card
from protocol.desk import Header, Urgency, UrgencyFrom
from protocol.requests import sign_request
from responder.desk import Desk
from responder.failures import Refused
from responder.home import Home
from responder.keyfile import generate_keys, lock, make_card
from sandbox.client import Person
from storage.database import Database
from storage.tables import regrades
from tests.acceptance.rig import BIN, Build, Rig, Worker, let_in, until
from tests.acceptance.test_canary import leaks, seen
from tests.acceptance.test_the_whole_path import agree

DANGER, RUNNING = "I am hurt or threatened now", "I am running or hiding now"
PASSPHRASE = "correct horse staple"


async def in_danger(rig: Rig) -> Person:
    """Somebody whose case is critical."""
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana)
    await press(ana, DANGER)
    return ana


async def press(person: Person, label: str) -> None:
    """Tick or untick, and wait for the screen."""
    ticked = f"✓ {label}" in (await person.screen()).labels
    await person.press(f"✓ {label}" if ticked else label)
    await person.expect(lambda screen: (f"✓ {label}" in screen.labels) is not ticked)


_ENROLLERS: dict[CardId, Desk] = {}
"""Who is to countersign whom."""


def colleague(rig: Rig, desk: Desk) -> Desk:
    """Bashir, proposed beside Rosa, who lets him in once `knows` is asked; at a desk of his own."""
    keys = generate_keys()
    card = make_card(keys, name="Bashir", now=1_767_225_600)
    enrol(read_settings(Places, rig.settings), encode_card(card).encode(), "http://127.0.0.1:1")
    client = replace(desk.client, card=card_id(card), key=keys.signing_key)
    _ENROLLERS[client.card] = desk
    return Desk(client, keys.identity, desk.server_keys)


async def knows(desk: Desk) -> None:
    """Let whoever made this colleague countersign their card; return when the server serves it."""
    await let_in(_ENROLLERS[desk.client.card], desk.client.card)

    async def listed() -> bool:
        try:
            await desk.cases()
        except Refused:
            return False
        return True

    await until(listed)


async def program(rig: Rig, worker: Worker, *words: str, given: str = "", **more: str) -> dict[str, object]:
    """Run the responder's program as Rosa, with `more` in its environment; what it prints, as JSON."""
    home = Home(rig.folder / "rosa")
    if not home.folder.exists():
        card = make_card(rig.keys, name="Rosa", now=1_767_225_600)
        home.keep_identity(lock(rig.keys, PASSPHRASE, work_factor=4), encode_card(card).encode())
        home.keep_invite(rig.invite.encode())
        (home.folder / "passphrase").write_text(PASSPHRASE)
    environment = {
        "WAYOUT_RESPONDER_DIR": str(home.folder),
        "WAYOUT_PASSPHRASE_FILE": str(home.folder / "passphrase"),
        "WAYOUT_SERVER_URL": worker.url,
    }
    environment |= {name: value for name, value in os.environ.items() if name == "PYTHONPATH"}
    environment |= more
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        BIN / "wayout-responder", *words, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    )
    out, err = await process.communicate(given.encode())
    assert process.returncode == 0, err.decode()
    printed: dict[str, object] = json.loads(out)
    return printed


async def header(desk: Desk) -> Header:
    """The one case."""
    (found,) = await desk.cases()
    return found


async def amended(desk: Desk, beyond: int) -> Header:
    """The one case, once more was said than then."""

    async def more() -> bool:
        return (await header(desk)).amended > beyond

    await until(more)
    return await header(desk)


async def test_a_reason_reaches_a_colleague_and_nobody_else(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """From the program's stdin to another responder's screen; no database file and no log has a word of it."""
    rig = await build()
    worker = await rig.start()
    rosa = rig.desk(worker, http)
    bashir = colleague(rig, rosa)
    await knows(bashir)
    await in_danger(rig)
    mark = f"canary{secrets.token_hex(6)}"
    case = (await rosa.next()).header.id

    lowered = await program(rig, worker, "regrade", case, "low", "--json", given=f"They are {mark}.\n")
    assert (lowered["schema"], lowered["urgency"], lowered["urgency_from"]) == (
        "header/1",
        "low",
        "responder",
    )
    await program(rig, worker, "regrade", case, "high", "--json", "--reason", f"No: {mark}.")
    own = await program(rig, worker, "open", case, "--json")
    await rosa.release(case)
    opened = await bashir.open(case)

    told = [(each.name, each.card, each.before, each.after, each.reason) for each in opened.history.regrades]
    assert told == [
        ("Rosa", rig.card, Urgency.CRITICAL, Urgency.LOW, f"They are {mark}."),
        ("Rosa", rig.card, Urgency.LOW, Urgency.HIGH, f"No: {mark}."),
    ]
    assert opened.sessions[0].assessment is not None
    assert opened.sessions[0].assessment.urgency.value == "critical"
    listed = own["regrades"]
    assert isinstance(listed, list)
    assert [each["reason"] for each in listed] == [f"They are {mark}.", f"No: {mark}."]

    wanted = [mark.encode(), mark.encode("utf-16-le"), b"They are"]
    assert leaks(seen(rig), wanted) == []
    await worker.stop()
    assert leaks(seen(rig), wanted) == []
    assert [line["case"] for line in rig.logs() if line["action"] == "case.regraded"] == [case, case]


async def test_old_signs_leave_a_case_down_and_a_new_one_raises_it(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """Whoever holds the phone taps the same again; then something happens that was not said before."""
    rig = await build()
    rosa = rig.desk(await rig.start(), http)
    ana = await in_danger(rig)
    case = (await rosa.next()).header.id
    await rosa.regrade(case, Urgency.LOW, "a trial")

    before = (await header(rosa)).amended
    await press(ana, DANGER)
    await press(ana, DANGER)
    again = await amended(rosa, before)
    assert (again.urgency, again.urgency_from) == (Urgency.LOW, UrgencyFrom.RESPONDER)

    with pytest.raises(Refused) as unread:
        await rosa.regrade(case, Urgency.NONE, "unread")
    assert unread.value.code == "more_said"

    before = (await header(rosa)).amended
    await press(ana, RUNNING)
    risen = await amended(rosa, before)
    assert (risen.urgency, risen.urgency_from) == (Urgency.CRITICAL, UrgencyFrom.ANSWERS)

    await rosa.read(case)
    assert (await rosa.regrade(case, Urgency.MEDIUM, "both known")).urgency is Urgency.MEDIUM
    assert [each.reason for each in (await rosa.read(case)).history.regrades] == ["a trial", "both known"]


async def test_a_regrade_is_the_holders_own(build: Build, http: aiohttp.ClientSession) -> None:
    """Not a colleague's, not under another's signature, not of another case, and not twice."""
    rig = await build()
    worker = await rig.start()
    rosa = rig.desk(worker, http)
    bashir = colleague(rig, rosa)
    await knows(bashir)
    await in_danger(rig)
    case = (await rosa.next()).header.id
    await rosa.regrade(case, Urgency.LOW, "rosa's")
    (theirs,) = (await rosa.client.regrades(case)).regrades

    for desk, body, code in (
        (bashir, theirs, "body_bad"),
        (rosa, msgspec.structs.replace(theirs, after=Urgency.NONE), "body_bad"),
        (rosa, msgspec.structs.replace(theirs, sealed=b"another"), "body_bad"),
        (rosa, theirs, "more_said"),
    ):
        with pytest.raises(Refused) as caught:
            await desk.client.regrade(case, body)
        assert caught.value.code == code
    with pytest.raises(Refused) as stranger:
        await bashir.regrade(case, Urgency.NONE, "not mine")
    assert stranger.value.code == "not_holder"

    url, body = f"{worker.url}/v1/cases/{case}/regrade", msgspec.json.encode(theirs)
    clock = int(rosa.client.clock())
    signed = sign_request(
        method="POST", url=url, body=body, key=rosa.client.key, key_id=rosa.client.card, now=clock
    )
    answers = []
    for _ in range(2):
        async with http.post(url, data=body, headers=signed) as answer:
            answers.append((answer.status, (await answer.json())["error"]))
    assert answers == [(409, "more_said"), (401, "signature_replayed")]


async def test_erasing_a_person_erases_what_was_said_about_them(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """The reasons go with the case and the key."""
    rig = await build()
    rosa = rig.desk(await rig.start(), http)
    await in_danger(rig)
    case = (await rosa.next()).header.id
    await rosa.regrade(case, Urgency.LOW, "why")
    places = read_settings(Places, rig.settings)

    await erase(places, case, utc_now())

    database = Database(places.database)
    async with database.read() as tx:
        left = (await tx.execute(select(func.count()).select_from(regrades))).scalar_one()
    await database.close()
    assert left == 0
