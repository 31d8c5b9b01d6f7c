"""The commands, run as a person or a script runs them."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from protocol.card import card_id, decode_card, fingerprint
from protocol.desk import CaseState, Outcome, Urgency
from protocol.invite import encode_invite, make_invite
from protocol.revision import CaseId
from protocol.signing import SigningKey
from responder.cli import main
from responder.home import Home
from tests.unit.test_responder.enrolled import Enrolled
from tests.unit.test_responder.told import DANGER, header, parts, tell

CASE = CaseId("dangerdanger")
DONE, FAILED, MISUSED = 0, 1, 2
VERBS = ["init", "interpret", "card", "enrol", "list", "next", "open", "renew", "regrade", "release"]
VERBS += ["close", "emergency-release", "console", "reply", "ask", "note"]
VERBS += ["roster", "suspend", "lift", "rewrap", "rotate", "export"]
VERBS += ["search", "patterns", "statistics", "extract", "linkage", "hand-over", "reopen"]


async def run(enrolled: Enrolled, *words: str, given: str = "") -> Result:
    """Run one command as the practice responder, off the loop that serves the desk; `given` is on stdin."""
    return await asyncio.to_thread(CliRunner().invoke, main, list(words), given, env=enrolled.environment)


@pytest.fixture
def with_case(enrolled: Enrolled) -> Enrolled:
    """A critical case waits."""
    enrolled.desk.put(header(CASE, Urgency.CRITICAL), parts(tell(DANGER)))
    return enrolled


async def test_list_shows_what_waits(with_case: Enrolled) -> None:
    """A table for people, `cases/1` for programs."""
    shown = await run(with_case, "list")
    printed = await run(with_case, "list", "--json")

    assert "◆ Critical" in shown.stdout
    assert CASE[:8] in shown.stdout
    document = json.loads(printed.stdout)
    assert document["schema"] == "cases/1"
    assert [case["id"] for case in document["cases"]] == [CASE]


async def test_next_takes_and_opens(with_case: Enrolled) -> None:
    """The first line is what is urgent."""
    result = await run(with_case, "next")

    assert result.exit_code == DONE
    assert result.stdout.splitlines()[0] == " ◆ CRITICAL  Hurt or threatened now."
    assert with_case.desk.cases[CASE].header.state is CaseState.CLAIMED


async def test_open_prints_the_contracts_document(with_case: Enrolled) -> None:
    """Nothing but JSON on stdout."""
    result = await run(with_case, "open", CASE, "--json")

    assert json.loads(result.stdout)["schema"] == "case/1"
    assert result.stderr == ""


async def test_a_case_is_kept_given_back_and_closed(with_case: Enrolled) -> None:
    """Renew, release, close: one short line each."""
    await run(with_case, "next")
    renewed = await run(with_case, "renew", CASE)
    released = await run(with_case, "release", CASE)
    await run(with_case, "open", CASE)
    closed = await run(with_case, "close", CASE, "--outcome", "referred")

    assert renewed.stdout.startswith("yours until ")
    assert (released.stdout, closed.stdout) == ("released\n", "closed\n")
    assert with_case.desk.outcomes == {CASE: Outcome.REFERRED}


async def test_every_move_prints_a_document_for_programs(with_case: Enrolled) -> None:
    """What the console does, a program can do and read: each with its schema and the state after it."""
    await run(with_case, "next")
    moves = [("renew", CASE), ("release", CASE), ("open", CASE), ("close", CASE, "--outcome", "referred")]
    printed = [json.loads((await run(with_case, *words, "--json")).stdout) for words in moves]

    assert [each["schema"] for each in printed] == ["claim/1", "header/1", "case/1", "header/1"]
    assert [each.get("header", each)["state"] for each in printed] == [
        "claimed",
        "waiting",
        "claimed",
        "closed",
    ]


async def test_a_case_is_regraded_with_a_reason(with_case: Enrolled) -> None:
    """From an option or from stdin; the case then shows both grades, and who said why."""
    await run(with_case, "next")
    lowered = await run(with_case, "regrade", CASE, "low", "--reason", "They are at home.")
    raised = await run(with_case, "regrade", CASE, "high", "--json", given="They rang.\r\nNot safe.\n")
    shown = await run(with_case, "open", CASE)
    printed = json.loads((await run(with_case, "open", CASE, "--json")).stdout)

    assert lowered.stdout == "urgency: low\n"
    assert json.loads(raised.stdout)["urgency_from"] == "responder"
    assert shown.stdout.splitlines()[0] == " ▲ HIGH  A responder says High."
    assert "The answers give: Critical. Hurt or threatened now." in shown.stdout
    assert shown.stdout.index("They are at home.") < shown.stdout.index("They rang.")
    assert [(each["from"], each["to"], each["reason"]) for each in printed["regrades"]] == [
        ("critical", "low", "They are at home."),
        ("low", "high", "They rang.\nNot safe."),
    ]
    assert {each["card"] for each in printed["regrades"]} == {card_id(with_case.card)}
    assert printed["summary"]["assessment"]["urgency"] == "critical"


@pytest.mark.parametrize("reason", ["", " \n", "x" * 1001])
async def test_a_regrade_needs_a_reason_of_some_length(with_case: Enrolled, reason: str) -> None:
    """Nothing is asked of the server."""
    refused = await run(with_case, "regrade", CASE, "low", given=reason)

    assert refused.exit_code == FAILED
    assert "reason" in refused.stderr
    assert with_case.desk.asked == []


async def test_the_beginning_of_an_id_is_enough(with_case: Enrolled) -> None:
    """Nobody types thirty-two characters at night; where two cases begin so, nothing is done."""
    with_case.desk.put(header("dangerous", Urgency.LOW), parts(tell(DANGER)))

    unclear = await run(with_case, "open", "danger")
    opened = await run(with_case, "open", "dangerd")

    assert (unclear.exit_code, opened.exit_code) == (FAILED, DONE)
    assert "more than one case" in unclear.stderr
    assert with_case.desk.cases[CASE].header.state is CaseState.CLAIMED


async def test_nothing_waiting_could_not_be_done(enrolled: Enrolled) -> None:
    """Exit code 1, error and hint on stderr, nothing on stdout."""
    result = await run(enrolled, "next")

    assert result.exit_code == FAILED
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == "error: no case is waiting for you"
    assert result.stderr.splitlines()[1].startswith("hint: ")


async def test_a_refusal_is_a_failure(enrolled: Enrolled) -> None:
    """What the server refuses ends with 1 as well."""
    result = await run(enrolled, "open", "nosuchcase")

    assert result.exit_code == FAILED
    assert "error: there is no such case" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["close", "x", "--outcome", "won"],
        ["regrade", "x", "worse"],
        ["open"],
        ["nosuch"],
        ["init", "--class", "x"],
    ],
)
def test_misuse_is_two(words: list[str]) -> None:
    """A command that cannot be meant ends with 2."""
    assert CliRunner().invoke(main, words).exit_code == MISUSED


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    """--help works before anything is set up."""
    result = CliRunner().invoke(main, [verb, "--help"])

    assert result.exit_code == DONE
    assert "Usage:" in result.stdout


def test_no_verb_is_a_stub() -> None:
    """What is not built is absent."""
    assert sorted(main.commands) == sorted(VERBS)


def test_init_makes_an_identity_and_a_card(tmp_path: Path) -> None:
    """The printed fingerprint is the card's; a second init changes nothing."""
    (tmp_path / "pass").write_text("six random words are good\n", encoding="utf-8")
    environment = {
        "WAYOUT_RESPONDER_DIR": str(tmp_path / "me"),
        "WAYOUT_PASSPHRASE_FILE": str(tmp_path / "pass"),
    }
    words = ["init", "--name", "Tariq", "--languages", "ar,en", "--class", "embassy"]
    words += ["--country", "KE", "--unit", "Consular desk"]

    made = CliRunner().invoke(main, words, env=environment)
    again = CliRunner().invoke(main, words, env=environment)

    home = Home(tmp_path / "me")
    card = decode_card(home.card())
    assert made.exit_code == DONE
    assert f"fingerprint: {fingerprint(card)}" in made.stdout
    assert (card.name, card.recipient_class.value, card.country, card.unit, card.languages) == (
        "Tariq", "embassy", "KE", "Consular desk", ("ar", "en"),
    )  # fmt: skip
    assert card.recipient.startswith("age1pq1")
    assert again.exit_code == FAILED


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--name", "x" * 81], "cannot stand on a card"),
        (["--name", "Tariq", "--class", "police", "--country", "KE"], "names its country and its unit"),
        (["--name", "Tariq", "--class", "embassy", "--unit", "Desk"], "names its country and its unit"),
        (["--name", "Tariq", "--country", "Kenya"], "cannot stand on a card"),
        (["--name", "Tariq", "--languages", "English"], "cannot stand on a card"),
    ],
)
def test_what_cannot_stand_on_a_card_is_refused(tmp_path: Path, words: list[str], error: str) -> None:
    """And no identity is left behind."""
    (tmp_path / "pass").write_text("six random words are good\n", encoding="utf-8")
    environment = {
        "WAYOUT_RESPONDER_DIR": str(tmp_path / "me"),
        "WAYOUT_PASSPHRASE_FILE": str(tmp_path / "pass"),
    }

    result = CliRunner().invoke(main, ["init", *words], env=environment)

    assert result.exit_code == FAILED
    assert error in result.stderr
    assert not (tmp_path / "me" / "identity.age").exists()


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    """Whoever takes the computer can try passphrases all day."""
    (tmp_path / "pass").write_text("short\n", encoding="utf-8")
    environment = {
        "WAYOUT_RESPONDER_DIR": str(tmp_path / "me"),
        "WAYOUT_PASSPHRASE_FILE": str(tmp_path / "pass"),
    }

    result = CliRunner().invoke(main, ["init", "--name", "Tariq"], env=environment)

    assert result.exit_code == FAILED
    assert "at least 8" in result.stderr


