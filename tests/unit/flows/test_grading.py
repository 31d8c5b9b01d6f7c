"""What must hold of every grade, whatever fired."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.grading import LIKELIHOODS, URGENCIES, Answered, Grade, Grader, Option
from flows.ids import ChoiceId, FindingId, Stage
from flows.loading import load
from flows.memory import Memory
from flows.rule import Likelihood, Urgency

RUBRIC = load().rubric
GRADER = RUBRIC.grader
NAMES = sorted(GRADER.bits)
fired_sets = st.sets(st.sampled_from(NAMES), max_size=14)
shares = st.sampled_from([0.0, 0.3, 0.59, 0.6, 1.0])


def grade(fired: set[FindingId], stage: Stage, low: float, high: float | None = None) -> Grade:
    """Grade a set of findings."""
    return GRADER.grade(GRADER.fired(fired), stage, Answered(low, low if high is None else high))


def not_lower(after: Grade, before: Grade) -> bool:
    """Tell whether neither likelihood nor urgency fell."""
    likely = LIKELIHOODS[after.likelihood] <= LIKELIHOODS[before.likelihood]
    return likely and URGENCIES[after.urgency] <= URGENCIES[before.urgency]


@settings(max_examples=400, deadline=None)
@given(fired_sets, st.sampled_from(NAMES), st.sampled_from(Stage), shares)
def test_one_more_finding_never_lowers(
    fired: set[FindingId], more: FindingId, stage: Stage, share: float
) -> None:
    """An indicator, a flag or being a minor may raise a grade and never lowers it."""
    assert not_lower(grade(fired | {more}, stage, share), grade(fired, stage, share))


@settings(max_examples=200, deadline=None)
@given(fired_sets, st.sampled_from(Stage), shares, shares)
def test_declined_counts_both_ways_and_the_higher_stands(
    fired: set[FindingId], stage: Stage, low: float, high: float
) -> None:
    """A declined question never lowers: the grade is no lower than with it unasked or answered."""
    both = grade(fired, stage, low, high)

    assert not_lower(both, grade(fired, stage, low))
    assert not_lower(both, grade(fired, stage, high))


@settings(max_examples=200, deadline=None)
@given(fired_sets, st.sampled_from(Stage), shares)
def test_grade_is_free_of_order(fired: set[FindingId], stage: Stage, share: float) -> None:
    """The same findings give the same grade in whatever order they came."""
    backwards = GRADER.fired(sorted(fired, reverse=True))

    assert grade(fired, stage, share) == Grader(RUBRIC.rules).grade(backwards, stage, Answered(share, share))


options = st.builds(
    GRADER.option,
    st.just(ChoiceId("a_choice")),
    st.lists(st.sampled_from(NAMES), max_size=2),
    st.none() | st.sampled_from(Stage),
)


@settings(max_examples=300, deadline=None)
@given(fired_sets, options, st.sampled_from(Stage), shares, shares)
def test_one_more_answer_is_graded_as_the_whole(
    fired: set[FindingId], option: Option, stage: Stage, low: float, high: float
) -> None:
    """The short way over what changes ends where the long way ends."""
    bits = GRADER.fired(fired)
    start = GRADER.base(bits, stage, Answered(low, low))
    base = GRADER.rebase(start, Answered(low, high))
    whole = GRADER.grade(bits | option.fired, option.stage or stage, Answered(low, high))

    assert whole == GRADER.grade_with(base, option)
    assert start.grade == GRADER.grade(bits, stage, Answered(low, low))


@pytest.mark.parametrize("minor", [False, True])
def test_two_of_one_group_never_count_twice(*, minor: bool) -> None:
    """Inside a dimension and group only the strongest indicator counts."""
    items = RUBRIC.rules.indicators
    for one, other in combinations(items, 2):
        if (one.dimension, one.group) == (other.dimension, other.group):
            fired = GRADER.fired([one.id, other.id, *([RUBRIC.rules.minor] if minor else [])])
            counts = GRADER.tally(fired, Stage.INSIDE, 1.0).counts

            assert sum(map(sum, counts)) == 1


def test_minor_uses_the_strengths_for_children() -> None:
    """Threats of violence are medium for an adult and strong for a child."""
    threats = FindingId("threats_of_violence")
    adult = GRADER.tally(GRADER.fired([threats]), Stage.INSIDE, 1.0)
    child = GRADER.tally(GRADER.fired([threats, RUBRIC.rules.minor]), Stage.INSIDE, 1.0)

    assert (0, 1, 0) in adult.counts
    assert (1, 0, 0) in child.counts


def test_every_rule_of_urgency_decides_some_case() -> None:
    """No rule is hidden behind the rules before it."""
    extra = [FindingId(name) for name in ("asked_for_help", "device_watched", "minor", "no_safe_shelter")]
    flags = [*(flag.id for flag in RUBRIC.rules.flags), None]
    signs = [
        [],
        ["excessive_hours"],
        ["documents_confiscated", "physical_violence"],
        ["forced_scam_work", "confined_on_site", "physical_violence", "deceived_job_nature"],
    ]
    decided = {
        grade({FindingId(s) for s in [*sign, *([flag] if flag else []), *more]}, stage, share).urgency_rule
        for sign in signs
        for flag in flags
        for more in ([], extra[:1], extra[1:2], extra[2:3], extra[3:])
        for stage in Stage
        for share in (0.0, 1.0)
    }

    assert decided == {rule.id for rule in RUBRIC.rules.urgency}


def test_memory_starts_afresh_when_full() -> None:
    """A flood of different cases does not grow it without end, and changes no grade."""
    sets = [{FindingId(name)} for name in NAMES]
    small = Grader(RUBRIC.rules)
    small._grades.room = small._likelihoods.room = 2
    for weigher in small._weighers:
        weigher._states.room = 2
    grades = [small.grade(small.fired(each), Stage.INSIDE, Answered(1.0, 1.0)) for each in sets]

    assert grades == [grade(each, Stage.INSIDE, 1.0) for each in sets]
    memory: Memory[str] = Memory(2)
    assert [memory.keep(number, "kept") for number in range(4)] == ["kept"] * 4
    assert list(memory) == [2, 3]


def test_likelihood_and_urgency_are_two_scales() -> None:
    """A deadline is critical while nothing is known of exploitation."""
    alone = grade({FindingId("ransom_deadline_72h")}, Stage.UNKNOWN, 0.0)

    assert (alone.likelihood, alone.urgency) == (Likelihood.INSUFFICIENT, Urgency.CRITICAL)
