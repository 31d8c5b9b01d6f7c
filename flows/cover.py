"""Cover: the small dull tools that the bot plays while it hides, from a state and one input to a screen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import assert_never

import msgspec
from msgspec.structs import replace

from flows.cover_numbers import write_number
from flows.cover_reader import CoverReader, Measure, Pressed, TooLong
from flows.cover_texts import Cover, Family, Text, Tool, Unit
from flows.cover_units import answers
from flows.cover_words import ANOTHER, COUNT, FAMILY, PREVIOUS, UNIT, compile_glossary
from flows.vocabulary import Translate

DAY = 86400
POINT = "."
GIVEN_DIGITS = 6
"""Significant digits in which a number is said back: all that may be typed."""


class CoverState(msgspec.Struct, frozen=True, array_like=True):
    """Which tool is on the screen, and where it is: ids, and never a word that was typed.

    `tool` empty: the first. `number` is a fraction as text; `shift` counts phrases from today's.
    """

    tool: str = ""
    family: str = ""
    unit: str = ""
    into: str = ""
    number: str = ""
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button of a cover, by its id."""

    button: str


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Anything else: the start, a photo, a sticker, silence."""


Given = Tapped | Typed | Opened


@dataclass(frozen=True, slots=True)
class Say:
    """A line: a text, and behind it a number as it is shown."""

    text: Text
    number: str = ""

    def told(self, translate: Translate, isolate: Callable[[str], str] = str) -> str:
        """Give the line in one language; `isolate` keeps a number's direction."""
        words = translate(self.text.context, self.text.source)
        return f"{words}: {isolate(self.number)}" if self.number else words


@dataclass(frozen=True, slots=True)
class Knob:
    """A button: its id, and its label, or a number that is its own label."""

    id: str
    label: Text | str

    def told(self, translate: Translate) -> str:
        """Give the label in one language."""
        return self.label if isinstance(self.label, str) else translate(self.label.context, self.label.source)


