"""The watchword: seen in one chat and by responders, and by nobody who has all the rest."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.updates import Said, Started
from bot.watchword import COUNT, draw
from flows.definition import Own
from flows.vocabulary import COMMA
from tests.unit.bot.hotline import Contact, library, word_mark

LISTED = [word.strip() for word in COMMA.split(library().newest.phrases["watchwords"])]
OURS = "for this chat alone"


def words_on(screen: str) -> str:
    """The two words on a screen."""
    return screen.split("\u2068")[1].split("\u2069", maxsplit=1)[0]


def arrive(contact: Contact) -> Contact:
    """The first question."""
    contact.give(Started(1))
    contact.press("English")
    contact.press("It is safe. I agree")
    return contact


def text(contact: Contact) -> str:
    """What is on the screen."""
    assert contact.show is not None
    return contact.show.text


def check(contact: Contact, typed: str = "check") -> str:
    """Ask for the words."""
    step = contact.give(Said(typed, 5))
    assert step.remove == (5,)
    return text(contact)


@pytest.fixture
def contact(tmp_path: Path) -> Contact:
    """Somebody at the first question."""
    return arrive(Contact.new(tmp_path))


def test_the_list_is_plain_and_whole() -> None:
    """Words that differ, one each, in every language."""
    for voice in library().newest.voices.values():
        words = [word.strip() for word in COMMA.split(voice.phrase("watchwords"))]
        assert len(words) == len({word.casefold() for word in words}) == COUNT


def test_two_words_are_drawn_by_chance() -> None:
    """They differ from each other, and each of them comes."""
    drawn = [draw() for _ in range(5000)]
    assert all(first != second for first, second in drawn)
    assert {place for pair in drawn for place in pair} == set(range(COUNT))
    assert len(set(drawn)) > 2000


@pytest.mark.parametrize("typed", ["check", " CHECK! ", "two words"])
def test_whoever_asks_sees_their_words_and_the_question(contact: Contact, typed: str) -> None:
    """At any question, below something harmless; nothing is noted of it, and they stay the same."""
    before = text(contact)
    shown = check(contact, typed)
    assert shown.startswith("Thank you. You can go on or stop here.")
    assert shown.endswith(before)
    assert set(words_on(shown).split()) <= set(LISTED)
    assert check(contact) == shown
    contact.press("Skip")
    assert OURS not in text(contact)
    assert words_on(check(contact)) == words_on(shown)


def test_the_last_screen_has_the_words_once(contact: Contact) -> None:
    """When the last question is answered; after words of theirs they have to be asked for."""
    while "Skip" in contact.labels():
        contact.press("Skip")
    last = text(contact)
    assert last.startswith("Thank you. That was the last question.")
    assert OURS in last
    contact.give(Said("one more thing", 9))
    assert OURS not in text(contact)
    assert words_on(check(contact)) == words_on(last)


def test_the_last_screen_in_another_language_still_has_the_words(contact: Contact) -> None:
    """Whoever chooses a language to read it in must not lose what stood there."""
    while "Skip" in contact.labels():
        contact.press("Skip")
    assert OURS in text(contact)
    contact.press("Language")
    contact.press("Español")
    assert "Dos palabras son solo para este chat" in text(contact)


def test_a_responder_reads_the_same_words(contact: Contact) -> None:
    """In the core of the case, in both languages; no header or column has them."""
    shown = words_on(check(contact))
    contact.press("I am hurt or threatened now")
    (put,) = contact.puts
    parts = contact.opened(put)
    assert parts["core"].watchword == (shown, shown)
    assert all(not part.watchword for tier, part in parts.items() if tier != "core")
    assert shown not in repr(put)


def back(contact: Contact, word: str = "green") -> None:
    """They type the way back into the cover."""
    contact.give(Said(word, 6))


def test_whoever_comes_back_by_the_usual_word_sees_no_words(contact: Contact) -> None:
    """After an exit, or when a screen was left alone: it may be another. What they type is kept like other words."""
    contact.press("I am hurt or threatened now")
    words = words_on(check(contact))
    for hides in (lambda: contact.ring("idle"), lambda: contact.press("Close")):
        hides()
        assert words not in check(contact)
        back(contact)
        shown = check(contact)
        assert OURS not in shown
        assert words not in shown


def test_the_end_shows_no_words_to_whoever_came_back(contact: Contact) -> None:
    """They can go through all questions, and press every button."""
    contact.press("I am hurt or threatened now")
    contact.ring("idle")
    back(contact)
    while "Skip" in contact.labels():
        contact.press("Skip")
        assert OURS not in text(contact)


@pytest.mark.parametrize("hides", ["idle", "Close", "expiry"])
def test_their_own_word_shows_them_again(contact: Contact, hides: str) -> None:
    """Also in another session of the same case."""
    own(contact)
    contact.press("I am hurt or threatened now")
    words = words_on(check(contact))
    if hides == "Close":
        contact.press(hides)
    else:
        contact.ring(hides)
    back(contact, OWN)
    assert words_on(check(contact)) == words


OWN = "marmalade"


def own(contact: Contact) -> None:
    """They have chosen a word of their own."""
    record = replace(contact.record, salt="salt", words={Own.WAY_BACK: word_mark("salt", OWN)})
    contact.held.record = record


def test_words_that_no_case_has_are_drawn_anew(contact: Contact) -> None:
    """Nobody can have been told them; in a later session others stand."""
    check(contact)
    session = contact.record.worded
    assert session
    contact.ring("expiry")
    back(contact)
    assert OURS in check(contact)
    assert contact.record.case is None
    assert contact.record.worded != session


def test_who_says_that_nothing_may_be_read_gets_no_words(tmp_path: Path) -> None:
    """There is no case to speak of."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    contact.press("English")
    contact.press("I do not agree")
    assert OURS not in text(contact)


def test_a_clone_that_has_seen_everything_else_fails(tmp_path: Path) -> None:
    """It replays every public word, and talks with the real bot itself: it does not know the words of another chat."""
    clones, known = 12, 0
    for _ in range(clones):
        theirs, person = (arrive(Contact.new(tmp_path)) for _ in range(2))
        seen = [text(theirs), check(theirs)]
        while "Skip" in theirs.labels():
            theirs.press("Skip")
            seen.append(text(theirs))
        asked = words_on(check(person))
        guesses = {words_on(each) for each in seen if "\u2068" in each}
        assert guesses
        known += asked in guesses
    # Two of 64 words: one guess in 4032 is right.
    assert known <= 1


def test_words_alone_lie_behind_the_veil_too(tmp_path: Path) -> None:
    """Somebody cried for help and tapped nothing: no answer lies behind the veil, and the watchword does."""
    contact = Contact.new(tmp_path)
    contact.give(Started(1))
    contact.press("English")
    contact.give(Said("help me", 5))
    words = words_on(check(contact))
    contact.ring("idle")
    back(contact)

    shown = check(contact)
    assert OURS not in shown
    assert words not in shown
