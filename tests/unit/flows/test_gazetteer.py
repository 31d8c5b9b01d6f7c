"""Places and countries that people name, in many scripts; candidates, and never one of two at a border."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.gazetteer import MOST, NEAR_KM, CountryNames, Gazetteer, Source
from flows.ids import SiteId
from flows.lexicon import Lexicon, key
from flows.loading import Definitions, load
from flows.route import MOST_LEGS, legs

NAMES = {
    "thailand": {"TH"},
    "ไทย": {"TH"},
    "ลาว": {"LA"},
    "老挝": {"LA"},
    "中国": {"CN"},
    "内蒙古": set[str](),
    "蒙古": {"MN"},
    "马里": {"ML"},
    "索马里": {"SO"},
    "mali": {"ML"},
    "somalia": {"SO"},
    "oman": {"OM"},
    "romania": {"RO"},
    "niger": {"NE"},
    "nigeria": {"NG"},
    "georgia": {"GE"},
    "south georgia": {"GS"},
    "myanmar": {"MM"},
    "cambodia": {"KH"},
    "norway": {"NO"},
    "jordan": {"JO"},
    "congo": {"CD", "CG"},
}
COUNTRIES = CountryNames(
    {name: frozenset(codes) for name, codes in NAMES.items()},
    alone=frozenset({"jordan"}),
    words=frozenset({"NO"}),
)
SITES = load().tables.sites
GAZETTEER = Gazetteer(SITES, lambda: COUNTRIES)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Myawaddy", ["myawaddy"]),
        ("they are in myawaddy!", ["myawaddy"]),
        ("我在缅甸妙瓦底的KK园区", ["myawaddy", "kk_park"]),
        ("KK 园区", ["kk_park"]),
        ("ตอนนี้อยู่เมียวดีครับ", ["myawaddy"]),
        ("ผมอยู่ที่ เคเค ปาร์ค", ["kk_park"]),
        ("မြဝတီမှာ", ["myawaddy"]),
        ("នៅ\u200bប៉ោយប៉ែត\u200bឥឡូវ", ["poipet"]),
        ("ຢູ່ສາມຫຼ່ຽມຄຳ", ["golden_triangle"]),
        ("sang cửa khẩu Mộc Bài", ["moc_bai"]),
        ("أنا في دبي", ["dubai"]),
        ("मैं दुबई में हूँ", ["dubai"]),
        ("\u0986\u09ae\u09bf দুবাই", ["dubai"]),
        ("o\u2019smach", ["o_smach"]),
    ],
)
def test_place_is_found_in_many_scripts(typed: str, found: list[str]) -> None:
    """As whole words where words are written apart, and anywhere where they are not."""
    assert list(GAZETTEER.find(typed)) == found


def test_longest_name_wins_and_each_named_place_is_given() -> None:
    """A shorter name inside a longer one is not meant; two that are both named are both given, in their order."""
    assert GAZETTEER.find("Dubai Investment Park") == ("dubai_investment_park",)
    assert GAZETTEER.find("KK Park") == ("kk_park",)
    assert GAZETTEER.find("KK Park Myawaddy") == ("kk_park", "myawaddy")
    assert GAZETTEER.find("Myawaddy, KK Park, Myawaddy") == ("myawaddy", "kk_park")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Lima", ["lima_city"]),
        ("kami lima orang", []),
        ("Dili", ["dili_city"]),
        ("dili ko kabalo", []),
        ("Muse", ["muse_town"]),
        ("he told me to muse", []),
        ("亚太城市论坛", []),
        ("Manilas", []),
        ("KK", []),
        ("胜利马上就到", []),
        ("利马", ["lima_city"]),
        ("เมื่อวานพบพระ", []),
        ("东南亚兰花", []),
    ],
)
def test_ordinary_word_counts_only_as_the_whole_answer(typed: str, found: list[str]) -> None:
    """Lima is five, and dili is no, in languages of people who write to us."""
    assert list(GAZETTEER.find(typed)) == found


def test_at_most_five_places_are_given() -> None:
    """A list of everything is no help to anybody."""
    typed = "Poipet, Bavet, Mae Sot, Myawaddy, Tachileik, Sihanoukville, Bangkok"

    assert len(GAZETTEER.find(typed)) == MOST
    assert GAZETTEER.find(typed)[0] == "poipet"


def test_point_in_the_border_river_gives_both_countries() -> None:
    """The Moei is a few steps wide: a telephone cannot say on which bank somebody is."""
    near = GAZETTEER.near(16.69, 98.52)

    assert near[0].site.id == "myawaddy"
    assert near[0].km < 2
    assert len(near) == MOST
    assert [each.km for each in near] == sorted(each.km for each in near)
    assert set(GAZETTEER.countries_of(each.site.id for each in near)) == {"TH", "MM"}


def test_point_far_from_all_sites_gives_none() -> None:
    """Sixty kilometres are near, and an entry's own radius; the middle of an ocean is not."""
    assert GAZETTEER.near(0, -140) == ()
    assert all(each.km <= max(NEAR_KM, each.site.radius_km) for each in GAZETTEER.near(11.0, 106.0))


