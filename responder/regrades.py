"""Regrades on the responder's side: a reason is sealed for colleagues here, and theirs are checked and opened."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from protocol.card import card_id
from protocol.errors import NoMatch, ProtocolError, WrongCase
from protocol.regrade import LONGEST_REASON, Regrade, check_regrade, open_reason, seal_regrade
from protocol.roster import check_cards, check_roster, find_card, recipients_of, request_keys
from responder.failures import ReasonWrong
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol.card import CardId
    from protocol.desk import Header, Urgency
    from protocol.regrade import Regrades, SealedRegrade
    from protocol.revision import CaseId
    from protocol.roster import Roster
    from protocol.signing import KeyId, SigningKey, VerifyKey
    from responder.identity import Identity


@dataclass(frozen=True, slots=True)
class Regraded:
    """One regrade: who, when, from what, to what, and why.

    `failure` names the check that it did not pass; nothing of it is to be believed then. A reason that was sealed
    before this reader was enrolled is None, and the rest of it holds.
    """

    number: int
    card: CardId
    name: str
    at: datetime
    before: Urgency
    after: Urgency
    reason: str | None = field(default=None, repr=False)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Every regrade of a case, oldest first; `failure` says why the server's list could not be had at all."""

    regrades: tuple[Regraded, ...] = ()
    failure: str = ""

    @property
    def standing(self) -> Regraded | None:
        """Return the newest regrade that passed its checks."""
        return next((each for each in reversed(self.regrades) if not each.failure), None)

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the names of the checks that regrades did not pass."""
        return tuple(each.failure for each in self.regrades if each.failure)


NO_HISTORY = History()


def write_reason(text: str) -> str:
    """Return a reason as it is sealed; raises ReasonWrong where there is none, or too much of it."""
    reason = text.encode(errors="replace").decode().replace("\r\n", "\n").strip()
    if not any(_is_seen(mark) for mark in reason):
        msg = "a regrade needs a reason"
        raise ReasonWrong(msg, "Say in a sentence why: --reason TEXT, or write it to stdin.")
    if len(reason) > LONGEST_REASON:
        msg = f"a reason has {LONGEST_REASON} characters at most"
        raise ReasonWrong(msg, "Say it shorter.")
    return reason


def _is_seen(mark: str) -> bool:
    """Tell whether a sign shows; controls, marks of direction and the like do not."""
    return unicodedata.category(mark)[0] not in "CZ"


def write_regrade(
    header: Header,
    after: Urgency,
    reason: str,
    known: Regrades,
    *,
    card: CardId,
    key: SigningKey,
    server_keys: Mapping[KeyId, VerifyKey],
    now: int,
) -> SealedRegrade:
    """Seal a reason for everybody of this card's class whom the server names; raises ProtocolError.

    `now` is Unix seconds.
    """
    believe(known.roster, server_keys)
    mine = find_card(known.roster, card)
    regrade = Regrade(
        case=header.id,
        recipient_class=mine.recipient_class,
        number=len(known.regrades),
        before=header.urgency,
        after=after,
        card=card,
        sealed_at=now,
    )
    recipients = recipients_of(known.roster, mine.recipient_class)
    return seal_regrade(regrade, reason, recipients=recipients, signing_key=key)


def believe(roster: Roster, server_keys: Mapping[KeyId, VerifyKey]) -> None:
    """Raise ProtocolError unless the pinned server signed these cards and each can be used."""
    check_roster(roster, server_keys)
    check_cards(roster)


def read_regrades(
    case: CaseId, known: Regrades, identity: Identity, server_keys: Mapping[KeyId, VerifyKey]
) -> History:
    """Check and open every regrade; one that fails a check is kept with the check's name."""
    if not known.regrades:
        return NO_HISTORY
    try:
        believe(known.roster, server_keys)
    except ProtocolError as failure:
        return History(tuple(_told(each, failure=type(failure).__name__) for each in known.regrades))
    names = {card_id(card): card.name for card in known.roster.cards}
    keys = request_keys(known.roster)
    return History(
        tuple(_read(case, each, identity, keys, names.get(each.card, "")) for each in known.regrades)
    )


def regrade_document(regraded: Regraded) -> dict[str, object]:
    """Return what `case/1` says of one."""
    return {
        "number": regraded.number,
        "card": regraded.card,
        "name": regraded.name,
        "at": regraded.at,
        "from": regraded.before,
        "to": regraded.after,
        "reason": regraded.reason,
        "failure": regraded.failure or None,
    }


def _read(
    case: CaseId, sealed: SealedRegrade, identity: Identity, keys: Mapping[CardId, VerifyKey], name: str
) -> Regraded:
    try:
        if sealed.case != case:
            raise WrongCase
        check_regrade(sealed, keys)
        return _told(sealed, name, open_reason(unseal(sealed.sealed, [identity]), sealed, keys))
    except NoMatch:
        return _told(sealed, name)
    except ProtocolError as failure:
        return _told(sealed, name, failure=type(failure).__name__)


def _told(sealed: SealedRegrade, name: str = "", reason: str | None = None, failure: str = "") -> Regraded:
    at = datetime.fromtimestamp(sealed.sealed_at, UTC)
    return Regraded(sealed.number, sealed.card, name, at, sealed.before, sealed.after, reason, failure)
