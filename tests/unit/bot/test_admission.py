"""The door of the API: who is let in, and that everything asked stands in the audit before anything is given."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from bot.api import table
from bot.auditing import facts_of
from bot.exposure import exposure
from bot.opening_rate import OPENS
from bot.settings import Places, read_settings
from protocol.audit import SERVER, Act
from protocol.requests import sign_request
from storage import staffing
from storage.database import Transaction
from tests.unit.bot.desk_door import PARTS, Desk
from tests.unit.bot.test_authorisation import BODIES, CASE, ROUTES


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline with a case that Rosa holds."""
    async with Desk.open(tmp_path) as opened:
        await opened.claim(opened.rosa)
        yield opened


def test_every_route_counts_as_something() -> None:
    """And a look that hands out something sealed is never merely counted."""
    for route in table(PARTS, lambda: None):
        assert isinstance(route.act, Act)
        assert not route.polled or (
            route.reads and not {"sealed", "attachments", "regrades"} & set(route.path.split("/"))
        )


def fill(desk: Desk, path: str, number: int = 0) -> str:
    """An address of the one case."""
    return path.format(case=desk.case, attachment=desk.attachment, number=number, job="0" * 32)


async def test_whatever_the_holder_does_is_in_the_audit(desk: Desk) -> None:
    """By its word, with card and case, also what is refused; what open pages repeat is counted within ten minutes."""
    for route in sorted(ROUTES, key=lambda each: ROUTES[each].polled):
        before = (await desk.audit())[-1].number
        body = BODIES.get(route, lambda _desk, _who: b"")(desk, desk.rosa)
        await desk.ask(desk.rosa, route[0], fill(desk, route[1]), body)

        first, *_ = [*(await desk.audit(before)), None]
        if first is None:
            assert ROUTES[route].polled, route
            continue
        assert (first.who, first.act) == (desk.rosa.id, ROUTES[route].act), route
        assert first.case == (desk.case if "{case}" in route[1] else ""), route


async def test_what_was_handed_out_is_told_by_tier(desk: Desk) -> None:
    """Opening says tiers, classes and revision; a file its id; claiming the next says which it was."""
    header = (await desk.ask(desk.rosa, "GET", fill(desk, CASE)))[1]
    opened = {"tiers": "core words", "classes": "organisation", "revision": header["amended"]}
    await desk.ask(desk.rosa, "GET", fill(desk, f"{CASE}/sealed"))
    assert await desk.last() == (desk.rosa.id, "opened", desk.case, opened)
    await desk.ask(desk.rosa, "GET", fill(desk, f"{CASE}/sealed/again"))
    assert await desk.last() == (desk.rosa.id, "compared", desk.case, opened)
    await desk.ask(desk.rosa, "GET", fill(desk, f"{CASE}/attachments/{{attachment}}"))
    assert await desk.last() == (
        desk.rosa.id,
        "attachment_fetched",
        desk.case,
        {"attachment": desk.attachment},
    )
    await desk.ask(desk.rosa, "POST", fill(desk, f"{CASE}/release"))
    await desk.ask(desk.ben, "POST", "/v1/next")
    number = (await desk.audit())[-2].number
    assert await desk.last() == (desk.ben.id, "claimed", desk.case, {"of": number})


async def test_a_refusal_is_in_the_audit_with_its_reason(desk: Desk) -> None:
    """A look once; a move as it was asked, and that it was not made. What another class asks for is told too."""
    await desk.ask(desk.ben, "GET", fill(desk, f"{CASE}/sealed"))
    assert await desk.last() == (desk.ben.id, "opened", desk.case, {"refused": "not_holder"})
    await desk.ask(desk.embassy, "POST", fill(desk, f"{CASE}/claim"))
    asked, refused = (await desk.audit())[-2:]
    assert (asked.act, asked.case, asked.facts) == ("claimed", desk.case, "{}")
    assert await desk.last() == (
        desk.embassy.id,
        "claimed",
        desk.case,
        {"of": asked.number, "refused": "case_unknown"},
    )
    assert refused.number == asked.number + 1
    await desk.ask(desk.rosa, "POST", fill(desk, f"{CASE}/messages/{{number}}/withdraw", 7))
    assert (await desk.last())[3]["message"] == 7


