"""Files of a case: listed, fetched only when asked for, and never believed or written without need."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from flows.session import Attached
from flows.turn import Command, Control, LanguageInput, MediaInput, TextInput
from protocol.attachment import Attachment, AttachmentId, Content, Missing, Where
from protocol.desk import Urgency
from protocol.errors import BadSignature, ProtocolError, WrongAttachment, WrongCase
from protocol.revision import CaseId
from responder.attachments import BYTES, OpenedFile
from responder.desk import Desk
from responder.failures import AttachmentUnknown, AttachmentWaiting, Refused
from responder.filing import size
from responder.lexicon import vocabulary
from responder.reader import read_case
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.fake_desk import FakeDesk
from tests.unit.test_responder.test_cli import run
from tests.unit.test_responder.told import header, parts, tell

CASE = CaseId("dangerdanger")
FIRST, SECOND = "a1" * 16, "b2" * 16
PICTURE = b"\xff\xd8\xff a picture"
TOLD = (
    LanguageInput("en"),
    MediaInput("photo", message=5, attached=Attached(FIRST, 231_400, "gate.jpg")),
    MediaInput("voice", message=6, caption="listen", attached=Attached(SECOND, 9)),
    Command(Control.LATER),
    MediaInput(
        "photo", message=5, caption="the gate", edited=True, attached=Attached(FIRST, 231_400, "gate.jpg")
    ),
    TextInput("help", message=7),
)


@pytest.fixture
def server(enrolled: Enrolled) -> FakeDesk:
    """A case with two files, one of which is sealed."""
    desk = enrolled.desk
    desk.put(header(CASE, Urgency.CRITICAL, language="en"), parts(tell(TOLD)))
    desk.file(CASE, FIRST, Content("photo", "gate.jpg", "image/jpeg", PICTURE))
    return desk


@pytest.fixture
async def desk(enrolled: Enrolled, server: FakeDesk) -> AsyncIterator[Desk]:
    """A responder at work."""
    assert server
    async with Vault(enrolled.settings) as vault:
        yield await vault.unlock(PASSPHRASE)


async def test_files_are_listed_in_the_order_in_which_they_came(desk: Desk) -> None:
    """Numbered once each, an edited caption included; what is not here yet says so; nothing is fetched for it."""
    opened = await desk.open(CASE)

    assert [(each.number, each.kind, each.where) for each in opened.files.all] == [
        (1, "voice", Where.WAITING),
        (2, "photo", Where.SEALED),
    ]
    assert [each.later for each in opened.files.all] == [True, False]


async def test_a_file_is_the_one_that_was_sent(desk: Desk) -> None:
    """By its number, its id or the beginning of one."""
    opened = await desk.open(CASE)

    for name in ("2", FIRST, FIRST[:6]):
        assert (await desk.fetch(opened, name)).body == PICTURE
    assert (await desk.file(CASE, FIRST)).manifest.name == "gate.jpg"


@pytest.mark.parametrize("name", ["3", "0", "", "zz", "a"])
async def test_a_name_that_no_file_has(desk: Desk, name: str) -> None:
    """Nothing is guessed."""
    opened = await desk.open(CASE)

    with pytest.raises(AttachmentUnknown):
        await desk.fetch(opened, name)


async def test_what_is_not_here_says_why(desk: Desk, server: FakeDesk) -> None:
    """It is being fetched, or it will not come."""
    with pytest.raises(AttachmentWaiting, match="not here yet"):
        await desk.fetch(await desk.open(CASE), "1")
    server.cases[CASE].files[SECOND] = Attachment(AttachmentId(SECOND), Where.MISSING, Missing.GONE)
    with pytest.raises(AttachmentWaiting, match="gone"):
        await desk.fetch(await desk.open(CASE), "1")


async def test_another_file_is_not_passed_off_as_this(desk: Desk, server: FakeDesk) -> None:
    """Neither another's bytes, nor another's seal, nor another case's."""
    server.file(CASE, SECOND, Content("voice", "", "", b"other"))
    kept = server.cases[CASE]
    kept.bytes[FIRST], kept.bytes[SECOND] = kept.bytes[SECOND], kept.bytes[FIRST]
    await expect(desk, BadSignature)
    kept.files[FIRST] = msgspec.structs.replace(kept.files[FIRST], seal=kept.files[SECOND].seal)
    await expect(desk, WrongAttachment)
    seal = kept.files[SECOND].seal
    assert seal is not None
    moved = msgspec.structs.replace(seal, case=CaseId("another"))
    kept.files[FIRST] = msgspec.structs.replace(kept.files[FIRST], seal=moved)
    await expect(desk, WrongCase)


