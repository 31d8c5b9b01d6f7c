"""The promise: what a contact asked us to do if they do not tap for some time, and what became of it."""

from collections.abc import Mapping

from flows.answer import Chosen
from flows.definition import Choice, Flow
from flows.ids import QuestionId
from flows.session import Entry, Promise, Session, current

KEY = "check_in_hours"
"""Under this name choices say in `safety` after how many hours."""


def chosen(flow: Flow, session: Session) -> Choice | None:
    """Give the choice that stands, also one that promises nothing.

    None where this was not answered, or not since the last promise ended.
    """
    asked = _asked(flow)
    for name, answer in current(session).items():
        if name in asked and isinstance(answer, Chosen) and answer.choices:
            ended = session.promise is not Promise.NONE and session.places[name] < session.promise_ended
            return None if ended else asked[name].get(answer.choices[0])
    return None


def hours(choice: Choice) -> int:
    """Give the hours that a choice promises, 0 where it promises nothing."""
    told = choice.safety.get(KEY, "")
    return int(told) if told.isdecimal() else 0


def state(flow: Flow, session: Session) -> Promise:
    """Tell what became of it in this session: a promise that was made and taken back is told as that."""
    asked = _asked(flow)
    made = any(_promises(asked, entry) for entry in session.log)
    choice = chosen(flow, session)
    if choice is not None and hours(choice):
        return Promise.MADE
    if session.promise is Promise.NONE and made and choice is not None:
        return Promise.CANCELLED
    return session.promise


def _asked(flow: Flow) -> Mapping[QuestionId, Mapping[str, Choice]]:
    """The questions that ask for it, with their choices."""
    return {
        question.id: {choice.id: choice for choice in question.choices}
        for question in flow.questions
        if any(KEY in choice.safety for choice in question.choices)
    }


def _promises(asked: Mapping[QuestionId, Mapping[str, Choice]], entry: Entry) -> bool:
    choices = asked.get(entry.question, {})
    picked = entry.answer.choices if isinstance(entry.answer, Chosen) else ()
    return any(each in choices and hours(choices[each]) for each in picked)
