"""The audit: who did what when, without a word of what was said."""

from enum import StrEnum


class Act(StrEnum):
    """What was done; `card`, `operator` or `server` did it."""

    LISTED = "listed"
    HEADER_READ = "header_read"
    OPENED = "opened"
    COMPARED = "compared"
    REGRADES_READ = "regrades_read"
    ATTACHMENTS_LISTED = "attachments_listed"
    ATTACHMENT_FETCHED = "attachment_fetched"
    MESSAGES_READ = "messages_read"
    CLAIMED = "claimed"
    RENEWED = "renewed"
    REGRADED = "regraded"
    RELEASED = "released"
    CLOSED = "closed"
    MESSAGE_WRITTEN = "message_written"
    MESSAGE_CONFIRMED = "message_confirmed"
    MESSAGE_WITHDRAWN = "message_withdrawn"
