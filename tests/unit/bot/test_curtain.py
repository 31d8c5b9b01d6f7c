"""The curtain as the use case sees it: what hides the questionnaire, which words bring it back, and what warns."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.updates import Incoming, Pressed, Said, Sent, Started, Ticked, Unreadable
from flows.session import decode_session
from flows.summary import CasePart
from tests.unit.bot.hotline import Contact

OWN, WARN, USUAL = "kingfisher", "saffron", "green"
TOOL = {"Unit converter", "Phrase of the day"}


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody on the question about their age, who has told of a danger."""
    made = Contact.new(tmp_path)
    made.give(Started(1))
    for label in ("English", "It is safe. I agree", "I am hurt or threatened now", "Done"):
        made.press(label)
    return made


def reach_the_word(contact: Contact) -> None:
    """Go to where a word of their own is asked."""
    while "brings it back" not in text(contact):
        contact.press("Skip")


def choose_words(contact: Contact) -> None:
    """Choose both words."""
    reach_the_word(contact)
    contact.give(Said(OWN, 20))
    contact.give(Said(WARN, 21))


def text(contact: Contact) -> str:
    """What is on the screen."""
    assert contact.show is not None
    return contact.show.text


def is_tool(contact: Contact) -> bool:
    """Whether the small tool is on the screen."""
    return "Close" not in contact.labels()


def core(contact: Contact) -> CasePart:
    """What the newest revision says of the whole."""
    return contact.opened(contact.puts[-1])["core"]


def reachable(contact: Contact) -> set[tuple[str, ...]]:
    """Every screen that one button or a start leads to: its text and its labels."""
    contact.give(Started(99))
    record, show = contact.record, contact.show
    found = {(text(contact), *contact.labels())}
    for label in contact.labels():
        contact.held.record, contact.show = record, show
        if label != "Close":
            contact.press(label.removeprefix("✓ "))
            found.add((text(contact), *contact.labels()))
    contact.held.record, contact.show = record, show
    return found


def test_a_screen_that_is_left_alone_turns_into_the_tool_by_an_edit(contact: Contact) -> None:
    """Nobody asked for it: so no message is sent for it, and the bubble that is there changes."""
    step = contact.ring("idle")

    assert step.show is not None
    assert (step.show.edits_only, step.show.fresh, step.empties) == (True, False, False)
    assert is_tool(contact)


def test_it_takes_half_the_time_where_somebody_may_look(tmp_path: Path) -> None:
    """45 seconds instead of 90."""
    times = []
    for label in ("It is safe. I agree", "Someone may look. I agree"):
        made = Contact.new(tmp_path)
        made.give(Started(1))
        made.press("English")
        made.press(label)
        times.append(made.record.idle_at / 1000 - made.now.timestamp())

    assert times == [90, 45]


def test_the_usual_word_brings_back_the_question_and_none_of_the_answers(contact: Contact) -> None:
    """No way back, no ticks, no remark that follows from what was told."""
    contact.ring("idle")
    contact.give(Said(USUAL, 5))

    assert "How old are you?" in text(contact)
    assert "Our organisation" not in text(contact)
    assert "Back" not in contact.labels()


def test_a_button_brings_nothing_back(contact: Contact) -> None:
    """Whoever only presses finds two tools, and the old buttons stand for nothing."""
    assert contact.show is not None
    old = [each.token for row in contact.show.rows for each in row]
    contact.ring("idle")
    for token in old[:-1]:
        contact.give(Pressed(token, "c", 1))
        assert is_tool(contact)
    contact.press("Phrase of the day")
    assert is_tool(contact)


@pytest.mark.parametrize("word", [None, USUAL])
def test_a_crawl_after_a_pause_finds_the_same_whatever_was_answered(tmp_path: Path, word: str | None) -> None:
    """In the tool, and behind the usual word: so it finds no answer, and no remark that follows from one."""
    found = []
    for told in ("I am hurt or threatened now", "I was tortured in the last day", "None of these"):
        contact = Contact.new(tmp_path)
        contact.give(Started(1))
        for label in ("English", "It is safe. I agree", told):
            contact.press(label)
        if told != "None of these":
            contact.press("Done")
        assert "How old are you?" in text(contact)
        contact.ring("idle")
        if word is not None:
            contact.give(Said(word, 5))
        found.append(reachable(contact))

    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 2


