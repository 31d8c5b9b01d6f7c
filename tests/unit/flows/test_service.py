"""Service clocks: what is due next, and what can be wrong with their table."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.loading import load
from flows.problems import Code
from flows.rule import Urgency
from flows.service import (
    Due,
    Duty,
    Paged,
    ServiceForm,
    Standing,
    Word,
    build_service,
    check_service,
    due,
)

CAME = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = load().tables.service
MINUTE = timedelta(minutes=1)


def clocks(urgency: Urgency) -> tuple[float | None, ...]:
    """The times of an urgency in minutes."""
    found = OURS.clocks[urgency]
    times = (found.claim, found.first_word, found.plan, found.again, found.second)
    return tuple(None if each is None else each / MINUTE for each in times)


def test_ours_are_the_times_of_the_domain() -> None:
    """Section 9.3, in minutes: claim, first word, plan, paged again, second organisation."""
    assert clocks(Urgency.CRITICAL) == (15, 30, 240, 10, 30)
    assert clocks(Urgency.HIGH) == (120, 240, 1440, None, None)
    assert clocks(Urgency.MEDIUM) == (1440, None, 4320, None, None)
    assert clocks(Urgency.LOW) == (None, 4320, None, None, None)
    assert clocks(Urgency.NONE) == (None,) * 5
    paged = [OURS.clocks[each].page for each in Urgency]
    assert paged == [Paged.AT_ONCE, Paged.LATE, Paged.LATE, Paged.NEVER, Paged.NEVER]
    assert OURS.unheeded == 10 * MINUTE


def critical(**changes: object) -> Due | None:
    """What is due in a critical case that came at noon and is held."""
    return due(OURS.clocks[Urgency.CRITICAL], Standing(CAME, None, **changes))  # type: ignore[arg-type]


def test_first_it_is_taken_then_they_hear_then_there_is_a_plan() -> None:
    """Each counted from when the case came."""
    free = due(OURS.clocks[Urgency.CRITICAL], Standing(CAME, CAME))
    assert free == Due(Duty.CLAIM, CAME + 15 * MINUTE)
    assert critical() == Due(Duty.FIRST_WORD, CAME + 30 * MINUTE)
    assert critical(word=Word.GIVEN) == Due(Duty.PLAN, CAME + 240 * MINUTE)
    assert critical(word=Word.GIVEN, planned=True) is None


def test_a_word_that_waits_for_their_hours_stops_its_clock() -> None:
    """What is due then is the plan, and after it nothing."""
    assert critical(word=Word.WAITS) == Due(Duty.PLAN, CAME + 240 * MINUTE)
    assert critical(word=Word.WAITS, planned=True) is None


def test_what_came_back_late_is_due_from_then() -> None:
    """A claim that lapsed after an hour does not make the case an hour late at once."""
    lapsed = CAME + 60 * MINUTE
    assert due(OURS.clocks[Urgency.CRITICAL], Standing(CAME, lapsed)) == Due(Duty.CLAIM, lapsed)


def test_low_cases_are_answered_in_time_whoever_holds_them() -> None:
    """They have no time to be taken in."""
    low = OURS.clocks[Urgency.LOW]
    assert due(low, Standing(CAME, CAME)) == Due(Duty.FIRST_WORD, CAME + timedelta(hours=72))
    assert due(OURS.clocks[Urgency.NONE], Standing(CAME, CAME)) is None


GOOD = {
    "critical": {"claim": 15, "first_word": 30, "page": "at_once", "again": 10},
    "high": {"claim": 120, "page": "late"},
    "medium": {"page": "never"},
    "low": {"page": "never"},
    "none": {"page": "never"},
    "unheeded": 10,
}


def form(**changes: object) -> ServiceForm:
    """A table with something changed."""
    return ServiceForm.model_validate(GOOD | changes)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"high": {"claim": 240, "first_word": 120, "page": "late"}}, 1),
        ({"high": {"first_word": 120, "page": "late"}}, 1),
        ({"low": {"page": "never", "again": 10}}, 1),
        ({"low": {"page": "never", "second_organisation": 10}}, 1),
        ({"critical": {"claim": 15, "page": "late"}}, 1),
        ({"critical": {"page": "never", "again": 5}, "high": {"page": "late"}}, 3),
    ],
)
def test_times_that_cannot_be_meant_are_told_all_at_once(changes: dict[str, object], count: int) -> None:
    """Each by its code and its urgency."""
    troubles = list(check_service(form(**changes)))

    assert [trouble.code for trouble in troubles] == [Code.CLOCKS_UNFIT] * count
    assert {trouble.at[0] for trouble in troubles} <= {str(each) for each in Urgency}


def test_a_good_table_is_built() -> None:
    """Nothing is told of it."""
    assert list(check_service(form())) == []
    assert build_service(form()).clocks[Urgency.HIGH].claim == timedelta(hours=2)


def test_a_table_of_before_claims_were_told_of_is_still_good() -> None:
    """An organisation's own definitions may lack `lapsing`."""
    built = [build_service(form()).lapsing, build_service(form(lapsing=5)).lapsing]
    assert built == [timedelta(minutes=3), timedelta(minutes=5)]
