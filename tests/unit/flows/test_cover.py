"""The covers are tools that work: right answers, no dead end, and nothing that was typed comes back."""

import re
from collections.abc import Iterator
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cover import Covers, CoverState, Given, Opened, Scene, Tapped, Typed, compile_covers
from flows.cover_numbers import SPACE
from flows.cover_texts import Tool, Use
from flows.cover_units import convert
from flows.cover_words import source_text
from flows.loading import load

COVER = load().tables.cover
COVERS = compile_covers(COVER, {"en": source_text, "es": source_text}, marks={"es": ","})
SAID = [text.source for text in COVER.texts() if text.use is not Use.WORDS]
TALLEST = 12
"""Lines of the tallest text."""


def play(*given: Given, covers: Covers = COVERS, now: int = 0, language: str = "en") -> Scene:
    """Give the last scene after these inputs, from the start; every state is stored and read back."""
    scene = covers.play(CoverState(), Opened(), now=now, language=language)
    for each in given:
        state = msgspec.msgpack.decode(msgspec.msgpack.encode(scene.state), type=CoverState)
        scene = covers.play(state, each, now=now, language=language)
    return scene


def told(*given: Given, language: str = "en") -> str:
    """Give the text of the last scene, with plain spaces."""
    return play(*given, language=language).told(source_text).replace(SPACE, " ")


def ids(scene: Scene) -> list[str]:
    """Name what can be tapped."""
    return [knob.id for knob in scene.knobs]


CONVERTED = [
    ("12 km", ["Metres: 12 000", "Miles: 7.4565", "Feet: 39 370"]),
    ("1 mi", ["Kilometres: 1.6093", "Feet: 5280", "Yards: 1760"]),
    ("42.195 km in mi", ["Miles: 26.219"]),
    ("180 cm in ft", ["Feet: 5.9055"]),
    ("5 ft 11 in in cm", ["Feet: 5.91667", "Centimetres: 180.34"]),
    ("1 nmi in m", ["Metres: 1852"]),
    ("98.6 f", ["Celsius: 37", "Kelvin: 310.15"]),
    ("-40 c", ["Fahrenheit: -40"]),
    ("0 k", ["Celsius: -273.15", "Fahrenheit: -459.67"]),
    ("5 kg in lb", ["Pounds: 11.023"]),
    ("1 lb in g", ["Grams: 453.59"]),
    ("11 stone in kg", ["Kilograms: 69.853"]),
    ("1 viss in kg", ["Kilograms: 1.6329"]),
    ("3 jin", ["Kilograms: 1.5"]),
    ("1 gal in l", ["Litres: 3.7854"]),
    ("1 uk gal in l", ["Litres: 4.5461"]),
    ("1 cup in ml", ["Millilitres: 236.59"]),
    ("3 tsp in tbsp", ["Tablespoons: 1"]),
    ("100 km/h", ["Miles per hour: 62.137", "Metres per second: 27.778", "Knots: 53.996"]),
    ("1 knot in km/h", ["Kilometres per hour: 1.852"]),
    ("1 acre in m2", ["Square metres: 4046.9"]),
    ("1 mi2 in ha", ["Hectares: 259"]),
    ("1 ha", ["Square metres: 10 000", "Rai (Thailand): 6.25", "Mu (China): 15"]),
    ("90 min", ["Hours: 1.5", "Seconds: 5400", "Days: 0.0625"]),
    ("1 year in days", ["Days: 365"]),
    ("0 km", ["Metres: 0"]),
    ("999999 km", ["Kilometres: 999 999", "Metres: 999 999 000"]),
]


@pytest.mark.parametrize(("typed", "lines"), CONVERTED)
def test_measures_are_converted_rightly(typed: str, lines: list[str]) -> None:
    """The numbers are those of the books."""
    found = told(Typed(typed)).splitlines()

    assert [line for line in lines if line not in found] == []
    assert play(Typed(typed)).understood


def test_numbers_are_written_as_the_language_does() -> None:
    """A comma where it is the decimal mark, and it is read so too."""
    assert "Millas" not in told(Typed("1,5 km"), language="es")
    assert "Miles: 0,93206" in told(Typed("1,5 km"), language="es")
    assert "Kilometres: 1500" in told(Typed("1.500 km"), language="es")
    assert "Kilometres: 1.5\n" in told(Typed("1.500 km"))


