"""The part of the schema that says who may see a case: whom it is open to, and what was disclosed of it."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from storage.database import UtcDateTime
from storage.tables import CLASS, metadata

__all__ = ["audience", "disclosures", "metadata"]

# Whom a case is open to: all of a class, those of one country (ISO 3166 alpha-2) or one card. `opens_at` is when that
# begins; null until somebody says when.
audience = Table(
    "audience",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("recipient_class", CLASS, primary_key=True),
    Column("whom", String(64), primary_key=True),
    Column("opens_at", UtcDateTime),
)

# What two responders disclosed to one card where nobody could consent: the card and the body, which is sealed, boxed as
# revisions are. A row without `confirmed_at` was proposed by one.
disclosures = Table(
    "disclosures",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("card", String(64), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
)
