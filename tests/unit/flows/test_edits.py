"""Edited messages: what a message says now counts, what it said stays in the history."""

import pytest

from flows.answer import Answer, Chosen, Place, Repeated
from flows.engine import begin, resume
from flows.ids import ChoiceId, QuestionId
from flows.loading import load
from flows.session import Session, current
from flows.turn import ChoiceInput, Command, Control, InputRejected, LocationInput, Reason, TextInput
from flows.vocabulary import learn

DEFINITIONS = load()
FLOW = DEFINITIONS.whole
TEXTS = {str(name): phrase.text for name, phrase in DEFINITIONS.phrases.items()}
WORDS = learn(
    FLOW,
    [lambda _context, source: source],
    controls={each: TEXTS[each] for each in Control},
    languages={"en": "English"},
)
ROUTE = QuestionId("route")


def at(question: str) -> Session:
    """Wait for this question, everything before it skipped."""
    session = begin(FLOW, id="s", now=0, language="en").session
    while session.waiting_for != question:
        session = resume(FLOW, session, Command(Control.SKIP), now=0).session
    return session


def write(session: Session, text: str, message: int, *, edited: bool = False) -> Session:
    """Type a message, or edit it."""
    return resume(FLOW, session, TextInput(text, message, edited=edited), now=9, vocabulary=WORDS).session


def legs(session: Session) -> list[str | None]:
    """Give the places of the route."""
    route: Answer = current(session)[ROUTE]
    assert isinstance(route, Repeated)
    return [leg.place.text for leg in route.items]


def test_edit_of_one_message_of_a_route_replaces_its_places() -> None:
    """Those that other messages brought stay where they are."""
    session = write(write(write(at("route"), "home, city", 1), "airport", 2), "river", 3)
    first = write(session, "village", 1, edited=True)
    middle = write(session, "bus, train", 2, edited=True)

    assert legs(session) == ["home", "city", "airport", "river"]
    assert legs(first) == ["village", "airport", "river"]
    assert legs(middle) == ["home", "city", "bus", "train", "river"]
    assert first.waiting_for == ROUTE
    assert [entry.how for entry in first.log[-2:]] == ["typed", "edited"]


def test_edit_after_the_route_is_done_still_counts() -> None:
    """And the question that is due stays."""
    session = write(at("route"), "home", 1)
    session = resume(FLOW, session, Command(Control.DONE), now=1).session
    waiting = session.waiting_for

    edited = write(session, "village", 1, edited=True)

    assert legs(edited) == ["village"]
    assert edited.waiting_for == waiting != ROUTE


def test_point_is_a_place_of_a_route() -> None:
    """Sent instead of words; skipping leaves what is there."""
    session = write(at("route"), "home", 1)
    session = resume(FLOW, session, LocationInput(16.7, 98.5), now=1).session
    skipped = resume(FLOW, session, Command(Control.SKIP), now=2).session

    assert legs(skipped) == ["home", None]
    assert skipped.waiting_for != ROUTE


@pytest.mark.parametrize(
    ("question", "before", "after", "answer"),
    [
        ("age", "18 to 29", "16 or 17", Chosen(("from_16_to_17",))),  # type: ignore[arg-type]
        ("place", "the white house", "the grey house", Place(text="the grey house")),
    ],
)
def test_edit_is_read_as_the_question_reads_it(
    question: str, before: str, after: str, answer: Answer
) -> None:
    """A label that was typed is a tap; both stand in the log."""
    session = write(write(at(question), before, 7), after, 7, edited=True)

    assert current(session)[QuestionId(question)] == answer
    assert [entry.message for entry in session.log[-2:]] == [7, 7]


def test_edit_of_a_note_is_one_more_note() -> None:
    """Neither is lost."""
    session = write(write(at("danger"), "help me", 7), "help us", 7, edited=True)

    assert [note.text for note in session.words] == ["help me", "help us"]


def test_second_tap_on_a_screen_that_went_by_changes_nothing() -> None:
    """A slow line sends taps twice; another choice of that screen corrects it."""
    agreed = resume(FLOW, at("safe"), ChoiceInput(ChoiceId("agree_safe"), QuestionId("safe")), now=1)
    again = resume(FLOW, agreed.session, ChoiceInput(ChoiceId("agree_safe"), QuestionId("safe")), now=2)
    other = resume(FLOW, agreed.session, ChoiceInput(ChoiceId("agree_watched"), QuestionId("safe")), now=2)

    assert again.events[0] == InputRejected(Reason.OLD_SCREEN)
    assert again.session.log == agreed.session.log
    assert [entry.how for entry in other.session.log] == ["tapped", "edited"]
    assert other.session.waiting_for == "danger"


def test_there_is_nothing_before_the_first_screen() -> None:
    """Back says so kindly: the same screen is shown."""
    turn = resume(FLOW, begin(FLOW, id="s", now=0).session, Command(Control.BACK), now=1)

    assert turn.events[0] == InputRejected(Reason.NO_WAY_BACK)
    assert turn.session.waiting_for == "language"
