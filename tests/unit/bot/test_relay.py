"""A reply on its way to a contact: when it is offered, when it may be told of, and when its words show."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errands import Bring, TakeBack
from bot.number import Returned
from bot.place import NOTHING, Toll
from bot.record import Record
from bot.step import Step, milliseconds
from bot.updates import Incoming, Left, Pressed, Said, Started, Ticked
from storage.messages import Fate, Told
from tests.unit.bot.hotline import NOON, Contact

HERE, WORDS = "A note is here.", "Thank you. We read what you wrote."
OWN, WARN, USUAL = "kingfisher", "saffron", "green"
WEEK = timedelta(days=7)


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody with a case, who has not said yet how to write back."""
    made = Contact.new(tmp_path)
    made.give(Started(1))
    for label in ("English", "It is safe. I agree", "I am hurt or threatened now", "Done"):
        made.press(label)
    return made


def bring(contact: Contact, name: str = "one", text: str = WORDS) -> Step:
    """A responder's reply arrives."""
    return contact.give(Bring(name, text, int((contact.now + WEEK).timestamp())))


def agree(contact: Contact, **said: str) -> None:
    """What they said about writing back, as their record has it after a turn."""
    contact.held.record = replace(contact.record, reach=said)


def ring(contact: Contact, toll: Toll = NOTHING) -> Step:
    """The clock, at the moment of the record's that comes first."""
    moment = NOON + timedelta(milliseconds=contact.record.rings_at - milliseconds(NOON))
    contact.now = max(contact.now, moment)
    return contact.give(Ticked("clock", contact.record.rings_at), toll=toll)


def text(contact: Contact) -> str:
    """What is on the screen."""
    assert contact.show is not None
    return contact.show.text


def hidden(contact: Contact) -> None:
    """The screen was left alone, and the tool is there."""
    contact.ring("idle")
    assert contact.record.cover is not None


def test_a_reply_waits_until_they_do_something(contact: Contact) -> None:
    """Nothing was agreed: nothing is shown for it, and their next screen offers it."""
    step = bring(contact)
    assert (step.show, step.nudge, step.remove) == (None, None, ())

    contact.press("Skip")
    assert contact.labels()[0] == HERE
    assert contact.show is not None
    assert (contact.show.note, contact.show.opens) == ("one", False)
    assert WORDS not in text(contact)


def test_its_words_show_when_it_is_tapped_and_leave_with_the_next_thing(contact: Contact) -> None:
    """In the bubble, with a way out; then the question that was due, and the responder knows."""
    bring(contact)
    contact.press("Skip")
    due = text(contact)
    contact.press(HERE)
    assert text(contact) == WORDS
    assert contact.labels() == ["Done", "Close"]
    assert contact.show is not None
    assert (contact.show.note, contact.show.opens) == ("one", True)

    step = contact.give(Pressed(contact.show.rows[0][0].token, "c", 1), toll=Toll(shown="one"))
    assert step.fates == (Told("one", Fate.READ),)
    assert text(contact) == due
    assert HERE not in contact.labels()
    assert contact.record.replies == ()


@pytest.mark.parametrize("given", [Said("something", 9), Started(9), Pressed("no-such-token", "c", 1)])
def test_whatever_they_do_next_the_words_are_gone(contact: Contact, given: Said | Started | Pressed) -> None:
    """Typed words are kept as ever."""
    bring(contact)
    contact.press("Skip")
    contact.press(HERE)
    step = contact.give(given, toll=Toll(shown="one"))

    assert WORDS not in text(contact)
    assert Told("one", Fate.READ) in step.fates


def test_words_that_never_came_to_the_screen_are_offered_again(contact: Contact) -> None:
    """Telegram was away: what nobody saw is not read."""
    bring(contact)
    contact.press("Skip")
    contact.press(HERE)
    step = contact.press("Done")

    assert step.fates == ()
    assert contact.labels()[0] == HERE


