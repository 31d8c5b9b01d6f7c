"""The people's side over HTTP: what the chat page and the scripted person use to act and to see."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from sandbox import wire
from sandbox.exchange import Exchange
from sandbox.parameters import Parameters, Upload
from sandbox.parameters import read as read_parameters
from sandbox.phone import Impossible, Phone
from sandbox.records import Bot, BotId, FileId, Json, Message, MessageId, Person, PersonId

PING_SECONDS = 15
_encode = msgspec.json.Encoder().encode
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reply(body: Json, status: int = 200) -> web.Response:
    """Return a JSON response."""
    return web.Response(body=_encode(body), status=status, content_type="application/json")


def new_person_id() -> PersonId:
    """Return an account number of the size that Telegram gives to new people today."""
    return PersonId(5_000_000_000 + secrets.randbelow(2_900_000_000))


class PeopleApi:
    """Routes under /sandbox for people, chats and the live stream."""

    def __init__(self, exchange: Exchange) -> None:
        """Act in this exchange."""
        self._exchange = exchange
        self._world = exchange.world

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the people's side."""
        one = "/sandbox/people/{person}"
        return [
            web.get("/sandbox/people", self.people),
            web.post("/sandbox/people", self.add_person),
            web.get(f"{one}/chat", self.chat),
            web.delete(f"{one}/chat", self.clear_chat),
            web.post(f"{one}/messages", self.send),
            web.patch(f"{one}/messages/{{message}}", self.edit),
            web.delete(f"{one}/messages/{{message}}", self.delete),
            web.post(f"{one}/presses", self.press),
            web.post(f"{one}/reactions", self.react),
            web.post(f"{one}/block", self.block),
            web.get("/sandbox/files/{file}", self.file),
            web.get("/sandbox/events", self.events),
        ]

    async def people(self, _: web.Request) -> web.Response:
        """List bots and people, each with the last message of each chat."""
        return reply(
            {
                "schema": "sandbox-people/1",
                "seq": self._world.events.last,
                "bots": [wire.bot_user(self._world, bot) for bot in self._world.bots.values()],
                "people": [self._listed(person) for person in self._world.people.values()],
            }
        )

    def _listed(self, person: Person) -> Json:
        chats = [self._last(bot, person.id) for bot in self._world.bots]
        return wire.user(person) | {"chats": [chat for chat in chats if chat]}

    def _last(self, bot: BotId, person: PersonId) -> Json | None:
        chat = self._world.chats.get((bot, person))
        if chat is None:
            return None
        seen = [message for message in self._world.thread(bot, person) if not message.hidden]
        last = wire.seen_by_person(self._world, seen[-1]) if seen else None
        return {"bot": bot, "blocked": chat.blocked, "last": last}

    async def add_person(self, request: web.Request) -> web.Response:
        """Invent a person: first_name, and if wanted last_name, username, language_code."""
        given = await read_parameters(request)
        name = given.text("first_name").strip()
        if not name:
            return reply({"error": "first_name is missing"}, 400)
        person = Person(
            id=PersonId(given.integer("id")) or new_person_id(),
            first_name=name,
            last_name=given.text("last_name") or None,
            username=given.text("username") or None,
            language_code=given.text("language_code") or None,
        )
        self._world.save(person)
        self._world.events.tell("person", BotId(0), person.id)
        return reply({"schema": "sandbox-person/1", "person": wire.user(person)}, 201)

    def _phone(self, request: web.Request) -> tuple[Phone, Bot]:
        person = PersonId(_whole(request.match_info["person"]))
        if person not in self._world.people:
            raise Impossible("no such person")
        bots = self._world.bots
        asked = request.query.get("bot")
        number = BotId(_whole(asked)) if asked else next(iter(bots), BotId(0))
        if number not in bots:
            raise Impossible("no bot has called yet" if not asked else "no such bot")
        return Phone(self._exchange, number, person), bots[number]

    async def chat(self, request: web.Request) -> web.Response:
        """Show one chat: messages, reply keyboard, commands, whether it was started or blocked."""
        phone, bot = self._phone(request)
        chat = self._world.chats.get((bot.id, phone.person))
        person = self._world.people[phone.person]
        thread = [message for message in self._world.thread(bot.id, phone.person) if not message.hidden]
        return reply(
            {
                "schema": "sandbox-chat/1",
                "seq": self._world.events.last,
                "bot": wire.bot_user(self._world, bot) | self._described(bot, person),
                "person": wire.user(person),
                "started": chat is not None,
                "blocked": chat.blocked if chat else False,
                "keyboard": chat.keyboard if chat else None,
                "pinned": chat.pinned if chat else None,
                "messages": [wire.seen_by_person(self._world, message) for message in thread],
                "waiting": self._exchange.mailbox.untaken(bot.id, phone.person),
            }
        )

    def _described(self, bot: Bot, person: Person) -> Json:
        language = (person.language_code or "")[:2]
        shown: Json = {}
        for kind in ("name", "description", "short_description"):
            found = (self._world.profile(bot.id, kind, "", code) for code in (language, ""))
            shown[kind] = next((text for text in found if text), "")
        scopes = (f"chat:{person.id}", "all_private_chats", "default")
        sets = (
            self._world.profile(bot.id, "commands", scope, code)
            for scope in scopes
            for code in (language, "")
        )
        shown["commands"] = next((commands for commands in sets if commands), [])
        if shown.pop("name"):
            shown["first_name"] = self._world.profile(bot.id, "name", "", language) or self._world.profile(
                bot.id, "name"
            )
        return shown

    async def send(self, request: web.Request) -> web.Response:
        """Send text, file, location or contact, or forward something; returns the messages that came of it."""
        phone, _ = self._phone(request)
        given = await read_parameters(request)
        sent = self._send(phone, given)
        shown = [wire.seen_by_person(self._world, message) for message in sent]
        return reply({"schema": "sandbox-sent/1", "messages": shown}, 201)

    def _send(self, phone: Phone, given: Parameters) -> list[Message]:
        if upload := given.uploads.get("file"):
            return [self._send_file(phone, given, upload)]
        if point := given.json("location"):
            return [_share(phone, point)]
        if contact := given.json("contact"):
            own = bool(contact.get("own"))
            return [phone.share_contact(contact["phone_number"], contact["first_name"], own=own)]
        if forward := given.json("forward"):
            return [phone.forward(forward["body"], forward["origin"])]
        reply_to = given.integer("reply_to")
        return phone.say(given.text("text"), reply_to=MessageId(reply_to) if reply_to else None)

    def _send_file(self, phone: Phone, given: Parameters, upload: Upload) -> Message:
        return phone.send_file(
            given.text("kind", "document"),
            upload,
            caption=given.text("caption"),
            duration=given.integer("duration"),
            emoji=given.text("emoji"),
            told_size=given.integer("told_size"),
        )

    async def edit(self, request: web.Request) -> web.Response:
        """Change an own message's text, or tell where a live location is now (`location`; `over` ends it)."""
        phone, _ = self._phone(request)
        given = await read_parameters(request)
        number, point = MessageId(_whole(request.match_info["message"])), given.json("location")
        changed = _move(phone, number, point) if point else phone.edit(number, given.text("text"))
        return reply({"schema": "sandbox-sent/1", "messages": [wire.seen_by_person(self._world, changed)]})

    async def delete(self, request: web.Request) -> web.Response:
        """Delete one message, for both sides unless `mine` is 1."""
        phone, _ = self._phone(request)
        number = MessageId(_whole(request.match_info["message"]))
        phone.delete(number, for_both=request.query.get("mine") != "1")
        return reply({"ok": True})

    async def press(self, request: web.Request) -> web.Response:
        """Press the inline button at `row` and `column` of `message_id`."""
        phone, _ = self._phone(request)
        given = await read_parameters(request)
        query = phone.press(
            MessageId(given.integer("message_id")), row=given.integer("row"), column=given.integer("column")
        )
        return reply({"schema": "sandbox-press/1", "query": query.id if query else None})

    async def react(self, request: web.Request) -> web.Response:
        """React to `message_id` with `emoji`."""
        phone, _ = self._phone(request)
        given = await read_parameters(request)
        phone.react(MessageId(given.integer("message_id")), given.text("emoji"))
        return reply({"ok": True})

    async def block(self, request: web.Request) -> web.Response:
        """Block the bot, or with `blocked` false let it back."""
        phone, bot = self._phone(request)
        given = await read_parameters(request)
        phone.block(bot, blocked=given.truth("blocked"))
        return reply({"ok": True})

    async def clear_chat(self, request: web.Request) -> web.Response:
        """Delete the chat on the person's side, with `both` = 1 on both."""
        phone, _ = self._phone(request)
        phone.clear(for_both=request.query.get("both") == "1")
        return reply({"ok": True})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Send a file's bytes to the page; never as something a browser would run."""
        known = self._world.files.get(FileId(request.match_info["file"]))
        if known is None:
            return reply({"error": "no such file"}, 404)
        shown = known.mime_type.startswith(("image/", "audio/", "video/")) and "svg" not in known.mime_type
        headers = {
            "Content-Type": known.mime_type if shown else "application/octet-stream",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        }
        return web.FileResponse(self._world.files_dir / known.path, headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream what happens, of one person or of all, as server-sent events, beginning with a hello."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"},
        )
        await response.prepare(request)
        asked = request.query.get("person")
        with self._world.events.listen(PersonId(_whole(asked)) if asked else None) as queue:
            await response.write(_event({"kind": "hello", "seq": self._world.events.last}))
            with contextlib.suppress(ConnectionResetError):
                await _pump(queue, response)
        return response


async def _pump(queue: asyncio.Queue[Json | None], response: web.StreamResponse) -> None:
    while True:
        try:
            async with asyncio.timeout(PING_SECONDS):
                event = await queue.get()
        except TimeoutError:
            await response.write(b": still here\n\n")
            continue
        if event is None:
            return
        await response.write(_event(event))


def _event(event: Json) -> bytes:
    return b"data: " + _encode(event) + b"\n\n"


def _share(phone: Phone, point: Json) -> Message:
    period = int(point.get("live_period", 0))
    return phone.share_location(float(point["latitude"]), float(point["longitude"]), live_period=period)


def _move(phone: Phone, number: MessageId, point: Json) -> Message:
    is_over = bool(point.get("over"))
    return phone.move(number, float(point["latitude"]), float(point["longitude"]), is_over=is_over)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise Impossible("a number was expected") from error
