"""The console's pages and buttons for cases that change hands, and the program's commands, without a browser."""

from __future__ import annotations

import json

import msgspec
import pytest

from protocol.audience import RecipientClass
from protocol.card import CardId, card_id
from protocol.desk import CaseState, Header, Outcome, Urgency
from protocol.revision import CaseId
from protocol.roster import add_card
from protocol.signing import SigningKey
from responder.enrolment import Person
from responder.keyfile import generate_keys, make_card
from responder.serving import make_console
from responder.vault import Vault
from tests.unit.test_responder.enrolled import Enrolled, enrolled_desk
from tests.unit.test_responder.fake_desk import FakeDesk
from tests.unit.test_responder.test_cli import FAILED, MISUSED, run
from tests.unit.test_responder.test_gate import CASE, CONFLICT, FORBIDDEN, MOVED, OK, Door, door, enter
from tests.unit.test_responder.told import ONLY_HELP, header, parts, tell

__all__ = ["door"]
MORE = CaseId("moremoremore")


def bashir(desk: FakeDesk) -> CardId:
    """A colleague, who is enrolled from now on."""
    card = make_card(generate_keys(hybrid=False), name="Bashir", now=1_772_366_400, languages=("ar",))
    desk.roster = add_card(desk.roster, card)
    return card_id(card)


def change(desk: FakeDesk, case: CaseId, **fields: object) -> None:
    """What a colleague did meanwhile."""
    desk.cases[case].header = msgspec.structs.replace(desk.cases[case].header, **fields)


def known(desk: FakeDesk, case: CaseId) -> Header:
    """A case as the server knows it."""
    return desk.cases[case].header


def asked(desk: FakeDesk, word: str) -> list[str]:
    """What was asked of the server that has this word in its address."""
    return [line for line in desk.asked if word in line]


async def test_a_case_is_offered_from_its_page_and_taken_back(door: Door) -> None:
    """The page names the colleagues; once it is offered it says to whom, and offers to take that back."""
    desk, to = door.enrolled.desk, bashir(door.enrolled.desk)
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    _, text = await door.get(f"/cases/{CASE}")
    assert f'<option value="{to}" dir="auto">Bashir</option>' in text
    assert "Amina</option>" not in text

    assert await door.post(f"/cases/{CASE}/offer", to=to, words="Ring at seven.") == MOVED
    assert known(desk, CASE).offered_to == to
    assert [each.message.card for each in desk.cases[CASE].messages] == [card_id(door.enrolled.card)]
    assert desk.cases[CASE].texts == [None]
    _, text = await door.get(f"/cases/{CASE}?said=offered_now")
    assert "Bashir" in text
    assert f'action="/cases/{CASE}/offer"' not in text

    assert await door.post(f"/cases/{CASE}/revoke") == MOVED
    assert known(desk, CASE).offered_to is None


async def test_where_there_is_no_colleague_nothing_is_offered(door: Door) -> None:
    """Nor where the cards that the server names are signed by another: the case is shown all the same."""
    desk = door.enrolled.desk
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    alone, (_, text) = desk.roster, await door.get(f"/cases/{CASE}")
    assert f"/cases/{CASE}/offer" not in text

    to = bashir(desk)
    desk.signs_roster = SigningKey.generate()
    status, text = await door.get(f"/cases/{CASE}")
    assert (status, f"/cases/{CASE}/offer" in text) == (OK, False)
    assert await door.post(f"/cases/{CASE}/offer", to=to) != MOVED
    desk.signs_roster, desk.roster = None, alone
    status, text = await door.send(f"/cases/{CASE}/offer", to=to)
    assert (status, "There is no such colleague." in text) == (502, True)
    assert known(desk, CASE).offered_to is None


async def test_what_is_offered_stands_first_and_is_answered_there(door: Door) -> None:
    """Accepted it opens; declined it stays with its holder."""
    desk, other = door.enrolled.desk, bashir(door.enrolled.desk)
    me = card_id(door.enrolled.card)
    desk.put(header(MORE, Urgency.LOW, language="en"), parts(tell(ONLY_HELP, session="s2")))
    change(desk, MORE, state=CaseState.CLAIMED, claimed_by=other, offered_to=me, lease_until=desk.now())
    await enter(door)
    _, text = await door.get("/")
    assert text.index(MORE[:8]) < text.index(CASE[:8])

    assert await door.post(f"/cases/{MORE}/decline") == MOVED
    assert (known(desk, MORE).claimed_by, known(desk, MORE).offered_to) == (other, None)
    status, _ = await door.send(f"/cases/{MORE}/accept")
    assert status == CONFLICT
    change(desk, MORE, offered_to=me)
    assert await door.post(f"/cases/{MORE}/accept") == MOVED
    assert known(desk, MORE).claimed_by == me
    assert (await door.get(f"/cases/{MORE}"))[0] == OK


