"""The console's page of emergency releases: what was released of a case, what waits, and proposing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from protocol.audience import Tier
from protocol.card import card_id
from protocol.disclosure import LONGEST_REASON
from protocol.revision import CaseId
from responder.failures import DisclosureWrong, Refused
from responder.gate import signed
from responder.releases import named_card
from responder.releasing import confirm, nameable, propose

if TYPE_CHECKING:
    from responder.console import Console


@dataclass(frozen=True, slots=True)
class ReleasePage:
    """Its addresses, beside those of the console."""

    console: Console

    async def show(self, request: web.Request) -> web.Response:
        """Show what there is; the holder gets the form to propose one."""
        desk, case = self.console.desk(), _case(request)
        header = await desk.client.header(case)
        released, cards = await nameable(desk, case)
        return self.console.paper.page(
            "releases.html",
            case=case,
            released=released,
            mine=desk.is_mine(header),
            cards=[(card_id(each), named_card(each)) for each in cards],
            tiers=[tier.value for tier in Tier],
            longest=LONGEST_REASON,
        )

    async def propose(self, request: web.Request) -> web.Response:
        """Propose one and stay here."""
        form = await signed(self.console.gate, request)
        tiers = [tier for tier in Tier if form.get(f"tier_{tier}")]
        try:
            to, reason = form.get("to", ""), form.get("reason", "")
            await propose(self.console.desk(), _case(request), to=to, tiers=tiers, reason=reason)
        except (DisclosureWrong, Refused) as failure:
            return self.console.trouble(failure, case=_case(request))
        raise web.HTTPSeeOther(f"/cases/{_case(request)}/releases")

    async def confirm(self, request: web.Request) -> web.Response:
        """Sign for one as the second and stay here."""
        form = await signed(self.console.gate, request)
        number = form.get("number", "")
        try:
            whole = int(number) if number.isdecimal() else -1
            await confirm(self.console.desk(), _case(request), whole)
        except (DisclosureWrong, Refused) as failure:
            return self.console.trouble(failure)
        raise web.HTTPSeeOther(f"/cases/{_case(request)}/releases")


def _case(request: web.Request) -> CaseId:
    return CaseId(request.match_info["case"])
