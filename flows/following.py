"""Following: a point that the phone tells again and again, and marking what came for later."""

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from flows import passage
from flows.answer import Place
from flows.consent import ASIDE, BESIDE
from flows.ids import PhraseId
from flows.script import LOCATION, Script, pointed
from flows.session import Entry, How, Note, Session
from flows.turn import AnswerRecorded, Event, InputRejected, LocationInput, NoteKept, Reason, Turn

MARKED_LATER = PhraseId("marked_later")
EVERY_SECONDS = 60
"""A live location comes every few seconds; the case is amended no more often than this."""
WORDS = frozenset({"text", LOCATION, ASIDE, BESIDE})
Row = TypeVar("Row", bound=Entry | Note)


def follow(script: Script, session: Session, given: LocationInput, now: int) -> Turn:
    """The point that a live location tells now: beside the first one stands the newest. No screen changes by it."""
    logged = _rows(session.log, given.message)
    noted = _rows([note for note in session.words if note.kind == LOCATION], given.message)
    times = [*(entry.at for entry in logged), *(note.at for note in noted)]
    if not times or now - max(times) < EVERY_SECONDS:
        return Turn(session, (InputRejected(Reason.NOT_TAKEN),))
    events: list[Event] = []
    if logged and isinstance(logged[-1].answer, Place):
        question = script.flow.by_id.get(logged[-1].question)
        place = script.reader.accept(question, given, now=now) if question else None
        if place is not None:
            entry = Entry(logged[-1].question, place, now, How.EDITED, given.message)
            session = replace(session, log=_stand(session.log, entry, known=len(logged)))
            events.append(AnswerRecorded(entry.question, place))
    elif noted:
        note = replace(noted[-1], text=pointed(given), at=now)
        session = replace(session, words=_stand(session.words, note, known=len(noted)))
        events.append(NoteKept(LOCATION))
    return Turn(session, tuple(events))


def _rows(rows: Sequence[Row], message: int | None) -> list[Row]:
    return [row for row in rows if message is not None and row.message == message]


def _stand(rows: tuple[Row, ...], newest: Row, *, known: int) -> tuple[Row, ...]:
    """Put the newest in the place of the one before it, but leave the first where it is."""
    if known == 1:
        return (*rows, newest)
    last = max(place for place, row in enumerate(rows) if row.message == newest.message)
    return (*rows[:last], newest, *rows[last + 1 :])


def mark(session: Session) -> Turn:
    """Mark what came last, of all that is not words, for later; a second time changes nothing."""
    # What lies behind the veil is not spoken of: another may be there who asks whether anything was sent.
    rows = [
        place
        for place, note in enumerate(session.words)
        if note.kind not in WORDS and passage.is_before_the_veil(session, note)
    ]
    if not rows:
        return passage.again(session, InputRejected(Reason.NOT_TAKEN))
    last, note = rows[-1], session.words[rows[-1]]
    marked = (*session.words[:last], replace(note, later=True), *session.words[last + 1 :])
    return passage.again(replace(session, words=marked, aside=MARKED_LATER), NoteKept(note.kind))
