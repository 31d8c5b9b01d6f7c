"""What became of a promise, by the answers alone."""

import pytest
from msgspec.structs import replace

from flows.answer import Answer, Chosen, Decline, Declined
from flows.definition import Choice, Flow, Kind, Question
from flows.facts import CHECK_IN_MISSED, gather
from flows.ids import ChoiceId, FlowId, QuestionId
from flows.loading import load
from flows.promise import KEY, chosen, hours, state
from flows.session import SCHEMA, Entry, How, Promise, Session

SIX = Choice(ChoiceId("six"), "In six hours", safety={KEY: "6"})
NEVER = Choice(ChoiceId("never"), "Never")
ASKED = Question(QuestionId("asked"), "V22", Kind.CHOICE, "Shall we act?", choices=(SIX, NEVER))
OTHER = Question(QuestionId("other"), "V1", Kind.CHOICE, "Well?", choices=(NEVER,))
FLOW = Flow(FlowId("flow"), "revision", (OTHER, ASKED))


def session(*answers: Answer, question: Question = ASKED) -> Session:
    """These answers to it, one after the other."""
    log = tuple(Entry(question.id, answer, at, How.TAPPED) for at, answer in enumerate(answers))
    return Session(SCHEMA, "s", FLOW.id, FLOW.revision, "en", 0, None, log=log)


YES, NO = Chosen((SIX.id,)), Chosen((NEVER.id,))
SKIPPED = Declined(Decline.SKIPPED)


@pytest.mark.parametrize(
    ("answers", "became", "stands"),
    [
        ((), Promise.NONE, None),
        ((SKIPPED,), Promise.NONE, None),
        ((Chosen((ChoiceId("gone"),)),), Promise.NONE, None),
        ((NO,), Promise.NONE, NEVER),
        ((YES,), Promise.MADE, SIX),
        ((YES, SKIPPED), Promise.MADE, SIX),
        ((YES, NO), Promise.CANCELLED, NEVER),
        ((YES, NO, YES), Promise.MADE, SIX),
    ],
)
def test_the_answers_tell(answers: tuple[Answer, ...], became: Promise, stands: Choice | None) -> None:
    """One that was made and taken back is told as that; declining takes nothing back."""
    assert state(FLOW, session(*answers)) is became
    assert chosen(FLOW, session(*answers)) == stands


def test_another_question_promises_nothing() -> None:
    """Whatever was chosen there."""
    assert state(FLOW, session(NO, question=OTHER)) is Promise.NONE


@pytest.mark.parametrize(("told", "promised"), [("6", 6), ("168", 168), ("soon", 0)])
def test_hours_are_a_number(told: str, promised: int) -> None:
    """What is none promises nothing."""
    assert hours(replace(SIX, safety={KEY: told})) == promised
    assert hours(NEVER) == 0


@pytest.mark.parametrize("ended", [Promise.MISSED, Promise.CANCELLED])
def test_what_has_ended_stays_told_until_another_is_made(ended: Promise) -> None:
    """A later answer counts, an earlier one no more."""
    over = replace(session(YES), promise=ended, promise_ended=1)
    assert chosen(FLOW, over) is None
    assert state(FLOW, over) is ended
    again = replace(session(YES, YES), promise=ended, promise_ended=1)
    assert state(FLOW, again) is Promise.MADE
    refused = replace(session(YES, NO), promise=ended, promise_ended=1)
    assert state(FLOW, refused) is ended


def test_only_what_was_missed_is_a_sign() -> None:
    """Taking it back is none, and lowers nothing."""
    found = load()
    empty = Session(SCHEMA, "s", found.whole.id, found.whole.revision, "en", 0, None)
    for promise in Promise:
        fired = gather(found.whole, found.rubric, replace(empty, promise=promise)).fired
        assert (CHECK_IN_MISSED in fired) == (promise is Promise.MISSED)
