"""Telephone lines: what the file holds, and what is offered to whom, from where, at which hour."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from flows.directory import MOST, Confidence, Directory, Line, LineKind, Offer
from flows.emergency import MOST as MOST_EMERGENCY
from flows.emergency import emergency
from flows.hours import Daily, RoundTheClock, is_open, read_hours
from flows.loading import Definitions, load

_CODES = "MM KH LA TH PH MY ID VN CN TW HK AE PE MX BR GE TR NG GH UG KE ET IN NP PK BD LK US GB"
TERRITORIES = tuple(_CODES.split())
ALL_KINDS = tuple(LineKind)
BESIDE_POLICE = tuple(kind for kind in LineKind if kind is not LineKind.POLICE)
CHECKED = date(2026, 11, 2)


def at(hour: int, minute: int = 0, *, zone: str = "UTC") -> int:
    """An instant of one day in November 2026, by the clock of a zone."""
    return int(datetime(2026, 11, 23, hour, minute, tzinfo=ZoneInfo(zone)).timestamp())


NOON = at(12)


@pytest.fixture(scope="module")
def directory(definitions: Definitions) -> Directory:
    """The lines that are shipped."""
    return definitions.tables.directory


def line(name: str, country: str = "KE", kind: LineKind = LineKind.TRAFFICKING) -> Line:
    """An invented line, callable from home and from abroad."""
    return Line(name, country, kind, "100", f"+999 {name}", None, (), ("INVENTED",), CHECKED, Confidence.HIGH)


def ids(offers: tuple[Offer, ...]) -> list[str]:
    """Which lines were offered."""
    return [offer.line.id for offer in offers]


def given_out(directory: Directory, where: str | None, home: str | None, *kinds: LineKind) -> list[str]:
    """Which lines are offered at noon."""
    return ids(directory.offer(kinds, where=where, home=home, now=NOON))


# What the file holds


def test_every_line_says_where_it_was_seen(directory: Directory) -> None:
    """A source stands at each, and the date of it or that it has none, which makes it stale."""
    assert all(each.source for each in directory.lines)
    assert all(each.verified_on is not None or each.is_stale(NOON) for each in directory.lines)
    assert all(each.verified_on is None or each.verified_on <= date(2026, 11, 25) for each in directory.lines)


def test_police_never_answer_under_another_name(directory: Directory) -> None:
    """No number is a police line and something else as well."""
    police = {
        n for each in directory.lines if each.kind is LineKind.POLICE for n in (each.inside, each.abroad)
    }
    others = [each for each in directory.lines if each.kind is not LineKind.POLICE]

    assert police - {None}
    assert [each.id for each in others if {each.inside, each.abroad} & (police - {None})] == []


def test_the_police_of_cambodia_come_with_a_warning(directory: Directory) -> None:
    """Calls for help were passed on there."""
    (offer,) = directory.offer([LineKind.POLICE], where="KH", home="VN", now=NOON)

    assert offer.number == "117"
    assert offer.line.warning


# What is offered


def test_low_confidence_is_never_offered(directory: Directory) -> None:
    """Such lines stand in the file for whoever checks them, and reach nobody."""
    low = {each.id for each in directory.lines if each.confidence is Confidence.LOW}
    offered = {
        each.line.id
        for country in TERRITORIES
        for each in directory.offer(ALL_KINDS, where=country, home=country, now=NOON)
    }

    assert low
    assert offered
    assert not low & offered


@pytest.mark.parametrize("where", [*TERRITORIES, None])
def test_police_are_never_part_of_trafficking(directory: Directory, where: str | None) -> None:
    """Whoever does not ask for the police is not sent to them, least of all those of the country of captivity."""
    for home in (*TERRITORIES, None):
        offers = directory.offer(BESIDE_POLICE, where=where, home=home, now=NOON)
        assert LineKind.POLICE not in {offer.line.kind for offer in offers}


def test_lines_come_in_the_order_of_their_reach(directory: Directory) -> None:
    """Where they are, then home from abroad, then home's mission."""
    brazilian = given_out(
        directory, "TH", "BR", LineKind.CONSULAR, LineKind.EMBASSY, LineKind.TRAFFICKING, LineKind.POLICE
    )
    nigerian = directory.offer([LineKind.TRAFFICKING], where="TH", home="NG", now=NOON)

    assert brazilian == ["th_1300", "br_consular"]
    assert [(each.number, each.elsewhere) for each in nigerian] == [
        ("1300", False),
        ("+234 703 0000 203", True),
    ]


