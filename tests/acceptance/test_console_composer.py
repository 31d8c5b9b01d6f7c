"""Writing to the contact from the console: replies, notes, questions, and the seconds to take them back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from protocol.message import When
from responder.lexicon import vocabulary
from responder.ready import ready_texts
from tests.acceptance.console import (
    DANGEROUS,
    FAINT,
    QUICKLY,
    QUIET,
    Shift,
    _overflow,
    at_work,
    browser,
    shift,
)

__all__ = ["at_work", "browser"]  # fixtures
pytestmark = pytest.mark.asyncio(loop_scope="module")


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
        await expect(page.get_by_role("alert")).to_contain_text("Their language has others.")
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
