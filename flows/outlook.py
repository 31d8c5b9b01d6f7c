"""The outlook: which single answer to an open question would change the grade."""

from flows.assessment import Change
from flows.definition import Flow
from flows.facts import Facts, share
from flows.grading import Answered
from flows.ids import QuestionId
from flows.rubric import Rubric


def outlook(rubric: Rubric, flow: Flow, facts: Facts) -> tuple[Change, ...]:
    """List the answers that would change likelihood or urgency; one for each outcome of a question."""
    grader = rubric.grader
    fired = grader.fired(facts.fired)
    now = grader.grade(fired, facts.stage, facts.answered)
    telling = rubric.telling(flow).by_id
    changes: list[Change] = []
    for name in facts.unknown:
        told = telling[name]
        answered = _answered(facts, name) if told.scored else facts.answered
        seen = {(now.likelihood, now.urgency)}
        for choice, bits, stage in told.options:
            grade = grader.grade(fired | bits, stage or facts.stage, answered)
            outcome = (grade.likelihood, grade.urgency)
            if outcome not in seen:
                seen.add(outcome)
                changes.append(Change(name, choice, *outcome))
    return tuple(changes)


def _answered(facts: Facts, name: QuestionId) -> Answered:
    """The share answered were this question answered as well."""
    declined = name in facts.declined
    return share(facts.given + (not declined), facts.refused - declined, facts.asked)