def test_home_is_called_by_its_inside_number_at_home(directory: Directory) -> None:
    """A family at home dials what is dialled there; the line is not elsewhere."""
    (offer,) = directory.offer([LineKind.TRAFFICKING], where="NG", home="NG", now=NOON)

    assert (offer.number, offer.elsewhere) == ("627", False)


def test_a_short_code_is_not_offered_from_abroad(directory: Directory) -> None:
    """111 reaches something else, or nothing, outside Viet Nam."""
    assert given_out(directory, "VN", "VN", LineKind.TRAFFICKING) == ["vn_111"]
    assert given_out(directory, "KH", "VN", LineKind.TRAFFICKING) == []


def test_a_number_with_a_prefix_works_at_home_too(directory: Directory) -> None:
    """A line without a number of its own for inside is called by the long one."""
    offers = directory.offer([LineKind.TRAFFICKING], where="LK", home="LK", now=NOON)

    assert [each.number for each in offers] == ["+94 11 210 2570", "+94 76 844 7700"]
    assert not any(each.elsewhere for each in offers)


def test_an_unknown_place_leaves_home_by_its_long_number(directory: Directory) -> None:
    """Where they are is unknown, so only what can be dialled anywhere; the embassy too, wherever it is."""
    (nigerian,) = directory.offer([LineKind.TRAFFICKING], where=None, home="NG", now=NOON)

    assert (nigerian.number, nigerian.elsewhere) == ("+234 703 0000 203", True)
    assert given_out(directory, None, "GB", LineKind.TRAFFICKING) == []
    assert given_out(directory, None, "IN", LineKind.EMBASSY) == ["in_vientiane"]
    assert given_out(directory, None, None, *ALL_KINDS) == []


def test_missions_serve_their_own_people_alone(directory: Directory) -> None:
    """A consular line of the country where they are is not for foreigners."""
    assert given_out(directory, "CN", "VN", LineKind.CONSULAR) == []
    assert given_out(directory, "KH", "CN", LineKind.CONSULAR) == ["cn_12308", "cn_12308_second"]


def test_an_embassy_is_offered_where_it_is(directory: Directory) -> None:
    """The embassy in Vientiane is for those in Laos, and not elsewhere there."""
    (offer,) = directory.offer([LineKind.EMBASSY], where="LA", home="IN", now=NOON)

    assert (offer.line.id, offer.elsewhere) == ("in_vientiane", False)
    assert given_out(directory, "KH", "IN", LineKind.EMBASSY) == []


def test_the_embassy_on_the_spot_comes_before_the_far_line() -> None:
    """Of two missions of home the near one is first, whatever the order of kinds."""
    far = line("1", kind=LineKind.CONSULAR)
    near = replace(line("2", kind=LineKind.EMBASSY), at="LA")

    assert given_out(Directory((far, near)), "LA", "KE", LineKind.CONSULAR, LineKind.EMBASSY) == ["2", "1"]


def test_other_countries_lines_are_not_offered(directory: Directory) -> None:
    """They serve people there or their own nationals: a call would be lost."""
    assert given_out(directory, "MM", "UG", *ALL_KINDS) == []


def test_a_line_for_anyone_fills_in_where_nothing_is_better() -> None:
    """It is offered to whoever has nothing else, also when nothing is known, and to nobody else."""
    found = Directory((replace(line("1", "TH"), anyone=True), line("2", "KE")))

    assert given_out(found, "MM", "UG", LineKind.TRAFFICKING) == ["1"]
    assert given_out(found, None, None, LineKind.TRAFFICKING) == ["1"]
    assert given_out(found, "MM", "KE", LineKind.TRAFFICKING) == ["2"]
    assert given_out(found, "MM", "UG", LineKind.CHILD) == []


