"""The console's door, tried without a browser: other hosts, other pages, no cookie, no sign."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from protocol.attachment import Content
from protocol.desk import Urgency
from protocol.revision import CaseId
from responder.console import Console
from responder.serving import make_console, start
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.told import DANGER, header, parts, tell

CASE = CaseId("dangerdanger")
OK, MOVED, FORBIDDEN, UNKNOWN, CONFLICT, BAD = 200, 303, 403, 404, 409, 400


@dataclass(frozen=True)
class Door:
    """A running console and a client that keeps cookies, as a browser would."""

    console: Console
    http: aiohttp.ClientSession
    enrolled: Enrolled

    @property
    def root(self) -> str:
        """The console's address."""
        return f"http://{self.console.gate.place}"

    async def post(
        self, path: str, *, sign: str | None = None, origin: str | None = None, **fields: str
    ) -> int:
        """Send a form as a page of the console would, but for what is said; return the status."""
        status, _ = await self.send(path, sign=sign, origin=origin, **fields)
        return status

    async def send(
        self, path: str, *, sign: str | None = None, origin: str | None = None, **fields: str
    ) -> tuple[int, str]:
        """Send a form as `post` does, and go to the page that answers it; return the status and the text."""
        form = {"sign": self.console.gate.sign if sign is None else sign, **fields}
        headers = {"Origin": self.root if origin is None else origin}
        async with self.http.post(
            self.root + path, data=form, headers=headers, allow_redirects=False
        ) as answer:
            where = answer.headers.get("Location", "")
            if not where.startswith("/shown/"):
                assert answer.content_type != "text/html"
                return answer.status, await answer.text()
        return await self.get(where)

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for a page; return the status and the text."""
        async with self.http.get(self.root + path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def door(enrolled: Enrolled) -> AsyncIterator[Door]:
    """A locked console in front of which nobody has a cookie yet."""
    enrolled.desk.put(header(CASE, Urgency.CRITICAL), parts(tell(DANGER)))
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
    async with Vault(enrolled.settings) as vault, aiohttp.ClientSession(cookie_jar=jar) as http:
        console = make_console(vault)
        runner = await start(console, "127.0.0.1", 0)
        yield Door(console, http, enrolled)
        await runner.cleanup()


async def enter(door: Door) -> None:
    """Come in by the printed address and unlock."""
    await door.get(f"/?token={door.console.gate.token}")
    assert await door.post("/unlock", passphrase=PASSPHRASE) == MOVED


async def test_the_printed_address_opens_the_door(door: Door) -> None:
    """The token gives a cookie that scripts cannot read and other sites cannot send."""
    async with door.http.get(f"{door.root}/?token={door.console.gate.token}") as answer:
        cookie = answer.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert door.console.gate.token not in cookie


@pytest.mark.parametrize("path", ["/?token=", "/?token=wrong", "/"])
async def test_a_wrong_token_opens_nothing(door: Door, path: str) -> None:
    """Not even the lock is shown."""
    status, text = await door.get(path)

    assert status == FORBIDDEN
    assert "Passphrase" not in text


@pytest.mark.parametrize("path", ["/cases/dangerdanger", "/live"])
async def test_without_a_cookie_nothing_answers(door: Door, path: str) -> None:
    """Every address but the door and the styles needs it."""
    await door.console.vault.unlock(PASSPHRASE)

    status, text = await door.get(path)

    assert status == MOVED
    assert "Hurt" not in text


@pytest.mark.parametrize("path", ["/next", "/unlock", "/lock", "/cases/dangerdanger/open"])
async def test_without_a_cookie_nothing_changes(door: Door, path: str) -> None:
    """Even with the page's sign."""
    assert await door.post(path) == MOVED
    assert door.enrolled.desk.asked == []


