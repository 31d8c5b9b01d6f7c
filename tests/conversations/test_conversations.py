"""Recorded conversations: every input, all that followed, and the case were this the last one.

A recording's `give`s are written by hand; `python tests/conversations/test_conversations.py` plays them and
writes down the rest, which is then read by a person before it is kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.definition import Flow, decode_flow, encode_flow
from flows.engine import begin, prompt, resume
from flows.facts import gather
from flows.ids import ChoiceId, QuestionId
from flows.loading import Definitions, load
from flows.saying import Speech
from flows.scoring import assess, foresee
from flows.session import Session, decode_session, encode_session
from flows.sharing import shareable
from flows.summary import decode_part, encode_part, merge
from flows.turn import (
    AnswerRecorded,
    ChoiceInput,
    Command,
    Control,
    Event,
    Input,
    LanguageInput,
    LocationInput,
    MediaInput,
    TextInput,
    Turn,
)
from flows.vocabulary import Vocabulary, learn
from flows.writing import summarise

FOLDER = Path(__file__).parent / "recordings"
RECORDINGS = sorted(FOLDER.glob("*.yaml"))
START = 1_700_000_000


def english(_context: str, source: str) -> str:
    """Speak the source language."""
    return source


def read_input(give: dict[str, Any]) -> Input:
    """Read one input as it is written in a recording."""
    question = QuestionId(give["on"]) if "on" in give else None
    match give:
        case {"language": str(code)}:
            return LanguageInput(code)
        case {"tap": str(choice)}:
            return ChoiceInput(ChoiceId(choice), question)
        case {"press": str(control)}:
            return Command(Control(control), question)
        case {"type": str(text)}:
            return TextInput(text, give.get("message"), edited=give.get("edited", False))
        case {"send": str(kind)}:
            return MediaInput(kind, give.get("message"), give.get("caption"))
        case {"point": [latitude, longitude]}:
            return LocationInput(latitude, longitude, give.get("message"))
        case _:
            raise ValueError(give)


def tell(event: Event) -> str:
    """Write one event as a line."""
    if isinstance(event, AnswerRecorded):
        return f"AnswerRecorded {event.question} {event.answer}"
    values = [str(getattr(event, name)) for name in event.__dataclass_fields__]
    return " ".join([type(event).__name__, *values])


def play(definitions: Definitions, gives: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Play the inputs; between any two turns session and flow go through their stored form."""
    flow = definitions.whole
    controls = {control: definitions.phrases[control].text for control in Control}  # type: ignore[index]
    vocabulary = learn(flow, [english], controls=controls, languages={"en": "English", "es": "Español"})
    turn = begin(flow, id="a-session", now=START)
    yield {"begin": True, **seen(definitions, flow, turn)}
    for seconds, give in enumerate(gives, start=1):
        turn = step(flow, turn.session, read_input(give), START + 5 * seconds, vocabulary)
        yield {"give": give, **seen(definitions, flow, turn)}


def step(flow: Flow, session: Session, given: Input, now: int, vocabulary: Vocabulary) -> Turn:
    """Take one turn as a program does that stores everything in between."""
    stored = decode_session(encode_session(session))
    assert stored == session
    return resume(decode_flow(encode_flow(flow)), stored, given, now=now, vocabulary=vocabulary)


def seen(definitions: Definitions, flow: Flow, turn: Turn) -> dict[str, Any]:
    """Tell what happened, the screen that is due, and the case were this the last turn."""
    due = prompt(flow, turn.session)
    facts = gather(flow, definitions.rubric, turn.session)
    assessment = foresee(definitions.rubric, flow, facts, assess(definitions.rubric, facts))
    parts = summarise(flow, turn.session, assessment, source=Speech(english), local=Speech(english))
    assert merge([decode_part(encode_part(part)) for part in parts.values()]).assessment == assessment
    shares = shareable(flow, definitions.rubric, turn.session, facts, assessment)
    screen = {
        "kind": str(due.kind),
        "question": due.question.id if due.question else None,
        "ticked": list(due.ticked),
        "controls": " ".join(due.controls),
        "note": due.note,
        "ending": due.ending,
    }
    return {
        "events": [tell(event) for event in turn.events],
        "screen": {key: value for key, value in screen.items() if value},
        "case": {
            "likelihood": f"{assessment.likelihood} {assessment.likelihood_rule}",
            "urgency": f"{assessment.urgency} {assessment.urgency_rule}",
            "findings": " ".join(finding.id for finding in assessment.findings),
            "shares": " ".join(tier for tier in shares if tier in parts),
        },
    }


def yaml() -> YAML:
    """Read and write recordings in one layout."""
    layout = YAML()
    layout.width = 110
    layout.default_flow_style = False
    return layout


def plain(node: Any) -> Any:
    """Give what was read as plain values."""
    return YAML(typ="safe", pure=True).load(node)


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    """Read the definitions once."""
    return load()


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_conversation_goes_as_recorded(recording: Path, definitions: Definitions) -> None:
    """Every turn of a recorded conversation brings what it brought before."""
    steps = plain(recording.read_text("utf-8"))["steps"]

    assert steps == list(play(definitions, [step["give"] for step in steps if "give" in step]))


def test_every_kind_of_question_is_recorded(definitions: Definitions) -> None:
    """A kind of question without a recording would go untested."""
    asked = "\n".join(path.read_text("utf-8") for path in RECORDINGS)
    kinds = {q.kind for q in definitions.whole.questions}
    recorded = {q.kind for q in definitions.whole.questions if f"QuestionAsked {q.id}" in asked}

    assert kinds == recorded


def record() -> None:
    """Play every recording anew and write it down."""
    definitions = load()
    for path in RECORDINGS:
        recording = plain(path.read_text("utf-8"))
        gives = [step["give"] for step in recording["steps"] if "give" in step]
        recording["steps"] = list(play(definitions, gives))
        with path.open("w", encoding="utf-8") as file:
            yaml().dump(recording, file)


if __name__ == "__main__":
    record()
