"""A case's header: all that responders, and the server, may know of it without opening it."""

from datetime import datetime

from protocol.audience import RecipientClass
from protocol.card import CardId
from protocol.desk import CaseState, Header, Relay, Urgency, UrgencyFrom
from protocol.revision import CaseId
from storage.audience import MOVERS
from storage.case import Case, State

URGENCIES = (Urgency.NONE, Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL)
CRITICAL = URGENCIES.index(Urgency.CRITICAL)


def header(case: Case, now: datetime, links: int = 0) -> Header:
    """A case as responders may see it; a claim that has lapsed is shown as waiting. `links` counts cases like it."""
    lapsed = case.state is State.CLAIMED and case.lease_until is not None and case.lease_until <= now
    # A partner sees that somebody has it, and neither who, nor who else may read.
    is_partner = bool(case.read_as) and case.read_as not in MOVERS
    claimed = case.state is State.CLAIMED and not lapsed
    told = claimed and not is_partner
    return Header(
        id=CaseId(case.id),
        urgency=URGENCIES[case.urgency],
        urgency_from=UrgencyFrom(case.urgency_from),
        rank=case.rank,
        classes=tuple(map(RecipientClass, (case.read_as,) if is_partner else case.classes)),
        flow=case.flow,
        language=case.language or None,
        received_at=case.received_at,
        state=CaseState.WAITING if lapsed else CaseState(case.state),
        claimed_by=CardId(case.holder) if told and case.holder else None,
        lease_until=case.lease_until if told else None,
        amended=case.amended,
        relay=Relay.OPEN if case.relay_open else Relay.CLOSED,
        links=links,
        offered_to=CardId(case.offered_to) if told and case.offered_to else None,
    )
