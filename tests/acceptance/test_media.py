"""What people send: fetched, sealed, off the screen, and the same bytes on a responder's machine."""

import secrets

import aiohttp
import pytest

from protocol.attachment import Missing, Where
from responder.attachments import Filed
from responder.desk import Desk
from responder.failures import AttachmentWaiting, Refused
from sandbox.client import Person
from tests.acceptance.rig import Build, Rig, until
from tests.acceptance.test_canary import leaks, seen
from tests.conftest import Postgres

PHOTO, VOICE = b"\xff\xd8\xff a picture of a gate", b"OggS a whisper"
LARGE = 21 * 1024 * 1024


async def files(desk: Desk) -> list[Filed]:
    """The files of the one case that there is; none while there is none."""
    cases = await desk.cases()
    return list((await desk.open(cases[0].id)).files.all) if cases else []


async def all_sealed(desk: Desk, count: int) -> bool:
    """Whether so many files can be had."""
    return [each.where for each in await files(desk)] == [Where.SEALED] * count


async def contents(desk: Desk) -> list[bytes]:
    """Each file in clear, in the order in which they came."""
    (header,) = await desk.cases()
    opened = await desk.open(header.id)
    return [(await desk.fetch(opened, str(each.number))).body for each in opened.files.all]


async def begin(rig: Rig, name: str = "Ana") -> Person:
    """Somebody who has a question on the screen."""
    person = await rig.sandbox.person(name, language="en")
    await person.say("/start")
    await person.expect(lambda screen: "English" in screen.labels)
    await person.press("English")
    await person.expect(lambda screen: "Not now" in screen.labels)
    return person


