"""Erasing on request: what goes at once, what waits where a life is at stake, and what takes it back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalogue import definitions
from bot.erasing import CRITICAL, FORCED
from bot.record import Record
from bot.updates import Said, Sent, Started
from flows.ids import PhraseId
from tests.unit.bot.hotline import Contact

AGREE, NONE = "It is safe. I agree", "None of these"
HURT = "I am hurt or threatened now"


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody who has chosen their language and agreed."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    contact.press("English")
    contact.press(AGREE)
    return contact


def erase(contact: Contact) -> None:
    """They ask, and are sure."""
    contact.give(Said("erase", 50))
    assert "Yes, erase it" in contact.labels()
    step = contact.press("Yes, erase it")
    assert step.empties


def at(record: Record) -> datetime:
    """When it is to be destroyed."""
    return datetime.fromtimestamp(record.erase_at / 1000, UTC)


def ring(contact: Contact) -> bool:
    """The moment has come; whether all of it is to be destroyed now."""
    contact.now = at(contact.record)
    return contact.ring("erase").erases


def test_session_is_gone_at_once(contact: Contact) -> None:
    """What was kept in order to ask is in no state any more, and nothing is passed on for it."""
    contact.press(NONE)
    erase(contact)

    assert (contact.record.session, contact.record.last, contact.record.case) == (None, None, None)
    assert contact.puts == []
    assert contact.record.cover is not None


def test_without_danger_it_is_destroyed_soon(contact: Contact) -> None:
    """As soon as the screen has been wiped."""
    contact.press(NONE)
    erase(contact)

    assert at(contact.record) - contact.now <= timedelta(minutes=1)
    assert ring(contact)
    assert at(contact.record) > contact.now  # tried again, should it not have been possible


def test_in_danger_it_waits_and_the_case_says_that_it_may_be_forced(contact: Contact) -> None:
    """One tap of a captor does not destroy a case; responders are told, and have three days."""
    contact.press(HURT)
    assert contact.puts
    erase(contact)

    assert contact.record.urgency == CRITICAL
    assert at(contact.record) - contact.now == FORCED
    assert contact.opened(contact.puts[-1])["core"].erasing
    assert not contact.opened(contact.puts[0])["core"].erasing


def test_whoever_goes_on_writing_has_taken_it_back(contact: Contact) -> None:
    """Whoever has the phone again can undo it by telling more; to look at the chat alone undoes nothing."""
    contact.press(HURT)
    erase(contact)
    contact.now += timedelta(minutes=1)
    contact.give(Started(60))
    assert contact.record.erase_at
    contact.give(Said(definitions().phrases[PhraseId("way_back_word")].text, 61))
    assert contact.record.erase_at
    contact.press("English")
    contact.press(AGREE)

    assert contact.record.erase_at == 0
    assert contact.record.case == contact.puts[-1].id


def test_no_is_no(contact: Contact) -> None:
    """And the question is there again."""
    contact.give(Said("erase", 50))
    contact.press("No, keep it")

    assert contact.record.session is not None
    assert contact.record.erase_at == 0
    assert NONE in contact.labels()


@pytest.mark.parametrize(
    "given", [Said("help me, they made me do it", 60), Said("I am still here", 60), Sent("photo", 60)]
)
def test_whoever_writes_in_the_tool_has_taken_it_back(contact: Contact, given: Said | Sent) -> None:
    """They were told that nothing is erased if they write here; what they wrote is not destroyed with the rest."""
    contact.press(HURT)
    erase(contact)
    contact.now += timedelta(minutes=1)
    contact.give(given)

    assert contact.record.cover is not None
    assert contact.record.erase_at == 0
    assert not contact.opened(contact.puts[-1])["core"].erasing


def test_who_only_plays_with_the_tool_has_taken_nothing_back(contact: Contact) -> None:
    """Taps and measures are no words to us."""
    contact.press(HURT)
    erase(contact)
    contact.now += timedelta(minutes=1)
    contact.give(Said("12 km", 60))

    assert contact.record.erase_at
