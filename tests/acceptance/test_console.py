"""The console in a real browser: from the printed address to a closed case, with real sealed cases.

What single parts do is tested in tests/unit/test_responder.
"""

from __future__ import annotations

import re
import shutil
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from flows.session import Attached
from flows.turn import MediaInput, TextInput
from protocol.attachment import Content
from protocol.desk import CaseState, Outcome, Urgency
from protocol.message import When
from protocol.revision import CaseId
from responder.console import Console
from responder.lexicon import own_definitions, vocabulary
from responder.ready import ready_texts
from responder.serving import make_console, start
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled, enrolled_desk
from tests.unit.test_responder.told import DANGER, ONLY_HELP, TAKEN_BACK, header, parts, tell

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DANGEROUS, QUIET, TAKEN = CaseId("dangerdanger"), CaseId("quietquiet"), CaseId("takentaken")
pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
BLUR = "image => getComputedStyle(image).filter"
QUICKLY = 0.1
"""Seconds between two looks at the queue."""


@dataclass
class Shift:
    """A responder at the console: the server behind it, the program, the page in front."""

    enrolled: Enrolled
    console: Console
    page: Page
    asked: list[str]

    @property
    def root(self) -> str:
        """The console's address without its token."""
        return f"http://{self.console.gate.place}"

    async def enter(self) -> None:
        """Open the printed address and unlock."""
        await self.page.goto(self.console.gate.address)
        await self.page.locator("input[type=password]").fill(PASSPHRASE)
        await self.page.locator("button.first").click()
        await expect(self.page.locator("[data-link]")).to_be_visible()
        # The keys work once the page's script has run.
        await self.page.wait_for_load_state("load")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all; each test has its own window, cookies and console."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@asynccontextmanager
async def shift(
    browser: Browser, folder: Path, *, language: str | None = None, **window: Any
) -> AsyncIterator[Shift]:
    """Begin a shift with two waiting cases."""
    async with enrolled_desk(folder) as enrolled, Vault(enrolled.settings) as vault:
        enrolled.desk.put(header(DANGEROUS, Urgency.CRITICAL), parts(tell(DANGER)))
        enrolled.desk.put(header(QUIET, Urgency.MEDIUM, language="en"), parts(tell(ONLY_HELP, session="s2")))
        console = make_console(vault, language)
        console.live.every = QUICKLY
        runner = await start(console, "127.0.0.1", 0)
        context = await browser.new_context(**window)
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: asked.append(f"console: {message.type}: {message.text}"))
        yield Shift(enrolled, console, page, asked)
        await context.close()
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def at_work(browser: Browser, tmp_path: Path) -> AsyncIterator[Shift]:
    """A shift that has begun: the queue is on the screen."""
    async with shift(browser, tmp_path / "amina") as found:
        await found.enter()
        yield found


async def test_a_case_is_taken_read_and_closed(at_work: Shift) -> None:
    """The whole way: the most urgent case first, its reason on top, an outcome at the end."""
    page = at_work.page

    await page.get_by_role("button", name="Take the next case").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hurt or threatened now.")
    await expect(page.get_by_text("I am hurt or threatened now", exact=True).first).to_be_visible()
    await expect(page.get_by_text("Screening aid, not a determination.")).to_be_visible()
    await page.get_by_text("Close the case").first.click()
    await page.get_by_label("Referred to others").check()
    await page.get_by_role("button", name="Close the case").click()

    await expect(page.get_by_role("status").filter(has_text="Closed.")).to_be_visible()
    assert at_work.enrolled.desk.outcomes == {DANGEROUS: Outcome.REFERRED}
    await expect(page.get_by_role("heading", level=1)).to_have_text("One waiting")


