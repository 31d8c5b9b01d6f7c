"""Scoring: facts in, assessment out."""

from msgspec.structs import replace

from flows.assessment import Assessment, Change, Count, Evidence, Finding
from flows.definition import Flow
from flows.facts import Facts
from flows.grading import Grade, Tally
from flows.ids import FindingId
from flows.outlook import outlook
from flows.rubric import Rubric
from flows.tally import DIMENSIONS

NO_CLOCK = 999


def assess(rubric: Rubric, facts: Facts) -> Assessment:
    """Grade the facts; stateless. `would_change` is left empty: `foresee` fills it."""
    grader = rubric.grader
    fired = grader.fired(facts.fired)
    grade = grader.grade(fired, facts.stage, facts.answered)
    tally = grader.tally(fired, facts.stage, facts.answered.low)
    return _assessment(rubric, facts, grade, tally, ilo_strict=grader.strict(fired))


def foresee(rubric: Rubric, flow: Flow, facts: Facts, assessment: Assessment) -> Assessment:
    """Add what one more answer would change."""
    changes: tuple[Change, ...] = outlook(rubric, flow, facts, assessment)
    return replace(assessment, would_change=changes)


def rank(rubric: Rubric, assessment: Assessment) -> int:
    """Give the order inside one urgency, lowest first: minors before others, then the nearest deadline."""
    fired = {finding.id for finding in assessment.findings}
    clocks = [flag.deadline_hours for flag in rubric.rules.flags if flag.id in fired]
    nearest = min((hours for hours in clocks if hours is not None), default=NO_CLOCK)
    return nearest + (0 if rubric.rules.minor in fired else NO_CLOCK + 1)


def _assessment(rubric: Rubric, facts: Facts, grade: Grade, tally: Tally, *, ilo_strict: bool) -> Assessment:
    return Assessment(
        likelihood=grade.likelihood,
        likelihood_rule=grade.likelihood_rule,
        urgency=grade.urgency,
        urgency_rule=grade.urgency_rule,
        ilo_strict=ilo_strict,
        dimensions={
            name: Count(*counts, positive)
            for name, counts, positive in zip(DIMENSIONS, tally.counts, tally.positive, strict=True)
        },
        findings=_findings(rubric, facts),
        suggestions=(),
        if_confirmed=None,
        unknown=facts.unknown,
        would_change=(),
        rubric=rubric.revision,
    )


def _findings(rubric: Rubric, facts: Facts) -> tuple[Finding, ...]:
    """Flags first, then the indicators, strongest first; inside that, in the rubric's order."""
    minor = rubric.rules.minor in facts.fired
    known = sorted(facts.fired, key=rubric.order[minor].__getitem__)
    return tuple([_finding(rubric, name, facts.fired[name], minor=minor) for name in known])


def _finding(rubric: Rubric, name: FindingId, evidence: tuple[Evidence, ...], *, minor: bool) -> Finding:
    item = rubric.indicators.get(name)
    if item is None:
        return Finding(name, "flag", None, None, None, evidence, rubric.flags[name].text)
    strength = item.child if minor else item.adult
    return Finding(name, "indicator", strength, item.dimension, item.group, evidence, item.text)