@pytest.mark.parametrize("act", ["offer", "release"])
async def test_a_shift_ends_at_once(door: Door, act: str) -> None:
    """The page lists what is with her before, and what was given after; the next time there is nothing."""
    desk, to = door.enrolled.desk, bashir(door.enrolled.desk)
    desk.put(header(MORE, Urgency.LOW, language="en"), parts(tell(ONLY_HELP, session="s2")))
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    _, text = await door.get("/shift")
    assert CASE[:8] in text
    assert MORE[:8] not in text

    _, text = await door.send("/shift", act=act, to=to, words="")
    assert CASE[:8] in text
    given = known(desk, CASE)
    assert (given.offered_to, given.state) == (
        (to, CaseState.CLAIMED) if act == "offer" else (None, CaseState.WAITING)
    )
    assert known(desk, MORE).state is CaseState.WAITING
    if act == "release":
        _, text = await door.get("/shift")
        assert '<form method="post" action="/shift"' not in text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (f"/cases/{CASE}/release", {}),
        (f"/cases/{CASE}/close", {"outcome": "helped"}),
        (f"/cases/{CASE}/offer", {}),
        ("/shift", {"act": "release"}),
        ("/shift", {"act": "offer"}),
    ],
)
async def test_a_reply_that_waits_goes_out_before_the_case_does(
    door: Door, path: str, fields: dict[str, str]
) -> None:
    """Within its ten seconds: afterwards it would not be the holder's any more, and would reach nobody."""
    desk, to = door.enrolled.desk, bashir(door.enrolled.desk)
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    outgoing, unlocked = door.console.shift.outgoing, door.console.desk()
    outgoing.wait = 600
    await outgoing.put(unlocked, CASE, "We read it.")
    assert desk.cases[CASE].texts == []

    await door.post(path, to=to, **fields)

    assert desk.cases[CASE].texts == ["We read it."]
    assert (
        known(desk, CASE).claimed_by is None
        or known(desk, CASE).state is CaseState.CLOSED
        or (known(desk, CASE).offered_to == to)
    )
    assert (outgoing.waiting, outgoing.drafts) == ({}, {})


@pytest.mark.parametrize("path", [f"/cases/{CASE}/release", "/shift"])
async def test_a_case_whose_reply_did_not_go_out_stays(door: Door, path: str) -> None:
    """Its page shows the words and why; a second try lets the case go without them."""
    desk = door.enrolled.desk
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    outgoing, unlocked = door.console.shift.outgoing, door.console.desk()
    outgoing.wait = 600
    await outgoing.put(unlocked, CASE, "We read it.")
    desk.old = True  # of an earlier version: it knows no messages

    assert await door.post(path, act="release") == MOVED
    assert known(desk, CASE).state is CaseState.CLAIMED
    assert outgoing.draft(unlocked, CASE) == "We read it."
    assert await door.post(path, act="release") in {MOVED, OK}
    assert known(desk, CASE).state is CaseState.WAITING


async def test_what_is_closed_is_listed_and_opened_again(door: Door) -> None:
    """With what came of it; none is said where there is none."""
    desk = door.enrolled.desk
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    _, text = await door.get("/closed")
    assert CASE[:8] not in text
    await door.post(f"/cases/{CASE}/close", outcome="referred")
    _, text = await door.get("/closed")
    assert CASE[:8] in text
    assert "Referred to others" in text

    assert await door.post(f"/cases/{CASE}/reopen") == MOVED
    assert known(desk, CASE).state is CaseState.WAITING
    assert CASE[:8] not in (await door.get("/closed"))[1]


@pytest.mark.parametrize("name", ["offer", "revoke", "accept", "decline", "reopen"])
async def test_no_hand_moves_without_our_sign(door: Door, name: str) -> None:
    """Another page cannot hand a case to anybody."""
    await enter(door)
    assert await door.post(f"/cases/{CASE}/{name}", sign="", to="x") == FORBIDDEN
    assert await door.post("/shift", sign="", act="release") == FORBIDDEN
    assert asked(door.enrolled.desk, name) == asked(door.enrolled.desk, "hand-over") == []


async def test_only_a_posted_renewal_renews(door: Door) -> None:
    """Reading the case, the queue or its live list does not; the page's script is told until when."""
    desk = door.enrolled.desk
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    for path in (f"/cases/{CASE}", "/", "/shift", "/closed", f"/cases/{CASE}"):
        await door.get(path)
    assert asked(desk, "renew") == []
    assert len(asked(desk, "claim")) == 1

    form = {"sign": door.console.gate.sign}
    headers = {"Origin": door.root, "Accept": "application/json"}
    async with door.http.post(f"{door.root}/cases/{CASE}/renew", data=form, headers=headers) as answer:
        told = await answer.json()
    until = known(desk, CASE).lease_until
    assert until is not None
    assert told["until"] == f"{until:%Y-%m-%dT%H:%M:%SZ}"
    assert asked(desk, "renew") == [f"POST /v1/cases/{CASE}/renew"]


