"""Grading: from what fired to a likelihood and an urgency, each with the rule that gave it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from flows.ids import FindingId, RuleId, Stage
from flows.rule import Dimension, Indicator, Likelihood, LikelihoodRule, Rules, Strength, Urgency, UrgencyRule
from flows.tally import DIMENSIONS, Check, Tallies, Tally, Weigher, check, reaches

LIKELIHOODS = {likelihood: place for place, likelihood in enumerate(Likelihood)}
URGENCIES = {urgency: place for place, urgency in enumerate(Urgency)}


class Grade(NamedTuple):
    """A likelihood and an urgency, each with its rule."""

    likelihood: Likelihood
    likelihood_rule: RuleId
    urgency: Urgency
    urgency_rule: RuleId


def higher(one: Grade, other: Grade) -> Grade:
    """Join two grades: of likelihood and of urgency the higher stands, each on its own."""
    likely = min(one, other, key=lambda grade: LIKELIHOODS[grade.likelihood])
    urgent = min(one, other, key=lambda grade: URGENCIES[grade.urgency])
    return Grade(likely.likelihood, likely.likelihood_rule, urgent.urgency, urgent.urgency_rule)


@dataclass(frozen=True, slots=True)
class Answered:
    """The share of indicator questions answered: with the declined ones left out, and counted in."""

    low: float
    high: float


class Grader:
    """The rules, made ready to grade."""

    ROOM = 20_000
    """How many grades are remembered before the memory starts afresh."""

    def __init__(self, rules: Rules) -> None:
        """Prepare the rules; ids in them must exist (the loader checks that)."""
        names = [*(item.id for item in rules.indicators), *(flag.id for flag in rules.flags)]
        self.bits: dict[FindingId, int] = {name: 1 << place for place, name in enumerate(names)}
        self._minor = self.bits[rules.minor]
        self._bars = rules.positive
        self._weighers = (self._weigher(rules, minor=False), self._weigher(rules, minor=True))
        self._listed = (self._strict_weigher(rules, minor=False), self._strict_weigher(rules, minor=True))
        self._also = [
            (DIMENSIONS.index(name), check(test, self.bits)) for name, test in rules.also_positive.items()
        ]
        self._likelihood = [(rule, check(rule.when, self.bits)) for rule in rules.likelihood]
        self._urgency = [(rule, check(rule.when, self.bits)) for rule in rules.urgency]
        self._strict = (check(rules.strict.adult, self.bits), check(rules.strict.child, self.bits))
        self._known: dict[tuple[int, Stage, float], tuple[Grade, Tally]] = {}
        self._fired: dict[tuple[FindingId, ...], int] = {}

    def fired(self, findings: Iterable[FindingId]) -> int:
        """Give the findings as a bit set; one that these rules do not know, of an older flow, counts for nothing."""
        bits = 0
        for finding in findings:
            bits |= self.bits.get(finding, 0)
        return bits

    def fired_by(self, findings: tuple[FindingId, ...]) -> int:
        """Give what a choice fires as a bit set; remembered, since choices are few."""
        bits = self._fired.get(findings)
        if bits is None:
            bits = self._fired[findings] = self.fired(findings)
        return bits

    def grade(self, fired: int, stage: Stage, answered: Answered) -> Grade:
        """Grade with declined questions counted both ways; the higher stands."""
        grade = self._judge(fired, stage, answered.low)[0]
        if answered.low == answered.high:
            return grade
        return higher(grade, self._judge(fired, stage, answered.high)[0])

    def tally(self, fired: int, stage: Stage, answered: float) -> Tally:
        """Count what fired, and tell which dimensions are positive."""
        return self._judge(fired, stage, answered)[1]

    def strict(self, fired: int) -> bool:
        """Tell whether the ILO's own rule is met by its own items."""
        minor = bool(fired & self._minor)
        counts = self._listed[minor].weigh(fired)
        return self._strict[minor](Tally(fired, counts, self._positive(counts), Stage.UNKNOWN, 0, None))

    def _judge(self, fired: int, stage: Stage, answered: float) -> tuple[Grade, Tally]:
        key = (fired, stage, answered)
        judged = self._known.get(key)
        if judged is None:
            if len(self._known) >= self.ROOM:
                self._known.clear()
            tally = self._count(fired, stage, answered)
            judged = self._known[key] = (self._apply(tally), tally)
        return judged

    def _count(self, fired: int, stage: Stage, answered: float) -> Tally:
        counts = self._weighers[bool(fired & self._minor)].weigh(fired)
        tally = Tally(fired, counts, self._positive(counts), stage, answered, None)
        for row, also in self._also:
            if also(tally):
                tally = tally._replace(positive=tally.positive | 1 << row)
        return tally

    def _apply(self, tally: Tally) -> Grade:
        likely = _first(self._likelihood, tally)
        urgent = _first(self._urgency, tally._replace(likelihood=likely.gives))
        return Grade(likely.gives, likely.id, urgent.gives, urgent.id)

    def _positive(self, counts: Tallies) -> int:
        positive = 0
        for row, (strong, medium, weak) in enumerate(counts):
            if reaches(self._bars, strong, medium, weak):
                positive |= 1 << row
        return positive

    def _weigher(self, rules: Rules, *, minor: bool) -> Weigher:
        return Weigher(
            (self.bits[item.id], item.dimension, item.group, item.strength(minor=minor))
            for item in rules.indicators
        )

    def _strict_weigher(self, rules: Rules, *, minor: bool) -> Weigher:
        return Weigher(
            (self.bits[item.id], *listed)
            for item in rules.indicators
            if (listed := _listed(item, minor=minor)) is not None
        )


def _listed(item: Indicator, *, minor: bool) -> tuple[Dimension, str, Strength] | None:
    """The item as the ILO's list has it: dimension, group and strength."""
    if item.ilo is None:
        return None
    strength = item.ilo.child if minor else item.ilo.adult
    return None if strength is None else (item.ilo.dimension, item.ilo.group or item.group, strength)


Rule = TypeVar("Rule", LikelihoodRule, UrgencyRule)


def _first(rules: Sequence[tuple[Rule, Check]], tally: Tally) -> Rule:
    return next(rule for rule, holds in rules if holds(tally))
