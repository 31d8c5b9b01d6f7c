"""What was given before the cover came and arrives after it: it counts, and the cover stays on the screen.

A poor signal or a program that was down holds back taps and words for minutes, and the clock needs neither. A button of
the screen beneath can be pressed only by whoever still saw it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as amend

from bot import erasing
from bot.curtain import Curtain
from bot.entrance import Entrance
from bot.forwarding import Passage
from bot.record import Record
from bot.render import pressed
from bot.step import Step
from bot.talk import Talk, taken_back
from bot.traces import callback, meaning, removed, seen, staying
from bot.updates import Given, Incoming, Located, Pressed, Said, Sent
from flows.definition import Kind
from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, SessionCompleted

_CLOCKS_DIFFER = 5000
"""Telegram's clock and ours may (milliseconds): what is typed right after the cover came is for the tool."""


@dataclass(frozen=True, slots=True)
class Beneath:
    """Hears what was meant for the screen under the cover."""

    talk: Talk
    curtain: Curtain
    entrance: Entrance

    def take(self, record: Record, incoming: Incoming, now: datetime) -> Step | None:
        """The step, with nothing to show; None for everything that was given to the cover."""
        if record.cover is None or not record.beneath or record.session is None:
            return None
        if self.entrance.meaning(record, incoming) is not None:
            return None
        given, passage = incoming.given, self.talk.read(record.session)
        meant = self._meant(record, passage, incoming)
        if meant is None or passage.session.frozen:
            return None
        turn = passage.resume(meant, self.talk.library, now)
        passage = Passage(passage.edition, turn.session)
        if passage.session.erased:
            step = erasing.asked(self.talk, self.curtain, record, passage, now)
        else:
            settled = any(isinstance(each, SessionCompleted) for each in turn.events)
            step = self.talk.keep(taken_back(record), passage, settled=settled)
            waits = self.talk.wait(step, passage, now).record
            # It was given earlier, and the cover is there already.
            step = replace(step, record=amend(waits, idle_at=0, wrote_at=record.wrote_at))
        step = replace(step, remove=removed(given), seen=seen(given), callback=callback(given))
        return replace(step, stays=staying(incoming, now))

    def _meant(self, record: Record, passage: Passage, incoming: Incoming) -> Input | None:
        given = incoming.given
        if not isinstance(given, Pressed):
            return meaning(record, given) if _was_before(record, passage, incoming, given) else None
        languages = self.talk.library.languages
        meant = pressed(passage.prompt, languages, nonce=record.beneath, token_given=given.token)
        match meant:
            case (
                ChoiceInput()
                | LanguageInput()
                | Command(control=Control.DONE | Control.SKIP | Control.UNKNOWN)
            ):
                return meant
            case _:
                return None


def _was_before(record: Record, passage: Passage, incoming: Incoming, given: Given) -> bool:
    """Whether a message was sent before the cover came; where a word is chosen it may be that, and no answer."""
    question = passage.prompt.question
    if not isinstance(given, Said | Sent | Located) or (question is not None and question.kind is Kind.WORD):
        return False
    is_edited = isinstance(given, Said) and given.edited
    return not is_edited and 0 < incoming.at * 1000 <= record.covered_at - _CLOCKS_DIFFER
