"""The entrance: what a conversation makes of a return code and of a covered front, from a number to the way back."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot.forwarding import Passage
from bot.fronts import Fronts
from bot.number import Returned, shown
from bot.record import Record
from bot.step import Step, is_late, milliseconds, over
from bot.talk import Talk, new_nonce
from bot.traces import callback, removed, seen
from bot.updates import Incoming, Said, Started, Ticked
from bot.wishes import Move, NewNumber
from bot.words import Meaning, Words
from flows import veil
from flows.cover import CoverState
from flows.definition import Own
from flows.session import Session

SLIP, BACK = "slip", "back"
"""Our clock's words: a number is made and may be shown; this conversation has another chat now."""
SCREEN = "number"
SHOWN_FOR = timedelta(seconds=60)
"""How long a number stays on the screen of somebody who does nothing."""
WAITS = timedelta(seconds=30)
"""How long what a chat brings waits for the move; a move that cannot be made is given up by then."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who is let in, and where to."""

    talk: Talk
    words: Words
    fronts: Fronts = field(repr=False)

    def first(self, bot: int) -> Record:
        """The record of somebody who writes to this front for the first time."""
        return _guarded(Record(), self.fronts.guard(bot))

    def forget(self, record: Record) -> Record:
        """What is left of a conversation whose time is over."""
        bare = amend(record, cover=None, words={}, salt="", unproved=False, left_at=0, expires_at=0, nonce="")
        return _guarded(bare, record.guard)

    def is_shut(self, record: Record, incoming: Incoming) -> bool:
        """Whether a covered front plays its tool whatever is given, without any word of ours: all but the way in."""
        if not record.guard or record.cover is None:
            return False
        return self.meaning(record, incoming) not in {Meaning.OWN, Meaning.USUAL, Meaning.DURESS}

    def meaning(self, record: Record, incoming: Incoming) -> Meaning | None:
        """What a typed word asks for. On a covered front its phrases are the way in."""
        found = self.words.meaning(record, incoming.given)
        if not record.guard or record.cover is None:
            return found
        match incoming.given:
            case Said(text) | Started(word=text) if self.fronts.opens(incoming.bot, text):
                return found or (None if Own.WAY_BACK in record.words else Meaning.USUAL)
            case _:
                return None if found is Meaning.USUAL else found

    def hear(self, record: Record, given: Ticked | Returned, now: datetime) -> Step | None:
        """What our clock or a number says to this conversation about its chat; None for everything else."""
        match given:
            case Returned(conversation=""):
                return self._come_back(record, now, given, record.guard)
            case Returned():
                return self._meet(record, given, now)
            case Ticked(what):
                word, _, rest = what.partition(" ")
                if word == SLIP:
                    return self._show(record, rest, now)
                if word == BACK:
                    return self._come_back(record, now, None, self.fronts.guard(int(rest)))
        return None

    def _meet(self, record: Record, given: Returned, now: datetime) -> Step:
        """A number was proved that is for another conversation: this one ends, as after a silence, and stays a case.

        The screen stays as it is until the other conversation takes it over.
        """
        step = Step(record)
        if record.session is not None:
            passage = self.talk.read(record.session)
            step = self.talk.keep(record, passage, settled=True)
        until = milliseconds(now + WAITS)
        gone = amend(over(step.record, None), moving_until=until, expires_at=until)
        wish = Move(given.conversation, given.chat)
        return replace(step, record=gone, wish=wish, remove=removed(given), seen=seen(given))

    def _come_back(self, record: Record, now: datetime, given: Returned | None, guard: str) -> Step:
        """They are here again, perhaps with another account: the question that is due, and nothing of before.

        The case says so: whoever has the number could be another.
        """
        known = amend(
            record,
            left_at=0,
            cover=None,
            screen="",
            nonce="",
            beneath="",
            number_until=0,
            moving_until=0,
            guard=guard,
            hushed=True,
        )
        passage = self.talk.open(known, now)
        session = amend(veil.draw(passage.session), left=False, returned=passage.session.returned + 1)
        passage = Passage(passage.edition, session)
        step = self.talk.show(self.talk.keep(known, passage, settled=False), passage, now)
        if given is not None:
            step = replace(step, remove=removed(given), seen=seen(given), callback=callback(given))
        return self.talk.wait(step, passage, now)

    def ask(self, step: Step, session: Session) -> Step:
        """They want a number. One makes the one before useless, so behind the veil only their own word gets one."""
        record = step.record
        proves = Own.WAY_BACK in record.words and not record.unproved
        hidden = session.frozen or (proves and veil.is_drawn(session))
        return step if hidden else replace(step, wish=NewNumber())

    def _show(self, record: Record, digits: str, now: datetime) -> Step:
        """The number is made: it is on the screen for a minute, or until they tap."""
        if record.session is None or record.cover is not None or is_late(record, now):
            return Step(record)
        passage = self.talk.read(record.session)
        until = milliseconds(now + SHOWN_FOR)
        record = amend(record, screen=SCREEN, nonce=new_nonce(), number_until=until)
        library = self.talk.library
        voice = passage.edition.voice(passage.session.language or record.hint, library.default_language)
        show = self.talk.render.number(voice, shown(digits), nonce=record.nonce, door=record.door)
        return Step(record, show=show)

    def take_away(self, step: Step, now: datetime) -> Step:
        """The minute is over: what is due is on the screen again."""
        record = amend(step.record, number_until=0)
        if record.session is None or record.cover is not None or record.screen != SCREEN:
            return replace(step, record=record)
        step = self.talk.show(replace(step, record=record), self.talk.read(record.session), now)
        return step if step.show is None else replace(step, show=amend(step.show, edits_only=True))


def _guarded(record: Record, guard: str) -> Record:
    """Behind a front's tool, where it has one."""
    return amend(record, guard=guard, cover=CoverState(guard)) if guard else record
