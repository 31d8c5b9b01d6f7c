"""Audience: what of a case goes to which class of recipients now, and what is taken away from one that lost it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from bot.recipients import Recipients
from bot.record import Record
from bot.sealing import Sheet
from flows.ids import Tier as SummaryTier
from flows.partners import Partner, Share, lessen
from flows.summary import CasePart, encode_part
from protocol.audience import RecipientClass, Tier

OWN = RecipientClass.ORGANISATION
SECOND = RecipientClass.SECOND_ORGANISATION
_HASH_BYTES = 16

Shares = Mapping[str, Share | None]
"""What was said of each class of partners; see flows.partners."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The sheets of a case that changed, and the record once they are sealed."""

    record: Record = field(repr=False)
    sheets: tuple[Sheet, ...] = field(repr=False)
    withdrawn: tuple[tuple[str, str], ...]

    @property
    def classes(self) -> tuple[RecipientClass, ...]:
        """Who can open something of it."""
        return (OWN, *map(RecipientClass, self.record.readers))


def spread(
    record: Record,
    parts: Mapping[SummaryTier, CasePart],
    shares: Shares,
    partners: Sequence[Partner],
    recipients: Recipients,
) -> Sharing:
    """Give every class what it may read, as far as that changed; only classes of which somebody is enrolled.

    Files of a class that lost its yes, or whose country is another now, go: that is all that withdrawing takes.
    """
    taken = tuple(_taken(record, shares))
    record = _without(record, taken)
    sheets = [Sheet(Tier(tier), OWN, "", encode_part(part)) for tier, part in parts.items()]
    if recipients.reading(SECOND):
        sheets.extend(replace_class(each, SECOND) for each in tuple(sheets))
    for partner in partners:
        sheets.extend(_to_partner(partner, shares.get(partner.name), parts, recipients))
    session = next(iter(parts.values())).session
    changed = tuple(each for each in sheets if record.sealed.get(_name(session, each)) != _hash(each.body))
    return Sharing(
        replace(
            record,
            sealed=record.sealed | {_name(session, each): _hash(each.body) for each in changed},
            readers=record.readers
            | {each.recipient_class: each.country for each in sheets if each.recipient_class is not OWN},
        ),
        changed,
        taken,
    )


def replace_class(sheet: Sheet, recipient_class: RecipientClass) -> Sheet:
    """The same for another class."""
    return Sheet(sheet.tier, recipient_class, sheet.country, sheet.body)


def _to_partner(
    partner: Partner, share: Share | None, parts: Mapping[SummaryTier, CasePart], recipients: Recipients
) -> Iterator[Sheet]:
    recipient_class = RecipientClass(partner.name)
    if share is None or not recipients.reading(recipient_class, share.country):
        return
    for tier, part in parts.items():
        if tier in share.tiers:
            body = encode_part(lessen(partner, part))
            yield Sheet(Tier(tier), recipient_class, share.country, body)


def _taken(record: Record, shares: Shares) -> Iterator[tuple[str, str]]:
    """The files that go: pairs of a class and a tier; all of a class where there is no tier."""
    for name, share in shares.items():
        if name not in record.readers:
            continue
        if share is None or share.country != record.readers[name]:
            yield name, ""
        else:
            sealed = {tier for tier, of in map(_place, record.sealed) if of == name}
            yield from ((name, tier) for tier in sorted(sealed - {str(each) for each in share.tiers}))


def _without(record: Record, taken: Iterable[tuple[str, str]]) -> Record:
    """The record of a case from which these files are gone."""
    gone = set(taken)
    kept = {
        name: digest
        for name, digest in record.sealed.items()
        if not {(_place(name)[1], ""), _place(name)[::-1]} & gone
    }
    readers = {name: country for name, country in record.readers.items() if (name, "") not in gone}
    return replace(record, sealed=kept, readers=readers)


def _name(session: str, sheet: Sheet) -> str:
    ours = f"{session}/{sheet.tier}"
    return ours if sheet.recipient_class is OWN else f"{ours}/{sheet.recipient_class}"


def _place(name: str) -> tuple[str, str]:
    """The tier and the class that a hash is of."""
    _, tier, *others = name.split("/")
    return tier, others[0] if others else OWN


def _hash(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()[:_HASH_BYTES]
