"""The exports' side of the responder API: one is written down here before it leaves a responder's desk."""

import msgspec
from aiohttp import web

from bot.asked import Asked, Signed
from bot.header import header
from bot.logs import Log
from bot.refusals import RefusedError
from protocol.desk import RefusalCode
from protocol.export import Exported, Noted
from storage import cases
from storage.database import Database


class ExportApi:
    """What responders say of exports, over HTTP."""

    def __init__(self, database: Database, log: Log) -> None:
        """Work on this database; `log` gets a line for each export."""
        self._database = database
        self._log = log

    def routes(self, signed: Signed) -> list[web.RouteDef]:
        """Every path; `signed` checks who asks."""
        return [web.post("/v1/cases/{case}/exported", signed(self._exported))]

    async def _exported(self, asked: Asked) -> Noted:
        """Write down an export by whoever holds the case or closed it; anybody else exports nothing."""
        exported = read_exported(asked.body)
        async with self._database.read() as tx:
            case = await cases.find(tx, asked.case, recipient_class=asked.recipient_class)
        if not asked.may_read(case):
            raise RefusedError(RefusalCode.NOT_HOLDER, 403)
        self._log.say(
            "case.exported",
            case=case.id,
            kind=exported.format,
            mode=exported.sealed_for,
            tiers=exported.tiers,
        )
        return Noted(header(case, asked.now))


def read_exported(body: bytes) -> Exported:
    """Read the body of such a request; raises RefusedError."""
    try:
        return msgspec.json.decode(body, type=Exported)
    except msgspec.DecodeError:
        raise RefusedError(RefusalCode.BODY_BAD) from None
