"""A surge: it comes at one rate and goes at another, and those who begin in it are asked the core alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.intake import Intake
from bot.logs import Log
from bot.surge import LONG_ENOUGH, Tide, command, decide
from bot.updates import Said, Started
from flows.session import Surge as Asked
from flows.session import decode_session
from storage import schema, surges
from storage.database import Database
from storage.surges import Mode, Surge
from tests.unit.bot.hotline import NOON, Contact, word_mark

LIMIT = 100
ENOUGH, REST, END = "That is enough for now", "There is time for the rest", "That was the last question"
LONG_AGO = NOON - LONG_ENOUGH


def after(stands: Surge, rate: int, *, limit: int = LIMIT, now: datetime = NOON) -> bool:
    """Whether there is a surge now."""
    return decide(stands, rate, limit=limit, now=now).is_on


def test_a_surge_does_not_come_and_go_around_one_number() -> None:
    """It begins at the limit and ends below half of it, and not within the first half hour."""
    off, on = Surge(Mode.AUTO, is_on=False, changed_at=LONG_AGO), Surge(Mode.AUTO, True, LONG_AGO)
    assert [after(off, rate) for rate in (0, 99, 100)] == [False, False, True]
    assert [after(on, rate) for rate in (99, 50, 49)] == [True, True, False]
    assert after(replace(on, changed_at=LONG_AGO + timedelta(seconds=1)), 0)
    assert decide(off, 100, limit=LIMIT, now=NOON).changed_at == NOON
    assert decide(on, 100, limit=LIMIT, now=NOON) is on


def test_a_rate_that_swings_changes_it_twice_at_most() -> None:
    """Minute by minute around the limit for two hours."""
    stands, changes = Surge(Mode.AUTO, is_on=False, changed_at=LONG_AGO), 0
    for minute in range(120):
        decided = decide(stands, 95 + 10 * (minute % 2), limit=LIMIT, now=NOON + timedelta(minutes=minute))
        changes += decided.is_on != stands.is_on
        stands = decided
    assert (changes, stands.is_on) == (1, True)


@pytest.mark.parametrize("is_on", [True, False])
def test_the_operators_word_stands(is_on: bool) -> None:
    """Whatever the rate; without a limit no rate is enough."""
    assert after(Surge(Mode.ON, is_on, LONG_AGO), 0)
    assert not after(Surge(Mode.OFF, is_on, LONG_AGO), 10 * LIMIT)
    assert not after(Surge(Mode.AUTO, is_on, LONG_AGO), 10 * LIMIT, limit=0)


async def test_every_process_sees_what_stands(tmp_path: Path) -> None:
    """By the rate, then by the operator's word, looked at once a minute."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/wayout.db")
    await schema.migrate(database)
    now = NOON
    tides = [Tide(database, 2, Log(), clock=lambda: now) for _ in range(2)]

    async def seen(minutes: int) -> list[bool]:
        nonlocal now
        now += timedelta(minutes=minutes)
        for tide in tides:
            await tide.look()
        return [tide.is_on for tide in tides]

    assert await seen(0) == [False, False]
    async with database.write() as tx:
        await surges.arrived(tx, 2, now=now)
    assert await seen(0) == [False, False]
    assert await seen(1) == [True, True]
    await command(database, Mode.OFF, now)
    assert await seen(1) == [False, False]
    await command(database, Mode.ON, now)
    assert await seen(1) == [True, True]
    await command(database, Mode.AUTO, now)
    assert await seen(1) == [True, True]
    assert await seen(120) == [False, False]
    await database.close()


class Crowded(Contact):
    """Somebody who writes while the test says whether very many do."""

    crowd = True

    def begin(self, *, agrees: bool) -> "Crowded":
        """The first question after they agreed, or before."""
        talk = replace(self.intake.talk, surges=lambda: self.crowd)
        self.intake = Intake.build(talk, word_mark)
        self.give(Started(1))
        self.press("English")
        if agrees:
            self.press("It is safe. I agree")
        return self

    def skip_all(self) -> int:
        """To the end; how many screens that took."""
        count = 0
        while "Skip" in self.labels():
            self.press("Skip")
            count += 1
        return count

    @property
    def text(self) -> str:
        """What is on the screen."""
        assert self.show is not None
        return self.show.text

    @property
    def asked(self) -> Asked:
        """What the session is asked."""
        assert self.record.session is not None
        return decode_session(self.record.session).surge


def crowded(folder: Path, *, crowd: bool = True, agrees: bool = True) -> Crowded:
    """Somebody at the first question."""
    Crowded.crowd = crowd
    contact = Crowded.new(folder)
    assert isinstance(contact, Crowded)
    return contact.begin(agrees=agrees)


def test_a_minute_is_enough_and_the_rest_can_follow(tmp_path: Path) -> None:
    """The core, then the way on, then all that had been passed over, and the usual end."""
    contact = crowded(tmp_path)
    assert contact.skip_all() <= 8
    assert ENOUGH in contact.text
    contact.press("Go on")
    assert contact.asked is Asked.NO
    assert contact.skip_all() > 20
    assert END in contact.text
    assert "Go on" not in contact.labels()


def test_whoever_began_before_goes_on_as_they_did(tmp_path: Path) -> None:
    """They are asked everything."""
    contact = crowded(tmp_path, crowd=False)
    contact.crowd = True
    assert contact.skip_all() > 20
    assert END in contact.text


def test_the_rest_is_offered_when_they_write_after_it_is_over(tmp_path: Path) -> None:
    """Also after half an hour of silence; nothing is sent by itself."""
    contact = crowded(tmp_path)
    contact.skip_all()
    assert not contact.ring("silence").empties
    contact.give(Said("green", 7))
    assert ENOUGH in contact.text
    contact.give(Said("still here", 8))
    assert ENOUGH in contact.text
    contact.crowd = False
    contact.give(Said("I am back", 9))
    assert REST in contact.text
    assert contact.asked is Asked.REST
    contact.press("Go on")
    assert "Skip" in contact.labels()
    assert ENOUGH not in contact.text


def test_danger_goes_at_once_and_the_core_goes_at_its_end(tmp_path: Path) -> None:
    """A surge keeps nothing back."""
    contact = crowded(tmp_path)
    contact.press("I am hurt or threatened now")
    assert contact.puts[-1].urgency == 4
    contact.press("Done")
    contact.skip_all()
    assert ENOUGH in contact.text
    assert "for this chat alone" in contact.text


def test_who_did_not_agree_is_not_told_that_people_read(tmp_path: Path) -> None:
    """The last screen says so, and the way on is there."""
    contact = crowded(tmp_path, agrees=False)
    contact.press("Skip")
    contact.skip_all()
    assert "You did not say yes" in contact.text
    assert "Go on" in contact.labels()
    contact.press("Go on")
    assert "Skip" in contact.labels()


def test_when_nothing_is_left_going_on_ends(tmp_path: Path) -> None:
    """A session whose core was everything."""
    contact = crowded(tmp_path)
    contact.skip_all()
    contact.press("Back")
    contact.press("Skip")
    assert ENOUGH in contact.text
