"""Audience: whom a case is open to, as rows of class and country or card; who is in none of them does not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Delete,
    ScalarSelect,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from storage.audience_tables import audience
from storage.database import Transaction, insert_or_skip
from storage.tables import cases, revisions

ALL = ""
"""Everybody of a class, of whichever country."""
DISCLOSED = "disclosed"
"""What two responders disclosed to one card; the row names the card."""
OWN = ("organisation", ALL)
"""Whoever runs the hotline: every case is open to them."""
MOVERS = ("organisation", "second_organisation")
"""The classes that take cases and change them; all others only read."""
LATER = frozenset({"second_organisation"})
"""Classes whose row opens at a moment that is given later; until then they do not see the case."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and when: a card, and as what it reads: pairs of a class and a country (ALL for an organisation)."""

    card: str
    readings: tuple[tuple[str, str], ...]
    at: datetime

    @property
    def moves(self) -> bool:
        """Whether it may also take a case and change it."""
        return any(each in MOVERS for each, _ in self.readings)


def reads(reader: Reader) -> ScalarSelect[str]:
    """As which class the reader sees a row of `cases`; null where they do not see it."""
    mine = [_is(each, whom) for each, whom in (*reader.readings, (DISCLOSED, reader.card))]
    # Whoever reads as a class reads more than was disclosed to their card, which comes first in the alphabet.
    open_now = audience.c.opens_at <= reader.at
    row = select(func.max(audience.c.recipient_class)).where(
        audience.c.case == cases.c.id, or_(*mine), open_now
    )
    return row.correlate(cases).scalar_subquery()


def seen_by(reader: Reader) -> Select[tuple[object, ...]]:
    """The cases that the reader sees, each with the class that they see it as."""
    read_as = reads(reader)
    return select(cases, read_as.label("read_as")).where(read_as.is_not(None))


def _is(recipient_class: str, whom: str) -> ColumnElement[bool]:
    return and_(audience.c.recipient_class == recipient_class, audience.c.whom == whom)


async def open_to(tx: Transaction, case: str, readers: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Let these read a case, pairs of a class and whom of it; who could before still can, since when they could."""
    rows = [
        {
            "case": case,
            "recipient_class": each,
            "whom": whom,
            "opens_at": None if each in LATER else now,
        }
        for each, whom in readers
    ]
    await tx.execute(insert_or_skip(tx, audience), rows)


async def open_later(tx: Transaction, case: str, recipient_class: str, *, at: datetime | None) -> None:
    """From this moment, or not any more, a class sees the case; nothing happens where it was not sealed to it."""
    row = (audience.c.case == case, audience.c.recipient_class == recipient_class)
    await tx.execute(update(audience).where(*row).values(opens_at=at))


async def take_away(tx: Transaction, case: str, taken: Sequence[tuple[str, str]]) -> None:
    """Delete what was sealed to these, pairs of a class and a tier; without a tier all, and the sight of the case."""
    for recipient_class, tier in taken:
        await tx.execute(_files(case, recipient_class, tier))
        if not tier:
            row = (audience.c.case == case, audience.c.recipient_class == recipient_class)
            await tx.execute(delete(audience).where(*row))


def _files(case: str, recipient_class: str, tier: str) -> Delete:
    every = delete(revisions).where(revisions.c.case == case, revisions.c.recipient_class == recipient_class)
    return every.where(revisions.c.tier == tier) if tier else every
