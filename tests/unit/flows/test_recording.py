"""Recordings: inputs as plain data, and the same steps each time they are played."""

import pytest

from flows.loading import Definitions
from flows.recording import gives, read_input, read_recording, rehearse, write_recording
from flows.session import Session
from flows.turn import ChoiceInput, Command, Control, LanguageInput, LocationInput, MediaInput, TextInput

LANGUAGES = {"en": "English"}
GIVES = [
    {"language": "en"},
    {"tap": "agree_safe"},
    {"tap": "hurt_now"},
    {"press": "done"},
    {"type": "at the river"},
]


@pytest.mark.parametrize(
    ("give", "meant"),
    [
        ({"language": "es"}, LanguageInput("es")),
        ({"tap": "a", "on": "q"}, ChoiceInput("a", "q")),
        ({"press": "skip"}, Command(Control.SKIP)),
        ({"type": "words"}, TextInput("words")),
        ({"type": "words", "message": 3, "edited": True}, TextInput("words", 3, edited=True)),
        ({"send": "photo", "caption": "gate"}, MediaInput("photo", None, "gate")),
        ({"point": [16.7, 98.5], "message": 4}, LocationInput(16.7, 98.5, 4)),
    ],
)
def test_every_input_can_be_written_down(give: dict[str, object], meant: object) -> None:
    """One word for each kind."""
    assert read_input(give) == meant


def test_what_is_no_input_is_refused() -> None:
    """A slip in a recording is not silently nothing."""
    with pytest.raises(ValueError, match="no such input"):
        read_input({"shout": "x"})


def test_a_recording_survives_its_yaml(definitions: Definitions) -> None:
    """Written, read and played again it is the same, word for word."""
    rehearsal = rehearse(definitions, languages=LANGUAGES)
    kept = {"conversation": "One", "steps": list(rehearsal.play(GIVES))}

    again = read_recording(write_recording(kept))

    assert again == kept
    assert gives(again) == GIVES
    assert list(rehearsal.play(gives(again))) == again["steps"]
    assert write_recording(again) == write_recording(kept)


def test_each_step_tells_what_happened_and_what_it_amounts_to(definitions: Definitions) -> None:
    """Events, the screen that is due, and the case were this the last turn."""
    first, *_, last = rehearse(definitions, languages=LANGUAGES).play(GIVES)

    assert first["begin"] is True
    assert last["events"] == ["NoteKept text", "QuestionAsked age"]
    assert last["screen"]["question"] == "age"
    assert last["case"]["urgency"] == "critical C1"
    assert "danger_now" in last["case"]["findings"]


def test_sessions_can_be_seen_on_the_way(definitions: Definitions) -> None:
    """A test may store each one and read it back."""
    seen: list[Session] = []

    def between(session: Session) -> Session:
        seen.append(session)
        return session

    steps = list(rehearse(definitions, languages=LANGUAGES).play(GIVES, between))

    assert len(seen) == len(steps) == len(GIVES) + 1


def test_one_path_can_be_played_alone(definitions: Definitions) -> None:
    """Whoever is known to be on it is not asked which."""
    rehearsal = rehearse(definitions, "family", languages=LANGUAGES)
    steps = list(rehearsal.play([{"language": "en"}, {"press": "skip"}]))

    assert rehearsal.flow.id == "family"
    assert steps[-1]["screen"]["question"] == "family_agree"
    with pytest.raises(KeyError):
        rehearse(definitions, "nobody", languages=LANGUAGES)
