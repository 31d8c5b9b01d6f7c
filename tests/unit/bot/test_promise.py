"""The promise: renewed by every tap, told when it was missed, and lowered by nobody."""

from dataclasses import replace as change
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.intake import Intake
from bot.library import Library, compile_edition
from bot.record import open_record, seal_record
from bot.updates import Located, Said, Started, Ticked
from flows.definition import Choice, Kind, Question
from flows.ids import ChoiceId, QuestionId
from flows.promise import KEY
from flows.revision import compile_flow
from flows.session import Promise
from flows.summary import CasePart
from storage.case import Put
from tests.unit.bot.hotline import Contact, library, word_mark

HOUR = timedelta(hours=1)
ASKED = QuestionId("check_in")
OURS = "You asked us to act"


def asking() -> Library:
    """The real questionnaire, and at its beginning the question whether we shall act."""
    found = library()
    edition = found.newest
    choices = (
        Choice(ChoiceId("after_6"), "In six hours", safety={KEY: "6"}),
        Choice(ChoiceId("after_24"), "In one day", safety={KEY: "24"}),
        Choice(ChoiceId("no_check"), "Never"),
    )
    question = Question(ASKED, "V22", Kind.CHOICE, "Shall we act?", choices=choices, part="victim")
    questions = [each for each in edition.flow.questions if each.id != ASKED]
    place = next(row for row, each in enumerate(questions) if each.id == "danger")
    flow = replace(edition.flow, questions=(*questions[:place], question, *questions[place:]))
    newest = compile_edition(compile_flow(flow), edition.voices, edition.phrases)
    return change(found, newest=newest, editions={newest.flow.revision: newest})


def begin(folder: Path, choice: str) -> Contact:
    """They agreed, and answered that."""
    contact, found = Contact.new(folder), asking()
    talk = contact.intake.talk
    forwarding = change(talk.forwarding, library=found)
    contact.intake = Intake.build(change(talk, library=found, forwarding=forwarding), word_mark)
    contact.give(Started(1))
    contact.press("English")
    contact.press("It is safe. I agree")
    contact.press(choice)
    return contact


def finish(contact: Contact) -> None:
    """To the last screen, and half an hour of silence: the answers are gone."""
    while "Skip" in contact.labels():
        contact.press("Skip")
    contact.ring("silence")
    assert contact.record.session is None


def hours_left(contact: Contact) -> float:
    """Until we act; 0 where we do not."""
    at = contact.record.check_in_at
    return at and (at / 1000 - contact.now.timestamp()) / 3600


def ring(contact: Contact) -> Put | None:
    """It is time. What is put into the queue for it, of which nothing is on the phone."""
    before = len(contact.puts)
    while contact.record.check_in_at:
        step = contact.ring("check_in")
        assert step.show is None or step.show.edits_only
        if step.put is not None:
            contact.puts.append(step.put)
    return contact.puts[-1] if len(contact.puts) > before else None


def core(contact: Contact, put: Put) -> CasePart:
    """The core as a responder opens it."""
    return contact.opened(put)["core"]


def test_every_tap_starts_the_time_anew(tmp_path: Path) -> None:
    """Also words, a start and the way back; not what is tapped in the cover, nor a phone that moves."""
    contact = begin(tmp_path, "In six hours")
    assert hours_left(contact) == 6
    for given in (Said("words", 3), Started(4)):
        contact.now += HOUR
        contact.give(given)
        assert hours_left(contact) == 6
    contact.ring("idle")
    assert hours_left(contact) < 6
    contact.now += HOUR
    left = hours_left(contact)
    contact.press("Length")
    contact.give(Located(1.0, 2.0, 9, moved=True))
    assert hours_left(contact) == left
    contact.give(Said("green", 8))
    assert hours_left(contact) == 6
    contact.now += HOUR
    contact.give(Located(1.0, 2.0, 9, moved=True))
    assert hours_left(contact) == 5


def test_without_a_promise_nothing_rings(tmp_path: Path) -> None:
    """A no is a no, and so is another answer later."""
    contact = begin(tmp_path, "Never")
    assert hours_left(contact) == 0
    contact.press("Back")
    contact.press("In one day")
    assert hours_left(contact) == 24
    contact.press("Back")
    contact.press("Never")
    assert hours_left(contact) == 0
    assert contact.record.promised == {}


@pytest.mark.parametrize("sign", [None, "I am hurt or threatened now"])
def test_a_promise_that_is_missed_is_told_after_the_answers_are_gone(
    tmp_path: Path, sign: str | None
) -> None:
    """By what was sealed before; the case stands high at least, and the record survives a restart."""
    contact = begin(tmp_path, "In six hours")
    if sign:
        contact.press(sign)
    finish(contact)
    before = contact.puts[-1]
    assert core(contact, before).promise is Promise.MADE
    sealed = seal_record(contact.record, contact.held.key, contact.held.id)
    contact.held.record = open_record(sealed, contact.held.key, contact.held.id)
    put = ring(contact)
    assert put is not None
    assert (put.id, put.number, put.urgency) == (before.id, before.number + 1, 4 if sign else 3)
    part = core(contact, put)
    assert part.promise is Promise.MISSED
    assert part.assessment is not None
    assert part.assessment.urgency == ("critical" if sign else "high")
    assert "check_in_missed" in {placed.finding.id for placed in part.findings}
    assert contact.record.revision == put.number