async def test_what_is_typed_into_an_address_does_not_get_into_the_audit(desk: Desk) -> None:
    """Only ids as they are drawn by lot, and numbers."""
    await desk.ask(desk.rosa, "GET", "/v1/cases/Maria/sealed")
    assert (await desk.last())[2:] == ("", {"refused": "case_unknown"})
    await desk.ask(desk.rosa, "GET", fill(desk, f"{CASE}/attachments/Maria"))
    assert (await desk.last())[2:] == (desk.case, {"refused": "attachment_unknown"})
    for typed in ("Maria", "1234567890", "%D9%A3"):
        await desk.ask(desk.rosa, "POST", fill(desk, f"{CASE}/messages/{typed}/withdraw"))
        assert set((await desk.last())[3]) == {"of", "refused"}


async def test_an_open_console_does_not_flood_the_audit(desk: Desk) -> None:
    """Its queue is asked for every few seconds: one entry in ten minutes, and how many more there were."""
    before = (await desk.audit())[-1].number
    for _ in range(5):
        desk.chat.now += timedelta(seconds=4)
        await desk.ask(desk.rosa, "GET", "/v1/cases")
    assert [row.act for row in await desk.audit(before)] == ["listed"]
    desk.chat.now += timedelta(minutes=11)
    await desk.ask(desk.rosa, "GET", "/v1/cases")
    assert [row.facts[:9] for row in await desk.audit(before)] == ["{}", '{"more":4', "{}"]


Spoil = Callable[[Desk], Awaitable[tuple[int, Any]]]


def signed(
    desk: Desk, *, at: int = 0, method: str = "POST", body: bytes = b"", **changes: Any
) -> dict[str, str]:
    """The headers of a request to renew, so many seconds from now."""
    asked = {"key": desk.rosa.keys.signing_key, "key_id": desk.rosa.id, "url": renewing(desk)} | changes
    return sign_request(method=method, body=body, now=int(desk.chat.now.timestamp()) + at, **asked)


def renewing(desk: Desk) -> str:
    """The address to renew the lease."""
    return str(desk.server.make_url(fill(desk, f"{CASE}/renew")))


async def send(
    desk: Desk, headers: dict[str, str], *, method: str = "POST", body: bytes = b""
) -> tuple[int, str]:
    """The status, and the refusal's code."""
    status, answer = await desk.send(method, renewing(desk), body, headers)
    return status, answer["error"] if status >= 400 else ""


async def test_what_was_seen_before_is_refused_and_does_nothing(desk: Desk) -> None:
    """A recorded request, however soon; nothing more is in the audit."""
    headers = signed(desk)
    assert await send(desk, headers) == (200, "")
    before = await desk.audit()
    assert await send(desk, headers) == (401, "signature_replayed")
    assert await desk.audit() == before


@pytest.mark.parametrize(
    ("at", "refused"), [(-60, ""), (-61, "signature_old"), (5, ""), (6, "signature_old")]
)
async def test_a_signature_lasts_a_minute(desk: Desk, at: int, refused: str) -> None:
    """Too old, and too far ahead."""
    assert await send(desk, signed(desk, at=at)) == ((401, refused) if refused else (200, ""))


async def test_a_signature_is_for_one_method_path_body_and_server(desk: Desk) -> None:
    """What was signed for something else is refused, and no stranger writes into the audit."""
    before = await desk.audit()
    other = renewing(desk).replace("/renew", "/release")
    elsewhere = renewing(desk).replace("127.0.0.1", "desk.example.org")
    stranger = desk.stranger
    bad = (401, "signature_bad")
    assert await send(desk, signed(desk, method="GET")) == bad
    assert await send(desk, signed(desk, url=other)) == bad
    assert await send(desk, signed(desk, url=renewing(desk) + "?a=1")) == bad
    assert await send(desk, signed(desk), body=b"{}") == bad
    assert await send(desk, signed(desk, url=elsewhere)) == bad
    assert await send(desk, signed(desk, url=elsewhere) | {"Host": "desk.example.org"}) == bad
    assert await send(desk, signed(desk, key=stranger.keys.signing_key)) == bad
    assert await send(desk, signed(desk, key_id=stranger.id)) == (401, "key_unknown")
    assert await send(desk, {}) == (401, "signature_missing")
    assert await desk.audit() == before