def test_read_words_leave_the_screen_by_themselves(contact: Contact) -> None:
    """By the clock: the cover comes over them, or, where it does not come, the question."""
    bring(contact)
    contact.press("Skip")
    contact.press(HERE)
    step = ring(contact, Toll(shown="one"))

    assert step.fates == (Told("one", Fate.READ),)
    assert step.show is not None
    assert step.show.edits_only
    assert WORDS not in step.show.text
    assert contact.now - NOON <= timedelta(seconds=90)


def test_whoever_keeps_the_chat_has_no_cover_and_the_words_still_go(contact: Contact) -> None:
    """After a minute and a half, or a tap; told of unasked only where they agreed, and also once the talk is over."""
    agree(contact, reply="any_time")
    contact.held.record = replace(contact.record, keep_chat=True, idle_at=0)
    step = bring(contact)
    assert step.nudge is not None
    contact.show = step.nudge
    contact.press("Go on")
    assert text(contact) == WORDS
    contact.held.record = replace(contact.record, keep_chat=True, idle_at=0)
    step = ring(contact, Toll(shown="one"))
    assert step.show is not None
    assert (step.show.edits_only, WORDS in step.show.text) == (True, False)

    contact.held.record = replace(contact.record, keep_chat=True, session=None)
    for end in ("tap", "clock"):
        contact.show = bring(contact, end).nudge
        contact.press("Go on")
        assert text(contact) == WORDS
        done = contact.show.rows[0][0].token if contact.show else ""
        toll = Toll(shown=end)
        step = contact.give(Pressed(done, "c", 1), toll=toll) if end == "tap" else ring(contact, toll)
        assert WORDS not in text(contact)
        assert step.fates == (Told(end, Fate.READ),)


def test_an_own_word_stands_before_it_after_a_pause(contact: Contact) -> None:
    """Under the tool nothing is offered and nothing opens; their word brings the question, and the note with it."""
    bring(contact)
    contact.press("Skip")
    assert contact.show is not None
    old = contact.show.rows[0][0].token
    hidden(contact)
    for given in (Pressed(old, "c", 1), Started(5), Said("12 km", 6)):
        contact.give(given)
        assert HERE not in (*contact.labels(), text(contact))
        assert WORDS not in text(contact)

    contact.give(Said(USUAL, 7))
    assert contact.labels()[0] == HERE
    contact.press(HERE)
    assert text(contact) == WORDS


def test_a_button_that_is_pressed_too_late_opens_nothing(contact: Contact) -> None:
    """The pause was over before the cover came: whoever taps now may be another, until the word is typed."""
    bring(contact)
    contact.press("Skip")
    contact.now += timedelta(seconds=91)
    contact.press(HERE)
    assert WORDS not in text(contact)
    contact.press("Skip")
    assert HERE not in contact.labels()

    contact.give(Said(USUAL, 7))
    assert contact.labels()[0] == HERE


def test_nothing_shows_while_they_are_made_to_write(contact: Contact) -> None:
    """After the word that warns: not on a screen, and not unasked, until their own word is typed."""
    contact.held.record = contact.intake.words.keep(contact.record, "way_back", OWN, "salt")  # type: ignore[arg-type]
    contact.held.record = contact.intake.words.keep(contact.record, "duress", WARN, "salt")  # type: ignore[arg-type]
    agree(contact, reply="any_time")
    bring(contact)
    contact.give(Said(WARN, 8))
    assert contact.record.hushed
    for given in (Started(9), Said("hello", 10)):
        step = contact.give(given)
        assert HERE not in contact.labels()
        assert step.nudge is None
    hidden(contact)
    assert contact.record.note_at == contact.record.replies[0].until * 1000
    contact.give(Said(OWN, 11))
    assert contact.labels()[0] == HERE


def test_who_may_be_written_to_at_any_time_is_told_once_the_tool_is_there(contact: Contact) -> None:
    """One message, with nothing in it; not while they are here, since their next screen says so."""
    agree(contact, reply="any_time")
    assert bring(contact).nudge is None
    step = ring(contact)
    if step.nudge is None:
        step = ring(contact)

    assert step.nudge is not None
    assert (step.nudge.text, step.nudge.fresh, step.nudge.note) == (HERE, True, "one")
    assert contact.record.cover is not None
    assert bring(contact, "two").nudge is None
    assert contact.record.note_at == min(each.until for each in contact.record.replies) * 1000


