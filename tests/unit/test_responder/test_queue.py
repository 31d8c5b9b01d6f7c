"""The queue as three lists with clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from protocol.card import CardId
from protocol.desk import CaseState, Duty, Header, Urgency
from protocol.revision import CaseId
from responder.lexicon import vocabulary
from responder.queue import see_queue
from responder.screen import facts
from responder.wording import language_name
from tests.screens.sample import CRITICAL

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENGLISH, _ = vocabulary("en", ())
ME, OTHER = CardId("me"), CardId("other")


def header(case: str, **fields: object) -> Header:
    """A case that came twelve minutes ago."""
    base: dict[str, object] = {
        "id": CaseId(case),
        "urgency": Urgency.CRITICAL,
        "flow": "victim",
        "language": "zh_Hans",
        "received_at": NOW - timedelta(minutes=12),
    }
    return Header(**(base | fields))  # type: ignore[arg-type]


def test_cases_are_with_you_waiting_or_with_others() -> None:
    """The order of the server is kept inside each list; closed cases are gone."""
    view = see_queue(
        [
            header("first"),
            header("mine", state=CaseState.CLAIMED, claimed_by=ME),
            header("second", urgency=Urgency.LOW),
            header("theirs", state=CaseState.CLAIMED, claimed_by=OTHER),
            header("done", state=CaseState.CLOSED, claimed_by=ME),
        ],
        me=ME,
        now=NOW.timestamp(),
        wording=ENGLISH,
    )

    assert [row.case for row in view.mine] == ["mine"]
    assert [row.case for row in view.waiting] == ["first", "second"]
    assert [row.case for row in view.others] == ["theirs"]


def test_who_a_case_is_about_is_said_in_the_definitions_words() -> None:
    """Queue and case name a flow by its phrase, so that what is not known is not claimed."""
    words = replace(ENGLISH, texts={**ENGLISH.texts, "flow.victim": "Not known who"})
    (row,) = see_queue([header("a")], me=ME, now=NOW.timestamp(), wording=words).waiting

    assert row.flow == "Not known who"
    assert (ENGLISH("who"), "Not known who") in facts(CRITICAL, words)


def test_a_waiting_case_shows_its_age_and_its_deadline() -> None:
    """A deadline that has passed is named as late."""
    rows = see_queue(
        [
            header("a", due_at=NOW + timedelta(minutes=3)),
            header("b", due_at=NOW - timedelta(minutes=3)),
            header("c"),
        ],
        me=ME,
        now=NOW.timestamp(),
        wording=ENGLISH,
    ).waiting

    assert [row.clock for row in rows] == [
        "waits 12 min · due in 3 min",
        "waits 12 min · 3 min late",
        "waits 12 min",
    ]
    assert [row.late for row in rows] == [False, True, False]


def test_a_claim_shows_what_is_left_of_it() -> None:
    """A lease that has run out says so."""
    rows = see_queue(
        [
            header("a", state=CaseState.CLAIMED, claimed_by=ME, lease_until=NOW + timedelta(minutes=10)),
            header("b", state=CaseState.CLAIMED, claimed_by=ME, lease_until=NOW - timedelta(seconds=1)),
        ],
        me=ME,
        now=NOW.timestamp(),
        wording=ENGLISH,
    ).mine

    assert [row.clock for row in rows] == ["10 min left", "claim lapsed"]


def test_an_age_is_said_in_its_largest_whole_unit() -> None:
    """Seconds, minutes to an hour and a half, hours to two days, then days."""
    age = ENGLISH.age

    assert [age(s) for s in (-5, 59, 60, 5399, 5400, 172_799, 172_800)] == [
        "0 s", "59 s", "1 min", "89 min", "1 h", "47 h", "2 d",
    ]  # fmt: skip


def test_a_language_is_named_for_the_reader() -> None:
    """A responder need not know codes; a code that nobody knows stays a code."""
    assert language_name("zh_Hans", "en") == "Chinese (Simplified)"
    assert language_name("ar", "es") == "árabe"
    assert language_name("xx_none", "en") == "xx_none"
    assert language_name(None, "en") == "?"


def test_what_is_due_is_said_with_its_time_and_what_stands_still() -> None:
    """To be taken, a first word, a plan; in time or late; and that a word waits for their hours."""
    claimed = {"state": CaseState.CLAIMED, "claimed_by": ME, "lease_until": NOW + timedelta(minutes=8)}
    view = see_queue(
        [
            header("a", due=Duty.CLAIM, due_at=NOW + timedelta(minutes=3)),
            header("b", due=Duty.CLAIM, due_at=NOW - timedelta(minutes=4)),
            header("c", **claimed, due=Duty.FIRST_WORD, due_at=NOW + timedelta(minutes=18)),
            header("d", **claimed, due=Duty.PLAN, due_at=NOW + timedelta(hours=3), word_waits=True),
        ],
        me=ME,
        now=NOW.timestamp(),
        wording=ENGLISH,
    )

    assert [row.clock for row in view.waiting] == [
        "waits 12 min · to be taken in 3 min",
        "waits 12 min · to be taken: 4 min late",
    ]
    assert [row.clock for row in view.mine] == [
        "8 min left · first word due in 18 min",
        "8 min left · plan due in 3 h · your word waits for their hours",
    ]


def test_safe_hours_to_come_are_listed_the_next_first() -> None:
    """Whoever holds the case."""
    view = see_queue(
        [
            header("late", opens_at=NOW + timedelta(hours=9)),
            header("none"),
            header("soon", state=CaseState.CLAIMED, claimed_by=OTHER, opens_at=NOW + timedelta(hours=1)),
        ],
        me=ME,
        now=NOW.timestamp(),
        wording=ENGLISH,
    )

    assert [row.case for row in view.windows] == ["soon", "late"]
