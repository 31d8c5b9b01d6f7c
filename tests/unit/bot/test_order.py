"""The order of the queue as it is put there: urgency, then minor and the nearest deadline, then the older case."""

from datetime import timedelta
from pathlib import Path

from bot.updates import Said, Started
from storage.case import Put
from tests.unit.bot.hotline import Contact


def somebody(folder: Path, name: str, *, hours: int, hurt: bool) -> Put:
    """The case of somebody who came so many hours after noon."""
    place = folder / name
    place.mkdir()
    contact = Contact.new(place)
    contact.now += timedelta(hours=hours)
    contact.give(Started(1))
    for label in ("English", "It is safe. I agree"):
        contact.press(label)
    if hurt:
        for label in ("I am hurt or threatened now", "Done"):
            contact.press(label)
    else:
        contact.give(Said("please help me", 2))
    return contact.puts[-1]


def test_a_deadline_goes_before_age_and_age_decides_the_rest(tmp_path: Path) -> None:
    """That a minor goes before both is told by the scoring's own test."""
    older = somebody(tmp_path, "older", hours=0, hurt=False)
    first = somebody(tmp_path, "first", hours=1, hurt=True)
    second = somebody(tmp_path, "second", hours=2, hurt=True)

    assert first.urgency == second.urgency > older.urgency
    assert first.rank < second.rank < older.rank
