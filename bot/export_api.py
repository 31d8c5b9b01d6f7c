"""The exports' side of the responder API: one is written down here before it leaves a responder's desk."""

from bot.asked import Asked
from bot.auditing import only_card
from bot.header import header
from bot.logs import Log
from bot.refusals import RefusedError
from bot.route import Route, post
from protocol.audit import Act, Facts
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

    def routes(self) -> list[Route]:
        """Every path."""
        path = "/v1/cases/{case}/exported"
        return [post(path, Act.EXPORTED, self._exported, Noted, body=Exported, asks=_facts)]

    async def _exported(self, asked: Asked) -> Noted:
        """Write down an export by whoever holds the case or closed it; anybody else exports nothing."""
        exported = asked.told(Exported)
        async with self._database.read() as tx:
            case = await cases.find(tx, asked.case, reader=asked.reader)
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


def _facts(asked: Asked) -> Facts:
    """What the audit has of an export; what is no export is refused and has none."""
    try:
        exported = asked.told(Exported)
    except RefusedError:
        return {}
    name = only_card(exported.card or "")
    card = {"card": name} if name else {}
    tiers = ",".join(exported.tiers)
    return {"format": exported.format, "tiers": tiers, "sealed_for": exported.sealed_for, **card}