def test_a_better_line_that_cannot_be_called_does_not_stand_in_the_way() -> None:
    """Home's short code is of no use abroad, so the line for anyone is offered."""
    found = Directory((replace(line("1", "TH"), anyone=True), replace(line("2", "KE"), abroad=None)))

    assert given_out(found, "MM", "KE", LineKind.TRAFFICKING) == ["1"]


def test_kinds_come_as_they_were_asked_then_the_surest() -> None:
    """The first kind asked is the first offered; of one kind the surest, then the order of the file."""
    found = Directory(
        (
            replace(line("1"), confidence=Confidence.MEDIUM),
            line("2", kind=LineKind.CHILD),
            line("3"),
            line("4"),
        )
    )

    assert given_out(found, "MM", "KE", LineKind.CHILD, LineKind.TRAFFICKING) == ["2", "3", "4", "1"]


def test_no_more_than_five_and_no_number_twice() -> None:
    """A list that nobody can take in is no help."""
    many = tuple(line(str(number)) for number in range(9))
    same = tuple(replace(each, abroad="+999 1") for each in many)

    assert len(given_out(Directory(many), "MM", "KE", LineKind.TRAFFICKING)) == MOST
    assert given_out(Directory(same), "MM", "KE", LineKind.TRAFFICKING) == ["0"]


def test_a_line_for_suicide_is_offered_where_it_works(directory: Directory) -> None:
    """988 in the United States, and nowhere else."""
    assert given_out(directory, "US", None, LineKind.SUICIDE) == ["us_988"]
    assert given_out(directory, "KH", "US", LineKind.SUICIDE) == []


# Hours


@pytest.mark.parametrize(
    ("hour", "minute", "offered"),
    [(7, 29, False), (7, 30, True), (20, 59, True), (21, 0, False), (3, 0, False)],
)
def test_a_closed_line_is_not_offered(directory: Directory, hour: int, minute: int, *, offered: bool) -> None:
    """Malaysia's is answered from 07:30 until 21:00 by its own clock, wherever the caller is."""
    now = at(hour, minute, zone="Asia/Kuala_Lumpur")
    numbers = {
        where: [
            each.number for each in directory.offer([LineKind.TRAFFICKING], where=where, home="MY", now=now)
        ]
        for where in ("MY", "KH")
    }

    assert numbers == {
        "MY": ["03-8000 8000"] if offered else [],
        "KH": ["+60 3-8000 8000"] if offered else [],
    }


@pytest.mark.parametrize(("hour", "opened"), [(21, False), (22, True), (0, True), (5, True), (6, False)])
def test_hours_may_pass_midnight(hour: int, *, opened: bool) -> None:
    """From 22:00 until 06:00 is one night."""
    assert is_open(read_hours("22:00-06:00 Asia/Tbilisi"), at(hour, zone="Asia/Tbilisi")) is opened


def test_hours_follow_the_clocks_of_the_place() -> None:
    """09:00 in London is another instant in summer."""
    hours = read_hours("09:00-10:00 Europe/London")
    winter, summer = (int(datetime(2026, month, 1, 8, 30, tzinfo=UTC).timestamp()) for month in (1, 7))

    assert [is_open(hours, winter), is_open(hours, summer)] == [False, True]


def test_hours_that_nobody_states_do_not_close_a_line(directory: Directory) -> None:
    """Indonesia's source says nothing of hours: the line is offered at any."""
    assert all(
        ids(directory.offer([LineKind.TRAFFICKING], where="ID", home=None, now=at(hour))) == ["id_sapa_129"]
        for hour in range(24)
    )


# Stale


def test_an_old_number_is_marked(directory: Directory) -> None:
    """More than 180 days after it was checked it may be out of date; to the second."""
    checked = int(datetime.combine(CHECKED, time(), UTC).timestamp())
    days = 180 * 24 * 3600
    fresh = Directory((line("1"),))
    marks = [
        fresh.offer([LineKind.TRAFFICKING], where=None, home="KE", now=checked + age)[0].stale
        for age in (0, days, days + 1)
    ]

    assert marks == [False, False, True]
    assert fresh.stale(checked + days) == ()
    assert fresh.stale(checked + days + 1) == fresh.lines
    assert {each.id for each in directory.stale(NOON)} >= {"ph_1343", "th_1300"}


