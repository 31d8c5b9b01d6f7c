"""What people are told of those who read: true, coarse, and of nobody in particular."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.intake import Intake
from bot.staffing import LOOK_EVERY, UNKNOWN, Known, Staff, Staffing, staffing_of, within
from bot.updates import Said, Started
from flows.staffing import Pace, Seen
from storage import cases, schema, staffing
from storage.database import Database
from storage.staffing import Wait
from tests.storage.queue import fill, put
from tests.unit.bot.hotline import NOON, Contact, library, word_mark

HOUR = timedelta(hours=1)
HALF_DAY = 12 * HOUR
VOICE = library().newest.voice("en", "en")


def known(
    desks: Sequence[datetime] = (), waits: Sequence[Wait] = (), reads: Sequence[datetime] = ()
) -> Staffing:
    """What is said of that."""
    return staffing_of(Known(desks, waits, NOON, reads), now=NOON, nobody_after=HALF_DAY)


def test_nobody_is_here_when_no_desk_was_open_for_long_enough() -> None:
    """One that is open is enough; where none ever was, nobody is here."""
    assert known().nobody
    assert known([NOON - 13 * HOUR]).nobody
    assert known([NOON - 13 * HOUR, NOON - HOUR]) == Staffing(desk=Seen.HOUR)


def test_that_people_were_read_is_said_of_several_at_once() -> None:
    """The fifth tells: of four nothing is said."""
    assert known([NOON], reads=[NOON] * 4).several is None
    assert known([NOON], reads=[NOON] * 4 + [NOON - 2 * HOUR]).several is Seen.HALF_DAY


def test_answers_are_spoken_of_where_there_are_some() -> None:
    """Else what was read is all that is known."""
    came = NOON - 48 * HOUR
    waits = [Wait(came, came + HOUR, None)] * 6
    assert known([NOON], waits).read is Pace.HOUR
    assert known([NOON], waits).answered is None
    assert known([NOON], [Wait(came, came + HOUR, came + 2 * HOUR)] * 6).answered is Pace.THREE_HOURS


def test_what_is_not_known_leaves_no_hole() -> None:
    """A line that has nothing to say goes, and the empty one beside it."""
    text = "Thank you.\n{duty}\n\nNumbers.\n{staffing}\nEnd.\n\n{staffing}"
    assert within(text, UNKNOWN, VOICE) == "Thank you.\n\nNumbers.\nEnd."
    warned = within(text, Staffing(nobody=True, read=Pace.DAY), VOICE).splitlines()
    assert [line.split(".")[0] for line in warned] == [
        "Thank you",
        "Right now nobody of us is here",
        "",
        "Numbers",
        "Right now nobody of us is here",
        "In the last week, we read most messages within a day",
        "End",
        "",
        "Right now nobody of us is here",
        "In the last week, we read most messages within a day",
    ]


@pytest.mark.parametrize("seen", Seen)
@pytest.mark.parametrize("pace", Pace)
def test_every_step_has_words(seen: Seen, pace: Pace) -> None:
    """Two lines at most."""
    assert len([*Staffing(seen, seen, pace, pace).lines(VOICE)]) == 2
    assert len([*Staffing(seen, seen, pace).lines(VOICE)]) == 2
    assert len([*Staffing(seen, seen).lines(VOICE)]) == 2


def told(contact: Contact, staffing: Staffing) -> str:
    """The screen after some words were written, when this is known."""
    talk = contact.intake.talk
    talk = replace(talk, render=replace(talk.render, staffing=lambda: staffing))
    contact.intake = Intake.build(talk, word_mark)
    contact.give(Started(1))
    contact.press("English")
    contact.give(Said("please help me", 2))
    assert contact.show is not None
    return contact.show.text


def test_who_writes_while_nobody_is_here_is_told_so_with_numbers(tmp_path: Path) -> None:
    """And only then; nothing else is said in the middle of the questions."""
    assert "Right now" not in told(Contact.new(tmp_path), Staffing(desk=Seen.HOUR, read=Pace.DAY))
    text = told(Contact.new(tmp_path), Staffing(nobody=True))
    assert "Right now nobody of us is here" in text
    assert "112" in text
    assert text.index("Thank you") < text.index("Right now") < text.index("112") < text.index("Hello")


def test_numbers_of_whoever_said_where_they_are_are_of_there(tmp_path: Path) -> None:
    """Also where nobody is here and the screen has no numbers of its own: 112 reaches nobody in Cambodia."""
    contact = Contact.new(tmp_path)
    told(contact, Staffing(nobody=True))
    for label in ("It is safe. I agree", "None of these", "18 to 29"):
        contact.press(label)
    cambodia = next(label for label in contact.labels() if "Cambodia" in label)
    contact.press(cambodia)
    contact.give(Said("please help me", 3))
    assert contact.show is not None
    assert "117" in contact.show.text
    assert "In many countries" not in contact.show.text


def test_practice_says_that_nobody_reads_and_no_more(tmp_path: Path) -> None:
    """Two truths about who is here would be one too many."""
    assert "Right now" not in told(Contact.new(tmp_path, practice=True), Staffing(nobody=True))


async def test_staff_is_what_the_database_says(tmp_path: Path) -> None:
    """Of those who are enrolled, looked at once in a while."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/wayout.db")
    await schema.migrate(database)
    staff = Staff(database, HALF_DAY)
    assert staff.now == UNKNOWN
    await staff.look({"rosa"}, NOON)
    assert staff.now == Staffing(nobody=True)

    async with database.write() as tx:
        await staffing.seen(tx, "rosa", now=NOON)
        await staffing.seen(tx, "struck off", now=NOON + HOUR)
    await staff.look({"rosa"}, NOON + LOOK_EVERY / 2)
    assert staff.now.nobody
    await staff.look({"rosa"}, NOON + 2 * HOUR)
    assert staff.now == Staffing(desk=Seen.HALF_DAY)
    await database.close()


async def test_one_case_that_is_read_changes_nothing(tmp_path: Path) -> None:
    """Whoever reported it and looks again sees the same, hour after hour and on the next day."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/wayout.db")
    await schema.migrate(database)
    await fill(database, NOON - 40 * HOUR, *(put(f"{each:032x}", NOON) for each in range(8)))
    await fill(database, NOON, put("theirs", NOON))
    async with database.write() as tx:
        for each in range(8):
            await staffing.read(tx, f"{each:032x}", now=NOON - 39 * HOUR)

    async def seen() -> list[Staffing]:
        said = []
        for hours in range(1, 30):
            staff = Staff(database, HALF_DAY)
            await staff.look((), NOON + hours * HOUR)
            said.append(staff.now)
        return said

    unread = await seen()
    async with database.write() as tx:
        await staffing.read(tx, "theirs", now=NOON + HOUR)
    read = await seen()
    async with database.write() as tx:
        await cases.remove(tx, "theirs")
    assert unread == read == await seen()
    assert unread[0].read is Pace.HOUR
    await database.close()
