"""The export page in a real browser: choose, look, seal, save."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
from playwright.async_api import Page, expect

from protocol.export import SealedFor
from responder.unseal import unseal
from tests.acceptance.console import DANGEROUS, Shift, at_work, browser, shift
from tests.unit.test_responder.enrolled import PASSPHRASE

__all__ = ["at_work", "browser"]  # fixtures
pytestmark = pytest.mark.asyncio(loop_scope="module")
SITE, WORDS = "KK Park", "أرجوكم ساعدوني"


async def to_export(at_work: Shift) -> Page:
    """Take the case and go to its exports."""
    page = at_work.page
    await page.get_by_role("button", name="Take the next case").click()
    await page.get_by_role("link", name="Export").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Export")
    return page


async def save(page: Page, folder: Path) -> bytes:
    """Press the button, and what the browser was handed."""
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Seal and save").click()
    download = await saved.value
    assert download.suggested_filename.startswith("export.")
    await download.save_as(folder / "saved")
    return (folder / "saved").read_bytes()


async def test_the_page_begins_with_the_least(at_work: Shift) -> None:
    """The core alone is ticked and shown; what is left out stands there; looking leaves nothing and is not noted."""
    page = await to_export(at_work)

    preview = page.locator(".preview")
    await expect(preview).to_contain_text("Hurt or threatened now.")
    await expect(preview).not_to_contain_text(SITE)
    await expect(preview).not_to_contain_text(WORDS)
    await expect(preview).to_contain_text("Not in here: Where they are, and the way there.")
    assert await page.locator("input[name=tiers]:checked").evaluate_all(
        "all => all.map(one => one.value)"
    ) == ["core"]
    assert at_work.enrolled.desk.exported == []
    assert not [line for line in at_work.asked if line.startswith("console: error")]


async def test_what_is_chosen_is_shown_sealed_and_saved(at_work: Shift, tmp_path: Path) -> None:
    """To oneself: the age file opens with one's own key and has what the preview had, and nothing else."""
    page = await to_export(at_work)
    await page.get_by_label("Where they are, and the way there").check()
    await page.get_by_label("Their own words, and files they sent").check()
    await page.locator("summary").click()
    await page.get_by_label("Places", exact=True).check()
    await page.get_by_role("button", name="Show what is in it").click()
    await expect(page.locator(".preview")).to_contain_text(WORDS)
    await expect(page.locator(".preview")).to_contain_text("Taken out: Places.")
    sealed = await save(page, tmp_path)

    desk = at_work.console.vault.desk
    assert desk is not None
    content = unseal(sealed, [desk.identity]).decode()
    assert WORDS in content
    assert "Cambodia" in content
    assert at_work.enrolled.desk.exported[0].sealed_for is SealedFor.CARD


async def test_a_passphrase_is_shown_once_and_opens_it(at_work: Shift, tmp_path: Path) -> None:
    """With another age program; the page of the next export shows another."""
    page = await to_export(at_work)
    await page.get_by_label("A passphrase, to be told by voice").check()
    words = await page.locator(".seal strong.code").inner_text()
    sealed = await save(page, tmp_path)
    await page.reload()

    assert b"<!doctype html>" in pyrage.passphrase.decrypt(sealed, words)
    assert await page.locator(".seal strong.code").inner_text() != words
    assert words != PASSPHRASE


async def test_a_key_is_compared_before_anything_is_sealed_to_it(at_work: Shift, tmp_path: Path) -> None:
    """A card or a key that is pasted is read back first, with what is compared by voice; then it is sealed."""
    page = await to_export(at_work)
    theirs = pyrage.x25519.Identity.generate()
    await page.get_by_label("Somebody else: their card, or their age key").first.check()
    await page.locator("#to").fill(str(theirs.to_public()))
    await page.get_by_role("button", name="Seal and save").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Whose key is this?")
    await expect(page.get_by_text(str(theirs.to_public()))).to_be_visible()
    assert at_work.enrolled.desk.exported == []
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="They are the same").click()
    await (await saved.value).save_as(tmp_path / "saved")

    assert b"<!doctype html>" in pyrage.decrypt((tmp_path / "saved").read_bytes(), [theirs])
    assert [each.sealed_for for each in at_work.enrolled.desk.exported] == [SealedFor.RECIPIENT]


async def test_plain_needs_a_tick_and_a_reason(at_work: Shift, tmp_path: Path) -> None:
    """Without one of them nothing is saved, and the page says what to do; the reason is a note for colleagues."""
    page = await to_export(at_work)
    await page.get_by_label("Nobody: whoever has the file can read it").check()
    await page.get_by_role("button", name="Seal and save").click()
    await expect(page.get_by_role("alert")).to_contain_text("needs your yes")
    await page.go_back()
    await page.get_by_label("Nobody: whoever has the file can read it").check()
    await page.get_by_label("I know that a plain file").check()
    await page.get_by_label("Why must it be plain?").fill("Their computer has no age.")
    content = await save(page, tmp_path)

    assert content.lstrip().startswith(b"<!doctype html>")
    assert [each.sealed_for for each in at_work.enrolled.desk.exported] == [SealedFor.PLAIN]
    await page.goto(f"{at_work.root}/cases/{DANGEROUS}")
    await expect(page.get_by_text("Their computer has no age.").first).to_be_visible()


async def test_whom_they_did_not_agree_to_cannot_be_chosen(at_work: Shift) -> None:
    """The embassy is there with a no; typed into the address all the same, nothing is shown to be saved."""
    page = await to_export(at_work)

    await expect(page.locator("option[value=embassy]")).to_be_disabled()
    await page.goto(f"{at_work.root}/cases/{DANGEROUS}/export?for=embassy")
    await expect(page.get_by_role("alert")).to_contain_text("did not agree")
    await expect(page.get_by_role("button", name="Seal and save")).to_have_count(0)
    answer = await page.goto(f"{at_work.root}/cases/{DANGEROUS}/export?for=nobody")
    assert answer is not None
    assert answer.status == 400


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_page_fits_a_narrow_window(browser: object, tmp_path: Path, language: str) -> None:
    """At 360 px nothing has to be pushed aside, from either side."""
    window = {"viewport": {"width": 360, "height": 740}}
    async with shift(browser, tmp_path / "amina", language=language, **window) as found:  # type: ignore[arg-type]
        await found.enter()
        await found.page.goto(f"{found.root}/cases/{DANGEROUS}")
        desk = found.console.vault.desk
        assert desk is not None
        await desk.take(DANGEROUS)
        await found.page.goto(
            f"{found.root}/cases/{DANGEROUS}/export?tiers=words&tiers=identity&tiers=location"
        )
        await expect(found.page.locator(".preview")).to_be_visible()
        wide = await found.page.evaluate("document.documentElement.scrollWidth - innerWidth")

        assert wide <= 0