async def test_another_hosts_name_is_refused(door: Door) -> None:
    """A page elsewhere whose name points here (DNS rebinding) gets nothing, the door included."""
    await enter(door)

    status, text = await door.get("/", Host="desk.attacker.example")

    assert status == FORBIDDEN
    assert CASE[:8] not in text


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "https://elsewhere.example", "null", ""])
async def test_another_page_changes_nothing(door: Door, origin: str) -> None:
    """Loopback ports share cookies, so the origin of a change is checked."""
    await enter(door)

    assert await door.post("/next", origin=origin) == FORBIDDEN
    assert not any(line.startswith("POST") for line in door.enrolled.desk.asked)


async def test_a_form_without_our_sign_changes_nothing(door: Door) -> None:
    """The sign is on every page of ours and nowhere else."""
    await enter(door)

    assert await door.post("/next", sign="") == FORBIDDEN
    assert await door.post("/lock", sign="guess") == FORBIDDEN
    assert door.console.vault.desk is not None


async def test_nothing_is_kept_and_nothing_is_loaded_from_elsewhere(door: Door) -> None:
    """Every answer carries the policy: pages, styles, refusals."""
    await enter(door)
    for path in ("/", "/cases/dangerdanger", "/static/console.css", "/static/none", "/nowhere"):
        async with door.http.get(door.root + path, allow_redirects=False) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; ")
            assert "unsafe" not in policy
            assert "http" not in policy
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "Server" not in answer.headers


async def test_pages_have_no_style_or_script_inside(door: Door) -> None:
    """The policy would refuse them: this says so before a browser does."""
    await enter(door)
    assert await door.post(f"/cases/{CASE}/open") == MOVED

    for path in ("/", f"/cases/{CASE}"):
        _, text = await door.get(path)
        assert re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src)|https?://", text) is None


@pytest.mark.parametrize("name", ["..%2fcli.py", "case.html", "none.css"])
async def test_only_the_four_files_are_served(door: Door, name: str) -> None:
    """Templates and programs are no files of the page."""
    status, _ = await door.get(f"/static/{name}")

    assert status == UNKNOWN


async def test_a_case_of_another_is_told_and_not_shown(door: Door) -> None:
    """The server's refusal becomes a page with a way back."""
    await enter(door)

    status, text = await door.get(f"/cases/{CASE}")

    assert status == CONFLICT
    assert "This case is not claimed by you." in text
    assert f'href="/cases/{CASE}"' not in text


async def test_a_refused_close_leads_to_the_case(door: Door) -> None:
    """More was said: the page that says so opens what has to be read first."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    door.enrolled.desk.more_said = True

    status, text = await door.send(f"/cases/{CASE}/close", outcome="helped")

    assert status == CONFLICT
    assert '<p dir="auto">The case is not as you saw it last.</p>' in text
    assert f'href="/cases/{CASE}"' in text
    assert door.enrolled.desk.outcomes == {}


async def test_a_regrade_of_another_state_leads_to_the_case(door: Door) -> None:
    """More was said, or no reason was given: nothing is changed, and the case is one press away."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    door.enrolled.desk.more_said = True

    for reason, sentence in (
        ("They are at home.", "The case is not as you saw it last."),
        (" ", "A regrade needs a reason."),
    ):
        status, text = await door.send(f"/cases/{CASE}/regrade", urgency="low", reason=reason)
        assert status >= CONFLICT
        assert f'<p dir="auto">{sentence}</p>' in text
        assert f'href="/cases/{CASE}"' in text
    assert await door.post(f"/cases/{CASE}/regrade", urgency="worse", reason="why") == BAD
    assert door.enrolled.desk.cases[CASE].regrades == []


