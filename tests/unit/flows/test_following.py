"""Following: a live location stands twice, first and newest; what came last can be marked for later."""

import pytest
from msgspec.structs import replace

from flows.answer import Place
from flows.definition import Flow, Kind
from flows.engine import begin, prompt, resume
from flows.following import EVERY_SECONDS, MARKED_LATER
from flows.loading import load
from flows.session import Attached, Session
from flows.turn import (
    ChoiceInput,
    Command,
    Control,
    Input,
    InputRejected,
    LanguageInput,
    LocationInput,
    MediaInput,
    Screen,
    TextInput,
)
from flows.veil import draw

FLOW: Flow = load().whole
LIVE = 9


def start() -> Session:
    """Somebody who is asked whether it is safe."""
    return give(begin(FLOW, id="s", now=0).session, LanguageInput("en"))


def give(session: Session, given: Input, now: int = 0) -> Session:
    """One input."""
    return resume(FLOW, session, given, now=now).session


def at(session: Session) -> list[object]:
    """Where a live location says that they are."""
    logged = [entry.answer for entry in session.log if entry.message == LIVE]
    return [*logged, *(note.text for note in session.words if note.message == LIVE)]


def asked_where() -> Session:
    """Somebody on a path that asks for the place."""
    return give(start(), ChoiceInput(FLOW.by_id["safe"].choices[0].id))  # type: ignore[index]


def test_a_live_location_is_an_answer_that_moves() -> None:
    """Beside the first point stands the newest; those between are let go, and no screen changes."""
    session = give(asked_where(), LocationInput(16.7, 98.5, LIVE))
    before = prompt(FLOW, session)
    for step in range(1, 5):
        moved = LocationInput(16.7 + step, 98.5, LIVE, moved=True)
        session = give(session, moved, now=step * EVERY_SECONDS)

    points = [each for each in at(session) if isinstance(each, Place)]
    assert [point.latitude for point in points] == [16.7, 20.7]
    assert prompt(FLOW, session) == before
    assert FLOW.by_id[session.log[-1].question].kind is Kind.PLACE


def test_a_live_location_beside_the_questions_moves_as_a_note() -> None:
    """Where no place is asked for yet."""
    flow = FLOW
    session = begin(flow, id="s", now=0).session
    session = give(session, LocationInput(1.0, 2.0, LIVE))
    notes = [note for note in session.words if note.kind == "location"]
    assert len(notes) == 1
    session = give(session, LocationInput(3.0, 4.0, LIVE, moved=True), now=EVERY_SECONDS)
    session = give(session, LocationInput(5.0, 6.0, LIVE, moved=True), now=2 * EVERY_SECONDS)

    assert len(at(session)) in {2, 3}
    assert any("5.0" in str(each) for each in at(session))
    assert not any("3.0" in str(each) for each in at(session))


@pytest.mark.parametrize(
    "moved", [LocationInput(3.0, 4.0, 77, moved=True), LocationInput(3.0, 4.0, LIVE, moved=True)]
)
def test_what_is_unknown_or_too_soon_changes_nothing(moved: LocationInput) -> None:
    """Neither a location of an earlier session, nor a step within the minute."""
    session = give(asked_where(), LocationInput(1.0, 2.0, LIVE))

    turn = resume(FLOW, session, moved, now=EVERY_SECONDS - 1)

    assert turn.session == session
    assert [type(event) for event in turn.events] == [InputRejected]


def test_moving_leaves_what_the_screen_says() -> None:
    """A note that was just answered stays answered."""
    session = give(give(asked_where(), LocationInput(1.0, 2.0, LIVE)), MediaInput("photo", 10))

    moved = give(session, LocationInput(3.0, 4.0, LIVE, moved=True), now=EVERY_SECONDS)

    assert moved.aside == session.aside == "kept_media"


def test_what_came_last_can_be_marked_for_later() -> None:
    """By the button under the answer, once; the file stays named."""
    session = give(start(), MediaInput("photo", 5, attached=Attached("a", 3, "gate.jpg")))
    session = give(session, MediaInput("voice", 6))
    assert prompt(FLOW, session).controls[0] is Control.LATER

    marked = give(give(session, Command(Control.LATER)), Command(Control.LATER))

    assert [note.later for note in marked.words] == [False, True]
    assert marked.aside == MARKED_LATER
    assert Control.LATER not in prompt(FLOW, marked).controls
    assert "gate" not in repr(session.words[0].attached)


@pytest.mark.parametrize("screen", [Screen.PAUSED, Screen.END])
def test_it_can_be_marked_where_nothing_is_asked(screen: Screen) -> None:
    """At the pause and at the end."""
    label = {Screen.PAUSED: "Not now", Screen.END: "I do not agree"}[screen]
    choices = FLOW.by_id["safe"].choices  # type: ignore[index]
    session = give(start(), ChoiceInput(next(each.id for each in choices if each.text == label)))
    session = give(session, MediaInput("photo", 5))

    assert prompt(FLOW, session).kind is screen
    assert Control.LATER in prompt(FLOW, session).controls
    assert give(session, Command(Control.LATER)).words[0].later


def test_nothing_behind_the_veil_is_marked() -> None:
    """Whoever asks after a pause is not told that something was sent; nor is there anything where nothing was."""
    session = draw(give(asked_where(), MediaInput("photo", 5)))
    for each in (session, give(start(), TextInput("words", 4))):
        turn = resume(FLOW, each, Command(Control.LATER), now=1)
        assert turn.session == replace(each, aside=None)
        assert InputRejected in {type(event) for event in turn.events}
