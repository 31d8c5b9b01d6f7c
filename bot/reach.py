"""Whether a contact may be written to unasked: the one question that stands before every such message."""

from collections.abc import Callable
from datetime import datetime

from bot.record import Record
from flows.contract import OnceTheyWrite, Terms, Verdict, verdict

MayWrite = Callable[[Record, datetime], Verdict]


def may_write(terms: Terms, record: Record, now: datetime) -> Verdict:
    """When they may be told that something is there for them.

    Never while somebody makes them write, or may have, and not while they are here: then their next screen says so.
    """
    if record.hushed or is_here(record) or not any(not each.opened_at for each in record.replies):
        return OnceTheyWrite()
    return verdict(record.reach, terms, now=int(now.timestamp()), wrote_at=record.wrote_at // 1000)


def is_here(record: Record) -> bool:
    """Whether the questionnaire is on the screen of somebody who has just used it; who keeps the chat may be gone."""
    return record.session is not None and record.cover is None and not record.keep_chat
