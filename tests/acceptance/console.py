"""A responder's shift at the console in a real browser, for the tests of it: the server behind it is a fake by hand."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from protocol.desk import Urgency
from protocol.revision import CaseId
from responder.console import Console
from responder.serving import make_console, start
from responder.settings import Settings
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled, enrolled_desk
from tests.unit.test_responder.told import DANGER, ONLY_HELP, header, parts, tell

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DANGEROUS, QUIET, TAKEN = CaseId("dangerdanger"), CaseId("quietquiet"), CaseId("takentaken")
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
        # Whoever types before the page is there takes the focus from it, which the browser remarks on.
        await self.page.wait_for_url(self.root + "/")
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
        try:
            yield Shift(enrolled, console, page, asked)
        finally:
            await context.close()
            await runner.cleanup()


@asynccontextmanager
async def unlocked(
    settings: Mapping[str, str],
    passphrase: str,
    browser: Browser,
    window: Mapping[str, Any],
    language: str | None = None,
) -> AsyncIterator[Page]:
    """Somebody at the console of their own machine, before a real server; what they write goes out at once."""
    async with Vault(Settings.read(dict(settings))) as vault:
        made = make_console(vault, language)
        made.shift.outgoing.wait = 0
        runner = await start(made, "127.0.0.1", 0)
        context = await browser.new_context(**window)
        page = await context.new_page()
        try:
            await page.goto(made.gate.address)
            await page.locator("input[type=password]").fill(passphrase)
            await page.locator("button.first").click()
            await expect(page.locator("[data-link]")).to_be_visible()
            yield page
        finally:
            await context.close()
            await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def at_work(browser: Browser, tmp_path: Path) -> AsyncIterator[Shift]:
    """A shift that has begun: the queue is on the screen."""
    async with shift(browser, tmp_path / "amina") as found:
        await found.enter()
        yield found


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