@dataclass(frozen=True, slots=True)
class Scene:
    """A screen of a cover. `understood` is false for typed words that were not meant for a tool."""

    state: CoverState
    text: tuple[tuple[Say, ...], ...]
    """Paragraphs of lines."""
    choices: tuple[Knob, ...]
    """Short ones may share a row."""
    controls: tuple[Knob, ...]
    """The last row."""
    understood: bool = True

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Everything that can be tapped."""
        return (*self.choices, *self.controls)

    def told(self, translate: Translate, isolate: Callable[[str], str] = str) -> str:
        """Give the whole text in one language."""
        return "\n\n".join("\n".join(say.told(translate, isolate) for say in lines) for lines in self.text)


@dataclass(frozen=True)
class Covers:
    """Plays every tool in every language."""

    cover: Cover
    reader: CoverReader = field(repr=False)
    marks: Mapping[str, str]
    """The decimal mark of each language that does not write a point."""
    first: Tool = Tool.UNITS

    @cached_property
    def buttons(self) -> tuple[str, ...]:
        """The id of everything that can ever be tapped."""
        units, families = self.cover.units, self.cover.by_id
        named = (*(UNIT + each for each in units), *(FAMILY + each for each in families))
        return (*Tool, ANOTHER, PREVIOUS, *named, *(f"{COUNT}{each}" for each in self.cover.numbers))

    def play(self, state: CoverState, given: Given, *, now: int, language: str) -> Scene:
        """Go on with one input; `now` in unix seconds. A button of another screen changes nothing."""
        mark = self.marks.get(language, POINT)
        state = self._known(state)
        match given:
            case Opened():
                return self._scene(CoverState(state.tool), now, mark)
            case Tapped(button):
                return self._scene(self._tap(state, button), now, mark)
            case Typed(text):
                return self._type(state, text, now, language, mark)
            case _:
                assert_never(given)

    def _known(self, state: CoverState) -> CoverState:
        """The state as far as today's definitions know it."""
        tool = state.tool if state.tool in {*Tool} else self.first
        known = {state.unit, state.into} <= {"", *self.cover.units} and state.family in {
            "",
            *self.cover.by_id,
        }
        return replace(state, tool=str(tool)) if known else CoverState(str(tool))

    def _type(self, state: CoverState, text: str, now: int, language: str, mark: str) -> Scene:
        match self.reader.read(text, language, mark):
            case Pressed(button):
                return self._scene(self._tap(state, button), now, mark)
            case Measure() as measure if measure.unit or state.tool == Tool.UNITS:
                return self._scene(self._measured(state, measure), now, mark)
            case TooLong() if state.tool == Tool.UNITS:
                return self._lost(state, "units.too_long", now, mark)
            case _:
                return self._lost(state, f"{state.tool}.lost", now, mark)

    def _tap(self, state: CoverState, button: str) -> CoverState:
        """The state after a button, by what its id begins with."""
        name = button[len(UNIT) :]
        match button[: len(UNIT)]:
            case "u." if name in self.cover.units:
                return self._measured(state, Measure(None, name))
            case "f." if name in self.cover.by_id:
                return CoverState(Tool.UNITS, name, number=state.number)
            case "n." if name in map(str, self.cover.numbers) and state.unit:
                return replace(state, number=name)
        if button in {*Tool}:
            return CoverState(button)
        steps = {ANOTHER: 1, PREVIOUS: -1}
        if button not in steps:
            return state
        return CoverState(Tool.PHRASES, shift=(state.shift + steps[button]) % len(self.cover.phrases))

    def _measured(self, state: CoverState, measure: Measure) -> CoverState:
        """What was left out is what the screen already has."""
        number = state.number if measure.value is None else str(measure.value)
        if not measure.unit:
            return replace(state, number=number)
        family, _ = self.cover.units[measure.unit]
        return CoverState(Tool.UNITS, family.id, measure.unit, measure.into, number)

    def _lost(self, state: CoverState, text: str, now: int, mark: str) -> Scene:
        """The same screen, with one friendly line in place of its text."""
        scene = self._scene(state, now, mark)
        lines = ((Say(self.cover.said[text]),),)
        return Scene(state, lines, scene.choices, scene.controls, understood=False)

    def _scene(self, state: CoverState, now: int, mark: str) -> Scene:
        tools = tuple(Knob(tool, self.cover.said[f"{tool}.name"]) for tool in Tool)
        if state.tool == Tool.PHRASES:
            return self._phrase(state, now, tuple(each for each in tools if each.id != state.tool))
        if state.unit:
            return self._unit(state, mark, tools)
        return self._pick(state, tools)

    def _phrase(self, state: CoverState, now: int, tools: tuple[Knob, ...]) -> Scene:
        phrase = self.cover.phrases[(now // DAY + state.shift) % len(self.cover.phrases)]
        title = () if state.shift else ((Say(self.cover.said["phrases.name"]),),)
        steps = tuple(Knob(name, self.cover.said[f"phrases.{name}"]) for name in (ANOTHER, PREVIOUS))
        return Scene(state, (*title, (Say(phrase),)), steps, tools)

    def _pick(self, state: CoverState, tools: tuple[Knob, ...]) -> Scene:
        """Families, or the units of one."""
        family = self.cover.by_id.get(state.family)
        title = ((Say(family.label),),) if family else ()
        ask = "which" if state.number else "pick" if family else "home"
        lines = (*title, (Say(self.cover.said[f"units.{ask}"]),))
        choices = self._units(family) if family else self._families()
        home = not (family or state.number)
        return Scene(
            state, lines, choices, tuple(each for each in tools if not home or each.id != state.tool)
        )

    def _unit(self, state: CoverState, mark: str, tools: tuple[Knob, ...]) -> Scene:
        """What a number of this unit is in others; without a number, one is asked for."""
        family, unit = self.cover.units[state.unit]
        if not state.number:
            numbers = tuple(Knob(f"{COUNT}{each}", str(each)) for each in self.cover.numbers)
            back = Knob(FAMILY + family.id, family.label)
            ask = ((Say(unit.label),), (Say(self.cover.said["units.ask"]),))
            return Scene(state, ask, (*numbers, back), tools)
        lines = tuple(self._answer(state, family, unit, mark))
        more = (Say(self.cover.said["units.more"]),)
        return Scene(state, (*lines, more), self._units(family), tools)

    def _answer(self, state: CoverState, family: Family, unit: Unit, mark: str) -> Iterator[tuple[Say, ...]]:
        value = Fraction(state.number)
        into = self.cover.units[state.into][1] if state.into else None
        yield (Say(unit.label, write_number(value, mark, GIVEN_DIGITS)),)
        found = answers(value, unit, family, into)
        yield tuple(Say(each.label, write_number(worth, mark)) for each, worth in found)

    def _families(self) -> tuple[Knob, ...]:
        return tuple(Knob(FAMILY + each.id, each.label) for each in self.cover.families)

    def _units(self, family: Family) -> tuple[Knob, ...]:
        return tuple(Knob(UNIT + each.id, each.label) for each in family.units)


def compile_covers(
    cover: Cover, voices: Mapping[str, Translate], *, marks: Mapping[str, str], first: Tool = Tool.UNITS
) -> Covers:
    """Make the covers of these languages; `marks` gives the decimal mark of each that writes another than a point."""
    return Covers(cover, CoverReader(cover, compile_glossary(cover, voices)), marks, first)
