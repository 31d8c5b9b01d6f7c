"""Recordings: inputs as plain data, and the same steps each time they are played."""

import pytest
from msgspec.structs import replace

from flows.loading import Definitions
from flows.reader import Reader
from flows.recording import gives, read_input, read_recording, rehearse, tell, write_recording
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


def test_silence_is_graded_as_the_bot_grades_it(definitions: Definitions) -> None:
    """It says something while a question waits, nothing in a pause or after the end, and coming back goes on."""
    rehearsal = rehearse(definitions, languages=LANGUAGES)
    quiet = {"silence": True}
    cut_off = list(rehearsal.play([*GIVES[:2], quiet, {"tap": "hurt_now"}]))
    paused = list(rehearsal.play([GIVES[0], {"tap": "not_now"}, quiet]))
    ended = list(rehearsal.play([GIVES[0], {"tap": "disagree"}, quiet]))

    assert cut_off[3]["case"]["findings"] == "cut_off"
    assert cut_off[3]["events"] == []
    assert cut_off[3]["screen"] == cut_off[2]["screen"]
    assert cut_off[4]["case"]["findings"] == "danger_now"
    assert [steps[-1]["case"]["findings"] for steps in (paused, ended)] == ["", ""]


def test_of_a_case_only_what_changes_is_written(definitions: Definitions) -> None:
    """A reviewer sees at each step what came and what went, and nothing twice."""
    gives_ = [*GIVES[:3], {"tap": "hurt_now"}]
    kept = {"conversation": "One", "steps": list(rehearse(definitions, languages=LANGUAGES).play(gives_))}
    written = write_recording(kept)

    assert "new: danger_now" in written
    assert "gone: danger_now" in written
    assert written.count("likelihood:") == 1
    assert read_recording(written) == kept


def test_typed_words_are_read_as_the_bot_reads_them(definitions: Definitions) -> None:
    """With the reader that is passed in: this one knows how sums are written."""
    reader = Reader(currencies=definitions.tables.currencies)
    rehearsal = rehearse(definitions, languages=LANGUAGES, reader=reader)
    session = replace(rehearsal.begin().session, waiting_for="price_sum")

    turn = rehearsal.take(session, {"type": "5000 usd"}, 1)

    assert tell(turn.events[0]) == "AnswerRecorded price_sum Amount(amount='5000', currency='USD')"


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
    assert steps[-1]["screen"]["question"] == "keep_chat"
    with pytest.raises(KeyError):
        rehearse(definitions, "nobody", languages=LANGUAGES)
