"""Staffing in steps: nothing of few cases, and nothing that is not true."""

from datetime import datetime, timedelta

import pytest

from flows.staffing import FEWEST, Pace, Seen, pace_of, seen_of

HOUR = timedelta(hours=1)
Turn = tuple[datetime, datetime | None]


def turns(now: datetime, *hours: float | None) -> list[Turn]:
    """Cases of two days ago, each read after so many hours, or not at all."""
    came = now - 48 * HOUR
    return [(came, None if each is None else came + each * HOUR) for each in hours]


@pytest.mark.parametrize(
    ("ago", "seen"),
    [(0, Seen.HOUR), (1, Seen.HOUR), (2, Seen.HALF_DAY), (13, Seen.DAY), (25, Seen.WEEK), (200, None)],
)
def test_when_it_was_is_said_in_steps(now: datetime, ago: int, seen: Seen | None) -> None:
    """Never later than it was."""
    assert seen_of(now - ago * HOUR, now) is seen
    assert seen_of(None, now) is None


@pytest.mark.parametrize(
    ("hours", "pace"),
    [
        ((0.5, 0.5, 0.5, 9, None), Pace.HOUR),
        ((0.5, 0.5, 2, 9, None), Pace.THREE_HOURS),
        ((0.5, 0.5, 11, None, None), Pace.HALF_DAY),
        ((0.5, 0.5, 23, None, None), Pace.DAY),
        ((0.5, 0.5, 25, None, None), Pace.LONGER),
        ((None,) * 5, Pace.LONGER),
        ((0.5, 0.5, 0.5, None, None, None), Pace.LONGER),
        ((0.1,) * 4, None),
        ((), None),
    ],
)
def test_most_means_more_than_half_of_all(
    now: datetime, hours: tuple[float | None, ...], pace: Pace | None
) -> None:
    """Whoever still waits counts."""
    assert pace_of(turns(now, *hours), now) is pace


def test_who_came_a_moment_ago_does_not_count_yet(now: datetime) -> None:
    """Ten people who have waited for a minute make nobody slow, and nothing is known of them."""
    fresh: list[Turn] = [(now - timedelta(minutes=1), None)] * 10
    assert pace_of(fresh, now) is None
    assert pace_of([*turns(now, *[0.5] * FEWEST), *fresh], now) is Pace.HOUR


def test_what_happens_after_the_day_is_over_changes_nothing(now: datetime) -> None:
    """A case that is read today is, for what is said today, as if it were not."""
    before = turns(now, 0.5, 0.5, None, None, None)
    came = before[-1][0]
    after = [*before[:-1], (came, now + HOUR)]
    assert pace_of(before, now) is pace_of(after, now)
