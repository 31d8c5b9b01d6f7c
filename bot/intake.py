"""The use case: one thing that a contact gave, and all that follows from it until we wait again. Knows no Telegram."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as amend

from bot.library import Edition, Library
from bot.record import Held, Record
from bot.render import Render, pressed
from bot.screen import Show
from bot.sealing import Sealer
from bot.updates import Given, Incoming, Left, Located, Pressed, Said, Sent, Started, Ticked
from flows.assessment import Assessment
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.ids import FindingId
from flows.ids import Tier as SummaryTier
from flows.rule import Urgency
from flows.scoring import assess, foresee, rank
from flows.session import Session, SessionUnreadable, decode_session, encode_session
from flows.sharing import shareable, shows_risk
from flows.summary import encode_part
from flows.turn import (
    AnswerRecorded,
    Command,
    Control,
    Event,
    Input,
    LocationInput,
    MediaInput,
    NoteKept,
    Prompt,
    SessionCompleted,
    TextInput,
    Turn,
)
from flows.writing import summarise
from protocol.audience import RecipientClass, Tier
from storage.cases import Put

URGENCIES = (Urgency.NONE, Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL)
ASKED_FOR_HELP, CUT_OFF = FindingId("asked_for_help"), FindingId("cut_off")
_NONCE_BYTES = 12
# Within an urgency and a rank of the rubric, older cases come first: ranks are this many milliseconds apart.
_RANK_STEP = 10**13


@dataclass(frozen=True, slots=True)
class Step:
    """What one given thing leads to, all of it written down in one transaction."""

    record: Record = field(repr=False)
    show: Show | None = field(default=None, repr=False)
    remove: tuple[int, ...] = ()
    seen: int = 0
    """The message that it came in, where it came in one."""
    callback: str | None = None
    put: Put | None = field(default=None, repr=False)
    silence_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A session with the edition that it is on."""

    edition: Edition
    session: Session = field(repr=False)

    @property
    def prompt(self) -> Prompt:
        """The screen that is due."""
        return prompt(self.edition.flow, self.session)

    def resume(self, given: Input, now: datetime) -> Turn:
        """One input, and all that followed."""
        vocabulary = self.edition.vocabulary
        return resume(self.edition.flow, self.session, given, now=int(now.timestamp()), vocabulary=vocabulary)


