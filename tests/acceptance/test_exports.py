"""Cases leave through the real programs: every format, noted before, and nothing of them stays behind in clear."""

import secrets
from pathlib import Path
from typing import Any

import aiohttp
import pyrage
import pytest

from protocol.audience import RecipientClass, Tier
from protocol.desk import CaseState, Outcome
from protocol.export import Exported, ExportFormat, SealedFor
from protocol.requests import sign_request
from protocol.revision import CaseId
from responder.desk import Desk
from responder.failures import Refused
from responder.unseal import unseal
from tests.acceptance.rig import Build, Rig, Worker, until
from tests.acceptance.test_canary import leaks, seen
from tests.acceptance.test_leaving import arrive
from tests.acceptance.test_regrades import colleague, knows, program
from tests.acceptance.test_the_whole_path import agree

VICTIM = (("json", ""), ("csv", ""), ("htcds", ""), ("htcds", "csv"), ("page", ""), ("pdf", ""))
FAMILY = (("primero", ""), ("yellow", ""), ("yellow", "json"))
SLOW = pytest.mark.timeout(240)
"""Each export starts a program."""
PLAIN = Exported(
    format=ExportFormat.JSON,
    tiers=(Tier.CORE,),
    audience=RecipientClass.ORGANISATION,
    sealed_for=SealedFor.PLAIN,
)


async def told(rig: Rig, desk: Desk, words: str) -> CaseId:
    """Somebody in danger who wrote, and sent a photo and a place; the case is taken once all of it is there."""
    ana = await rig.sandbox.person("Ana", language="en")
    await agree(ana)
    await ana.press("I am running or hiding now")
    await ana.expect(lambda screen: "✓ I am running or hiding now" in screen.labels)
    await ana.say(words)
    await ana.expect(lambda screen: "Thank you" in screen.text)
    await ana.photo(b"\xff\xd8\xff " + words.encode())
    await ana.location(16.712345, 98.512345)
    case = (await desk.take_next()).id

    async def whole() -> bool:
        opened = await desk.read(case)
        return len(opened.files.all) == 1 and opened.files.all[0].seal is not None

    await until(whole)
    return case


async def export(rig: Rig, worker: Worker, case: CaseId, *words: str, to: Path) -> bytes:
    """Run the program; what it made. It puts temporary files where nothing else does."""
    temporary = rig.folder / "temporary"
    temporary.mkdir(exist_ok=True)
    made: Any = await program(
        rig, worker, "export", case, *words, "--json", "-o", str(to), TMPDIR=str(temporary)
    )
    assert made["schema"] == "export-made/1"
    assert list(temporary.rglob("*")) == []
    return to.read_bytes()