def test_who_chose_a_signal_is_sent_that_and_nothing_else(contact: Contact) -> None:
    """No word and no button: whoever sees it learns nothing, and only the contact's own way back shows the reply."""
    agree(contact, reply="with_signal", signal="clover")
    assert bring(contact).nudge is None
    step = ring(contact)
    if step.nudge is None:
        step = ring(contact)

    assert step.nudge is not None
    assert (step.nudge.text, step.nudge.rows, step.nudge.fresh) == ("🍀", (), True)
    assert bring(contact, "two").nudge is None
    contact.give(Said("hello", 9))
    assert HERE not in contact.labels()
    contact.give(Said(USUAL, 10))
    assert contact.labels()[0] == HERE


def test_without_a_signal_that_is_known_nothing_is_sent(contact: Contact) -> None:
    """Somebody who asked for one and chose none writes first."""
    agree(contact, reply="with_signal")
    hidden(contact)

    assert bring(contact).nudge is None


def test_a_reply_that_comes_behind_the_tool_is_told_of_at_once(contact: Contact) -> None:
    """And what its button leads to is the tool."""
    agree(contact, reply="any_time")
    hidden(contact)
    step = bring(contact)
    assert step.nudge is not None
    contact.give(Pressed(step.nudge.rows[0][0].token, "c", 1))

    assert HERE not in text(contact)
    assert WORDS not in text(contact)


def test_hours_are_waited_for(contact: Contact) -> None:
    """Not a minute before, by their clock."""
    agree(contact, reply="certain_hours", hours_18_24="safe", clock="+0130")
    hidden(contact)
    assert bring(contact).nudge is None
    assert contact.record.note_at == milliseconds(NOON.replace(hour=16, minute=30))

    step = ring(contact)
    while step.nudge is None:
        step = ring(contact)
    assert contact.now == NOON.replace(hour=16, minute=30)
    assert step.nudge is not None


def test_who_writes_first_is_never_told_unasked(contact: Contact) -> None:
    """Whatever time passes, until it is given up; the responder is told that."""
    hidden(contact)
    bring(contact)
    steps = [ring(contact)]
    while contact.record.replies:
        steps.append(ring(contact))

    assert [step.nudge for step in steps] == [None] * len(steps)
    assert steps[-1].fates == (Told("one", Fate.EXPIRED),)
    assert contact.now - NOON >= WEEK


def test_a_reply_can_be_taken_back_until_it_was_opened(contact: Contact) -> None:
    """And brought twice it is there once."""
    bring(contact)
    bring(contact)
    assert len(contact.record.replies) == 1
    contact.give(TakeBack("one"))
    contact.press("Skip")
    assert HERE not in contact.labels()

    bring(contact, "two")
    contact.press("Skip")
    contact.press(HERE)
    contact.give(TakeBack("two"))
    assert len(contact.record.replies) == 1


def test_what_goes_with_its_record_is_told(contact: Contact) -> None:
    """Such as where they asked to be erased: the responder learns that nobody will read it."""

    def erasing(record: Record, incoming: Incoming, *, now: datetime, toll: Toll) -> Step:
        return Step(Record())

    bring(contact)
    given = Incoming(7, Started(1))
    step = contact.intake.relay.around(contact.record, given, erasing, now=contact.now, toll=NOTHING)

    assert step.fates == (Told("one", Fate.EXPIRED),)


def test_one_after_the_other_is_offered(contact: Contact) -> None:
    """The oldest first."""
    bring(contact)
    bring(contact, "two", "A short note.")
    contact.press("Skip")
    contact.press(HERE)
    assert text(contact) == WORDS
    assert contact.show is not None
    contact.give(Pressed(contact.show.rows[0][0].token, "c", 1), toll=Toll(shown="one"))
    contact.press(HERE)
    assert text(contact) == "A short note."


