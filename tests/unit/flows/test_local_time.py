"""Local time: the clock that a contact goes by, and agreed hours said in two clocks."""

import pytest

from flows.engine import begin, prompt, resume
from flows.ids import ChoiceId
from flows.loading import load
from flows.local_time import clocks, hours, minutes, read, shown, spoken, times
from flows.session import Session
from flows.turn import ChoiceInput, Command, Control, TextInput
from flows.writing import contact_safety

FLOW = load().whole
ZONES = FLOW.zones
CLOCKS = clocks(each for offsets in ZONES.values() for each in offsets)
NOON = 12 * 3600
"""Noon by UTC, in unix seconds."""


def to_the_clock(country: str) -> Session:
    """Somebody in this country who may only be written to at certain hours."""
    session = begin(FLOW, id="s", now=NOON, language="en").session
    for tap in ("agree_safe", "none_of_these", "from_18_to_29", country, "certain_hours", "evening"):
        session = resume(FLOW, session, ChoiceInput(ChoiceId(tap)), now=NOON).session
    return resume(FLOW, session, Command(Control.DONE), now=NOON).session


@pytest.mark.parametrize(
    ("country", "labels"),
    [
        ("MM", ["18:30", "19:00", "20:00"]),
        ("PH", ["20:00"]),
        ("ET", ["15:00 (9:00)"]),
        (None, ["18:30", "19:00", "20:00", "16:00", "17:30", "15:00"]),
    ],
)
def test_times_are_those_of_the_country(country: str | None, labels: list[str]) -> None:
    """Half an hour off where it is, the neighbour's beside a border, both readings where hours begin at sunrise."""
    assert [each.label for each in times(ZONES, CLOCKS, country, NOON)] == labels


def test_every_country_has_clocks() -> None:
    """The whole table reads, from the Line Islands to Samoa."""
    assert len(ZONES) > 240
    assert all(-12 * 60 <= minutes(each) <= 14 * 60 for offsets in ZONES.values() for each in offsets)
    assert {each.safety["clock"] for each in CLOCKS} == {str(each.id) for each in CLOCKS}
    assert spoken("+0630") == "UTC+06:30"


@pytest.mark.parametrize(
    ("text", "country", "clock"),
    [
        ("18:30", "MM", "+0630"),
        ("7 pm", "MM", "+0700"),
        ("6:30", "MM", "+0630"),
        ("it is 20.02 here", "MM", "+0800"),
        ("١٨:٣٠", "MM", "+0630"),
        ("下午6点30", "MM", "+0630"),
        ("3:00", "ET", "+0300"),
        ("9:05", "ET", "+0300"),
        ("14:00", "MM", "+0200"),
        ("13:00", None, "+0100"),
        ("25:00", "MM", None),
        ("I do not have a clock", "MM", None),
        ("5", "MM", None),
    ],
)
def test_typed_time_is_read(text: str, country: str | None, clock: str | None) -> None:
    """By either reading of the hour where that fits the country; what may be several is left as it was written."""
    offered = times(ZONES, CLOCKS, country, NOON)

    assert read(text, offered=offered, choices=CLOCKS, country=country, now=NOON) == clock


def test_tapped_and_typed_give_the_same_terms() -> None:
    """The clock goes to the responder's side as one key; who does not know is told apart from who was not asked."""
    session = to_the_clock("MM")
    tapped = resume(FLOW, session, ChoiceInput(ChoiceId("+0630")), now=NOON).session
    typed = resume(FLOW, session, TextInput("18:31"), now=NOON).session
    unknown = resume(FLOW, session, Command(Control.UNKNOWN), now=NOON).session

    assert contact_safety(FLOW, tapped) == contact_safety(FLOW, typed)
    assert contact_safety(FLOW, tapped)["clock"] == "+0630"
    assert contact_safety(FLOW, unknown)["clock"] == "unknown"
    assert "clock" not in contact_safety(FLOW, session)


def test_words_where_a_time_is_asked_are_kept() -> None:
    """Nothing that is sent is refused."""
    session = resume(FLOW, to_the_clock("MM"), TextInput("they come at night"), now=NOON).session

    assert [note.text for note in session.words] == ["they come at night"]
    assert session.waiting_for == "reply_clock"


def test_hours_are_said_back_in_both_clocks() -> None:
    """Theirs and UTC, and in Ethiopia theirs in both ways of counting."""
    here = resume(FLOW, to_the_clock("MM"), ChoiceInput(ChoiceId("+0630")), now=NOON).session
    there = hours({"hours_18_24": "safe", "clock": "+0300"}, "ET")

    assert prompt(FLOW, here).hours == ("18:00\u201300:00", "11:30\u201317:30")
    assert there == ("18:00 (12:00)\u201300:00 (6:00)", "15:00\u201321:00")


def test_hours_that_touch_are_one_span() -> None:
    """Also over midnight."""
    said = {"hours_18_24": "safe", "hours_00_06": "safe", "clock": "+0700"}

    assert hours(said, "TH") == ("18:00\u201306:00", "11:00\u201323:00")
    assert hours({**said, "clock": "unknown"}, "TH") is None
    assert shown(0, "ET") == "00:00 (6:00)"
