"""Recorded conversations: every input, all that followed, and the case were this the last one.

A recording's `give`s are written by hand, or by `wayout flows play --record`; `python
tests/conversations/test_conversations.py` plays them and writes down the rest, which is then read by a person
before it is kept.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.definition import decode_flow, encode_flow
from flows.loading import Definitions, load
from flows.recording import Rehearsal, gives, read_recording, rehearse, write_recording
from flows.session import Session, decode_session, encode_session
from flows.summary import decode_part, encode_part, merge

FOLDER = Path(__file__).parent / "recordings"
RECORDINGS = sorted(FOLDER.glob("*.yaml"))
LANGUAGES = {"en": "English", "es": "Español"}


def ready(definitions: Definitions, path: str | None) -> Rehearsal:
    """Make ready what a recording plays; the flow goes through its stored form."""
    rehearsal = rehearse(definitions, path, languages=LANGUAGES)
    return replace(rehearsal, flow=decode_flow(encode_flow(rehearsal.flow)))


def stored(rehearsal: Rehearsal, session: Session) -> Session:
    """Store a session and its case as a program does between any two turns, and read them back."""
    again = decode_session(encode_session(session))
    assert again == session
    parts = [decode_part(encode_part(part)) for part in rehearsal.parts(session).values()]
    assert merge(parts).assessment == rehearsal.graded(session)[1]
    return again


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    """Read the definitions once."""
    return load()


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_conversation_goes_as_recorded(recording: Path, definitions: Definitions) -> None:
    """Every turn of a recorded conversation brings what it brought before."""
    kept = read_recording(recording.read_text("utf-8"))
    rehearsal = ready(definitions, kept.get("path"))

    played = rehearsal.play(gives(kept), lambda session: stored(rehearsal, session))

    assert kept["steps"] == list(played)


def test_every_kind_of_question_is_recorded(definitions: Definitions) -> None:
    """A kind of question without a recording would go untested."""
    asked = "\n".join(path.read_text("utf-8") for path in RECORDINGS)
    questions = definitions.whole.questions

    assert {q.kind for q in questions} == {q.kind for q in questions if f"QuestionAsked {q.id}" in asked}


def record() -> None:
    """Play every recording anew and write it down."""
    definitions = load()
    for path in RECORDINGS:
        kept = read_recording(path.read_text("utf-8"))
        steps = list(ready(definitions, kept.get("path")).play(gives(kept)))
        path.write_text(write_recording({**kept, "steps": steps}), "utf-8")


if __name__ == "__main__":
    record()
