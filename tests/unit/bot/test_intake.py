"""The intake: what is asked, kept and forwarded, one given thing at a time."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.intake import EditionUnknownError
from bot.updates import Incoming, Left, Located, Pressed, Said, Sent, Started, Ticked, Unreadable
from flows.session import SessionUnreadable
from tests.unit.bot.hotline import Contact

CRITICAL = 4


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody who writes for the first time."""
    return Contact.new(tmp_path)


def agree(contact: Contact, label: str = "It is safe. I agree") -> None:
    """The opening: start, language, agree."""
    contact.give(Started(1))
    contact.press("English")
    contact.press(label)


def test_the_opening_has_one_fixed_order(contact: Contact) -> None:
    """Language, the one screen about safety, danger: answered by the fourth tap."""
    contact.give(Started(1))
    assert "English" in contact.labels()
    contact.press("English")
    assert "It is safe. I agree" in contact.labels()
    contact.press("It is safe. I agree")
    step = contact.press("I am hurt or threatened now")

    assert step.forward is not None
    assert contact.puts[-1].urgency == CRITICAL


@pytest.mark.parametrize(
    "taps",
    [
        [],
        ["English"],
        ["English", "It is safe. I agree"],
        ["English", "Someone may look. I agree"],
        ["English", "I do not agree"],
        ["English", "Not now"],
    ],
)
def test_cut_off_before_anything_was_said_is_no_case(contact: Contact, taps: list[str]) -> None:
    """Tapping through the opening alone is not forwarded, then or later by itself."""
    contact.give(Started(1))
    for each in taps:
        contact.press(each)

    assert contact.puts == []


def test_cut_off_after_agreeing_on_a_watched_phone_is_forwarded_by_silence(contact: Contact) -> None:
    """Who agreed and said that somebody may look shows risk; the case says that they fell silent."""
    agree(contact, "Someone may look. I agree")
    contact.now += timedelta(minutes=30)
    step = contact.ring("silence")

    assert step.forward is not None
    findings = {
        finding.finding.id for part in contact.opened(contact.puts[-1]).values() for finding in part.findings
    }
    assert findings == {"device_watched", "cut_off"}


def test_danger_without_a_yes_sends_the_core_alone(contact: Contact) -> None:
    """Danger goes at once; words and places wait for a yes."""
    contact.give(Started(1))
    contact.press("English")
    contact.press("Skip")
    way = (
        "I am hurt or threatened now",
        "Done",
        "18 to 29",
        "Skip",
        "Skip",
        "Skip",
        "I am at the work place",
        "Yes",
    )
    for each in way:
        contact.press(each)
    contact.give(Said("a town by the river", 2))

    assert {tier for put in contact.puts for tier in contact.opened(put)} == {"core"}


def test_words_are_asking_for_help_and_go_whole(contact: Contact) -> None:
    """The screen says that asking is agreeing that the organisation reads it."""
    contact.give(Said("a cry for help", 1))

    parts = contact.opened(contact.puts[-1])
    assert [line.text for line in parts["words"].texts] == ["a cry for help"]


def test_who_refuses_and_is_not_in_danger_is_not_forwarded(contact: Contact) -> None:
    """No is no, also after the silence."""
    contact.give(Started(1))
    contact.press("English")
    contact.press("I do not agree")
    contact.now += timedelta(hours=1)
    contact.ring("silence")

    assert contact.puts == []


def test_a_danger_taken_back_stays_urgent_and_both_are_told(contact: Contact) -> None:
    """Whoever holds the phone may tap again; the case does not fall, and the history shows it."""
    agree(contact)
    contact.press("I am hurt or threatened now")
    contact.press("I am hurt or threatened now")
    contact.press("None of these")

    last = contact.puts[-1]
    assert last.urgency == CRITICAL
    told = [line for line in contact.opened(last)["core"].answers if line.question == "danger"]
    assert any(line.superseded for line in told)


