"""Erasing because the contact asked: what goes at once, what waits, and what takes it back.

Whoever holds the phone may have asked. So the screen and the readable session go at once, and so does a case in which
nobody's life is at stake; where one is, what was sealed for responders waits three days and says that it may be forced.
While a responder holds the case it is not destroyed, and whoever goes on writing has taken it back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot.auditing import write_each
from bot.curtain import Curtain
from bot.draft import Draft
from bot.forwarding import Passage
from bot.news import URGENCIES
from bot.record import Record
from bot.step import Step, milliseconds
from bot.talk import Talk
from flows.rule import Urgency
from protocol.audit import Act
from storage import erasure
from storage.database import Transaction

SOON = timedelta(minutes=1)
"""By then the screen has been wiped, for which the key is needed."""
FORCED = timedelta(hours=72)
AGAIN = timedelta(hours=1)
"""When it is tried again, where a responder holds the case or something is on the screen yet."""
CRITICAL = URGENCIES.index(Urgency.CRITICAL)


def asked(talk: Talk, curtain: Curtain, record: Record, passage: Passage, now: datetime) -> Step:
    """They asked, and were asked once whether they are sure: empty the screen, forget the session, set the moment."""
    grave = record.urgency >= CRITICAL or record.check_in_at > 0
    waits = FORCED if record.case is not None and grave else SOON
    told = talk.keep(record, passage, settled=True) if record.case is not None else Step(record)
    kept = told.record
    bare = Record(
        case=kept.case,
        revision=kept.revision,
        since=kept.since,
        urgency=kept.urgency,
        rank=kept.rank,
        sealed=kept.sealed,
        heights=kept.heights,
        language=kept.language,
        hint=kept.hint,
        door=kept.door,
        words=kept.words,
        salt=kept.salt,
        unproved=kept.unproved,
        left_at=milliseconds(now),
        erase_at=milliseconds(now + waits),
        guard=kept.guard,
        # Whoever holds the phone may have asked for this too: what was agreed for then goes all the same.
        check_in=kept.check_in,
        check_in_at=kept.check_in_at,
        promised=kept.promised,
        readers=kept.readers,
    )
    return Step(curtain.leave(bare, now), forward=told.forward, empties=True)


def due(record: Record, now: datetime) -> Step:
    """The moment has come. Where it cannot be done yet, the next try is set already."""
    return Step(amend(record, erase_at=milliseconds(now + AGAIN)), erases=True)


async def destroy(tx: Transaction, drafts: Sequence[Draft], now: datetime) -> None:
    """Destroy what is due; what cannot be yet stays whole, and has its next moment already."""
    erased: list[str] = []
    for draft in drafts:
        place = draft.held.place
        # Somebody may have written after the moment came, in the same round.
        if draft.erases and draft.record.erase_at and not (place.doomed or place.kept):
            gone = await erasure.destroy(tx, draft.held.id, now=now)
            draft.erased = gone is not None
            erased += gone or ()
    await write_each(tx, Act.ERASED, erased, now=now)
