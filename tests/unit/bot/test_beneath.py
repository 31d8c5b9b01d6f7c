"""What was given before the cover came and arrives after it: nothing of it is lost, and the cover stays."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.step import Step
from bot.updates import Given, Incoming, Pressed, Said, Sent
from flows.session import Session, decode_session
from tests.unit.bot.hotline import Contact

HURT = "I am hurt or threatened now"


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody who is asked about dangers."""
    made = Contact.new(tmp_path)
    made.give(Said("hello", 1))
    for label in ("English", "It is safe. I agree"):
        made.press(label)
    return made


def token(contact: Contact, label: str) -> str:
    """The button of a screen that may go away."""
    assert contact.show is not None
    return next(each.token for row in contact.show.rows for each in row if each.label == label)


def arrive(contact: Contact, given: Given, *, sent: timedelta) -> Step:
    """Something arrives that was sent so long before now."""
    at = int((contact.now - sent).timestamp())
    step = contact.intake.handle(contact.record, Incoming(7, given, "en", at), now=contact.now)
    contact.held.record = step.record
    if step.forward is not None:
        contact.held.record, put = contact.intake.seal(
            contact.held, step.record, step.forward, now=contact.now
        )
        contact.puts.append(put)
    return step


def session(contact: Contact) -> Session:
    """What is told so far."""
    return decode_session(contact.record.session or b"")


def test_taps_that_were_held_back_count_behind_the_cover(contact: Contact) -> None:
    """The program was down for two minutes, and its clock is heard before what people did meanwhile."""
    skip, hurt = token(contact, "Skip"), token(contact, HURT)
    contact.ring("idle")
    for each in (hurt, skip):
        step = contact.give(Pressed(each, "c", 1))
        assert (step.show, step.callback) == (None, "c")

    assert contact.record.cover is not None
    assert contact.record.idle_at == 0
    assert session(contact).waiting_for == "age"
    cores = [opened["core"] for put in contact.puts if "core" in (opened := contact.opened(put))]
    assert "danger_now" in {each.finding.id for each in cores[-1].findings}
    contact.press("Length")
    assert "Close" not in contact.labels()


@pytest.mark.parametrize("given", [Said("they beat us every night", 9), Sent("voice", 9)])
def test_a_message_of_before_is_told_as_if_the_cover_had_not_come(
    contact: Contact, given: Said | Sent
) -> None:
    """It is no word typed into a tool."""
    contact.now += timedelta(hours=1)
    contact.ring("idle")
    step = arrive(contact, given, sent=timedelta(minutes=30))

    assert step.show is None
    assert step.remove == ((9,) if isinstance(given, Said) else ())
    assert [each.kind for each in session(contact).words[1:]] == [
        "text" if isinstance(given, Said) else "voice"
    ]


def test_what_is_typed_after_it_came_is_for_the_tool(contact: Contact) -> None:
    """Also where our clock is a little ahead of Telegram's."""
    contact.ring("idle")
    before = contact.record.session
    step = arrive(contact, Said("12 km", 9), sent=timedelta(seconds=3))

    assert step.show is not None
    assert contact.record.session == before


def test_a_warning_of_before_is_a_warning(contact: Contact) -> None:
    """Words of their own mean the same at any moment."""
    keep = contact.intake.words.keep
    for own, word in (("way_back", "kingfisher"), ("duress", "saffron")):
        contact.held.record = keep(contact.record, own, word, "salt")  # type: ignore[arg-type]
    contact.now += timedelta(hours=1)
    contact.ring("idle")
    arrive(contact, Said("saffron", 9), sent=timedelta(minutes=30))

    assert session(contact).duress


def test_a_yes_to_erasing_of_before_erases(contact: Contact) -> None:
    """They see the tool either way, and would believe that all is gone."""
    contact.give(Said("erase", 5))
    yes = token(contact, "Yes, erase it")
    contact.ring("idle")
    step = contact.give(Pressed(yes, "c", 1))

    assert step.empties
    assert contact.record.erase_at
    assert contact.record.session is None


@pytest.mark.parametrize("way", ["Close", "green"])
def test_buttons_of_before_mean_nothing_once_the_cover_was_lifted_or_left(contact: Contact, way: str) -> None:
    """Nor does Back, ever: it would move what is due for whoever comes back."""
    old, back = token(contact, HURT), token(contact, "Back")
    contact.ring("idle")
    contact.give(Pressed(back, "c", 1))
    assert session(contact).waiting_for == "danger"
    contact.give(Said("close" if way == "Close" else "green", 6))
    if way == "green":
        contact.ring("idle")
    known = contact.record.session
    contact.give(Pressed(old, "c", 1))

    assert contact.record.session == known
