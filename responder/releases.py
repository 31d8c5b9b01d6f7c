"""Emergency releases on the responder's side: what goes to one named card, sealed, checked and signed for by two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from flows.summary import CasePart, PartUnreadable, decode_part, encode_part
from protocol.audience import ORGANISATIONS, Tier
from protocol.card import card_id, card_recipient, is_partner
from protocol.disclosure import (
    LONGEST_REASON,
    Content,
    Disclosure,
    check_confirmation,
    check_disclosure,
    name_tiers,
    open_content,
    seal_disclosure,
    tiers_of,
)
from protocol.errors import CardUnknown, NoMatch, ProtocolError, WrongCase, WrongTier
from protocol.roster import find_card, recipients_of, request_keys
from responder.failures import DisclosureWrong, ServerFailure
from responder.regrades import believe
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from protocol.card import Card, CardId
    from protocol.desk import Header
    from protocol.disclosure import Disclosed, Disclosures, SealedDisclosure
    from protocol.revision import CaseId
    from protocol.roster import Roster
    from protocol.signing import KeyId, SigningKey, VerifyKey
    from responder.client import Client
    from responder.identity import Identity


@dataclass(frozen=True, slots=True)
class Released:
    """One emergency release: of which tiers, to whom, by whom, when and why; `second` signed for it, or nobody yet.

    `failure` names the check that it did not pass; nothing of it is to be believed then. Without a reason it could
    not be opened here.
    """

    number: int
    tiers: tuple[Tier, ...]
    to: CardId
    name: str
    by: str
    at: datetime
    second: str = ""
    confirmed_at: datetime | None = None
    reason: str | None = field(default=None, repr=False)
    parts: tuple[CasePart, ...] = field(default=(), repr=False)
    failure: str = ""


def write_release(  # noqa: PLR0913 - each by name
    case: CaseId,
    parts: Sequence[CasePart],
    *,
    to: str,
    tiers: Sequence[Tier],
    reason: str,
    known: Disclosures,
    card: CardId,
    key: SigningKey,
    server_keys: Mapping[KeyId, VerifyKey],
    now: int,
) -> SealedDisclosure:
    """Seal these tiers for one card and for the colleagues of this card's class; raises DisclosureWrong, ProtocolError.

    `to` is the beginning of a card's id; `now` is Unix seconds.
    """
    believe(known.roster, server_keys)
    mine, theirs = find_card(known.roster, card), named(known.roster, to)
    chosen = tuple(encode_part(bare(part)) for part in parts if part.tier.value in tiers)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        msg = f"an emergency release needs a reason, of {LONGEST_REASON} characters at most"
        raise DisclosureWrong(msg, "Say why they cannot consent and what happens otherwise: --reason TEXT.")
    if {decode_part(each).tier.value for each in chosen} != {tier.value for tier in tiers}:
        msg = "the case has nothing in one of these tiers"
        raise DisclosureWrong(msg, "Open the case and see what there is; leave that tier out.")
    disclosure = Disclosure(
        case=case,
        recipient_class=mine.recipient_class,
        number=1 + max((each.disclosure.number for each in known.disclosures), default=-1),
        to=card_id(theirs),
        tiers=name_tiers(tiers),
        card=card,
        sealed_at=now,
    )
    colleagues = recipients_of(known.roster, mine.recipient_class)
    return seal_disclosure(
        disclosure,
        Content(reason, chosen),
        recipients=(card_recipient(theirs), *colleagues),
        signing_key=key,
    )


def named(roster: Roster, beginning: str) -> Card:
    """Return the one partner whose card's id begins so; raises DisclosureWrong."""
    found = [each for each in roster.cards if is_partner(each) and card_id(each).startswith(beginning)]
    if not beginning or len(found) != 1:
        msg = "that names no one embassy's or police's card"
        raise DisclosureWrong(
            msg, "`wayout recipients list` on the server shows their ids; give the whole id."
        )
    return found[0]


