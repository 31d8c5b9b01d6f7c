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
    scored = {question.id: counts for question, counts in rubric.telling(flow)}
    changes: list[Change] = []
    for name in facts.unknown:
        answered = _answered(facts, name) if scored[name] else facts.answered
        seen = {(now.likelihood, now.urgency)}
        for choice in flow.by_id[name].choices:
            more = fired | grader.fired(choice.fires)
            grade = grader.grade(more, choice.stage or facts.stage, answered)
            outcome = (grade.likelihood, grade.urgency)
            if outcome not in seen:
                seen.add(outcome)
                changes.append(Change(name, choice.id, *outcome))
    return tuple(changes)


def _answered(facts: Facts, name: QuestionId) -> Answered:
    """The share answered were this question answered as well."""
    declined = name in facts.declined
    return share(facts.given + (not declined), facts.refused - declined, facts.asked)
