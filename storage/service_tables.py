"""The part of the schema that is about time: service clocks of cases, and pages to staff. No answer is a column."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table

from storage.database import UtcDateTime
from storage.tables import metadata

# The service clocks of a case: since when they run, what somebody was paged for last, and when the pager looks again.
# `danger` is the revision that brought a danger while somebody held the case, `danger_lease` the end of that claim.
# `opens_at` is when the contact's hours begin, kept only while something waits for them or they were not answered.
# `second_at`: the second organisation may take it since then. Of a holder with a destination of their own: when they
# are told that the claim ends (`lapses_at`) and that something is owed (`due_at`), both while that lies ahead;
# `window_at`: since when they alone know that the contact's hours have begun.
clocks = Table(
    "clocks",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("urgency", SmallInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("free_since", UtcDateTime),
    Column("paged_at", UtcDateTime),
    Column("danger", Integer, nullable=False, server_default="-1"),
    Column("danger_at", UtcDateTime),
    Column("danger_lease", UtcDateTime),
    Column("opens_at", UtcDateTime),
    Column("second_at", UtcDateTime),
    Column("look_at", UtcDateTime),
    Column("lapses_at", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("window_at", UtcDateTime),
)
Index("ix_clocks_look_at", clocks.c.look_at)

# Pages to staff: one row for each destination, and what became of it. `outcome` is a code, never what was answered.
# A page is about a case, or about an entry of the audit.
pages = Table(
    "pages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", ForeignKey("cases.id", ondelete="CASCADE")),
    Column("destination", String(40), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("outcome", String(32), nullable=False, server_default=""),
    Column("entry", BigInteger),
)
Index("ix_pages_case", pages.c.case)
Index("ix_pages_due_at", pages.c.due_at)
Index("ix_pages_made_at", pages.c.made_at)
