"""When a contact may be written to: their words, their clock, and every doubt read as the safer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answer import Chosen, Decline, Declined
from flows.contract import From, Now, OnceTheyWrite, agreed, local, read_clock, signal, verdict, windows
from flows.ids import ChoiceId, QuestionId
from flows.loading import load
from flows.session import Entry, How, Session

RELAY = load().tables.relay
TERMS = RELAY.terms
DAY = 24 * 3600
MIDNIGHT = 20_000 * DAY


def at(hours: float) -> int:
    """Unix seconds of this hour of a day, UTC."""
    return MIDNIGHT + round(hours * 3600)


def test_who_said_nothing_writes_first() -> None:
    """No answer, a refusal, and an answer that this program does not know are all the safest."""
    for said in ({}, {"reply": "contact_writes_first"}, {"reply": "after_a_signal"}, {"hours_00_06": "safe"}):
        assert verdict(said, TERMS, now=at(12), wrote_at=at(12)) == OnceTheyWrite()


def test_a_signal_is_sent_at_any_time_and_stands_for_all_words() -> None:
    """Who chose one is told by it alone; where it is not known, nothing is sent."""
    for key, shown in TERMS.signals.items():
        said = {"reply": "with_signal", "signal": key}
        assert verdict(said, TERMS, now=at(3), wrote_at=0) == Now()
        assert signal(said, TERMS) == shown
    for said in ({"reply": "with_signal"}, {"reply": "with_signal", "signal": "thunder"}):
        assert verdict(said, TERMS, now=at(12), wrote_at=at(12)) == OnceTheyWrite()
        assert signal(said, TERMS) is None


def test_a_signal_of_before_counts_for_no_other_answer() -> None:
    """Who thought again and named hours, or nothing, is not sent the old signal."""
    for reply in ("any_time", "certain_hours", "contact_writes_first"):
        assert signal({"reply": reply, "signal": "sun"}, TERMS) is None
    theirs = {"reply": "with_signal", "signal": "sun", "account": "theirs"}
    assert verdict(theirs, TERMS, now=at(12), wrote_at=0) == OnceTheyWrite()


def test_any_time_is_now() -> None:
    """They said so."""
    assert verdict({"reply": "any_time"}, TERMS, now=at(3), wrote_at=0) == Now()


@pytest.mark.parametrize(
    ("clock", "now", "expected"),
    [
        ("+0000", 5.5, Now()),
        ("+0000", 6, From(at(24))),
        ("+0630", 17.5, Now()),
        ("+0630", 17.25, From(at(17.5))),
        ("+0630", 23.5, From(at(41.5))),
        ("-0500", 4, From(at(5))),
        ("-0500", 5, Now()),
        ("+1400", 10, Now()),
        ("unknown", 3, OnceTheyWrite()),
        ("0630", 3, OnceTheyWrite()),
        ("+0660", 3, OnceTheyWrite()),
        ("+2300", 3, OnceTheyWrite()),
    ],
)
def test_hours_are_by_their_clock(clock: str, now: float, expected: object) -> None:
    """Between midnight and six where they are; where that is not known, they write first."""
    said = {"reply": "certain_hours", "hours_00_06": "safe", "clock": clock}

    assert verdict(said, TERMS, now=at(now), wrote_at=0) == expected


def test_hours_without_a_clock_or_without_hours_wait_for_them() -> None:
    """Half of an answer is none."""
    for said in ({"hours_00_06": "safe"}, {"clock": "+0100"}):
        assert verdict({"reply": "certain_hours"} | said, TERMS, now=at(3), wrote_at=at(3)) == OnceTheyWrite()


def test_an_account_of_somebody_else_is_written_to_for_minutes_only() -> None:
    """Whoever's it is may hold it again soon."""
    for account in ("theirs", "borrowed", "no_such_answer"):
        said = {"reply": "any_time", "account": account}
        assert verdict(said, TERMS, now=at(12), wrote_at=at(12) - 600) == Now()
        assert verdict(said, TERMS, now=at(12), wrote_at=at(12) - 601) == OnceTheyWrite()
        assert verdict(said, TERMS, now=at(12), wrote_at=at(12) + 1) == OnceTheyWrite()
        assert verdict(said, TERMS, now=at(12), wrote_at=0) == OnceTheyWrite()
    said = {"reply": "certain_hours", "hours_00_06": "safe", "clock": "+0000", "account": "theirs"}
    assert verdict(said, TERMS, now=at(23.9), wrote_at=at(23.9)) == From(at(24))
    assert verdict(said, TERMS, now=at(22), wrote_at=at(22)) == OnceTheyWrite()
    assert verdict({"reply": "any_time", "account": "mine"}, TERMS, now=at(12), wrote_at=0) == Now()