async def test_an_analysts_console_leads_to_patterns(tmp_path_factory: pytest.TempPathFactory) -> None:
    """And a case worker's does not."""
    for wanted in (RecipientClass.ANALYST, RecipientClass.ORGANISATION):
        someone = Person("Amina", wanted, ("en",))
        folder = tmp_path_factory.mktemp("desk") / "amina"
        async with enrolled_desk(folder, person=someone) as enrolled, Vault(enrolled.settings) as vault:
            assert make_console(vault).paper.analyst is (wanted is RecipientClass.ANALYST)


# --- the program


@pytest.fixture
def with_case(enrolled: Enrolled) -> Enrolled:
    """A case waits."""
    enrolled.desk.put(header(CASE, Urgency.CRITICAL), parts(tell(ONLY_HELP)))
    return enrolled


@pytest.mark.parametrize(
    "words",
    [
        (),
        (CASE,),
        ("--to", "Bashir"),
        ("--accept",),
        (CASE, "--to", "Bashir", "--accept"),
        (CASE, "--all"),
        ("--all", "--accept"),
        ("--all", "--note", "for nobody"),
        (CASE, "--accept", "--note", "for nobody"),
    ],
    ids=" ".join,
)
async def test_a_hand_over_that_is_not_clear_asks_nothing_of_the_server(
    with_case: Enrolled, words: tuple[str, ...]
) -> None:
    """It is misuse, and a note without somebody to read it is none."""
    refused = await run(with_case, "hand-over", *words)

    assert refused.exit_code == MISUSED
    assert ("--note goes with --to" in refused.stderr) is ("--note" in words)
    assert with_case.desk.asked == []


async def test_a_case_changes_hands_at_the_program(with_case: Enrolled) -> None:
    """Offered by name with a note from stdin, taken back, handed over with all, given back."""
    to = bashir(with_case.desk)
    await run(with_case, "next")
    listed = await run(with_case, "hand-over", "--colleagues")
    offered = await run(with_case, "hand-over", CASE[:6], "--to", "bashir", "--note", "-", given="At 7.\n")
    shown = await run(with_case, "list")
    revoked = await run(with_case, "hand-over", CASE, "--revoke", "--json")
    every = await run(with_case, "hand-over", "--all", "--to", to[:8])
    given = await run(with_case, "hand-over", "--all")
    nothing = await run(with_case, "hand-over", "--all")

    assert listed.stdout == f"{to}  Bashir  ar\n"
    assert offered.stdout == "offered\n"
    assert len(with_case.desk.cases[CASE].messages) == 1
    assert "offered" in shown.stdout.lower()
    assert json.loads(revoked.stdout)["schema"] == "header/1"
    assert every.stdout == f"{CASE[:8]}  critical  offered\n"
    assert given.stdout == f"{CASE[:8]}  critical  given back\n"
    assert nothing.stdout == "you hold no case\n"


async def test_an_offer_is_answered_at_the_program(with_case: Enrolled) -> None:
    """Declined it is the colleague's, accepted one's own; what was not offered is refused."""
    desk, other, me = with_case.desk, bashir(with_case.desk), card_id(with_case.card)
    change(desk, CASE, state=CaseState.CLAIMED, claimed_by=other, offered_to=me, lease_until=desk.now())
    declined = await run(with_case, "hand-over", CASE, "--decline")
    refused = await run(with_case, "hand-over", CASE, "--accept")
    change(desk, CASE, offered_to=me)
    accepted = await run(with_case, "hand-over", CASE, "--accept")

    assert (declined.stdout, accepted.stdout) == ("declined\n", "yours\n")
    assert (refused.exit_code, refused.stdout) == (FAILED, "")
    assert refused.stderr.startswith("error: ")
    assert known(desk, CASE).claimed_by == me


async def test_closed_cases_are_listed_and_reopened_at_the_program(with_case: Enrolled) -> None:
    """The beginning of an id is enough."""
    none = await run(with_case, "list", "--closed")
    await run(with_case, "next")
    await run(with_case, "close", CASE, "--outcome", "helped")
    listed = await run(with_case, "list", "--closed")
    printed = await run(with_case, "list", "--closed", "--json")
    reopened = await run(with_case, "reopen", CASE[:6])

    assert none.stdout == "no closed case is kept\n"
    assert listed.stdout.startswith(f"{CASE[:8]}  ")
    assert "  helped  critical  ar\n" in listed.stdout
    document = json.loads(printed.stdout)
    assert document["schema"] == "closed/1"
    assert [each["outcome"] for each in document["cases"]] == [Outcome.HELPED.value]
    assert reopened.stdout == "it waits again\n"
    assert known(with_case.desk, CASE).state is CaseState.WAITING
