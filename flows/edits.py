"""Edits: what an edited message says now, and the places of a route, of which it may hold several."""

from flows import passage
from flows.accept import pick, tapped
from flows.answer import Answer, Leg, Repeated
from flows.definition import Question
from flows.passage import Arrival
from flows.script import Script, keep
from flows.session import Entry, How, Session, current
from flows.turn import ChoiceInput, TextInput, Turn

MOST_LEGS, MOST_LETTERS = 60, 8192
"""A route beyond this goes on as notes: the log holds it whole after every place, and would grow by its square."""


def legs_of(session: Session, question: Question) -> tuple[Leg, ...]:
    """The places of a route so far."""
    before = current(session).get(question.id)
    return before.items if isinstance(before, Repeated) else ()


def with_room(route: Repeated) -> Repeated | None:
    """Give the route; None where it has become too long."""
    letters = sum(len(leg.place.text or "") for leg in route.items)
    return route if len(route.items) <= MOST_LEGS and letters <= MOST_LETTERS else None


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
    answer = script.accept(session, question, given, Arrival(session.log[row].at, How.EDITED))
    if not isinstance(answer, Repeated):
        return answer
    whole = legs_of(session, question)
    until = len(_route(session.log[row]))
    since = max(
        (len(_route(entry)) for entry in session.log[:row] if entry.question == question.id), default=0
    )
    return with_room(Repeated((*whole[:since], *answer.items, *whole[until:])))


def _route(entry: Entry) -> tuple[Leg, ...]:
    return entry.answer.items if isinstance(entry.answer, Repeated) else ()


def _of(entry: Entry, given: TextInput) -> bool:
    return given.message is not None and entry.message == given.message
