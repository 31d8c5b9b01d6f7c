"""Every page of the console by axe-core's rules, light and dark: names, roles, headings, contrast, landmarks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from protocol.card import card_id
from protocol.desk import CaseState, Outcome, Urgency
from protocol.revision import CaseId
from tests.acceptance.console import DANGEROUS, QUIET, Shift, browser, shift
from tests.unit.test_responder.test_hands import bashir, change
from tests.unit.test_responder.told import ONLY_HELP, header, parts, tell

__all__ = ["browser"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true })"
SETTLED = "Promise.all(document.getAnimations().map((each) => each.finished)).then(() => null)"
Way = Callable[[Shift], Awaitable[None]]


async def breaks_no_rule(page: Page) -> None:
    """The page as it is shown, light and dark."""
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate(SETTLED)
        assert await broken(page) == []


async def broken(page: Page) -> list[tuple[str, list[Any]]]:
    """Each rule of axe's that is broken, and where."""
    found = (await Axe().run(page)).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


async def _unlock(at: Shift) -> None:
    await at.page.goto(at.console.gate.address)
    await expect(at.page.get_by_label("Passphrase")).to_be_visible()


async def _wrong_passphrase(at: Shift) -> None:
    await _unlock(at)
    await at.page.get_by_label("Passphrase").fill("wrong wrong wrong")
    await at.page.keyboard.press("Enter")
    await expect(at.page.get_by_role("alert")).to_be_visible()


async def _enter(at: Shift) -> None:
    """The step from the printed address, held where it is."""
    answer = await at.page.request.get(at.console.gate.address, max_redirects=0)
    page = (await answer.text()).replace("http-equiv", "data-not")
    await at.page.route("**/held", lambda route: route.fulfill(body=page, content_type="text/html"))
    await at.page.goto(at.root + "/held")


async def _door(at: Shift) -> None:
    await at.page.goto(at.root)
    await expect(at.page.get_by_role("alert")).to_be_visible()


async def _queue(at: Shift) -> None:
    """With everything that a queue can have: mine, offered, waiting, others'."""
    desk, other = at.enrolled.desk, bashir(at.enrolled.desk)
    for case, held in (("offeredoffered", {"offered_to": card_id(at.enrolled.card)}), ("otherother", {})):
        desk.put(header(CaseId(case), Urgency.HIGH, language="am"), parts(tell(ONLY_HELP, session=case)))
        end = desk.now()
        change(desk, CaseId(case), state=CaseState.CLAIMED, claimed_by=other, lease_until=end, **held)
    await at.enter()
    await at.page.locator(f"[data-case={QUIET}]").click()
    await expect(at.page.locator(".headline")).to_be_visible()
    await at.page.goto(at.root)
    await expect(at.page.get_by_role("heading", name="Offered to you")).to_be_visible()


async def _keys(at: Shift) -> None:
    await at.enter()
    await at.page.keyboard.press("?")
    await expect(at.page.get_by_role("dialog")).to_be_visible()


async def _case(at: Shift) -> None:
    bashir(at.enrolled.desk)
    await at.enter()
    await at.page.locator(f"[data-case={DANGEROUS}]").click()
    await expect(at.page.locator(".headline")).to_be_visible()


async def _case_unfolded(at: Shift) -> None:
    await _case(at)
    await at.page.evaluate(UNFOLD)


async def _reply_waits(at: Shift) -> None:
    await at.enter()
    await at.page.locator(f"[data-case={QUIET}]").click()
    await at.page.locator("summary").filter(has_text="Write to them").click()
    await at.page.get_by_role("textbox", name="Your own words").fill("Thank you. We read it.")
    await at.page.locator(".talk").get_by_role("button", name="Send").click()
    await expect(at.page.locator("[data-left]")).to_be_visible()


async def _look(at: Shift) -> None:
    await _case(at)
    await at.page.locator("summary").filter(has_text="Write to them").click()
    await at.page.get_by_role("textbox", name="Your own words").fill("Thank you. We read it.")
    await at.page.locator(".talk").get_by_role("button", name="Send").click()
    await expect(at.page.get_by_role("button", name="It is right. Send it")).to_be_visible()


async def _trouble(at: Shift) -> None:
    await at.enter()
    await at.page.goto(f"{at.root}/cases/nosuchcase")
    await expect(at.page.get_by_role("alert")).to_be_visible()


async def _export(at: Shift) -> None:
    await _case(at)
    await at.page.goto(f"{at.root}/cases/{DANGEROUS}/export")
    await at.page.evaluate(UNFOLD)


async def _releases(at: Shift) -> None:
    await _case(at)
    await at.page.goto(f"{at.root}/cases/{DANGEROUS}/releases")


async def _shift_end(at: Shift) -> None:
    await _case(at)
    await at.page.goto(f"{at.root}/shift")


async def _closed(at: Shift) -> None:
    desk, closed = at.enrolled.desk, CaseId("closedclosed")
    desk.put(header(closed, Urgency.LOW, language="es"), parts(tell(ONLY_HELP, session="s4")))
    desk.outcomes[closed] = Outcome.REFERRED
    change(desk, closed, state=CaseState.CLOSED)
    await at.enter()
    await at.page.goto(f"{at.root}/closed")


PAGES: dict[str, Way] = {
    "enter": _enter,
    "door": _door,
    "unlock": _unlock,
    "unlock, wrong": _wrong_passphrase,
    "queue": _queue,
    "keys": _keys,
    "case": _case,
    "case, unfolded": _case_unfolded,
    "a reply waits": _reply_waits,
    "look again": _look,
    "trouble": _trouble,
    "export": _export,
    "releases": _releases,
    "end of shift": _shift_end,
    "closed": _closed,
}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_breaks_no_rule(browser: Browser, tmp_path: Path, name: str) -> None:
    """Not one of axe's, of which none is left out."""
    async with shift(browser, tmp_path / "amina") as found:
        await PAGES[name](found)
        await breaks_no_rule(found.page)
