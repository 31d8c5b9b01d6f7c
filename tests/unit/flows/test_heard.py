"""Whoever thinks of death is told that a person reads what they write: so it is heard, also as an answer."""

import pytest

from flows.definition import Flow
from flows.engine import begin, resume
from flows.facts import gather
from flows.ids import ChoiceId, QuestionId
from flows.rubric import Rubric
from flows.session import Session, current
from flows.sharing import agreed
from flows.turn import ChoiceInput, Command, Control, TextInput


def wrote(flow: Flow, taps: list[str], question: str, words: str) -> Session:
    """Tap, skip to the question, and write."""
    session = begin(flow, id="s", now=0, language="en").session
    for tap in taps:
        given = Command(Control.DONE) if tap == "done" else ChoiceInput(ChoiceId(tap))
        session = resume(flow, session, given, now=0).session
    while session.waiting_for != question:
        session = resume(flow, session, Command(Control.SKIP), now=0).session
    return resume(flow, session, TextInput(words, 9), now=0).session


@pytest.mark.parametrize(
    ("taps", "question", "heard"),
    [
        (["something_else", "end_life"], "other_words", True),
        (["something_else", "hurt_home", "end_life", "done"], "other_words", True),
        (["about_other", "keep_it", "family_no", "end_life", "done"], "family_promise", True),
        (["something_else", "something"], "other_words", False),
        (["something_else", "end_life"], "other_country", True),
    ],
)
def test_words_of_who_thinks_of_death_are_heard(
    flow: Flow, rubric: Rubric, taps: list[str], question: str, *, heard: bool
) -> None:
    """Without a yes, an answer in words is kept; after 'a person will read it' it is a call."""
    session = wrote(flow, taps, question, "I cannot go on like this")
    facts = gather(flow, rubric, session)

    assert agreed(flow, rubric, session, facts) is heard
    assert (QuestionId(question) in current(session)) is (question != "other_country")