@SLOW
async def test_every_format_leaves_sealed_and_leaves_nothing(
    build: Build, http: aiohttp.ClientSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A victim's case in six forms: opened by their recipient alone, and each noted."""
    rig, outside = await build(), tmp_path_factory.mktemp("outside")
    worker = await rig.start()
    desk = rig.desk(worker, http)
    mark = f"canary{secrets.token_hex(6)}"
    case = await told(rig, desk, mark)
    for number, (kind, form) in enumerate(VICTIM):
        words = ("--format", kind, "--tiers", "all", *(("--as", form) if form else ()))
        sealed = await export(rig, worker, case, *words, to=outside / f"v{number}")
        content = unseal(sealed, [rig.keys.identity])
        assert mark.encode() not in sealed
        assert (mark.encode() in content) is (kind not in {"htcds", "pdf"})
        assert content[:5] == b"%PDF-" or content.decode()

    noted = [line for line in rig.logs() if line["action"] == "case.exported"]
    assert [line["kind"] for line in noted] == [kind for kind, _ in VICTIM]
    assert {line["mode"] for line in noted} == {"card"}
    assert noted[0]["tiers"] == ["core", "identity", "location", "forced_acts", "words"]
    wanted = [mark.encode(), mark.encode("utf-16-le"), b"16.712345", b"htcds_", b"Case report"]
    await worker.stop()
    assert leaks(seen(rig), wanted) == []


@SLOW
async def test_a_family_s_report_leaves_for_those_who_look_for_people(
    build: Build, http: aiohttp.ClientSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A tracing request and the help for a police report, as people and as programs read it."""
    rig, outside = await build(), tmp_path_factory.mktemp("outside")
    worker = await rig.start()
    desk = rig.desk(worker, http)
    sister = await rig.sandbox.person("Sister", language="en")
    await arrive(sister)
    await sister.press("I write about somebody else")
    await sister.expect(lambda screen: "Yes, keep it" in screen.labels)
    await sister.press("Yes, keep it")
    await sister.expect(lambda screen: "My own phone. I agree" in screen.labels)
    await sister.press("My own phone. I agree")
    await sister.expect(lambda screen: "They are hurt or threatened now" in screen.labels)
    await sister.press("They are hurt or threatened now")
    await sister.expect(lambda screen: "✓ They are hurt or threatened now" in screen.labels)
    theirs = (await desk.take_next()).id
    for number, (kind, form) in enumerate(FAMILY):
        words = ("--format", kind, *(("--as", form) if form else ()))
        sealed = await export(rig, worker, theirs, *words, to=outside / f"f{number}")
        assert unseal(sealed, [rig.keys.identity])

    noted = [line for line in rig.logs() if line["action"] == "case.exported"]
    assert [line["kind"] for line in noted] == [kind for kind, _ in FAMILY]


async def test_an_outsider_opens_a_page_with_the_passphrase_alone(
    build: Build, http: aiohttp.ClientSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Another age program, no Wayout; sealed to a key of theirs as well. Without a yes nothing goes to police."""
    rig, outside = await build(), tmp_path_factory.mktemp("outside")
    worker = await rig.start()
    desk = rig.desk(worker, http)
    case = await told(rig, desk, "the gate is red")
    officer = pyrage.x25519.Identity.generate()
    to = ("--format", "page", "--for", "organisation", "--to", str(officer.to_public()))
    sealed = await export(rig, worker, case, *to, "--tiers", "words", to=outside / "page.age")
    police = ("--format", "page", "--for", "home_police", "--to", str(officer.to_public()))
    with pytest.raises(AssertionError, match="did not agree"):
        await export(rig, worker, case, *police, to=outside / "police.age")

    page = pyrage.decrypt(sealed, [officer]).decode()
    assert "the gate is red" in page
    assert "16.712345" not in page
    assert 'download="1.jpg"' in page
    assert not (outside / "police.age").exists()


async def test_only_whoever_holds_a_case_can_export_it(build: Build, http: aiohttp.ClientSession) -> None:
    """The holder, and whoever closed it; a colleague is refused, an unknown case, and a body of no shape."""
    rig = await build()
    worker = await rig.start()
    rosa = rig.desk(worker, http)
    bashir = colleague(rig, rosa)
    await knows(bashir)
    case = await told(rig, rosa, "help")

    assert (await rosa.client.exported(case, PLAIN)).header.state is CaseState.CLAIMED
    with pytest.raises(Refused) as refused:
        await bashir.client.exported(case, PLAIN)
    assert refused.value.code == "not_holder"
    with pytest.raises(Refused) as unknown:
        await rosa.client.exported(CaseId("x" * 32), PLAIN)
    assert unknown.value.code == "case_unknown"
    url = f"{worker.url}/v1/cases/{case}/exported"
    for body in (
        b"",
        b"{}",
        b'{"format":"json","tiers":["words"],"audience":"embassy","sealed_for":"plain"}',
    ):
        client = rosa.client
        headers = sign_request(
            method="POST", url=url, body=body, key=client.key, key_id=client.card, now=int(client.clock())
        )
        async with http.post(url, data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["error"]) == (400, "body_bad")
    async with http.post(url, data=b"{}") as unsigned:
        assert unsigned.status == 401
    await rosa.read(case)
    await rosa.close(case, Outcome.HELPED)
    assert (await rosa.client.exported(case, PLAIN)).header.state is CaseState.CLOSED