async def test_ten_seconds_are_enough(at_work: Shift) -> None:
    """Urgency, the reason, its answer and how to write stand on the first screen, without a scroll."""
    page = at_work.page

    await page.get_by_role("button", name="Take the next case").click()

    for text in (
        "Critical",
        "Hurt or threatened now.",
        "I am hurt or threatened now",
        "Somebody may look at this phone.",
    ):
        await expect(page.get_by_text(text, exact=False).first).to_be_in_viewport()


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_danger_that_was_taken_back_is_seen_first(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    """Under the headline, above why it is urgent, without a scroll, on a phone and on a desk."""
    async with shift(browser, tmp_path / "amina", viewport={"width": width, "height": 740}) as found:
        page = found.page
        found.enrolled.desk.put(header(TAKEN, Urgency.CRITICAL), parts(tell(TAKEN_BACK, session="s4")))
        await found.enter()
        await page.locator(f"[data-case={TAKEN}]").click()

        await expect(page.get_by_role("heading", level=1)).to_contain_text("The queue says Critical")
        before = page.locator(".taken-back").get_by_text("I am hurt or threatened now")
        await expect(before).to_be_in_viewport()
        text = await page.locator("main").inner_text()
        assert text.index("I am hurt or threatened now") < text.index("Why it is urgent")
        assert await _overflow(page) == 0
        assert await page.evaluate(FAINT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_a_case_is_regraded_by_keyboard_alone(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    """Every field has its name for a screen reader; then both grades and the reason stand under the headline."""
    window: dict[str, Any] = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    async with shift(browser, tmp_path / "amina", **window) as found:
        page = found.page
        await found.enter()
        await page.locator(f"[data-case={DANGEROUS}]").click()
        await page.locator("summary").filter(has_text="Change the urgency").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("New urgency")).to_be_focused()
        await page.keyboard.press("l")
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("Reason")).to_be_focused()
        await expect(page.get_by_label("Reason")).to_have_accessible_description(
            "Colleagues read it. The server cannot."
        )
        await page.keyboard.type("They are at home. <b>j q</b>")
        assert await _overflow(page) == 0
        assert await page.evaluate(FAINT) == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("status").filter(has_text="The urgency is changed.")).to_be_visible()
        await expect(page.get_by_role("heading", level=1)).to_have_text("A responder says Low.")
        told = page.locator(".regradings")
        await expect(told).to_contain_text("The answers give: Critical. Hurt or threatened now.")
        await expect(told).to_contain_text("Amina")
        await expect(told).to_contain_text("from Critical to Low")
        await expect(told.locator("blockquote")).to_have_text("They are at home. <b>j q</b>")
        await expect(told.locator("blockquote")).to_be_in_viewport()
        assert await _overflow(page) == 0
        assert await page.evaluate(FAINT) == []


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_reply_is_written_on_the_page(browser: Browser, tmp_path: Path, width: int) -> None:
    """With the contract above the field; a ready text, own words, a note, and what became of each; taken back."""
    async with shift(browser, tmp_path / "amina", viewport={"width": width, "height": 740}) as found:
        page, desk = found.page, found.enrolled.desk
        desk.when, desk.since = When.FROM, datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
        found.console.shift.outgoing.wait = 0
        await found.enter()
        await page.locator(f"[data-case={DANGEROUS}]").click()
        talk = page.locator(".talk")
        await page.locator("summary").filter(has_text="Write to them").click()
        await expect(talk).to_contain_text("You may write from 1 Mar 17:30 UTC.")
        await expect(page.get_by_role("textbox", name="Your own words")).to_have_accessible_description(
            re.compile("a note is here")
        )
        assert await _overflow(page) == 0
        assert await page.evaluate(FAINT) == []
        await page.get_by_role("textbox", name="Your own words").fill("Thank you. <b>")
        await talk.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("alert")).to_contain_text("They chose another language.")
        assert await _overflow(page) == 0
        await page.get_by_role("button", name="It is right. Send it").click()
        await expect(page.get_by_role("status").filter(has_text="Sent.")).to_be_visible()
        await expect(talk.locator("blockquote")).to_have_text("Thank you. <b>")
        await expect(talk).to_contain_text("Waits until 1 Mar 17:30 UTC")

        await page.locator("summary").filter(has_text="Write to them").click()
        await page.get_by_label("Ready texts").select_option("we_read")
        await talk.get_by_role("button", name="Send").click()
        await page.locator("summary").filter(has_text="Note for colleagues").click()
        await talk.locator("#note-words").fill("For us.")
        await talk.get_by_role("button", name="Note for colleagues").click()
        await expect(page.get_by_role("status").filter(has_text="Noted.")).to_be_visible()
        await talk.get_by_role("button", name="Take back").first.click()
        await expect(page.get_by_role("status").filter(has_text="Taken back.")).to_be_visible()
        kept = desk.cases[DANGEROUS]
        ready = ready_texts("ar", *vocabulary("en", ()))[0].sent  # in the language of whom it is for
        assert kept.texts == ["Thank you. <b>", ready, None]
        assert [each.state.value for each in kept.messages] == ["withdrawn", "queued", "kept"]
        assert await _overflow(page) == 0
        assert await page.evaluate(FAINT) == []

        await page.locator("summary").filter(has_text="Write to them").click()
        await page.get_by_role("textbox", name="Your own words").fill(" ")
        await talk.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("A message needs words.")).to_be_visible()