@pytest.mark.parametrize(
    "point", [(math.nan, 1.0), (1.0, math.inf), (-math.inf, math.nan), (104.0, 11.0), (16.7, 458.5)]
)
def test_point_that_is_none_on_earth_gives_none(point: tuple[float, float]) -> None:
    """What a telephone sends may be anything."""
    assert GAZETTEER.near(*point) == ()


@pytest.mark.parametrize(
    ("site", "countries"),
    [
        ("myawaddy", {"MM", "TH"}),
        ("mae_sot", {"MM", "TH"}),
        ("tachileik", {"MM", "TH"}),
        ("poipet", {"KH", "TH"}),
        ("bavet", {"KH", "VN"}),
        ("boten", {"LA", "CN"}),
        ("golden_triangle", {"LA", "MM", "TH"}),
        ("muse_town", {"MM", "CN"}),
    ],
)
def test_border_town_is_never_put_on_one_side(site: str, countries: set[str]) -> None:
    """Telling the wrong country's police can be worse than telling none."""
    assert set(GAZETTEER.countries_of([SiteId(site)])) == countries


def test_countries_come_in_order_and_once() -> None:
    """Also of unknown ids, which say nothing."""
    asked = [SiteId(name) for name in ("bavet", "nowhere", "poipet", "bavet")]

    assert GAZETTEER.countries_of(asked) == ("KH", "VN", "TH")


def test_places_that_are_next_to_each_other_share_their_border() -> None:
    """Two sites within ten kilometres that lie in different countries each name the other's."""
    for site in SITES:
        for near in GAZETTEER.near(site.latitude, site.longitude):
            if near.km < 10:
                assert set(site.countries) & set(near.site.countries)


def test_city_is_not_a_route_by_itself() -> None:
    """Millions pass through Dubai; Mae Sot and Poipet are another matter."""
    route = {site.id for site in SITES if site.route}

    assert {
        "mae_sot",
        "myawaddy",
        "tachileik",
        "golden_triangle",
        "sihanoukville",
        "poipet",
        "bavet",
    } <= route
    assert not route & {"dubai", "bangkok", "manila", "kuala_lumpur", "phnom_penh", "lima_city", "yangon"}


def test_entries_are_honest_about_what_they_are() -> None:
    """Two decimals, so that nobody takes a point for an address; a compound is named by the press."""
    assert 50 <= len(SITES) <= 80
    assert all(round(site.latitude, 2) == site.latitude for site in SITES)
    assert all(round(site.longitude, 2) == site.longitude for site in SITES)
    assert all(site.source is Source.PRESS for site in SITES if site.kind == "compound")


def test_every_name_finds_its_site() -> None:
    """No name is hidden by another."""
    for site in SITES:
        for name in (*site.names, *site.alone):
            assert GAZETTEER.find(name) == (site.id,)
        for name in site.names:
            assert site.id in GAZETTEER.find(f". {name} ,")


@given(st.text())
def test_any_text_gives_known_places_and_no_error(typed: str) -> None:
    """What people type is data, whatever it is."""
    assert set(GAZETTEER.find(typed)) <= GAZETTEER.by_id.keys()
    assert len(GAZETTEER.find(typed)) <= MOST
    assert GAZETTEER.country(typed) in {None, *GAZETTEER._codes}
    assert set(GAZETTEER.mentioned(typed)) <= GAZETTEER._codes
    assert len(GAZETTEER.legs(typed)) <= MOST_LEGS


