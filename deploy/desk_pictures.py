"""Pictures of the desk, from the queue to an export and to the patterns: the cases of the ten in the console."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, ViewportSize

from deploy.practice import console_address, free_port
from deploy.seat import Seat

DESK = ViewportSize(width=1200, height=860)
UNFOLD = "document.querySelector('details[data-key=c]').open = true"
TAKEN = "Screening aid, not a determination."
Take = Callable[[Page, str], Awaitable[None]]
Open = Callable[..., Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A responder's console, and how a picture is taken."""

    address: str
    open: Open
    take: Take

    async def page(self, **how: object) -> Page:
        """The first page."""
        page = await self.open(DESK, sharpness=1, **how)
        await page.goto(self.address)
        await page.get_by_role("heading", level=1).wait_for()
        return page

    async def case(self, language: str, **how: object) -> Page:
        """The first case of this language, taken."""
        page = await self.page(**how)
        await page.locator("[data-case]").filter(has_text=language).first.click()
        await page.get_by_text(TAKEN).wait_for()
        return page


async def queue(desk: Desk) -> None:
    """Ten who wait."""
    await desk.take(await desk.page(), "queue.png")


async def case(desk: Desk) -> None:
    """Somebody who is hurt now, and writes Arabic."""
    await desk.take(await desk.case("Arabic"), "case.png")


async def reply(desk: Desk) -> None:
    """Which chat it is, when they may be written to, and the words."""
    page = await desk.case("Chinese")
    await page.locator("summary").filter(has_text="Write to them").click()
    await page.get_by_role("textbox", name="Your own words").fill("谢谢你告诉我们。我们正在想办法。")
    await page.locator(".talk").evaluate("each => window.scrollTo(0, each.offsetTop - 300)")
    await desk.take(page, "reply.png")


async def close(desk: Desk) -> None:
    """What came of it."""
    page = await desk.case("Spanish", dark=True)
    await page.evaluate(UNFOLD)
    await page.locator(".act").scroll_into_view_if_needed()
    await page.locator("details[data-key=c] button").scroll_into_view_if_needed()
    await desk.take(page, "close.png")


async def export(desk: Desk) -> None:
    """The least, and to whom it is sealed."""
    page = await desk.case("Spanish")
    await page.get_by_role("link", name="Export").click()
    await page.get_by_role("button", name="Seal and save").wait_for()
    await desk.take(page, "export.png")


async def read_the_rest(desk: Desk) -> None:
    """Take what still waits: extracts are left by whoever reads a case."""
    page = await desk.page()
    while await page.locator("[data-take]:not([disabled])").count():
        await page.locator("[data-take]").click()
        await page.get_by_text(TAKEN).or_(page.get_by_role("alert")).first.wait_for()
        if not await page.get_by_text(TAKEN).count():
            break
        await page.goto(desk.address.partition("?")[0])
    await page.context.close()


async def patterns(analyst: Desk) -> None:
    """The ways of those who agreed to be counted."""
    page = await analyst.page()
    await page.get_by_role("link", name="Patterns").click()
    await page.get_by_role("img", name="Map of the ways").wait_for()
    await analyst.take(page, "patterns.png")


async def shoot_desk(seat: Seat, desk: Desk) -> None:
    """Take them all; `seat` is an analyst's, who is let in and has no console yet."""
    await asyncio.to_thread(seat.let_in)  # before cases are read: extracts are sealed to whoever is in force
    for picture in (queue, case, reply, close, export, read_the_rest):
        await picture(desk)
    await asyncio.to_thread(sit_down, seat)
    await patterns(Desk(console_address(seat), desk.open, desk.take))
    await asyncio.to_thread(seat.check_alive)


def sit_down(seat: Seat) -> None:
    """Start the console of a seat, on a port of its own."""
    seat.ports = seat.ports | {"console": free_port(0)}
    listen = f"127.0.0.1:{seat.ports['console']}"
    seat.start("console", "wayout-responder", "console", "--listen", listen)
    seat.wait_for("console", seat.address("console"))
