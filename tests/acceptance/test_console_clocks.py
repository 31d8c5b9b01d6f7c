"""The queue's clocks in a real browser: what is due, what is late, and whose safe hours come next."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from protocol.card import card_id
from protocol.desk import CaseState, Duty, Urgency
from protocol.revision import CaseId
from tests.acceptance.console import FAINT, Shift, _overflow, browser, shift
from tests.unit.test_responder.told import DANGER, ONLY_HELP, header, parts, tell

__all__ = ["browser"]
pytestmark = pytest.mark.asyncio(loop_scope="module")

FREE, HELD, LATE = CaseId("freefreefree"), CaseId("heldheldheld"), CaseId("latelatelate")


def fill(found: Shift) -> None:
    """A case that waits and is late, one that waits in time, one that is held and whose word waits."""
    desk, now = found.enrolled.desk, datetime.now(UTC).replace(microsecond=0)
    hurt, help_ = parts(tell(DANGER)), parts(tell(ONLY_HELP, session="s2"))
    ours = card_id(found.enrolled.card)
    desk.put(header(LATE, Urgency.CRITICAL, due=Duty.CLAIM, due_at=now - timedelta(minutes=4)), hurt)
    free = {"due": Duty.CLAIM, "due_at": now + timedelta(minutes=61), "opens_at": now + timedelta(hours=5)}
    desk.put(header(FREE, Urgency.HIGH, **free), help_)
    held: dict[str, Any] = {
        "state": CaseState.CLAIMED, "claimed_by": ours, "lease_until": now + timedelta(minutes=8, seconds=30),
        "due": Duty.PLAN, "due_at": now + timedelta(minutes=200), "word_waits": True,
        "opens_at": now + timedelta(minutes=95),
    }  # fmt: skip
    desk.put(header(HELD, Urgency.CRITICAL, **held), hurt)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(360, "en"), (1280, "en"), (360, "ar")])
async def test_the_queue_says_what_is_due_and_what_is_late(
    browser: Browser, tmp_path: Path, width: int, scheme: str, language: str
) -> None:
    """On every screen; what is late is told by a word and not by colour alone."""
    window: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    async with shift(browser, tmp_path / "amina", language=language, **window) as found:
        fill(found)
        await found.enter()
        late = found.page.locator(f"[data-case={LATE}]")
        await expect(late.locator(".clock.late")).to_have_text(re.compile("to be taken: 4 min late|4"))
        await expect(found.page.locator(".windows li")).to_have_count(2)
        assert await _overflow(found.page) == 0
        assert await found.page.evaluate(FAINT) == []
        if language == "en":
            held = found.page.locator(f"[data-case={HELD}]")
            await expect(held).to_contain_text("plan due in 3 h")
            await expect(held).to_contain_text("your word waits for their hours")
            first, second = found.page.locator(".windows li").nth(0), found.page.locator(".windows li").nth(1)
            await expect(first).to_contain_text("safe hours begin in 1 h")
            await expect(second).to_contain_text("safe hours begin in 4 h")
        await found.page.screenshot(path=tmp_path / f"queue-{width}-{scheme}-{language}.png", full_page=True)


async def test_a_clock_that_runs_out_says_so_without_a_new_page(browser: Browser, tmp_path: Path) -> None:
    """It ticks where it stands, and turns from in time to late."""
    async with shift(browser, tmp_path / "amina") as found:
        soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=8)
        found.enrolled.desk.put(header(FREE, Urgency.HIGH, due=Duty.CLAIM, due_at=soon), parts(tell(DANGER)))
        await found.enter()
        clock = found.page.locator(f"[data-case={FREE}] .due .clock")
        await expect(clock).to_have_text(re.compile(r"to be taken in \d s"))
        await expect(clock).to_have_text(re.compile(r"to be taken: \d+ s late"), timeout=15_000)