async def expect(desk: Desk, error: type[ProtocolError]) -> None:
    """The photo is refused for this reason."""
    with pytest.raises(error):
        await desk.fetch(await desk.open(CASE), FIRST)


async def test_a_case_is_shown_where_the_list_cannot_be_had(desk: Desk, server: FakeDesk) -> None:
    """As from an older server: it is said, and the words are there."""
    server.old = True

    opened = await desk.open(CASE)

    assert opened.files.failure == "Garbled"
    assert [each.where for each in opened.files.all] == [None, None]
    reading = read_case(opened, *vocabulary("en", ()))
    assert any("could not be fetched" in warning for warning in reading.warnings)


async def test_a_colleague_s_case_gives_no_file(desk: Desk, server: FakeDesk) -> None:
    """The server says no."""
    opened = await desk.open(CASE)
    await desk.release(CASE)

    with pytest.raises(Refused):
        await desk.fetch(opened, "2")
    assert server.asked[-1].endswith(FIRST)


async def test_a_reading_names_each_file_beside_its_words(desk: Desk) -> None:
    """Photo, size, number; marked for later; still being fetched."""
    reading = read_case(await desk.open(CASE), *vocabulary("en", ()))

    assert [line.title for line in reading.files] == [
        "Voice note, 1 kB, attachment 1",
        "Photo, 231 kB, attachment 2",
    ]
    assert [line.shown for line in reading.files] == ["", "image"]
    assert "fetched" in reading.files[0].note
    words = {words.file: words for words in reading.words if words.file}
    assert words["attachment 1"].later
    assert not words["attachment 2"].absent


async def test_open_prints_and_writes_out(enrolled: Enrolled, server: FakeDesk, tmp_path: Path) -> None:
    """JSON has them; bytes go to stdout, or to a new file for one pair of eyes."""
    assert server
    document = json.loads((await run(enrolled, "open", CASE, "--json")).stdout)
    assert [(each["id"], each["kind"], each["bytes"], each["name"]) for each in document["attachments"]] == [
        (SECOND, "voice", 9, None),
        (FIRST, "photo", 231_400, "gate.jpg"),
    ]
    piped = await run(enrolled, "open", CASE, "--attachment", "2", "-o", "-")
    assert piped.stdout_bytes == PICTURE

    target = tmp_path / "out.jpg"
    for code in (0, 1):
        result = await run(enrolled, "open", CASE, "--attachment", FIRST, "--output", str(target))
        assert result.exit_code == code
    assert target.read_bytes() == PICTURE
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert (await run(enrolled, "open", CASE, "--attachment", "2")).exit_code == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"OggS", "audio/ogg"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"<svg onload=alert(1)>", BYTES),
        (b"<html>", BYTES),
        (b"", BYTES),
    ],
)
async def test_bytes_alone_decide_what_a_page_shows(desk: Desk, body: bytes, kind: str) -> None:
    """What a phone calls it could be a lie that a browser runs."""
    manifest = (await desk.file(await _claimed(desk), FIRST)).manifest

    assert OpenedFile(manifest, body).shown_as == kind


async def _claimed(desk: Desk) -> CaseId:
    return (await desk.take(CASE)).id


def test_sizes_are_read_by_people() -> None:
    """Nothing where nothing is known."""
    assert [size(each) for each in (0, 1, 231_400, 20_971_520)] == ["", "1 kB", "231 kB", "21.0 MB"]
