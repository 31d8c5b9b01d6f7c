"""What people type into a converter is read in their own words, and anything more is not meant for it."""
# ruff: noqa: RUF001 -- the letters of other scripts are what is tested

from fractions import Fraction

import pytest

from flows.cover_reader import CoverReader, Measure, Pressed, Reading, TooLong
from flows.cover_words import compile_glossary, source_text
from flows.loading import load
from flows.vocabulary import Translate

COVER = load().tables.cover
SPOKEN = {
    "es": {"cover.words.km": "kilómetro, kilómetros", "cover.words.inch": "pulgada", "cover.words.h": "hora, horas",
           "cover.units.joins": "en, a", "cover.units.name": "Medidas", "cover.unit.mi": "Millas"},
    "zh": {"cover.words.km": "公里，千米", "cover.words.mi": "英里", "cover.words.h": "小时", "cover.words.min": "分钟",
           "cover.units.joins": "等于多少, 换成", "cover.units.asks": "请问"},
    "ar": {"cover.words.km": "كم، كيلومتر", "cover.words.mi": "ميل", "cover.units.joins": "إلى"},
    "sw": {"cover.words.kg": "kilo", "cover.words.lb": "ratili", "cover.words.h": "saa", "cover.units.joins": "kwa"},
    "th": {"cover.words.km": "กิโลเมตร, กม.", "cover.words.rai": "ไร่"},
    "xx": {"cover.words.h": "saat", "cover.words.day": "horas"},
}  # fmt: skip


def voice(code: str) -> Translate:
    """Speak a language that has some of the texts."""
    return SPOKEN[code].get


READER = CoverReader(
    COVER, compile_glossary(COVER, {"en": source_text} | {code: voice(code) for code in SPOKEN})
)


def read(text: str, language: str = "en") -> Reading:
    """Read a text with the point as decimal mark."""
    return READER.read(text, language, ".")


MEASURES = [
    ("12 km", "12", "km", ""),
    ("12km", "12", "km", ""),
    ("12 Km.", "12", "km", ""),
    ("12 kilometers", "12", "km", ""),
    ("１２ｋｍ", "12", "km", ""),
    ("၁၂ km", "12", "km", ""),
    ("١٢ km", "12", "km", ""),
    ("98,6 f", "98.6", "f", ""),
    ("37 °C", "37", "c", ""),
    ("37℃", "37", "c", ""),
    ("-40 degrees Fahrenheit", "-40", "f", ""),
    ("−40 c", "-40", "c", ""),
    ("5kg in lb", "5", "kg", "lb"),
    ("5 kg to pounds", "5", "kg", "lb"),
    ("5 kg = lb", "5", "kg", "lb"),
    ("5 kg -> lb", "5", "kg", "lb"),
    ("5 kg = ?", "5", "kg", ""),
    ("12 in", "12", "inch", ""),
    ("12 in in cm", "12", "inch", "cm"),
    ("convert 12 km to miles", "12", "km", "mi"),
    ("how many miles in 12 km?", "12", "km", "mi"),
    ("12 km is how many miles", "12", "km", "mi"),
    ("5 ft 11 in", "71/12", "ft", ""),
    ("5'11\"", "71/12", "ft", ""),
    ("5′11″", "71/12", "ft", ""),
    ("5ft11in in cm", "71/12", "ft", "cm"),
    ("1h30min", "3/2", "h", ""),
    ("12 m2", "12", "m2", ""),
    ("12 m²", "12", "m2", ""),
    ("12 m^2 in ft2", "12", "m2", "ft2"),
    ("100 km/h", "100", "km_h", ""),
    ("kg 5", "5", "kg", ""),
    ("kg 5 in lb", "5", "kg", "lb"),
    ("kg: 5", "5", "kg", ""),
    ("3 斤", "3", "jin", ""),
    ("2\u200d km", "2", "km", ""),
    ("12", "12", "", ""),
    ("12.", "12", "", ""),
]


@pytest.mark.parametrize(("text", "value", "unit", "into"), MEASURES)
def test_measure_is_read(text: str, value: str, unit: str, into: str) -> None:
    """Digits of any script, signs of both kinds, one unit or two, a question around it."""
    assert read(text) == Measure(Fraction(value), unit, into)


@pytest.mark.parametrize(
    ("language", "text", "unit", "into"),
    [
        ("es", "12 kilómetros en millas", "km", "mi"),
        ("es", "12 horas", "h", ""),
        ("xx", "12 horas", "day", ""),
        ("en", "12 kilómetros", "km", ""),
        ("zh", "12公里", "km", ""),
        ("zh", "请问12公里等于多少英里？", "km", "mi"),
        ("ar", "١٢ كم إلى ميل", "km", "mi"),
        ("ar", "١٢ كيلومتر", "km", ""),
        ("sw", "kilo 12 kwa ratili", "kg", "lb"),
        ("th", "๑๒ กม.", "km", ""),
        ("th", "12ไร่", "rai", ""),
    ],
)
def test_measure_is_read_in_every_language(language: str, text: str, unit: str, into: str) -> None:
    """A language's own words come first, then those on which all agree."""
    assert read(text, language) == Measure(Fraction(12), unit, into)


def test_word_on_which_languages_differ_is_nobody_elses() -> None:
    """Whoever has chosen neither of the two languages gets no guess."""
    assert read("12 horas") is None


@pytest.mark.parametrize(
    ("text", "unit", "into"), [("km to miles", "km", "mi"), ("convert km in m", "km", "m")]
)
def test_units_need_no_number(text: str, unit: str, into: str) -> None:
    """The number may come later."""
    assert read(text) == Measure(None, unit, into)


@pytest.mark.parametrize(
    ("text", "button"),
    [
        ("km", "u.km"),
        ("Feet", "u.ft"),
        ("length", "f.length"),
        ("Units", "units"),
        ("another one!", "another"),
    ],
)
def test_words_of_a_button_press_it(text: str, button: str) -> None:
    """Whoever cannot tap may type."""
    assert read(text) == Pressed(button)
    assert READER.read("medidas", "es", ",") == Pressed("units")


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "help",
        "12 km from me",
        "they took 5 kg",
        "5 km in kg",
        "5 km 3 kg",
        "20 c 3 c",
        "km to kg",
        "5 in km",
        "in km",
        "kg 5 lb",
        "how many miles in 5 km in ft",
        "5 5 km",
        "5-6 km",
        "1/2 cup",
        "½ cup",
        "1,2,3 km",
        "12 in lb",
        "12 horses",
        "12 5 2024",
        "+66 81 234 5678",
        "",
        "?",
        "12 km " + "m" * 80,
    ],
)
def test_anything_else_is_not_meant_for_a_tool(text: str) -> None:
    """One word too many, and it may be said to a person."""
    assert read(text) is None


@pytest.mark.parametrize(
    "text", ["0812345678", "1234567", "1 234 567", "1,234,567 km", "081234567 km", "٠٨١٢٣٤٥٦٧"]
)
def test_seven_digits_are_too_long(text: str) -> None:
    """They may be a telephone number."""
    assert read(text) == TooLong()