def test_each_turn_of_a_case_adds_a_revision_to_the_same_case(contact: Contact) -> None:
    """Revisions count up without a gap."""
    agree(contact)
    contact.press("I am hurt or threatened now")
    contact.press("Done")
    contact.press("18 to 29")

    assert len({put.id for put in contact.puts}) == 1
    assert [put.number for put in contact.puts] == list(range(len(contact.puts)))
    assert len({put.rank for put in contact.puts}) == 1


def test_the_session_is_destroyed_when_its_time_is_over(contact: Contact) -> None:
    """What was not forwarded is gone; the screen starts anew, without asking the language again."""
    agree(contact)
    contact.ring("expiry")

    assert contact.record.session is None
    contact.give(Said("green", 9))
    assert "It is safe. I agree" in contact.labels()


def test_a_complete_session_is_destroyed_after_the_silence(contact: Contact) -> None:
    """Until then a person can still add or correct something."""
    contact.give(Started(1))
    contact.press("English")
    contact.press("I do not agree")
    assert contact.record.session is not None
    contact.ring("silence")

    assert contact.record.session is None


def test_a_later_session_belongs_to_the_same_case(contact: Contact) -> None:
    """Who writes again after days is the same person to the responder."""
    contact.give(Said("first words", 1))
    contact.ring("expiry")
    contact.give(Said("green", 2))
    contact.give(Said("later words", 3))

    first, silent, later = contact.puts
    assert [put.number for put in (first, silent, later)] == [0, 1, 2]
    assert later.id == first.id
    sessions = {contact.opened(put)["words"].session for put in (first, later)}
    assert len(sessions) == 2


def test_an_unknown_button_shows_the_screen_again(contact: Contact) -> None:
    """A button of long ago, or one that somebody made up."""
    agree(contact)
    before = contact.labels()
    step = contact.give(Pressed("made-up", "callback", 1))

    assert contact.labels() == before
    assert step.callback == "callback"
    assert step.forward is None


def test_tokens_change_with_the_screen_and_stay_while_ticking(contact: Contact) -> None:
    """Two quick ticks both count; a button of the last screen does not."""
    agree(contact)
    assert contact.show is not None
    first = {each.label.removeprefix("✓ "): each.token for row in contact.show.rows for each in row}
    contact.give(Pressed(first["I am running or hiding now"], "a", 1))
    contact.give(Pressed(first["I am badly injured or very ill"], "b", 1))
    assert sum(label.startswith("✓") for label in contact.labels()) == 2
    contact.press("Done")
    contact.give(Pressed(first["None of these"], "c", 1))

    told = [line for line in contact.opened(contact.puts[-1])["core"].answers if line.question == "danger"]
    assert told[-1].answer_text.count(";") == 1


def test_typed_words_leave_the_screen_and_media_stay(contact: Contact) -> None:
    """Words are kept, so they may go; a photo is not kept yet, so it may not."""
    assert contact.give(Said("words", 4)).remove == (4,)
    assert contact.give(Started(5)).remove == (5,)
    assert contact.give(Located(1.0, 2.0, 6)).remove == (6,)
    assert contact.give(Sent("photo", 7)).remove == ()
    assert contact.give(Unreadable()).remove == ()


def test_what_stays_on_the_screen_is_followed_by_the_question(contact: Contact) -> None:
    """A photo would push the bubble out of sight."""
    agree(contact)
    contact.give(Sent("photo", 7))
    assert contact.show is not None
    assert contact.show.fresh
    contact.give(Said("words", 8))
    assert not contact.show.fresh


def test_blocking_the_bot_changes_nothing_that_was_said(contact: Contact) -> None:
    """They may come back."""
    agree(contact)
    session = contact.record.session
    step = contact.give(Left(blocked=True))

    assert (step.record.session, step.show) == (session, None)


def test_coming_back_after_not_now_goes_on(contact: Contact) -> None:
    """The start command opens what was paused."""
    contact.give(Started(1))
    contact.press("English")
    contact.press("Not now")
    assert "It is safe. I agree" not in contact.labels()
    contact.give(Started(2))

    assert "It is safe. I agree" in contact.labels()


