"""The console in a real browser: from the printed address to a closed case, with real sealed cases.

What single parts do is tested in tests/unit/test_responder.
"""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from flows.session import Attached
from flows.turn import MediaInput
from protocol.attachment import Content
from protocol.desk import CaseState, Outcome, Urgency
from responder.lexicon import own_definitions
from tests.acceptance.console import DANGEROUS, FAINT, QUIET, TAKEN, Shift, _overflow, at_work, browser, shift
from tests.unit.test_responder.told import ONLY_HELP, TAKEN_BACK, header, parts, tell

__all__ = ["at_work", "browser"]  # fixtures
pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
BLUR = "image => getComputedStyle(image).filter"


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
