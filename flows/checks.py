"""Checks: what the rubric and the phrases must hold beyond their shape, and how a trouble is told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.directory import LineKind
from flows.forms import PhrasesForm
from flows.problems import Code
from flows.rubric_form import FlagsForm, IndicatorsForm, RubricForm
from flows.rule import Either, Every, Fires, Neither, Test
from flows.staffing import Pace, Seen
from flows.turn import Control
from flows.vocabulary import WORDED

Place = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mistake and the place of the value that has it."""

    code: Code
    file: str
    at: Place
    message: str


def check_rubric(indicators: IndicatorsForm, flags: FlagsForm, rules: RubricForm) -> Iterator[Trouble]:
    """Find what is wrong with indicators, flags and rules."""
    names = [form.id for form in indicators.indicators]
    yield from twice("indicators.yaml", ("indicators",), names)
    yield from twice("flags.yaml", ("flags",), [form.id for form in flags.flags], taken=names)
    for list_name, forms in (("likelihood", rules.likelihood), ("urgency", rules.urgency)):
        yield from twice("rubric.yaml", (list_name,), [form.id for form in forms])
        if forms[-1].when is not None:
            yield Trouble(Code.NO_LAST_RULE, "rubric.yaml", (list_name,), "no rule is left for the rest")
    known = {*names, *(form.id for form in flags.flags)}
    for at, test in _tests(rules):
        yield from unknown("rubric.yaml", at, _fired(test), known)
    yield from unknown("rubric.yaml", ("minor",), (rules.minor,), known)
    yield from unknown("rubric.yaml", ("free_text",), (rules.free_text,), known)
    yield from _texts("indicators.yaml", "indicators", [form.text for form in indicators.indicators])
    yield from _texts("flags.yaml", "flags", [form.text for form in flags.flags])


WORDS = ("way_back_word", "hide_words")
NEEDED = {
    "screen": {
        *Control,
        *(f"line_{kind}" for kind in LineKind),
        *("choose_language", "kept_words", "kept_media", "kept_place", "tap_first", "leg_kept", "paused"),
        *("word_unfit", "marked_later"),
        *("practice", "unavailable", "lines_intro", "line_emergency", "line_no_country", "line_old"),
        *("lines_change", "note_here", "code_shown", "staff_nobody", "go_on_or_stop", "watchword"),
        *("promise_stands", "promise_stopped"),
        *(f"staff_{what}_{seen}" for what in ("desk", "several") for seen in Seen),
        *(f"staff_{what}_{pace}" for what in ("read", "answered") for pace in Pace),
    },
    "bot": {
        *("bot_name", "bot_description", "bot_about", "command_start", *WORDS),
        *("check_words", "watchwords", "promise_words"),
        *(f"{control}_words" for control in WORDED),
    },
    "page": {
        *("page_title", "page_name", "page_names", "page_letters", "page_open", "page_how"),
        *("page_way", "page_money", "page_words", "page_made", "page_key"),
    },
}
"""The phrases that the program itself shows, whatever a questionnaire says."""


def check_phrases(phrases: PhrasesForm) -> Iterator[Trouble]:
    """Find what is wrong with the phrases."""
    groups = {"screen": phrases.screen, "bot": phrases.bot, "case": phrases.case, "page": phrases.page}
    for group, names in NEEDED.items():
        for name in sorted(names - groups[group].keys()):
            yield Trouble(Code.NO_PHRASE, "phrases.yaml", (group,), f"the program shows {name}")
    counts = Counter(name for group in groups.values() for name in group)
    for group, forms in groups.items():
        for name, form in forms.items():
            text = form if isinstance(form, str) else form.text
            if not text.strip():
                yield Trouble(Code.EMPTY_TEXT, "phrases.yaml", (group, name), f"{name} has no text")
            if counts[name] > 1:
                yield Trouble(
                    Code.DUPLICATE_ID, "phrases.yaml", (group, name), f"{name} stands in two groups"
                )


def twice(file: str, at: Place, names: Sequence[str], *, taken: Iterable[str] = ()) -> Iterator[Trouble]:
    """Find ids that stand twice in one list."""
    seen = set(taken)
    for row, name in enumerate(names):
        if name in seen:
            yield Trouble(Code.DUPLICATE_ID, file, (*at, row), f"the id {name} is taken")
        seen.add(name)


def _texts(file: str, list_name: str, texts: Sequence[str]) -> Iterator[Trouble]:
    for row, text in enumerate(texts):
        if not text.strip():
            yield Trouble(Code.EMPTY_TEXT, file, (list_name, row, "text"), "there is no text")


def unknown(file: str, at: Place, names: Iterable[str], known: set[str]) -> Iterator[Trouble]:
    """Find names that no indicator or flag has."""
    for name in names:
        if name not in known:
            yield Trouble(Code.UNKNOWN_FINDING, file, at, f"there is no indicator or flag {name}")


def _tests(rules: RubricForm) -> Iterator[tuple[Place, Test]]:
    for name, test in rules.also_positive.items():
        yield ("also_positive", name), test
    yield ("strict", "adult"), rules.strict.adult
    yield ("strict", "child"), rules.strict.child
    for row, likely in enumerate(rules.likelihood):
        if likely.when is not None:
            yield ("likelihood", row, "when"), likely.when
    for row, urgent in enumerate(rules.urgency):
        if urgent.when is not None:
            yield ("urgency", row, "when"), urgent.when


def _fired(test: Test) -> Iterator[str]:
    match test:
        case Fires(findings):
            yield from findings
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _fired(part)
        case Neither(part):
            yield from _fired(part)
        case _:
            return
