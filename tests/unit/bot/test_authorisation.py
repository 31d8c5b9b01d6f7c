"""Who may do what: every route of the API, asked by everybody who should not be answered, and by those who should."""

import secrets
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.api import table
from protocol.audience import RecipientClass
from protocol.desk import Urgency
from protocol.interpreting import Aim, Job, JobContent, seal_job
from protocol.message import Message, MessageKind, Say, seal_message
from protocol.recipient import parse_recipient
from protocol.regrade import Regrade, seal_regrade
from protocol.revision import CaseId
from tests.unit.bot.desk_door import PARTS, Desk, Knocker

CASE = "/v1/cases/{case}"


def regrade(desk: Desk, who: Knocker) -> bytes:
    """Another urgency, as their program would send it."""
    given = Regrade(
        case=desk.case,  # type: ignore[arg-type]
        recipient_class=who.card.recipient_class,
        number=0,
        before=Urgency.CRITICAL,
        after=Urgency.HIGH,
        card=who.id,
        sealed_at=1,
    )
    recipients = [parse_recipient(who.card.recipient)]
    return msgspec.json.encode(
        seal_regrade(given, "Because.", recipients=recipients, signing_key=who.keys.signing_key)
    )


def say(desk: Desk, who: Knocker) -> bytes:
    """A note."""
    message = Message(
        case=desk.case,  # type: ignore[arg-type]
        recipient_class=who.card.recipient_class,
        number=0,
        kind=MessageKind.NOTE,
        card=who.id,
        sealed_at=1,
    )
    recipients = [parse_recipient(who.card.recipient)]
    sealed = seal_message(message, "A note.", recipients=recipients, signing_key=who.keys.signing_key)
    return msgspec.json.encode(Say(sealed))


def job(desk: Desk, who: Knocker) -> bytes:
    """Texts for Iman."""
    made = Job(
        case=CaseId(secrets.token_hex(16)),
        recipient_class=RecipientClass.INTERPRETER,
        to=desk.iman.id,
        card=who.id,
        sealed_at=1,
    )
    keys = tuple(parse_recipient(each.card.recipient) for each in (desk.iman, who))
    content = JobContent(aim=Aim.READ, language="am", into="en", texts=("x",), readers=(who.card.recipient,))
    return msgspec.json.encode(seal_job(made, content, recipients=keys, signing_key=who.keys.signing_key))


def offer(desk: Desk, who: Knocker) -> bytes:
    """To the other of the two colleagues."""
    return msgspec.json.encode({"to": (desk.ben if who is desk.rosa else desk.rosa).id})


EXPORT = b'{"format":"json","tiers":["core"],"audience":"organisation","sealed_for":"plain"}'
BODIES: dict[tuple[str, str], Callable[[Desk, Knocker], bytes]] = {
    ("POST", f"{CASE}/close"): lambda _desk, _who: b'{"outcome":"helped"}',
    ("POST", f"{CASE}/regrade"): regrade,
    ("POST", f"{CASE}/messages"): say,
    ("POST", "/v1/hand-over"): lambda _desk, _who: b'{"to":null}',
    ("POST", f"{CASE}/offer"): offer,
    ("POST", f"{CASE}/exported"): lambda _desk, _who: EXPORT,
    ("POST", f"{CASE}/jobs"): job,
    ("POST", f"{CASE}/extract"): lambda _desk, _who: b'{"extract":null,"digests":[]}',
}
"""What a move takes; nothing, where nothing stands here."""

OK, EMPTY = (200, None), (204, None)
UNKNOWN, NO_CASE = (401, "key_unknown"), (404, "case_unknown")
READS_NOT, HOLDS_NOT, WAITS_NOT = (403, "not_holder"), (409, "not_holder"), (409, "not_waiting")
NO_MESSAGE = (404, "message_unknown")
READS_ONLY, OTHER_CLASS = (403, "reads_only"), (403, "class_not_served")
NO_COLLEAGUE, NOT_OFFERED, NOT_CLOSED = (
    (404, "colleague_unknown"),
    (409, "not_offered"),
    (409, "not_closed"),
)
NO_JOB = (404, "job_unknown")
NO_BODY, NO_DISCLOSURE = (400, "body_bad"), (404, "disclosure_unknown")
REOPEN = ("POST", f"{CASE}/reopen")
"""Changes what all others find, so it is asked for by itself."""

