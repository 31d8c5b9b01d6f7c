"""The scripted client: people who write, press and look, for tests, over the page's own interface."""

import asyncio
import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec

from sandbox.records import Json, JsonValue
from sandbox.screen import Screen

TIMEOUT = 10.0


class NotSeen(Exception):
    """What was expected did not come; `screen` is what was there instead."""

    def __init__(self, screen: Screen, seconds: float) -> None:
        """Say how long was waited and what the screen looks like, without any words from it."""
        super().__init__(f"not seen within {seconds:g} s; the screen has {screen.outline()}")
        self.screen = screen


class Refused(Exception):
    """The sandbox said that this cannot be done."""


class Person:
    """One scripted person in the chat with one bot."""

    def __init__(self, sandbox: "Sandbox", person: Json, bot: int | None) -> None:
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

    async def location(self, latitude: float, longitude: float) -> int:
        """Share a location, in degrees."""
        return await self._send(json={"location": {"latitude": latitude, "longitude": longitude}})

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


class Sandbox:
    """A running sandbox, seen from a test: its people, its trouble, its clock and its log."""

    def __init__(self, url: str) -> None:
        """Name the sandbox's root, for example http://127.0.0.1:8081."""
        self.url = url.rstrip("/")
        self._people: list[Person] = []

    async def __aenter__(self) -> Self:
        """Open the connections."""
        endless = aiohttp.ClientTimeout(total=None, sock_connect=10)
        self._http = aiohttp.ClientSession(timeout=endless, connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every person's stream and the connections."""
        for person in self._people:
            await person.close()
        await self._http.close()

    async def person(
        self,
        name: str = "Amina",
        *,
        language: str | None = "en",
        username: str | None = None,
        bot: int | None = None,
    ) -> Person:
        """Invent a person; `bot` names the bot if there are several."""
        fields = {"first_name": name, "language_code": language, "username": username}
        made = await self.call("POST", "/sandbox/people", json=fields)
        return self._met(Person(self, made["person"], bot))

    async def again(self, person_id: int, *, bot: int | None = None) -> Person:
        """Return a person who is there already, as after a restart."""
        known = await self.call("GET", "/sandbox/people")
        found = next(person for person in known["people"] if person["id"] == person_id)
        return self._met(Person(self, found, bot))

    def _met(self, person: Person) -> Person:
        self._people.append(person)
        return person

    async def fault(self, kind: str, **fields: str | float | None) -> None:
        """Order trouble: kind, and if wanted method, bot, chat, times, every, skip, retry_after, seconds."""
        await self.call("POST", "/sandbox/faults", json={"kind": kind, **fields})

    async def disturb(self, *, duplicate: int = 0, reorder: int = 0) -> None:
        """Let the next updates arrive twice, or after their successor."""
        await self.call("POST", "/sandbox/deliveries", json={"duplicate": duplicate, "reorder": reorder})

    async def flood_limits(self, *, on: bool = True, **rates: float) -> None:
        """Keep flood limits, or lift them."""
        await self.call("POST", "/sandbox/flood", json={"on": on, **rates})

    async def calm(self) -> None:
        """End all trouble."""
        await self.call("DELETE", "/sandbox/faults")

    async def advance(self, *, seconds: float = 0, hours: float = 0) -> None:
        """Let time pass at once on the sandbox's clock."""
        await self.call("POST", "/sandbox/clock", json={"advance_seconds": seconds + hours * 3600})

    async def calls(self, method: str = "", *, since: int = 0, chat: int | None = None) -> list[Json]:
        """Return the log of Bot API calls."""
        params = {"method": method, "since": str(since)} | ({"chat": str(chat)} if chat else {})
        found = await self.call("GET", "/sandbox/calls", params=params)
        return list(found["calls"])

    async def bots(self) -> Iterable[Json]:
        """Return the bots that have called so far."""
        return list((await self.call("GET", "/sandbox/people"))["bots"])

    async def call(
        self,
        verb: str,
        path: str,
        *,
        json: JsonValue = None,
        data: aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Json:
        """Make one request of the people's or test's side."""
        url = self.url + path
        async with self._http.request(verb, url, json=json, data=data, params=params) as response:
            body = await response.json()
            if response.status >= 400:  # noqa: PLR2004 - HTTP's own border
                raise Refused(body.get("error", "refused"))
            return dict(body)

    def stream(self, person_id: int) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Open the live stream of one person."""
        return self._http.get(f"{self.url}/sandbox/events", params={"person": str(person_id)})
