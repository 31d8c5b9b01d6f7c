"""The use case: one thing that a contact gave, and all that follows from it until we wait again. Knows no Telegram."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot.forwarding import Forward, Forwarding, Passage
from bot.library import Library
from bot.record import Held, Record
from bot.render import Render, pressed
from bot.screen import Show
from bot.updates import Given, Incoming, Left, Located, Pressed, Said, Sent, Started, Ticked, hinted
from flows.engine import begin
from flows.ids import FindingId
from flows.session import Note, Session, decode_session, encode_session
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


class EditionUnknownError(Exception):
    """The session is on a revision of a flow that this process has not seen; it must not be touched."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one given thing leads to, all of it written down in one transaction.

    `seen` is the message that it came in. `is_over`: nothing of this conversation is needed any more.
    """

    record: Record = field(repr=False)
    show: Show | None = field(default=None, repr=False)
    remove: tuple[int, ...] = ()
    seen: int = 0
    callback: str | None = None
    forward: Forward | None = field(default=None, repr=False)
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """Asks, and keeps what is said. `silence`, `session_length`: WAYOUT_SILENCE_SECONDS, WAYOUT_SESSION_HOURS."""

    library: Library
    render: Render
    forwarding: Forwarding
    silence: timedelta
    session_length: timedelta

    def handle(self, record: Record, incoming: Incoming, *, now: datetime) -> Step:
        """The next record and what is to be done; never fails on what a contact sends.

        Raises EditionUnknownError, SessionUnreadable: then nothing is to be changed.
        """
        match incoming.given:
            case Ticked(what, at):
                return self._tick(record, what, at, now)
            case Left():
                return Step(record)
            case given:
                return self._converse(record, given, incoming.language, now)

    def shelve(self, record: Record, incoming: Incoming, *, now: datetime) -> Step:
        """The last resort for something that a bug keeps from being handled: its words, kept without being read."""
        kind, text, message = _plainly(incoming.given)
        passage = self._open(record, now)
        session = passage.session
        note = Note(kind, text, int(now.timestamp()), session.waiting_for, message, len(session.log))
        noted = Passage(passage.edition, amend(session, words=(*session.words, note)))
        return self._wait(self._show(self._keep(record, noted, settled=False), noted, now), now)

    def seal(self, held: Held, record: Record, forward: Forward, *, now: datetime) -> tuple[Record, Put]:
        """What has to go, sealed."""
        return self.forwarding.seal(held, record, forward, now=now)

    def _converse(self, record: Record, given: Given, hint: str | None, now: datetime) -> Step:
        passage = self._open(record, now)
        meant = self._meaning(passage, record, given)
        turn = Turn(passage.session, ()) if meant is None else passage.resume(meant, self.library, now)
        passage = Passage(passage.edition, turn.session)
        record = amend(record, hint=hinted(hint) or record.hint)
        settled = any(isinstance(each, SessionCompleted) for each in turn.events)
        if settled or any(isinstance(each, AnswerRecorded | NoteKept) for each in turn.events):
            step = self._keep(record, passage, settled=settled)
        else:
            step = Step(_with(record, passage.session))
        # What stays on the screen would push the question out of sight: show it below.
        step = self._show(step, passage, now, fresh=isinstance(given, Started | Sent))
        step = replace(step, remove=_removed(given), seen=_seen(given), callback=_callback(given))
        return self._wait(step, now)

    def _keep(
        self, record: Record, passage: Passage, *, settled: bool, flags: tuple[FindingId, ...] = ()
    ) -> Step:
        record = _with(record, passage.session)
        record, forward = self.forwarding.weigh(record, passage, settled=settled, flags=flags)
        return Step(record, forward=forward)

    def _open(self, record: Record, now: datetime) -> Passage:
        """The session in progress, or a new one; a language that was chosen before is not asked again."""
        if record.session is None:
            newest = self.library.newest
            new = begin(
                newest.flow,
                id=secrets.token_hex(8),
                now=int(now.timestamp()),
                language=record.language,
                guide=self.library.guide,
            )
            return Passage(newest, new.session)
        session = decode_session(record.session)
        edition = self.library.edition(session.revision)
        if edition is None:
            raise EditionUnknownError
        return Passage(edition, session)

    def _tick(self, record: Record, what: str, at: int, now: datetime) -> Step:
        """The clock: a silence that has lasted, or a session whose time is over. A tick of long ago says nothing."""
        if record.session is None:
            return Step(record, is_over=record.case is None)
        if at != (record.expires_at if what == "expiry" else record.silence_at):
            return Step(record)
        passage = self._open(record, now)
        over = what == "expiry" or passage.session.ended
        step = Step(record)
        if record.silence_at and not passage.session.ended:
            flags = () if passage.session.paused else (CUT_OFF,)
            step = self._keep(record, passage, settled=True, flags=flags)
        if not over:
            return replace(step, record=amend(step.record, silence_at=0))
        # What is said in a later session is said anew.
        gone = amend(step.record, session=None, silence_at=0, expires_at=0, screen="", nonce="", told={})
        voice = passage.edition.voice(gone.language or gone.hint, self.library.default_language)
        # Nothing of what was said stays on the phone.
        return replace(
            step, record=gone, show=Show(voice.phrase("paused"), quiet=True), is_over=gone.case is None
        )

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

    def _show(self, step: Step, passage: Passage, now: datetime, *, fresh: bool = False) -> Step:
        """Put the due screen on the phone; its buttons get a new nonce when it is another screen."""
        due = passage.prompt
        name = f"{due.kind} {'' if due.question is None else due.question.id}"
        record = step.record
        if record.screen != name or not record.nonce:
            record = amend(record, screen=name, nonce=secrets.token_urlsafe(_NONCE_BYTES))
        voice = passage.edition.voice(record.language or record.hint, self.library.default_language)
        show = self.render.show(
            passage.edition.flow, due, voice, nonce=record.nonce, now=int(now.timestamp()), fresh=fresh
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


def _plainly(given: Given) -> tuple[str, str | None, int | None]:
    """Kind, words and message of anything, as a note has them."""
    match given:
        case Said(text, message):
            return "text", text, message
        case Sent(kind, message, caption):
            return kind, caption, message
        case Located(latitude, longitude, message):
            return "location", f"{latitude:.6f} {longitude:.6f}", message
        case _:
            return "unreadable", None, None


def _removed(given: Given) -> tuple[int, ...]:
    """Typed words leave the screen as soon as they are durable; media stay until they can be kept."""
    match given:
        case Said(_, message, _) | Located(_, _, message) | Started(message):
            return (message,)
        case _:
            return ()


def _seen(given: Given) -> int:
    match given:
        case Said(message=message) | Located(message=message) | Started(message) | Sent(message=message):
            return message
        case _:
            return 0


def _callback(given: Given) -> str | None:
    return given.callback if isinstance(given, Pressed) else None
