"""What is new: old signs told again raise nothing that a responder lowered, and new ones do."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.record import Record, open_record, seal_record
from bot.updates import Said, Started
from tests.unit.bot.hotline import Contact

NONE, LOW, MEDIUM, HIGH, CRITICAL = range(5)
DANGER, RUNNING = "I am hurt or threatened now", "I am running or hiding now"


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody who has agreed and said that they are hurt: a critical case."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    for each in ("English", "It is safe. I agree", DANGER):
        contact.press(each)
    return contact


def since(contact: Contact, revision: int) -> int:
    """What the newest amendment would raise a case to that was regraded on that revision."""
    return contact.puts[-1].since(revision)


def test_everything_counts_where_nobody_regraded(contact: Contact) -> None:
    """Without a regrade an amendment brings the highest so far."""
    contact.press(DANGER)
    contact.press("None of these")

    assert since(contact, -1) == CRITICAL


def test_the_same_signs_again_are_no_news(contact: Contact) -> None:
    """Taken back, said again, and said once more with a tap on Done."""
    read = contact.puts[-1].number
    for each in (DANGER, DANGER, "Done"):
        contact.press(each)

    assert contact.puts[-1].number > read
    assert since(contact, read) == NONE


def test_a_sign_not_seen_before_is_news(contact: Contact) -> None:
    """Another danger is critical by itself, and stays news when it is taken back."""
    read = contact.puts[-1].number
    contact.press(RUNNING)
    assert since(contact, read) == CRITICAL
    contact.press(RUNNING)

    assert since(contact, read) == CRITICAL
    assert since(contact, contact.puts[-1].number) == NONE


def test_a_new_sign_counts_by_what_it_gives_itself(contact: Contact) -> None:
    """A word is asking for help, which is medium; the danger of before does not come with it."""
    read = contact.puts[-1].number
    contact.give(Said("a word", 5))

    assert since(contact, read) == MEDIUM
    assert since(contact, -1) == CRITICAL


def test_an_age_stands_beside_what_is_new(contact: Contact) -> None:
    """That they are under 18 was known; that they may not go out is new, and makes it critical."""
    for each in ("Done", "16 or 17", "Skip", "Skip", "Skip", "I am at the work place"):
        contact.press(each)
    read = contact.puts[-1].number
    contact.press("No")
    # Under 18 at the work place is medium, and that was known: a small sign beside it brings what it gives alone.
    assert since(contact, read) == LOW
    while "I may not go out" not in contact.labels():
        contact.press("Skip")
    assert since(contact, read) == LOW
    contact.press("I may not go out")

    assert since(contact, read) == CRITICAL


def test_signs_add_up_when_they_came_after(contact: Contact) -> None:
    """What is new since a regrade is graded together, however many revisions it came in."""
    contact.press("Done")
    read = contact.puts[-1].number
    for each in ("16 or 17", "Skip", "Skip", "Skip", "I am at the work place"):
        contact.press(each)
    assert since(contact, read) < CRITICAL
    while "I may not go out" not in contact.labels():
        contact.press("Skip")
    contact.press("I may not go out")

    assert since(contact, read) == CRITICAL


def test_what_no_revision_held_yet_is_news_when_one_does(tmp_path: Path) -> None:
    """Signs that waited for a yes are told in the revision that seals them first."""
    contact = Contact.new(tmp_path)
    contact.give(Said("a word", 1))
    contact.ring("expiry")
    read = contact.puts[-1].number
    contact.give(Said("green", 2))
    for each in ("English", "Skip", "None of these", "16 or 17"):
        contact.press(each)
    assert contact.puts[-1].number == read
    contact.give(Said("now I ask", 3))

    assert contact.puts[-1].number == read + 1
    assert since(contact, read) > NONE


def test_a_danger_of_a_later_session_is_news(contact: Contact) -> None:
    """Who comes back after days and says it again says it of today."""
    read = contact.puts[-1].number
    contact.now += timedelta(hours=80)
    contact.ring("expiry")
    contact.give(Said("green", 2))
    for each in ("It is safe. I agree", DANGER):
        contact.press(each)

    assert since(contact, read) == CRITICAL


def test_more_than_ever_before_is_news_without_a_new_sign(tmp_path: Path) -> None:
    """What raises the whole above all that it was, counts as the whole."""
    record = Record(case="a", revision=3, urgency=MEDIUM, told={}, heights={0: MEDIUM})
    contact = Contact.new(tmp_path)
    contact.held.record = record
    contact.give(Started(1))
    for each in ("English", "It is safe. I agree", DANGER):
        contact.press(each)

    assert contact.record.heights[0] == MEDIUM
    assert max(up for at, up in contact.record.heights.items() if at > 3) == CRITICAL


def test_a_record_of_an_earlier_version_is_read(contact: Contact) -> None:
    """It counted nothing: then everything is news once, which raises and never lowers."""
    old = msgspec.structs.replace(contact.record, told={}, heights={})
    contact.held.record = open_record(seal_record(old, contact.held.key, "c"), contact.held.key, "c")
    read = contact.puts[-1].number
    for each in ("Done", "18 to 29"):
        contact.press(each)

    assert since(contact, read) == CRITICAL
