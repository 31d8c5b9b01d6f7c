"""A family's screens: the same, sign by sign, whether or not we know of the person they write about."""

import re
from dataclasses import replace
from pathlib import Path

from bot.place import Place
from bot.record import Held, Record
from bot.updates import Said, Started
from storage.box import DataKey
from tests.unit.bot.hotline import Contact

MOST_SCREENS = 60
NAME = "Maria Perlas of Iligan"
WATCHWORD = re.compile("for this chat alone: [^.]*")


def family(contact: Contact) -> list[tuple[str, list[str]]]:
    """Report somebody, skip what can be skipped, and list every screen: its text and its buttons.

    The two words of a case are drawn by chance, and left out.
    """
    seen = []

    def look() -> None:
        assert contact.show is not None
        seen.append((WATCHWORD.sub("", contact.show.text), contact.labels()))

    contact.give(Started(1))
    for label in ("English", "I write about somebody else", "Yes, keep it", "My own phone. I agree"):
        contact.press(label)
        look()
    contact.give(Said(f"my daughter is {NAME}", 2))
    look()
    for _ in range(MOST_SCREENS):
        if "Skip" not in contact.labels():
            break
        contact.press("Skip")
        look()
    contact.give(Said("is there any news?", 3))
    look()
    return seen


def victim(contact: Contact) -> None:
    """The person herself writes from another chat of the same bot."""
    other = replace(
        contact, held=Held("d" * 32, b"j" * 16, DataKey.generate(), Record(), 0, Place(chat=8)), puts=[]
    )
    other.give(Started(1))
    for label in ("English", "It is safe. I agree", "I am hurt or threatened now"):
        other.press(label)
    other.give(Said(f"I am {NAME}", 2))
    assert other.puts


def test_family_s_screens_do_not_depend_on_another_case(tmp_path: Path) -> None:
    """With her case in the queue and without it: not a letter, not a button is different."""
    screens = []
    for name, is_known in (("known", True), ("unknown", False)):
        folder = tmp_path / name
        folder.mkdir()
        contact = Contact.new(folder)
        if is_known:
            victim(contact)
        screens.append(family(contact))

    assert len(screens[0]) > 30
    assert screens[0] == screens[1]
    assert not any(NAME in text or "Perlas" in text for text, _ in screens[0])


def test_what_a_family_wants_to_keep_stays_on_their_screen(tmp_path: Path) -> None:
    """They were told that it may help them to show what they wrote, and when; it goes with the chat that they close."""
    for wish, keeps in (("Yes, keep it", True), ("No, clear it after a while", False)):
        contact = Contact.new(tmp_path)
        contact.give(Started(1))
        for label in ("English", "I write about somebody else", wish, "My own phone. I agree"):
            contact.press(label)
        step = contact.give(Said("my son has not called since May", 5))
        assert step.show is not None
        assert (step.remove, [each.message for each in step.stays]) == (((), [5]) if keeps else ((5,), []))
        assert step.show.fresh is keeps
        assert contact.give(Said("close", 6)).empties