def test_whoever_blocks_the_bot_is_told_again_when_they_come_back(contact: Contact) -> None:
    """Where they may be written to."""
    agree(contact, reply="any_time")
    hidden(contact)
    assert bring(contact).nudge is not None
    left = contact.give(Left(blocked=True))
    back = contact.give(Left(blocked=False))

    assert (left.reachable, left.nudge, back.reachable) == (False, None, True)
    assert back.nudge is not None
    assert contact.give(Started(4), toll=Toll(blocked=True)).reachable is True


def test_an_exit_takes_the_words_too(contact: Contact) -> None:
    """They were read; what waits stays where it is, behind the word."""
    bring(contact)
    bring(contact, "two")
    contact.press("Skip")
    contact.press(HERE)
    assert contact.show is not None
    step = contact.give(Pressed(contact.show.rows[-1][0].token, "c", 1), toll=Toll(shown="one"))

    assert step.empties
    assert step.fates == (Told("one", Fate.READ),)
    assert [each.id for each in contact.record.replies] == ["two"]


def test_what_was_agreed_and_when_they_wrote_is_remembered(contact: Contact) -> None:
    """Over the end of the session, which the reply may outlast."""
    while "may we do so in this chat?" not in text(contact):
        contact.press("Skip")
    contact.now += timedelta(seconds=30)
    contact.press("Yes, at any time")
    assert contact.record.reach["reply"] == "any_time"
    assert contact.record.wrote_at == milliseconds(NOON + timedelta(seconds=30))
    contact.ring("expiry")

    assert contact.record.session is None
    assert contact.record.reach["reply"] == "any_time"


def test_no_reply_is_shown_in_a_log() -> None:
    """Its words stand in no repr."""
    assert WORDS not in repr(Bring("one", WORDS, 0))


def test_a_number_alone_opens_no_note(contact: Contact) -> None:
    """Whoever has it may be another: the question is there, and the note with their word."""
    bring(contact)
    contact.give(Returned(9, "", b""))
    for given in (Started(10), Said("hello", 11)):
        contact.give(given)
        assert HERE not in (*contact.labels(), text(contact))

    contact.give(Said(USUAL, 12))
    assert contact.labels()[0] == HERE


def ask(contact: Contact, question: str, name: str = "one") -> Step:
    """A responder's question arrives."""
    until = int((contact.now + WEEK).timestamp())
    return contact.give(Bring(name, "Where do you sleep?", until, question))


def test_a_question_of_ours_is_asked_when_its_note_is_opened(contact: Contact) -> None:
    """In the middle of their own, which goes on after it; the answer is graded like any other."""
    due = contact.labels()
    ask(contact, "papers")
    contact.give(Said("hello", 9))
    assert contact.labels()[0] == HERE
    contact.press(HERE)
    asked = text(contact)
    assert "Where is your passport or ID card?" in asked
    assert contact.record.replies[0].opened_at
    step = contact.press("The bosses keep it", toll=Toll(shown="one"))

    assert step.forward is not None
    found = {each.id for each in step.forward.assessment.findings}
    assert "documents_confiscated" in found
    assert step.fates == (Told("one", Fate.READ),)
    assert contact.record.replies == ()
    assert set(due) <= set(contact.labels())


def test_a_question_that_is_not_there_leaves_its_words(contact: Contact) -> None:
    """A conversation on an older questionnaire, or one that must not be asked by us."""
    for name, question in (("one", "gone_since"), ("two", "own_word"), ("three", "erase_all")):
        ask(contact, question, name)
        contact.give(Said("hello", 9))
        contact.press(HERE)
        assert "Where do you sleep?" in text(contact)
        contact.press("Done", toll=Toll(shown=name))


def test_a_question_of_ours_is_behind_the_tool_like_any_reply(contact: Contact) -> None:
    """Whoever holds the phone finds a tool, and nothing that asks."""
    hidden(contact)
    ask(contact, "papers")
    contact.give(Said("12 km", 9))

    assert HERE not in contact.labels()
    assert "passport" not in text(contact)
