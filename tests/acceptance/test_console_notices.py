"""What the console tells by itself: a new case, more that was said, a silent server; and what it does not."""

from __future__ import annotations

import msgspec
import pytest
from playwright.async_api import expect

from flows.turn import TextInput
from protocol.desk import Urgency
from tests.acceptance.console import DANGEROUS, Shift, at_work, browser
from tests.unit.test_responder.told import DANGER, header, parts, tell

__all__ = ["at_work", "browser"]  # fixtures
pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTICES = """() => {
  window.told = [];
  window.Notification = class extends EventTarget {
    static permission = "default";
    static async requestPermission() { return (this.permission = "granted"); }
    constructor(words, how) { super(); window.told.push([words, how.silent]); }
  };
}"""


async def test_the_queue_is_live(at_work: Shift) -> None:
    """A case that comes while the page is open appears by itself and is announced."""
    page, desk = at_work.page, at_work.enrolled.desk

    desk.put(header("newnewnewnew", Urgency.HIGH, language="es"), parts(tell(DANGER, session="s3")))

    await expect(page.locator("[data-case=newnewnewnew]")).to_be_visible()
    await expect(page.locator("[data-say]")).to_have_text("New case: High")


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