async def test_a_reply_can_be_taken_back_for_some_seconds(at_work: Shift) -> None:
    """It counts down on the page; taken back, its words are in the field again and nothing went out; else it goes."""
    page, desk, outgoing = at_work.page, at_work.enrolled.desk, at_work.console.shift.outgoing
    outgoing.wait = 60
    await page.locator(f"[data-case={QUIET}]").click()
    await expect(page.locator("[data-reply]")).to_be_attached()
    await page.wait_for_load_state("load")
    await page.keyboard.press("r")
    words = page.get_by_role("textbox", name="Your own words")
    await expect(words).to_be_focused()
    await words.fill("Thank you. We read it.")
    await page.locator(".talk").get_by_role("button", name="Send").click()
    await expect(page.locator("[data-left]")).to_contain_text("Goes out in")
    assert desk.cases[QUIET].texts == []
    await page.get_by_role("button", name="Do not send").click()
    await expect(page.get_by_role("status").filter(has_text="Taken back before it went out.")).to_be_visible()
    await expect(words).to_have_value("Thank you. We read it.")
    assert desk.cases[QUIET].texts == []

    outgoing.wait = QUICKLY
    await page.locator(".talk").get_by_role("button", name="Send").click()
    await expect(page.locator(".talk blockquote").first).to_have_text(
        "Thank you. We read it.", timeout=10_000
    )
    assert desk.cases[QUIET].texts == ["Thank you. We read it."]


async def test_a_question_is_put_to_the_contact_from_the_page(at_work: Shift) -> None:
    """What is unknown stands first; it goes in their language, as a reply that asks it."""
    page, desk = at_work.page, at_work.enrolled.desk
    await page.locator(f"[data-case={QUIET}]").click()
    await page.locator("summary").filter(has_text="Ask them a question").click()
    await page.locator("select[name=question]").select_option("papers")
    at_work.console.shift.outgoing.wait = 0
    await page.get_by_role("button", name="Ask it").click()
    await expect(page.get_by_role("status").filter(has_text="Sent.")).to_be_visible()
    assert "passport" in str(desk.cases[QUIET].texts[-1])


async def test_the_queue_is_live(at_work: Shift) -> None:
    """A case that comes while the page is open appears by itself and is announced."""
    page, desk = at_work.page, at_work.enrolled.desk

    desk.put(header("newnewnewnew", Urgency.HIGH, language="es"), parts(tell(DANGER, session="s3")))

    await expect(page.locator("[data-case=newnewnewnew]")).to_be_visible()
    await expect(page.locator("[data-say]")).to_have_text("New case: High")


NOTICES = """() => {
  window.told = [];
  window.Notification = class extends EventTarget {
    static permission = "default";
    static async requestPermission() { return (this.permission = "granted"); }
    constructor(words, how) { super(); window.told.push([words, how.silent]); }
  };
}"""


async def test_a_notice_of_the_desktop_says_the_urgency_alone(at_work: Shift) -> None:
    """Where somebody asked for them, without a sound, and only while the page is away."""
    page, desk = at_work.page, at_work.enrolled.desk
    await page.add_init_script(f"({NOTICES})()")
    await page.reload()
    await page.get_by_role("button", name="Show notices on this desktop").click()
    await expect(page.get_by_role("button", name="Show notices on this desktop")).to_be_hidden()

    desk.put(header("seenseenseen", Urgency.HIGH, language="es"), parts(tell(DANGER, session="s3")))
    await expect(page.locator("[data-case=seenseenseen]")).to_be_visible()
    await page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    desk.put(header("newnewnewnew", Urgency.LOW, language="es"), parts(tell(DANGER, session="s4")))
    await expect(page.locator("[data-case=newnewnewnew]")).to_be_attached()

    assert await page.evaluate("window.told") == [["New case: Low", True]]