def bare(part: CasePart) -> CasePart:
    """Return a part without the words by which the contact knows us, and without what was said of other readers."""
    assessment = part.assessment and replace(part.assessment, unknown=(), would_change=())
    return replace(part, assessment=assessment, watchword=(), consents={}, open=())


def only_reads(header: Header) -> bool:
    """Say whether this reader is a partner: only what they read as stands in the header then."""
    return not set(header.classes) & set(ORGANISATIONS)


async def fetch_releases(
    client: Client, identity: Identity, server_keys: Mapping[KeyId, VerifyKey], case: CaseId
) -> tuple[Released, ...]:
    """Return the emergency releases of a case; an older server knows of none."""
    try:
        known = await client.disclosures(case)
    except ServerFailure:
        return ()
    return read_releases(case, known, identity, server_keys)


def read_releases(
    case: CaseId, known: Disclosures, identity: Identity, server_keys: Mapping[KeyId, VerifyKey]
) -> tuple[Released, ...]:
    """Check and open every one; one that fails a check is kept with the check's name."""
    if not known.disclosures:
        return ()
    try:
        believe(known.roster, server_keys)
    except ProtocolError as refused:
        failure = type(refused).__name__
        return tuple(replace_failure(_told(each, known.roster), failure) for each in known.disclosures)
    return tuple(_read(case, each, known.roster, identity) for each in known.disclosures)


def released_parts(releases: Sequence[Released]) -> list[tuple[int, CasePart]]:
    """Return what a partner was let read, as parts of a case; a later release replaces an earlier one."""
    return [(each.number, part) for each in releases if each.confirmed_at for part in each.parts]


def replace_failure(released: Released, failure: str) -> Released:
    """Return it with nothing that could be believed."""
    return Released(
        released.number,
        released.tiers,
        released.to,
        released.name,
        released.by,
        released.at,
        failure=failure,
    )


def release_document(released: Released) -> dict[str, object]:
    """Return what `case/1` says of one."""
    return {
        "number": released.number,
        "tiers": list(released.tiers),
        "to": released.to,
        "name": released.name,
        "by": released.by,
        "at": released.at,
        "second": released.second or None,
        "confirmed_at": released.confirmed_at,
        "reason": released.reason,
        "failure": released.failure or None,
    }


def _read(case: CaseId, whole: Disclosed, roster: Roster, identity: Identity) -> Released:
    made, keys = whole.disclosure, request_keys(roster)
    told = _told(whole, roster)
    try:
        if made.case != case:
            raise WrongCase
        check_disclosure(made, keys)
        if whole.confirmation is not None:
            check_confirmation(made, whole.confirmation, keys)
        content = open_content(unseal(made.sealed, [identity]), made, keys)
        parts = tuple(decode_part(each) for each in content.parts)
        if name_tiers([Tier(each.tier.value) for each in parts]) != made.tiers:
            raise WrongTier
    except NoMatch:
        return told
    except (ProtocolError, PartUnreadable) as refused:
        return replace_failure(told, type(refused).__name__)
    return _told(whole, roster, content.reason, parts)


def _told(
    whole: Disclosed, roster: Roster, reason: str | None = None, parts: tuple[CasePart, ...] = ()
) -> Released:
    made, second = whole.disclosure, whole.confirmation
    return Released(
        made.number,
        tiers_of(made),
        made.to,
        _who(roster, made.to),
        _who(roster, made.card),
        datetime.fromtimestamp(made.sealed_at, UTC),
        _who(roster, second.card) if second else "",
        datetime.fromtimestamp(second.confirmed_at, UTC) if second else None,
        reason,
        parts,
    )


def _who(roster: Roster, card: CardId) -> str:
    """Return a card's name with its body; its id where it is not among those that the server names."""
    try:
        found = find_card(roster, card)
    except CardUnknown:
        return card
    return named_card(found)


def named_card(card: Card) -> str:
    """Return a card's name; a partner's with its country, unit and kind."""
    words = (card.country, card.unit or "", card.recipient_class.replace("_", " "))
    return f"{card.name} ({', '.join(filter(None, words))})" if is_partner(card) else card.name