def test_tapping_alone_is_enough() -> None:
    """Family, unit, number; then the same number from another unit."""
    taps = [Tapped("f.length"), Tapped("u.ft"), Tapped("n.100")]

    assert "Pick a unit" in told(*taps[:1])
    assert told(*taps[:2]).startswith("Feet\n")
    assert "Metres: 30.48" in told(*taps)
    assert "Kilometres: 0.1\n" in told(*taps, Tapped("u.m"))


def test_a_number_waits_for_its_unit() -> None:
    """It is asked which one, and a later number takes the unit that is there."""
    assert told(Typed("12")) == "Which unit is it?"
    assert "Feet: 12" in told(Typed("12"), Tapped("f.length"), Tapped("u.ft"))
    assert "Feet: 7" in told(Typed("12 ft"), Typed("7"))
    assert told(Typed("km to mi"), Typed("12")).startswith("Kilometres: 12\n\nMiles: 7.4565\n")
    assert told(Typed("12"), Tapped("units")) == COVER.said["units.home"].source


def test_a_phrase_belongs_to_its_day() -> None:
    """The same all day, another tomorrow, all of them in turn; one can look around."""
    phrases = [text.source for text in COVER.phrases]
    days = [play(Tapped("phrases"), now=day * 86400 + 5).told(source_text) for day in range(len(phrases))]

    assert days == [f"Phrase of the day\n\n{phrase}" for phrase in phrases]
    assert play(Tapped("phrases"), now=86399).told(source_text) == days[0]
    assert told(Tapped("phrases"), Tapped("another")) == phrases[1]
    assert told(Tapped("phrases"), Tapped("previous")) == phrases[-1]
    assert told(Tapped("phrases"), Tapped("previous"), Tapped("another")) == days[0]


def test_the_tools_lead_to_each_other() -> None:
    """By a button, by its words, and a measure is answered wherever it is typed."""
    assert "phrases" in ids(play())
    assert "units" in ids(play(Tapped("phrases")))
    assert play(Typed("phrase of the day")).state.tool == "phrases"
    assert "Miles: 7.4565" in told(Tapped("phrases"), Typed("12 km"))
    assert told(Tapped("phrases"), Typed("12 km"), Tapped("units")) == COVER.said["units.home"].source


@pytest.mark.parametrize("first", list(Tool))
def test_the_first_tool_can_be_chosen(first: Tool) -> None:
    """The one that is set is there at the start, and the start comes back to the one that is played."""
    covers = compile_covers(COVER, {}, marks={}, first=first)

    assert play(covers=covers).state.tool == first
    assert play(Tapped("phrases"), Opened(), covers=covers).state.tool == "phrases"
    assert play(Typed("12 km"), Opened(), covers=covers).state == CoverState("units")


def test_typed_words_for_somebody_else_are_told_apart() -> None:
    """One friendly line, the same buttons, the same place; whoever plays the cover learns that it was not for it."""
    before = play(Typed("12 km"))
    scene = play(Typed("12 km"), Typed("please get me out"))

    assert not scene.understood
    assert scene.told(source_text) == COVER.said["units.lost"].source
    assert (scene.state, scene.knobs) == (before.state, before.knobs)
    assert told(Tapped("phrases"), Typed("hello")) == COVER.said["phrases.lost"].source
    assert told(Tapped("phrases"), Typed("12")) == COVER.said["phrases.lost"].source


def test_a_long_number_is_not_said_back() -> None:
    """It may be a telephone number: the answer says how many digits there may be, and keeps nothing."""
    scene = play(Typed("12 km"), Typed("0812345678"))

    assert not scene.understood
    assert scene.told(source_text) == COVER.said["units.too_long"].source
    assert scene.state == play(Typed("12 km")).state
    assert not play(Tapped("phrases"), Typed("0812345678")).understood


@pytest.mark.parametrize("button", ["", "u.", "u.parsec", "f.love", "n.7", "n.10", "answer", "units.home"])
def test_button_of_another_screen_changes_nothing(button: str) -> None:
    """A number without a unit neither."""
    assert play(Tapped(button)) == play()


def test_state_of_older_definitions_begins_anew() -> None:
    """A unit or a tool that is gone leaves nobody stuck."""
    for state in (CoverState("units", "length", "cubit"), CoverState("units", "love"), CoverState("chess")):
        assert COVERS.play(state, Opened(), now=0, language="en") == play()
        assert COVERS.play(state, Tapped("x"), now=0, language="en") == play()


