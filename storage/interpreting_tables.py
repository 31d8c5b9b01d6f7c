"""The part of the schema about interpreting: chosen texts on their way to one interpreter, and what came back."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table

from storage.database import UtcDateTime
from storage.tables import CLASS, metadata

# Chosen texts for one interpreter: an age file of whoever asked, and the interpreter's answer, both boxed as revisions
# are. `id` is drawn by lot and says nothing of the case, which the interpreter never learns.
jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("recipient_class", CLASS, nullable=False),
    Column("interpreter", String(64), nullable=False),
    Column("author", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("answer", LargeBinary),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
Index("ix_jobs_case", jobs.c.case)
Index("ix_jobs_interpreter", jobs.c.interpreter)
Index("ix_jobs_expires_at", jobs.c.expires_at)
