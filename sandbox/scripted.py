"""A scripted person: writes, presses and looks, over the same interface as the chat page."""

import asyncio
import io
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import msgspec

from sandbox.line import Line
from sandbox.records import Json, JsonValue
from sandbox.screen import Screen

TIMEOUT = 10.0


class NotSeen(Exception):
    """What was expected did not come; `screen` is what was there instead."""

    def __init__(self, screen: Screen, seconds: float) -> None:
        """Say how long was waited and what the screen looks like, without any words from it."""
        super().__init__(f"not seen within {seconds:g} s; the screen has {screen.outline()}")
        self.screen = screen


class Person:
    """One scripted person in the chat with one bot."""

    def __init__(self, sandbox: Line, person: Json, bot: int | None) -> None:
        """Use `Sandbox.person` to make one."""
        self._sandbox = sandbox
        self.id: int = person["id"]
        self.name: str = person["first_name"]
        self._bot = bot
        self._screen = Screen()
        self._changed = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None
        self._live = asyncio.Event()

    async def say(self, text: str, *, reply_to: int | None = None) -> int:
        """Write a text and return the id of the (last) message."""
        return await self._send(json={"text": text} | ({"reply_to": reply_to} if reply_to else {}))

    async def press(self, label: str, *, message_id: int | None = None) -> None:
        """Press the button with this label: inline, newest message first, else on the reply keyboard."""
        screen = await self.screen()
        place = screen.find_button(label, message_id)
        if place:
            number, row, column = place
            await self.press_at(number, row, column)
        elif label in screen.keys:
            await self.say(label)
        else:
            raise NotSeen(screen, 0)

    async def press_at(self, message_id: int, row: int = 0, column: int = 0) -> None:
        """Press an inline button by its place; pressing one that has gone is refused."""
        self._screen = (await self.screen()).acted()
        place = {"message_id": message_id, "row": row, "column": column}
        await self._call("POST", "presses", json=place)

    async def photo(self, content: bytes, *, caption: str = "", name: str = "photo.jpg") -> int:
        """Send a photo."""
        return await self.file("photo", content, name=name, mime_type="image/jpeg", caption=caption)

    async def voice(self, content: bytes, *, seconds: int = 3) -> int:
        """Send a voice note."""
        return await self.file("voice", content, name="voice.oga", mime_type="audio/ogg", duration=seconds)

    async def document(self, content: bytes, *, name: str = "document.pdf", caption: str = "") -> int:
        """Send a document."""
        return await self.file("document", content, name=name, caption=caption)

    async def sticker(self, content: bytes, *, emoji: str = "") -> int:
        """Send a sticker."""
        return await self.file("sticker", content, name="sticker.webp", mime_type="image/webp", emoji=emoji)

    async def file(
        self,
        kind: str,
        content: bytes,
        *,
        name: str,
        mime_type: str = "application/octet-stream",
        **fields: str | int,
    ) -> int:
        """Send a file of any kind: photo, voice, document, audio, video, video_note, animation, sticker."""
        form = aiohttp.FormData()
        form.add_field("kind", kind)
        for key, value in fields.items():
            form.add_field(key, str(value))
        form.add_field("file", io.BytesIO(content), filename=name, content_type=mime_type)
        return await self._send(data=form)

    async def location(self, latitude: float, longitude: float, *, live_period: int = 0) -> int:
        """Share a location, in degrees; with `live_period` (seconds) a live one."""
        point = {"latitude": latitude, "longitude": longitude, "live_period": live_period}
        return await self._send(json={"location": point})

    async def move(self, message_id: int, latitude: float, longitude: float, *, over: bool = False) -> None:
        """Let a live location tell where the phone is now; `over` ends it."""
        point = {"latitude": latitude, "longitude": longitude, "over": over}
        await self._call("PATCH", f"messages/{message_id}", json={"location": point})

    async def contact(self, phone_number: str, first_name: str, *, own: bool = False) -> int:
        """Share a contact, somebody's or the person's own."""
        shared = {"phone_number": phone_number, "first_name": first_name, "own": own}
        return await self._send(json={"contact": shared})

    async def forward(self, text: str, *, hidden_name: str = "Somebody") -> int:
        """Forward a text that came from somebody who hides the account."""
        origin = {"type": "hidden_user", "sender_user_name": hidden_name}
        return await self._send(json={"forward": {"body": {"text": text}, "origin": origin}})

    async def edit(self, message_id: int, text: str) -> None:
        """Change an own message."""
        self._screen = (await self.screen()).acted()
        await self._call("PATCH", f"messages/{message_id}", json={"text": text})

    async def delete(self, message_id: int, *, for_both: bool = True) -> None:
        """Delete a message."""
        await self._call("DELETE", f"messages/{message_id}", params={"mine": "0" if for_both else "1"})

    async def clear(self, *, for_both: bool = False) -> None:
        """Delete the chat."""
        await self._call("DELETE", "chat", params={"both": "1" if for_both else "0"})

    async def react(self, message_id: int, emoji: str) -> None:
        """React to a message."""
        await self._call("POST", "reactions", json={"message_id": message_id, "emoji": emoji})

    async def block(self) -> None:
        """Block the bot."""
        await self._call("POST", "block", json={"blocked": True})

    async def unblock(self) -> None:
        """Let the bot back."""
        await self._call("POST", "block", json={"blocked": False})

    async def screen(self) -> Screen:
        """Return what is on the screen now."""
        await self._listen()
        return self._screen

    async def expect(self, seen: Callable[[Screen], Any], *, within: float = TIMEOUT) -> Screen:
        """Wait until the screen is as expected and return it; it may be so already."""
        await self._listen()
        try:
            async with asyncio.timeout(within), self._changed:
                await self._changed.wait_for(lambda: bool(seen(self._screen)))
        except TimeoutError:
            raise NotSeen(self._screen, within) from None
        return self._screen

    async def hear(
        self, seen: Callable[[Screen], Any] = lambda _: True, *, within: float = TIMEOUT
    ) -> Screen:
        """Wait for the bot to send or edit something after the last own act, and for `seen` to hold."""
        return await self.expect(lambda screen: screen.answered and seen(screen), within=within)

    async def _send(self, *, json: JsonValue = None, data: aiohttp.FormData | None = None) -> int:
        self._screen = (await self.screen()).acted()
        sent = await self._call("POST", "messages", json=json, data=data)
        return int(sent["messages"][-1]["message_id"])

    async def _call(
        self,
        verb: str,
        path: str,
        *,
        json: JsonValue = None,
        data: aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Json:
        asked = {**(params or {}), **({"bot": str(self._bot)} if self._bot else {})}
        path = f"/sandbox/people/{self.id}/{path}"
        return await self._sandbox.call(verb, path, json=json, data=data, params=asked)

    async def _listen(self) -> None:
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        waiter = asyncio.create_task(self._live.wait())
        await asyncio.wait({waiter, self._reader}, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self._reader.done() and not self._live.is_set():
            self._reader.result()

    async def _read(self) -> None:
        """Follow the stream; the screen is fetched once it runs, so that nothing falls between the two."""
        async with self._sandbox.stream(self.id) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    await self._apply(msgspec.json.decode(line[6:]))

    async def _apply(self, event: Json) -> None:
        if event["kind"] == "hello":
            fresh = Screen.of(await self._call("GET", "chat"))
            self._bot = self._bot or fresh.bot
            self._screen = fresh
            self._live.set()
        elif event["bot"] == self._screen.bot:
            self._screen = self._screen.after(event)
        async with self._changed:
            self._changed.notify_all()

    async def close(self) -> None:
        """Stop looking."""
        if self._reader:
            self._reader.cancel()
            await asyncio.wait({self._reader})
            self._reader = None
