"""Changing hands in a real browser: what is offered, the end of a shift, and what renews a claim and what does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from protocol.card import card_id
from protocol.desk import CaseState, Outcome, Urgency
from protocol.revision import CaseId
from tests.acceptance.console import DANGEROUS, FAINT, QUIET, Shift, browser, shift
from tests.unit.test_responder.test_hands import asked, bashir, change, known
from tests.unit.test_responder.told import ONLY_HELP, header, parts, tell

__all__ = ["browser"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
OFFERED = CaseId("offeredoffered")
SOON = timedelta(minutes=5)
A_MINUTE = 61_000


@pytest_asyncio.fixture(loop_scope="module")
async def with_case(browser: Browser, tmp_path: Path) -> AsyncIterator[Shift]:
    """A claim that ends in five minutes, open on a page whose clock the test turns."""
    async with shift(browser, tmp_path / "amina") as found:
        await found.page.clock.install()
        await found.enter()
        await found.page.locator(f"[data-case={DANGEROUS}]").click()
        desk = found.enrolled.desk
        change(desk, DANGEROUS, lease_until=desk.now() + SOON)
        await found.page.reload()
        await expect(found.page.locator(".lease time")).to_be_visible()
        await found.page.wait_for_load_state("load")
        yield found


async def until(page: Page) -> str:
    """The end of the claim as the page says it."""
    return str(await page.locator(".lease time").get_attribute("datetime"))


async def test_a_page_that_lies_open_renews_nothing(with_case: Shift) -> None:
    """Not by opening, reloading, an hour, news from the server, another page's queue, nor by what a script does."""
    page, desk = with_case.page, with_case.enrolled.desk
    before = await until(page)

    await page.clock.run_for(10 * A_MINUTE)
    desk.put(known(desk, DANGEROUS), parts(tell(ONLY_HELP, session="s9")), revision=2)
    change(desk, DANGEROUS, amended=1)
    await expect(page.locator("[data-more] a")).to_be_visible()
    await page.evaluate(
        """() => { for (const kind of ["keydown", "pointerdown", "input", "wheel", "touchmove", "click"])
             document.body.dispatchEvent(new Event(kind, { bubbles: true }));
             document.querySelector("[data-line]")?.click(); window.scrollTo(0, 200); }"""
    )
    other = await page.context.new_page()
    await other.goto(with_case.root)
    await other.keyboard.press("j")
    await expect(other.locator(f"[data-case={DANGEROUS}]")).to_be_visible()

    # Whatever was asked for by now has been: what a hand does is the first to renew.
    assert asked(desk, "renew") == []
    assert await until(page) == before
    await page.bring_to_front()
    await page.keyboard.press("j")
    await expect(page.locator(".lease time")).not_to_have_attribute("datetime", before)
    assert asked(desk, "renew") == [f"POST /v1/cases/{DANGEROUS}/renew"]


@pytest.mark.parametrize("by", ["key", "click", "wheel"])
async def test_a_hand_on_the_page_renews_once_a_minute(with_case: Shift, by: str) -> None:
    """And the page then says the new end, in its clock too."""
    page, desk = with_case.page, with_case.enrolled.desk

    async def move() -> None:
        match by:
            case "key":
                await page.keyboard.press("j")
            case "click":
                await page.locator("h1").click()
            case _:
                await page.mouse.wheel(0, 40)

    before = await until(page)
    await move()
    await expect(page.locator(".lease time")).not_to_have_attribute("datetime", before)
    lease = known(desk, DANGEROUS).lease_until
    assert lease is not None
    assert await until(page) == f"{lease:%Y-%m-%dT%H:%M:%SZ}"
    assert await page.locator(f'time[datetime="{before}"]').count() == 0

    for _ in range(3):
        await move()
    change(desk, DANGEROUS, lease_until=desk.now() + SOON)
    await page.clock.run_for(A_MINUTE)
    async with page.expect_response(lambda answer: answer.url.endswith("/renew")):
        await move()
    assert len(asked(desk, "renew")) == 2


async def test_a_case_that_went_is_asked_for_no_more(with_case: Shift) -> None:
    """Once the server says that it is a colleague's, this page's keys ask for nothing."""
    page, desk = with_case.page, with_case.enrolled.desk
    change(desk, DANGEROUS, claimed_by=bashir(desk))
    for _ in range(3):
        await page.keyboard.press("j")
        await page.clock.run_for(A_MINUTE)
    # The queue is asked for after whatever this page had asked for.
    await page.goto(with_case.root)
    await expect(page.get_by_role("heading", name="With other responders")).to_be_visible()
    assert len(asked(desk, "renew")) == 1


async def offers(found: Shift) -> None:
    """A colleague has offered one case; another is closed."""
    desk, other = found.enrolled.desk, bashir(found.enrolled.desk)
    desk.put(header(OFFERED, Urgency.HIGH, language="am"), parts(tell(ONLY_HELP, session="s3")))
    me, end = card_id(found.enrolled.card), desk.now() + SOON
    change(desk, OFFERED, state=CaseState.CLAIMED, claimed_by=other, offered_to=me, lease_until=end)
    closed = CaseId("closedclosed")
    desk.put(header(closed, Urgency.LOW, language="es"), parts(tell(ONLY_HELP, session="s4")))
    desk.outcomes[closed] = Outcome.REFERRED
    change(desk, closed, state=CaseState.CLOSED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_a_shift_from_an_offer_to_its_end(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    """Accept, offer with a note, take back, end the shift, open a closed case again; each page fits and is readable."""
    window: dict[str, Any] = {"viewport": {"width": width, "height": 740}, "color_scheme": scheme}
    async with shift(browser, tmp_path / "amina", **window) as found:
        page, desk = found.page, found.enrolled.desk
        await offers(found)
        await found.enter()
        first = page.locator("section.list").first
        await expect(first.get_by_role("heading", name="Offered to you")).to_be_visible()
        await fits(page)
        await first.get_by_role("button", name="Take it over").click()
        await expect(page.locator(".lease")).to_be_visible()
        await page.locator("summary").filter(has_text="Hand it over").click()
        await page.locator("#hand-over-note").fill("Ring at seven.")
        await fits(page)
        await page.get_by_role("button", name="Offer it", exact=True).click()
        await expect(page.locator(".notice.medium").filter(has_text="Bashir")).to_be_visible()
        await fits(page)
        await page.get_by_role("button", name="Take the offer back", exact=True).click()
        await expect(page.locator("summary").filter(has_text="Hand it over")).to_be_visible()
        assert known(desk, OFFERED).offered_to is None

        await page.goto(found.root + "/shift")
        await expect(page.get_by_text(OFFERED[:8])).to_be_visible()
        await fits(page)
        await page.locator("button[value=release]").click()
        await expect(page.locator(".notice.low")).to_be_visible()
        await fits(page)
        assert known(desk, OFFERED).state is CaseState.WAITING

        await page.goto(found.root + "/closed")
        await fits(page)
        await page.locator("button[data-line]").click()
        await expect(page.get_by_role("status").filter(has_text="waits again")).to_be_visible()
        assert known(desk, CaseId("closedclosed")).state is CaseState.WAITING
        assert known(desk, QUIET).state is CaseState.WAITING


async def fits(page: Page) -> None:
    """Nothing is cut off at the side, and every word is readable on its ground."""
    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
    assert await page.evaluate(FAINT) == []