def test_ticks_behind_the_veil_are_not_taken_back(tmp_path: Path) -> None:
    """Whoever comes back by the usual word ticks anew; what was ticked before stands beside it."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    for label in ("English", "It is safe. I agree", "I am hurt or threatened now"):
        contact.press(label)
    contact.ring("idle")
    contact.give(Said(USUAL, 5))
    assert not any(label.startswith("✓") for label in contact.labels())
    contact.press("I am running or hiding now")
    contact.press("Done")

    assert {"danger_now", "fleeing_now"} <= {each.finding.id for each in core(contact).findings}


def test_only_their_own_word_shows_what_was_answered(contact: Contact) -> None:
    """And the usual one works no longer once they have one."""
    choose_words(contact)
    contact.ring("idle")
    contact.give(Said(USUAL, 30))
    assert is_tool(contact)
    contact.give(Said("  KingFisher! ", 31))

    assert not is_tool(contact)
    assert "Back" in contact.labels()


def test_a_word_of_their_own_is_written_down_nowhere(contact: Contact) -> None:
    """Only a keyed hash of it; the answer says that there is one."""
    choose_words(contact)
    record = contact.record

    assert set(record.words) == {"way_back", "duress"}
    assert OWN.encode() not in (record.session or b"")
    assert all(OWN.encode() not in each for each in record.words.values())


@pytest.mark.parametrize("word", ["7", "km", "close", "green", "k", "hide", "yes", "No", "Español"])
def test_a_word_that_means_something_else_cannot_be_their_own(contact: Contact, word: str) -> None:
    """It would bring nothing back, or close the chat."""
    reach_the_word(contact)
    contact.give(Said(word, 20))

    assert "way_back" not in contact.record.words


def test_an_exit_is_followed_by_the_tool_until_the_word(contact: Contact) -> None:
    """Their own word leads to the right question, with the same session."""
    choose_words(contact)
    due = text(contact)
    session = decode_session(contact.record.session or b"").id
    contact.press("Close")
    contact.now += timedelta(hours=1)
    for given in (Started(40), Said("hello", 41), Said(USUAL, 42), Sent("photo", 43)):
        contact.give(given)
        assert is_tool(contact)
    contact.give(Said(OWN, 44))

    assert text(contact) == due
    assert decode_session(contact.record.session or b"").id == session


def test_an_exit_without_a_word_begins_anew_behind_the_usual_one(contact: Contact) -> None:
    """Whoever has chosen none cannot be told from whoever holds the phone."""
    contact.press("Close")
    contact.now += timedelta(minutes=1)
    contact.give(Started(40))
    assert is_tool(contact)
    contact.give(Said(USUAL, 41))

    assert "English" in contact.labels()
    assert "Back" not in contact.labels()


def test_the_tool_stays_when_the_session_is_long_over(contact: Contact) -> None:
    """A captor who looks days later finds what was there before."""
    contact.press("Close")
    contact.now += timedelta(days=5)
    contact.give(Started(40))

    assert is_tool(contact)


def test_distress_typed_into_the_tool_is_heard(contact: Contact) -> None:
    """It goes at once, and the screen says nothing of it."""
    contact.press("Close")
    contact.now += timedelta(minutes=1)
    known = len(contact.puts)
    contact.give(Said("help me", 40))

    assert is_tool(contact)
    assert len(contact.puts) == known + 1
    assert [each.text for each in contact.opened(contact.puts[-1])["words"].texts] == ["help me"]


def test_other_words_typed_into_the_tool_are_kept_and_make_no_case(tmp_path: Path) -> None:
    """Somebody may be playing; a responder reads them where there is a case for another reason."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    contact.press("English")
    contact.press("Close")
    contact.now += timedelta(minutes=1)
    contact.give(Said("is this thing on", 40))
    contact.ring("silence")
    assert contact.puts == []
    contact.give(Said("help me", 41))

    said = contact.opened(contact.puts[-1])["words"].texts
    assert [each.kind for each in said] == ["cover", "cover_call"]


def test_what_the_tool_understands_is_kept_nowhere(contact: Contact) -> None:
    """It is a tool."""
    contact.ring("idle")
    session = contact.record.session
    contact.give(Said("12 km", 40))

    assert contact.record.session == session
    assert "12" in text(contact)


def test_the_duress_word_looks_like_a_way_back_and_warns(contact: Contact) -> None:
    """Neutral words alone are shown from then on, the case is marked and goes at once."""
    choose_words(contact)
    known = len(contact.puts)
    contact.ring("idle")
    contact.give(Said(WARN, 50))

    assert text(contact) == "OK. Nothing more for now. You can still write here."
    assert contact.labels() == ["Close"]
    assert len(contact.puts) == known + 1
    assert core(contact).duress
    assert "duress" in {each.finding.id for each in core(contact).findings}
    contact.give(Said("yes", 51))
    contact.give(Said("back", 52))
    assert text(contact) == "OK. Nothing more for now. You can still write here."


