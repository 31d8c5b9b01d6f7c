"""The way into the console and out of it: token, passphrase, lock, and nothing asked of anybody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.acceptance.console import Shift, at_work, browser, shift

__all__ = ["at_work", "browser"]  # fixtures
pytestmark = pytest.mark.asyncio(loop_scope="module")


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