def test_a_promise_that_is_missed_in_the_middle_is_told_with_what_is_known(tmp_path: Path) -> None:
    """The session is still there."""
    contact = begin(tmp_path, "In six hours")
    put = ring(contact)
    assert put is not None
    part = core(contact, put)
    assert part.promise is Promise.MISSED
    assert {placed.finding.id for placed in part.findings} == {"check_in_missed", "cut_off"}
    assert put.urgency == 3


def test_it_is_told_once(tmp_path: Path) -> None:
    """Nothing rings after that."""
    contact = begin(tmp_path, "In six hours")
    finish(contact)
    ring(contact)
    assert contact.record.check_in_at == 0
    assert contact.record.promised == {}
    contact.give(Said("green", 9))
    assert hours_left(contact) == 0


def test_the_last_screen_shows_what_stands_and_how_to_end_it(tmp_path: Path) -> None:
    """In the words of the line that was tapped."""
    contact = begin(tmp_path, "In one day")
    while "Skip" in contact.labels():
        contact.press("Skip")
    assert contact.show is not None
    assert OURS in contact.show.text
    assert "In one day" in contact.show.text
    assert "you need not act" in contact.show.text


@pytest.mark.parametrize("typed", ["you need not act", "No need to act."])
def test_it_can_be_taken_back_by_whoever_was_there_all_the_time(tmp_path: Path, typed: str) -> None:
    """The case says that, and stands as high as before."""
    contact = begin(tmp_path, "In six hours")
    contact.press("I am hurt or threatened now")
    before = contact.puts[-1]
    contact.give(Said(typed, 7))
    assert contact.show is not None
    assert "We no longer act" in contact.show.text
    put = contact.puts[-1]
    assert core(contact, put).promise is Promise.CANCELLED
    assert put.urgency == before.urgency == 4
    assert hours_left(contact) == 0


def test_after_a_pause_those_words_are_words(tmp_path: Path) -> None:
    """It may be another who types them: the promise stands, renewed like by any other."""
    contact = begin(tmp_path, "In six hours")
    contact.press("I am hurt or threatened now")
    contact.ring("idle")
    contact.give(Said("green", 6))
    contact.give(Said("you need not act", 7))
    assert hours_left(contact) == 6


def test_a_no_afterwards_is_told_as_taken_back(tmp_path: Path) -> None:
    """By the answer itself."""
    contact = begin(tmp_path, "In six hours")
    contact.press("I am hurt or threatened now")
    contact.press("Done")
    for _ in range(2):
        contact.press("Back")
    contact.press("Never")
    assert core(contact, contact.puts[-1]).promise is Promise.CANCELLED
    assert hours_left(contact) == 0


def test_it_can_be_promised_again(tmp_path: Path) -> None:
    """After it was taken back; what is missed then is told."""
    contact = begin(tmp_path, "In six hours")
    contact.give(Said("no need to act", 7))
    assert hours_left(contact) == 0
    contact.press("Back")
    contact.press("In one day")
    assert hours_left(contact) == 24
    put = ring(contact)
    assert put is not None
    assert core(contact, put).promise is Promise.MISSED


def test_nothing_goes_of_somebody_who_did_not_agree(tmp_path: Path) -> None:
    """A promise agrees to nothing by itself."""
    contact = begin(tmp_path, "In six hours")
    contact.press("Back")
    contact.press("Back")
    contact.press("I do not agree")
    assert ring(contact) is None


def test_behind_the_usual_word_a_new_session_takes_no_promise_back(tmp_path: Path) -> None:
    """They closed the chat; whoever types the public word then finds no answer to hide, and a promise that stands."""
    contact = begin(tmp_path, "In six hours")
    contact.press("Close")
    contact.now += HOUR
    contact.give(Said("green", 6))
    contact.give(Said("you need not act", 7))
    assert hours_left(contact) == 6


def test_erasing_takes_no_promise_back(tmp_path: Path) -> None:
    """Whoever made them ask for it would have silenced it: the case waits as in danger, and says what was missed."""
    contact = begin(tmp_path, "In six hours")
    finish(contact)
    contact.give(Said("green", 8))
    contact.give(Said("erase", 9))
    contact.press("Yes, erase it")
    put = ring(contact)

    assert put is not None
    assert core(contact, put).promise is Promise.MISSED
    assert contact.record.erase_at > contact.now.timestamp() * 1000


def test_a_no_in_a_later_session_is_told_as_taken_back_too(tmp_path: Path) -> None:
    """It may not have been them: what was sealed for this goes, since the new session may say nothing."""
    contact = begin(tmp_path, "In six hours")
    contact.press("I am hurt or threatened now")
    contact.press("Close")
    contact.now += HOUR
    contact.give(Said("green", 8))
    contact.press("English")
    contact.press("Skip")
    step = contact.press("Never")

    assert hours_left(contact) == 0
    assert step.put is not None
    assert core(contact, step.put).promise is Promise.CANCELLED
    assert step.put.urgency == 4


def test_a_promise_that_was_missed_while_we_were_down_is_read_before_anything_is_erased(
    tmp_path: Path,
) -> None:
    """Both moments have passed by then, and people are told first."""
    contact = begin(tmp_path, "In six hours")
    contact.press("I am hurt or threatened now")
    contact.give(Said("erase", 9))
    contact.press("Yes, erase it")
    contact.now += timedelta(hours=80)
    step = contact.give(Ticked("clock", contact.record.rings_at))

    assert not step.erases
    assert step.put is not None
    assert core(contact, step.put).promise is Promise.MISSED
    assert contact.record.erase_at / 1000 - contact.now.timestamp() == timedelta(hours=72).total_seconds()
    contact.now += timedelta(hours=72)
    assert contact.give(Ticked("clock", contact.record.rings_at)).erases