def test_after_the_duress_word_only_their_own_shows_anything(contact: Contact) -> None:
    """The mark on the case stays."""
    choose_words(contact)
    due = text(contact)
    contact.give(Said(WARN, 50))
    contact.ring("idle")
    contact.give(Said(OWN, 51))

    assert text(contact) == due
    assert decode_session(contact.record.session or b"").duress


def test_a_stranger_needs_no_word(tmp_path: Path) -> None:
    """First contact is not covered: a screen that was left alone before anything was said comes back."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    contact.press("English")
    contact.ring("idle")
    assert is_tool(contact)
    contact.give(Started(2))

    assert not is_tool(contact)


def test_a_word_hides_at_once(contact: Contact) -> None:
    """One edit, which takes less than wiping."""
    contact.give(Said("hide", 5))
    assert is_tool(contact)


def test_a_tap_that_comes_after_the_screen_was_left_counts(contact: Contact) -> None:
    """A bad signal: the cover has not come yet. What is told is kept, and what was told before is not shown."""
    contact.now += timedelta(minutes=4)
    contact.press("18 to 29")

    assert "age" in decode_session(contact.record.session or b"").answers
    assert "Back" not in contact.labels() or contact.press("Back").show is not None


def test_a_stranger_who_said_nothing_is_forgotten(tmp_path: Path) -> None:
    """Nothing is to be hidden, and nothing is kept of them."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    assert contact.record.idle_at == 0
    contact.press("English")
    contact.ring("idle")
    contact.ring("expiry")

    assert contact.record.cover is None
    assert contact.record.expires_at == 0


def test_after_ninety_days_the_cover_is_forgotten_and_the_case_is_not(contact: Contact) -> None:
    """What was told before still counts towards its urgency."""
    contact.press("Close")
    urgency = contact.record.urgency
    contact.ring("expiry")

    assert (contact.record.cover, contact.record.expires_at) == (None, 0)
    assert contact.record.urgency == urgency
    assert contact.record.case is not None


def test_the_usual_word_shows_no_answer_though_the_cover_has_not_come_yet(contact: Contact) -> None:
    """The house was down for hours: whoever has the phone types the public word before the clock is heard."""
    contact.now += timedelta(hours=3)
    contact.give(Said(USUAL, 5))

    assert "How old are you?" in text(contact)
    assert "Our organisation" not in text(contact)
    assert "Back" not in contact.labels()


def test_what_a_bug_keeps_from_being_handled_shows_no_answer_to_whoever_comes_late(contact: Contact) -> None:
    """The last resort shows what is due, as any other turn would."""
    contact.now += timedelta(hours=3)
    step = contact.intake.shelve(contact.record, Incoming(7, Said("where is this", 5), "en"), now=contact.now)

    assert step.show is not None
    assert "Back" not in [each.label for row in step.show.rows for each in row]
    assert step.record.hushed


def test_a_number_that_was_made_before_hours_of_silence_is_shown_to_nobody(contact: Contact) -> None:
    """The house was down between the asking and the making."""
    contact.give(Said("code", 5))
    contact.now += timedelta(hours=3)
    step = contact.give(Ticked("slip 123456789012", 1))

    assert step.show is None


@pytest.mark.parametrize("line", ["\u732b", "blue fish", "\U0001f41f", "x"])
def test_a_short_line_that_is_no_word_is_told_to_be_none(contact: Contact, line: str) -> None:
    """Or they would go on, and wait behind the tool with a word that was never set; it is kept all the same."""
    reach_the_word(contact)
    contact.give(Said(line, 20))

    assert "choose another word" in text(contact)
    assert "way_back" not in contact.record.words
    assert [note.text for note in decode_session(contact.record.session or b"").words] == [line]


@pytest.mark.parametrize(
    "word",
    [
        "\u6c34\u725b",
        "\u101e\u1005\u103a\u1015\u1004\u103a",
        "\u0e1b\u0e25\u0e32\u0e17\u0e2d\u0e07",
        "\u0642\u064e\u0645\u064e\u0631",
    ],
)
def test_a_word_of_their_own_may_be_of_any_script(contact: Contact, word: str) -> None:
    """Chinese, Burmese, Thai, Arabic with its vowel signs."""
    reach_the_word(contact)
    contact.give(Said(word, 20))
    contact.ring("idle")
    contact.give(Said(f" {word}. ", 21))

    assert not is_tool(contact)
    assert "Back" in contact.labels()