# From where they are

COUNTRIES = st.one_of(st.none(), st.sampled_from([*TERRITORIES, "ZZ", ""]))
NUMBERS = st.tuples(
    st.one_of(st.none(), st.sampled_from(["100", "0800 1"])),
    st.one_of(st.none(), st.sampled_from(["+1 2", "+3"])),
).filter(any)
HOURS = st.sampled_from([None, RoundTheClock(), Daily(time(8), time(20), ZoneInfo("Asia/Manila"))])
LINES = st.builds(
    lambda numbers, **rest: Line(inside=numbers[0], abroad=numbers[1], **rest),
    NUMBERS,
    id=st.uuids().map(str),
    country=st.sampled_from(TERRITORIES[:4]),
    kind=st.sampled_from(LineKind),
    hours=HOURS,
    languages=st.just(()),
    source=st.just(("INVENTED",)),
    verified_on=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2040, 1, 1))),
    confidence=st.sampled_from(Confidence),
    at=st.one_of(st.none(), st.sampled_from(TERRITORIES[:4])),
    anyone=st.booleans(),
)
SHIPPED = load().tables.directory


@given(
    st.one_of(st.just(SHIPPED), st.lists(LINES, max_size=12).map(lambda lines: Directory(tuple(lines)))),
    st.lists(st.sampled_from(LineKind), unique=True),
    COUNTRIES,
    COUNTRIES,
    st.integers(0, 4_000_000_000),
)
def test_whatever_is_offered_can_be_called(
    found: Directory, kinds: list[LineKind], where: str | None, home: str | None, now: int
) -> None:
    """From where they are, at this hour, for what they asked, by somebody whom the line serves."""
    offers = found.offer(kinds, where=where, home=home, now=now)

    assert len({offer.number for offer in offers}) == len(offers) <= MOST
    for offer in offers:
        short = offer.number == offer.line.inside and offer.line.place == where
        assert offer.number.startswith("+") or short
        assert offer.elsewhere == (offer.line.place != where)
        assert offer.line.kind in kinds
        assert offer.line.confidence is not Confidence.LOW
        assert offer.line.is_open(now)
        assert offer.stale == offer.line.is_stale(now)
        assert offer.line.country in {where, home} or offer.line.anyone


# Emergency


@pytest.mark.parametrize("country", TERRITORIES)
def test_every_country_has_emergency_numbers(country: str) -> None:
    """Two to four digits, four at most, 112 first where it works."""
    numbers = emergency(country)

    assert 1 <= len(set(numbers)) == len(numbers) <= MOST_EMERGENCY
    assert all(number.isdecimal() and 2 <= len(number) <= 4 for number in numbers)
    assert "112" not in numbers[1:]


@pytest.mark.parametrize(
    ("country", "numbers"),
    [
        ("MM", ("199",)),
        ("TH", ("191", "199", "1669")),
        ("MX", ("911", "060", "065", "066")),
        ("LK", ("112", "110", "118", "119")),
        ("BR", ("112", "128", "190", "192")),
        ("ET", ("911", "91", "92", "93")),
        ("GB", ("112", "999")),
    ],
)
def test_the_likeliest_emergency_numbers_come_first(country: str, numbers: tuple[str, ...]) -> None:
    """What telephones know by themselves is not pushed out by what is old or local."""
    assert emergency(country) == numbers


@pytest.mark.parametrize("where", [None, "", "ZZ", "kh", "IO"])
def test_an_unknown_country_has_no_emergency_number(where: str | None) -> None:
    """Whoever asks has a sentence for it; a guess could cost the one call."""
    assert emergency(where) == ()


def test_every_country_of_the_tables_can_be_asked() -> None:
    """No pattern there breaks, and none is too long to be tried out."""
    assert all(len(emergency(country)) <= MOST_EMERGENCY for country in SUPPORTED_REGIONS)
