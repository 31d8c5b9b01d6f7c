"""The outlook: which single answer to an open question would change the grade."""

from flows.assessment import Assessment, Change
from flows.definition import Flow
from flows.facts import Facts, share
from flows.rubric import Rubric


def outlook(rubric: Rubric, flow: Flow, facts: Facts, assessment: Assessment) -> tuple[Change, ...]:
    """List the answers that would change likelihood or urgency; one for each outcome of a question."""
    grader = rubric.grader
    # As it stands, and with one question more answered: one that was declined, or one that was never asked.
    unscored = grader.base(grader.fired(facts.fired), facts.stage, facts.answered)
    declined = grader.rebase(unscored, share(facts.given, facts.refused - 1, facts.asked))
    unasked = grader.rebase(unscored, share(facts.given + 1, facts.refused, facts.asked))
    telling = rubric.telling(flow).by_id
    changes: list[Change] = []
    for name in facts.unknown:
        told = telling[name]
        base = unscored if not told.scored else declined if name in facts.declined else unasked
        seen = {(assessment.likelihood, assessment.urgency)}
        for option in told.options:
            grade = grader.grade_with(base, option)
            outcome = (grade.likelihood, grade.urgency)
            if outcome not in seen:
                seen.add(outcome)
                changes.append(Change(name, option.choice, *outcome))
    return tuple(changes)
