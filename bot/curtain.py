"""The curtain: the dull tool that stands before the questionnaire while it must not be seen, and what takes it away.

It comes down by itself when a screen is left alone, at an exit, and when somebody hides. Only a word lifts it: the
contact's own, or the usual one where they chose none. What is typed meanwhile and means nothing to the tool is kept and
heard, and nothing on the screen shows that.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot.forwarding import Passage
from bot.record import Record
from bot.render import cover_name, stamp
from bot.step import Step, anew, is_late, milliseconds, with_session
from bot.talk import Talk, new_nonce, silenced, taken_back
from bot.traces import callback, meaning, removed, seen, staying
from bot.updates import Given, Incoming, Located, Pressed, Said, Sent, Started, Unreadable
from flows import veil
from flows.consent import ASIDE, BESIDE
from flows.cover import Covers, CoverState, Opened, Scene, Tapped, Typed
from flows.cover import Given as Play
from flows.session import Note, Session

KEPT = timedelta(days=90)
"""How long a cover outlasts the session behind it: whoever looks later finds the tool."""
_HAND_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Curtain:
    """Plays the cover. Nothing that it shows follows from what was answered."""

    talk: Talk

    @property
    def covers(self) -> Covers:
        """The tools."""
        return self.talk.library.covers

    def draw(self, step: Step, now: datetime) -> Step:
        """The cover takes the place of the screen that is there, by an edit; nothing is sent for it."""
        is_first = step.record.cover is None
        record = amend(
            step.record,
            cover=CoverState(step.record.guard),
            idle_at=0,
            screen="",
            nonce=new_nonce(),
            beneath=step.record.nonce if is_first else step.record.beneath,
            covered_at=milliseconds(now) if is_first else step.record.covered_at,
        )
        scene = self._scene(record, Opened(), now)
        return self._shown(replace(step, record=record), scene, fresh=False, edits_only=True)

    def leave(self, record: Record, now: datetime) -> Record:
        """The session is over, or left: from now on there is only the tool."""
        kept = milliseconds(now + (KEPT if record.session is None else self.talk.session_length))
        return amend(
            record,
            cover=CoverState(record.guard),
            idle_at=0,
            expires_at=kept,
            moving_until=0,
            screen="",
            nonce="",
            beneath="",
        )

    def hides(self, record: Record) -> bool:
        """Whether there is something to hide: whoever has said nothing yet is a stranger, and needs no word."""
        return record.session is None or _spoke(self.talk.read(record.session).session)

    def understands(self, text: str) -> bool:
        """Whether words mean something to the tool."""
        language = self.talk.library.default_language
        return self.covers.play(CoverState(), Typed(text), now=0, language=language).understood

    def play(self, record: Record, incoming: Incoming, now: datetime) -> Step:
        """One thing, given to the tool; what it does not understand is kept and heard."""
        given = incoming.given
        if isinstance(given, Pressed) and not record.nonce and _just_left(record, now):
            # A hand that goes on hitting the screen asks for nothing; once the tool is there its buttons work.
            return Step(record, callback=given.callback)
        record = record if record.nonce else amend(record, nonce=new_nonce())
        scene = self._scene(record, self._meaning(record, given), now)
        is_aside = not scene.understood or isinstance(given, Sent | Located | Unreadable)
        step = self._keep(record, given, now) if is_aside else Step(record)
        if step.record.session is None:
            step = replace(step, record=amend(step.record, expires_at=milliseconds(now + KEPT)))
        step = self._shown(step, scene, fresh=isinstance(given, Started | Sent), edits_only=False)
        return replace(
            step,
            remove=removed(given),
            seen=seen(given),
            callback=callback(given),
            stays=staying(incoming, now),
        )

    def lift(self, record: Record, now: datetime, *, own: bool) -> tuple[Record, Passage]:
        """The questionnaire again. Only the contact's own word also shows what was answered.

        One that was chosen behind the veil shows what came after it: whoever chose it may be another.
        """
        record = anew(record)
        passage = self.talk.open(amend(record, left_at=0) if own else record, now)
        session = passage.session
        proved = own and not record.unproved
        if own:
            session = veil.lift(session) if proved else veil.rise(session)
        elif record.cover is not None or is_late(record, now):
            session = veil.draw(session)
        # Whoever proved to be the contact may see the watchword of their case.
        worded = session.id if proved else record.worded
        shown = amend(with_session(record, session), cover=None, screen="", nonce="", beneath="")
        return amend(shown, worded=worded, hushed=False), Passage(passage.edition, session)

    def _keep(self, record: Record, given: Given, now: datetime) -> Step:
        """What was said beside the tool, for the responder: a call for help goes at once, other words with a case."""
        record = taken_back(anew(record))
        passage = self.talk.open(record, now)
        session = amend(self._heard(record, passage, given, now), aside=None)
        flags = silenced(session) if session.left else ()
        step = self.talk.keep(record, Passage(passage.edition, session), settled=session.left, flags=flags)
        if record.session is not None:
            # What came after a silence was told is told after the next one.
            silent = 0 if session.left else milliseconds(now + self.talk.silence)
            return replace(step, record=amend(step.record, silence_at=silent))
        expires = milliseconds(now + self.talk.session_length)
        return replace(step, record=amend(step.record, expires_at=expires))

    def _heard(self, record: Record, passage: Passage, given: Given, now: datetime) -> Session:
        session, library, known = passage.session, self.talk.library, record.case is not None
        match given:
            case Said(text, message):
                # Of somebody whom we know every word counts; a stranger may be playing.
                kind = BESIDE if known or library.reader.hears_a_call(text) else ASIDE
                note = Note(kind, text, int(now.timestamp()), None, message, len(session.log))
                return amend(session, words=(*session.words, note))
            case Sent() | Located() | Unreadable():
                return passage.resume(meaning(record, given), library, now).session
            case _:
                return session

    def _meaning(self, record: Record, given: Given) -> Play:
        match given:
            case Pressed(token):
                named = (
                    each for each in self.covers.buttons if stamp(record.nonce, cover_name(each)) == token
                )
                button = next(named, None)
                return Opened() if button is None else Tapped(button)
            case Said(text):
                return Typed(text)
            case _:
                return Opened()

    def _scene(self, record: Record, given: Play, now: datetime) -> Scene:
        state, language = record.cover or CoverState(), self.talk.voice(record).language.code
        return self.covers.play(state, given, now=int(now.timestamp()), language=language)

    def _shown(self, step: Step, scene: Scene, *, fresh: bool, edits_only: bool) -> Step:
        record, voice = amend(step.record, cover=scene.state), self.talk.voice(step.record)
        show = self.talk.render.cover(scene, voice, nonce=record.nonce, fresh=fresh, edits_only=edits_only)
        return replace(step, record=record, show=show)


def _just_left(record: Record, now: datetime) -> bool:
    return milliseconds(now) - record.left_at < _HAND_MILLISECONDS


def _spoke(session: Session) -> bool:
    return bool(session.log or session.words or session.left)
