"""Whom a call reaches: people in their hours, holders of a case first, and never nobody."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.alert import OPENING_RATE
from bot.alerts import Destination, NtfyForm, strangers
from bot.coverage import coverage
from bot.opening_rate import Alarm
from bot.paging import Call, Reason
from bot.rota import Weekly
from flows.rule import Urgency
from protocol.card import Card, card_id
from protocol.roster import Roster
from responder.keyfile import generate_keys, make_card
from storage.pages import Page
from tests.storage.queue import ORGANISATION
from tests.watch import watching

SECOND = "second_organisation"
CRITICAL = 4
NIGHT = datetime(2026, 1, 6, 3, tzinfo=UTC)
DAY = NIGHT + timedelta(hours=9)
NIGHTS = {"from": "22:00", "to": "06:00", "zone": "UTC"}
DAYS = {"from": "06:00", "to": "22:00", "zone": "UTC"}


def card(name: str) -> Card:
    """An enrolled person."""
    return make_card(generate_keys(), name=name, now=int(NIGHT.timestamp()))


ROSA, BEN = card("Rosa"), card("Ben")
ROSTER = Roster((ROSA, BEN))


def to(name: str, *hours: dict[str, str], **fields: object) -> Destination:
    """Somewhere to page."""
    given_fields = {
        "name": name,
        "kind": "ntfy",
        "url": "https://ntfy.example.org/t",
        "hours": hours,
        **fields,
    }
    form = NtfyForm.model_validate(given_fields)
    return Destination(form, hours=tuple(map(Weekly.of, form.hours)), place=f"alerts.yaml:{len(name)}")


def names(found: object) -> list[str]:
    """Names of destinations, or those that pages go to."""
    return [each.destination if isinstance(each, Page) else each.name for each in found]  # type: ignore[attr-defined]


WAITING = Call(Reason.WAITING, ORGANISATION)


def called(
    *destinations: Destination, call: Call = WAITING, now: datetime = NIGHT, roster: Roster = ROSTER
) -> list[str]:
    """Whom a call about a critical case reaches."""
    return names(watching(*destinations).called(call, CRITICAL, roster, now))


def test_those_are_paged_whose_hours_hold() -> None:
    """Shared or personal; who has none is always paged."""
    all_of_them = (to("nights", NIGHTS), to("days", DAYS), to("rosa", DAYS, **{"for": "Rosa"}), to("chat"))
    assert called(*all_of_them) == ["nights", "chat"]
    assert called(*all_of_them, now=DAY) == ["days", "rosa", "chat"]


def test_where_it_is_nobodys_turn_everybody_is_paged() -> None:
    """Whoever takes that class and urgency."""
    assert called(to("days", DAYS), to("rosa", DAYS, **{"for": "Rosa"})) == ["days", "rosa"]
    assert called(to("days", DAYS), to("others", **{"class": SECOND})) == ["days"]


def test_what_belongs_to_somebody_who_left_is_paged_only_where_nobody_else_is_left() -> None:
    """They no more learn when cases come, as long as anybody else does."""
    gone = to("gone", **{"for": "Carl"})
    assert called(gone, to("days", DAYS)) == ["days"]
    assert called(gone) == ["gone"]


def test_whoever_holds_a_case_is_paged_alone_and_at_any_hour() -> None:
    """By the name on the card or by its id, and also after a new key of the same name."""
    holder = Call(Reason.DANGER, ORGANISATION, only=card_id(ROSA))
    rosa, chat = to("rosa", DAYS, **{"for": "Rosa"}), to("chat")
    assert called(rosa, to("ben", **{"for": "Ben"}), chat, call=holder) == ["rosa"]
    assert called(to("rosa", **{"for": card_id(ROSA)}), chat, call=holder) == ["rosa"]
    later = card("Rosa")
    again = Call(Reason.DANGER, ORGANISATION, only=card_id(later))
    assert called(rosa, chat, call=again, roster=Roster((later, BEN))) == ["rosa"]


def test_others_are_paged_when_the_holder_did_not_heed() -> None:
    """Not the holder again, even where it would be their turn alone."""
    others = Call(Reason.UNHEEDED, ORGANISATION, besides=card_id(ROSA))
    rosa, days = to("rosa", **{"for": "Rosa"}), to("days", DAYS)
    assert called(rosa, days, call=others) == ["days"]
    assert called(rosa, call=others) == ["rosa"]
    assert called(rosa, to("gone", **{"for": "Carl"}), call=others) == ["rosa", "gone"]


def alarmed(*destinations: Destination, now: datetime = NIGHT) -> list[str]:
    """Who is told that Rosa's key opens too much."""
    rows = watching(*destinations).alarmed(Alarm(card_id(ROSA), 12, 0, entry=7), ROSTER, now)
    assert {(each.case, each.reason, each.entry, each.urgency) for each in rows} <= {
        ("", OPENING_RATE, 7, CRITICAL)
    }
    return names(rows)