async def test_a_photo_and_a_voice_note_reach_the_responder(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """The same bytes, name and kind; the chat shows neither any more; nothing went to disk in clear."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    mark = f"canary{secrets.token_hex(8)}"
    photo, name = PHOTO + mark.encode(), f"{mark}.jpg"
    await ana.file("document", photo, name=name, mime_type="image/jpeg")
    await ana.voice(VOICE + mark.encode())
    desk = rig.desk(worker, http)

    await until(lambda: all_sealed(desk, 2))
    await ana.expect(lambda screen: not screen.own and len(screen.theirs) == 1)

    assert await contents(desk) == [photo, VOICE + mark.encode()]
    listed = await files(desk)
    assert [(each.kind, each.size) for each in listed] == [
        ("document", len(photo)),
        ("voice", len(VOICE) + len(mark)),
    ]
    assert listed[0].name == name
    assert leaks(seen(rig), [mark.encode(), mark.encode("utf-16-le")]) == []
    await worker.stop()
    assert leaks(seen(rig), [mark.encode()]) == []
    said = [call["parameters"] for call in await rig.sandbox.calls() if call["method"] != "getUpdates"]
    assert not [each for each in said if mark in str(each)]


async def test_a_kill_between_the_message_and_its_bytes(build: Build, http: aiohttp.ClientSession) -> None:
    """The power goes while Telegram keeps us waiting: the next start fetches it, once."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    await rig.sandbox.fault("time_out", method="file", seconds=600, times=1)
    await ana.photo(PHOTO)
    await until(lambda: asked(rig, "getFile"))
    await worker.kill()
    await rig.sandbox.calm()
    worker = await rig.start()
    desk = rig.desk(worker, http)

    await until(lambda: all_sealed(desk, 1))
    assert await contents(desk) == [PHOTO]
    await ana.expect(lambda screen: not screen.own)


async def asked(rig: Rig, method: str) -> bool:
    """Whether the bot has called it."""
    return bool(await rig.calls(method))


@pytest.mark.fault
@pytest.mark.parametrize("method", ["getFile", "file"])
@pytest.mark.parametrize("kind", ["too_many_requests", "server_error", "bad_gateway", "lost", "gone"])
async def test_trouble_on_the_way_passes(
    build: Build, http: aiohttp.ClientSession, kind: str, method: str
) -> None:
    """429, 5xx, a page of a proxy, a cut line, a path that has expired: the file comes all the same."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    await rig.sandbox.fault(kind, method=method, times=1)
    await ana.photo(PHOTO)
    desk = rig.desk(worker, http)

    await until(lambda: all_sealed(desk, 1), within=60)
    assert await contents(desk) == [PHOTO]


async def test_a_file_is_fetched_after_they_closed_the_chat(
    build: Build, http: aiohttp.ClientSession
) -> None:
    """The message is gone from the phone; Telegram still has the file, and the responder gets it."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    await rig.sandbox.fault("server_error", method="getFile", times=2)
    await ana.photo(PHOTO)
    await until(lambda: asked(rig, "getFile"))
    await ana.press("Close")
    await ana.expect(lambda screen: not screen.own)
    desk = rig.desk(worker, http)

    await until(lambda: all_sealed(desk, 1), within=30)
    assert await contents(desk) == [PHOTO]
    assert not (await ana.screen()).own


async def test_what_is_too_large_is_told(build: Build, http: aiohttp.ClientSession) -> None:
    """By its size, or by its bytes where the size was a lie; it stays on the screen, where the only copy is."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    await ana.document(bytes(LARGE), name="a.bin")
    await ana.file("document", bytes(LARGE), name="b.bin", told_size=1000)
    desk = rig.desk(worker, http)

    async def told() -> bool:
        return [each.missing for each in await files(desk)] == [Missing.TOO_LARGE] * 2

    await until(told, within=30)
    (header,) = await desk.cases()
    opened = await desk.open(header.id)
    with pytest.raises(AttachmentWaiting):
        await desk.fetch(opened, "1")
    assert len((await ana.screen()).own) == 2


async def test_files_are_the_holders_alone(build: Build, http: aiohttp.ClientSession) -> None:
    """Neither the list nor the bytes go to somebody who does not hold the case."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    await ana.photo(PHOTO)
    desk = rig.desk(worker, http)
    await until(lambda: all_sealed(desk, 1))
    (header,) = await desk.cases()
    (filed,) = await files(desk)
    await desk.release(header.id)

    for ask in (desk.client.attachments(header.id), desk.client.attachment(header.id, filed.id)):
        with pytest.raises(Refused) as caught:
            await ask
        assert caught.value.code == "not_holder"


async def test_an_item_can_be_marked_for_later(build: Build, http: aiohttp.ClientSession) -> None:
    """One tap under the answer that it is noted."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    await ana.photo(PHOTO)
    await ana.expect(lambda screen: "For later" in screen.labels)
    await ana.press("For later")
    await ana.expect(lambda screen: "marked for later" in screen.text and "For later" not in screen.labels)
    desk = rig.desk(worker, http)

    async def told() -> bool:
        return [each.later for each in await files(desk)] == [True]

    await until(told)


async def test_a_live_location_follows_the_phone(build: Build, http: aiohttp.ClientSession) -> None:
    """It stays while it lives, wakes no screen, and goes when it is over."""
    rig = await build()
    worker = await rig.start()
    ana = await begin(rig)
    live = await ana.location(16.7, 98.5, live_period=900)
    await ana.expect(lambda screen: "Thank you" in screen.text)
    shown = len(await rig.calls("editMessageText")) + len(await rig.calls("sendMessage"))
    await ana.move(live, 16.8, 98.6)
    assert len((await ana.screen()).own) == 1
    await ana.move(live, 16.9, 98.7, over=True)

    await ana.expect(lambda screen: not screen.own)
    assert len(await rig.calls("editMessageText")) + len(await rig.calls("sendMessage")) == shown
    (header,) = await rig.desk(worker, http).cases()
    assert header.id


async def test_two_processes_share_the_fetching(
    build: Build, http: aiohttp.ClientSession, postgres: Postgres
) -> None:
    """On PostgreSQL: each file is sealed once, though one of the two dies meanwhile."""
    rig = await build(WAYOUT_DATABASE_URL=postgres.create())
    first, second = await rig.start(), await rig.start()
    ana = await begin(rig)
    for number in range(6):
        await ana.photo(PHOTO + bytes([number]))
    await until(lambda: asked(rig, "getFile"))
    await first.kill()
    desk = rig.desk(second, http)

    await until(lambda: all_sealed(desk, 6), within=60)
    assert sorted(await contents(desk)) == [PHOTO + bytes([number]) for number in range(6)]
    await ana.expect(lambda screen: not screen.own, within=30)