@dataclass(frozen=True, slots=True)
class Intake:
    """Asks, scores and forwards. `silence` and `session_length`: WAYOUT_SILENCE_SECONDS and WAYOUT_SESSION_HOURS."""

    library: Library
    render: Render
    sealer: Sealer
    silence: timedelta
    session_length: timedelta

    def handle(self, held: Held, record: Record, incoming: Incoming, *, now: datetime) -> Step:
        """The next record and what is to be done; never fails on what a contact sends."""
        match incoming.given:
            case Ticked("expiry"):
                return Step(amend(record, session=None, screen=""))
            case Ticked():
                return self._after_silence(held, record, now)
            case Left():
                return self._wait(Step(record), now)
            case given:
                return self._converse(held, record, given, incoming.language, now)

    def _converse(self, held: Held, record: Record, given: Given, hint: str | None, now: datetime) -> Step:
        passage = self._open(record, now)
        meant = self._meaning(passage, record, given)
        turn = Turn(passage.session, ()) if meant is None else passage.resume(meant, now)
        passage = Passage(passage.edition, turn.session)
        record = amend(record, hint=_hint(hint) or record.hint)
        step = self._forward(held, record, passage, turn.events, (), now)
        # What stays on the screen would push the question out of sight: show it below.
        step = self._show(step, passage, fresh=isinstance(given, Started | Sent))
        return self._wait(
            replace(step, remove=_removed(given), seen=_seen(given), callback=_callback(given)), now
        )

    def _open(self, record: Record, now: datetime) -> Passage:
        """The session in progress, or a new one; a language that was chosen before is not asked again."""
        session = _decode(record.session)
        edition = None if session is None else self.library.edition(session.revision)
        if session is not None and edition is not None:
            return Passage(edition, session)
        newest = self.library.newest
        new = begin(newest.flow, id=secrets.token_hex(8), now=int(now.timestamp()), language=record.language)
        return Passage(newest, new.session)

    def _meaning(self, passage: Passage, record: Record, given: Given) -> Input | None:
        """The engine's input; None where only the screen is to be shown again."""
        match given:
            case Pressed(token):
                return pressed(passage.prompt, self.library.languages, nonce=record.nonce, token_given=token)
            case Started():
                return Command(Control.RESUME) if passage.session.paused else None
            case Said(text, message, edited):
                return TextInput(text, message, edited)
            case Sent(kind, message, caption):
                return MediaInput(kind, message, caption)
            case Located(latitude, longitude, message):
                return LocationInput(latitude, longitude, message)
            case _:
                return MediaInput("unreadable")

    def _show(self, step: Step, passage: Passage, *, fresh: bool = False) -> Step:
        """Put the due screen on the phone; its buttons get a new nonce when it is another screen."""
        due = passage.prompt
        name = f"{due.kind} {'' if due.question is None else due.question.id}"
        record = step.record
        if record.screen != name or not record.nonce:
            record = amend(record, screen=name, nonce=secrets.token_urlsafe(_NONCE_BYTES))
        voice = passage.edition.voice(record.language or record.hint, self.library.default_language)
        show = self.render.show(passage.edition.flow, due, voice, nonce=record.nonce, fresh=fresh)
        return replace(step, record=record, show=show)

    def _wait(self, step: Step, now: datetime) -> Step:
        if step.record.session is None:
            return step
        return replace(step, silence_at=now + self.silence, expires_at=now + self.session_length)

    def _after_silence(self, held: Held, record: Record, now: datetime) -> Step:
        """Nothing came for a while: forward what shows risk; what was complete is destroyed here."""
        session = _decode(record.session)
        edition = None if session is None else self.library.edition(session.revision)
        if session is None or edition is None:
            return Step(record)
        if session.ended:
            return Step(amend(record, session=None, screen=""))
        silent = () if session.paused else (CUT_OFF,)
        step = self._forward(held, record, Passage(edition, session), (), silent, now)
        return replace(step, expires_at=now + self.session_length)

    def _forward(
        self,
        held: Held,
        record: Record,
        passage: Passage,
        events: Sequence[Event],
        flags: tuple[FindingId, ...],
        now: datetime,
    ) -> Step:
        """Score what is known, at every turn; seal it where it has to go now."""
        session = passage.session
        record = amend(record, session=encode_session(session), language=session.language or record.language)
        if not flags and not any(
            isinstance(each, AnswerRecorded | NoteKept | SessionCompleted) for each in events
        ):
            return Step(record)
        flow, rubric = passage.edition.flow, self.library.rubric
        facts = gather(flow, rubric, session, flags=flags)
        urgency = rubric.grader.grade(rubric.grader.fired(facts.fired), facts.stage, facts.answered).urgency
        record = amend(record, urgency=max(record.urgency, URGENCIES.index(urgency)))
        settled = bool(flags) or any(isinstance(each, SessionCompleted) for each in events)
        # Danger and a cry for help wait neither for the end nor for a yes.
        at_once = urgency is Urgency.CRITICAL or ASKED_FOR_HELP in facts.fired
        if not (record.case or at_once or settled):
            return Step(record)
        assessment = assess(rubric, facts)
        may_go = shareable(flow, rubric, session, facts, assessment)
        if not may_go or not (record.case or at_once or shows_risk(assessment)):
            return Step(record)
        return self._seal(held, record, passage, foresee(rubric, flow, facts, assessment), may_go, now)

    def _seal(
        self,
        held: Held,
        record: Record,
        passage: Passage,
        assessment: Assessment,
        tiers: Sequence[SummaryTier],
        now: datetime,
    ) -> Step:
        """A new revision of the case: these tiers, as they stand now."""
        number = 0 if record.case is None else record.revision + 1
        case = record.case or secrets.token_hex(16)
        since = record.since or round(now.timestamp() * 1000)
        record = amend(record, case=case, revision=number, since=since)
        local = passage.edition.voice(record.language, self.library.default_language)
        parts = summarise(
            passage.edition.flow,
            passage.session,
            assessment,
            source=self.library.source,
            local=local.translate,
            rubric=self.library.rubric,
        )
        bodies = {Tier(tier): encode_part(part) for tier, part in parts.items() if tier in tiers}
        put = Put(
            id=case,
            conversation=held.id,
            urgency=record.urgency,
            rank=rank(self.library.rubric, assessment) * _RANK_STEP + since,
            classes=(RecipientClass.ORGANISATION,),
            flow=passage.edition.flow.id,
            language=record.language or "",
            number=number,
            revisions=self.sealer.seal(case, number, bodies, held.key, now=now),
        )
        return Step(record, put=put)


def _decode(encoded: bytes | None) -> Session | None:
    try:
        return None if encoded is None else decode_session(encoded)
    except SessionUnreadable:
        return None


def _hint(language_code: str | None) -> str | None:
    """Telegram's IETF tag as one of our names: Chinese is written in two ways, the rest by its first part."""
    if not language_code:
        return None
    tag = language_code.lower()
    if tag.startswith("zh"):
        return "zh_Hant" if any(each in tag for each in ("hant", "tw", "hk", "mo")) else "zh_Hans"
    return tag.split("-", 1)[0]


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
