"""The part of the schema about responders: the log of who may open cases, stopped keys, files sealed again."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.database import UtcDateTime
from storage.tables import metadata

# Who may open cases: a chain of changes, each sealed under the keyring since cards hold names. Rows are added, never
# changed; countersignatures are yeses to the next change that are not enough yet, and go with it.
roster_changes = Table(
    "roster_changes",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
countersignatures = Table(
    "countersignatures",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(8), primary_key=True),
    Column("card", String(64), primary_key=True),
    Column("by", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Keys that a colleague has stopped, and who would let each go again.
suspensions = Table(
    "suspensions",
    metadata,
    Column("card", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
lifts = Table(
    "lifts",
    metadata,
    Column("card", ForeignKey("suspensions.card", ondelete="CASCADE"), primary_key=True),
    Column("by", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# A revision's file as a responder sealed it again, beside the one before it until that goes.
rewraps = Table(
    "rewraps",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tier", String(16), primary_key=True),
    Column("recipient_class", String(16), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_rewraps_made_at", rewraps.c.made_at)