def test_telegrams_hint_picks_the_first_language(contact: Contact) -> None:
    """Before a language is chosen, the screen speaks the phone's, where we have it."""
    contact.give(Started(1), language="es-MX")
    assert contact.record.hint == "es"
    contact.give(Started(1), language="zh-hant")
    assert contact.record.hint == "zh_Hant"
    contact.give(Started(1), language="zh-CN")
    assert contact.record.hint == "zh_Hans"
    contact.give(Started(1), language=None)
    assert contact.record.hint == "zh_Hans"


def test_practice_says_on_every_screen_that_nobody_reads_it(tmp_path: Path) -> None:
    """Nobody shall believe that they were heard."""
    contact = Contact.new(tmp_path, practice=True)
    agree(contact)

    assert contact.show is not None
    assert contact.show.text.startswith("Practice. Nobody reads this.")


def test_nothing_on_a_screen_says_a_score(contact: Contact) -> None:
    """No verdict, no urgency, no likelihood is ever told to a contact."""
    agree(contact)
    contact.press("I am hurt or threatened now")
    words = ((contact.show.text if contact.show else "") + " ".join(contact.labels())).casefold()

    assert not any(
        word in words for word in ("critical", "urgent", "presumed", "probable", "score", "victim")
    )


def test_a_broken_session_is_not_touched(contact: Contact) -> None:
    """Bytes that this program cannot read may be another version's: nothing is written over them."""
    agree(contact)
    contact.held.record = msgspec.structs.replace(contact.record, session=b"\x00broken")

    with pytest.raises(SessionUnreadable):
        contact.give(Said("words", 3))


def test_a_clock_of_long_ago_says_nothing(contact: Contact) -> None:
    """Somebody who is writing again is neither cut off nor forgotten by a tick that is late."""
    agree(contact, "Someone may look. I agree")
    late = Ticked("expiry", contact.record.expires_at)
    contact.now += timedelta(minutes=1)
    contact.press("None of these")
    contact.give(late)

    assert contact.record.session is not None
    assert contact.puts == []


def test_a_session_that_expires_unheard_is_forwarded_first(contact: Contact) -> None:
    """The bot was down for longer than a session: what shows risk still reaches somebody."""
    agree(contact, "Someone may look. I agree")
    contact.now += timedelta(hours=80)
    contact.ring("expiry")

    assert len(contact.puts) == 1
    assert contact.record.session is None


def test_what_shows_no_risk_is_erased_when_its_time_is_over(contact: Contact) -> None:
    """Nothing is kept of somebody who only looked."""
    agree(contact)

    contact.ring("expiry")
    contact.give(Ticked("wipe", 0))

    assert contact.record.session is None
    assert contact.record.last is None


def test_who_agreed_and_paused_is_forwarded_by_silence(contact: Contact) -> None:
    """'Not now' is no reason not to be heard; but they are not called cut off."""
    agree(contact)
    for each in ("None of these", "18 to 29", "Skip", "Skip", "Skip", "I am at the work place", "No"):
        contact.press(each)
    while "Not now" not in contact.labels():
        contact.press("Back")
    contact.press("Not now")
    contact.ring("silence")

    findings = {
        finding.finding.id for part in contact.opened(contact.puts[-1]).values() for finding in part.findings
    }
    assert findings == {"isolated_by_language_or_place"}


def test_a_rank_never_falls(contact: Contact) -> None:
    """A minor who pages back to another age stays before the others."""
    agree(contact)
    for each in ("I am hurt or threatened now", "Done", "16 or 17", "Back", "50 or older"):
        contact.press(each)

    ranks = [put.rank for put in contact.puts]
    assert ranks == sorted(ranks, reverse=True)
    assert contact.puts[-1].rank < contact.puts[0].rank


