"""Names of countries in the languages that people write, and flags."""

from functools import partial

import pytest

from flows.gazetteer import Gazetteer
from flows.lexicon import key
from flows.loading import load
from locales.territories import bare, flag, names, territory

LANGUAGES = (
    "zh_Hans en id vi hi am my th fil sw ur bn zh_Hant ms ne si ta lo km pt es fr ru ar".split()  # noqa: SIM905 - read at a glance
)
DEFINITIONS = load().tables
NAMES = names(LANGUAGES, DEFINITIONS.countries)
GAZETTEER = Gazetteer(DEFINITIONS.sites, lambda: NAMES)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Myanmar", "MM"),
        ("Myanmar (Burma)", "MM"),
        ("Burma", "MM"),
        ("缅甸", "MM"),
        ("緬甸", "MM"),
        ("พม่า", "MM"),
        ("မြန်မာ", "MM"),
        ("म्यांमार", "MM"),
        ("Miến Điện", "MM"),
        ("ลาว", "LA"),
        ("老挝", "LA"),
        ("寮國", "LA"),
        ("Lào", "LA"),
        ("lao", "LA"),
        ("កម្ពុជា", "KH"),
        ("Campuchia", "KH"),
        ("UAE", "AE"),
        ("U.A.E.", "AE"),
        ("Emirates", "AE"),
        ("الإمارات", "AE"),
        ("Ivory Coast", "CI"),
        ("cote d'ivoire", "CI"),
        ("Georgia", "GE"),
        ("Грузия", "GE"),
        ("Hong Kong", "HK"),
        ("etiopia", "ET"),
        ("ኢትዮጵያ", "ET"),
        ("Ý", "IT"),
        ("y", None),
        ("my", None),
        ("MY", "MY"),
        ("NO", None),
        ("EU", None),
        ("Korea", None),
        ("Congo", None),
        ("刚果", None),
        ("Virgin Islands", None),
    ],
)
def test_country_is_known_in_every_offered_language(typed: str, code: str | None) -> None:
    """By the tables' names, by what people say instead, without accents; a name of two is nobody's."""
    assert GAZETTEER.country(typed) == code


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Somalia, not Mali", ["SO"]),
        ("Romania and Oman", ["RO", "OM"]),
        ("Nigeria or Niger", ["NG", "NE"]),
        ("Indonesia to India", ["ID", "IN"]),
        ("我在索马里", ["SO"]),
        ("老挝和缅甸", ["LA", "MM"]),
        ("上海地铁", []),
        ("anh đi lao động", []),
        ("mali yan, cuba lagi", []),
        ("того человека", []),
        ("una reunión", []),
        ("sang Lào", ["LA"]),
        ("ở Lào Cai", []),
        ("South America", []),
        ("South Sudan", ["SS"]),
        ("Papua New Guinea", ["PG"]),
        ("in the US I was", []),
    ],
)
def test_ordinary_words_are_no_countries(typed: str, codes: list[str]) -> None:
    """What is a word in some language counts only where nothing else is said."""
    assert list(GAZETTEER.mentioned(typed)) == codes


def test_every_name_of_the_tables_gives_its_country_or_none() -> None:
    """All 250 in all languages; a shared name gives none, and none gives another's."""
    for language in LANGUAGES:
        for code in GAZETTEER._codes:
            assert GAZETTEER.country(territory(code, language)) in {code, None}
    assert len(GAZETTEER._codes) == 250


def test_every_site_lies_in_a_country_that_exists() -> None:
    """And every country of our own list does."""
    assert {code for site in DEFINITIONS.sites for code in site.countries} <= GAZETTEER._codes
    assert DEFINITIONS.countries.names.keys() <= GAZETTEER._codes
    assert set(DEFINITIONS.countries.words) <= GAZETTEER._codes


def test_word_that_counts_alone_is_the_name_of_a_country() -> None:
    """Else it would stand in the list for nothing."""
    assert [name for name in DEFINITIONS.countries.alone if key(name) not in NAMES.codes] == []


def test_names_are_known_without_our_own_list() -> None:
    """English always, and the languages that are asked for."""
    plain = Gazetteer((), partial(names, ["vi"]))

    assert plain.country("Thái Lan") == plain.country("thai lan") == plain.country("Thailand") == "TH"
    assert plain.country("泰国") is None


def test_accents_may_be_left_out_of_latin_names_only() -> None:
    """A vowel sign is no accent."""
    assert bare("việt nam đ") == "viet nam d"
    assert bare("ไทย") == "ไทย"
    assert bare("й") == "й"
    assert bare("peru") == "peru"


def test_territory_has_its_name_in_each_language() -> None:
    """The code stands for a place without a name."""
    assert territory("TH", "zh_Hans") == "泰国"
    assert territory("KH", "en") == "Cambodia"
    assert territory("QQ", "en") == "QQ"


def test_flag_is_made_of_the_codes_letters() -> None:
    """And what is no code has no flag."""
    assert flag("MM") == "\U0001f1f2\U0001f1f2"
    assert GAZETTEER.country(flag("GE")) == "GE"
    assert [flag(code) for code in ("", "mm", "MMR", "M1")] == [""] * 4
