"""The promise: what a contact asked us to do if they do not tap for some time, and what became of it."""

from flows.answer import Chosen
from flows.definition import Choice, Flow, Question
from flows.session import Entry, Promise, Session, current

KEY = "check_in_hours"
"""Under this name choices say in `safety` after how many hours."""


def chosen(flow: Flow, session: Session) -> Choice | None:
    """Give the choice that stands, also one that promises nothing.

    None where this was not answered, or not since the last promise ended.
    """
    for name, answer in current(session).items():
        question = flow.by_id.get(name)
        if question is not None and isinstance(answer, Chosen) and answer.choices and _asks(question):
            ended = session.promise is not Promise.NONE and session.places[name] < session.promise_ended
            return None if ended else question.by_id.get(answer.choices[0])
    return None


def hours(choice: Choice) -> int:
    """Give the hours that a choice promises, 0 where it promises nothing."""
    told = choice.safety.get(KEY, "")
    return int(told) if told.isdecimal() else 0


def state(flow: Flow, session: Session) -> Promise:
    """Tell what became of it in this session: a promise that was made and taken back is told as that."""
    made = any(_promises(flow, entry) for entry in session.log)
    choice = chosen(flow, session)
    if choice is not None and hours(choice):
        return Promise.MADE
    if session.promise is Promise.NONE and made and choice is not None:
        return Promise.CANCELLED
    return session.promise


def _asks(question: Question) -> bool:
    return any(KEY in choice.safety for choice in question.choices)


def _promises(flow: Flow, entry: Entry) -> bool:
    question = flow.by_id.get(entry.question)
    if question is None or not isinstance(entry.answer, Chosen):
        return False
    return any(hours(question.by_id[each]) for each in entry.answer.choices if each in question.by_id)