async def test_card_prints_the_card_alone(enrolled: Enrolled) -> None:
    """Stdout can be sent to the operator as it is; the fingerprint goes to the person."""
    result = await run(enrolled, "card")

    assert decode_card(result.stdout) == enrolled.card
    assert fingerprint(enrolled.card) in result.stderr
    assert card_id(enrolled.card) in result.stderr


async def test_enrol_pins_server_and_key(enrolled: Enrolled) -> None:
    """The invite's address and key are kept, and shown to be compared."""
    key = SigningKey.generate()
    invite = make_invite(server_url="https://desk.example.org", card=card_id(enrolled.card), signing_key=key)

    result = await run(enrolled, "enrol", encode_invite(invite))

    assert result.exit_code == DONE
    assert "server: https://desk.example.org" in result.stdout
    assert f"server key: {key.verify_key.id}" in result.stdout
    assert enrolled.home.invite().decode() == encode_invite(invite)


@pytest.mark.parametrize(
    "server", ["http://desk.example.org", "https://desk.example.org"], ids=["plain", "other card"]
)
async def test_an_invite_that_cannot_be_trusted_changes_nothing(enrolled: Enrolled, server: str) -> None:
    """Plain http off loopback, or an invite to somebody else."""
    before = enrolled.home.invite()
    card = card_id(enrolled.card) if server.startswith("http:") else "somebodyelse"
    invite = make_invite(server_url=server, card=card, signing_key=SigningKey.generate())  # type: ignore[arg-type]

    result = await run(enrolled, "enrol", encode_invite(invite))

    assert result.exit_code == FAILED
    assert enrolled.home.invite() == before


