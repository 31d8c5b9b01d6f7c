"""The curtain: the dull tool that stands before the questionnaire while it must not be seen, and what takes it away.

It comes down by itself when a screen is left alone, at an exit, and when somebody hides. Only a word lifts it: the
contact's own, or the usual one where they chose none. What is typed meanwhile and means nothing to the tool is kept and
heard, and nothing on the screen shows that.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot.forwarding import Passage
from bot.record import Record
from bot.render import stamp
from bot.step import Step, milliseconds, with_session
from bot.talk import Talk, new_nonce, silenced
from bot.traces import callback, removed, seen, staying
from bot.updates import Given, Incoming, Located, Pressed, Said, Sent, Started
from flows import veil
from flows.consent import ASIDE
from flows.cover import Cover, Opened, Scene, Tapped, Typed
from flows.session import Note, Session
from flows.turn import LocationInput, MediaInput

KEPT = timedelta(days=90)
"""How long a cover outlasts the session behind it: whoever looks later finds the tool."""
_HAND_MILLISECONDS = 10_000


@dataclass(frozen=True, slots=True)
class Curtain:
    """Plays the cover. Nothing that it shows follows from what was answered."""

    talk: Talk
    cover: Cover = field(repr=False)

    def draw(self, step: Step, now: datetime) -> Step:
        """The cover takes the place of the screen that is there, by an edit; nothing is sent for it."""
        record = amend(step.record, cover=self.cover.start, idle_at=0, screen="", nonce=new_nonce())
        scene = self._scene(record, Opened(), now)
        return self._shown(replace(step, record=record), scene, fresh=False, edits_only=True)

    def leave(self, record: Record, now: datetime) -> Record:
        """The session is over, or left: from now on there is only the tool."""
        kept = milliseconds(now + (KEPT if record.session is None else self.talk.session_length))
        return amend(record, cover=self.cover.start, idle_at=0, expires_at=kept, moving_until=0, screen="", nonce="")

    def hides(self, record: Record) -> bool:
        """Whether there is something to hide: whoever has said nothing yet is a stranger, and needs no word."""
        return record.session is None or _spoke(self.talk.read(record.session).session)

    def play(self, record: Record, incoming: Incoming, now: datetime) -> Step:
        """One thing, given to the tool; what it does not understand is kept and heard."""
        given = incoming.given
        if isinstance(given, Pressed) and milliseconds(now) - record.left_at < _HAND_MILLISECONDS:
            return Step(
                record, callback=given.callback
            )  # a hand that goes on hitting the screen asks for nothing
        record = record if record.nonce else amend(record, nonce=new_nonce())
        scene = self._scene(record, self._meaning(record, given), now)
        step = Step(record)
        if not scene.understood and isinstance(given, Said | Sent | Located):
            step = self._keep(record, given, now)
        step = self._shown(step, scene, fresh=isinstance(given, Started | Sent), edits_only=False)
        record = amend(step.record, expires_at=max(step.record.expires_at, milliseconds(now + KEPT)))
        record = record if record.session is None else amend(record, expires_at=step.record.expires_at)
        return replace(
            step,
            record=record,
            remove=removed(given),
            seen=seen(given),
            callback=callback(given),
            stays=staying(incoming, now),
        )

    def _keep(self, record: Record, given: Said | Sent | Located, now: datetime) -> Step:
        """What was said beside the tool, for the responder: a call for help goes at once, other words only with a case."""
        passage = self.talk.open(record, now)
        session, is_new = passage.session, record.session is None
        match given:
            case Said(text, message) if not self.talk.library.reader.hears_a_call(text):
                session = _noted(
                    session, Note(ASIDE, text, int(now.timestamp()), None, message, len(session.log))
                )
            case Said(text, message):
                session = _noted(
                    session, Note("text", text, int(now.timestamp()), None, message, len(session.log))
                )
            case Sent(kind, message, caption):
                session = passage.resume(MediaInput(kind, message, caption), self.talk.library, now).session
            case Located(latitude, longitude, message):
                place = LocationInput(latitude, longitude, message)
                session = passage.resume(place, self.talk.library, now).session
        session = amend(session, aside=None)
        flags = silenced(session) if session.left else ()
        step = self.talk.keep(record, Passage(passage.edition, session), settled=session.left, flags=flags)
        if not is_new:
            return step
        expires = milliseconds(now + self.talk.session_length)
        return replace(step, record=amend(step.record, expires_at=expires))

    def lift(self, record: Record, now: datetime, *, own: bool) -> tuple[Record, Passage]:
        """The questionnaire again. Only the contact's own word also shows what was answered."""
        passage = self.talk.open(amend(record, left_at=0) if own else record, now)
        was_hidden = record.cover is not None
        session = veil.draw(passage.session) if was_hidden and not own else passage.session
        session = veil.lift(session) if own else session
        passage = Passage(passage.edition, session)
        return amend(with_session(record, session), cover=None, screen="", nonce=""), passage

    def understands(self, text: str) -> bool:
        """Whether words mean something to the tool."""
        return self.cover.play(self.cover.start, Typed(text), now=0).understood

    def _meaning(self, record: Record, given: Given) -> Opened | Tapped | Typed:
        match given:
            case Pressed(token):
                state = record.cover or self.cover.start
                named = [
                    each
                    for each in self.cover.buttons(state)
                    if stamp(record.nonce, f"cover {each}") == token
                ]
                return Tapped(named[0]) if named else Opened()
            case Said(text):
                return Typed(text)
            case _:
                return Opened()

    def _scene(self, record: Record, given: Opened | Tapped | Typed, now: datetime) -> Scene:
        return self.cover.play(record.cover or self.cover.start, given, now=int(now.timestamp()))

    def _shown(self, step: Step, scene: Scene, *, fresh: bool, edits_only: bool) -> Step:
        record = amend(step.record, cover=scene.state)
        library = self.talk.library
        voice = library.newest.voice(record.language or record.hint, library.default_language)
        show = self.talk.render.cover(scene, voice, nonce=record.nonce, fresh=fresh, edits_only=edits_only)
        return replace(step, record=record, show=show)


def _spoke(session: Session) -> bool:
    return bool(session.log or session.words or session.left)


def _noted(session: Session, note: Note) -> Session:
    return amend(session, words=(*session.words, note))
