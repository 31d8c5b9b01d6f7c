"""Grading: from what fired to a likelihood and an urgency, each with the rule that gave it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from flows.ids import ChoiceId, FindingId, RuleId, Stage
from flows.memory import Memory
from flows.rule import (
    Counts,
    Dimension,
    Fires,
    Likelihood,
    LikelihoodIs,
    LikelihoodRule,
    Rules,
    Share,
    StageIs,
    Strength,
    Urgency,
    UrgencyRule,
)
from flows.tally import DIMENSIONS, Check, Layout, Tallies, Weigher, leaves, union

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
    if one == other:
        return one
    likely = min(one, other, key=lambda grade: LIKELIHOODS[grade.likelihood])
    urgent = min(one, other, key=lambda grade: URGENCIES[grade.urgency])
    return Grade(likely.likelihood, likely.likelihood_rule, urgent.urgency, urgent.urgency_rule)


class Answered(NamedTuple):
    """The share of indicator questions answered: with the declined ones left out, and counted in."""

    low: float
    high: float


class Tally(NamedTuple):
    """For each dimension in order: its strong, medium and weak groups, and whether it is positive."""

    counts: Tallies
    positive: tuple[bool, ...]


class Option(NamedTuple):
    """What a choice brings: findings as a bit set, the rows of the dimensions they touch, and perhaps a stage."""

    choice: ChoiceId
    fired: int
    rows: tuple[int, ...]
    stage: Stage | None


class Base(NamedTuple):
    """What fired, weighed and graded, from where a little more is graded."""

    fired: int
    stage: Stage
    weigher: Weigher
    loads: Sequence[int]
    load: int
    shares: tuple[int, int]
    grade: Grade


class Likely(NamedTuple):
    """The rule that gave the likelihood, and the bits that it adds to a state."""

    rule: LikelihoodRule
    bits: int


class Grader:
    """The rules, made ready to grade.

    What rules can see of a case is one number, its state; equal states have equal grades and are graded once.
    """

    ROOM = 100_000
    """How many states' grades are remembered, in some 15 MB."""

    def __init__(self, rules: Rules) -> None:
        """Prepare the rules; ids in them must exist (the loader checks that)."""
        names = [*(item.id for item in rules.indicators), *(flag.id for flag in rules.flags)]
        self.bits: dict[FindingId, int] = {name: 1 << place for place, name in enumerate(names)}
        layout = Layout(self.bits)
        early = [*rules.also_positive.values(), *(rule.when for rule in rules.likelihood)]
        tests = [*early, *(rule.when for rule in rules.urgency)]
        seen = frozenset(leaf for test in tests for leaf in leaves(test))
        counts = [leaf for leaf in seen if isinstance(leaf, Counts)]
        self._minor = self.bits[rules.minor]
        self._named = union(layout.mask(leaf) for leaf in seen if isinstance(leaf, Fires))
        self._shares = [(leaf, layout.bit(leaf)) for leaf in seen if isinstance(leaf, Share)]
        self._stages = {stage: layout.bit(StageIs((stage,))) for stage in Stage}
        self._likely = {each: layout.bit(LikelihoodIs((each,))) for each in Likelihood}
        self._weighers = (
            Weigher(_items(rules, self.bits, minor=False), rules.positive, layout, counts),
            Weigher(_items(rules, self.bits, minor=True), rules.positive, layout, counts),
        )
        self._listed = (
            Weigher(_listed_items(rules, self.bits, minor=False), rules.positive, layout),
            Weigher(_listed_items(rules, self.bits, minor=True), rules.positive, layout),
        )
        self._strict = (layout.check(rules.strict.adult), layout.check(rules.strict.child))
        self._positive = [layout.bit(each) for each in DIMENSIONS]
        self._also = [(layout.bit(each), layout.check(test)) for each, test in rules.also_positive.items()]
        self._likelihood = [(rule, layout.check(rule.when)) for rule in rules.likelihood]
        self._urgency = [(rule, layout.check(rule.when)) for rule in rules.urgency]
        self._early = union(layout.mask(leaf) for test in early for leaf in leaves(test))
        self._likelihoods: Memory[Likely] = Memory(self.ROOM)
        self._grades: Memory[Grade] = Memory(self.ROOM)

    def fired(self, findings: Iterable[FindingId]) -> int:
        """Give the findings as a bit set; one that these rules do not know, of an older flow, counts for nothing."""
        bits = 0
        for finding in findings:
            bits |= self.bits.get(finding, 0)
        return bits

    def option(self, choice: ChoiceId, findings: Iterable[FindingId], stage: Stage | None) -> Option:
        """Make a choice ready to be graded many times."""
        fired = self.fired(findings)
        return Option(choice, fired, self._weighers[0].rows(fired), stage)

    def effect(self, option: Option) -> tuple[object, ...]:
        """Give all that rules can see of a choice: two with one effect lead to one grade, whatever else is known."""
        adult, child = (weigher.effect(option.fired) for weigher in self._weighers)
        return adult, child, option.fired & self._named, option.fired & self._minor, option.stage

    def grade(self, fired: int, stage: Stage, answered: Answered) -> Grade:
        """Grade with declined questions counted both ways; the higher stands."""
        return self._grade(fired, stage, self._weigher(fired).state(fired), self._both(answered))

    def base(self, fired: int, stage: Stage, answered: Answered) -> Base:
        """Grade what fired, to be graded together with a little more many times."""
        weigher, shares = self._weigher(fired), self._both(answered)
        loads = weigher.loads(fired)
        load = sum(loads)
        grade = self._grade(fired, stage, weigher.read(load), shares)
        return Base(fired, stage, weigher, loads, load, shares, grade)

    def rebase(self, base: Base, answered: Answered) -> Base:
        """Grade the same with other shares."""
        shares = self._both(answered)
        if shares == base.shares:
            return base
        grade = self._grade(base.fired, base.stage, base.weigher.read(base.load), shares)
        return base._replace(shares=shares, grade=grade)

    def grade_with(self, base: Base, option: Option) -> Grade:
        """Grade as `grade` does, with what one more answer brings; only what it touches is weighed anew."""
        if not option.fired and option.stage is None:
            return base.grade
        fired = base.fired | option.fired
        stage = option.stage or base.stage
        if option.fired & self._minor:
            return self._grade(fired, stage, self._weigher(fired).state(fired), base.shares)
        load = base.load
        for row in option.rows:
            load += base.weigher.load(row, fired) - base.loads[row]
        return self._grade(fired, stage, base.weigher.read(load), base.shares)

    def tally(self, fired: int, stage: Stage, answered: float) -> Tally:
        """Count what fired, and tell which dimensions are positive."""
        weigher = self._weigher(fired)
        sure = weigher.state(fired) | fired & self._named | self._stages[stage]
        state = self._widen(sure | self._share(answered))
        return Tally(weigher.weigh(fired), tuple([bool(state & bit) for bit in self._positive]))

    def strict(self, fired: int) -> bool:
        """Tell whether the ILO's own rule is met by its own items."""
        minor = bool(fired & self._minor)
        return self._strict[minor](self._listed[minor].state(fired))

    def _weigher(self, fired: int) -> Weigher:
        return self._weighers[bool(fired & self._minor)]

    def _grade(self, fired: int, stage: Stage, weighed: int, shares: tuple[int, int]) -> Grade:
        sure = weighed | fired & self._named | self._stages[stage]
        low, high = shares
        grade = self._grades.get(sure | low) or self._judge(sure | low)
        return (
            grade if low == high else higher(grade, self._grades.get(sure | high) or self._judge(sure | high))
        )

    def _both(self, answered: Answered) -> tuple[int, int]:
        """What rules see of the two shares."""
        low, high = answered
        seen = self._share(low)
        return seen, seen if low == high else self._share(high)

    def _share(self, answered: float) -> int:
        bits = 0
        for share, bit in self._shares:
            if share.at_least <= answered < share.below:
                bits |= bit
        return bits

    def _judge(self, state: int) -> Grade:
        likely = self._likelihoods.get(state & self._early) or self._settle(state & self._early)
        urgent = _first(self._urgency, state | likely.bits)
        grade = Grade(likely.rule.gives, likely.rule.id, urgent.gives, urgent.id)
        return self._grades.keep(state, grade)

    def _settle(self, state: int) -> Likely:
        """Find the likelihood from what its rules look at."""
        wide = self._widen(state)
        rule = _first(self._likelihood, wide)
        return self._likelihoods.keep(state, Likely(rule, wide | self._likely[rule.gives]))

    def _widen(self, state: int) -> int:
        """Add the dimensions that are positive for another reason than their counts."""
        for bit, also in self._also:
            if also(state):
                state |= bit
        return state


Item = tuple[int, Dimension, str, Strength]


def _items(rules: Rules, bits: Mapping[FindingId, int], *, minor: bool) -> Iterator[Item]:
    for item in rules.indicators:
        yield bits[item.id], item.dimension, item.group, item.strength(minor=minor)


def _listed_items(rules: Rules, bits: Mapping[FindingId, int], *, minor: bool) -> Iterator[Item]:
    """The items of the ILO's list: dimension, group and strength are the list's."""
    for item in rules.indicators:
        strength = None if item.ilo is None else item.ilo.child if minor else item.ilo.adult
        if item.ilo is not None and strength is not None:
            yield bits[item.id], item.ilo.dimension, item.ilo.group or item.group, strength


Rule = TypeVar("Rule", LikelihoodRule, UrgencyRule)


def _first(rules: Sequence[tuple[Rule, Check]], state: int) -> Rule:
    return next(rule for rule, holds in rules if holds(state))
