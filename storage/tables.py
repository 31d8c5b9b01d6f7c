"""The schema. No answer is ever a column: bodies are sealed, and what is readable is what a queue needs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
)

from storage.database import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# The longest class has 19 letters. SQLite does not look at lengths, and cannot change one without a new table.
CLASS = String(16).with_variant(String(20), "postgresql")

# A running process. Its row is its right to write: whoever takes over a silent worker deletes the row first.
workers = Table(
    "workers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("alive_until", UtcDateTime, nullable=False),
)

# Work that one process at a time may do, such as polling.
leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("worker", String(32), nullable=False),
)

# Each update as it came, sealed, written before Telegram is told that we have it. The row stays, emptied, as
# the memory that keeps a redelivered update from being handled twice.
inbox = Table(
    "inbox",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", LargeBinary(16), nullable=False),
    Column("body", LargeBinary),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
)
waiting_in_inbox = inbox.c.handled_at.is_(None)
Index("ix_inbox_waiting", inbox.c.number, sqlite_where=waiting_in_inbox, postgresql_where=waiting_in_inbox)
Index("ix_inbox_handled", inbox.c.handled_at)

# The root. `state` is sealed under `data_key`, that under the keyring: erase the key, and all is erased.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("state", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("worker", String(32)),
    # The earliest of its moments; the column has the name of the first of them.
    Column("silence_at", UtcDateTime, key="rings_at"),
    Column("expires_at", UtcDateTime),
)
Index("ix_conversations_silence_at", conversations.c.rings_at)
Index("ix_conversations_expires_at", conversations.c.expires_at)
Index("ix_conversations_worker", conversations.c.worker)

# From a keyed hash of (bot, chat) to the conversation; `place` is the sealed address and what is on the screen there,
# `wipe_at` when some of that has to leave it.
chats = Table(
    "chats",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("place", LargeBinary, nullable=False),
    Column("wipe_at", UtcDateTime),
)
Index("ix_chats_conversation", chats.c.conversation)
Index("ix_chats_wipe_at", chats.c.wipe_at)

# What is still to be done on the contact's screen. One row a slot: a newer screen replaces an unsent one.
outbox = Table(
    "outbox",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("slot", String(32), primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
)
Index("ix_outbox_due_at", outbox.c.due_at)

# A flow, with its translations, for as long as a conversation is on that revision.
flows = Table(
    "flows",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# The queue. Exactly what a header may say, and whose conversation it is.
cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", String(32), nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("urgency_from", String(16), nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("classes", String(256), nullable=False),
    Column("flow", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False),
    Column("holder", String(64)),
    Column("lease_until", UtcDateTime),
    Column("amended", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("outcome", String(16)),
    Column("relay_open", Boolean, nullable=False),
    Column("regraded", Integer, nullable=False, server_default="-1"),
    Column("offered_to", String(64)),
)
open_cases = cases.c.state != "closed"
Index(
    "ix_cases_queue",
    cases.c.urgency.desc(),
    cases.c.rank,
    sqlite_where=open_cases,
    postgresql_where=open_cases,
)

# One age file for each revision, tier and recipient class, boxed again under the conversation's data key.
revisions = Table(
    "revisions",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tier", String(16), primary_key=True),
    Column("recipient_class", CLASS, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    Column("session", String(32), nullable=False),
)

# What a responder gave instead of the urgency, with the reason: an age file of theirs, boxed as revisions are.
# Rows are added, never changed.
regrades = Table(
    "regrades",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("recipient_class", CLASS, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)

# What a responder wrote: an age file of theirs, boxed as revisions are, and what became of it. `text` is what the
# contact is to read, boxed too, for as long as a colleague has yet to look at it.
messages = Table(
    "messages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("recipient_class", CLASS, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("author", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("text", LargeBinary),
    Column("made_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
Index("ix_messages_order", messages.c.case, messages.c.recipient_class, messages.c.number, unique=True)
Index("ix_messages_expires_at", messages.c.expires_at)
# A file that a contact sent. `about` is sealed: where to fetch it and what it is, later what a reader checks it by.
# `case` is set once it may go to responders, `due_at` while there is something to do. Its name and kind are no columns.
attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("recipient_class", CLASS, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("case", ForeignKey("cases.id", ondelete="CASCADE")),
    Column("about", LargeBinary, nullable=False),
    Column("due_at", UtcDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("worker", String(32)),
)
Index("ix_attachments_conversation", attachments.c.conversation)
Index("ix_attachments_case", attachments.c.case)
Index("ix_attachments_due_at", attachments.c.due_at)

# Its bytes, in pieces: `held` under the conversation's data key alone until the case may have it, then as an age file
# that is boxed again. There are held ones or sealed ones, but for the moments in which the one replaces the other.
pieces = Table(
    "pieces",
    metadata,
    Column("attachment", ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", Boolean, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

# Return codes: a keyed hash of the locator leads to the conversation, the verifier (a slow hash) proves the rest.
codes = Table(
    "codes",
    metadata,
    Column("locator", LargeBinary(16), primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("verifier", LargeBinary, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
Index("ix_codes_conversation", codes.c.conversation, unique=True)

# How often something was tried since a moment; the key is a keyed hash.
tries = Table(
    "tries",
    metadata,
    Column("key", LargeBinary(16), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)
Index("ix_tries_since", tries.c.since)

# Nonces of signed requests, so that a recorded request is worth nothing.
nonces = Table(
    "nonces",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index("ix_nonces_seen_at", nonces.c.seen_at)

# When each responder's key last signed a request, in steps of ten minutes.
duty = Table(
    "duty",
    metadata,
    Column("card", String(64), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

# When a case was first given to a responder, and first answered: how long people wait for us.
attention = Table(
    "attention",
    metadata,
    Column("case", ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("read_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
)
Index("ix_attention_read_at", attention.c.read_at)

# How many people wrote for the first time in each ten minutes, and what follows from it for those who begin.
newcomers = Table(
    "newcomers",
    metadata,
    Column("since", UtcDateTime, primary_key=True),
    Column("count", Integer, nullable=False),
)
surge = Table(
    "surge",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("mode", String(8), nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
