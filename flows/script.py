"""The script: what a conversation goes by, and what is kept of things that answer no question."""

from dataclasses import dataclass
from typing import assert_never

from msgspec.structs import replace

from flows import detour, local_time, passage
from flows.answer import Answer, Chosen
from flows.definition import Flow, Kind, Question
from flows.guide import Guide
from flows.ids import PhraseId, QuestionId
from flows.passage import KEPT_MEDIA, Arrival, country
from flows.reader import Reader
from flows.session import Attached, Note, Session, current
from flows.standing import stand
from flows.turn import LocationInput, MediaInput, NoteKept, TextInput, Turn
from flows.vocabulary import Vocabulary

KEPT_WORDS, KEPT_PLACE = PhraseId("kept_words"), PhraseId("kept_place")

LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Script:
    """What the engine goes by: what is asked, which words mean what, what is worth asking, and how answers are read."""

    flow: Flow
    vocabulary: Vocabulary
    guide: Guide
    reader: Reader

    def move_on(self, session: Session, answered: QuestionId) -> Turn:
        """Leave the answered question for the one that is due."""
        aside = detour.onward(self.flow, session, answered)
        if aside is not None:
            return aside
        return passage.move_on(self.flow, replace(session, detour=None), answered, self.guide)

    def accept(
        self, session: Session, question: Question, given: TextInput | LocationInput, arrival: Arrival
    ) -> Answer | None:
        """Give the answer that words or a point are; None where they answer something else."""
        if question.kind is not Kind.LOCAL_TIME:
            return self.reader.accept(question, given, now=arrival.now)
        if not isinstance(given, TextInput):
            return None
        where = country(self.flow, self.flow.where, stand(self.flow, current(session)))
        offered = passage.offered(self.flow, session, question, arrival.now)
        clock = local_time.read(
            given.text, offered=offered, choices=question.choices, country=where, now=arrival.now
        )
        return None if clock is None else Chosen((clock,))


def keep(
    script: Script, session: Session, given: TextInput | LocationInput | MediaInput, arrival: Arrival
) -> Turn:
    """Keep what the question does not take, for the responder."""
    match given:
        case TextInput(text):
            return _note(session, "text", text, arrival, KEPT_WORDS)
        case MediaInput(kind, message, caption, _, attached):
            came = Arrival(arrival.now, arrival.how, message)
            return _note(session, kind, caption, came, KEPT_MEDIA, attached)
        case LocationInput():
            return _locate(script, session, given, arrival)
        case _:
            assert_never(given)


def heard(
    script: Script, session: Session, question: Question, given: TextInput | LocationInput, arrival: Arrival
) -> Session:
    """Keep words that call for help beside the answer that they are: whoever cries for help has asked for it.

    So has whoever was told that a person reads what they write.
    """
    if not isinstance(given, TextInput):
        return session
    promised = question.kind is Kind.TEXT and script.flow.is_heard(stand(script.flow, current(session)))
    if not promised and not script.reader.hears_a_call(given.text):
        return session
    return replace(keep(script, session, given, arrival).session, aside=None)


def _note(
    session: Session,
    kind: str,
    text: str | None,
    arrival: Arrival,
    aside: PhraseId,
    attached: Attached | None = None,
) -> Turn:
    note = Note(kind, text, arrival.now, session.waiting_for, arrival.message, len(session.log), attached)
    return passage.again(replace(session, words=(*session.words, note), aside=aside), NoteKept(kind))


def _locate(script: Script, session: Session, given: LocationInput, arrival: Arrival) -> Turn:
    """A point answers the question about the place that is on this path, whichever question is due."""
    position = stand(script.flow, current(session))
    places = [question for question in script.flow.questions if question.kind is Kind.PLACE]
    asked = next((question for question in places if question.due(position)), None)
    arrival = Arrival(arrival.now, arrival.how, given.message)
    kept = _note(session, LOCATION, None if asked else pointed(given), arrival, KEPT_PLACE)
    place = script.reader.accept(asked, given, now=arrival.now) if asked else None
    if asked is None or place is None:
        return kept
    turn = passage.record(kept.session, asked.id, place, arrival)
    return Turn(turn.session, (*turn.events, *kept.events))


def pointed(given: LocationInput) -> str:
    """A point as a note has it: degrees north and east."""
    return f"{given.latitude:.6f} {given.longitude:.6f}"