PIECES = st.sampled_from(
    [name for site in SITES for name in site.names] + ["x", " ", ",", "\u200b", "\u0e31", "9"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_names_run_together_give_known_places_and_no_error(typed: str) -> None:
    """The same where names do stand in the text, side by side and inside one another."""
    assert set(GAZETTEER.find(typed)) <= GAZETTEER.by_id.keys()


@given(st.floats() | st.floats(-90, 90), st.floats() | st.floats(-180, 180))
def test_any_point_gives_no_error(latitude: float, longitude: float) -> None:
    """And never more than five."""
    assert len(GAZETTEER.near(latitude, longitude)) <= MOST


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Thailand", "TH"),
        ("  THAILAND. ", "TH"),
        ("ประเทศ", None),
        ("ไทย", "TH"),
        ("老挝", "LA"),
        ("Georgia", "GE"),
        ("TH", "TH"),
        ("th", None),
        ("XX", None),
        ("NO", None),
        ("\U0001f1f2\U0001f1f2", "MM"),
        (" \U0001f1f2\U0001f1f2 ", "MM"),
        ("\U0001f1fd\U0001f1fd", None),
        ("\U0001f1f2", None),
        ("Congo", None),
        ("Jordan", "JO"),
        ("in Thailand", None),
        ("", None),
    ],
)
def test_country_is_a_name_a_code_or_a_flag(typed: str, code: str | None) -> None:
    """The whole text; a word that two countries share, or that is no country's, gives none."""
    assert GAZETTEER.country(typed) == code


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("I went to Somalia", ["SO"]),
        ("Romania", ["RO"]),
        ("from Nigeria", ["NG"]),
        ("from Niger to Nigeria", ["NE", "NG"]),
        ("我去过索马里", ["SO"]),
        ("索马里和马里", ["SO", "ML"]),
        ("在老挝\uff0c不在中国", ["LA", "CN"]),
        ("内蒙古", []),
        ("ปลาลาว", ["LA"]),
        ("เวลาว่าง", []),
        ("South Georgia", ["GS"]),
        ("my friend Jordan", []),
        ("Congo", []),
        ("Thailand\U0001f1f2\U0001f1f2 Thailand", ["TH", "MM"]),
        ("\U0001f1fd\U0001f1fd", []),
        ("IN THE OFFICE", []),
    ],
)
def test_country_inside_a_text_is_a_whole_word(typed: str, codes: list[str]) -> None:
    """Never a part of another name, nor of a syllable; codes are words there, and are not read."""
    assert list(GAZETTEER.mentioned(typed)) == codes


def test_no_names_of_countries_are_needed_for_places() -> None:
    """They are asked for when a country is first looked for, and once."""
    asked: list[int] = []

    def names() -> CountryNames:
        asked.append(1)
        return COUNTRIES

    gazetteer = Gazetteer(SITES, names)
    assert gazetteer.find("Poipet") == ("poipet",)
    assert asked == []
    assert gazetteer.country("TH") == gazetteer.country("Thailand") == "TH"
    assert asked == [1]
    assert Gazetteer(SITES).country("TH") is None


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("Lagos \u2192 Dubai -> Bangkok => Mae Sot", ["Lagos", "Dubai", "Bangkok", "Mae Sot"]),
        ("Lagos \u27a1\ufe0f Dubai > Bangkok \u00bb Mae Sot", ["Lagos", "Dubai", "Bangkok", "Mae Sot"]),
        ("Lagos - Dubai \u2013 Bangkok \u2014 Mae Sot", ["Lagos", "Dubai", "Bangkok", "Mae Sot"]),
        (
            "Lagos, Dubai\u060c Bangkok\u3001Mae Sot\uff0cMyawaddy",
            ["Lagos", "Dubai", "Bangkok", "Mae Sot", "Myawaddy"],
        ),
        ("- Lagos\n- Dubai\r\n\n", ["Lagos", "Dubai"]),
        ("Lagos to Dubai via Doha", ["Lagos to Dubai via Doha"]),
        ("Chiang-Rai", ["Chiang-Rai"]),
        ("1,000 baht to Mae Sot", ["1,000 baht to Mae Sot"]),
        ("\u00abDubai\u00bb > Bangkok", ["\u00abDubai\u00bb", "Bangkok"]),
        ("دبي \u2190 بانكوك", ["دبي", "بانكوك"]),
        ("Dubai \u2190 Bangkok", ["Dubai \u2190 Bangkok"]),
        ("\u2192", []),
        ("", []),
    ],
)
def test_route_is_split_into_the_persons_own_words(typed: str, places: list[str]) -> None:
    """At arrows, strokes with space around them, commas and lines; never at a word of one language."""
    assert list(GAZETTEER.legs(typed)) == places


def test_route_of_many_legs_loses_no_words() -> None:
    """The twentieth keeps the rest."""
    typed = ",".join(f"town{number}" for number in range(30))

    assert len(legs(typed)) == MOST_LEGS
    assert legs(typed)[-1].startswith("town19,town20")
    assert legs(typed)[-1].endswith("town29")


def test_key_closes_up_where_spaces_mean_nothing() -> None:
    """Between words of scripts that put none; invisible signs are nothing anywhere."""
    assert key("KK 园区") == key("KK园区") == "kk园区"
    assert key("\u200eMae\u00a0 Sot\u200f") == "mae sot"
    assert key("เค เค ปาร์ค") == key("เคเคปาร์ค")
    assert key("  ") == ""


def test_single_sign_names_nothing_inside_a_text() -> None:
    """It does where nothing else is said."""
    lexicon = Lexicon({"y": 1})

    assert lexicon.whole(key("Y!")) == 1
    assert list(lexicon.within("x y z")) == []


def test_definitions_bring_their_sites(definitions: Definitions) -> None:
    """With the words for countries that tables do not have."""
    assert definitions.tables.sites == SITES
    assert "Burma" in definitions.tables.countries.names["MM"]
