"""The clockwork: what the clock says to a conversation, about silence, expiry, an idle screen and what has left it."""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as amend

from bot import erasing
from bot.curtain import Curtain
from bot.entrance import Entrance
from bot.forwarding import Passage
from bot.place import Toll
from bot.record import Record
from bot.step import Step, milliseconds, over
from bot.talk import EditionUnknownError, Talk, silenced
from flows.session import Promise, Session, SessionUnreadable, decode_session, encode_session


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Reads the moments of a record. A tick that is not the record's own any more says nothing."""

    talk: Talk
    curtain: Curtain
    entrance: Entrance

    def ring(self, record: Record, what: str, at: int, now: datetime) -> Step:
        """One of a record's moments has come: `expiry`, or whichever of the others are due."""
        if what == "expiry":
            return self._expire(record, now) if at == record.expires_at else Step(record)
        if at != record.rings_at:
            return Step(record)
        due = milliseconds(now)
        if 0 < record.check_in_at <= due and record.erase_at:
            # Told and destroyed in the same minute, it would be told to nobody.
            record = amend(record, erase_at=max(record.erase_at, milliseconds(now + erasing.FORCED)))
        if 0 < record.erase_at <= due:
            return erasing.due(record, now)
        step = Step(record)
        if 0 < record.silence_at <= due and record.session is not None:
            step = self._silence(record, now)
        if 0 < record.number_until <= due:
            step = self.entrance.take_away(step, now)
        if 0 < record.idle_at <= due and not step.empties:
            step = self.curtain.draw(step, now)
        if 0 < record.check_in_at <= due:
            step = self.end_promise(step, Promise.MISSED)
        return step

    def end_promise(self, step: Step, what: Promise) -> Step:
        """Tell the case, by what is known now or by what was sealed for this; nothing on the phone shows it."""
        record = amend(step.record, check_in=0, check_in_at=0, promised={})
        if record.last is not None:
            record = amend(record, last=encode_session(_marked(decode_session(record.last), what)))
        if record.session is not None:
            passage = self.talk.read(record.session)
            passage = Passage(passage.edition, _marked(passage.session, what))
            is_missed = what is Promise.MISSED
            flags = silenced(passage.session) if is_missed else ()
            kept = self.talk.keep(record, passage, settled=is_missed, flags=flags)
            if kept.forward is not None:
                return replace(step, record=kept.record, forward=kept.forward)
            record = kept.record
        put = step.record.promised.get(what)
        if put is None or put.id != record.case or put.number <= record.revision:
            return replace(step, record=record)
        urgency, rank = max(record.urgency, put.urgency), min(record.rank, put.rank)
        record = amend(record, revision=put.number, urgency=urgency, rank=rank)
        return replace(step, record=record, put=put)

    def _silence(self, record: Record, now: datetime) -> Step:
        """Somebody has said nothing for long: what is known goes; whoever was at the end is done."""
        passage = self.talk.open(record, now)
        if passage.session.over:
            return self._close(Step(record), now)
        step = self.talk.keep(record, passage, settled=True, flags=silenced(passage.session))
        return replace(step, record=amend(step.record, silence_at=0))

    def _expire(self, record: Record, now: datetime) -> Step:
        """The time of the session is over, or of a cover behind which nothing is left."""
        if record.session is None:
            return Step(self.entrance.forget(record))
        passage = self.talk.open(record, now)
        step = Step(record)
        if record.silence_at and not passage.session.ended:
            step = self.talk.keep(record, passage, settled=True, flags=silenced(passage.session))
        return self._close(step, now)

    def _close(self, step: Step, now: datetime) -> Step:
        """The session is over. Nothing of what was said stays on the phone, unless they want to keep it."""
        record = step.record
        gone = over(record, record.session)
        if record.keep_chat:
            return replace(step, record=gone)
        if not self.curtain.hides(record):
            return replace(step, record=amend(gone, cover=None), empties=True)  # a stranger is forgotten
        return replace(step, record=self.curtain.leave(gone, now), empties=True)

    def account(self, record: Record, toll: Toll) -> Step:
        """The clock looks at the screen: what must go goes, and the case is told what has gone."""
        try:
            worth = toll.counted or (record.last and not toll.waits)
            step = self._tell(record, toll) if worth else Step(record)
        except (EditionUnknownError, SessionUnreadable):
            step = Step(record)  # the screen does not wait for that
        return replace(step, sweeps=True)

    def _tell(self, record: Record, toll: Toll) -> Step:
        """Count what has gone to the session that is over, else to the one in progress.

        By itself it is told of an exit, and where something is stuck: a case is not to come up again for a count alone.
        """
        encoded = record.last or record.session
        if encoded is None:
            return Step(record, told=toll)
        passage = self.talk.read(encoded)
        old, is_over = passage.session, record.last is not None
        session = amend(old, wiped=old.wiped + toll.wiped, stuck=old.stuck + toll.stuck)
        state = encode_session(session)
        record = (
            amend(record, last=state if toll.waits else None) if is_over else amend(record, session=state)
        )
        forward = None
        if session.left or (session.stuck and record.case):
            flags = silenced(session) if is_over or not record.silence_at else ()
            counted = Passage(passage.edition, session)
            record, forward = self.talk.forwarding.weigh(record, counted, settled=is_over, flags=flags)
        return Step(record, forward=forward, told=toll)


def _marked(session: Session, what: Promise) -> Session:
    return amend(session, promise=what, promise_ended=len(session.log))