async def test_the_longest_reason_of_any_script_fits_the_form(door: Door) -> None:
    """A letter may take twelve bytes in a form."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")

    assert await door.post(f"/cases/{CASE}/regrade", urgency="low", reason="\U00020000" * 1000) == MOVED
    _, text = await door.get(f"/cases/{CASE}?said=regraded")

    assert "The urgency is changed." in text
    assert "\U00020000" * 1000 in text


async def test_a_reason_is_nothing_but_words_on_the_page(door: Door) -> None:
    """Markup is shown as it was typed, what steers a terminal or turns a line around is not there."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    reason = "<script>x</script>\x1b[2J\u202e{{ csrf }}"

    assert await door.post(f"/cases/{CASE}/regrade", urgency="low", reason=reason) == MOVED
    _, text = await door.get(f"/cases/{CASE}")

    assert "&lt;script&gt;x&lt;/script&gt;[2J{{ csrf }}" in text
    assert not {"\x1b", "\u202e"} & set(text)


async def test_a_reason_that_shows_nothing_is_none(door: Door) -> None:
    """Marks that are taken out before a reason is shown would leave colleagues without one."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")

    for reason in ("\u202e\u2069", "\x1b\x00", "\u200b \ufeff", "\u00ad"):
        status, text = await door.send(f"/cases/{CASE}/regrade", urgency="low", reason=reason)
        assert status >= CONFLICT
        assert "A regrade needs a reason." in text
    assert door.enrolled.desk.cases[CASE].regrades == []


async def test_taking_from_an_empty_queue_shows_the_queue(door: Door) -> None:
    """A colleague was quicker: no trouble, only what there is."""
    door.enrolled.desk.cases.clear()
    await enter(door)

    assert await door.post("/next") == MOVED


async def test_an_outcome_that_nobody_knows_closes_nothing(door: Door) -> None:
    """A form is bad input like any other."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")

    assert await door.post(f"/cases/{CASE}/close", outcome="won") == BAD
    assert door.enrolled.desk.outcomes == {}


async def test_an_unreadable_case_can_be_given_back(door: Door) -> None:
    """What this key cannot open must not stay with it."""
    door.enrolled.desk.cases[CASE].revisions.clear()
    await enter(door)
    await door.post(f"/cases/{CASE}/open")

    _, text = await door.get(f"/cases/{CASE}")

    assert f'action="/cases/{CASE}/release"' in text
    assert await door.post(f"/cases/{CASE}/release") == MOVED


async def test_locking_forgets_the_queue(door: Door) -> None:
    """After the lock the first page is the lock, and a case is not to be had."""
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    assert await door.post("/lock") == MOVED

    _, first = await door.get("/")
    status, _ = await door.get(f"/cases/{CASE}")

    assert "Passphrase" in first
    assert CASE[:8] not in first
    assert status == MOVED


async def test_a_wrong_passphrase_opens_nothing(door: Door) -> None:
    """The page stays the lock."""
    await door.get(f"/?token={door.console.gate.token}")

    assert await door.post("/unlock", passphrase=PASSPHRASE[1:]) == FORBIDDEN
    assert door.console.vault.desk is None


async def test_a_file_is_handed_out_from_memory(door: Door) -> None:
    """A picture as one, to be saved where that was asked; nothing a page could run; not without the cookie."""
    name, page = "c3" * 16, b"<html><script>alert(1)</script>"
    await enter(door)
    await door.post(f"/cases/{CASE}/open")
    for identity, body in ((name, b"\xff\xd8\xff..."), ("d4" * 16, page)):
        door.enrolled.desk.file(CASE, identity, Content("photo", "a.html", "text/html", body))

    async with door.http.get(f"{door.root}/cases/{CASE}/attachments/{name}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/jpeg", b"\xff\xd8\xff...")
        assert answer.headers["Cache-Control"] == "no-store"
    async with door.http.get(f"{door.root}/cases/{CASE}/attachments/{name}?save") as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="c3c3c3c3.jpg"'
    async with door.http.get(f"{door.root}/cases/{CASE}/attachments/{'d4' * 16}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    door.http.cookie_jar.clear()
    assert (await door.get(f"/cases/{CASE}/attachments/{name}"))[0] == MOVED
