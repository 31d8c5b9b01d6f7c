"""Who is paged about a case, and when: the rules, with a clock that is handed in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.paging import OWED, Call, Look, Reason, Seen, look
from flows.contract import From, Now, OnceTheyWrite
from flows.loading import load
from storage.case import Case, State
from storage.clocks import AT_ONCE, Clock, Done
from storage.messages import Fate

SERVICE = load().tables.service
CAME = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CRITICAL, HIGH, MEDIUM, LOW = 4, 3, 2, 1
OURS, SECOND = "organisation", "second_organisation"


def at(minutes: float) -> datetime:
    """So long after the case came."""
    return CAME + timedelta(minutes=minutes)


def case(urgency: int = CRITICAL, classes: tuple[str, ...] = (OURS,), **changes: object) -> Case:
    """A case that waits since noon."""
    waits = Case(
        id="c" * 32,
        conversation="k" * 32,
        urgency=urgency,
        urgency_from="answers",
        rank=0,
        classes=classes,
        flow="victim",
        language="en",
        received_at=CAME,
        state=State.WAITING,
        holder=None,
        lease_until=None,
        amended=0,
        opened=-1,
        closed_at=None,
        outcome=None,
        relay_open=True,
        regraded=-1,
    )
    return replace(waits, **changes)  # type: ignore[arg-type]


def held(until: datetime, **changes: object) -> Case:
    """The same with somebody who holds it."""
    return case(state=State.CLAIMED, holder="rosa", lease_until=until, **changes)  # type: ignore[arg-type]


def new(urgency: int = CRITICAL) -> Clock:
    """Its clock as `put` leaves it."""
    return Clock("c" * 32, urgency, CAME, free_since=CAME, look_at=AT_ONCE)


def see(clock: Clock, seen: Case, minutes: float, **changes: object) -> Look:
    """One look."""
    return look(SERVICE, clock, Seen(seen, OURS, **changes), at(minutes))  # type: ignore[arg-type]


def calls(found: Look) -> list[tuple[Reason, str]]:
    """Whom it calls."""
    return [(each.reason, each.recipient_class) for each in found.calls]


def test_a_critical_case_pages_at_once_and_every_ten_minutes_until_it_is_taken() -> None:
    """And then no more."""
    found = see(new(), case(), 0)
    assert found.calls == (Call(Reason.WAITING, OURS),)
    assert found.clock.look_at == at(10)
    between = see(found.clock, case(), 7)
    assert (between.calls, between.clock.look_at) == ((), at(10))
    again = see(between.clock, case(), 10)
    assert calls(again) == [(Reason.WAITING, OURS)]
    taken = see(again.clock, held(at(22)), 12)
    assert taken.calls == ()
    assert Reason.WAITING in taken.stale
    assert taken.clock.look_at == at(22)


def test_a_lapse_starts_it_again() -> None:
    """At once, from the moment at which the claim ended."""
    taken = see(see(new(), case(), 0).clock, held(at(12)), 2)
    lapsed = see(taken.clock, held(at(12)), 12)
    assert calls(lapsed) == [(Reason.WAITING, OURS)]
    assert (lapsed.clock.free_since, lapsed.clock.look_at) == (at(12), at(22))


def test_a_release_starts_it_again() -> None:
    """It waits, and nobody knows."""
    taken = see(see(new(), case(), 0).clock, held(at(12)), 2)
    assert calls(see(taken.clock, case(), 5)) == [(Reason.WAITING, OURS)]


def test_high_and_medium_page_when_they_are_late() -> None:
    """Once, when the time to take them has passed; low and none never."""
    for urgency, minutes in ((HIGH, 120), (MEDIUM, 1440)):
        first = see(new(urgency), case(urgency), 0)
        assert (first.calls, first.clock.look_at) == ((), at(minutes))
        late = see(first.clock, case(urgency), minutes)
        assert calls(late) == [(Reason.LATE, OURS)]
        assert late.clock.look_at is None
    low = see(new(LOW), case(LOW), 99999)
    assert (low.calls, low.clock.look_at) == ((), None)


def test_the_second_organisation_comes_in_after_half_an_hour() -> None:
    """It is paged, may take the case from then on, and is paged again with the first."""
    both = case(classes=(OURS, SECOND))
    clock = see(see(see(new(), both, 0).clock, both, 10).clock, both, 20).clock
    assert (clock.second_at, clock.look_at) == (None, at(30))
    found = see(clock, both, 30)
    assert calls(found) == [(Reason.WAITING, OURS), (Reason.SECOND, SECOND)]
    assert found.clock.second_at == at(30)
    assert calls(see(found.clock, both, 40)) == [(Reason.WAITING, OURS), (Reason.WAITING, SECOND)]


def test_a_case_that_is_not_sealed_to_a_second_organisation_never_goes_there() -> None:
    """Whatever the clock says."""
    found = see(see(new(), case(), 0).clock, case(), 60)
    assert calls(found) == [(Reason.WAITING, OURS)]
    assert found.clock.second_at is None


def test_what_the_first_organisation_takes_leaves_the_second_ones_sight() -> None:
    """What the second took stays with it, and a lapse opens it to both again."""
    both = {"classes": (OURS, SECOND)}
    opened = replace(new(), paged_at=at(30), second_at=at(30))
    ours = see(opened, held(at(45), **both), 35)
    assert ours.clock.second_at is None
    theirs = look(SERVICE, opened, Seen(held(at(45), **both), SECOND), at(35))
    assert theirs.clock.second_at == at(30)
    lapsed = see(ours.clock, held(at(45), **both), 45)
    assert calls(lapsed) == [(Reason.WAITING, OURS), (Reason.SECOND, SECOND)]


def test_a_new_danger_pages_the_holder_then_others() -> None:
    """Others once ten minutes have passed in which no person did anything."""
    clock = replace(new(), free_since=None, danger=3)
    told = see(clock, held(at(60), amended=3, opened=2), 1)
    assert calls(told) == [(Reason.DANGER, OURS)]
    assert told.clock.look_at == at(11)
    early = see(told.clock, held(at(60), amended=3, opened=2), 5)
    assert early.calls == ()
    late = see(early.clock, held(at(60), amended=3, opened=2), 11)
    assert calls(late) == [(Reason.UNHEEDED, OURS)]


def test_a_holder_who_opens_what_is_new_or_keeps_the_case_has_acted() -> None:
    """Nobody else is called then."""
    told = see(replace(new(), free_since=None, danger=3), held(at(60), amended=3, opened=2), 1)
    opened = see(told.clock, held(at(60), amended=3, opened=3), 11)
    renewed = see(told.clock, held(at(70), amended=3, opened=2), 11)
    for found in (opened, renewed):
        assert found.calls == ()
        assert found.clock.danger == -1
        assert Reason.DANGER in found.stale


def test_another_danger_pages_again() -> None:
    """`put` leaves a newer revision and no moment."""
    told = see(replace(new(), free_since=None, danger=3), held(at(60), amended=3, opened=2), 1)
    more = see(replace(told.clock, danger=4, danger_at=None), held(at(60), amended=4, opened=2), 2)
    assert calls(more) == [(Reason.DANGER, OURS)]


def test_a_danger_in_a_case_that_nobody_holds_is_a_case_that_waits() -> None:
    """It is paged as one, and not twice."""
    found = see(replace(new(), danger=1), case(amended=1), 0)
    assert calls(found) == [(Reason.WAITING, OURS)]
    assert found.clock.danger == -1


def test_what_a_responder_gives_starts_the_clocks_of_that_urgency() -> None:
    """From then on, and it is no danger to page for."""
    raised = see(replace(new(MEDIUM), free_since=None), held(at(99)), 90)
    assert (raised.clock.urgency, raised.clock.since, raised.calls) == (CRITICAL, at(90), ())


def test_a_closed_case_pages_nobody_and_begins_anew() -> None:
    """When it comes back, its clocks run from then."""
    closed = see(see(new(), case(), 0).clock, case(state=State.CLOSED), 5)
    assert (closed.calls, closed.clock.look_at, set(closed.stale)) == ((), None, set(Reason))
    back = see(closed.clock, case(), 500)
    assert (back.clock.since, calls(back)) == (at(500), [(Reason.WAITING, OURS)])


def hours(minutes: float) -> From:
    """Safe hours that begin then."""
    return From(int(at(minutes).timestamp()))


def test_whoever_is_on_duty_is_paged_when_safe_hours_begin() -> None:
    """For a case in which somebody was not answered yet; the moment is known before."""
    waits = held(at(900))
    ahead = see(new(), waits, 1, unanswered=True, may_write=hours(60))
    assert (ahead.calls, ahead.clock.opens_at, ahead.clock.look_at) == ((), at(60), at(60))
    begun = see(ahead.clock, waits, 60, unanswered=True, may_write=Now())
    assert calls(begun) == [(Reason.WINDOW, OURS)]
    assert (begun.clock.opens_at, begun.clock.look_at) == (None, at(120))
    later = see(begun.clock, waits, 120, unanswered=True, may_write=hours(1000))
    assert (later.calls, later.clock.opens_at) == ((), at(1000))


def test_hours_that_begin_for_somebody_who_was_answered_page_nobody() -> None:
    """And what was to go is dropped."""
    ahead = see(new(), held(at(900)), 1, unanswered=True, may_write=hours(60))
    found = see(ahead.clock, held(at(900)), 60)
    assert (found.calls, found.clock.opens_at, Reason.WINDOW in found.stale) == ((), None, True)


def test_hours_that_were_taken_back_page_nobody() -> None:
    """They write first now."""
    ahead = see(new(), held(at(900)), 1, unanswered=True, may_write=hours(60))
    found = see(ahead.clock, held(at(900)), 60, unanswered=True, may_write=OnceTheyWrite())
    assert (found.calls, found.clock.opens_at) == ((), None)


# --- somebody holds it who has a destination of their own


def told(found: Look) -> list[tuple[Reason, str, str]]:
    """Whom it calls: why, only whom, and besides whom."""
    return [(each.reason, each.only, each.besides) for each in found.calls]


def claimed() -> Clock:
    """The clock of a case that somebody holds, whatever came before."""
    return replace(new(), free_since=None)


def test_a_danger_goes_to_the_holder_alone_where_they_can_be_told_alone() -> None:
    """And to everybody besides them once they have not heeded it."""
    case_then = held(at(60), amended=3, opened=2)
    first = see(replace(claimed(), danger=3), case_then, 1, own=True)
    assert told(first) == [(Reason.DANGER, "rosa", "")]
    late = see(first.clock, case_then, 11, own=True)
    assert told(late) == [(Reason.UNHEEDED, "", "rosa")]


def test_a_danger_goes_to_all_where_the_holder_was_struck_off() -> None:
    """At once: nobody would be told otherwise."""
    clock = replace(claimed(), danger=3)
    found = look(SERVICE, clock, Seen(held(at(60), amended=3, opened=2), ""), at(1))
    assert calls(found) == [(Reason.DANGER, OURS)]


def test_a_holder_is_told_once_before_the_claim_ends() -> None:
    """Three minutes before; and again only after it was lengthened."""
    done = Done(frozenset({Fate.READ, Fate.KEPT}))
    ahead = see(claimed(), held(at(20)), 10, own=True, done=done)
    assert (ahead.calls, ahead.clock.lapses_at, ahead.clock.look_at) == ((), at(17), at(17))
    found = see(ahead.clock, held(at(20)), 17, own=True, done=done)
    assert told(found) == [(Reason.LAPSING, "rosa", "")]
    assert (found.clock.lapses_at, found.clock.look_at) == (None, at(20))
    assert see(found.clock, held(at(20)), 18, own=True, done=done).calls == ()
    renewed = see(ahead.clock, held(at(25)), 17, own=True, done=done)
    assert (renewed.calls, renewed.clock.lapses_at, Reason.LAPSING in renewed.stale) == ((), at(22), True)


def test_a_holder_is_told_when_a_first_word_and_a_plan_are_due() -> None:
    """At the stated times, thirty minutes and four hours; not where that was past when they took it."""
    first = see(claimed(), held(at(900)), 12, own=True)
    assert first.clock.due_at == at(30)
    word = see(first.clock, held(at(900)), 30, own=True)
    assert told(word) == [(Reason.DUE, "rosa", "")]
    assert see(word.clock, held(at(900)), 31, own=True).calls == ()
    answered = see(word.clock, held(at(900)), 35, own=True, done=Done(frozenset({Fate.READ})))
    assert (answered.calls, answered.clock.due_at, Reason.DUE in answered.stale) == ((), at(240), True)
    plan = see(answered.clock, held(at(900)), 240, own=True, done=Done(frozenset({Fate.READ})))
    assert told(plan) == [(Reason.DUE, "rosa", "")]
    late = see(claimed(), held(at(900)), 45, own=True)
    assert (late.calls, late.clock.due_at) == ((), None)


def test_nobody_else_is_told_what_the_holder_owes() -> None:
    """Where they have no destination of their own nothing is looked forward to, and nothing kept."""
    found = see(replace(claimed(), lapses_at=at(17), due_at=at(30)), held(at(900)), 30)
    assert (found.calls, found.clock.lapses_at, found.clock.due_at) == ((), None, None)
    free = see(replace(claimed(), lapses_at=at(17), due_at=at(17)), held(at(17)), 17, own=True)
    assert calls(free) == [(Reason.WAITING, OURS)]
    assert set(OWED) <= set(free.stale)


def test_safe_hours_are_told_to_the_holder_first_and_then_to_others() -> None:
    """Ten minutes later, while there is no answer and they may be written to; and at once when it is free."""
    waits = held(at(900))
    ahead = see(claimed(), waits, 1, own=True, unanswered=True, may_write=hours(60))
    begun = see(ahead.clock, waits, 60, own=True, unanswered=True, may_write=Now())
    assert (Reason.WINDOW, "rosa", "") in told(begun)
    assert (begun.clock.window_at, begun.clock.look_at) == (at(60), at(70))
    early = see(begun.clock, waits, 69, own=True, unanswered=True, may_write=Now())
    assert early.calls == ()
    late = see(early.clock, waits, 70, own=True, unanswered=True, may_write=Now())
    assert (told(late), late.clock.window_at) == ([(Reason.WINDOW, "", "rosa")], None)
    assert see(late.clock, waits, 75, own=True, unanswered=True, may_write=Now()).calls == ()
    given_back = see(begun.clock, case(), 62, own=True, unanswered=True, may_write=Now())
    assert (Reason.WINDOW, "", "") in told(given_back)


@pytest.mark.parametrize(
    "change", [{}, {"unanswered": True, "may_write": OnceTheyWrite()}], ids=["answered", "closed"]
)
def test_safe_hours_of_which_nothing_is_left_to_say_are_told_to_nobody_else(
    change: dict[str, object],
) -> None:
    """They were answered meanwhile, or may not be written to any more."""
    found = see(replace(claimed(), window_at=at(60)), held(at(900)), 70, own=True, **change)
    assert (found.calls, found.clock.window_at) == ((), None)
