"""The door of the responder API: who asks is known, and what they ask is in the audit, before anything is given.

A move is written down in the transaction that remembers the request, before its handler runs; a look, with what it
gave, after its handler and before the first byte leaves. What cannot be written down is not done and not given.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot import auditing
from bot.asked import Answer, Asked
from bot.auditing import Done, only_id
from bot.due import DueTimes
from bot.recipients import RecipientsFile
from bot.refusals import HINTS, RefusedError, refusal_of
from bot.route import Route
from protocol.audience import ORGANISATIONS, RecipientClass
from protocol.audit import Facts
from protocol.desk import Refusal, RefusalCode
from protocol.document import encode_document
from protocol.requests import RequestRefused, Verified, verify_request
from storage import nonces, people, staffing
from storage.case import QueueError
from storage.database import Database, Transaction

_IN_PATHS = ("case", "attachment", "number", "job")


class Admission:
    """Serves routes to those whose signature holds."""

    def __init__(
        self,
        database: Database,
        recipients: RecipientsFile,
        due: DueTimes,
        *,
        public_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        """`public_url`: whom requests must be signed for."""
        self._database = database
        self._recipients = recipients
        self._due = due
        self._authority = urlsplit(public_url).netloc
        self._clock = clock

    def serve(self, table: Iterable[Route]) -> list[web.RouteDef]:
        """Every route of the table, behind this door."""
        return [web.route(each.method, each.path, partial(self._answer, each)) for each in table]

    async def _answer(self, route: Route, request: web.Request) -> web.Response:
        try:
            answer = await self._attend(route, request)
        except (RefusedError, QueueError) as error:
            refused = refusal_of(error)
            return _respond(Refusal(refused.code, HINTS[refused.code]), refused.status)
        if isinstance(answer, web.Response):
            return answer
        return web.Response(status=204) if answer is None else _respond(answer, 200)

    async def _attend(self, route: Route, request: web.Request) -> Answer:
        checked, asked = await self._check(request)
        number = await self._admit(route, checked, asked)
        before = {"of": number} if number else {}
        try:
            _refuse_elsewhere(route, asked)
            answer = await self._due.fill(await route.handler(asked))
        except (RefusedError, QueueError) as error:
            code = refusal_of(error).code.value
            await self._write(_done(route, asked, {"refused": code, **before}), asked.now)
            raise
        gives = route.gives if answer is not None else None
        if gives is not None or (route.reads and not route.polled):
            facts = gives(answer) if gives is not None else {}
            await self._write(_done(route, asked, {**facts, **before}), asked.now)
        return answer

    async def _check(self, request: web.Request) -> tuple[Verified, Asked]:
        if request.host != self._authority:
            # Signed for another server that knows the same card: not for us.
            raise RefusedError(RefusalCode.SIGNATURE_BAD)
        body = await request.read()
        now = self._clock()
        known = self._recipients.admitted
        checked = verify_request(
            method=request.method,
            url=f"{request.scheme}://{request.host}{request.raw_path}",
            headers=request.headers,
            body=body,
            keys=known.keys,
            now=int(now.timestamp()),
        )
        if isinstance(checked, RequestRefused):
            raise RefusedError(RefusalCode(checked.reason))
        asked = {name: request.match_info.get(name, "") for name in _IN_PATHS}
        return checked, Asked(known.card(checked.key_id), body=body, now=now, **asked)

    async def _admit(self, route: Route, checked: Verified, asked: Asked) -> int:
        """Remember the request, and write down what is known of it already; the entry's number, or 0."""
        facts = route.asks(asked) if route.asks is not None else {}
        async with self._database.write() as tx:
            fresh = await nonces.remember(tx, checked.key_id, checked.nonce, now=asked.now)
            stopped = checked.key_id in await people.stopped(tx)
            if fresh and not stopped:
                # Partners only read and analysts open nothing: that they are there means no help for anybody.
                if asked.card.recipient_class in ORGANISATIONS:
                    await staffing.seen(tx, checked.key_id, now=asked.now)
                return await _begin(tx, route, _done(route, asked, facts), asked.now)
        if fresh:
            raise RefusedError(RefusalCode.KEY_SUSPENDED)
        raise RefusedError(RefusalCode.SIGNATURE_REPLAYED)

    async def _write(self, done: Done, now: datetime) -> None:
        async with self._database.write() as tx:
            await auditing.write(tx, done, now=now)


def _refuse_elsewhere(route: Route, asked: Asked) -> None:
    """Interpreters have routes of their own and no other: nothing of a case, of the queue or of who reads."""
    interprets = asked.card.recipient_class is RecipientClass.INTERPRETER
    if interprets is not route.for_interpreters:
        raise RefusedError(RefusalCode.CLASS_NOT_SERVED)


async def _begin(tx: Transaction, route: Route, done: Done, now: datetime) -> int:
    if route.polled:
        await auditing.count(tx, done, now=now)
    return 0 if route.reads else await auditing.write(tx, done, now=now)


def _done(route: Route, asked: Asked, facts: Facts) -> Done:
    """What to write down. `case` among the facts names the case where the path does not."""
    told = dict(facts)
    case = str(told.pop("case", "")) or only_id(asked.case)
    named = {"attachment": only_id(asked.attachment), "job": only_id(asked.job)}
    told |= {name: value for name, value in named.items() if value}
    if asked.number.isdecimal() and asked.number.isascii() and len(asked.number) <= _MOST_DIGITS:
        told["message"] = int(asked.number)
    return Done(asked.responder, route.act, case, told)


_MOST_DIGITS = 9


def _respond(answer: msgspec.Struct, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=encode_document(answer), status=status, content_type="application/json", headers=headers
    )
