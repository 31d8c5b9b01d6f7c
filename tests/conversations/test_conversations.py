"""Recorded conversations: every input, all that followed, and the case were this the last one.

A recording's `give`s are written by hand, or by `wayout flows play --record`; `python
tests/conversations/test_conversations.py` plays them and writes down the rest, which is then read by a person
before it is kept. Who they are about stands in `story`; nobody in them is real.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.catalogue import reader
from flows.definition import Kind, Then
from flows.grading import Answered, Grade
from flows.ids import FindingId, RuleId, Stage
from flows.loading import Definitions, load
from flows.recording import Rehearsal, Step, gives, read_recording, rehearse, write_recording
from flows.revision import decode_flow, encode_flow
from flows.rule import Every, Fires, Likelihood
from flows.session import Session, decode_session, encode_session
from flows.summary import decode_part, encode_part, merge

FOLDER = Path(__file__).parent / "recordings"
RECORDINGS = sorted(FOLDER.glob("*.yaml"))
LANGUAGES = {"en": "English", "es": "Español"}
SHADOWED = {RuleId("Q3")}
"""A rule that says the same as one before it, in the words of the domain; it never decides."""


def ready(definitions: Definitions, path: str | None) -> Rehearsal:
    """Make ready what a recording plays; the flow goes through its stored form."""
    reads = reader(definitions, list(LANGUAGES))
    rehearsal = rehearse(definitions, path, languages=LANGUAGES, reader=reads)
    return replace(rehearsal, flow=decode_flow(encode_flow(rehearsal.flow)))


def stored(rehearsal: Rehearsal, session: Session) -> Session:
    """Store a session and its case as a program does between any two turns, and read them back."""
    again = decode_session(encode_session(session))
    assert again == session
    parts = [decode_part(encode_part(part)) for part in rehearsal.parts(session).values()]
    assert merge(parts).assessment == rehearsal.graded(session)[1]
    return again


@cache
def kept() -> Mapping[str, dict[str, Any]]:
    """Read every recording once."""
    return {path.stem: read_recording(path.read_text("utf-8")) for path in RECORDINGS}


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    """Read the definitions once."""
    return load()


@pytest.mark.parametrize("name", [path.stem for path in RECORDINGS])
def test_conversation_goes_as_recorded(name: str, definitions: Definitions) -> None:
    """Every turn of a recorded conversation brings what it brought before."""
    recording = kept()[name]
    rehearsal = ready(definitions, recording.get("path"))

    played = rehearsal.play(gives(recording), lambda session: stored(rehearsal, session))

    assert recording["steps"] == list(played)


@pytest.mark.parametrize("name", [path.stem for path in RECORDINGS])
def test_recording_tells_whose_story_it_is(name: str) -> None:
    """A reviewer reads a title and a few lines before the taps."""
    recording = kept()[name]

    assert recording["conversation"]
    assert recording["story"]


# What no recording shows would go unread. Each test names what is missing.


def steps() -> Iterator[Step]:
    """Give every step of every recording."""
    for recording in kept().values():
        yield from recording["steps"]


def told(event: str) -> Iterator[list[str]]:
    """Give the words of every event of this kind."""
    for step in steps():
        yield from (words[1:] for each in step["events"] if (words := each.split())[0] == event)


def test_every_kind_of_question_is_answered_in_a_recording(definitions: Definitions) -> None:
    """Declining one is not enough."""
    answered = {words[0] for words in told("AnswerRecorded") if not words[1].startswith("Declined")}
    questions = definitions.whole.questions
    shown = {question.kind for question in questions if question.id in answered}

    assert {question.kind for question in questions} - shown == {Kind.LANGUAGE}
    assert list(told("LanguageChanged"))


def test_every_question_is_asked_in_a_recording(definitions: Definitions) -> None:
    """Also each that comes at once, wherever it stands; of those that are asked of each of several people, one."""
    asked = {words[0] for words in told("QuestionAsked")}
    written = {question.id for question in definitions.whole.questions if question.said_as is None}

    assert written - asked == set()


def test_every_sign_is_told_in_a_recording(definitions: Definitions) -> None:
    """All indicators and flags, and the one that comes from silence."""
    found = {name for step in steps() for name in step["case"]["findings"].split()}
    rubric = definitions.rubric

    assert {*rubric.indicators, *rubric.flags} - found == set()


def test_every_rule_decides_in_a_recording(definitions: Definitions) -> None:
    """Of likelihood and of urgency."""
    decided = {step["case"][scale].split()[1] for step in steps() for scale in ("likelihood", "urgency")}
    rules = definitions.rubric.rules

    assert {rule.id for rule in (*rules.likelihood, *rules.urgency)} - decided == SHADOWED


def test_rule_that_never_decides_says_what_one_before_it_says(definitions: Definitions) -> None:
    """Being made to deceive, with a strong sign of force, is exploitation by itself: Q2 holds wherever Q3 does."""
    rules = definitions.rubric.rules
    (third,) = (rule for rule in rules.likelihood if rule.id in SHADOWED)
    assert isinstance(third.when, Every)
    (fires,) = (part for part in third.when.of if isinstance(part, Fires))
    grader = definitions.rubric.grader

    for item in rules.indicators:
        if item.dimension == "CD" and item.adult == "strong":
            grade: Grade = grader.base(
                grader.fired([*fires.findings, FindingId(item.id)]),
                Stage.UNKNOWN,
                Answered(1.0, 1.0),
            ).grade
            assert (grade.likelihood, grade.likelihood_rule) == (Likelihood.PROBABLE, "Q2")


def test_every_path_is_taken_in_a_recording(definitions: Definitions) -> None:
    """From the first screen on, through the door that leads there."""
    parts = {question.id: question.part for question in definitions.whole.questions}
    asked = {parts[words[0]] for words in told("QuestionAsked")}  # type: ignore[index]

    assert {path.flow for path in definitions.whole.paths} - asked == set()


def test_every_ending_is_reached_in_a_recording(definitions: Definitions) -> None:
    """Read, unread, not agreed; and the pause."""
    flow = definitions.whole
    assert flow.endings is not None
    choices = [choice for question in flow.questions for choice in question.choices]
    endings = {flow.endings.read, flow.endings.unread, *(c.ending for c in choices if c.then is Then.END)}

    assert endings - {words[0] for words in told("SessionCompleted")} == set()
    assert list(told("SessionPaused"))


def record() -> None:
    """Play every recording anew and write it down."""
    definitions = load()
    for path in RECORDINGS:
        recording = read_recording(path.read_text("utf-8"))
        played = list(ready(definitions, recording.get("path")).play(gives(recording)))
        path.write_text(write_recording({**recording, "steps": played}), "utf-8")


if __name__ == "__main__":
    record()