def test_numbers_are_isolated_where_the_text_runs_the_other_way() -> None:
    """Only the numbers, and every one."""
    scene = play(Typed("5 kg in lb"))

    assert "Kilograms: <5>\n\nPounds: <11.023>" in scene.told(source_text, lambda number: f"<{number}>")
    assert [knob.told(source_text) for knob in play(Tapped("u.km")).choices] == [
        "1",
        "10",
        "100",
        "1000",
        "Length",
    ]


def test_nothing_typed_stands_in_a_log() -> None:
    """A value with words in it does not print them."""
    assert "secret" not in repr(Typed("secret"))


# Whatever comes in.

GIVEN = st.one_of(
    st.builds(Opened),
    st.builds(Typed, st.text(max_size=90)),
    st.builds(
        Typed,
        st.lists(
            st.sampled_from(["12", "5", "1,5", "km", "lb", "in", "to", "ft", "help", "c", "0812345", "?", "'", "m2"]),
            max_size=6,
        ).map(" ".join),
    ),
    st.builds(
        Tapped,
        st.sampled_from([f"u.{unit}" for unit in COVER.units] + [f"f.{each}" for each in COVER.by_id]
                        + ["units", "phrases", "another", "previous", "n.1", "n.1000", "old"]),
    ),
)  # fmt: skip


def lines(scene: Scene) -> Iterator[str]:
    """Every line and label."""
    yield from (line for line in scene.told(source_text).splitlines() if line)
    yield from (knob.told(source_text) for knob in scene.knobs)


@given(st.lists(GIVEN, max_size=50), st.integers(0, 2**40), st.sampled_from(["en", "es", "xx"]))
def test_any_fifty_inputs_give_a_tool(given: list[Given], now: int, language: str) -> None:
    """A screen that fits, the way to both tools within a tap, and no line but ours with numbers behind some."""
    scene = play(*given, now=now, language=language)
    ours = {line for text in SAID for line in text.splitlines()}
    text = scene.told(source_text)

    assert 0 < len(text) < 1000
    assert len(text.splitlines()) <= TALLEST
    assert {knob.id for knob in scene.knobs} & {*Tool}
    assert len(ids(scene)) == len(set(ids(scene)))
    assert {*ids(scene)} <= {*COVERS.buttons}
    for line in lines(scene):
        assert re.sub(rf"(^|: )-?[\d{SPACE}]+([.,]\d+)?$", "", line) in ours | {""}


@given(st.text("abcdefghijklmnopqrstuvwxyz ", min_size=2, max_size=60))
def test_no_typed_word_comes_back(typed: str) -> None:
    """Unless it is a word of ours."""
    scene = play(Typed("12 km"), Typed(typed))
    ours = {word for text in SAID for word in re.findall(r"\w+", text.casefold())}
    shown = {word for line in lines(scene) for word in re.findall(r"\w{2,}", line.casefold())}

    assert {word for word in shown if not word.isdecimal()} <= ours


@given(
    st.text("0123456789 -+().", min_size=7, max_size=20).filter(
        lambda text: sum(map(str.isdecimal, text)) > 6
    )
)
def test_no_telephone_number_comes_back(typed: str) -> None:
    """Seven digits are never said back, nor kept."""
    before, scene = play(Typed("1 km")), play(Typed("1 km"), Typed(typed))

    assert not scene.understood
    assert scene.state == before.state
    assert not re.search(r"\d{3}", scene.told(source_text))


@given(st.sampled_from(sorted(COVER.units)), st.data(), st.fractions(-(10**6), 10**6))
def test_there_and_back_is_the_same(name: str, data: st.DataObject, value: Fraction) -> None:
    """Conversion loses nothing, between any two units of a family."""
    family, unit = COVER.units[name]
    other = data.draw(st.sampled_from(family.units))

    assert convert(convert(value, unit, other), other, unit) == value
    assert convert(value + 1, unit, other) > convert(value, unit, other)


def test_every_unit_is_known_by_its_symbols_words_and_label() -> None:
    """In English and in a language that has no words of its own."""
    for name, (_, unit) in COVER.units.items():
        for word in (*unit.symbols, unit.label.source, *unit.words.source.split(",")):
            for language in ("en", "xx"):
                assert play(Typed(f"3 {word}"), language=language).state.unit == name, word
