"""Channels: each reaches a real server on loopback, and says what came of it by a code."""

import email
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.alert import Alert
from bot.alerts import Destination, TelegramForm, read_alerts
from bot.channels import Channels, Undelivered, open_channels
from bot.settings import Places, read_settings
from flows.rule import Urgency
from protocol.card import CardId
from protocol.requests import ALERT_TAG, RequestProblem, RequestRefused, Verified, verify_request
from protocol.signing import SigningKey
from tests.conftest import NOON
from tests.staff import Staff, destinations, staff

CASE, PAGE = "3f" * 16, "a1" * 16
ALERT = Alert(PAGE, CASE, Urgency.CRITICAL, "waiting")
KEY = SigningKey.generate()


@pytest.fixture
async def here() -> AsyncIterator[Staff]:
    """The staff's servers."""
    async with staff() as found:
        yield found


def places(folder: Path, here: Staff) -> Places:
    """Settings with a file of every kind."""
    (folder / "token").write_text("push-secret")
    more = "  - {name: chat, kind: telegram, chat: -1001, token_file: token}\n"
    (folder / "alerts.yaml").write_text(destinations(here) + more)
    given = {"WAYOUT_ALERTS_FILE": str(folder / "alerts.yaml"), "WAYOUT_TELEGRAM_API_URL": here.url("")}
    return read_settings(Places, given)


def made(folder: Path, here: Staff) -> tuple[Channels, dict[str, Destination]]:
    """The channels, and destinations by name."""
    settings = places(folder, here)
    return open_channels(settings, KEY), {each.name: each for each in read_alerts(settings)}


async def send(folder: Path, here: Staff, name: str, alert: Alert = ALERT) -> str:
    """Send one page."""
    channels, known = made(folder, here)
    async with aiohttp.ClientSession() as http:
        return await channels.send(known[name], alert, http=http, now=NOON)


async def test_a_chat_of_staff_reads_the_page(here: Staff, tmp_path: Path) -> None:
    """By the token in the file."""
    assert await send(tmp_path, here, "chat") == "http_200"
    (asked,) = here.of("/botpush-secret/sendMessage")
    told = {"chat_id": -1001, "text": f"Critical. Nobody has this case.\nCase {CASE}"}
    assert json.loads(asked.body) == told


async def test_mail_has_an_urgency_and_a_case(here: Staff, tmp_path: Path) -> None:
    """To everybody, and with an id that is the same in every try."""
    assert await send(tmp_path, here, "mail") == "ok"
    letter = email.message_from_string(here.letters[0])
    assert (letter["Subject"], letter["To"]) == (
        "Wayout: Critical, 3f3f3f3f",
        "duty@example.org, head@example.org",
    )
    assert letter["Message-ID"] == f"<{PAGE}@wayout.invalid>"
    assert letter.get_payload().split() == f"Critical. Nobody has this case. Case {CASE}".split()


async def test_a_webhook_is_signed_by_the_servers_key(here: Staff, tmp_path: Path) -> None:
    """RFC 9421, for this address alone, and not as a responder's request."""
    assert await send(tmp_path, here, "hook") == "http_200"
    (asked,) = here.of("/hook")
    assert json.loads(asked.body) == {
        "schema": "alert/1", "id": PAGE, "case": CASE, "urgency": "critical", "reason": "waiting",
    }  # fmt: skip
    keys = {CardId(KEY.id): KEY.verify_key}
    common = {"method": "POST", "url": here.url("/hook"), "headers": asked.headers, "keys": keys}
    now = int(NOON.timestamp())
    assert isinstance(verify_request(**common, body=asked.body, now=now, tag=ALERT_TAG), Verified)
    assert verify_request(**common, body=asked.body + b" ", now=now, tag=ALERT_TAG) == RequestRefused(
        RequestProblem.BAD
    )
    assert isinstance(verify_request(**common, body=asked.body, now=now), RequestRefused)


async def test_a_push_has_a_title_a_priority_and_its_token(here: Staff, tmp_path: Path) -> None:
    """As ntfy takes it."""
    assert await send(tmp_path, here, "push") == "http_200"
    (asked,) = here.of("/duty")
    assert asked.headers["Title"] == "Wayout: Critical, 3f3f3f3f"
    assert (asked.headers["Priority"], asked.headers["Authorization"]) == ("5", "Bearer push-secret")
    assert asked.body.decode() == f"Critical. Nobody has this case.\nCase {CASE}"


@pytest.mark.parametrize(
    ("name", "place", "status", "code"),
    [
        ("hook", "/hook", 503, "http_503"),
        ("push", "/duty", 403, "http_403"),
        ("push", "/duty", 307, "http_307"),
        ("chat", "/botpush-secret/sendMessage", 429, "http_429"),
        ("mail", "mail", 451, "smtp_451"),
        ("mail", "mail", 554, "smtp_554"),
    ],
)
async def test_what_is_refused_is_told_by_a_code(
    here: Staff, tmp_path: Path, name: str, place: str, status: int, code: str
) -> None:
    """No word of the answer, and nothing follows it elsewhere."""
    here.trouble[place] = status
    with pytest.raises(Undelivered, match=rf"^{code}$"):
        await send(tmp_path, here, name)
    assert here.asked == []


@pytest.mark.parametrize("name", ["hook", "push", "chat", "mail"])
async def test_what_is_not_there_is_told_by_a_code(tmp_path: Path, name: str) -> None:
    """Nobody listens any more."""
    async with staff() as here:
        settings = places(tmp_path, here)
    channels, known = open_channels(settings, KEY), {each.name: each for each in read_alerts(settings)}
    async with aiohttp.ClientSession() as http:
        with pytest.raises(Undelivered, match=r"^unreachable$"):
            await channels.send(known[name], ALERT, http=http, now=NOON)


async def test_mail_that_must_be_encrypted_is_not_sent_in_clear(here: Staff, tmp_path: Path) -> None:
    """A server without STARTTLS does not get it."""
    text = destinations(here).replace("tls: none", "tls: starttls")
    settings = places(tmp_path, here)
    (tmp_path / "alerts.yaml").write_text(text)
    known = {each.name: each for each in read_alerts(settings)}
    async with aiohttp.ClientSession() as http:
        with pytest.raises(Undelivered):
            await open_channels(settings, KEY).send(known["mail"], ALERT, http=http, now=NOON)
    assert here.letters == []


def test_a_destination_does_not_show_its_secret(here: Staff, tmp_path: Path) -> None:
    """Not in a text form that could reach a log."""
    _, known = made(tmp_path, here)
    assert "push-secret" not in repr(known)
    assert isinstance(known["chat"].channel, TelegramForm)
