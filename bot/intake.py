"""The use case: one thing that a contact gave, and all that follows from it until we wait again. Knows no Telegram."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec.structs import replace as amend

from bot import erasing, promise, watchword
from bot.attaching import attached
from bot.beneath import Beneath
from bot.clockwork import Clockwork
from bot.curtain import Curtain
from bot.entrance import Entrance
from bot.forwarding import Forward, Passage
from bot.fronts import NO_FRONTS, Fronts
from bot.library import Library
from bot.number import Returned
from bot.place import NOTHING, Toll
from bot.record import Held, Record
from bot.relay import Relay
from bot.render import EXIT, pressed, token
from bot.step import Step, anew, is_late, milliseconds, over, with_session
from bot.talk import EditionUnknownError, Talk, silenced, taken_back
from bot.traces import callback, meaning, plainly, removed, seen, staying
from bot.updates import Given, Incoming, Left, Located, Pressed, Said, Sent, Started, Ticked, hinted
from bot.words import Mark, Meaning, Words, learn_words, unfit
from flows import veil
from flows.definition import Kind, Own, Question
from flows.engine import LONGEST_WORD, is_word, leaves
from flows.session import Note, Promise, decode_session, encode_session
from flows.turn import (
    AnswerRecorded,
    Input,
    NoteKept,
    NumberAsked,
    SessionCompleted,
    TextInput,
    Turn,
)
from storage.case import Put

_SALT_BYTES = 12


@dataclass(frozen=True, slots=True)
class Intake:
    """Asks, and keeps what is said."""

    talk: Talk
    curtain: Curtain
    clockwork: Clockwork
    words: Words
    entrance: Entrance
    relay: Relay
    beneath: Beneath

    @classmethod
    def build(cls, talk: Talk, mark: Mark, fronts: Fronts = NO_FRONTS) -> "Intake":
        """Put it together; `mark` makes keyed hashes of words."""
        curtain, words = Curtain(talk), learn_words(talk.library, mark)
        entrance = Entrance(talk, words, fronts)
        clockwork = Clockwork(talk, curtain, entrance)
        beneath = Beneath(talk, curtain, entrance)
        return cls(talk, curtain, clockwork, words, entrance, Relay(talk), beneath)

    @property
    def library(self) -> Library:
        """What can be asked."""
        return self.talk.library

    def handle(self, record: Record, incoming: Incoming, *, now: datetime, toll: Toll = NOTHING) -> Step:
        """The next record and what is to be done; never fails on what a contact sends. `toll`: see Place.

        Raises EditionUnknownError, SessionUnreadable: then nothing is to be changed.
        """
        return self.relay.around(record, incoming, self._handle, now=now, toll=toll)

    def _handle(self, record: Record, incoming: Incoming, *, now: datetime, toll: Toll) -> Step:  # noqa: C901, PLR0911 - one for each kind
        if record.cover is None and promise.is_tap(incoming.given):
            record = promise.renewed(record, now)
        leaving = self.leaves(record, incoming.given)
        match incoming.given:
            case Ticked("wipe"):
                return self.clockwork.account(record, toll)
            case Ticked() | Returned() as given if (
                step := self.entrance.hear(record, given, now)
            ) is not None:
                return step
            case Ticked(what, at):
                return self.clockwork.ring(record, what, at, now)
            case Left():
                return Step(record)
            case Located(moved=True) as given:
                return self._follow(record, given, now)
            case given if not leaving and (step := self.beneath.take(record, incoming, now)):
                return step
            case given if self.entrance.is_shut(record, incoming):
                return self.curtain.play(_hinted(record, incoming), incoming, now)
            case given if leaving:
                return self._leave(_hinted(record, incoming), given, now)
            case given if meant := self.entrance.meaning(record, incoming):
                return self._obey(_hinted(record, incoming), meant, given, now)
            case given if record.cover is not None and not self._is_strange(record, given):
                return self.curtain.play(_hinted(record, incoming), incoming, now)
            case given:
                return self._converse(_hinted(record, incoming), incoming, given, now)

    def shelve(self, record: Record, incoming: Incoming, *, now: datetime) -> Step:
        """The last resort for something that a bug keeps from being handled: its words, kept without being read."""
        if self.leaves(record, incoming.given):
            said = record.session and encode_session(amend(decode_session(record.session), left=True))
            left = self.curtain.leave(amend(over(record, said), left_at=milliseconds(now)), now)
            return Step(left, remove=removed(incoming.given), seen=seen(incoming.given), empties=True)
        kind, text, message = plainly(incoming.given)
        record = taken_back(anew(record))
        passage = self.talk.open(record, now)
        session, file = passage.session, attached(record, incoming.given)
        note = Note(kind, text, int(now.timestamp()), session.waiting_for, message, len(session.log), file)
        noted = Passage(passage.edition, amend(session, words=(*session.words, note)))
        step = self.talk.keep(record, noted, settled=False)
        if record.cover is not None:
            return step  # what is on the screen may stay there: it is the tool
        if is_late(record, now):
            noted = Passage(passage.edition, veil.draw(noted.session))
            step = replace(step, record=amend(with_session(step.record, noted.session), hushed=True))
        return self.talk.wait(self.talk.show(step, noted, now), noted, now)

    def seal(self, held: Held, record: Record, forward: Forward, *, now: datetime) -> tuple[Record, Put]:
        """What has to go, sealed."""
        return self.talk.forwarding.seal(held, record, forward, now=now)

    def leaves(self, record: Record, given: Given) -> bool:
        """Whether this is the way out, whichever screen it was pressed or typed on."""
        match given:
            case Pressed(pressed_token):
                return bool(record.door) and pressed_token == token(record.door, EXIT)
            case Said(text) | Started(word=text):
                return leaves(TextInput(text), self.library.newest.vocabulary)
            case _:
                return False

    def _is_strange(self, record: Record, given: Given) -> bool:
        """Whether somebody who has said nothing yet asks for more than the tool: first contact is not covered."""
        asks = isinstance(given, Started | Said | Sent | Located)
        return asks and not record.left_at and not self.curtain.hides(record)

    def _converse(self, record: Record, incoming: Incoming, given: Given, now: datetime) -> Step:
        late = is_late(record, now)
        returns = record.session is None and record.case is not None and not record.keep_chat
        record = amend(anew(record), cover=None, hushed=record.hushed or late or returns)
        passage = self.talk.open(record, now)
        if late or returns:
            # The screen was left alone for too long, and the cover has not come yet: what is told counts all the same.
            passage = Passage(passage.edition, veil.draw(passage.session))
        if promise.stops(record, passage.session, given, self.library):
            return self._stop_promise(record, passage, given, now)
        turn = self._turn(passage, record, given, now)
        record = self._keep_word(record, passage, given, turn)
        passage = Passage(passage.edition, turn.session)
        if turn.session.erased:
            return _taken(erasing.asked(self.talk, self.curtain, record, passage, now), given)
        return self._answer(record, passage, turn, incoming, now)

    def _turn(self, passage: Passage, record: Record, given: Given, now: datetime) -> Turn:
        asked = passage.prompt.question
        if watchword.is_asked(record, passage.session, given, self.library):
            return Turn(passage.session, ())
        if _is_word(asked) and isinstance(given, Said) and not self._fits(record, passage, given):
            return unfit(passage.session, given, now)
        meant = self._meaning(passage, record, given)
        return Turn(passage.session, ()) if meant is None else passage.resume(meant, self.library, now)

    def _stop_promise(self, record: Record, passage: Passage, given: Given, now: datetime) -> Step:
        """They are all right: we act no longer by ourselves, and the case says so."""
        step = Step(with_session(record, amend(passage.session, aside=promise.STOPPED)))
        step = self.clockwork.end_promise(step, Promise.CANCELLED)
        passage = self.talk.open(step.record, now)
        return self.talk.wait(_taken(self.talk.show(step, passage, now), given), passage, now)

    def _fits(self, record: Record, passage: Passage, given: Said) -> bool:
        """Whether what was typed can be a word of their own, or is something else that the engine keeps as it is."""
        vocabulary = passage.edition.vocabulary
        if vocabulary.control(TextInput(given.text)) or self.library.reader.hears_a_call(given.text):
            return True
        if not is_word(given.text):
            # A short line was meant as a word: it is told that it is none.
            return len(given.text) > LONGEST_WORD
        is_free = self.words.fits(record, given.text, vocabulary.taken)
        return is_free and not self.curtain.understands(given.text)

    def _keep_word(self, record: Record, passage: Passage, given: Given, turn: Turn) -> Record:
        """A word that was chosen, as a hash: the session says only that there is one."""
        asked = passage.prompt.question
        if asked is None or asked.keeps is None or not isinstance(given, Said):
            return record
        if not any(isinstance(each, AnswerRecorded) and each.question == asked.id for each in turn.events):
            return record
        salt = secrets.token_urlsafe(_SALT_BYTES)
        hidden = veil.is_drawn(passage.session)
        return self.words.keep(record, asked.keeps, given.text, salt, unproved=hidden)

    def _answer(
        self, record: Record, passage: Passage, turn: Turn, incoming: Incoming, now: datetime
    ) -> Step:
        given = incoming.given
        settled = any(isinstance(each, SessionCompleted) for each in turn.events)
        if settled or any(isinstance(each, AnswerRecorded | NoteKept) for each in turn.events):
            step = self.talk.keep(taken_back(record), passage, settled=settled)
        else:
            step = Step(with_session(record, passage.session))
        if promise.refuses(record, passage):
            step = self.clockwork.end_promise(step, Promise.CANCELLED)
        # What stays on the screen would push the question out of sight: show it below.
        # What stood on the last screen stands there again when it is shown anew, as in another language.
        ends = passage.is_read and (settled or isinstance(given, Pressed))
        words = watchword.is_due(record, passage.session, given, self.library, ends=ends)
        keeps = record.keep_chat and isinstance(given, Said)
        step = self.talk.show(
            step, passage, now, fresh=keeps or isinstance(given, Started | Sent), words=words
        )
        if any(isinstance(each, NumberAsked) for each in turn.events):
            step = self.entrance.ask(step, passage.session)
        step = _taken(step, given)
        step = replace(step, remove=()) if keeps else step
        return self.talk.wait(replace(step, stays=staying(incoming, now, keeps=keeps)), passage, now)

    def _follow(self, record: Record, given: Located, now: datetime) -> Step:
        """A live location has moved. The phone tells it, nobody's hand: no screen, no cover and no clock follows it."""
        step = Step(record)
        if record.session is not None:
            passage = self.talk.open(record, now)
            turn = passage.resume(meaning(record, given), self.library, now)
            if any(isinstance(each, AnswerRecorded | NoteKept) for each in turn.events):
                step = self.talk.keep(record, Passage(passage.edition, turn.session), settled=False)
        return replace(step, remove=removed(given))

    def _obey(self, record: Record, meant: Meaning, given: Given, now: datetime) -> Step:
        """A word that is no answer: it hides, brings back, or warns, and looks the same from outside."""
        if meant is Meaning.HIDE:
            hidden = self.curtain.draw(Step(record), now)
            return _taken(hidden, given)
        if meant is Meaning.DURESS:
            return self._warn(record, given, now)
        record, passage = self.curtain.lift(record, now, own=meant is Meaning.OWN)
        step = self.talk.show(Step(record), passage, now)
        return self.talk.wait(_taken(step, given), passage, now)

    def _warn(self, record: Record, given: Given, now: datetime) -> Step:
        """Somebody makes them write, or sees it: the case says so at once, and the screen shows neutral words alone."""
        record, passage = self.curtain.lift(record, now, own=False)
        record = amend(taken_back(record), hushed=True)
        passage = Passage(passage.edition, veil.freeze(passage.session))
        step = self.talk.show(self.talk.keep(record, passage, settled=False), passage, now)
        return self.talk.wait(_taken(step, given), passage, now)

    def _leave(self, record: Record, given: Given, now: datetime) -> Step:
        """They closed the chat: what was said goes as after a silence, and only their own word brings it back."""
        if record.cover is not None and record.session is None:
            gone = record if record.left_at else amend(record, left_at=milliseconds(now))
            return replace(_taken(Step(self.curtain.leave(gone, now)), given), empties=True)
        passage = self.talk.open(anew(record), now)
        said = bool(passage.session.log or passage.session.words)
        passage = Passage(passage.edition, amend(passage.session, left=True))
        step = self.talk.keep(anew(record), passage, settled=True, flags=silenced(passage.session))
        if said and Own.WAY_BACK in record.words:
            left = amend(step.record, silence_at=0)
        else:
            left = over(step.record, step.record.session if said else None)
        left = self.curtain.leave(amend(left, left_at=milliseconds(now)), now)
        return replace(_taken(step, given), record=left, empties=True)

    def _meaning(self, passage: Passage, record: Record, given: Given) -> Input | None:
        """The engine's input; None where only the screen is to be shown again."""
        if isinstance(given, Pressed):
            languages = self.library.languages
            return pressed(passage.prompt, languages, nonce=record.nonce, token_given=given.token)
        return meaning(record, given)


def _hinted(record: Record, incoming: Incoming) -> Record:
    return amend(record, hint=hinted(incoming.language) or record.hint)


def _is_word(question: Question | None) -> bool:
    return question is not None and question.kind is Kind.WORD


def _taken(step: Step, given: Given) -> Step:
    """What was given leaves the screen, and its press is answered."""
    return replace(step, remove=removed(given), seen=seen(given), callback=callback(given))


__all__ = ["EditionUnknownError", "Intake", "Step"]
