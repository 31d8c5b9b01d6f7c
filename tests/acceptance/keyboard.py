"""Hands on a keyboard: no pointer, and nothing known of a page but what it shows, names and announces."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

FAR = 250
"""Presses after which somebody would give up looking."""
FOCUSED = "all => all.some(each => each === document.activeElement)"
LIST_OF_KEYS = """dialog => Object.fromEntries([...dialog.querySelectorAll("dt")]
  .filter(each => each.checkVisibility())
  .map(each => [each.nextElementSibling.textContent.trim().toLowerCase(), each.textContent.trim()]))"""


@dataclass
class Hands:
    """Somebody at a page with a keyboard alone; every press is counted."""

    page: Page
    pressed: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    """What pages said that their keys do -> the key."""

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.pressed += 1
            await self.page.keyboard.press(key)

    async def type(self, words: str) -> None:
        """Type words into whatever has the focus."""
        self.pressed += len(words)
        await self.page.keyboard.type(words)

    async def on(self, heading: str) -> None:
        """See a page: its heading is there, and its keys work."""
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        await self.page.wait_for_load_state("load")

    async def look_up(self) -> None:
        """Read which keys there are here, as the page lists them on `?`."""
        await self.press("?")
        self.keys |= await self.page.get_by_role("dialog").evaluate(LIST_OF_KEYS)
        await self.press("?")
        await expect(self.page.get_by_role("dialog")).to_be_hidden()

    async def use(self, what: str) -> None:
        """Do what a key of the page does, by the words that the page has for it; what was read once is known."""
        await self.page.wait_for_load_state("load")
        if what.lower() not in self.keys:
            await self.look_up()
        await self.press(self.keys[what.lower()])

    async def to(self, role: str, name: str, *, key: str = "Tab") -> Locator:
        """Go on by Tab until the control with this role and name has the focus."""
        wanted = self.page.get_by_role(role, name=name)  # type: ignore[arg-type] - any role
        for _ in range(FAR):
            if await wanted.evaluate_all(FOCUSED):
                return wanted
            await self.press(key)
        raise AssertionError(f"no way by {key} to the {role} {name!r}")

    async def choose(self, name: str, option: str, *, key: str = "Tab") -> None:
        """Go to a list and choose in it by the arrow keys."""
        await self.to("combobox", name, key=key)
        field = self.page.locator("select:focus")
        shown = "list => list.selectedOptions[0].textContent.trim()"
        await self.press("Home")
        for _ in range(FAR):
            if option in await field.evaluate(shown):
                return
            await self.press("ArrowDown")
        raise AssertionError(f"no {option!r} in {name!r}")

    async def tick(self, name: str) -> None:
        """Of several circles, the first of which has the focus, choose this one."""
        wanted = self.page.get_by_role("radio", name=name)
        await self.press("Space")
        for _ in range(FAR):
            if await wanted.is_checked():
                return
            await self.press("ArrowDown")
        raise AssertionError(f"no circle {name!r}")

    async def send(self, name: str) -> None:
        """Go on to a button or link and press Enter."""
        await self.to("button", name)
        await self.press("Enter")

    async def follow(self, name: str) -> None:
        """Go on to a link and follow it."""
        await self.to("link", name)
        await self.press("Enter")

    async def sees(self, text: str) -> None:
        """These words can be seen on the page."""
        await expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()