async def test_a_locked_identity_without_a_person_says_so(enrolled: Enrolled) -> None:
    """No terminal and no file: nothing hangs."""
    environment = {"WAYOUT_RESPONDER_DIR": str(enrolled.home.folder)}

    result = await asyncio.to_thread(CliRunner().invoke, main, ["list"], env=environment)

    assert result.exit_code == FAILED
    assert "no terminal" in result.stderr


async def test_the_console_is_for_this_machine_alone(enrolled: Enrolled) -> None:
    """An address that others could reach is refused before anything is opened."""
    result = await run(enrolled, "console", "--listen", "0.0.0.0:8090")

    assert result.exit_code == FAILED
    assert "this machine alone" in result.stderr


async def test_an_unknown_language_is_refused(with_case: Enrolled) -> None:
    """What is there is named."""
    result = await run(with_case, "list", "--language", "xx")

    assert result.exit_code == FAILED
    assert "en" in result.stderr.splitlines()[1]


def test_the_passphrase_is_asked_twice_and_never_shown(tmp_path: Path) -> None:
    """On a real terminal: what is typed is not echoed."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-c", "from responder.cli import main; main()", "init", "--name", "Tariq"]
    environment = {
        **os.environ,
        "WAYOUT_RESPONDER_DIR": str(tmp_path / "me"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with subprocess.Popen(
        program, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
        preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 - no other thread runs here
    ) as running:  # fmt: skip
        os.close(theirs)
        screen = _answer(ours, "correct horse staple\n")
        assert running.wait(timeout=60) == DONE

    assert screen.count("New passphrase") == 1
    assert "correct horse" not in screen
    assert (tmp_path / "me" / "identity.age").exists()


def _answer(terminal: int, words: str) -> str:
    """Type the words at each question until the program ends; return what stood on the screen."""
    seen, answered = "", 0
    while True:
        try:
            seen += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            return seen
        if seen.count(": ") > answered and seen.endswith(": "):
            answered = seen.count(": ")
            os.write(terminal, words.encode())