def test_taking_a_yes_back_is_told_and_seals_no_more_words(contact: Contact) -> None:
    """What was sealed stays for a person to decide on: whoever holds the phone may have tapped it."""
    contact.give(Said("words", 1))
    contact.press("English")
    contact.press("I do not agree")

    parts = contact.opened(contact.puts[-1])
    assert set(parts) == {"core"}
    assert parts["core"].consents == {"organisation": False}


def test_coming_back_leaves_the_case_as_it_is(contact: Contact) -> None:
    """A new session in which nothing is agreed yet takes nothing from what was sealed."""
    contact.give(Said("words", 1))
    contact.ring("expiry")
    known = len(contact.puts)
    contact.give(Said("green", 2))
    for each in ("English", "Skip", "None of these"):
        contact.press(each)

    assert len(contact.puts) == known


def test_only_what_changed_is_sealed_again(contact: Contact) -> None:
    """A tap does not seal all words once more."""
    contact.give(Said("words", 1))
    contact.press("English")
    contact.press("It is safe. I agree")
    contact.press("None of these")

    assert {each.tier for each in contact.puts[0].revisions} == {"core", "words"}
    assert {each.tier for each in contact.puts[-1].revisions} == {"core"}


def test_a_session_of_an_unknown_flow_is_not_touched(contact: Contact) -> None:
    """A newer process began it; this one must not start it anew."""
    agree(contact)
    contact.intake.library.editions.clear()

    with pytest.raises(EditionUnknownError):
        contact.give(Said("words", 3))


def test_what_cannot_be_handled_is_kept_in_the_contacts_words(contact: Contact) -> None:
    """The last resort keeps the words, forwards them, and shows the question again."""
    agree(contact)
    step = contact.intake.shelve(contact.record, Incoming(7, Said("words", 3)), now=contact.now)

    assert step.forward is not None
    assert step.forward.passage.session.words[-1].text == "words"
    assert step.show is not None
    kinds = [
        contact.intake.shelve(contact.record, Incoming(7, each), now=contact.now)
        for each in (Sent("photo", 1), Located(1, 2, 3), Unreadable())
    ]
    assert [each.forward.passage.session.words[-1].kind for each in kinds if each.forward] == [
        "photo",
        "location",
        "unreadable",
    ]


def test_nothing_of_what_was_said_stays_on_the_phone(contact: Contact) -> None:
    """When a session is over, its question, its ticks and its buttons leave the screen."""
    agree(contact)
    contact.press("I am hurt or threatened now")
    step = contact.ring("expiry")

    assert step.empties
    assert step.show is None


def skip_to_the_end(contact: Contact) -> None:
    """Skip all that is still asked."""
    while "Skip" in contact.labels():
        contact.press("Skip")


def test_who_agreed_and_was_told_that_people_read_it_is_read(contact: Contact) -> None:
    """No sign was found, and the last screen says that people read the answers: so they do."""
    agree(contact)
    contact.press("None of these")
    skip_to_the_end(contact)

    assert contact.show is not None
    assert "People will read your answers" in contact.show.text
    assert len(contact.puts) == 1


def test_written_words_of_who_agreed_are_read_after_the_silence(contact: Contact) -> None:
    """Words typed as an answer show no sign to a program; a person must see them."""
    agree(contact)
    for each in ("None of these", "18 to 29", "Skip", "Skip", "Skip", "I am at the work place", "Skip"):
        contact.press(each)
    contact.give(Said("a yellow house, nobody may know that I write", 5))
    assert contact.puts == []
    contact.ring("silence")

    assert contact.opened(contact.puts[-1])["location"].answers[-1].answer_text.startswith("a yellow house")


def test_written_words_without_a_yes_are_not_forwarded(contact: Contact) -> None:
    """An answer that was typed is no call for help by itself."""
    contact.give(Started(1))
    for each in ("English", "I write about somebody else", "Skip", "No, not now", "None of these"):
        contact.press(each)
    while (
        "Done" not in contact.labels() and contact.show is not None and "last place" not in contact.show.text
    ):
        contact.press("Skip")
    contact.give(Said("the harbour", 5))
    contact.ring("silence")

    assert contact.puts == []
