"""The use case: one thing that a contact gave, and all that follows from it until we wait again. Knows no Telegram."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot import watchword
from bot.forwarding import Forward, Forwarding, Passage
from bot.library import Library
from bot.place import NOTHING, Mark, Toll
from bot.record import Held, Record
from bot.render import EXIT, Render, pressed, token
from bot.screen import Show
from bot.surge import ebbed
from bot.traces import callback, plainly, removed, seen, staying
from bot.updates import Given, Incoming, Left, Located, Pressed, Said, Sent, Started, Ticked, hinted
from flows.engine import begin, leaves
from flows.ids import FindingId
from flows.session import Note, Session, SessionUnreadable, decode_session, encode_session
from flows.turn import (
    AnswerRecorded,
    Command,
    Control,
    Input,
    LocationInput,
    MediaInput,
    NoteKept,
    SessionCompleted,
    TextInput,
    Turn,
)
from storage.case import Put

CUT_OFF = FindingId("cut_off")
_NONCE_BYTES = 12
_HAND_MILLISECONDS = 10_000


class EditionUnknownError(Exception):
    """The session is on a revision of a flow that this process has not seen; it must not be touched."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one given thing leads to, all of it written down in one transaction.

    `seen` is the message that it came in, `stays` what of it stays on the screen for now. `empties`: everything must
    leave the screen, now; `sweeps`: what has been there for too long; `told` is what the case now says of that.
    """

    record: Record = field(repr=False)
    show: Show | None = field(default=None, repr=False)
    remove: tuple[int, ...] = ()
    seen: int = 0
    callback: str | None = None
    forward: Forward | None = field(default=None, repr=False)
    stays: tuple[Mark, ...] = ()
    empties: bool = False
    sweeps: bool = False
    told: Toll = NOTHING


@dataclass(frozen=True, slots=True)
class Intake:
    """Asks, and keeps what is said. `silence`, `session_length`: WAYOUT_SILENCE_SECONDS, WAYOUT_SESSION_HOURS."""

    library: Library
    render: Render
    forwarding: Forwarding
    silence: timedelta
    session_length: timedelta
    surges: Callable[[], bool] = lambda: False
    """Whether those who begin now are asked the core alone."""

    def handle(self, record: Record, incoming: Incoming, *, now: datetime, toll: Toll = NOTHING) -> Step:
        """The next record and what is to be done; never fails on what a contact sends. `toll`: see Place.

        Raises EditionUnknownError, SessionUnreadable: then nothing is to be changed.
        """
        match incoming.given:
            case Ticked("wipe"):
                return self._account(record, toll)
            case Ticked(what, at):
                return self._tick(record, what, at, now)
            case Left():
                return Step(record)
            case Pressed() if _is_leaving(record, now):
                return Step(record, callback=callback(incoming.given))
            case given:
                return self._converse(record, incoming, given, now)

    def shelve(self, record: Record, incoming: Incoming, *, now: datetime) -> Step:
        """The last resort for something that a bug keeps from being handled: its words, kept without being read."""
        if self.leaves(record, incoming.given):
            said = record.session and encode_session(amend(decode_session(record.session), left=True))
            left = amend(_over(record, said), left_at=_milliseconds(now))
            return Step(left, remove=removed(incoming.given), seen=seen(incoming.given), empties=True)
        kind, text, message = plainly(incoming.given)
        record = _anew(record)
        passage = self._open(record, now)
        session = passage.session
        note = Note(kind, text, int(now.timestamp()), session.waiting_for, message, len(session.log))
        noted = Passage(passage.edition, amend(session, words=(*session.words, note)))
        return self._wait(self._show(self._keep(record, noted, settled=False), noted, now), now)

    def seal(self, held: Held, record: Record, forward: Forward, *, now: datetime) -> tuple[Record, Put]:
        """What has to go, sealed."""
        return self.forwarding.seal(held, record, forward, now=now)

    def leaves(self, record: Record, given: Given) -> bool:
        """Whether this is the way out, whichever screen it was pressed or typed on."""
        match given:
            case Pressed(pressed_token):
                return bool(record.door) and pressed_token == token(record.door, EXIT)
            case Said(text) | Started(word=text):
                return leaves(TextInput(text), self.library.newest.vocabulary)
            case _:
                return False

    def _converse(self, record: Record, incoming: Incoming, given: Given, now: datetime) -> Step:
        record = amend(_anew(record), hint=hinted(incoming.language) or record.hint)
        passage = self._open(record, now)
        passage = replace(passage, session=ebbed(passage.session, is_on=self.surges()))
        checks = watchword.asks(given, self.library) and watchword.may_see(record, passage.session)
        meant = EXIT if self.leaves(record, given) else self._meaning(passage, record, given)
        meant = None if checks else meant
        turn = Turn(passage.session, ()) if meant is None else passage.resume(meant, self.library, now)
        passage = Passage(passage.edition, turn.session)
        if turn.session.left:
            return self._leave(record, passage, given, now)
        settled = any(isinstance(each, SessionCompleted) for each in turn.events)
        if settled or any(isinstance(each, AnswerRecorded | NoteKept) for each in turn.events):
            step = self._keep(record, passage, settled=settled)
        else:
            step = Step(_with(record, passage.session))
        # What stays on the screen would push the question out of sight: show it below.
        words = checks or (settled and passage.is_read)
        step = self._show(step, passage, now, fresh=isinstance(given, Started | Sent), words=words)
        step = replace(step, remove=removed(given), seen=seen(given), callback=callback(given))
        return self._wait(replace(step, stays=staying(incoming, now)), now)

    def _leave(self, record: Record, passage: Passage, given: Given, now: datetime) -> Step:
        """They closed the chat: what was said goes as after a silence, and nothing of it comes back to the screen."""
        step = self._keep(record, passage, settled=True, flags=_silenced(passage.session))
        said = passage.session.log or passage.session.words
        gone = _over(step.record, step.record.session if said else None)
        return replace(
            step,
            record=amend(gone, left_at=_milliseconds(now)),
            remove=removed(given),
            seen=seen(given),
            callback=callback(given),
            empties=True,
        )

    def _keep(
        self, record: Record, passage: Passage, *, settled: bool, flags: tuple[FindingId, ...] = ()
    ) -> Step:
        record = _with(record, passage.session)
        record, forward = self.forwarding.weigh(record, passage, settled=settled, flags=flags)
        return Step(record, forward=forward)

    def _open(self, record: Record, now: datetime) -> Passage:
        """The session in progress, or a new one; a language that was chosen before is not asked again.

        Whoever closed the chat sees what a stranger sees.
        """
        if record.session is None:
            newest = self.library.newest
            new = begin(
                newest.flow,
                id=secrets.token_hex(8),
                now=int(now.timestamp()),
                language=None if record.left_at else record.language,
                guide=self.library.guide,
                surge=self.surges(),
            )
            return Passage(newest, new.session)
        return self._read(record.session)

    def _read(self, encoded: bytes) -> Passage:
        session = decode_session(encoded)
        edition = self.library.edition(session.revision)
        if edition is None:
            raise EditionUnknownError
        return Passage(edition, session)

    def _tick(self, record: Record, what: str, at: int, now: datetime) -> Step:
        """The clock: a silence that has lasted, or a session whose time is over. A tick of long ago says nothing."""
        if record.session is None or at != (record.expires_at if what == "expiry" else record.silence_at):
            return Step(record)
        passage = self._open(record, now)
        step = Step(record)
        if record.silence_at and not passage.session.ended:
            step = self._keep(record, passage, settled=True, flags=_silenced(passage.session))
        if what != "expiry" and not passage.session.over:
            return replace(step, record=amend(step.record, silence_at=0))
        # Nothing of what was said stays on the phone.
        return replace(step, record=_over(step.record, step.record.session), empties=True)

    def _account(self, record: Record, toll: Toll) -> Step:
        """The clock looks at the screen: what must go goes, and the case is told what has gone."""
        try:
            step = (
                self._tell(record, toll) if toll.counted or (record.last and not toll.waits) else Step(record)
            )
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
        passage = self._read(encoded)
        old, is_over = passage.session, record.last is not None
        session = amend(old, wiped=old.wiped + toll.wiped, stuck=old.stuck + toll.stuck)
        state = encode_session(session)
        record = (
            amend(record, last=state if toll.waits else None) if is_over else amend(record, session=state)
        )
        forward = None
        if session.left or (session.stuck and record.case):
            flags = _silenced(session) if is_over or not record.silence_at else ()
            counted = Passage(passage.edition, session)
            record, forward = self.forwarding.weigh(record, counted, settled=is_over, flags=flags)
        return Step(record, forward=forward, told=toll)

    def _meaning(self, passage: Passage, record: Record, given: Given) -> Input | None:
        """The engine's input; None where only the screen is to be shown again."""
        match given:
            case Pressed(token):
                return pressed(passage.prompt, self.library.languages, nonce=record.nonce, token_given=token)
            case Started():
                return Command(Control.RESUME)
            case Said(text, message, edited):
                return TextInput(text, message, edited)
            case Sent(kind, message, caption):
                return MediaInput(kind, message, caption)
            case Located(latitude, longitude, message):
                return LocationInput(latitude, longitude, message)
            case _:
                return MediaInput("unreadable")

    def _show(
        self, step: Step, passage: Passage, now: datetime, *, fresh: bool = False, words: bool = False
    ) -> Step:
        """Put the due screen on the phone; its buttons get a new nonce when it is another screen.

        `words`: with the watchword.
        """
        due = passage.prompt
        name = f"{due.kind} {'' if due.question is None else due.question.id}"
        record = step.record
        if record.screen != name or not record.nonce:
            record = amend(record, screen=name, nonce=secrets.token_urlsafe(_NONCE_BYTES))
        record = record if record.door else amend(record, door=secrets.token_urlsafe(_NONCE_BYTES))
        language = passage.session.language or record.hint
        voice = passage.edition.voice(language, self.library.default_language)
        record = watchword.worded(record, passage.session) if words else record
        show = self.render.show(
            passage.edition.flow,
            due,
            voice,
            nonce=record.nonce,
            door=record.door,
            now=int(now.timestamp()),
            fresh=fresh,
            aside=watchword.told(record, due, voice) if words else (),
        )
        return replace(step, record=record, show=show)

    def _wait(self, step: Step, now: datetime) -> Step:
        """Set the clock; somebody who has completed everything is waited for as well, to add or correct."""
        record = amend(
            step.record,
            silence_at=_milliseconds(now + self.silence),
            expires_at=_milliseconds(now + self.session_length),
        )
        return replace(step, record=record)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _with(record: Record, session: Session) -> Record:
    return amend(record, session=encode_session(session), language=session.language or record.language)


def _silenced(session: Session) -> tuple[FindingId, ...]:
    """What is told of somebody who says nothing more: a break without a goodbye, unless they paused or were done."""
    return () if session.paused or session.ended else (CUT_OFF,)


def _is_leaving(record: Record, now: datetime) -> bool:
    """Whether the chat was closed a moment ago: a hand that goes on hitting the screen asks for nothing."""
    return record.session is None and _milliseconds(now) - record.left_at < _HAND_MILLISECONDS


def _over(record: Record, session: bytes | None) -> Record:
    """Without a session in progress; the one that is over is kept until the case knows what became of the screen."""
    last = session or record.last
    return amend(record, session=None, last=last, silence_at=0, expires_at=0, screen="", nonce="")


def _anew(record: Record) -> Record:
    """What is said in a later session is said anew."""
    return amend(record, told={}) if record.session is None and record.told else record
