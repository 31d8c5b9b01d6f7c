"""The rota: whose hours hold, until when, and in which hours of a week nobody's do."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.rota import WEEK, Hours, HoursForm, Weekly, gaps, is_on_call, on_call_until, read_days

NIGHTS = {"days": "mon-fri", "from": "22:00", "to": "06:00", "zone": "Europe/Lisbon"}


def hours(*given_hours: dict[str, str]) -> Hours:
    """As the file has them."""
    return tuple(Weekly.of(HoursForm.model_validate(each)) for each in given_hours)


def utc(text: str) -> datetime:
    """A moment of winter 2026, as `2026-01-05 22:00`: a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("mon-sun", set(range(7))),
        ("wed", {2}),
        ("mon, wed-thu", {0, 2, 3}),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: set[int]) -> None:
    """Also around the weekend."""
    assert read_days(text) == days


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-01-05 21:59", False),
        ("2026-01-05 22:00", True),
        ("2026-01-06 05:59", True),
        ("2026-01-06 06:00", False),
        ("2026-01-10 05:59", True),
        ("2026-01-10 22:00", False),
        ("2026-01-05 05:00", False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(at: str, holds: bool) -> None:
    """From Friday evening into Saturday morning, and not from Sunday into Monday."""
    assert is_on_call(hours(NIGHTS), utc(at)) is holds


def test_hours_are_those_of_the_place() -> None:
    """The same wall clock in Bangkok is seven hours earlier."""
    there = hours(NIGHTS | {"zone": "Asia/Bangkok"})
    assert (is_on_call(there, utc("2026-01-05 15:00")), is_on_call(there, utc("2026-01-05 23:30"))) == (
        True,
        False,
    )


def test_the_same_hour_twice_is_the_whole_day() -> None:
    """As what is left out is."""
    saturday = hours({"days": "sat", "zone": "UTC"})
    assert [is_on_call(saturday, utc(f"2026-01-{day} 12:00")) for day in ("09", "10", "11")] == [
        False,
        True,
        False,
    ]
    assert on_call_until(saturday, utc("2026-01-10 12:00")) == utc("2026-01-11 00:00")


def test_nobody_falls_between_two_hands_when_the_clock_changes() -> None:
    """In the night of 29 March 2026 Lisbon has no hour from one to two; in that of 25 October it has it twice."""
    both = [hours(NIGHTS | {"days": "mon-sun", "from": "22:00", "to": "01:30"})]
    both.append(hours({"days": "mon-sun", "from": "01:30", "to": "22:00", "zone": "Europe/Lisbon"}))
    for day in ("2026-03-25 12:00", "2026-10-22 12:00"):
        assert gaps(both, utc(day)) == []


def test_until_when_goes_over_what_touches() -> None:
    """Two spans that meet are one; who has no hours is always there, and has no end."""
    around = hours(NIGHTS, {"days": "mon-fri", "from": "06:00", "to": "08:00", "zone": "Europe/Lisbon"})
    assert on_call_until(around, utc("2026-01-05 23:00")) == utc("2026-01-06 08:00")
    assert on_call_until(around, utc("2026-01-05 12:00")) is None
    assert on_call_until((), utc("2026-01-05 12:00")) is None


def test_hours_in_which_nobody_is_there_are_told() -> None:
    """For the seven days that come."""
    days = {"days": "mon-fri", "from": "06:00", "to": "22:00", "zone": "Europe/Lisbon"}
    found = gaps([hours(NIGHTS), hours(days)], utc("2026-01-07 12:00"))
    assert found == [(utc("2026-01-10 06:00"), utc("2026-01-12 06:00"))]
    assert gaps([hours(NIGHTS), ()], utc("2026-01-07 12:00")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": "monday"},
        {"days": ""},
        {"days": "mon-"},
        {"from": "25:00"},
        {"to": "6"},
        {"zone": "Europe/Nowhere"},
        {"zone": "../etc/passwd"},
        {"until": "06:00"},
    ],
)
def test_what_cannot_be_read_is_refused(wrong: dict[str, str]) -> None:
    """Before anybody relies on it."""
    with pytest.raises(ValidationError):
        HoursForm.model_validate(NIGHTS | wrong)


CLOCK = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
DAY = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
SOME = st.builds(
    lambda first, last, begins, ends, zone: {
        "days": f"{first}-{last}",
        "from": begins,
        "to": ends,
        "zone": zone,
    },
    DAY,
    DAY,
    CLOCK,
    CLOCK,
    st.sampled_from(["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - a bound


@given(st.lists(SOME, max_size=3), MOMENTS, st.timedeltas(timedelta(), WEEK - timedelta(minutes=1)))
def test_a_gap_is_where_nobody_is_on_call(
    some: list[dict[str, str]], now: datetime, later: timedelta
) -> None:
    """At any moment of any week, whatever the hours; and whoever is there stays until the time that is told."""
    known, at = hours(*some), now + later
    in_gap = any(begins <= at < ends for begins, ends in gaps([known], now))
    assert in_gap is not is_on_call(known, at)
    until = on_call_until(known, now)
    if until is not None:
        assert is_on_call(known, now)
        assert is_on_call(known, until - timedelta.resolution)
        assert not is_on_call(known, until)
