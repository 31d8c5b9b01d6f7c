"""A rubric: one revision of indicators, flags and rules, made ready to grade."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from flows.condition import Check, check
from flows.definition import Choice, Flow, Question
from flows.grading import Grader, Option
from flows.ids import ChoiceId, FindingId, QuestionId
from flows.rule import Flag, Indicator, Rules, Strength
from flows.standing import ANY_TIME_OF_LATE, NOW, timed

NO_CHOICE = ChoiceId("")


@dataclass(frozen=True, slots=True)
class Told:
    """A question whose answer can change a grade."""

    question: QuestionId
    due: int
    """Which of the conditions tells whether it is asked."""
    scored: bool
    """An answer can fire an indicator."""
    options: tuple[Option, ...]
    """The choices that differ in what rules see of them."""
    typed: Option
    """What words or a place may bring, for which no choice stands."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a flow can tell a rubric, questions in their order; equal conditions stand once."""

    questions: tuple[Told, ...]
    conditions: tuple[Check, ...]
    by_id: Mapping[QuestionId, Told]


class Rubric(msgspec.Struct, frozen=True, dict=True):
    """Rules and the hash that names them."""

    revision: str
    rules: Rules

    @cached_property
    def grader(self) -> Grader:
        """The rules, made ready to grade; one for the life of the rubric."""
        return Grader(self.rules)

    @cached_property
    def indicators(self) -> Mapping[FindingId, Indicator]:
        """The indicators by their id."""
        return {item.id: item for item in self.rules.indicators}

    @cached_property
    def flags(self) -> Mapping[FindingId, Flag]:
        """The flags by their id."""
        return {flag.id: flag for flag in self.rules.flags}

    @cached_property
    def _telling(self) -> dict[str, Telling]:
        """What `telling` found out, by a flow's revision."""
        return {}

    def telling(self, flow: Flow) -> Telling:
        """Give what the flow's questions can tell these rules; remembered for each revision of the flow."""
        known = self._telling.get(flow.revision)
        if known is None:
            known = self._telling[flow.revision] = _telling(self, flow)
        return known

    @cached_property
    def order(self) -> tuple[Mapping[FindingId, int], Mapping[FindingId, int]]:
        """In which order findings are read, for adults and for minors: flags, then the strongest first."""
        return _order(self.rules, minor=False), _order(self.rules, minor=True)


def _order(rules: Rules, *, minor: bool) -> Mapping[FindingId, int]:
    strengths = list(Strength)
    signs = sorted(rules.indicators, key=lambda item: strengths.index(item.strength(minor=minor)))
    names = (*(flag.id for flag in rules.flags), *(item.id for item in signs))
    return {name: place for place, name in enumerate(names)}


def _telling(rubric: Rubric, flow: Flow) -> Telling:
    known = rubric.grader.bits.keys()
    telling = [q for q in flow.questions if not known.isdisjoint(q.fires) or any(c.stage for c in q.choices)]
    conditions = list(dict.fromkeys(question.when for question in telling))
    told = tuple(_told(rubric, question, conditions.index(question.when)) for question in telling)
    return Telling(told, tuple(map(check, conditions)), {each.question: each for each in told})


def _told(rubric: Rubric, question: Question, due: int) -> Told:
    options: dict[tuple[object, ...], Option] = {}
    for choice in question.choices:
        option = rubric.grader.option(choice.id, _brings(question, choice), choice.stage)
        options.setdefault(rubric.grader.effect(option), option)
    scored = not rubric.indicators.keys().isdisjoint(question.fires)
    found = (*(question.clock.fires if question.clock else ()), *question.at_site)
    typed = rubric.grader.option(NO_CHOICE, found, None)
    return Told(question.id, due, scored, tuple(options.values()), typed)


def _brings(question: Question, choice: Choice) -> tuple[FindingId, ...]:
    """What a choice fires; a moment whose beginning is not known yet brings what it may bring."""
    if question.clock is None or choice.hours is None:
        return choice.fires
    since = ANY_TIME_OF_LATE if question.clock.since is not None else NOW
    return (*choice.fires, *timed(question.clock, choice.hours, since))


def compile_rubric(rules: Rules) -> Rubric:
    """Make a rubric whose revision is the hash of its rules (16 hex digits of SHA-256)."""
    form = msgspec.json.encode(rules, order="deterministic")
    return Rubric(hashlib.sha256(form).hexdigest()[:16], rules)