async def test_more_that_was_said_is_announced_on_the_open_case(at_work: Shift) -> None:
    """The contact writes while the case is read: one press shows it."""
    page, desk = at_work.page, at_work.enrolled.desk
    await page.get_by_role("button", name="Take the next case").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hurt or threatened now.")

    later = msgspec.structs.replace(desk.cases[DANGEROUS].header, amended=1)
    desk.put(later, parts(tell((*DANGER, TextInput("one more", message=77)))), revision=2)
    await page.get_by_role("link", name="1 new").click()

    await expect(page.locator("blockquote").filter(has_text="one more")).to_be_visible()


async def test_a_silent_server_is_said(at_work: Shift) -> None:
    """What is on the screen may be old, and the page says since when."""
    at_work.enrolled.desk.broken = True

    await expect(at_work.page.get_by_role("alert")).to_contain_text("No connection since")
    await expect(at_work.page.get_by_role("alert")).to_contain_text("not one of a Wayout server")
    await expect(at_work.page.locator(f"[data-case={DANGEROUS}]")).to_be_visible()


async def test_the_keyboard_is_enough(at_work: Shift) -> None:
    """J and k move, Enter opens, q goes back."""
    page = at_work.page

    await page.keyboard.press("j")
    await expect(page.locator(f"[data-case={DANGEROUS}]")).to_be_focused()
    await page.keyboard.press("j")
    await expect(page.locator(f"[data-case={QUIET}]")).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hurt or threatened now.")
    await page.keyboard.press("q")

    await expect(page.get_by_role("heading", name="With you")).to_be_visible()


async def test_keys_are_explained(at_work: Shift) -> None:
    """A question mark opens the list of keys, Escape closes it."""
    page = at_work.page

    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_a_case_goes_back(at_work: Shift) -> None:
    """A released case waits again."""
    page = at_work.page
    await page.locator(f"[data-case={QUIET}]").click()

    await page.get_by_role("button", name="Give it back").click()

    await expect(page.get_by_role("status").filter(has_text="Given back.")).to_be_visible()
    assert at_work.enrolled.desk.cases[QUIET].header.state is CaseState.WAITING


async def test_locking_clears_every_open_page(at_work: Shift) -> None:
    """A case on another tab is gone too, and the keys are forgotten."""
    case = await at_work.page.context.new_page()
    await case.goto(at_work.root)
    await case.get_by_role("button", name="Take the next case").click()
    await expect(case.get_by_role("heading", level=1)).to_have_text("Hurt or threatened now.")

    await at_work.page.get_by_role("button", name="Lock", exact=True).click()

    await expect(at_work.page.get_by_label("Passphrase")).to_be_visible()
    await expect(case.get_by_label("Passphrase")).to_be_visible()
    assert at_work.console.vault.desk is None


async def test_a_wrong_passphrase_stays_outside(browser: Browser, tmp_path: Path) -> None:
    """The page says so, and nothing is asked of the server."""
    async with shift(browser, tmp_path / "amina") as found:
        await found.page.goto(found.console.gate.address)
        await found.page.get_by_label("Passphrase").fill("wrong wrong wrong")
        await found.page.get_by_role("button", name="Unlock").click()

        await expect(found.page.get_by_role("alert")).to_contain_text("does not open this key")
        assert found.enrolled.desk.asked == []


async def test_without_the_printed_token_there_is_nothing(browser: Browser, tmp_path: Path) -> None:
    """Another browser on this machine sees a door, not the queue."""
    async with shift(browser, tmp_path / "amina") as found:
        answer = await found.page.goto(found.root)

        assert answer is not None
        assert answer.status == 403
        await expect(found.page.get_by_role("alert")).to_contain_text("This page has a door")


async def test_the_token_leaves_the_address_bar(at_work: Shift) -> None:
    """What stands in the address is seen, kept and sent along."""
    assert at_work.page.url == f"{at_work.root}/"


