"""The linkage key at work: made once, shared by responders alone, opened for as long as it is needed, never written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.audience import RecipientClass
from protocol.card import card_id
from protocol.errors import ProtocolError
from protocol.extract import name_of, token_of
from protocol.linkage import check_linkage, new_linkage_key, open_linkage, seal_linkage
from protocol.roster import recipients_of, request_keys
from responder.failures import LinkageMissing, Refused
from responder.regrades import believe
from responder.unseal import unseal

if TYPE_CHECKING:
    from protocol.card import Card
    from protocol.extract import Token, TokenKind
    from protocol.linkage import Linkage, SealedLinkage
    from protocol.revision import CaseId
    from protocol.roster import Roster
    from responder.desk import Desk

TAKEN = "more_said"
"""The refusal where a colleague was first."""


@dataclass(frozen=True, slots=True)
class LinkageKey:
    """A key that was opened; `number` counts the organisation's keys, `roster` has colleagues and analysts."""

    number: int
    secret: bytes = field(repr=False)
    roster: Roster = field(repr=False)

    def token(self, kind: TokenKind, value: str) -> Token:
        """Return the token of something by which a party can be known again."""
        return token_of(self.secret, kind, value)

    def name(self, case: CaseId) -> CaseId:
        """Return the pseudonym of a case."""
        return name_of(self.secret, case)


async def linkage_key(desk: Desk) -> LinkageKey:
    """Return the newest key, and make the first where there is none.

    Raises LinkageMissing where it is not sealed to this card, ProtocolError for a roster that cannot be believed,
    ServerFailure.
    """
    known = await desk.client.linkage()
    if known.keys:
        return _opened(desk, known)
    return await new_key(desk)


async def new_key(desk: Desk) -> LinkageKey:
    """Make the next key and share it with every card of the organisation; a colleague who was first has made it."""
    known = await desk.client.linkage()
    number = known.keys[-1].number + 1 if known.keys else 0
    try:
        return await _share(desk, known, LinkageKey(number, new_linkage_key(), known.roster))
    except Refused as refusal:
        if refusal.code != TAKEN:
            raise
    return _opened(desk, await desk.client.linkage())


async def share_key(desk: Desk) -> tuple[LinkageKey, tuple[Card, ...]]:
    """Seal the newest key again to every card of the organisation that is enrolled now; returns whose they are."""
    known = await desk.client.linkage()
    key = await _share(desk, known, _opened(desk, known)) if known.keys else await new_key(desk)
    return key, colleagues(key.roster)


def colleagues(roster: Roster) -> tuple[Card, ...]:
    """Return the cards that a key is sealed to."""
    return tuple(card for card in roster.cards if card.recipient_class is RecipientClass.ORGANISATION)


async def _share(desk: Desk, known: Linkage, key: LinkageKey) -> LinkageKey:
    believe(known.roster, desk.server_keys)
    await desk.vouched(known.roster)
    client = desk.client
    sealed = seal_linkage(
        key.secret,
        key.number,
        card=client.card,
        now=int(client.clock()),
        recipients=recipients_of(known.roster, RecipientClass.ORGANISATION),
        signing_key=client.key,
    )
    await client.share_linkage(sealed)
    return LinkageKey(key.number, key.secret, known.roster)


def _opened(desk: Desk, known: Linkage) -> LinkageKey:
    believe(known.roster, desk.server_keys)
    number = max(each.number for each in known.keys)
    for sealed in reversed([each for each in known.keys if each.number == number]):
        secret = _secret(desk, sealed, known.roster)
        if secret is not None:
            return LinkageKey(number, secret, known.roster)
    msg = "the linkage key is not sealed to your card, or whoever shared it is enrolled no more"
    raise LinkageMissing(
        msg, "Ask a colleague to run `wayout-responder linkage --share`, or make a new one: `--new`."
    )


def _secret(desk: Desk, sealed: SealedLinkage, roster: Roster) -> bytes | None:
    """Open one file; what is sealed to others, or by nobody of ours, is passed over."""
    ours = {card_id(card) for card in colleagues(roster)}
    keys = {card: key for card, key in request_keys(roster).items() if card in ours}
    try:
        check_linkage(sealed, keys)
        return open_linkage(unseal(sealed.sealed, [desk.identity]), sealed, keys)
    except ProtocolError:
        return None
