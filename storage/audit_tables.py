"""The schema of the audit: rows that are appended and never changed, and what goes with them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, String, Table, Text

from storage.database import UtcDateTime
from storage.tables import metadata

# Who did what when. Rows are appended, each with the hash of the one before; the database itself refuses changes.
# `who` is a card's id, or one of two words; `facts` are small closed values. A case's id stays when the case has gone.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("act", String(32), nullable=False),
    Column("case", String(32), nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("ix_audit_who", audit.c.who, audit.c.at)
Index("ix_audit_at", audit.c.at)

# The last row's number and hash: whoever appends locks this.
audit_end = Table(
    "audit_end",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

# The audit's end, as the server signed it on a day.
audit_heads = Table(
    "audit_heads",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

# Looks that open consoles repeat: how many more there were since the one that was written down.
audit_looks = Table(
    "audit_looks",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("act", String(32), primary_key=True),
    Column("case", String(32), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("more", Integer, nullable=False),
)
