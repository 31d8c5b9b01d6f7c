"""The use case of emergency releases: who can be named, proposing, confirming and listing, at one desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol.card import is_partner
from protocol.disclosure import confirm as sign_for
from responder.failures import DisclosureWrong
from responder.regrades import believe
from responder.releases import read_releases, write_release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from protocol.audience import Tier
    from protocol.card import Card
    from protocol.disclosure import Disclosures
    from protocol.revision import CaseId
    from responder.desk import Desk
    from responder.releases import Released


async def listed(desk: Desk, case: CaseId) -> tuple[Released, ...]:
    """Return all of a claimed case, else those that wait for a second signature; raises ServerFailure."""
    return _read(desk, case, await desk.client.disclosures(case))


async def nameable(desk: Desk, case: CaseId) -> tuple[tuple[Released, ...], tuple[Card, ...]]:
    """Return the same, and every card that can be named; raises ServerFailure, ProtocolError."""
    known = await desk.client.disclosures(case)
    believe(known.roster, desk.server_keys)
    return _read(desk, case, known), tuple(each for each in known.roster.cards if is_partner(each))


async def propose(
    desk: Desk, case: CaseId, *, to: str, tiers: Sequence[Tier], reason: str
) -> tuple[Released, ...]:
    """Propose to let one card read these tiers of a claimed case; raises as `write_release` does, and ServerFailure."""
    client = desk.client
    known = await client.disclosures(case)
    await desk.vouched(known.roster)
    sealed = write_release(
        case,
        await desk.parts(case),
        to=to,
        tiers=tiers,
        reason=reason,
        known=known,
        card=client.card,
        key=client.key,
        server_keys=desk.server_keys,
        now=int(client.clock()),
    )
    return _read(desk, case, await client.disclose(case, sealed))


async def confirm(desk: Desk, case: CaseId, number: int) -> tuple[Released, ...]:
    """Sign for a colleague's proposal as the second, once it was opened here; raises DisclosureWrong, ServerFailure."""
    client = desk.client
    known = await client.disclosures(case)
    opened = {each.number for each in _read(desk, case, known) if each.reason is not None}
    if number not in opened:
        msg = "there is no such emergency release that you can open and believe"
        raise DisclosureWrong(msg, "`wayout-responder emergency-release list CASE` shows what waits for you.")
    sealed = next(each.disclosure for each in known.disclosures if each.disclosure.number == number)
    signed = sign_for(sealed, card=client.card, key=client.key, now=int(client.clock()))
    return _read(desk, case, await client.confirm_disclosure(case, number, signed))


def _read(desk: Desk, case: CaseId, known: Disclosures) -> tuple[Released, ...]:
    return read_releases(case, known, desk.identity, desk.server_keys)
