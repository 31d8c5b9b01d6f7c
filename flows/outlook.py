"""The outlook: which single answer to an open question would change the grade."""

from flows.assessment import Change
from flows.definition import Choice, Flow, Question
from flows.facts import Facts, share
from flows.grading import Answered, Grade
from flows.rubric import Rubric


def outlook(rubric: Rubric, flow: Flow, facts: Facts) -> tuple[Change, ...]:
    """List the answers that would change likelihood or urgency; one for each outcome of a question."""
    now = _after(rubric, facts, None, facts.answered)
    changes: list[Change] = []
    for name in facts.unknown:
        question = flow.by_id[name]
        answered = _answered(rubric, facts, question)
        seen = {(now.likelihood, now.urgency)}
        for choice in question.choices:
            grade = _after(rubric, facts, choice, answered)
            if (grade.likelihood, grade.urgency) not in seen:
                seen.add((grade.likelihood, grade.urgency))
                changes.append(Change(name, choice.id, grade.likelihood, grade.urgency))
    return tuple(changes)


def _after(rubric: Rubric, facts: Facts, choice: Choice | None, answered: Answered) -> Grade:
    grader = rubric.grader
    fired = grader.fired(facts.fired) | (grader.fired(choice.fires) if choice else 0)
    return grader.grade(fired, (choice and choice.stage) or facts.stage, answered)


def _answered(rubric: Rubric, facts: Facts, question: Question) -> Answered:
    """The share answered were this question answered as well."""
    if rubric.indicators.keys().isdisjoint(question.fires):
        return facts.answered
    declined = question.id in facts.declined
    return share(facts.given + (not declined), facts.refused - declined, facts.asked)