@pytest.mark.parametrize(
    ("word", "shows"), [("skip", "alone"), ("erase", "erase all"), ("readers", "read your answers")]
)
def test_the_words_of_the_chat_work_where_a_word_is_chosen(contact: Contact, word: str, shows: str) -> None:
    """They are told to work at any moment."""
    reach_the_word(contact)
    contact.give(Said(word, 20))

    assert shows in text(contact)
    assert decode_session(contact.record.session or b"").words == ()


@pytest.mark.parametrize("rung", [False, True])
def test_words_that_come_after_the_cover_are_told_of_whoever_agreed(tmp_path: Path, rung: bool) -> None:
    """They typed for longer than a screen waits; nothing else that they told is a sign."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    for label in ("English", "It is safe. I agree", "None of these", "18 to 29"):
        contact.press(label)
    contact.ring("idle")
    if rung:
        contact.ring("silence")
    assert contact.puts == []
    contact.give(Said("there are many of us, we may not go out of the gate", 9))
    contact.ring("silence")

    (put,) = contact.puts
    assert [each.kind for each in contact.opened(put)["words"].texts] == ["cover"]


def test_what_nobody_can_read_is_noted_in_the_tool_too(contact: Contact) -> None:
    """That it came."""
    contact.ring("idle")
    contact.give(Unreadable(9))

    assert is_tool(contact)
    assert [note.kind for note in decode_session(contact.record.session or b"").words] == ["unreadable"]


def test_asking_who_may_read_shows_no_earlier_yes(tmp_path: Path) -> None:
    """Behind the usual word: which question comes next would tell what was agreed before."""
    found = []
    for told in ("Yes", "No"):
        contact = Contact.new(tmp_path)
        contact.give(Started(1))
        for label in ("English", "It is safe. I agree", "None of these"):
            contact.press(label)
        while "the police of your home country?" not in text(contact):
            contact.press("Skip")
        contact.press(told)
        contact.ring("idle")
        contact.give(Said(USUAL, 5))
        contact.give(Said("readers", 6))
        screens = []
        for _ in range(6):
            screens.append(text(contact))
            contact.press("Skip")
        found.append(screens)

    assert found[0] == found[1]


def behind(contact: Contact) -> None:
    """Whoever has the phone knows the public word, and goes on to where a word of one's own is asked."""
    contact.ring("idle")
    contact.give(Said(USUAL, 10))
    choose_words(contact)


def test_a_word_that_was_chosen_behind_the_veil_shows_nothing_of_before(contact: Contact) -> None:
    """Else whoever types the public word could choose a word, and read everything by it."""
    contact.give(Said("check", 9))
    words = text(contact)
    behind(contact)
    due = text(contact)
    for hide in ("hide", "close", "expiry"):
        contact.ring(hide) if hide == "expiry" else contact.give(Said(hide, 30))
        contact.give(Said(OWN, 31))
        assert not is_tool(contact)
        assert hide == "expiry" or text(contact) == due
        while "Back" in contact.labels():
            contact.press("Back")
        assert "How old are you?" not in text(contact) or "Our organisation" not in text(contact)
        assert not any(label.startswith("✓") for label in contact.labels())
        contact.give(Said("check", 32))
        assert "for this chat alone" not in text(contact)
        reach = [due] if hide != "expiry" else []
        while reach and text(contact) != due:
            contact.press("Skip")
    assert "for this chat alone" in words


def test_a_word_that_was_chosen_behind_the_veil_ends_what_the_warning_word_began(contact: Contact) -> None:
    """Somebody was away for two minutes before they chose it; they are not stuck."""
    behind(contact)
    due = text(contact)
    contact.give(Said(WARN, 30))
    assert contact.labels() == ["Close"]
    contact.give(Said(OWN, 31))

    assert text(contact) == due


@pytest.mark.parametrize(
    "then", [["Skip", "Back"], ["I am running or hiding now", "Done", "Back"], "readers"]
)
def test_no_way_round_shows_ticks_of_before(tmp_path: Path, then: list[str] | str) -> None:
    """Away from the question and back to it; they stand all the same."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    for label in ("English", "It is safe. I agree", "I am hurt or threatened now"):
        contact.press(label)
    contact.ring("idle")
    contact.give(Said(USUAL, 5))
    if then == "readers":
        contact.give(Said("readers", 6))
        contact.press("Back" if "Back" in contact.labels() else "Skip")
        while "I am hurt or threatened now" not in " ".join(contact.labels()):
            contact.press("Skip")
    else:
        for label in then:
            contact.press(label)

    assert "✓ I am hurt or threatened now" not in contact.labels()
    contact.press("They want money within 3 days")
    assert "✓ I am hurt or threatened now" not in contact.labels()
    contact.press("Done")
    assert {"danger_now", "ransom_deadline_72h"} <= {each.finding.id for each in core(contact).findings}
