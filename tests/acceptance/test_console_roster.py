"""The console when something is wrong with the roster: it says so on every page, and nothing is sealed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from responder.wording import Wording
from tests.acceptance.console import CHROMIUM, DANGEROUS, shift


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def test_a_doubt_about_the_roster_stands_on_every_page(browser: Browser, tmp_path: Path) -> None:
    """This computer has seen a roster; now the server shows none: a banner, and a reply that is refused."""
    async with shift(browser, tmp_path / "amina") as found:
        found.enrolled.home.keep_roster(b"{}")
        await found.enter()
        page, words = found.page, found.console.wording
        assert isinstance(words, Wording)
        doubt = page.get_by_role("alert").filter(has_text=words("roster.not_shown"))
        await expect(doubt).to_be_visible()
        await page.screenshot(path=str(tmp_path / "queue.png"))
        await page.get_by_role("button", name="Take the next case").click()
        await expect(doubt).to_be_visible()

        await page.get_by_text("Write to them").first.click()
        await page.locator("#reply-words").fill("We are here.")
        await page.get_by_role("button", name="Send to them").click()
        # It is not their language: the page asks once more.
        await page.get_by_role("button", name="It is right. Send it").click()

        await expect(doubt).to_be_visible()
        await expect(page.get_by_role("status").filter(has_text="Sent.")).to_have_count(0)
        assert found.enrolled.desk.cases[DANGEROUS].messages == []


async def test_no_doubt_no_banner(browser: Browser, tmp_path: Path) -> None:
    """A banner that is always there is read by nobody."""
    async with shift(browser, tmp_path / "amina") as found:
        await found.enter()

        await expect(found.page.locator(".doubt")).to_have_count(0)
