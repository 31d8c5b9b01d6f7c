"""Extracts, the digests by which cases are linked, and the files of the linkage key: opaque bytes, all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select

from storage.audience import MOVERS
from storage.case import Case, State, UnreadError
from storage.database import Transaction
from storage.extract_tables import extracts, linkage, marks
from storage.tables import cases, conversations, revisions

TELLING = ("identity", "words")
"""Names and numbers stand in these tiers. A class must have one of them of both cases to be told of a link."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The extract of a case. `body` is boxed under the conversation's data key."""

    case: str
    name: str
    author: str
    body: bytes = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """An extract with what opens its box."""

    name: str
    body: bytes = field(repr=False)
    conversation: str
    data_key: bytes = field(repr=False)


async def leave(tx: Transaction, case: str, new: Extract | None, digests: Collection[bytes]) -> None:
    """Keep what a responder left of a case, in place of what was left before; None takes it away.

    UnreadError where another case has that name: it was made up.
    """
    taken = select(extracts.c.case).where(
        extracts.c.name == (new.name if new else ""), extracts.c.case != case
    )
    if (await tx.execute(taken)).first() is not None:
        raise UnreadError
    await tx.execute(delete(extracts).where(extracts.c.case == case))
    await tx.execute(delete(marks).where(marks.c.case == case))
    if new is not None:
        await tx.execute(
            insert(extracts), {column.name: getattr(new, column.name) for column in extracts.columns}
        )
    if digests:
        await tx.execute(insert(marks), [{"digest": each, "case": case} for each in sorted(set(digests))])


async def page(tx: Transaction, *, after: str, most: int) -> list[Kept]:
    """Give some extracts in the order of their names, those that come after one."""
    wanted = (
        select(extracts.c.name, extracts.c.body, conversations.c.id, conversations.c.data_key)
        .join(cases, cases.c.id == extracts.c.case)
        .join(conversations, conversations.c.id == cases.c.conversation)
        .where(extracts.c.name > after)
        .order_by(extracts.c.name)
        .limit(most)
    )
    return [Kept(*row) for row in await tx.execute(wanted)]


async def links(tx: Transaction, ids: Sequence[str], *, recipient_class: str) -> Mapping[str, int]:
    """Give how many other cases share something with each, where this class may know who both are.

    Partners are told none: what one country's may read says nothing to another's.
    """
    if not ids or recipient_class not in MOVERS:
        return {}
    mine, other = marks.alias("mine"), marks.alias("other")
    has = select(revisions.c.case).where(
        revisions.c.tier.in_(TELLING), revisions.c.recipient_class == recipient_class
    )
    shared = and_(mine.c.digest == other.c.digest, mine.c.case != other.c.case)
    wanted = (
        select(mine.c.case, func.count(other.c.case.distinct()))
        .join(other, shared)
        .where(mine.c.case.in_(ids), mine.c.case.in_(has), other.c.case.in_(has))
        .group_by(mine.c.case)
    )
    return {row[0]: row[1] for row in await tx.execute(wanted)}


async def mine(tx: Transaction, *, responder: str, now: datetime, most: int) -> list[Case]:
    """Give the cases that a responder holds or closed, newest first."""
    held = and_(cases.c.state == State.CLAIMED, cases.c.lease_until > now)
    theirs = and_(cases.c.holder == responder, held | (cases.c.state == State.CLOSED))
    rows = await tx.execute(select(cases).where(theirs).order_by(cases.c.received_at.desc()).limit(most))
    return [Case.from_row(row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True)
class LinkageFile:
    """One sealing of a linkage key. `number` counts the keys, `serial` the sealings of one; `body` is boxed."""

    number: int
    serial: int
    key: str
    body: bytes = field(repr=False)
    made_at: datetime


async def linkage_files(tx: Transaction) -> list[LinkageFile]:
    """Give every sealing of every key, oldest first."""
    rows = await tx.execute(select(linkage).order_by(linkage.c.number, linkage.c.serial))
    return [LinkageFile(*row) for row in rows]


async def add_linkage(tx: Transaction, new: LinkageFile) -> None:
    """Keep another sealing of the newest key, or the first of the next; UnreadError where it is neither."""
    known = await linkage_files(tx)
    newest = known[-1] if known else None
    again = newest is not None and (new.number, new.serial, new.key) == (
        newest.number,
        newest.serial + 1,
        newest.key,
    )
    first = (new.number, new.serial) == (newest.number + 1 if newest else 0, 0)
    if not (again or first):
        raise UnreadError
    await tx.execute(insert(linkage), {column.name: getattr(new, column.name) for column in linkage.columns})
