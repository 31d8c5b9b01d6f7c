"""The promise: a contact asked us to act if they do not tap for some time. It lies sealed until then, and needs no one.

What will go is sealed to responders while the answers can still be read (Forwarding.seal), so that it can go when they
cannot be read any more. Every tap renews it, but none in the cover; when it rings nothing appears on the phone
(Clockwork.end_promise). Whoever takes it back lowers nothing: the case says that it was taken back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.errands import Bring, TakeBack
from bot.forwarding import Passage
from bot.library import Library
from bot.record import Record
from bot.updates import Given, Left, Located, Said, Ticked
from bot.voice import Voice
from flows import promise, veil
from flows.definition import choice_context
from flows.ids import PhraseId
from flows.session import Session
from flows.vocabulary import COMMA, fold
from locales.catalog import isolate

STOPS = "promise_words"
STOPPED = PhraseId("promise_stopped")


def made(record: Record, passage: Passage, now: datetime) -> Record:
    """With the promise that stands in the answers; as it was, where this session has not answered that."""
    choice = promise.chosen(passage.edition.flow, passage.session)
    hours = record.check_in if choice is None else promise.hours(choice)
    return renewed(replace(record, check_in=hours), now)


def renewed(record: Record, now: datetime) -> Record:
    """Something was given: the time starts anew."""
    if not record.check_in:
        return replace(record, check_in_at=0, promised={}) if record.check_in_at else record
    at = now + timedelta(hours=record.check_in)
    return replace(record, check_in_at=round(at.timestamp() * 1000))


def is_tap(given: Given) -> bool:
    """Whether a hand did this: neither the clock nor a live location that moves shows that somebody is all right."""
    match given:
        case Ticked() | Bring() | TakeBack() | Left() | Located(moved=True):
            return False
        case _:
            return True


def stops(record: Record, session: Session, given: Given, library: Library) -> bool:
    """Whether they say that all is well and need it no longer: somebody who never left, or has proved who they are."""
    if not isinstance(given, Said) or not record.check_in or veil.is_drawn(session):
        return False
    return fold(given.text) in library.listed(STOPS)


def refuses(record: Record, passage: Passage) -> bool:
    """Whether they answered that they want none, perhaps in a later session than the one in which they asked for it."""
    choice = promise.chosen(passage.edition.flow, passage.session)
    return record.check_in > 0 and choice is not None and not promise.hours(choice)


def told(passage: Passage, voice: Voice) -> Iterable[str]:
    """What stands, in the words of the line that was tapped; nothing where nothing does."""
    flow = passage.edition.flow
    choice = promise.chosen(flow, passage.session)
    if choice is None or not promise.hours(choice):
        return
    question = next(each for each in flow.questions if choice in each.choices)
    label = voice.translate(choice_context(flow, question, choice), choice.text)
    word = COMMA.split(voice.phrase(STOPS))[0]
    said = voice.phrase("promise_stands")
    yield said.replace("{after}", isolate(label)).replace("{stop}", isolate(word))
