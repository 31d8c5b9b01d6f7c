"""The tables behind looking across cases: extracts, digests and linkage keys; opaque bytes in all of them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.database import UtcDateTime
from storage.tables import metadata

# What a responder left of a case for analysts: an age file of theirs, boxed as revisions are. `name` is a pseudonym.
extracts = Table(
    "extracts",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(32), nullable=False),
    Column("author", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_extracts_name", extracts.c.name, unique=True)

# Digests of keyed hashes of what was said in a case; the key is the responders'. The same digest links two cases.
marks = Table(
    "marks",
    metadata,
    Column("digest", LargeBinary(16), primary_key=True),
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
)
Index("ix_marks_case", marks.c.case)

# The responders' linkage keys: age files for them, boxed. Rows are added, never changed.
linkage = Table(
    "linkage",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("serial", Integer, primary_key=True, autoincrement=False),
    Column("key", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