# A row for each route: somebody unknown, another class, a colleague while Rosa holds it, Rosa once her lease has ended,
# Rosa once she has closed it, and Rosa while she holds it.
EXPECTED: dict[tuple[str, str], tuple[tuple[int, str | None], ...]] = {
    ("GET", "/v1/cases"): (UNKNOWN, OK, OK, OK, OK, OK),
    ("POST", "/v1/next"): (UNKNOWN, READS_ONLY, EMPTY, OK, EMPTY, EMPTY),
    ("GET", CASE): (UNKNOWN, NO_CASE, OK, OK, OK, OK),
    ("GET", f"{CASE}/sealed"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("GET", f"{CASE}/sealed/again"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("GET", f"{CASE}/regrades"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("GET", f"{CASE}/attachments"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("GET", f"{CASE}/attachments/{{attachment}}"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("POST", f"{CASE}/claim"): (UNKNOWN, NO_CASE, WAITS_NOT, OK, WAITS_NOT, OK),
    ("POST", f"{CASE}/renew"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    ("POST", f"{CASE}/regrade"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    ("POST", f"{CASE}/release"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    ("POST", f"{CASE}/close"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    # A colleague sees what needs a second look, and here nothing does.
    ("GET", f"{CASE}/messages"): (UNKNOWN, NO_CASE, OK, OK, OK, OK),
    ("POST", f"{CASE}/messages"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    # There is no message 0; whoever may not know of the case is not told that either.
    ("POST", f"{CASE}/messages/{{number}}/confirm"): (UNKNOWN, NO_CASE, *[NO_MESSAGE] * 4),
    ("POST", f"{CASE}/messages/{{number}}/withdraw"): (UNKNOWN, NO_CASE, *[HOLDS_NOT] * 3, NO_MESSAGE),
    # Each sees the cards, the closed cases and the cases of their own alone.
    ("GET", "/v1/colleagues"): (UNKNOWN, *[OK] * 5),
    ("GET", "/v1/closed"): (UNKNOWN, *[OK] * 5),
    ("GET", "/v1/mine"): (UNKNOWN, *[OK] * 5),
    ("POST", "/v1/hand-over"): (UNKNOWN, *[OK] * 5),
    ("POST", f"{CASE}/offer"): (UNKNOWN, NO_COLLEAGUE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    ("POST", f"{CASE}/accept"): (UNKNOWN, NO_CASE, *[NOT_OFFERED] * 4),
    ("POST", f"{CASE}/decline"): (UNKNOWN, NO_CASE, *[NOT_OFFERED] * 4),
    ("POST", f"{CASE}/revoke"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, NOT_OFFERED),
    REOPEN: (UNKNOWN, NO_CASE, NOT_CLOSED, NOT_CLOSED, OK, NOT_CLOSED),
    ("GET", "/v1/roster"): (UNKNOWN, *[OK] * 5),
    ("POST", "/v1/roster/countersign"): (UNKNOWN, *[NO_BODY] * 5),
    ("POST", "/v1/roster/suspend"): (UNKNOWN, *[NO_BODY] * 5),
    ("POST", "/v1/roster/lift"): (UNKNOWN, *[NO_BODY] * 5),
    # Whoever left a case to wait, or closed it, may seal it again; a colleague's is theirs.
    ("GET", "/v1/rewrap"): (UNKNOWN, *[OK] * 5),
    ("GET", f"{CASE}/rewrap"): (UNKNOWN, NO_CASE, READS_NOT, OK, OK, OK),
    ("POST", f"{CASE}/rewrap"): (UNKNOWN, *[NO_BODY] * 5),
    ("GET", f"{CASE}/disclosures"): (UNKNOWN, NO_CASE, *[OK] * 4),
    ("POST", f"{CASE}/disclosures"): (UNKNOWN, *[NO_BODY] * 5),
    ("POST", f"{CASE}/disclosures/{{number}}/confirm"): (UNKNOWN, NO_CASE, *[NO_DISCLOSURE] * 4),
    ("POST", f"{CASE}/exported"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("GET", "/v1/linkage"): (UNKNOWN, OTHER_CLASS, *[OK] * 4),
    ("POST", "/v1/linkage"): (UNKNOWN, OTHER_CLASS, *[NO_BODY] * 4),
    ("GET", "/v1/extracts/{case}"): (UNKNOWN, *[OTHER_CLASS] * 5),
    ("POST", f"{CASE}/extract"): (UNKNOWN, OTHER_CLASS, READS_NOT, READS_NOT, OK, OK),
    ("GET", f"{CASE}/jobs"): (UNKNOWN, NO_CASE, READS_NOT, READS_NOT, OK, OK),
    ("POST", f"{CASE}/jobs"): (UNKNOWN, NO_CASE, HOLDS_NOT, HOLDS_NOT, HOLDS_NOT, OK),
    ("POST", f"{CASE}/jobs/{{job}}/withdraw"): (UNKNOWN, NO_CASE, *[NO_JOB] * 4),
    ("GET", "/v1/jobs"): (UNKNOWN, *[OTHER_CLASS] * 5),
    ("GET", "/v1/jobs/{job}"): (UNKNOWN, *[OTHER_CLASS] * 5),
    ("POST", "/v1/jobs/{job}/answer"): (UNKNOWN, *[OTHER_CLASS] * 5),
    ("POST", "/v1/jobs/{job}/decline"): (UNKNOWN, *[OTHER_CLASS] * 5),
}
ROUTES = {(route.method, route.path): route for route in table(PARTS, lambda: None)}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline whose one case Rosa holds."""
    async with Desk.open(tmp_path) as opened:
        await opened.claim(opened.rosa)
        yield opened


def test_every_route_has_its_row() -> None:
    """A new route says here whom it answers."""
    assert set(EXPECTED) == set(ROUTES)


async def knock(desk: Desk, who: Knocker, method: str, path: str) -> tuple[int, str | None]:
    """The status, and the refusal's code."""
    body = BODIES.get((method, path), lambda _desk, _who: b"")(desk, who)
    filled = path.format(case=desk.case, attachment=desk.attachment, number=0, job="0" * 32)
    status, answer = await desk.ask(who, method, filled, body)
    return status, answer["error"] if status >= 400 else None


async def every(desk: Desk, who: Knocker, column: int) -> dict[tuple[str, str], Any]:
    """What differs from the table when somebody asks for everything, in its order."""
    differs = {}
    for (method, path), row in EXPECTED.items():
        if (method, path) == REOPEN:
            continue
        got = await knock(desk, who, method, path)
        if got != row[column]:
            differs[method, path] = got
    return differs


@pytest.mark.parametrize(("who", "column"), [("stranger", 0), ("embassy", 1), ("ben", 2)])
async def test_nobody_but_the_holder_gets_in(desk: Desk, who: str, column: int) -> None:
    """A key that nobody enrolled, another class, a colleague: refused by the code that its row has."""
    assert await every(desk, getattr(desk, who), column) == {}


async def test_an_interpreter_gets_their_own_jobs_and_nothing_else(desk: Desk) -> None:
    """No queue, no header, no roster, no colleague: every other route is closed, whatever the case."""
    mine = [route for route, each in ROUTES.items() if each.for_interpreters]
    got = {route: await knock(desk, desk.iman, *route) for route in EXPECTED}
    assert got == {
        route: OTHER_CLASS
        if route not in mine
        else OK
        if route == ("GET", "/v1/jobs")
        else NO_BODY
        if "answer" in route[1]
        else NO_JOB
        for route in EXPECTED
    }


async def test_whose_lease_has_ended_is_a_colleague_again(desk: Desk) -> None:
    """Rosa, an hour later; what would make her the holder again comes last."""
    desk.chat.now += timedelta(hours=1)
    again = {("POST", "/v1/next"), ("POST", f"{CASE}/claim")}
    routes = sorted(EXPECTED, key=lambda route: route in again)
    got = {route: await knock(desk, desk.rosa, *route) for route in routes}
    assert got == {route: row[3] for route, row in EXPECTED.items()}


async def test_whoever_closed_a_case_may_go_on_reading_and_nothing_else(desk: Desk) -> None:
    """Rosa, after closing it."""
    assert await knock(desk, desk.rosa, "POST", f"{CASE}/close") == OK
    assert await every(desk, desk.rosa, 4) == {}
    differs = await every(desk, desk.ben, 4)
    reads = [route for route, row in EXPECTED.items() if row[2] == READS_NOT]
    assert differs == dict.fromkeys(reads, READS_NOT)


async def test_only_the_class_reopens_a_closed_case(desk: Desk) -> None:
    """A colleague may; somebody unknown and another class may not."""
    assert await knock(desk, desk.ben, *REOPEN) == NOT_CLOSED
    assert await knock(desk, desk.rosa, "POST", f"{CASE}/close") == OK
    assert await knock(desk, desk.stranger, *REOPEN) == UNKNOWN
    assert await knock(desk, desk.embassy, *REOPEN) == NO_CASE
    assert await knock(desk, desk.ben, *REOPEN) == OK


ENDS = [("POST", f"{CASE}/release"), ("POST", f"{CASE}/close"), ("POST", "/v1/hand-over")]
"""After these the case is not Rosa's any more."""


async def test_the_holder_gets_in(desk: Desk) -> None:
    """Else the table would refuse everybody; a note and an offer come last, since they change what others find."""
    routes = [route for route in EXPECTED if route not in ENDS]
    routes.sort(key=lambda route: route[1].endswith(("/offer", "/messages")))
    got = {route: await knock(desk, desk.rosa, *route) for route in routes}
    assert got == {route: EXPECTED[route][5] for route in routes}


@pytest.mark.parametrize("route", ENDS, ids=" ".join)
async def test_the_holder_ends_a_claim(desk: Desk, route: tuple[str, str]) -> None:
    """Each in a hotline of its own."""
    assert await knock(desk, desk.rosa, *route) == EXPECTED[route][5]


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"outcome":"\xff"}', b"[" * 20_000, b"null"])
async def test_a_body_that_is_no_text_is_refused_and_breaks_nothing(desk: Desk, body: bytes) -> None:
    """On every route that takes one: a refusal, never a fault of ours."""
    for route in table(desk.parts, lambda: None):
        if route.body is not None:
            path = route.path.format(case=desk.case, attachment=desk.attachment, number="1", job="0" * 32)
            status, _ = await desk.ask(desk.rosa, route.method, path, body)
            assert status < 500, route.path
