"""Older editions: what was kept by an earlier program still asks, still ends well, and still reads.

`kept/before_parts.msgpack` was written by the program as it was before a questionnaire had parts: a flow as it is kept,
the record of an invented person in the middle of it, and the parts of their case.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.library import reopen
from bot.record import Record
from bot.updates import Located, Said
from flows.definition import Kind
from flows.session import decode_session
from flows.summary import decode_part, merge
from flows.turn import Control
from tests.unit.bot.hotline import Contact

CRITICAL = 4


class Before(msgspec.Struct):
    """What the file holds."""

    flow: bytes
    record: bytes
    parts: dict[str, bytes]


@dataclass
class Person:
    """Somebody who began on the older edition, and what was kept of it."""

    contact: Contact
    before: Before

    @property
    def waiting_for(self) -> str | None:
        """The question that is due."""
        assert self.contact.record.session is not None
        return decode_session(self.contact.record.session).waiting_for

    def go_on(self, *, longest: int = 200) -> None:
        """Tap the first line of every screen until none is asked any more."""
        controls = {self.contact.intake.library.newest.phrases[each] for each in Control}
        for _ in range(longest):
            if self.waiting_for is None:
                return
            labels = self.contact.labels()
            lines = [each for each in labels if each not in controls]
            ticked = any(each.startswith("✓ ") for each in labels)
            self.contact.press("Done" if ticked else lines[0] if lines else "Skip")


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody in the middle of the older edition when the program was replaced."""
    before = msgspec.msgpack.decode(
        (Path(__file__).parent / "kept" / "before_parts.msgpack").read_bytes(), type=Before
    )
    contact = Contact.new(tmp_path)
    library = contact.intake.library
    older = reopen(before.flow, library.newest)
    library.editions[older.flow.revision] = older
    contact.held.record = msgspec.msgpack.decode(before.record, type=Record)
    return Person(contact, before)


def test_an_older_session_goes_on_with_its_own_questions(person: Person) -> None:
    """The revision stays, the next question is the older one, and the last screen is reached."""
    due = person.waiting_for
    revision = decode_session(person.contact.record.session or b"").revision
    person.contact.give(Said("There are eight of us", 90))

    assert due is not None
    assert person.waiting_for == due
    person.go_on()
    assert person.waiting_for is None
    assert decode_session(person.contact.record.session or b"").revision == revision
    assert person.contact.record.urgency == CRITICAL


def test_an_older_edition_ends_with_todays_telephone_lines(person: Person) -> None:
    """It names no lines itself; whoever began on it sees numbers all the same."""
    person.contact.give(Said("still here", 90))
    person.go_on()

    assert person.contact.show is not None
    assert "112" in person.contact.show.text


def test_an_older_session_takes_a_point_and_falls_silent(person: Person) -> None:
    """A place is kept, a silence is told, and the time runs out, all on the older edition."""
    person.contact.give(Located(16.7, 98.5, 91))
    person.contact.now += timedelta(minutes=30)
    person.contact.ring("silence")
    person.contact.now += timedelta(hours=72)
    over = person.contact.ring("expiry")

    assert person.contact.record.session is None
    assert over.empties


def test_older_signs_are_counted_once(person: Person) -> None:
    """The record knows no sign by revision yet: the first step after the change counts them, the next adds nothing."""
    assert person.contact.record.heights == {}

    person.contact.give(Said("hello", 92))
    heights = person.contact.record.heights
    person.contact.give(Said("hello again", 93))

    assert max(heights.values()) == CRITICAL
    assert person.contact.record.heights == heights


def test_older_parts_of_a_case_are_read(person: Person) -> None:
    """What was sealed before the change opens after it."""
    summary = merge([decode_part(part) for part in person.before.parts.values()])

    assert summary.assessment is not None
    assert summary.assessment.urgency.value == "critical"
    assert [line.text for line in summary.texts] == ["please come"]
    assert Kind.PLACE in {
        each.kind for each in reopen(person.before.flow, person.contact.intake.library.newest).flow.questions
    }
