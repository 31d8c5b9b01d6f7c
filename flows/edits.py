"""Edits: a message that was changed later says what it says now, and what it said before stays in the log."""

from flows import passage
from flows.accept import pick, tapped
from flows.answer import Answer, Leg, Repeated
from flows.definition import Question
from flows.legs import legs, with_room
from flows.passage import Arrival
from flows.script import Script, keep
from flows.session import Entry, How, Session
from flows.turn import ChoiceInput, TextInput, Turn


def amend(script: Script, session: Session, given: TextInput, arrival: Arrival) -> Turn | None:
    """Let an edited message supersede what it said before; None when it is not known."""
    row = next((row for row in range(len(session.log) - 1, -1, -1) if _of(session.log[row], given)), None)
    question = script.flow.by_id.get(session.log[row].question) if row is not None else None
    if row is None or question is None:
        known = any(note.message == given.message for note in session.words)
        return keep(script, session, given, arrival) if known and given.message is not None else None
    answer = _reread(script, session, question, given, row)
    if answer is None:
        return keep(script, session, given, arrival)
    edited = passage.record(session, question.id, answer, Arrival(arrival.now, How.EDITED, given.message))
    return passage.then(edited, passage.again(edited.session))


def _reread(
    script: Script, session: Session, question: Question, given: TextInput, row: int
) -> Answer | None:
    """What an edited message says now; of a route it replaces the places that it had brought."""
    meant = script.vocabulary.meaning(question, given, languages=False)
    choice = pick(question, meant) if isinstance(meant, ChoiceInput) else None
    if choice is not None:
        return tapped(question, (), choice)
    answer = script.reader.accept(question, given, now=session.log[row].at)
    if not isinstance(answer, Repeated):
        return answer
    whole = legs(session, question)
    until = len(_route(session.log[row]))
    since = max(
        (len(_route(entry)) for entry in session.log[:row] if entry.question == question.id), default=0
    )
    return with_room(Repeated((*whole[:since], *answer.items, *whole[until:])))


def _route(entry: Entry) -> tuple[Leg, ...]:
    return entry.answer.items if isinstance(entry.answer, Repeated) else ()


def _of(entry: Entry, given: TextInput) -> bool:
    return given.message is not None and entry.message == given.message
