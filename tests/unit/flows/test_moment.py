"""Dates and spans become hours from now, as wide as what is not known about the writer's clock."""
# ruff: noqa: RUF001 -- the digits of other scripts are what is tested

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.loading import Definitions
from flows.moment import Moment, read_moment

NOW = int(datetime(2026, 11, 28, 10, tzinfo=UTC).timestamp())
TODAY = (-24, 26)
"""From the 28th's beginning in UTC+14, the 27th at 10:00 UTC, to its end in UTC-12, the 29th at 12:00 UTC."""

DATES = [
    "2026-11-28",
    "2026-11-28T09:00",
    "28/11/2026",
    "28-11-26",
    "28. 11. 2026",
    "28.11.",
    "28/11",
    "11-28",
    "11/28/2026",
    "11月28日",
    "2026年11月28日",
    "26年11月28號",
    "28/11/2569",
    "28/11/69",
    "๒๘/๑๑/๒๕๖๙",
    "၂၈/၁၁/၂၀၂၆",
    "٢٨/١١",
    "on 28/11, yes 28.11.2026",
]
SPANS = [
    ("3 days", (48, 96)),
    ("2 d", (24, 72)),
    ("2-3 days", (24, 96)),
    ("2 or 3 days", (24, 96)),
    ("48h", (48, 48)),
    ("48 hours", (48, 48)),
    ("1.5 hours", (1, 2)),
    ("30 min", (0, 1)),
    ("2 weeks", (264, 408)),
    ("1 month", (504, 912)),
    ("3 days ago", (-96, -48)),
    ("3 días", (48, 96)),
    ("hace 48 horas", (-48, -48)),
    ("dentro de 3 dias", (48, 96)),
    ("3天", (48, 96)),
    ("3天前", (-96, -48)),
    ("48个小时之内", (48, 48)),
    ("٣ أيام", (48, 96)),
    ("قبل ٣ أيام", (-96, -48)),
    ("بعد 48 ساعة", (48, 48)),
    ("Today", (-24, 24)),
    ("tomorrow", (0, 48)),
    ("yesterday", (-48, 0)),
    ("the day after tomorrow", (24, 72)),
    ("hoy", (-24, 24)),
    ("mañana", (0, 48)),
    ("pasado mañana", (24, 72)),
    ("明天", (0, 48)),
    ("昨天", (-48, 0)),
    ("غداً", (0, 48)),
    ("أمس", (-48, 0)),
    ("tomorrow or in 3 days", (0, 96)),
    ("tomorrow, 28/11", (-24, 48)),
]
LEFT = [
    "",
    "soon",
    "24/7",
    "31/2",
    "10:30",
    "1405/09/07",
    "0000-00-00",
    "9999-12-31",
    "091-234-567",
    "5 dogs",
    "todays",
]


@pytest.mark.parametrize("text", DATES, ids=range(len(DATES)))
def test_date_is_a_whole_day_anywhere(definitions: Definitions, text: str) -> None:
    """However it is written: day first, unless there is no such month; without a year, the nearest."""
    assert read_moment(text, NOW, definitions.tables.times) == Moment("2026-11-28", TODAY)


@pytest.mark.parametrize(("text", "hours"), SPANS, ids=range(len(SPANS)))
def test_span_is_read(definitions: Definitions, text: str, hours: tuple[int, int]) -> None:
    """Hours are exact, days are off by one, longer spans by more; several reach over all."""
    assert read_moment(text, NOW, definitions.tables.times) == Moment(None, hours)


@pytest.mark.parametrize("text", LEFT, ids=range(len(LEFT)))
def test_what_is_no_moment_is_left(definitions: Definitions, text: str) -> None:
    """A number of something else is not a date."""
    assert read_moment(text, NOW, definitions.tables.times) is None


def test_bare_span_is_past_where_the_past_is_asked(definitions: Definitions) -> None:
    """Unless the words themselves say otherwise."""
    times = definitions.tables.times

    assert read_moment("3 days", NOW, times, past=True) == Moment(None, (-96, -48))
    assert read_moment("in 3 days", NOW, times, past=True) == Moment(None, (48, 96))


def test_date_without_a_year_is_the_nearest(definitions: Definitions) -> None:
    """In November, January is the coming one; the 29th of February waits for its year."""
    times = definitions.tables.times
    found = [read_moment(text, NOW, times) for text in ("30/1", "30/9", "29/2")]

    assert [each and each.at for each in found] == ["2027-01-30", "2026-09-30", "2028-02-29"]


@pytest.mark.parametrize("typed", ["12/3", "3/12", "12-3-2026", "3/12/26"])
def test_date_that_may_be_two_is_read_as_the_nearer(definitions: Definitions, typed: str) -> None:
    """Half the world writes the month first: a day in five days is never called one in March."""
    assert read_moment(typed, NOW, definitions.tables.times) == Moment(None, (96, 146))


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(-12 * 60, 14 * 60), st.integers(0, 24 * 60 - 1)
)
def test_every_minute_of_the_day_is_inside(
    definitions: Definitions, day: date, offset: int, minute: int
) -> None:
    """Wherever the writer's clock stands between UTC-12 and UTC+14."""
    there = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute - offset)
    moment = read_moment(day.isoformat(), NOW, definitions.tables.times)

    assert moment is not None
    assert moment.at == day.isoformat()
    assert moment.hours[0] * 3600 <= there.timestamp() - NOW <= moment.hours[1] * 3600


PIECES = st.sampled_from(
    [
        "1",
        "28",
        "2026",
        "၅",
        "/",
        "-",
        ".",
        " ",
        "月",
        "年",
        "日",
        "day",
        "h",
        "ago",
        "hace",
        "to",
        "今天",
        "غدا",
        "x",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), st.integers(0, 2**32), st.booleans())
def test_any_text_gives_a_moment_or_none(definitions: Definitions, text: str, now: int, past: bool) -> None:
    """Nothing that is typed is an error, and hours never run backwards."""
    moment = read_moment(text, now, definitions.tables.times, past=past)

    assert moment is None or moment.hours[0] <= moment.hours[1]