def test_an_alarm_goes_to_the_organisation_and_not_to_whom_it_is_about() -> None:
    """Whoever has that key is not warned, and nobody of another organisation is told."""
    rosa, ben = to("rosa", **{"for": "Rosa"}), to("ben", DAYS, **{"for": "Ben"})
    assert alarmed(rosa, ben, to("chat", DAYS), to("nights", NIGHTS), to("them", **{"class": SECOND})) == [
        "nights"
    ]
    assert alarmed(rosa, ben, to("chat", DAYS)) == ["ben", "chat"]
    assert alarmed(rosa) == []
    assert alarmed(rosa, to("gone", **{"for": "Carl"})) == []


def test_what_is_wrong_with_whose_it_is_has_a_line() -> None:
    """Nobody of that name, or of another class; cards may share a name, as two keys of one person do."""
    found = strangers(
        [
            to("chat"),
            to("rosa", **{"for": "Rosa"}),
            to("carl", **{"for": "Carl"}),
            to("benny", **{"for": "Ben", "class": SECOND}),
        ],
        ROSTER,
    )
    assert found == [
        "alerts.yaml:4: carl: nobody is enrolled as Carl; `wayout recipients list` has names and ids",
        "alerts.yaml:5: benny: Ben is enrolled as organisation: let `class` say the same",
    ]


def test_the_operator_sees_who_is_on_call_and_which_hours_nobody_has() -> None:
    """In one line, in UTC."""
    nights, chat = to("nights", NIGHTS), to("chat", least="high")
    assert coverage([nights, chat], NIGHT) == "critical cases page organisation: nights until Tue 06:00, chat"
    assert coverage([nights, chat], DAY) == "critical cases page organisation: chat (not now: nights)"
    found = coverage([nights, to("days", DAYS | {"days": "tue-fri"})], NIGHT)
    assert found == (
        "critical cases page organisation: nights until Tue 06:00 (not now: days); warning: nobody of organisation"
        " is on call Sat 06:00-Sat 22:00, Sun 06:00-Sun 22:00, Mon 06:00-Mon 22:00 UTC, everybody is paged then"
    )
    assert coverage([to("days", DAYS)], NIGHT).startswith(
        "critical cases page organisation: nobody is on call, so everybody: days"
    )
    assert coverage([to("them", **{"class": SECOND})], NIGHT).startswith(
        "nobody of the organisation would be paged; "
    )


HOURS = st.builds(
    lambda days, begins, ends: {
        "days": days,
        "from": f"{begins:02d}:00",
        "to": f"{ends:02d}:00",
        "zone": "Europe/Lisbon",
    },
    st.sampled_from(["mon-sun", "mon-fri", "sat,sun", "wed"]),
    st.integers(0, 23),
    st.integers(0, 23),
)
OWNERS = st.sampled_from([None, "Rosa", "Ben", "Carl", card_id(ROSA)])
FILES = st.lists(
    st.builds(
        lambda owner, hours, least, whose: (owner, hours, least, whose),
        OWNERS,
        st.lists(HOURS, max_size=2),
        st.sampled_from(list(Urgency)),
        st.sampled_from([ORGANISATION, SECOND]),
    ),
    max_size=5,
).map(
    lambda rows: [
        to(f"d{number}", *hours, least=least, **{"for": owner, "class": whose})
        for number, (owner, hours, least, whose) in enumerate(rows)
    ]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - a bound
ROSTERS = st.sampled_from([ROSTER, Roster((BEN,)), Roster((ROSA,)), Roster()])
HOLDERS = st.sampled_from(["", card_id(ROSA), card_id(BEN), "abcdefgh23456777"])


@given(FILES, MOMENTS, ROSTERS, HOLDERS, st.integers(1, 4), st.sampled_from([ORGANISATION, SECOND]))
def test_a_case_is_never_paged_to_nobody(
    file: list[Destination], now: datetime, roster: Roster, holder: str, urgency: int, whose: str
) -> None:
    """For any file and moment somebody is paged who takes it, if anybody does; and nobody who does not."""
    found = watching(*file).called(Call(Reason.UNHEEDED, whose, besides=holder), urgency, roster, now)
    takers = [each for each in file if each.takes(whose, urgency)]
    assert bool(found) is bool(takers)
    assert set(names(found)) <= set(names(takers))


@given(FILES, MOMENTS, ROSTERS, st.sampled_from([card_id(ROSA), card_id(BEN)]))
def test_an_alarm_is_never_told_to_whom_it_is_about(
    file: list[Destination], now: datetime, roster: Roster, thief: str
) -> None:
    """And always to somebody else of the organisation, if there is anybody who is enrolled or shared."""
    found = watching(*file).alarmed(Alarm(thief, 12, 0, entry=7), roster, now)
    own = {each.name for each in watching(*file).own(thief, CRITICAL, ROSTER)}
    others = [
        each
        for each in file
        if each.takes(ORGANISATION, CRITICAL)
        and each.name not in own
        and (not each.is_personal or any(map(each.belongs_to, roster.cards)))
    ]
    assert bool(found) is bool(others)
    assert not own & set(names(found))
