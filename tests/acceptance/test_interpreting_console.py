"""Interpreting in the console, in a real browser: choosing, a look, the interpreter's page, the answer."""

import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.acceptance.colleagues import PASSPHRASE
from tests.acceptance.console import FAINT, _overflow, unlocked
from tests.acceptance.rig import Build
from tests.acceptance.test_console_axe import broken
from tests.acceptance.test_interpreting import ANSWER, MEANING, PLEA, Scene, scene

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NARROW_DARK: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
WIDE_LIGHT: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}


def console(
    now: Scene, browser: Browser, name: str, window: dict[str, Any], language: str | None = None
) -> AbstractAsyncContextManager[Page]:
    """Somebody at the console of their own machine, unlocked."""
    settings = {"WAYOUT_RESPONDER_DIR": str(now.people[name].folder), "WAYOUT_SERVER_URL": now.worker.url}
    return unlocked(settings, PASSPHRASE, browser, window, language)


async def look(page: Page, folder: Path, name: str) -> None:
    """Nothing overflows, every text can be read, no rule of axe's is broken; a picture for whoever looks."""
    assert await _overflow(page) == 0
    assert await page.evaluate(FAINT) == []
    assert await broken(page) == []
    nameless = "[...document.querySelectorAll('textarea, select, input:not([type=hidden])')]"
    assert await page.evaluate(f"{nameless}.filter(each => !each.labels?.length).length") == 0
    await page.screenshot(path=folder / f"{name}.png", full_page=True)


async def chosen(now: Scene, page: Page, folder: Path, kind: str) -> None:
    """From the case to the interpreter: tick one text, look at it, name somebody."""
    await page.locator(f"[data-case='{now.case}']").click()
    await page.locator("summary").filter(has_text="Ask an interpreter").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("checkbox", name=PLEA).press("Space")
    await look(page, folder, f"choose-{kind}")
    await page.get_by_role("button", name="Look at it before it goes").click()
    await expect(page.get_by_role("textbox", name="Text 1")).to_have_value(PLEA)
    assert now.canary not in await page.content()
    await page.get_by_label("Interpreter", exact=True).select_option(label="Iman")
    await look(page, folder, f"look-{kind}")


async def test_a_text_goes_and_comes_back_in_the_console(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """By keyboard, on a narrow dark screen and a wide light one; the interpreter has no page but their own."""
    now = await scene(build, http)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        async with console(now, browser, "Rosa", NARROW_DARK) as page:
            await chosen(now, page, tmp_path, "narrow")
            await page.get_by_role("button", name="Hand it over").press("Enter")
            await expect(page.get_by_role("status").filter(has_text="Handed over.")).to_be_visible()
            await expect(page.locator(".interpreters")).to_contain_text("Waits for Iman until")
            await look(page, tmp_path, "waits")
        async with console(now, browser, "Iman", NARROW_DARK) as page:
            await expect(page.get_by_role("heading", level=1)).to_have_text("One waits for you")
            await look(page, tmp_path, "jobs-narrow")
            await page.locator(".rows a").press("Enter")
            await expect(page.locator("blockquote")).to_have_text(PLEA)
            await look(page, tmp_path, "job-narrow")
            for private in (now.canary, now.case, "critical", "Rosa"):
                assert private not in await page.content()
            answer = await page.request.get(page.url.rpartition("/jobs/")[0] + f"/cases/{now.case}")
            assert answer.status == 404
            await page.get_by_label("Your words").fill(f"<b>{MEANING}</b>")
            await page.get_by_role("button", name="Send", exact=True).click()
            await expect(page.get_by_role("status").filter(has_text="Sent.")).to_be_visible()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
        async with console(now, browser, "Rosa", WIDE_LIGHT) as page:
            await page.locator(f"[data-case='{now.case}']").click()
            said = page.locator(".words > li").filter(has_text=PLEA).first
            await expect(said.locator("blockquote").first).to_have_text(PLEA)
            await expect(said.locator(".rendered blockquote")).to_have_text(f"<b>{MEANING}</b>")
            await expect(said).to_contain_text("Interpreted by Iman, not checked")
            await look(page, tmp_path, "back-wide")
        await browser.close()


async def test_a_draft_comes_back_into_the_reply(
    build: Build, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """A number in it asks for a second step; what came back waits in the reply, and says who wrote it once sent."""
    now = await scene(build, http)
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        async with console(now, browser, "Rosa", WIDE_LIGHT) as page:
            await page.locator(f"[data-case='{now.case}']").click()
            await page.locator("summary").filter(has_text="Ask an interpreter").click()
            await page.get_by_label("Or words of your own").fill("Both at once.")
            await page.get_by_role("checkbox", name=PLEA).check()
            await page.get_by_role("button", name="Look at it before it goes").click()
            await expect(page.get_by_role("alert")).to_contain_text("not both at once")
            await page.get_by_role("link", name="Open").click()
            await page.locator("summary").filter(has_text="Ask an interpreter").click()
            await page.get_by_label("Or words of your own").fill("We will write tomorrow. Code 12345.")
            await page.get_by_role("button", name="Look at it before it goes").click()
            await expect(page.get_by_text("Look at this: 12345")).to_be_visible()
            await page.get_by_label("Interpreter", exact=True).select_option(label="Iman")
            await page.get_by_role("button", name="Hand it over").click()
            await expect(page.get_by_role("heading", name="Ask an interpreter")).to_be_visible()
            await look(page, tmp_path, "second-step")
            await page.get_by_role("textbox", name="Text 1").fill("We will write tomorrow.")
            await page.get_by_role("button", name="Hand it over").click()
            await expect(page.get_by_role("status").filter(has_text="Handed over.")).to_be_visible()
        async with console(now, browser, "Iman", WIDE_LIGHT, "ar") as page:
            await page.locator(".rows a").click()
            await look(page, tmp_path, "job-rtl")
            await page.locator("textarea").fill(ANSWER)
            await page.locator("form[action$='/answer'] button").click()
            await expect(page.locator(".rows a")).to_have_count(0)
            await look(page, tmp_path, "jobs-rtl")
        async with console(now, browser, "Rosa", WIDE_LIGHT) as page:
            await page.locator(f"[data-case='{now.case}']").click()
            await page.get_by_role("button", name="Put it into the reply").click()
            await expect(page.get_by_role("textbox", name="Your own words")).to_have_value(ANSWER)
            await page.locator(".talk").locator("form[action$='/reply'] button.first").click()
            await expect(page.get_by_role("status").filter(has_text="Sent.")).to_be_visible()
            await expect(page.locator(".talk .credit").first).to_have_text(
                "Put into their language by the interpreter Iman, not checked."
            )
            await look(page, tmp_path, "sent")
        await browser.close()
