"""Writing the audit: what was done becomes an entry of the chain, inside its caller's transaction and last in it."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from protocol.audit import SERVER, Act, Entry, Facts, Head, make_entry, sign_head
from protocol.desk import SealedCase
from protocol.document import encode_document
from protocol.signing import SigningKey
from storage import audit
from storage.audit import Look, Row
from storage.database import Transaction

_ID = re.compile(r"[0-9a-f]{32}")
_CARD = re.compile(r"[a-z2-7]{16}")
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, str | int]).decode


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done, to be written down."""

    who: str
    act: Act
    case: str = ""
    facts: Facts = field(default_factory=dict)


def only_id(text: str) -> str:
    """An id that was drawn by lot, or nothing: what somebody typed into an address does not get into the audit."""
    return text if _ID.fullmatch(text) else ""


def only_card(text: str) -> str:
    """A card's name, or nothing, for the same reason."""
    return text if _CARD.fullmatch(text) else ""


def handed_out(given: SealedCase) -> Facts:
    """For the audit: which tiers were handed out, of which class, up to which revision."""
    tiers = sorted({each.tier.value for each in given.revisions})
    classes = sorted({each.recipient_class.value for each in given.revisions})
    return {"tiers": " ".join(tiers), "classes": " ".join(classes), "revision": given.header.amended}


async def write(tx: Transaction, done: Done, *, now: datetime) -> int:
    """Append it; its number."""
    return await audit.append(tx, lambda number, previous: _row(done, number, previous, now))


async def write_each(tx: Transaction, act: Act, cases: Iterable[str], *, now: datetime) -> None:
    """Append that the clock did this to each of these cases."""
    for case in cases:
        await write(tx, Done(SERVER, act, case), now=now)


async def count(tx: Transaction, done: Done, *, now: datetime) -> None:
    """Append a look that repeats, once in a while, and with it how many more there were since the one before."""
    before = await audit.look(tx, done.who, done.act, done.case, now=now)
    if before is not None:
        if before.more:
            await _write_look(tx, before, now)
        await write(tx, done, now=now)


async def count_rest(tx: Transaction, *, now: datetime) -> None:
    """Append what was counted of those who do not look any more."""
    for look in await audit.looks_over(tx, now=now):
        await _write_look(tx, look, now)


async def _write_look(tx: Transaction, look: Look, now: datetime) -> None:
    facts = {"more": look.more, "since": int(look.since.timestamp())}
    await write(tx, Done(look.who, Act(look.act), look.case, facts), now=now)


async def write_roster(tx: Transaction, cards: Collection[str], *, now: datetime) -> None:
    """Append which cards came to the recipients file, or left it, since this was last looked at.

    Whoever changed it, by which command or by hand: it shows when the server begins to go by it.
    """
    await audit.end(tx, to_append=True)
    acts = (Act.CARD_ADDED, Act.CARD_REMOVED)
    known: set[str] = set()
    for row in await audit.done_by(tx, SERVER, acts=acts):
        card = str(facts_of(row).get("card", ""))
        (known.add if row.act == Act.CARD_ADDED else known.discard)(card)
    for act, changed in zip(acts, (set(cards) - known, known - set(cards)), strict=True):
        for card in sorted(changed):
            await write(tx, Done(SERVER, act, facts={"card": card}), now=now)


async def sign_end(tx: Transaction, signing_key: SigningKey, *, now: datetime) -> Head:
    """Sign the end as it is now, and keep that."""
    number, last_hash = await audit.end(tx, to_append=True)
    head = sign_head(number=number, last_hash=last_hash, at=int(now.timestamp()), signing_key=signing_key)
    await audit.keep_head(tx, number, encode_document(head), now=now)
    return head


def facts_of(row: Row) -> dict[str, str | int]:
    """A row's facts; none where somebody put there what are none."""
    try:
        return _decode(row.facts)
    except msgspec.DecodeError:
        return {}


def entry_of(row: Row) -> Entry:
    """The entry that a row of the database is; msgspec.DecodeError where its facts are none."""
    return Entry(
        number=row.number,
        at=round(row.at.timestamp() * 1000),
        who=row.who,
        act=row.act,
        case=row.case,
        facts=_decode(row.facts),
        previous=row.previous,
        hash=row.hash,
    )


def _row(done: Done, number: int, previous: str, now: datetime) -> Row:
    entry = make_entry(
        number=number,
        previous=previous,
        at=round(now.timestamp() * 1000),
        who=done.who,
        act=done.act,
        case=done.case,
        facts=done.facts,
    )
    facts = _encode(entry.facts).decode()
    return Row(number, now, entry.who, entry.act, entry.case, facts, previous, entry.hash)