async def test_no_page_asks_anything_of_another_host(at_work: Shift) -> None:
    """Nor does the browser refuse anything of ours: the policy and the pages agree."""
    page = at_work.page
    await page.get_by_role("button", name="Take the next case").click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()

    elsewhere = [url for url in at_work.asked if not url.startswith(at_work.root)]

    assert [line for line in elsewhere if not line.startswith("console: verbose")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_every_page_fits_its_window(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    """From a small phone to a desk: nothing is cut off at the side, and text is readable on its ground."""
    window: dict[str, Any] = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    async with shift(browser, tmp_path / "amina", **window) as found:
        await found.enter()
        assert await _overflow(found.page) == 0
        await found.page.locator(f"[data-case={DANGEROUS}]").click()
        await expect(found.page.get_by_role("heading", level=1)).to_have_text("Hurt or threatened now.")
        assert await _overflow(found.page) == 0
        assert await found.page.evaluate(FAINT) == []


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("es", "ltr"), ("zh_Hans", "ltr")])
async def test_the_desk_speaks_the_responders_language(
    browser: Browser, tmp_path: Path, language: str, direction: str
) -> None:
    """Everything but what the contact wrote: no English line is left on a case, and it fits a phone."""
    window: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
    english = set(own_definitions().desk.values()) - {"{n} s", "{n} min", "{n} h", "{n} d"}
    async with shift(browser, tmp_path / "amina", language=language, **window) as found:
        await found.enter()
        await found.page.locator(f"[data-case={DANGEROUS}]").click()
        await expect(found.page.locator(".headline")).to_be_visible()
        lines = (await found.page.locator("body").inner_text()).splitlines()

        assert await found.page.evaluate("getComputedStyle(document.body).direction") == direction
        assert english.isdisjoint(line.strip() for line in lines)
        assert "Hurt or threatened now." not in lines
        assert await _overflow(found.page) == 0


async def test_words_keep_their_direction(at_work: Shift) -> None:
    """Arabic runs from right to left inside an English page, and is marked as Arabic for speech."""
    page = at_work.page
    await page.get_by_role("button", name="Take the next case").click()

    quote = page.locator("blockquote").first
    await expect(quote).to_have_attribute("lang", "ar")
    assert await quote.evaluate("element => getComputedStyle(element).direction") == "rtl"


async def test_what_people_typed_steers_nothing(at_work: Shift) -> None:
    """Control characters and direction marks are gone; everything else is text, never markup."""
    page = at_work.page
    await page.get_by_role("button", name="Take the next case").click()
    await expect(page.locator(".answers").get_by_text("KK Park").first).to_be_visible()

    text = await page.locator("main").inner_text()

    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) is None


async def _overflow(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


FAINT = """
() => {
  const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const both = [light(numbers(getComputedStyle(element).color)), light(ground(element))];
    const [high, low] = both.sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faint.push([element.className, ratio]);
  }
  return faint;
}
"""
"""Every text whose contrast is under 4.5 to 1 (WCAG 2.2, 1.4.3)."""


async def test_a_picture_is_blurred_until_it_is_wanted(at_work: Shift) -> None:
    """It is listed, shown from memory, and comes clear by a click; the browser refuses nothing."""
    name, page = "c3" * 16, at_work.page
    told = (*ONLY_HELP, MediaInput("photo", message=5, attached=Attached(name, len(PICTURE), "gate.png")))
    desk = at_work.enrolled.desk
    desk.put(header(QUIET, Urgency.MEDIUM, language="en"), parts(tell(told, session="s2")), revision=2)
    desk.file(QUIET, name, Content("photo", "gate.png", "image/png", PICTURE))
    await page.locator(f"[data-case={QUIET}]").click()

    picture = page.locator(".veiled img")
    await expect(page.locator(".files")).to_contain_text("attachment 1")
    await picture.scroll_into_view_if_needed()
    await page.wait_for_function("document.querySelector('.veiled img').naturalWidth === 1")
    assert "blur" in await picture.evaluate(BLUR)
    await page.locator(".veiled").click()
    assert await picture.evaluate(BLUR) == "none"
    assert not [line for line in at_work.asked if "Content Security Policy" in line]
