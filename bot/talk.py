"""The talk: the questionnaire's side of a conversation, from the session in progress to the screen that is due."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot import promise, watchword
from bot.forwarding import Forwarding, Passage
from bot.library import Library
from bot.record import Record
from bot.render import Render, asks_language
from bot.step import Step, milliseconds, with_session
from bot.surge import ebbed
from bot.voice import Voice
from flows.contract import agreed
from flows.engine import begin
from flows.ids import FindingId
from flows.session import Session, decode_session
from flows.writing import contact_safety

CUT_OFF = FindingId("cut_off")
_NONCE_BYTES = 12


class EditionUnknownError(Exception):
    """The session is on a revision of a flow that this process has not seen; it must not be touched."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Opens sessions, keeps what was said, shows what is due and sets the clocks.

    `silence`, `session_length`, `idle`: WAYOUT_SILENCE_SECONDS, WAYOUT_SESSION_HOURS, WAYOUT_IDLE_SECONDS.
    """

    library: Library = field(repr=False)
    render: Render
    forwarding: Forwarding
    silence: timedelta
    session_length: timedelta
    idle: timedelta
    surges: Callable[[], bool] = lambda: False
    """Whether those who begin now are asked the core alone."""

    def open(self, record: Record, now: datetime) -> Passage:
        """The session in progress, or a new one; a language that was chosen before is not asked again.

        Whoever closed the chat sees what a stranger sees. Raises EditionUnknownError, SessionUnreadable.
        """
        if record.session is not None:
            known = self.read(record.session)
            return replace(known, session=ebbed(known.session, is_on=self.surges()))
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

    def read(self, encoded: bytes) -> Passage:
        """A session with its edition; raises EditionUnknownError, SessionUnreadable."""
        session = decode_session(encoded)
        edition = self.library.edition(session.revision)
        if edition is None:
            raise EditionUnknownError
        return Passage(edition, session)

    def voice(self, record: Record) -> Voice:
        """How they are spoken to where no session says it: in the language that they chose, or their phone's."""
        return self.library.newest.voice(record.language or record.hint, self.library.default_language)

    def keep(
        self, record: Record, passage: Passage, *, settled: bool, flags: Sequence[FindingId] = ()
    ) -> Step:
        """Write down what was said, and weigh whether something has to go; `settled`: see Forwarding.weigh."""
        record, forward = self.forwarding.weigh(
            with_session(record, passage.session), passage, settled=settled, flags=flags
        )
        return Step(record, forward=forward)

    def show(
        self, step: Step, passage: Passage, now: datetime, *, fresh: bool = False, words: bool = False
    ) -> Step:
        """Put the due screen on the phone; its buttons get a new nonce when it is another screen.

        `words`: with the watchword.
        """
        due = passage.due(now)
        name = f"{due.kind} {'' if due.question is None else due.question.id}"
        record = step.record
        if record.screen != name or not record.nonce:
            record = amend(record, screen=name, nonce=new_nonce())
        record = record if record.door else amend(record, door=new_nonce())
        record = watchword.worded(record, passage.session) if words else record
        voice = passage.edition.voice(passage.session.language or record.hint, self.library.default_language)
        show = self.render.show(
            passage.edition.flow,
            due,
            voice,
            nonce=record.nonce,
            door=record.door,
            now=int(now.timestamp()),
            fresh=fresh,
            aside=(*watchword.told(record, due, voice), *promise.told(passage, voice)) if words else (),
        )
        show = self.render.guarded(show, due, voice) if record.guard else show
        return replace(step, record=record, show=show)

    def wait(self, step: Step, passage: Passage, now: datetime) -> Step:
        """Set the clocks; somebody who has completed everything is waited for as well, to add or correct."""
        safety = contact_safety(passage.edition.flow, passage.session)
        keeps = safety.get("keep_chat") == "yes"
        hurry = "watched" in safety.values() or "theirs" in safety.values() or passage.session.duress
        idle = self.idle / 2 if hurry else self.idle
        record = amend(
            promise.made(step.record, passage, now),
            silence_at=milliseconds(now + self.silence),
            # Nothing is told by a list of languages.
            idle_at=0 if keeps or _is_blank(passage) else milliseconds(now + idle),
            expires_at=milliseconds(now + self.session_length),
            keep_chat=keeps,
            reach=agreed(passage.edition.flow, passage.session, step.record.reach),
            wrote_at=milliseconds(now),
        )
        return replace(step, record=record)


def _is_blank(passage: Passage) -> bool:
    session = passage.session
    return asks_language(passage.prompt) and not (session.log or session.words)


def taken_back(record: Record) -> Record:
    """They go on writing, wherever it is: nothing is erased."""
    return amend(record, erase_at=0) if record.erase_at else record


def new_nonce() -> str:
    """What makes the tokens of one screen."""
    return secrets.token_urlsafe(_NONCE_BYTES)


def silenced(session: Session) -> tuple[FindingId, ...]:
    """What is told of somebody who says nothing more: a break without a goodbye, unless they paused or were done."""
    return () if session.paused or session.ended else (CUT_OFF,)
