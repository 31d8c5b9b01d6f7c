"""The console's page of emergency releases in a real browser: one proposes, another confirms, the embassy reads."""

import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.acceptance.console import FAINT, _overflow, unlocked
from tests.acceptance.rig import Build
from tests.acceptance.test_partners import PASSPHRASE, SECRET, Scene, scene

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES: tuple[dict[str, Any], ...] = (
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
)


def console(
    now: Scene, browser: Browser, name: str, window: dict[str, Any]
) -> AbstractAsyncContextManager[Page]:
    """Somebody at the console of their own machine, unlocked."""
    settings = {"WAYOUT_RESPONDER_DIR": str(now.rig.folder / name), "WAYOUT_SERVER_URL": now.worker.url}
    return unlocked(settings, PASSPHRASE, browser, window)


async def look(page: Page, folder: Path, name: str) -> None:
    """Nothing overflows, every text can be read; a picture for whoever looks."""
    assert await _overflow(page) == 0
    assert await page.evaluate(FAINT) == []
    await page.screenshot(path=folder / f"{name}.png", full_page=True)


async def test_one_proposes_and_another_confirms_in_the_console(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """On a narrow dark screen and on a wide light one; the police of home read the one part that was chosen."""
    now = await scene(await build(), http)
    await now.rosa.next()
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        async with console(now, browser, "rosa", SIZES[0]) as page:
            await page.locator(f"[data-case='{now.case}']").click()
            await page.get_by_role("link", name="Emergency release").click()
            await look(page, tmp_path, "propose")
            await page.get_by_label("Who may read").select_option(now.people["okello"].card)
            await page.get_by_label("Where they are").check()
            await page.get_by_label("Why").fill("<b>Unconscious</b>")
            await page.get_by_role("button", name="Propose it to a colleague").click()
            await expect(page.locator("blockquote")).to_have_text("<b>Unconscious</b>")
            await expect(page.get_by_role("button", name="Confirm: they may read it")).to_have_count(0)
            await look(page, tmp_path, "proposed")
        async with console(now, browser, "amina", SIZES[1]) as page:
            await page.get_by_role("link", name="Emergency release").click()
            await expect(page.locator("blockquote")).to_have_text("<b>Unconscious</b>")
            await look(page, tmp_path, "confirm")
            await page.get_by_role("button", name="Confirm: they may read it").click()
            await expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
            await expect(page.get_by_role("heading", name="Emergency release")).to_be_visible()
        async with console(now, browser, "okello", SIZES[1]) as page:
            await page.locator(f"[data-case='{now.case}']").click()
            await expect(page.get_by_text(SECRET).first).to_be_visible()
            await expect(page.get_by_text("let okello", exact=False)).to_be_visible()
            await expect(page.get_by_text("Tell the embassy")).to_have_count(0)
            await look(page, tmp_path, "read")
        async with console(now, browser, "rosa", SIZES[1]) as page:
            await page.locator(f"[data-case='{now.case}']").click()
            await expect(page.get_by_text("let okello", exact=False)).to_be_visible()
        await browser.close()
