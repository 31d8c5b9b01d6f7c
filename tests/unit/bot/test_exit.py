"""An exit as the use case sees it: what goes to the responder, what is asked of the screen, what begins after it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.place import Toll
from bot.updates import Incoming, Located, Pressed, Said, Sent, Started, Ticked, Unreadable
from flows.summary import CasePart
from flows.turn import Control
from tests.unit.bot.hotline import Contact

HELP = "help"


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody who has chosen a language, and sees the first question."""
    made = Contact.new(tmp_path)
    made.give(Started(1))
    made.press("English")
    return made


def core(contact: Contact) -> CasePart:
    """What the newest revision says of the whole."""
    return contact.opened(contact.puts[-1])["core"]


WAYS: dict[str, list[str]] = {
    "the first question": [],
    "a question": ["It is safe. I agree"],
    "ticks": ["It is safe. I agree", "I am hurt or threatened now"],
    "the languages": ["It is safe. I agree", "Language"],
    "a pause": ["Not now"],
    "the end": ["I do not agree"],
}


@pytest.mark.parametrize("way", WAYS)
def test_every_screen_has_the_same_way_out(contact: Contact, way: str) -> None:
    """The last row of each, alone there, with the same token: it must be hit without looking."""
    for label in WAYS[way]:
        contact.press(label)
    assert contact.show is not None
    (button,) = contact.show.rows[-1]
    step = contact.press("Close")

    assert (button.label, step.empties, step.show) == ("Close", True, None)
    assert contact.record.session is None


def test_the_first_screen_of_all_has_it(tmp_path: Path) -> None:
    """Before any language is known."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))

    assert contact.labels()[-1] == "Close"
    assert contact.press("Close").empties


def test_what_shows_risk_goes_at_an_exit_and_says_so(contact: Contact) -> None:
    """As after a silence, and no more urgent than that."""
    for label in ("Someone may look. I agree", "None of these", "Close"):
        contact.press(label)

    assert core(contact).left
    assert {each.finding.id for each in core(contact).findings} == {"device_watched", "cut_off"}
    silent = contact.puts[-1].urgency
    assert silent < 4


def test_an_exit_before_anything_was_said_is_no_case(contact: Contact) -> None:
    """Nor is one after a no."""
    contact.press("I do not agree")
    contact.press("Close")

    assert contact.puts == []


def test_who_was_done_or_paused_is_not_called_cut_off(contact: Contact) -> None:
    """They had come to an end."""
    contact.press("It is safe. I agree")
    for each in ("None of these", "18 to 29", "Skip", "Skip", "I am at the work place", "No"):
        contact.press(each)
    while "Not now" not in contact.labels():
        contact.press("Back")
    contact.press("Not now")
    contact.press("Close")

    assert "cut_off" not in {each.finding.id for each in core(contact).findings}


def test_the_next_session_belongs_to_the_same_case(contact: Contact) -> None:
    """And begins as a stranger's does: the language is asked, though the header still tells which they speak."""
    contact.give(Said(HELP, 2))
    contact.press("Close")
    contact.now += timedelta(minutes=1)
    contact.give(Said("green", 3))
    contact.give(Said("again", 4))

    left, after = contact.puts[-2:]
    assert left.id == after.id
    assert after.language == "en"
    assert contact.opened(left)["core"].session != contact.opened(after)["core"].session
    assert "English" in contact.labels()
    assert "Back" not in contact.labels()


def test_a_message_edited_to_the_word_is_an_exit(contact: Contact) -> None:
    """Whatever it said before."""
    contact.give(Said(HELP, 2))

    assert contact.give(Said("exit", 2, edited=True)).empties


def test_a_press_right_after_an_exit_asks_for_nothing(contact: Contact) -> None:
    """A hand that goes on hitting; a word at the same moment is heard, and a press later is one."""
    old = contact.labels()
    assert contact.show is not None
    other = contact.show.rows[0][0].token
    contact.press("Close")
    assert contact.give(Pressed(other, "c", 1)).show is None
    assert contact.give(Said(HELP, 2)).show is not None
    contact.now += timedelta(seconds=11)

    assert contact.give(Pressed(other, "c", 1)).show is not None
    assert contact.labels() != old


def test_the_case_is_told_what_left_the_screen(contact: Contact) -> None:
    """Once all has gone; then the session that was left is kept no longer."""
    contact.give(Said(HELP, 2))
    contact.press("Close")
    assert contact.record.last is not None
    contact.give(Ticked("wipe", 1), toll=Toll(1, 0, waits=True))
    contact.give(Ticked("wipe", 2), toll=Toll(2, 1))

    assert (core(contact).left, core(contact).wiped, core(contact).stuck) == (True, 3, 1)
    assert contact.record.last is None


def test_a_count_alone_brings_no_case_up_again(contact: Contact) -> None:
    """A message that went in its time is told with whatever comes next; one that could not go is told at once."""
    contact.give(Said(HELP, 2))
    known = len(contact.puts)
    step = contact.give(Ticked("wipe", 1), toll=Toll(1, 0))
    assert (step.sweeps, len(contact.puts)) == (True, known)
    contact.give(Ticked("wipe", 2), toll=Toll(0, 1))

    assert (core(contact).wiped, core(contact).stuck) == (1, 1)


def test_a_count_for_nobody_is_dropped(contact: Contact) -> None:
    """The session is long over."""
    contact.ring("expiry")
    contact.give(Ticked("wipe", 1))
    step = contact.give(Ticked("wipe", 2), toll=Toll(1, 0))

    assert step.told == Toll(1, 0)
    assert contact.puts == []


def test_the_screen_does_not_wait_for_a_session_that_cannot_be_read(contact: Contact) -> None:
    """Another process wrote it; what must go goes all the same."""
    contact.intake.library.editions.clear()

    assert contact.give(Ticked("wipe", 1), toll=Toll(1, 0)).sweeps


def test_an_exit_that_a_bug_stops_empties_the_screen(contact: Contact) -> None:
    """What was said is kept, and goes when the clock looks."""
    contact.give(Said(HELP, 2))
    known = len(contact.puts)
    step = contact.intake.shelve(contact.record, Incoming(7, Said("exit", 3)), now=contact.now)
    contact.held.record = step.record
    assert (step.empties, step.remove) == (True, (3,))
    contact.give(Ticked("wipe", 1))

    assert contact.record.last is None
    assert len(contact.puts) > known


def test_what_stays_on_the_screen_is_known(contact: Contact) -> None:
    """By the time at which it was sent, and never one to come."""
    at = int(contact.now.timestamp())
    for sent, known in ((at - 60, at - 60), (0, at), (at + 60, at)):
        step = contact.intake.handle(contact.record, Incoming(7, Sent("photo", 5), at=sent), now=contact.now)
        assert [(mark.message, mark.at, mark.ours) for mark in step.stays] == [(5, known, False)]
    assert [mark.message for mark in contact.give(Unreadable(6)).stays] == [6]
    assert contact.give(Unreadable()).stays == ()
    assert contact.give(Located(1.0, 2.0, 7)).stays == ()


def test_no_word_for_an_exit_is_a_line_of_a_question(contact: Contact) -> None:
    """It would take the line's meaning away: an exit goes before everything else."""
    vocabulary = contact.intake.library.newest.vocabulary
    exits = {word for word, control in vocabulary.controls.items() if control is Control.EXIT}

    assert len(exits) > 12
    assert [name for name, words in vocabulary.choices.items() if exits & set(words)] == []