def test_in_some_hours_is_then_and_for_an_hour() -> None:
    """Counted from when they said it; not before, not much later, and never without knowing from when."""
    said = {"reply": "certain_hours", "in_hours": "6", "in_hours_from": str(at(10))}
    for now, expected in (
        (at(10), From(at(16))),
        (at(16) - 1, From(at(16))),
        (at(16), Now()),
        (at(17), Now()),
        (at(17) + 1, OnceTheyWrite()),
    ):
        assert verdict(said, TERMS, now=now, wrote_at=at(10)) == expected
    for broken in ({"in_hours": "six"}, {"in_hours_from": ""}):
        assert verdict(said | broken, TERMS, now=at(16), wrote_at=0) == OnceTheyWrite()
    both = said | {"hours_12_18": "safe", "clock": "+0000"}
    assert verdict(both, TERMS, now=at(16), wrote_at=0) == Now()
    assert verdict(both | {"clock": "+0300"}, TERMS, now=at(16), wrote_at=0) == OnceTheyWrite()
    assert verdict(both | {"clock": "+0300"}, TERMS, now=at(10), wrote_at=0) == OnceTheyWrite()


offsets = st.integers(-12 * 60, 14 * 60)


def _clock(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}{minutes:02}"


@given(offsets, st.integers(MIDNIGHT, MIDNIGHT + 3 * DAY), st.sets(st.sampled_from(sorted(TERMS.hours))))
def test_never_outside_the_hours_whatever_the_clock(offset: int, now: int, named: set[str]) -> None:
    """A verdict of now lies inside one of the hours by their clock, and so does the moment it names for later."""
    said = {"reply": "certain_hours", "clock": _clock(offset)} | dict.fromkeys(named, "safe")

    def inside(moment: int) -> bool:
        minute = ((moment + offset * 60) % DAY) // 60
        return any(first * 60 <= minute < last * 60 for first, last in (TERMS.hours[key] for key in named))

    match verdict(said, TERMS, now=now, wrote_at=now):
        case Now():
            assert inside(now)
        case From(later):
            assert not inside(now)
            assert now < later <= now + DAY
            assert inside(later)
            assert verdict(said, TERMS, now=later, wrote_at=now) == Now()
        case OnceTheyWrite():
            assert not named


@given(offsets)
def test_a_clock_is_read_as_it_is_written(offset: int) -> None:
    """Minutes east of UTC, both ways."""
    assert read_clock(_clock(offset)) == offset
    assert local(MIDNIGHT, {"clock": _clock(offset)}) == offset % (24 * 60)


def test_what_a_responder_is_told_of_their_time() -> None:
    """Hours in order, and the moment by their clock; nothing where it is not known."""
    said = {"hours_18_24": "safe", "hours_00_06": "safe", "clock": "+0700"}

    assert windows(said, TERMS) == [(0, 6), (18, 24)]
    assert local(at(20), said) == 3 * 60
    assert local(at(20), {}) is None


def _session(*answers: tuple[str, object]) -> Session:
    log = tuple(Entry(QuestionId(name), given, 0, How.TAPPED) for name, given in answers)  # type: ignore[arg-type]
    return Session(1, "s", load().whole.id, "", "en", 0, None, log=log)


def _chose(*choices: str) -> Chosen:
    return Chosen(tuple(map(ChoiceId, choices)))


def test_what_was_agreed_stands_in_a_later_session_until_it_is_asked_again() -> None:
    """Nothing said yet changes nothing; another answer does; declining takes it back."""
    flow = load().whole
    before = {"reply": "certain_hours", "hours_00_06": "safe", "clock": "+0100"}
    hours, other = _chose("certain_hours"), _chose("evening")

    assert agreed(flow, _session(), before) == before
    assert agreed(flow, _session(("reply", hours), ("reply_hours", other)), before) == {
        "reply": "certain_hours",
        "hours_18_24": "safe",
        "clock": "+0100",
    }
    assert "reply" not in agreed(flow, _session(("reply", Declined(Decline.SKIPPED))), before)
    assert "hours_00_06" not in agreed(flow, _session(("reply_hours", _chose())), before)


def test_the_hours_of_the_questions_are_all_known() -> None:
    """Each answer about hours is one that the contract can count with."""
    safety = {
        key for question in load().whole.questions for choice in question.choices for key in choice.safety
    }

    assert {key for key in safety if key.startswith("hours_")} == set(TERMS.hours)


def test_the_questions_say_what_the_contract_counts_with() -> None:
    """A tapped clock, hours of the day, and so many hours from when that was said."""
    flow = load().whole
    by_safety = {
        key: question.id
        for question in flow.questions
        for choice in question.choices
        for key in choice.safety
    }
    asks = {key: flow.by_id[by_safety[key]] for key in ("clock", "in_hours", "account")}
    clock = next(each.id for each in asks["clock"].choices if each.safety.get("clock") == "+0630")
    in_six = next(each.id for each in asks["in_hours"].choices if each.safety["in_hours"] == "6")
    log = (
        Entry(asks["clock"].id, _chose(clock), at(1), How.TAPPED),
        Entry(asks["in_hours"].id, _chose(in_six), at(2), How.TAPPED),
    )
    session = Session(1, "s", flow.id, "", "en", 0, None, log=log)

    assert agreed(flow, session, {}) == {"clock": "+0630", "in_hours": "6", "in_hours_from": str(at(2))}
    assert {each.safety["account"] for each in asks["account"].choices} == {"mine", "borrowed", "theirs"}
