"""The door of the responder API: who asks is known before a handler sees the request, or is told why not."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from bot.asked import Asked
from bot.recipients import RecipientsFile
from bot.refusals import HINTS, RefusedError, refusal_of
from bot.route import Route
from protocol.desk import Refusal, RefusalCode
from protocol.document import encode_document
from protocol.requests import RequestRefused, Verified, verify_request
from storage import nonces, staffing
from storage.case import QueueError
from storage.database import Database

_IN_PATHS = ("case", "attachment", "number")


class Admission:
    """Serves routes to those whose signature holds."""

    def __init__(
        self,
        database: Database,
        recipients: RecipientsFile,
        *,
        public_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        """`public_url`: whom requests must be signed for."""
        self._database = database
        self._recipients = recipients
        self._authority = urlsplit(public_url).netloc
        self._clock = clock

    def serve(self, table: Iterable[Route]) -> list[web.RouteDef]:
        """Every route of the table, behind this door."""
        return [web.route(each.method, each.path, partial(self._answer, each)) for each in table]

    async def _answer(self, route: Route, request: web.Request) -> web.Response:
        try:
            answer = await route.handler(await self._check(request))
        except (RefusedError, QueueError) as error:
            refused = refusal_of(error)
            return _respond(Refusal(refused.code, HINTS[refused.code]), refused.status)
        if isinstance(answer, web.Response):
            return answer
        return web.Response(status=204) if answer is None else _respond(answer, 200)

    async def _check(self, request: web.Request) -> Asked:
        if request.host != self._authority:
            # Signed for another server that knows the same card: not for us.
            raise RefusedError(RefusalCode.SIGNATURE_BAD)
        body = await request.read()
        now = self._clock()
        known = self._recipients.now
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
        await self._remember(checked, now)
        asked = {name: request.match_info.get(name, "") for name in _IN_PATHS}
        return Asked(known.card(checked.key_id), body=body, now=now, **asked)

    async def _remember(self, checked: Verified, now: datetime) -> None:
        async with self._database.write() as tx:
            fresh = await nonces.remember(tx, checked.key_id, checked.nonce, now=now)
            if fresh:
                await staffing.seen(tx, checked.key_id, now=now)
        if not fresh:
            raise RefusedError(RefusalCode.SIGNATURE_REPLAYED)


def _respond(answer: msgspec.Struct, status: int) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.Response(
        body=encode_document(answer), status=status, content_type="application/json", headers=headers
    )
