"""The relay: replies wait in the record, are offered on a screen that was asked for, and leave it once they are read.

Their words show only to whoever is known to be the contact: never while the cover is played, after a pause without
their word, or while they are made to write.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace as amend

from bot.errands import Bring, TakeBack
from bot.forwarding import Passage
from bot.place import Toll
from bot.reach import may_write
from bot.record import Record
from bot.render import EXIT, stamp, token
from bot.reply import Reply
from bot.screen import Button, Show
from bot.step import Step, is_late, milliseconds, with_session
from bot.talk import Talk, new_nonce
from bot.traces import callback
from bot.updates import Incoming, Left, Pressed, Ticked
from flows import detour
from flows.contract import From, Now, signal
from flows.ids import QuestionId
from flows.relay import Relay as Table
from flows.session import decode_session
from flows.turn import Control
from storage.messages import Fate, Told

_OPEN, _DONE = "note open", "note done"
# After a screen was left alone the cover comes; what is to be told then is told just after it.
_AFTER_COVER_MILLISECONDS = 1000


class Inner(Protocol):
    """What one given thing leads to without the relay."""

    def __call__(self, record: Record, incoming: Incoming, *, now: datetime, toll: Toll) -> Step:
        """The step."""
        ...


@dataclass(frozen=True, slots=True)
class Relay:
    """Stands around the use case: takes replies in, and adds to its screens that something is there."""

    talk: Talk

    @property
    def table(self) -> Table:
        """How long replies wait, and stay."""
        return self.talk.library.relay

    def around(self, record: Record, incoming: Incoming, inner: Inner, *, now: datetime, toll: Toll) -> Step:
        """One given thing, with what waits for this contact in mind; none of that is lost without a word."""
        step = self._around(record, incoming, inner, now=now, toll=toll)
        there = {each.id for each in step.record.replies} | {each.id for each in step.fates}
        gone = [each for each in record.replies if each.id not in there]
        if not gone or isinstance(incoming.given, TakeBack):
            return step
        return replace(step, fates=(*step.fates, *(Told(each.id, Fate.EXPIRED) for each in gone)))

    def _around(self, record: Record, incoming: Incoming, inner: Inner, *, now: datetime, toll: Toll) -> Step:  # noqa: PLR0911 - one for each kind
        match incoming.given:
            case Bring(id, text, until, question):
                brought = Reply(id=id, text=text, until=until, question=question)
                known = any(each.id == id for each in record.replies)
                replies = record.replies if known else (*record.replies, brought)
                return self._plan(Step(amend(record, replies=replies)), now)
            case TakeBack(id):
                left = tuple(each for each in record.replies if each.id != id or each.opened_at)
                return self._plan(Step(amend(record, replies=left)), now)
            case Left(blocked):
                step = inner(_unnudged(record), incoming, now=now, toll=toll)
                return replace(self._plan(step, now, nudges=not blocked), reachable=not blocked)
            case Ticked("wipe"):
                return inner(record, incoming, now=now, toll=toll)
            case Ticked():
                return self._ring(inner(record, incoming, now=now, toll=toll), toll, now)
            case Pressed(pressed) if self._opens(record, pressed, now):
                return self._open(record, incoming, now)
            case Pressed(pressed) if record.session is None and _is(record, pressed, _DONE):
                step = replace(self._read(self._rest(Step(record)), toll), callback=callback(incoming.given))
                return self._plan(step, now)
            case _:
                return self._after(inner(record, incoming, now=now, toll=toll), toll, now)

    # --- on a screen that was asked for

    def _after(self, step: Step, toll: Toll, now: datetime) -> Step:
        """Whatever they did, words that were on the screen have left it; what waits is offered on the new one."""
        step = self._read(step, toll)
        if step.empties:
            step = replace(step, record=_unnudged(step.record))
        if toll.blocked:
            step = replace(step, reachable=True)
        waiting = _waiting(step.record)
        if waiting and step.show is not None and self._is_them(step.record, now):
            show, voice = step.show, self.talk.voice(step.record)
            button = Button(voice.phrase("note_here"), stamp(step.record.nonce, _OPEN))
            rows = ((button,), *show.rows)
            step = replace(step, show=amend(show, rows=rows, note=waiting[0].id))
        return self._plan(step, now, nudges=False)

    def _opens(self, record: Record, pressed: str, now: datetime) -> bool:
        return bool(_waiting(record)) and _is(record, pressed, _OPEN) and self._is_them(record, now)

    def _is_them(self, record: Record, now: datetime) -> bool:
        """Whether it is known to be the contact who is there, and nobody makes them write."""
        if record.hushed or record.cover is not None or is_late(record, now):
            return False
        if record.session is None:
            return record.keep_chat
        session = decode_session(record.session)
        return not (session.frozen or session.left)

    def _open(self, record: Record, incoming: Incoming, now: datetime) -> Step:
        """The words, in the bubble, until they do anything else or some time has passed."""
        (first, *_), voice = _waiting(record), self.talk.voice(record)
        record = amend(record, replies=_with(record.replies, amend(first, opened_at=milliseconds(now))))
        asked = self._ask(record, first, now)
        if asked is not None:
            return self._plan(replace(asked, callback=callback(incoming.given)), now, nudges=False)
        door = record.door or new_nonce()
        record = amend(
            record,
            screen="note",
            nonce=new_nonce(),
            door=door,
        )
        rows = (
            (Button(voice.phrase(Control.DONE), stamp(record.nonce, _DONE)),),
            (Button(voice.phrase(Control.EXIT), token(door, EXIT)),),
        )
        show = Show(self.talk.render.marked(voice, first.text), rows, note=first.id, opens=True)
        step = Step(record, show=show, callback=callback(incoming.given))
        if record.session is not None:
            step = self.talk.wait(step, self.talk.read(record.session), now)
        return self._plan(step, now, nudges=False)

    def _ask(self, record: Record, reply: Reply, now: datetime) -> Step | None:
        """A responder's question in place of words, then what was due goes on; None where there is no such question."""
        if not reply.question:
            return None
        passage = self.talk.open(record, now)
        question = QuestionId(reply.question)
        if question not in detour.askable(passage.edition.flow):
            return None
        passage = Passage(
            passage.edition, detour.ask(passage.edition.flow, passage.session, question).session
        )
        step = self.talk.show(Step(with_session(record, passage.session)), passage, now)
        step = replace(step, show=step.show and amend(step.show, note=reply.id, opens=True))
        return self.talk.wait(step, passage, now)

    def _read(self, step: Step, toll: Toll) -> Step:
        """The words have left the screen; whoever did not get to see them is offered them again."""
        opened = [each for each in step.record.replies if each.opened_at]
        if not opened:
            return step
        replies = tuple(
            amend(each, opened_at=0)
            for each in step.record.replies
            if not each.opened_at or each.id != toll.shown
        )
        fates = tuple(Told(each.id, Fate.READ) for each in opened if each.id == toll.shown)
        return replace(step, record=amend(step.record, replies=replies), fates=(*step.fates, *fates))

    # --- by the clock

    def _ring(self, step: Step, toll: Toll, now: datetime) -> Step:
        """Words that were read for long enough go; replies that nobody opened are given up; whoever may be told is."""
        due = milliseconds(now)
        opened = [each for each in step.record.replies if each.opened_at]
        ends = any(each.opened_at + self._reading <= due for each in opened)
        if opened and (ends or step.show is not None or step.empties):
            replaced = step.show is not None or step.empties
            step = self._read(step if replaced else self._rest(step, now), toll)
        return self._plan(step, now)

    def _rest(self, step: Step, now: datetime | None = None) -> Step:
        """What stands there instead of words that were read: the question that is due, or nothing in particular."""
        record = step.record
        if record.session is not None and now is not None:
            step = self.talk.show(step, self.talk.read(record.session), now)
            return replace(step, show=step.show and amend(step.show, edits_only=True))
        voice = self.talk.voice(record)
        return replace(
            step, show=Show(self.talk.render.marked(voice, voice.phrase("paused")), edits_only=True)
        )

    @property
    def _reading(self) -> int:
        return self.table.read_seconds * 1000

    def _plan(self, step: Step, now: datetime, *, nudges: bool = True) -> Step:
        """Give up what is too old, tell them if they may be told now, and set the clock for the next look."""
        at = int(now.timestamp())
        over = [each for each in step.record.replies if each.until <= at and not each.opened_at]
        replies = tuple(each for each in step.record.replies if each not in over)
        fates = (*step.fates, *(Told(each.id, Fate.EXPIRED) for each in over))
        step = replace(step, record=amend(step.record, replies=replies), fates=fates)
        step = self._nudge(step, now) if nudges else step
        return replace(
            step, record=amend(step.record, note_at=min(self._moments(step.record, now), default=0))
        )

    def _nudge(self, step: Step, now: datetime) -> Step:
        """Tell them that something is there, in words that say nothing or by the signal that they chose, once."""
        record = step.record
        if _is_nudged(record) or may_write(self.table.terms, record, now) != Now():
            return step
        (first, *_), voice = _waiting(record), self.talk.voice(record)
        record = amend(
            record,
            replies=_with(record.replies, amend(first, nudged=True)),
            nonce=record.nonce or new_nonce(),
        )
        chosen = signal(record.reach, self.table.terms)
        if chosen is not None:
            shown = Show(self.talk.render.marked(voice, chosen), (), fresh=True, note=first.id)
            return replace(step, record=record, nudge=shown)
        text = self.talk.render.marked(voice, voice.phrase("note_here"))
        button = Button(voice.phrase(Control.RESUME), stamp(record.nonce, _OPEN))
        return replace(step, record=record, nudge=Show(text, ((button,),), fresh=True, note=first.id))

    def _moments(self, record: Record, now: datetime) -> Iterable[int]:
        """When the clock has to look at what waits (unix milliseconds)."""
        for each in record.replies:
            yield each.opened_at + self._reading if each.opened_at else each.until * 1000
        if not _waiting(record) or _is_nudged(record):
            return
        match may_write(self.table.terms, record, now):
            case From(at):
                yield at * 1000
            case Now():
                yield milliseconds(now) + _AFTER_COVER_MILLISECONDS
            case _ if record.idle_at and not record.hushed:
                yield record.idle_at + _AFTER_COVER_MILLISECONDS


def _waiting(record: Record) -> list[Reply]:
    return [each for each in record.replies if not each.opened_at]


def _is_nudged(record: Record) -> bool:
    return any(each.nudged for each in record.replies)


def _unnudged(record: Record) -> Record:
    if not _is_nudged(record):
        return record
    return amend(record, replies=tuple(amend(each, nudged=False) for each in record.replies))


def _with(replies: tuple[Reply, ...], changed: Reply) -> tuple[Reply, ...]:
    return tuple(changed if each.id == changed.id else each for each in replies)


def _is(record: Record, pressed: str, name: str) -> bool:
    return bool(record.nonce) and pressed == stamp(record.nonce, name)