async def test_what_cannot_be_written_down_is_not_done_and_not_given(desk: Desk) -> None:
    """The disk is full, or somebody took the table: no move is made, no case is opened."""
    async with desk.chat.database.write() as tx:
        await tx.execute(text("ALTER TABLE audit RENAME TO gone"))
    for method, path in (("GET", "sealed"), ("GET", "attachments"), ("POST", "release")):
        status, _ = await desk.ask(desk.rosa, method, fill(desk, f"{CASE}/{path}"))
        assert status == 500
    async with desk.chat.database.write() as tx:
        await tx.execute(text("ALTER TABLE gone RENAME TO audit"))
    header = (await desk.ask(desk.rosa, "GET", fill(desk, CASE)))[1]
    assert (header["state"], header["claimed_by"]) == ("claimed", desk.rosa.id)


async def test_the_exposure_of_a_card_is_what_it_was_given(desk: Desk, tmp_path: Path) -> None:
    """Of both who asked, one was answered."""
    for who in (desk.rosa, desk.ben):
        await desk.ask(who, "GET", fill(desk, f"{CASE}/sealed"))
        await desk.ask(who, "GET", fill(desk, f"{CASE}/attachments/{{attachment}}"))
    places = read_settings(Places, {"WAYOUT_DATA_DIR": str(tmp_path)})
    (case,) = (await exposure(places, desk.rosa.id)).cases
    assert (case.case, case.times, case.tiers) == (desk.case, 2, ["core", "words"])
    assert (case.classes, case.attachments) == (["organisation"], [desk.attachment])
    assert (await exposure(places, desk.ben.id)).cases == []


async def test_what_was_opened_to_be_sealed_again_is_exposed_too(desk: Desk, tmp_path: Path) -> None:
    """A stolen key that opens every case "for a new colleague" is not overlooked, and counts for the alarm."""
    places = read_settings(Places, {"WAYOUT_DATA_DIR": str(tmp_path)})
    (before,) = (await exposure(places, desk.rosa.id)).cases
    assert (await desk.ask(desk.rosa, "GET", fill(desk, f"{CASE}/rewrap")))[0] == 200
    (case,) = (await exposure(places, desk.rosa.id)).cases
    assert (case.times - before.times, case.tiers) == (1, ["core", "words"])
    assert Act.REWRAP_OPENED in OPENS


async def test_to_whose_card_an_export_was_sealed_is_in_the_audit(desk: Desk) -> None:
    """A card's name is written down; anything else that stands in its place is not."""
    for card in (desk.ben.id, "Ana Lopez"):
        body = {
            "format": "json",
            "tiers": ["core"],
            "audience": "organisation",
            "sealed_for": "card",
            "card": card,
        }
        await desk.ask(desk.rosa, "POST", fill(desk, f"{CASE}/exported"), msgspec.json.encode(body))
    written = [each for each in await desk.audit() if each.act == Act.EXPORTED]
    told = [facts_of(each) for each in written]
    assert {each["card"] for each in told if "card" in each} == {desk.ben.id}
    assert "Ana" not in str(written)


async def test_the_clock_writes_too(desk: Desk) -> None:
    """Who was enrolled, told in the minute in which the server begins to go by it."""
    desk.chat.now += timedelta(minutes=2)
    await desk.chat.look()
    added = [row.facts for row in await desk.audit() if row.act == Act.CARD_ADDED]
    everybody = (desk.rosa, desk.ben, desk.embassy, desk.iman)
    assert sorted(added) == sorted(f'{{"card":"{each.id}"}}' for each in everybody)
    assert {row.who for row in await desk.audit() if row.act == Act.CARD_ADDED} == {SERVER}


async def test_the_desk_still_knows_that_somebody_is_there(desk: Desk) -> None:
    """Every request of a card counts as presence."""

    async def shifts(tx: Transaction) -> set[str]:
        return set(await staffing.shifts(tx))

    async with desk.chat.database.read() as tx:
        assert await shifts(tx) == {desk.rosa.id}
